"""Bringing someone along, on the registrant's own page."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.serving.rate_limits import FORMS, SUGGESTIONS, is_local, limiter
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.errors import ChangesOver, NoPlusOnesLeft, WrongStatus
from forumapp.domain.registration.groups.plus_ones import bring_along
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import PlusOneSchema
from forumapp.web.public.own.page import blueprint, may_bring_along, registration_of
from forumapp.web.public.registration.forms import an_applicant, controls, received, usual_values
from forumapp.web.public.registration.names import spelled
from forumapp.web.public.site import VISITOR, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration
    from forumapp.domain.registration.rules import Applicant
    from forumapp.web.public.registration.forms import Spellings

REFUSAL_MESSAGES = {kind: refusal_words(kind.code) for kind in (ChangesOver, NoPlusOnesLeft, WrongStatus)}


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

    def take(db: DbSession, guest: Applicant) -> None:
        by: Any = {"language": row.language, "actor": VISITOR, "now": clock.now()}
        bring_along(db, row.id, row.link_number, guest, **by)

    again = partial(form_page, token, row)
    received(row.type, again, an_applicant(row.type, PlusOneSchema), take, messages=REFUSAL_MESSAGES)
    flash(_("The person is registered to come with you. A mail about it is on its way to you."), "ok")
    return redirect(url_for(".page", token=token, _anchor="along"), 303)


@blueprint.post("/<token>/plus-one/spelling")
@limiter.limit(SUGGESTIONS, exempt_when=is_local)
def plus_one_spelling(token: str) -> str:
    row = registration_of(token)
    return spelled(row.type, partial(form_page, token, row))


def form_page(
    token: str,
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    asked = controls(row.type, values, errors, spellings)
    return render(
        "public/registration/plus_one.html",
        get_edition_by_id(reading(), row.edition_id),
        "own",
        token=token,
        values=values,
        errors=errors,
        **{**asked, "labels": asked["their_labels"]},
    )
