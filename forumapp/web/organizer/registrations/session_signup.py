"""Signing someone up for sessions with limited places, and taking them off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.errors import SessionFull, SessionsClash, WrongStatus
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.domain.registration.session_signup.by_staff import sessions_for, sign_up
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.public.own.sessions import ids_sent
from forumapp.web.wording.words import t

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue

    from forumapp.domain.registration.models import Registration

SECTION = "registration"
EDIT = Permission.EDIT_REGISTRATIONS


@blueprint.get("/<edition>/registrations/<id:registration_id>/sessions")
@needs(EDIT)
def sign_ups(registration_id: int) -> str:
    return sign_up_page(get_registration(reading(), edition().id, registration_id, within=within(EDIT)))


@blueprint.post("/<edition>/registrations/<id:registration_id>/sessions")
@needs(EDIT)
def save_sign_ups(registration_id: int) -> ResponseReturnValue:
    """Save the boxes that were ticked or cleared since the page was shown."""
    row = get_registration(reading(), edition().id, registration_id, within=within(EDIT))
    chosen, seen = ids_sent("session"), ids_sent("seen")
    try:
        with transaction() as db:
            changed = sign_up(db, edition().id, row.id, chosen - seen, seen - chosen, actor=actor(), now=clock.now())
    except (SessionFull, SessionsClash, Invalid, WrongStatus) as refusal:
        row = get_registration(reading(), edition().id, registration_id, within=within(EDIT))
        return sign_up_page(row, chosen, refused(row, refusal)), 422
    if changed:
        flash(_("The sessions are saved. The person is told by mail, where there is an address."), "ok")
    return redirect(url_for("organizer.registration", registration_id=registration_id))


def refused(row: Registration, refusal: Refusal) -> str:
    titles = {offer.id: t(offer.title) for offer, _mine in sessions_for(reading(), row)}
    if isinstance(refusal, SessionFull):
        title = titles.get(refusal.details["session_id"], "")
        return str(_("All places in “%(session)s” are taken. Nothing was saved.", session=title))
    if isinstance(refusal, SessionsClash):
        offer, other = (
            titles.get(each, _("a session in which they have a part")) for each in refusal.details["session_ids"]
        )
        return str(_("“%(one)s” and “%(other)s” are at the same time. Choose one of them.", one=offer, other=other))
    if isinstance(refusal, WrongStatus):
        return str(_("Only someone who has a place can be signed up."))
    return str(_("One of these sessions cannot be chosen any more. Look again."))


def sign_up_page(row: Registration, chosen: Collection[int] | None = None, fault: str = "") -> str:
    offered = sessions_for(reading(), row)
    mine = {one.id for one, is_mine in offered if is_mine}
    return render_template(
        "organizer/registration/sessions.html",
        section=SECTION,
        line=get_line(reading(), edition().id, row.id, within=within(EDIT)),
        offered=offered,
        mine=mine,
        chosen=mine if chosen is None else chosen,
        errors={"": fault} if fault else {},
    )
