"""Handing one's place to another person, on the registrant's own page."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import redirect, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.delegations.members.leaving import hand_over_registration
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import ChangesOver, NotTransferable, WrongStatus
from forumapp.schemas.registration import SubstituteSchema, applicant_of, from_form
from forumapp.web.public.own.page import blueprint, may_hand_over, registration_of
from forumapp.web.public.own.plus_ones_shown import guests_of
from forumapp.web.public.registration.forms import field_labels, name_choices, received, their_labels, usual_values
from forumapp.web.public.registration.names import spelled
from forumapp.web.public.site import VISITOR, render
from forumapp.web.wording.language import OWN_NAMES, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.domain.registration.models import Registration
    from forumapp.web.public.registration.forms import Spellings

# They answer and agree for themselves.
UNASKED = ("answers", "consent")


@blueprint.get("/<token>/hand-over")
def hand_over(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    if not may_hand_over(row):
        return redirect(url_for(".page", token=token))
    return form_page(token, row, {**usual_values(), "language": language()}, {})


@blueprint.post("/<token>/hand-over")
@limiter.limit(FORMS, exempt_when=is_local)
def save_hand_over(token: str) -> ResponseReturnValue:
    row = registration_of(token)

    def take(db: DbSession, values: dict[str, Any]) -> None:
        by: Any = {"language": values["language"], "actor": VISITOR, "now": clock.now()}
        hand_over_registration(db, row.id, row.link_number, applicant_of(values), **by)

    with suppress(ChangesOver, NotTransferable, WrongStatus):  # the page says how things stand
        received(row.type, partial(form_page, token, row), read_substitute, take)
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/hand-over/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def hand_over_spelling(token: str) -> str:
    row = registration_of(token)
    return spelled(row.type, partial(form_page, token, row))


def read_substitute(given: MultiDict[str, str]) -> dict[str, Any]:
    sent = from_form(given, ())
    values: dict[str, Any] = SubstituteSchema().load({name: sent[name] for name in sent if name not in UNASKED})
    return values


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    labels = {
        **field_labels(),
        **their_labels(),
        "language": _("Language of our mails to them"),
    }
    return render(
        "public/registration/hand_over.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        guests=[guest for guest in guests_of(row) if guest.is_standing],
        values=values,
        errors=errors,
        labels=labels,
        spellings=spellings,
        spoken=[(code, OWN_NAMES[code]) for code in LANGUAGES],
        **name_choices(),
    )
