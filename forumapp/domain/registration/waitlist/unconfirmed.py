"""Registrations whose email address is not confirmed yet: which ones have to wait, and how they continue.

A spot is held for them where a newcomer would get one. Otherwise they hold nothing, and join the waitlist or ask for
approval only once the address is confirmed, so that false addresses never stand in line.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.capacity.counters import Place
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.waitlist.cancellation import active_plus_ones, types_with_plus_ones
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.capacity.statements import Offer
    from forumapp.domain.registration.rules import Invited


def hold(db: DbSession, offer: Offer, invited: Invited | None, *, now: datetime) -> Place:
    """What a registration gets until its email address is confirmed. Raises RegistrationClosed, and NoPlacesLeft if
    the allotment is used up.
    """
    confirm_by = now + timedelta(minutes=offer.hold_minutes)
    if invited is not None and invited.block_id is not None:
        counters.seat_in_block(db, offer.type_id, invited.block_id)
        return Place(RegistrationStatus.UNCONFIRMED, confirm_by=confirm_by, holds_spot=True)
    is_decided_on = invited is None or invited.principal_id is not None
    how: Any = {"even_closed": invited is not None, "is_decided_on": is_decided_on}
    return counters.hold_spot(db, offer.type_id, until=confirm_by, **how)


def continue_all(db: DbSession, rows: Iterable[Registration], *, actor: Actor, now: datetime, notify: bool) -> None:
    """Continue registrations with the status that they would have got without confirmation. The capacity of their types
    is locked.
    """
    for row in rows:
        changes: dict[str, Any] = {"offer_ends_at": None, "holds_spot": False, **_next(db, row)}
        change(db, row, changes, version=row.version, actor=actor, now=now, action="email-confirmed")
        if notify:
            tell(db, row, now=now)


def lock(db: DbSession, registration_id: int, type_id: int) -> Registration | None:
    """Lock the capacity of the registration's type, of its plus-ones' types and of `type_id`. Returns the registration,
    or None if its email address is confirmed by then.
    """
    row = db.get_one(Registration, registration_id, populate_existing=True)
    if row.status != RegistrationStatus.UNCONFIRMED:
        return None
    counters.hold_all(db, {type_id, *types_with_plus_ones(db, row)})
    db.refresh(row)
    return row if row.status == RegistrationStatus.UNCONFIRMED else None


def take_over(
    db: DbSession, row: Registration, changes: dict[str, Any], *, reason: str = "", actor: Actor, now: datetime
) -> None:
    """Continue a locked registration and its plus-ones with `changes`, without waiting for the email confirmation."""
    left = row.type_id
    ended: dict[str, Any] = {"offer_ends_at": None, "holds_spot": False}
    values = {"principal_id": None, **changes, **ended}
    why = reason.strip() or None
    change(db, row, values, version=row.version, action="registered", reason=why, actor=actor, now=now)
    continue_plus_ones(db, row, actor=actor, now=now)
    move_up_all(db, left, actor=actor, now=now)


def was_released() -> ColumnElement[bool]:
    """A condition: the registration ended because its email address was not confirmed in time. Ended offers have a
    queue number instead.
    """
    ended = (Registration.status == RegistrationStatus.CANCELLED, Registration.offer_ends_at.is_not(None))
    return and_(*ended, Registration.queue_number.is_(None))


def confirm_for_list(db: DbSession, registration_id: int, *, actor: Actor, now: datetime) -> None:
    """Confirm a registration without its email confirmation, because an imported list names the person. The capacity of
    the types is locked.
    """
    row = db.get_one(Registration, registration_id, populate_existing=True)
    if row.status == RegistrationStatus.UNCONFIRMED:
        continue_all(db, [row], actor=actor, now=now, notify=False)
        continue_plus_ones(db, row, actor=actor, now=now)


def continue_plus_ones(db: DbSession, principal: Registration, *, actor: Actor, now: datetime) -> None:
    waiting = [row for row in active_plus_ones(db, principal) if row.status == RegistrationStatus.UNCONFIRMED]
    continue_all(db, waiting, actor=actor, now=now, notify=True)


def _next(db: DbSession, row: Registration) -> dict[str, Any]:
    if row.holds_spot:
        return {"status": RegistrationStatus.CONFIRMED}
    query = select(RegistrationType.needs_approval, RegistrationType.is_limited)
    needs_approval, is_limited = db.execute(query.where(RegistrationType.id == row.type_id)).one()
    if needs_approval and row.source != Source.INVITATION:
        return {"status": RegistrationStatus.APPLIED}
    place = counters.take_or_queue(db, row.edition_id, row.type_id, limited=is_limited, even_closed=True)
    return {"status": place.status, "queue_number": place.queue_number}
