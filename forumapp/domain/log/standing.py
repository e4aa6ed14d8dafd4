"""A record as someone has seen it, beside how it stands now: told like a change of the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forumapp.core.database.db import Base
from forumapp.core.errors import NotFound
from forumapp.domain.audit import telling
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import table_of
from forumapp.domain.log.queries import LogLine

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row, Versioned

LATEST = 2**63 - 1  # after all that the log tells, so that names are those of what is there
HASH = "_hash"  # of a column's name


def standing(db: DbSession, entity: str, row_id: int) -> Versioned:
    """A row by its table and id, for whoever was let to it."""
    kinds = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    row: Versioned | None = db.get(kinds[Base.metadata.tables[entity]], row_id)
    if row is None:
        raise NotFound(entity=entity)
    return row


def seen_of(row: Row, fields: Collection[str] | None = None) -> dict[str, Any]:
    """What is there to be seen of a row, as JSON has it. Hashes of secrets nobody sees."""
    told = {field: value for field, value in telling.snapshot(row).items() if not field.endswith(HASH)}
    kept = {field: value for field, value in told.items() if fields is None or field in fields}
    found: dict[str, Any] = json.loads(json.dumps(kept, default=str))
    return found


def line_between(row: Row, seen: Mapping[str, Any], stands: Mapping[str, Any], *, now: datetime) -> LogLine:
    """What differs, from what was seen to what stands. Where nothing was seen, all that stands."""
    differing = {
        field: (seen.get(field), value)
        for field, value in stands.items()
        if (field in seen or not seen) and seen.get(field) != value
    }
    changes = telling.told(row, differing, frozenset())
    return LogLine(
        id=LATEST,
        at=now,
        actor_id=None,
        by=None,
        via=Via.PAGE,
        token_id=None,
        action="changed",
        entity=table_of(row),
        entity_id=row.id,
        reason=None,
        changes=tuple((field, *pair) for field, pair in changes.items()),
    )
