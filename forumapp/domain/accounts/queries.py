"""Reading who may do what, and who did what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.accounts.models import Account, EditionAccess
from forumapp.domain.audit.models import AuditEvent, AuditValue

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Via


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of a record's log, with the fields it changed as (name, before, after)."""

    at: datetime
    by: str | None
    via: Via
    action: str
    reason: str | None
    changes: tuple[tuple[str, object, object], ...]


def list_organizers(db: DbSession, edition_id: int) -> list[Account]:
    """The accounts with a role in the edition, by name."""
    held = select(EditionAccess.account_id).where(EditionAccess.edition_id == edition_id)
    return list(db.scalars(select(Account).where(Account.id.in_(held), Account.active).order_by(Account.name)))


def history(db: DbSession, entity: str, entity_id: int, *, size: int = 50) -> list[HistoryLine]:
    """What happened to a record, the latest first. Two queries."""
    query = (
        select(AuditEvent, Account.name)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .where(AuditEvent.entity == entity, AuditEvent.entity_id == entity_id)
        .order_by(AuditEvent.id.desc())
        .limit(size)
    )
    rows = list(db.execute(query))
    changes: dict[int, list[tuple[str, object, object]]] = {}
    values = select(AuditValue).where(AuditValue.event_id.in_([event.id for event, _ in rows]))
    for value in db.scalars(values.order_by(AuditValue.id)):
        changes.setdefault(value.event_id, []).append((value.field, value.before, value.after))
    return [
        HistoryLine(event.at, name, event.via, event.action, event.reason, tuple(changes.get(event.id, ())))
        for event, name in rows
    ]
