"""Adding someone who comes along with a registrant: the form of their type, in the house's name."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlusOnesLeft
from forumapp.domain.registration.groups.plus_ones import add_plus_one
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.schemas.choices import Source
from forumapp.schemas.messages import refusal_words
from forumapp.schemas.registration import PlusOneSchema
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.registrations.new_registration import SECTION
from forumapp.web.public.registration.forms import an_applicant, controls, received, usual_values
from forumapp.web.public.registration.names import spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration
    from forumapp.domain.registration.rules import Applicant
    from forumapp.web.public.registration.forms import Spellings

DECIDE = Permission.DECIDE_REGISTRATIONS
REFUSAL_MESSAGES = {refusal: refusal_words(refusal.code) for refusal in (AlreadyRegistered, NoPlusOnesLeft)}


@blueprint.get("/<edition>/registrations/<id:registration_id>/plus-ones/new")
@needs(DECIDE, everywhere=True)
def new_plus_one(registration_id: int) -> str:
    return form_page(registration_here(registration_id), usual_values(), {})


@blueprint.post("/<edition>/registrations/<id:registration_id>/plus-ones/new")
@needs(DECIDE, everywhere=True)
def create_plus_one(registration_id: int) -> ResponseReturnValue:
    row = registration_here(registration_id)
    again = partial(form_page, row)
    if request.form.keys() & {"propose", "spelling"}:
        return spelled(row.type, again)

    def take(db: DbSession, guest: Applicant) -> None:
        by: Any = {"source": Source.MANUAL, "language": row.language, "actor": actor(), "now": clock.now()}
        add_plus_one(db, row.edition_id, row.id, guest, **by)

    read = an_applicant(row.type, PlusOneSchema, organizer=True)
    received(row.type, again, read, take, messages=REFUSAL_MESSAGES)
    flash(_("The person is registered to come along. A mail about it goes to whom they come with."), "ok")
    return redirect(url_for("organizer.registration", registration_id=row.id, _anchor="along"), 303)


def registration_here(registration_id: int) -> Registration:
    return get_registration(reading(), edition().id, registration_id)


def form_page(
    row: Registration,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    spellings: Spellings = MappingProxyType({}),
) -> str:
    return render_template(
        "organizer/registration/plus_one.html",
        section=SECTION,
        line=get_line(reading(), row.edition_id, row.id),
        values=values,
        errors=errors,
        **controls(row.type, values, errors, spellings, questions=row.type.questions),
    )
