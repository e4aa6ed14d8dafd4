"""Reading invitations, as they stand at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.mail.suppressing import suppressed_among
from forumapp.domain.people.search_conditions import says
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.registration.rules import (
    REST,
    UNANSWERED,
    InvitationState,
    RegistrationStatus,
    invitation_state,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation with its type, and how it stands now."""

    row: Invitation
    state: InvitationState


def invitations_page(
    db: DbSession,
    edition_id: int,
    *,
    now: datetime,
    state: str | None = None,
    type_code: str | None = None,
    search: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[InvitationLine]:
    """The newest first. Each word of `search` is found in the names or the mail address."""
    query = select(Invitation).where(Invitation.edition_id == edition_id)
    if state:
        query = invitations_in(edition_id, InvitationState(state), today_in(db, edition_id, now=now))
    query = (
        query.join(RegistrationType, RegistrationType.id == Invitation.type_id)
        .options(joinedload(Invitation.type))
        .order_by(Invitation.id.desc())
    )
    if type_code:
        query = query.where(RegistrationType.code == type_code)
    query = query.where(*(_matches(word) for word in search.split()))
    page = paged(db, query, number=number, size=size)
    return page.of([InvitationLine(row, state_of(db, row, now=now)) for row in page.items])


def get_invitation(db: DbSession, edition_id: int, invitation_id: int, *, now: datetime) -> InvitationLine:
    query = select(Invitation).options(joinedload(Invitation.type))
    row = db.scalar(query.where(Invitation.id == invitation_id, Invitation.edition_id == edition_id))
    if row is None:
        raise NotFound(entity="invitation")
    return InvitationLine(row, state_of(db, row, now=now))


def count_unsent(db: DbSession, edition_id: int, *, now: datetime) -> int:
    """How many have an address and were not written to yet."""
    unsent = invitations_in(edition_id, InvitationState.MADE, today_in(db, edition_id, now=now))
    with_address = unsent.where(Invitation.email.is_not(None)).with_only_columns(func.count())
    return db.execute(with_address).scalar_one()


def count_unanswered(db: DbSession, edition_id: int, *, now: datetime) -> int:
    """How many were written to before the last REST and have not answered, at addresses that take mail."""
    query = unanswered(edition_id, today_in(db, edition_id, now=now), before=now - REST)
    addresses = [row.email or "" for row in db.scalars(query)]
    no_mail = suppressed_among(db, addresses)
    return sum(one not in no_mail for one in addresses)


def unanswered(edition_id: int, today: date, *, before: datetime) -> Select[Any]:
    """Invitations with an address that were last sent `before`, and can still be answered."""
    sent = invitations_in(edition_id, InvitationState.SENT, today)
    return sent.where(Invitation.email.is_not(None), Invitation.sent_at < before)


def invitations_in(edition_id: int, state: InvitationState, today: date) -> Select[Any]:
    """The edition's invitations in a state on a day. The overview and the page of invitations both count by this."""
    return select(Invitation).where(Invitation.edition_id == edition_id, stands_as(state, today))


def registrations_in(edition_id: int, status: RegistrationStatus, access: Access) -> Select[Any]:
    """Ids of the registrations with this status that the caller may edit."""
    reached = limited(Registration.id, "registration", edition_id, access.within(Permission.EDIT_REGISTRATIONS))
    here = (Registration.edition_id == edition_id, Registration.status == status)
    return select(Registration.id).where(*here, *reached)


def registered_as_invited(edition_id: int, access: Access) -> Select[Any]:
    """Ids of people whose registration says "invited": imported or entered, without an invitation link of their own.

    The overview and the page of invitations both count these, so that they agree.
    """
    return registrations_in(edition_id, RegistrationStatus.INVITED, access)


def count_registered_as_invited(db: DbSession, edition_id: int, access: Access) -> int:
    query = select(func.count()).select_from(registered_as_invited(edition_id, access).subquery())
    return db.execute(query).scalar_one()


def state_of(db: DbSession, row: Invitation, *, now: datetime) -> InvitationState:
    """How it stands now."""
    if row.state not in UNANSWERED or row.answer_by is None:
        return row.state
    return invitation_state(row.state, row.answer_by, today_in(db, row.edition_id, now=now))


def today_in(db: DbSession, edition_id: int, *, now: datetime) -> date:
    """What day it is where the forum is."""
    return today_at(get_edition_by_id(db, edition_id), now)


def stands_as(state: InvitationState, today: date) -> ColumnElement[bool]:
    """Whether an invitation is in a state on a day of the forum's zone."""
    ended = Invitation.answer_by.is_not(None) & (Invitation.answer_by < today)
    if state == InvitationState.EXPIRED:
        return Invitation.state.in_(UNANSWERED) & ended
    stands = Invitation.state == state
    return stands & ~ended if state in UNANSWERED else stands


def _matches(word: str) -> ColumnElement[bool]:
    return or_(says(Invitation.search_text, word), Invitation.email.contains(word.lower(), autoescape=True))
