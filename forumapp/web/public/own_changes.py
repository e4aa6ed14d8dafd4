"""What registrants change on their own page: their name and their answers, for as long as the edition lets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.errors import Invalid, Stale
from forumapp.core.limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.numbers import whole_number
from forumapp.core.transactions import reading, transaction
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.choices import full_choices
from forumapp.domain.registration.errors import ChangesOver, WrongStatus
from forumapp.domain.registration.filing import TAKEN
from forumapp.domain.registration.own import NAMES, change_own
from forumapp.domain.registration.questions import Kind, for_public, read_questions
from forumapp.schemas.registration import OwnChangesSchema, faults_by_field, from_form
from forumapp.web.public.asked import grouped
from forumapp.web.public.names import with_spelling
from forumapp.web.public.own import blueprint, may_change, registration_of
from forumapp.web.public.registration import UNPROCESSABLE, VISITOR, field_labels, in_words, name_choices, typed
from forumapp.web.public.site import render
from forumapp.web.public.uploads import held_files, with_files
from forumapp.web.words import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from forumapp.domain.registration.models import Registration

# What the form holds instead of the key of a file that answers already.
STANDS = "stands"


@blueprint.get("/<token>/change")
def change(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_change(row):
        return redirect(url_for(".page", token=token))  # which says whom to ask
    return form_page(token, row, standing(row), {})


@blueprint.post("/<token>/change")
@limiter.limit(FORMS, exempt_when=is_local)
def save_change(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    given, bad_files = with_files(row.type)
    values = typed(given, row.type)
    try:
        names, answers = read_changes(row, given, bad_files)
        seen = {name: request.form.get(name, 0, whole_number) for name in ("version", "person_version")}
        by: Any = {**seen, "actor": VISITOR, "now": clock.now()}
        with transaction() as db:
            changed = change_own(db, row.id, row.link_number, names, answers, **by)
    except ValidationError as error:
        return form_page(token, row, values, {**faults_by_field(error), **bad_files}), UNPROCESSABLE
    except Invalid as refusal:
        return form_page(token, row, values, refusal.fields), UNPROCESSABLE
    except Stale:
        return form_page(token, registration_of(token), values, {"": "changed-meanwhile"}), Stale.status
    except (ChangesOver, WrongStatus):
        changed = False  # the page says so
    if changed:
        flash(_("Your changes are saved. We have sent you a mail about them."), "ok")
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def spelling(token: str) -> ResponseReturnValue:
    """The form again with proposed spellings, or with the one that was pressed. Nothing is saved."""
    row = registration_of(token)
    given, _bad = with_files(row.type)
    values, found = with_spelling(typed(given, row.type))
    return form_page(token, row, values, {}, spellings=found)


def read_changes(row: Registration, given: Any, bad_files: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """The name and the answers as they were sent; a file that stays is the one that stands. Raises ValidationError, and
    Invalid where nothing but a file is wrong.
    """
    sent = from_form(given, for_public(row.type.questions))
    loaded = OwnChangesSchema().load({name: sent[name] for name in (*NAMES, "answers") if name in sent})
    if bad_files:
        raise Invalid(fields=dict(bad_files))
    answers, before = loaded.pop("answers"), row.answers.get("values", {})
    answers |= {code: before.get(code) for code, value in answers.items() if value == STANDS and is_file(row, code)}
    return (loaded if row.type.is_transferable else {}), answers


def is_file(row: Registration, code: str) -> bool:
    return any(one.code == code and one.kind in TAKEN for one in read_questions(row.type.questions))


def standing(row: Registration) -> dict[str, Any]:
    """What stands, by the names of the controls."""
    values: dict[str, Any] = {name: getattr(row.person, name) for name in NAMES}
    values["name_script"] = "han" if row.person.native_full else "latin"
    answers = row.answers.get("values", {})
    for one in read_questions(for_public(row.type.questions)):
        if one.code in answers:
            values |= control_values(f"answers.{one.code}", one.kind, answers[one.code])
    return values


def control_values(name: str, kind: Kind, answer: Any) -> dict[str, Any]:
    if kind in TAKEN:
        return {name: STANDS}
    if kind is Kind.YES_NO:
        return {name: "yes" if answer else "no"}
    if kind is Kind.TRAVEL and isinstance(answer, dict):
        ends = {end: parts for end, parts in answer.items() if isinstance(parts, dict)}
        return {f"{name}.{end}.{part}": text for end, parts in ends.items() for part, text in parts.items()}
    return {name: answer}


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    faults: Mapping[str, str],
    *,
    spellings: Iterable[tuple[str, str]] | None = None,
) -> str:
    questions = for_public(row.type.questions)
    answers = row.answers.get("values", {})
    files = {f"answers.{code}": answers[code]["name"] for code in answers if is_file(row, code)}
    kept = {name: file for name, file in files.items() if values.get(name) == STANDS}
    labels = {**field_labels(), **{f"answers.{one.code}": t(one.label) for one in read_questions(questions)}}
    return render(
        "public/registration/change.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        row=row,
        groups=grouped(questions),
        held={**held_files(row.type, values), **kept},
        taken=TAKEN,
        full_choices=full_choices(reading(), row.type),
        values=values,
        errors=in_words(faults),
        labels=labels,
        spellings=spellings,
        **name_choices(),
    )
