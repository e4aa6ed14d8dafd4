"""Who authorized a spot over capacity, and the reason given at that time."""

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


def log_authorizer(account_id: int | None) -> dict[str, tuple[Any, Any]]:
    """The log changes of a new registration; empty within capacity."""
    return {} if account_id is None else {FIELD: (None, account_id)}


def over_capacity_of(db: DbSession, ids: Collection[int]) -> dict[int, OverCapacity]:
    """The authorizations of those of these registrations that are over capacity, by id. A substitute has that of the
    first holder of the spot.
    """
    query = select(Registration.id, Account.id, Account.name).join(Account, Account.id == Registration.over_capacity_by)
    accounts = {row[0]: (row[1], row[2]) for row in db.execute(query.where(Registration.id.in_(ids)))}
    first = _first_holders(db, accounts)
    reasons = _reasons(db, set(first.values()))
    return {row_id: OverCapacity(*account, reasons.get(first[row_id], "")) for row_id, account in accounts.items()}


def _first_holders(db: DbSession, ids: Collection[int]) -> dict[int, int]:
    """By registration, the one that had its spot first. Follows substitutions back to older registrations; one that
    was authorized itself is its own first holder.
    """
    first = {row_id: row_id for row_id in ids}
    while first:
        handed = select(Registration.replaced_by_id, Registration.id).where(
            Registration.replaced_by_id.in_(first.values()),
            Registration.id < Registration.replaced_by_id,
            Registration.over_capacity_by.is_not(None),
            ~_is_authorized(Registration.replaced_by_id),
        )
        before: dict[int | None, int] = {row[0]: row[1] for row in db.execute(handed)}
        if not before:
            break
        first = {row_id: before.get(holder, holder) for row_id, holder in first.items()}
    return first


def _is_authorized(registration_id: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    logged = select(AuditValue.id).join(AuditEvent, AuditEvent.id == AuditValue.event_id)
    return logged.where(
        AuditEvent.entity == "registration", AuditEvent.entity_id == registration_id, AuditValue.field == FIELD
    ).exists()


def _reasons(db: DbSession, ids: Collection[int]) -> dict[int, str]:
    is_logged = and_(AuditValue.event_id == AuditEvent.id, AuditValue.field == FIELD)
    query = select(AuditEvent.entity_id, AuditEvent.reason).outerjoin(AuditValue, is_logged)
    query = query.where(AuditEvent.entity == "registration", AuditEvent.entity_id.in_(ids), AuditEvent.reason != "")
    # Older entries have no value for the field: there the reason is that of the registration itself.
    query = query.where(or_(AuditValue.id.is_not(None), AuditEvent.action.in_(("created", "registered"))))
    rows = db.execute(query.order_by(AuditValue.id.is_not(None), AuditEvent.id)) if ids else ()
    return {row_id: reason or "" for row_id, reason in rows}
