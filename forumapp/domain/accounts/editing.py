"""Making and changing rows of an edition: allowed to those with a role there, and told to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.domain.accounts.services import require_organizer
from forumapp.domain.audit.services import Actor, change, create, remove

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.columns import Row, Versioned


K = TypeVar("K")


def create_in(db: DbSession, row: Row, edition_id: int, *, actor: Actor, now: datetime) -> None:
    """Add `row`, which belongs to the edition."""
    require_organizer(db, edition_id, actor=actor)
    create(db, row, actor=actor, now=now)


def find_in(db: DbSession, kind: type[K], edition_id: int, row_id: int) -> K | None:
    table: Any = kind
    found: K | None = db.scalar(select(kind).where(table.id == row_id, table.edition_id == edition_id))
    return found


def get_in(db: DbSession, kind: type[K], edition_id: int, row_id: int) -> K:
    """A row of the edition by its id; one of another edition does not exist here."""
    row = find_in(db, kind, edition_id, row_id)
    if row is None:
        raise NotFound(entity=_table(kind))
    return row


def get_by_code(db: DbSession, kind: type[K], edition_id: int, code: str) -> K:
    table: Any = kind
    row: K | None = db.scalar(select(kind).where(table.edition_id == edition_id, table.code == code))
    if row is None:
        raise NotFound(entity=_table(kind), named=code)
    return row


def _table(kind: Any) -> str:
    return str(kind.__tablename__)


def change_in(
    db: DbSession,
    row: Versioned,
    edition_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
    action: str = "changed",
) -> None:
    require_organizer(db, edition_id, actor=actor)
    change(db, row, changes, version=version, actor=actor, now=now, action=action)


def remove_in(
    db: DbSession, row: Row, edition_id: int, *, version: int | None = None, actor: Actor, now: datetime
) -> None:
    require_organizer(db, edition_id, actor=actor)
    remove(db, row, version=version, actor=actor, now=now)
