"""Keeping pictures, and forgetting those that nothing shows any more.

A picture belongs to the record that names it: whoever may change that record may give it another picture, and asks so
in its own service.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, String, column, select, table, update

from forumapp.core.database.columns import Json
from forumapp.core.database.db import Base
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.removals import keep_part, references, values_of
from forumapp.domain.audit.services import Actor, create, remove
from forumapp.domain.images.models import Image

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.images.rules import Picture

# Named and not imported: people stand above pictures.
MERGE = table("merge", column("entity", String), column("gone", Json))
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
    db: DbSession, changes: Mapping[str, Any], name: str, *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """`changes` of a record with the column of its picture, `logo_id`, in place of the Picture or None under `logo`."""
    changed = {field: value for field, value in changes.items() if field != name}
    if name in changes:
        picture: Picture | None = changes[name]
        changed[f"{name}_id"] = keep_picture(db, picture, actor=actor, now=now).id if picture else None
    return changed


def change_picture(
    db: DbSession,
    row: Row,
    changes: Mapping[str, Any],
    name: str,
    *,
    part: str = "picture",
    also: Sequence[tuple[Row, Mapping[str, Any]]] = (),
    label: Mapping[str, str],
    delegation_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """The same for a record that has a picture already: that one can be put back, and the time begins to run for it.

    `part`, `also`, `label` and `delegation_id` are what `keep_part` asks for.
    """
    if name in changes:
        of: dict[str, Any] = {"part": part, "also": also, "label": label, "delegation_id": delegation_id}
        keep_former(db, row, f"{name}_id", **of, actor=actor, now=now)
    return with_picture(db, changes, name, actor=actor, now=now)


def keep_former(
    db: DbSession,
    row: Row,
    column: str,
    *,
    part: str,
    also: Sequence[tuple[Row, Mapping[str, Any]]] = (),
    actor: Actor,
    now: datetime,
    **of: Any,
) -> None:
    """What `row` shows in `column` before it shows something else."""
    held = ((row, {column: getattr(row, column)}), *also)
    shown = {image_id for _row, values in held for image_id in values.values() if image_id is not None}
    if shown:
        db.execute(update(Image).where(Image.id.in_(shown)).values(updated_at=now))
        keep_part(db, row, part, held[0][1], also=also, **of, actor=actor, now=now)


def former_of(removal: Removal) -> tuple[str, int | None]:
    """The column and the picture that `keep_former` kept."""
    held = values_of(removal)
    column = next(name for name in held if name.endswith("_id") and name != "edition_id")
    return column, held[column]


def forget_unused(db: DbSession, *, before: datetime, actor: Actor, now: datetime) -> int:
    """Remove the pictures that nothing has named since `before`, nor names in what may still be brought back, nor in
    what is kept of records that became one with another.
    """
    return forget_among(db, set(db.scalars(select(Image.id).where(Image.updated_at < before))), actor=actor, now=now)


def forget_among(db: DbSession, ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """Remove those of these pictures that nothing names."""
    unused = {*ids} - _named(db) - _named_by_kept_values(db) if ids else set()
    for row in db.scalars(select(Image).where(Image.id.in_(sorted(unused)))):
        remove(db, row, actor=actor, now=now)
    return len(unused)


def _columns() -> Iterator[Column[Any]]:
    """All that name a picture, of whatever table: those of the domains above this one too."""
    for one in Base.metadata.sorted_tables:
        yield from (named for named, target in references(one) if target.name == Image.__tablename__)


def _named(db: DbSession) -> set[int]:
    return {found for one in _columns() for found in db.scalars(select(one).where(one.is_not(None)))}


def _named_by_kept_values(db: DbSession) -> set[int]:
    names: dict[str, set[str]] = {}
    for one in _columns():
        names.setdefault(one.table.name, set()).add(one.name)
    kept = [*_removed(db), *db.execute(select(MERGE.c.entity, MERGE.c.gone))]
    return {values[name] for entity, values in kept for name in names.get(entity, ()) if values.get(name)}


def _removed(db: DbSession) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Tables and values of the rows that may be brought back, as removals.py keeps them."""
    for rows in db.scalars(select(Removal.rows).where(Removal.restored_at.is_(None))):
        yield from ((str(row["table"]), row["values"]) for row in rows)  # type: ignore[misc]
