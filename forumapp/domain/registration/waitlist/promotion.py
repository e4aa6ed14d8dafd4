"""The waitlist: free spots go to the next in line, confirmed at once or offered for some hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.registration.capacity import counters, options, statements
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.registration.rules import InvitationState, Places, RegistrationStatus, Waiting, in_turn, promotions
from forumapp.domain.registration.waitlist.cancellation import end_plus_ones, lock_with_plus_ones, types_with_plus_ones

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.capacity.counters import Held

# Statuses that end at `offer_ends_at`.
_HELD = (RegistrationStatus.OFFERED, RegistrationStatus.UNCONFIRMED)


def promote(db: DbSession, edition_id: int, type_id: int, *, actor: Actor, now: datetime) -> list[Registration]:
    """Give the type's free spots to its waitlist, in order. If the edition has a quota of its own, its free spots go to
    the waitlists of all types with room, the longest wait first. Raises NotFound.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    if db.scalar(select(RegistrationType.id).filter_by(id=type_id, edition_id=edition_id)) is None:
        raise NotFound(entity="registration_type")
    return move_up_all(db, type_id, actor=actor, now=now)


def move_up_all(db: DbSession, type_id: int, *, actor: Actor, now: datetime) -> list[Registration]:
    """`promote` without a permission check, for callers that have just freed spots."""
    held = counters.hold(db, type_id)
    next_ones = (
        _waiting_in(db, type_id, promotions(held.places)) if held.edition_id is None else _waiting_across(db, held)
    )
    by_id = {row.id: row for row in _reload(db, [waiting.id for waiting in next_ones])}
    rows = [by_id[waiting.id] for waiting in next_ones]
    for row in rows:
        counters.move_up(db, held, row.type_id)
        _give(db, row, actor=actor, now=now)
    return rows


def _give(db: DbSession, row: Registration, *, actor: Actor, now: datetime) -> None:
    """Give a free spot to a registration: confirmed at once, or offered for the hours set in the type."""
    hours = db.scalars(select(RegistrationType.offer_hours).where(RegistrationType.id == row.type_id)).one()
    changes: dict[str, Any] = {"status": RegistrationStatus.CONFIRMED}
    if hours is not None:
        changes = {"status": RegistrationStatus.OFFERED, "offer_ends_at": now + timedelta(hours=hours)}
    change(db, row, changes, version=row.version, actor=actor, now=now)
    tell(db, row, template="registration-promoted" if hours is None else "registration-offered", now=now)


def types_with_ended_offers(db: DbSession, *, now: datetime) -> list[int]:
    """The ids of types with offers or email confirmations that have timed out, without archived editions."""
    query = (
        select(Registration.type_id)
        .join(Edition, Edition.id == Registration.edition_id)
        .where(_has_ended(now), Edition.status != EditionStatus.ARCHIVED)
    )
    return sorted(set(db.scalars(query)))


def end_offers(db: DbSession, type_id: int, *, actor: Actor, now: datetime) -> list[Registration]:
    """Release the spots of ended offers and of addresses not confirmed in time to the next in line. Idempotent. An
    unconfirmed address gets no mail.
    """
    ended = select(Registration).where(Registration.type_id == type_id, _has_ended(now)).order_by(Registration.id)
    edition_id = db.scalars(select(RegistrationType.edition_id).where(RegistrationType.id == type_id)).one()
    types = lock_with_plus_ones(db, edition_id, [row.id for row in db.scalars(ended)])
    held = counters.hold(db, type_id)
    rows = list(db.scalars(ended.execution_options(populate_existing=True)))
    freed = {type_id} if rows else set()
    for row in rows:
        if row.status not in _HELD:  # it ended as a plus-one in an earlier round of this loop
            continue
        if not types_with_plus_ones(db, row) <= types:  # changed before the lock; the next run takes it
            continue
        before = row.status
        change(db, row, {"status": RegistrationStatus.CANCELLED}, version=row.version, actor=actor, now=now)
        statements.revoke_code(db, row.id, now=now)
        counters.give_back(db, held, row, before)
        options.give_back(db, row)
        if before == RegistrationStatus.OFFERED:
            tell(db, row, template="registration-offer-ended", now=now)
        else:
            _reopen_invitation(db, row, actor=actor, now=now)
        freed |= end_plus_ones(db, row, actor=actor, now=now)
    for freed_id in sorted(freed):
        move_up_all(db, freed_id, actor=actor, now=now)
    return rows


def _reopen_invitation(db: DbSession, row: Registration, *, actor: Actor, now: datetime) -> None:
    """Make the invitation of a registration that was never confirmed answerable again."""
    query = select(Invitation).filter_by(registration_id=row.id, state=InvitationState.ACCEPTED)
    for invitation in db.scalars(query.execution_options(populate_existing=True)):
        state = InvitationState.SENT if invitation.sent_at else InvitationState.MADE
        changes = {"state": state, "answered_at": None, "registration_id": None}
        change(db, invitation, changes, version=invitation.version, actor=actor, now=now)


def _has_ended(now: datetime) -> ColumnElement[bool]:
    return Registration.status.in_(_HELD) & (Registration.offer_ends_at <= now)


def _waiting_in(db: DbSession, type_id: int, count: int) -> list[Waiting]:
    """The first `count` registrations of the type's waitlist."""
    query = (
        select(Registration.id, Registration.type_id, Registration.registered_at)
        .where(Registration.type_id == type_id, Registration.status == RegistrationStatus.WAITLISTED)
        .order_by(Registration.queue_number)
        .limit(count)
    )
    return [Waiting(*row) for row in db.execute(query)] if count else []


def _waiting_across(db: DbSession, held: Held) -> list[Waiting]:
    """The first of the waitlists of all types with room, as many as the edition has spots left."""
    rest = held.places.rest or 0
    types = (
        select(RegistrationType)
        .where(RegistrationType.edition_id == held.edition_id, RegistrationType.waiting > 0)
        .execution_options(populate_existing=True)
    )
    queues = (
        [
            _waiting_in(db, kind.id, promotions(Places(kind.quota, kind.taken, kind.waiting, rest=rest)))
            for kind in db.scalars(types)
        ]
        if rest
        else []
    )
    return in_turn(queues, rest)


def _reload(db: DbSession, ids: list[int]) -> Iterable[Registration]:
    query = select(Registration).where(Registration.id.in_(ids))
    return db.scalars(query.execution_options(populate_existing=True)) if ids else ()
