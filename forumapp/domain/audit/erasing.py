"""Finding by the log what was once there, and taking values out of what was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, literal, or_, select, update

from forumapp.core.database.columns import Json
from forumapp.domain.audit.models import AuditEvent, AuditValue, Removal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    # A removed row's table and values; what is left of the values, or None where the whole row goes.
    Scrub = Callable[[str, dict[str, Any]], dict[str, Any] | None]


def list_logged_with(db: DbSession, edition_id: int, entity: str, field: str, value: str) -> set[int]:
    """The ids of records whose field had this value at some time, by the log."""
    told = literal(value, Json)
    had = or_(AuditValue.before == told, AuditValue.after == told)
    query = (
        select(AuditEvent.entity_id)
        .join(AuditValue, AuditValue.event_id == AuditEvent.id)
        .where(AuditEvent.edition_id == edition_id, AuditEvent.entity == entity, AuditValue.field == field, had)
    )
    return set(db.scalars(query))


def list_removed(db: DbSession, edition_id: int, table: str) -> list[dict[str, Any]]:
    """The values of the rows of a table that were removed in the edition or across all, by themselves or with something
    else.
    """
    of = or_(Removal.edition_id == edition_id, Removal.edition_id.is_(None))
    kept = db.scalars(select(Removal.rows).where(of))
    rows: list[dict[str, Any]] = [row for rows in kept for row in rows]
    return [row["values"] for row in rows if row["table"] == table]


def list_removed_rows(db: DbSession, edition_id: int | None = None) -> list[dict[str, Any]]:
    """All rows that were removed in the edition, or in any, with their tables."""
    query = select(Removal.rows).where(Removal.edition_id.is_not(None))
    if edition_id is not None:
        query = query.where(Removal.edition_id == edition_id)
    return [row for rows in db.scalars(query) for row in rows]


def scrub_removals(db: DbSession, edition_id: int | None, scrub: Scrub, *, dry_run: bool = False) -> int:
    """Take values out of what was removed in the edition or across all (None: across all alone); how many removals were
    concerned.

    A removal whose own row goes is dropped: its label tells of the row, and nothing is left to bring back.
    """
    query = select(Removal.id, Removal.rows)
    query = query.where(or_(Removal.edition_id == edition_id, Removal.edition_id.is_(None)))
    concerned = 0
    for removal_id, rows in db.execute(query).all():
        stay, whole = _scrubbed(rows, scrub)
        if stay == rows:
            continue
        concerned += 1
        if not dry_run:
            which = Removal.id == removal_id
            db.connection().execute(
                update(Removal).where(which).values(rows=stay) if whole else delete(Removal).where(which)
            )
    return concerned


def _scrubbed(rows: list[dict[str, Any]], scrub: Scrub) -> tuple[list[dict[str, Any]], bool]:
    """The rows that stay, and whether the removed record itself, the first of them, is among these."""
    stay, whole = [], True
    for row in rows:
        values = scrub(row["table"], row["values"])
        if values is not None:
            stay.append({**row, "values": values})
        elif row is rows[0]:
            whole = False
    return stay, whole


def delete_rows(db: DbSession, model: type[Any], *which: ColumnElement[bool], dry_run: bool) -> int:
    """Delete such rows for good, without a removal that could bring them back; how many."""
    if dry_run:
        return db.execute(select(func.count()).select_from(model).where(*which)).scalar_one()
    return int(db.connection().execute(delete(model).where(*which)).rowcount)


def empty_rows(
    db: DbSession, model: type[Any], values: Mapping[str, Any], *which: ColumnElement[bool], dry_run: bool
) -> int:
    """Set these columns in such rows; how many. A form that was opened before can't bring the old values back."""
    if dry_run:
        return db.execute(select(func.count()).select_from(model).where(*which)).scalar_one()
    raised = {"version": model.version + 1} if hasattr(model, "version") else {}
    return int(db.connection().execute(update(model).where(*which).values({**values, **raised})).rowcount)
