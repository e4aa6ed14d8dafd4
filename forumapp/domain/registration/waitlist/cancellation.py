"""Ending registrations and their plus-ones: codes are revoked, and spots, options and sessions become free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.capacity import counters, options, statements
from forumapp.domain.registration.capacity.sessions import hold_sessions, leave_sessions
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ACTIVE, MAY_BECOME, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession


def end(
    db: DbSession, row: Registration, target: RegistrationStatus, *, reason: str = "", actor: Actor, now: datetime
) -> None:
    """End a registration whose resources are locked (`lock_with_plus_ones`). The caller moves up the waitlist."""
    before, changes = row.status, dict[str, RegistrationStatus | None](status=target)
    if before == RegistrationStatus.UNCONFIRMED:  # ended by a person, not by the timeout
        changes["offer_ends_at"] = None
    change(db, row, changes, version=row.version, actor=actor, now=now, reason=reason.strip() or None)
    statements.revoke_code(db, row.id, now=now)
    leave_sessions(db, row, actor=actor, now=now)
    counters.give_back(db, counters.hold(db, row.type_id), row, before)
    options.give_back(db, row)
    if before != RegistrationStatus.UNCONFIRMED:  # the address may belong to someone else
        tell(db, row, now=now)


def end_plus_ones(db: DbSession, principal: Registration, *, actor: Actor, now: datetime) -> set[int]:
    """Cancel the plus-ones of `principal`. Returns the ids of the types with free spots, for the caller to fill."""
    cancellable = MAY_BECOME[RegistrationStatus.CANCELLED]
    ended = [row for row in active_plus_ones(db, principal) if row.status in cancellable]
    for row in ended:
        end(db, row, RegistrationStatus.CANCELLED, actor=actor, now=now)
    return {row.type_id for row in ended}


def lock_with_plus_ones(db: DbSession, edition_id: int, ids: Collection[int]) -> set[int]:
    """Lock what ends with these registrations and their plus-ones: the capacity of their types, then the registrations,
    then their sessions. Returns the type ids. The fixed order prevents deadlocks; session sign-up locks the
    registration first, too.
    """
    theirs = select(Registration.type_id).where(*_with_plus_ones(edition_id, ids))
    held = set(counters.hold_all(db, db.scalars(theirs).all()))
    ending = select(Registration.id).where(*_with_plus_ones(edition_id, ids))
    db.execute(ending.order_by(Registration.id).with_for_update(key_share=True)).all()
    hold_sessions(db, ending)
    return held


def types_with_plus_ones(db: DbSession, row: Registration) -> set[int]:
    """The current type ids of a registration and its plus-ones."""
    return set(db.scalars(select(Registration.type_id).where(*_with_plus_ones(row.edition_id, [row.id]))))


def _with_plus_ones(edition_id: int, ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    with_them = and_(Registration.principal_id.in_(ids), Registration.status.in_(ACTIVE))
    return Registration.edition_id == edition_id, or_(Registration.id.in_(ids), with_them)


def active_plus_ones(db: DbSession, principal: Registration) -> list[Registration]:
    """The active plus-ones of a registration, of any type, in the order in which they were added."""
    query = select(Registration).where(
        Registration.edition_id == principal.edition_id,
        Registration.principal_id == principal.id,
        Registration.status.in_(ACTIVE),
    )
    return list(db.scalars(query.order_by(Registration.id).execution_options(populate_existing=True)))
