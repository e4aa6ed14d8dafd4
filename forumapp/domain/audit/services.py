"""Writing the log. Services call `record` in the same transaction as the change it tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from forumapp.domain.audit.models import AuditEvent, AuditValue, Via

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and through what. `account_id` None is a stranger at the public pages, or the system."""

    account_id: int | None
    via: Via


SYSTEM = Actor(None, Via.WORKFLOW)

_EVENT = insert(AuditEvent)
_EVENT_ID = insert(AuditEvent).returning(AuditEvent.id)
_VALUE = insert(AuditValue)


def record(
    db: DbSession,
    action: str,
    entity: str,
    entity_id: int,
    *,
    actor: Actor,
    now: datetime,
    edition_id: int | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str | None = None,
) -> None:
    """Write one event; `changes` maps a field to its value before and after, as JSON can hold it."""
    event = {
        "at": now,
        "actor_id": actor.account_id,
        "via": actor.via,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "edition_id": edition_id,
        "reason": reason,
        "fields": sorted(changes or {}),
    }
    if not changes:
        db.connection().execute(_EVENT, event)
        return
    event_id = db.connection().execute(_EVENT_ID, event).scalar_one()
    values = [
        {"event_id": event_id, "field": field, "before": before, "after": after}
        for field, (before, after) in sorted(changes.items())
    ]
    db.connection().execute(_VALUE, values)
