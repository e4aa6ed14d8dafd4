"""A registrant's own page, behind the signed link of their mail: status, code and cancellation."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import LinkHasEnded
from forumapp.core.serving.rate_limits import FORMS, is_local, limiter
from forumapp.domain.delegations.members.leaving import cancel_own_registration
from forumapp.domain.delegations.queries import delegations_by_registration
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.registration.consent_queries import consent_words, live_consents
from forumapp.domain.registration.emails import LINK_PURPOSE
from forumapp.domain.registration.errors import OfferEnded
from forumapp.domain.registration.forms.answers import answered, check
from forumapp.domain.registration.forms.questions import for_public, read_questions
from forumapp.domain.registration.groups.plus_ones import may_bring
from forumapp.domain.registration.lifecycle.decisions import accept_offer
from forumapp.domain.registration.lifecycle.self_service import may_change_until
from forumapp.domain.registration.lists.queries import find_by_link, find_live_code, get_line
from forumapp.domain.registration.rules import ADMITTED, CHANGEABLE, MAY_BECOME, RegistrationStatus, last_day_to_change
from forumapp.web.frame import pages
from forumapp.web.public.own.plus_ones_shown import guests_of
from forumapp.web.public.own.program import sessions_of
from forumapp.web.public.registration.forms import hold_frames
from forumapp.web.public.signed_links import keep_private, read_link
from forumapp.web.public.site import VISITOR, is_archived, render

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.consent_texts import ConsentWords
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.models import Consent, Registration

blueprint = pages("own", __name__, url_prefix="/r")
blueprint.after_request(keep_private)
blueprint.after_request(hold_frames)
SENTENCES = {
    RegistrationStatus.INVITED: _l("You are invited."),
    RegistrationStatus.UNCONFIRMED: _l("Your email address is not confirmed yet. Open the link we sent to it."),
    RegistrationStatus.APPLIED: _l("The organizer decides on your request and writes to you."),
    RegistrationStatus.WAITLISTED: _l(
        "You are on the waitlist with number %(number)s. We write to you when a place is free."
    ),
    RegistrationStatus.OFFERED: _l("A place has become free for you."),
    RegistrationStatus.CONFIRMED: _l("You have a place."),
    RegistrationStatus.DECLINED: _l("The organizer could not offer you a place."),
    RegistrationStatus.CANCELLED: _l("This registration has been cancelled."),
    RegistrationStatus.ATTENDED: _l("Thank you for coming."),
    RegistrationStatus.NO_SHOW: _l("We missed you."),
}
REPLACED = _l("The place has passed to another registration. This one has ended.")


@blueprint.get("/<token>")
def page(token: str) -> ResponseReturnValue:
    row = registration_of(token)
    db = reading()
    edition = get_edition_by_id(db, row.edition_id)
    line = get_line(db, row.edition_id, row.id)
    sessions = sessions_of(row, edition)
    return render(
        "public/registration/own.html",
        edition,
        "own",
        token=token,
        line=line,
        text=sentence(line.status, line.queue_number) if row.replaced_by_id is None else REPLACED,
        code=find_live_code(db, row.id) if line.status in ADMITTED else None,
        consents=own_consents(db, row),
        offer="" if is_archived(edition) else offer_of(line, clock.now()),
        has_itinerary=line.status in ADMITTED and bool(delegations_by_registration(db, row.edition_id, [row.id])),
        answers=[pair for pair in answered(row.answers) if not pair[0].for_organizers],
        may_change=may_change(row),
        sessions=[session for session in sessions if session.choice.is_mine],
        may_choose=bool(sessions) and may_choose(row),
        may_hand_over=may_hand_over(row),
        guests=guests_of(row),
        principal=principal_of(row),
        may_bring_along=may_bring_along(row),
        lacks_answers=lacks_answers(row),
        is_transferable=row.type.is_transferable,
        last_day=last_day_to_change(edition.changes_until, edition.starts_on),
        may_cancel=not is_archived(edition) and line.status in MAY_BECOME[RegistrationStatus.CANCELLED],
    )


def may_hand_over(row: Registration) -> bool:
    return row.status == RegistrationStatus.CONFIRMED and row.type.is_transferable and may_change(row)


def may_bring_along(row: Registration) -> bool:
    return may_change(row) and may_bring(reading(), row) > 0


def principal_of(row: Registration) -> RegistrationLine | None:
    """Their principal."""
    return None if row.principal_id is None else get_line(reading(), row.edition_id, row.principal_id)


def may_choose(row: Registration) -> bool:
    return row.status == RegistrationStatus.CONFIRMED and may_change(row)


def may_change(row: Registration) -> bool:
    edition = get_edition_by_id(reading(), row.edition_id)
    return not is_archived(edition) and row.status in CHANGEABLE and may_change_until(edition, now=clock.now())


def own_consents(db: DbSession, row: Registration) -> list[tuple[ConsentWords, Consent | None]]:
    """Consents that are asked for with their state, and given ones that are no longer asked for."""
    live = live_consents(db, row.id)
    words = consent_words(db, row.edition_id)
    return [(word, live.get(word.purpose)) for word in words if word.is_asked or word.purpose in live]


def offer_of(line: RegistrationLine, now: datetime) -> str:
    """The state of the offer of a spot: "open", "ended", or "" without one."""
    if line.status != RegistrationStatus.OFFERED or line.offer_ends_at is None:
        return ""
    return "open" if line.offer_ends_at > now else "ended"


@blueprint.post("/<token>/cancel")
@limiter.limit(FORMS, exempt_when=is_local)
def cancel(token: str) -> ResponseReturnValue:
    registration_id, link_number = read_link(LINK_PURPOSE, token)
    with transaction() as db:
        cancel_own_registration(db, registration_id, link_number, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


@blueprint.post("/<token>/accept")
@limiter.limit(FORMS, exempt_when=is_local)
def accept(token: str) -> ResponseReturnValue:
    """Opening the link alone takes nothing: mail scanners open all links."""
    registration_id, link_number = read_link(LINK_PURPOSE, token)
    with suppress(OfferEnded), transaction() as db:  # the page says so
        accept_offer(db, registration_id, link_number, actor=VISITOR, now=clock.now())
    return redirect(url_for(".page", token=token), 303)


def registration_of(token: str) -> Registration:
    row = find_by_link(reading(), *read_link(LINK_PURPOSE, token))
    if row is None:
        raise LinkHasEnded
    return row


def lacks_answers(row: Registration) -> bool:
    """Whether a required answer is missing, as after a transfer."""
    asked = check(read_questions(for_public(row.type.questions)), row.answers.get("values", {}))
    return "required" in asked.faults.values()


def sentence(status: RegistrationStatus, queue_number: int | None) -> str:
    """The status in a sentence."""
    return str(SENTENCES[status]) % {"number": queue_number}
