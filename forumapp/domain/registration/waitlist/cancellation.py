"""A registration ends: its code is dead, its places are free, and so it is of those who came along with it."""

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
    """Of a registration of which all is held (`hold_along`). Who moves up into what is free is for the caller."""
    before, changes = row.status, dict[str, RegistrationStatus | None](status=target)
    if before == RegistrationStatus.UNCONFIRMED:  # ended by someone, and not by the time
        changes["offer_ends_at"] = None
    change(db, row, changes, version=row.version, actor=actor, now=now, reason=reason.strip() or None)
    statements.revoke_code(db, row.id, now=now)
    leave_sessions(db, row, actor=actor, now=now)
    counters.give_back(db, counters.hold(db, row.type_id), row, before)
    options.give_back(db, row)
    if before != RegistrationStatus.UNCONFIRMED:  # their address may not be theirs
        tell(db, row, now=now)


def end_plus_ones(db: DbSession, principal: Registration, *, actor: Actor, now: datetime) -> set[int]:
    """Nobody's guest comes without them, unless someone decides otherwise. Answers the types that they leave, for the
    caller to fill.
    """
    ended = [one for one in standing_plus_ones(db, principal) if one.status in MAY_BECOME[RegistrationStatus.CANCELLED]]
    for row in ended:
        end(db, row, RegistrationStatus.CANCELLED, actor=actor, now=now)
    return {row.type_id for row in ended}


def hold_along(db: DbSession, edition_id: int, ids: Collection[int]) -> set[int]:
    """Lock what ends with these registrations and with those who come along: the places of their types, which are
    answered, themselves, and their sessions, each kind in one order, so that two who do so never wait for each other.
    Whoever only chooses sessions holds the registration first, too.
    """
    theirs = select(Registration.type_id).where(*_along(edition_id, ids))
    held = set(counters.hold_all(db, db.scalars(theirs).all()))
    ending = select(Registration.id).where(*_along(edition_id, ids))
    db.execute(ending.order_by(Registration.id).with_for_update(key_share=True)).all()
    hold_sessions(db, ending)
    return held


def types_along(db: DbSession, row: Registration) -> set[int]:
    """Of a registration and those who come with it, as they are now."""
    return set(db.scalars(select(Registration.type_id).where(*_along(row.edition_id, [row.id]))))


def _along(edition_id: int, ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    with_them = and_(Registration.principal_id.in_(ids), Registration.status.in_(ACTIVE))
    return Registration.edition_id == edition_id, or_(Registration.id.in_(ids), with_them)


def standing_plus_ones(db: DbSession, principal: Registration) -> list[Registration]:
    """Those who come with someone, of whatever type they are, in the order in which they were named."""
    query = select(Registration).where(
        Registration.edition_id == principal.edition_id,
        Registration.principal_id == principal.id,
        Registration.status.in_(ACTIVE),
    )
    return list(db.scalars(query.order_by(Registration.id).execution_options(populate_existing=True)))
