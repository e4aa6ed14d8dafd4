"""Handing one's place to another person, on the registrant's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from forumapp.core import clock
from forumapp.core.errors import Invalid
from forumapp.core.limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.text import LANGUAGES
from forumapp.core.transactions import reading, transaction
from forumapp.domain.delegations.leaving import hand_over_registration
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import ChangesOver, NotTransferable, TooManyForAddress, WrongStatus
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import SubstituteSchema, applicant_of, faults_by_field, from_form
from forumapp.web.language import OWN_NAMES, language
from forumapp.web.public.names import with_spelling
from forumapp.web.public.own import blueprint, may_hand_over, registration_of
from forumapp.web.public.own_along import guests_of
from forumapp.web.public.registration import UNPROCESSABLE, VISITOR, field_labels, in_words, name_choices
from forumapp.web.public.site import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask.typing import ResponseReturnValue

    from forumapp.domain.registration.models import Registration


@blueprint.get("/<token>/hand-over")
def hand_over(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_hand_over(row):
        return redirect(url_for(".page", token=token))
    chinese = language() == "zh-Hans"
    order, script = ("family-first", "han") if chinese else ("given-first", "latin")
    return form_page(token, row, {"name_order": order, "name_script": script, "language": language()}, {})


@blueprint.post("/<token>/hand-over")
@limiter.limit(FORMS, exempt_when=is_local)
def save_hand_over(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    try:
        sent = from_form(request.form, ())
        loaded = SubstituteSchema().load({name: sent[name] for name in sent if name not in ("answers", "consent")})
        by: Any = {"language": loaded["language"], "actor": VISITOR, "now": clock.now()}
        with transaction() as db:
            hand_over_registration(db, row.id, row.link_number, applicant_of(loaded), **by)
    except ValidationError as error:
        return form_page(token, row, typed(), in_words(faults_by_field(error))), UNPROCESSABLE
    except Invalid as refusal:
        return form_page(token, row, typed(), in_words(refusal.fields)), UNPROCESSABLE
    except TooManyForAddress as refusal:
        return form_page(token, row, typed(), {"": str(refusal_words(refusal.code))}), refusal.status
    except (ChangesOver, NotTransferable, WrongStatus):
        pass  # the page says how things stand
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/hand-over/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def hand_over_spelling(token: str) -> ResponseReturnValue:
    """The form again with proposed spellings, or with the one that was pressed. Nothing is saved."""
    values, found = with_spelling(typed())
    return form_page(token, registration_of(token), values, {}, spellings=found)


def typed() -> dict[str, Any]:
    values: dict[str, Any] = request.form.to_dict()
    return {"name_script": "han" if values.get("native_full") else "latin", **values}


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Iterable[tuple[str, str]] | None = None,
) -> str:
    labels = {
        **field_labels(),
        "name_script": _("Their name is written"),
        "name_order": _("How is their name read?"),
        "title": _("Their title there"),
        "language": _("Language of our mails to them"),
    }
    return render(
        "public/registration/hand_over.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        guests=[one for one in guests_of(row) if one.is_standing],
        values=values,
        errors=errors,
        labels=labels,
        spellings=spellings,
        spoken=[(code, OWN_NAMES[code]) for code in LANGUAGES],
        **name_choices(),
    )
