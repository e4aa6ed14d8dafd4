"""Keeping pictures, and forgetting those that nothing shows any more.

A picture belongs to the record that names it: whoever may change that record may give it another picture, and asks so
in its own service.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, select, update

from forumapp.core.db import Base
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import references
from forumapp.domain.audit.services import Actor, create, remove
from forumapp.domain.images.models import Image

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.images.rules import Picture

KEPT = timedelta(days=90)  # after nothing has named it any more


def keep_picture(db: DbSession, picture: Picture, *, actor: Actor, now: datetime) -> Image:
    row = Image(
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        sha256=picture.sha256,
        content=picture.content,
    )
    create(db, row, actor=actor, now=now)
    return row


def with_picture(
    db: DbSession, changes: Mapping[str, Any], name: str, stands: int | None = None, *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """`changes` of a record with the column of its picture, `logo_id`, in place of the Picture or None under `logo`.

    `stands` is the id of the picture that it has so far, for which the time begins to run.
    """
    changed = {field: value for field, value in changes.items() if field != name}
    if name not in changes:
        return changed
    picture: Picture | None = changes[name]
    if stands is not None:
        db.execute(update(Image).where(Image.id == stands).values(updated_at=now))
    changed[f"{name}_id"] = keep_picture(db, picture, actor=actor, now=now).id if picture else None
    return changed


def forget_unused(db: DbSession, *, before: datetime, actor: Actor, now: datetime) -> int:
    """Remove the pictures that nothing has named since `before`, nor names in what may still be brought back."""
    old = set(db.scalars(select(Image.id).where(Image.updated_at < before)))
    unused = old - _named(db) - _named_by_removals(db) if old else set()
    for row in db.scalars(select(Image).where(Image.id.in_(sorted(unused)))):
        remove(db, row, actor=actor, now=now)
    return len(unused)


def _columns() -> Iterator[Column[Any]]:
    """All that name a picture, of whatever table: those of the domains above this one too."""
    for table in Base.metadata.sorted_tables:
        yield from (column for column, target in references(table) if target.name == Image.__tablename__)


def _named(db: DbSession) -> set[int]:
    return {found for column in _columns() for found in db.scalars(select(column).where(column.is_not(None)))}


def _named_by_removals(db: DbSession) -> set[int]:
    names: dict[str, Collection[str]] = {}
    for column in _columns():
        names[column.table.name] = {*names.get(column.table.name, ()), column.name}
    kept = db.scalars(select(Removal.rows).where(Removal.restored_at.is_(None)))
    return {
        row["values"][name]  # type: ignore[index]  # as removals.py keeps it
        for rows in kept
        for row in rows
        for name in names.get(str(row["table"]), ())
        if row["values"].get(name)  # type: ignore[attr-defined]
    }
