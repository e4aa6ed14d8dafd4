"""In whose name somebody has a place over capacity, and why: as it was said when the place was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from forumapp.domain.accounts.models import Account
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute
    from sqlalchemy.orm import Session as DbSession

FIELD = "over_capacity_by"


@dataclass(frozen=True, slots=True)
class OverCapacity:
    account_id: int
    name: str
    reason: str


def told(account_id: int | None) -> dict[str, tuple[Any, Any]]:
    """For the log, of a registration that begins so."""
    return {} if account_id is None else {FIELD: (None, account_id)}


def over_capacity_of(db: DbSession, ids: Collection[int]) -> dict[int, OverCapacity]:
    """Of those of these registrations that are. Whoever has another one's place has it for what was said then."""
    query = select(Registration.id, Account.id, Account.name).join(Account, Account.id == Registration.over_capacity_by)
    found = {row[0]: (row[1], row[2]) for row in db.execute(query.where(Registration.id.in_(ids)))}
    first = _firsts(db, found)
    why = _reasons(db, set(first.values()))
    return {one: OverCapacity(*by, why.get(first[one], "")) for one, by in found.items()}


def _firsts(db: DbSession, ids: Collection[int]) -> dict[int, int]:
    """By each, of whom it was said: who had its place first. A place is handed on to a newer registration; the older
    one to which it goes back has it for what was said of itself.
    """
    first = {one: one for one in ids}
    while first:
        handed = select(Registration.replaced_by_id, Registration.id).where(
            Registration.replaced_by_id.in_(first.values()),
            Registration.id < Registration.replaced_by_id,
            Registration.over_capacity_by.is_not(None),
            ~_is_said_of(Registration.replaced_by_id),
        )
        before: dict[int | None, int] = {row[0]: row[1] for row in db.execute(handed)}
        if not before:
            break
        first = {one: before.get(now, now) for one, now in first.items()}
    return first


def _is_said_of(one: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    said = select(AuditValue.id).join(AuditEvent, AuditEvent.id == AuditValue.event_id)
    return said.where(
        AuditEvent.entity == "registration", AuditEvent.entity_id == one, AuditValue.field == FIELD
    ).exists()


def _reasons(db: DbSession, ids: Collection[int]) -> dict[int, str]:
    said = and_(AuditValue.event_id == AuditEvent.id, AuditValue.field == FIELD)
    query = select(AuditEvent.entity_id, AuditEvent.reason).outerjoin(AuditValue, said)
    query = query.where(AuditEvent.entity == "registration", AuditEvent.entity_id.in_(ids), AuditEvent.reason != "")
    # Until it was told to the log by itself, it stood with how the registration began.
    query = query.where(or_(AuditValue.id.is_not(None), AuditEvent.action.in_(("created", "registered"))))
    rows = db.execute(query.order_by(AuditValue.id.is_not(None), AuditEvent.id)) if ids else ()
    return {one: reason or "" for one, reason in rows}
