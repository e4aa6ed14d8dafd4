"""Bringing someone along, on the registrant's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.errors import Invalid, Refusal
from forumapp.core.limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.transactions import reading, transaction
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import ChangesOver, NoPlusOnesLeft, TooManyForAddress, WrongStatus
from forumapp.domain.registration.filing import TAKEN
from forumapp.domain.registration.plus_ones import bring_along
from forumapp.domain.registration.questions import for_public, read_questions
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import PlusOneSchema, applicant_of, faults_by_field, from_form, registration_schema
from forumapp.web.public.asked import grouped
from forumapp.web.public.names import with_spelling
from forumapp.web.public.own import blueprint, may_bring_along, registration_of
from forumapp.web.public.registration import (
    UNPROCESSABLE,
    VISITOR,
    field_labels,
    in_words,
    name_choices,
    typed,
    usual_values,
)
from forumapp.web.public.site import render
from forumapp.web.public.uploads import held_files, with_files
from forumapp.web.words import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from forumapp.domain.registration.models import Registration
    from forumapp.domain.registration.rules import Applicant


@blueprint.get("/<token>/plus-one")
def plus_one(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_bring_along(row):
        return redirect(url_for(".page", token=token))
    return form_page(token, row, usual_values(), {})


@blueprint.post("/<token>/plus-one")
@limiter.limit(FORMS, exempt_when=is_local)
def save_plus_one(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    given, bad_files = with_files(row.type)
    values = typed(given, row.type)
    try:
        guest = read_guest(given, row, bad_files)
        by: Any = {"language": row.language, "actor": VISITOR, "now": clock.now()}
        with transaction() as db:
            bring_along(db, row.id, row.link_number, guest, **by)
    except ValidationError as error:
        return form_page(token, row, values, in_words({**faults_by_field(error), **bad_files})), UNPROCESSABLE
    except Invalid as refusal:
        return form_page(token, row, values, in_words(refusal.fields)), UNPROCESSABLE
    except (ChangesOver, NoPlusOnesLeft, TooManyForAddress, WrongStatus) as refusal:
        return refused(token, row, values, refusal)
    flash(_("The person is registered to come with you. A mail about it is on its way to you."), "ok")
    return redirect(url_for(".page", token=token, _anchor="along"), 303)


@blueprint.post("/<token>/plus-one/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def plus_one_spelling(token: str) -> ResponseReturnValue:
    """The form again with proposed spellings, or with the one that was pressed. Nothing is saved."""
    row = registration_of(token)
    given, _bad = with_files(row.type)
    values, found = with_spelling(typed(given, row.type))
    return form_page(token, row, values, {}, spellings=found)


def refused(token: str, row: Registration, values: Mapping[str, Any], refusal: Refusal) -> ResponseReturnValue:
    return form_page(token, row, values, {"": str(refusal_words(refusal.code))}), refusal.status


def read_guest(given: Any, row: Registration, bad_files: Mapping[str, str]) -> Applicant:
    """Raises ValidationError, and Invalid where nothing but a file is wrong."""
    questions = for_public(row.type.questions)
    schema, sent = registration_schema(questions, PlusOneSchema)(), from_form(given, questions)
    loaded = schema.load({name: sent[name] for name in sent if name in schema.fields})
    if bad_files:
        raise Invalid(fields=dict(bad_files))
    return applicant_of(loaded)


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Iterable[tuple[str, str]] | None = None,
) -> str:
    questions = for_public(row.type.questions)
    labels = {
        **field_labels(),
        "name_script": _("Their name is written"),
        "name_order": _("How is their name read?"),
        "title": _("Their title there"),
        **{f"answers.{one.code}": t(one.label) for one in read_questions(questions)},
    }
    return render(
        "public/registration/plus_one.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        groups=grouped(questions),
        held=held_files(row.type, values),
        taken=TAKEN,
        values=values,
        errors=errors,
        labels=labels,
        spellings=spellings,
        **name_choices(),
    )
