"""Writing the log. Services call `record` in the same transaction as the change it tells of."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, null, or_, select, update

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.flushing import flush
from forumapp.core.errors import InUse, Invalid, Stale
from forumapp.domain.audit import telling
from forumapp.domain.audit.models import AuditEvent, AuditValue, Via
from forumapp.domain.audit.telling import as_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row, Versioned

# `Via` is for the edges too, which know no models.
__all__ = [
    "SYSTEM",
    "Actor",
    "Token",
    "Via",
    "as_json",
    "batched",
    "change",
    "create",
    "edition_of",
    "erase_values",
    "record",
    "remove",
    "stale",
    "table_of",
    "told_at_once",
]


@dataclass(frozen=True, slots=True)
class Token:
    """The API token that acts for an account: what it may be used for, and in which editions (None: in all)."""

    id: int
    scopes: frozenset[str]
    editions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and through what. `account_id` None is a stranger at the public pages, or the system."""

    account_id: int | None
    via: Via
    token: Token | None = None


SYSTEM = Actor(None, Via.WORKFLOW)
BATCH = 500

_EVENT = Prepared(insert(AuditEvent).inline())
_EVENT_ID = insert(AuditEvent).returning(AuditEvent.id)
_VALUE = insert(AuditValue)
_UNTOLD_YET = "forumapp.untold_yet"


@contextmanager
def told_at_once(db: DbSession) -> Iterator[None]:
    """What is recorded inside without changed values is written by one statement, at the end."""
    events: list[dict[str, Any]] = []
    db.info[_UNTOLD_YET] = events
    try:
        yield
    finally:
        del db.info[_UNTOLD_YET]
    if events:
        _EVENT.many(db, events)


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
        "token_id": actor.token.id if actor.token else None,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "edition_id": edition_id,
        "reason": reason,
        "fields": sorted(changes or {}),
    }
    if not changes:
        waiting = db.info.get(_UNTOLD_YET)
        if waiting is None:
            _EVENT.rows(db, event)
        else:
            waiting.append(event)
        return
    event_id = db.connection().execute(_EVENT_ID, event).scalar_one()
    values = [
        {"event_id": event_id, "field": field, "before": before, "after": after}
        for field, (before, after) in sorted(changes.items())
    ]
    db.connection().execute(_VALUE, values)


def create(
    db: DbSession,
    row: Row,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Add `row` and tell of it, with what of it is worth saying. Raises what the database's constraints refuse."""
    db.add(row)
    flush(db)
    told: dict[str, Any] = {"edition_id": edition_of(row), "reason": reason, "changes": changes}
    record(db, "created", table_of(row), row.id, actor=actor, now=now, **told)


def change(
    db: DbSession,
    row: Versioned,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
    action: str = "changed",
    reason: str | None = None,
) -> None:
    """Set `changes` on `row`, which the caller read as `version`, and tell of what really changed.

    Raises Stale when someone else was faster.
    """
    if row.version != version:
        raise stale(row)
    differing = {
        field: (getattr(row, field), value) for field, value in changes.items() if getattr(row, field) != value
    }
    masked, refusal = telling.masked(row), stale(row)
    for field in differing:
        setattr(row, field, changes[field])
    try:
        flush(db)
    except Stale as error:  # since it was read here
        raise refusal from error
    if not differing:
        return
    told = telling.told(row, differing, masked | telling.masked(row))
    record(
        db,
        action,
        table_of(row),
        row.id,
        actor=actor,
        now=now,
        edition_id=edition_of(row),
        changes=told,
        reason=reason,
    )


def stale(row: Row) -> Stale:
    return Stale(entity=table_of(row), row_id=row.id)


def remove(db: DbSession, row: Row, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Delete `row` for good and tell of it with all that it held. Raises InUse while another record refers to it.

    What people remove goes through `removals.remove`, which asks for the version that they saw.
    """
    entity, row_id, edition_id = table_of(row), row.id, edition_of(row)
    held, refusal = telling.held(row), stale(row)
    db.delete(row)
    try:
        flush(db)
    except Stale as error:
        raise refusal from error
    except Invalid as error:
        raise InUse(entity=entity) from error
    record(db, "removed", entity, row_id, actor=actor, now=now, edition_id=edition_id, changes=held, reason=reason)


def erase_values(
    db: DbSession,
    entity: str,
    ids: Collection[int],
    fields: Collection[str] | None = None,
    *,
    dry_run: bool = False,
) -> int:
    """Empty what the log holds of these records, or of these fields of theirs; how many values there were.

    Who changed which field, and when, stays: the rows stand, and that they are empty tells that they were erased.
    """
    count = 0
    for some in batched(ids):
        events = select(AuditEvent.id).where(AuditEvent.entity == entity, AuditEvent.entity_id.in_(some))
        held = or_(AuditValue.before.is_not(null()), AuditValue.after.is_not(null()))
        which = [AuditValue.event_id.in_(events), held]
        if fields is not None:
            which.append(AuditValue.field.in_(fields))
        if dry_run:
            count += db.execute(select(func.count()).select_from(AuditValue).where(*which)).scalar_one()
        else:
            erased = update(AuditValue).where(*which).values(before=null(), after=null())
            count += db.connection().execute(erased).rowcount
    return count


def batched(ids: Collection[int]) -> list[list[int]]:
    """As many at a time as a statement takes, in order."""
    ordered = sorted(ids)
    return [ordered[first : first + BATCH] for first in range(0, len(ordered), BATCH)]


def table_of(row: Row) -> str:
    return str(type(row).__tablename__)  # type: ignore[attr-defined]  # every mapped class has one


def edition_of(row: Row) -> int | None:
    return row.id if table_of(row) == "edition" else getattr(row, "edition_id", None)
