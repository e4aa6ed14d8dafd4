"""What people remove can be brought back: rows leave their tables, and what they held stands in `removal` meanwhile.

So constraints and queries need not know of removed rows. Whether a row can come back is found out when it is asked for.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ForeignKeyConstraint, Table, TypeDecorator, delete, func, insert, inspect, or_, select
from sqlalchemy.exc import IntegrityError

from forumapp.core.database.db import Base
from forumapp.core.database.flushing import flush, refusal_for
from forumapp.core.errors import InUse, NotFound, Refusal
from forumapp.core.values.text import fold
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.services import Actor, as_json, edition_of, record, stale, table_of
from forumapp.domain.audit.services import remove as remove_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row, Versioned


# A row that is there again: its table, its id then and now, and its edition.
Back = tuple[str, int, int, int | None]
# For so long it can be brought back.
KEPT = timedelta(days=90)


class AlreadyBroughtBack(Refusal):
    code = "already-brought-back"


class BelongingGone(Refusal):
    """What the removed row belonged to, of the kind `entity`, is gone itself."""

    code = "belonging-gone"


def remove(
    db: DbSession,
    row: Versioned,
    *,
    along: Sequence[Row] = (),
    label: Mapping[str, str],
    delegation_id: int | None = None,
    version: int,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Removal:
    """Remove `row` with the rows `along`, each after those that it refers to. Raises Stale, or InUse with what refers
    to them, counted by table.

    `label` names it to people. `delegation_id` says within whose reach it is.
    """
    if row.version != version:
        raise stale(row)
    group = (row, *along)
    if users := _users(db, group):
        raise InUse(entity=table_of(row), by=users)
    removal = keep(db, row, along=along, label=label, delegation_id=delegation_id, actor=actor, now=now)
    for one in reversed(group):
        remove_row(db, one, actor=actor, now=now, reason=reason)
    return removal


def keep(
    db: DbSession,
    row: Row,
    *,
    along: Sequence[Row] = (),
    label: Mapping[str, str],
    delegation_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Removal:
    """Keep what is about to be removed, by a service that does so itself and tells the log of it."""
    group = (row, *along)
    removal = Removal(**_told(row, label, delegation_id, actor, now), rows=[_kept(db, one, group) for one in group])
    db.add(removal)
    flush(db)
    return removal


def keep_part(
    db: DbSession,
    row: Row,
    part: str,
    values: Mapping[str, Any],
    *,
    also: Sequence[tuple[Row, Mapping[str, Any]]] = (),
    label: Mapping[str, str],
    delegation_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Removal:
    """Keep `values`, which `row` loses while it stays: `part` says what they are, and its service puts them back.

    `also` are further rows, each with what it loses along with it.
    """
    rows = [_part_kept(one, held) for one, held in ((row, values), *also)]
    removal = Removal(**{**_told(row, label, delegation_id, actor, now), "entity": part}, rows=rows)
    db.add(removal)
    flush(db)
    return removal


def claim_part(db: DbSession, removal: Removal, row: Row | None, *, now: datetime) -> None:
    """`claim` for what `keep_part` kept of `row`. Raises BelongingGone where that is another one: ids are used again
    (on SQLite).
    """
    claim(db, removal, now=now)
    if not is_kept_of(row, values_of(removal)):
        raise BelongingGone(entity=str(removal.rows[0]["table"]))


def is_kept_of(row: Row | None, values: Mapping[str, Any]) -> bool:
    return row is not None and as_json(row.created_at) == values["created_at"]


def claim(db: DbSession, removal: Removal, *, now: datetime) -> None:
    """Whoever brings it back at the same time waits here, and is then refused."""
    query = select(Removal).where(Removal.id == removal.id).with_for_update()
    found = db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(entity="removal")
    if found.restored_at is not None:
        raise AlreadyBroughtBack
    found.restored_at = now
    flush(db)


def bring_back(
    db: DbSession,
    removal: Removal,
    *,
    instead: Mapping[str, Any] | None = None,
    may_miss: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Put the rows where they were, with `instead` in the first one for what can no longer be as it was. Those of the
    tables that `may_miss` names stay away where something else has taken their place.

    A row keeps its id unless another one has it by now; then those that came along follow to its new one. Raises
    AlreadyBroughtBack, BelongingGone, and AlreadyExists where something else has taken the place.
    """
    _tell_back(db, put_back(db, removal, instead=instead, may_miss=may_miss, now=now), actor=actor, now=now)


def along_of(removal: Removal) -> list[dict[str, Any]]:
    """What went along, as it is kept."""
    return [dict(one) for one in removal.rows[1:]]


def bring_back_along(db: DbSession, rows: Iterable[dict[str, Any]], *, actor: Actor, now: datetime) -> None:
    """For a row that stays in its table when it is removed, once its service has brought it back: what of `along_of`
    still has its place.
    """
    _tell_back(db, _put_along(db, rows), actor=actor, now=now)


def _tell_back(db: DbSession, rows: Iterable[Back], *, actor: Actor, now: datetime) -> None:
    for table, old, new, edition_id in rows:
        changes = {} if new == old else {"id": (old, new)}
        record(db, "restored", table, new, actor=actor, now=now, edition_id=edition_id, changes=changes)


def put_back(
    db: DbSession,
    removal: Removal,
    *,
    instead: Mapping[str, Any] | None = None,
    may_miss: Collection[str] = (),
    now: datetime,
) -> list[Back]:
    """`bring_back` for a service that tells the log itself: each row's table, its id then and now, and its edition."""
    claim(db, removal, now=now)
    moved: dict[tuple[str, int], int] = {}
    sure = [kept for kept in removal.rows if kept["table"] not in may_miss]
    told = [_put(db, kept, moved, {} if place else instead or {}) for place, kept in enumerate(sure)]
    told += _put_along(db, [kept for kept in removal.rows if kept["table"] in may_miss], moved)
    removal.entity_id = moved[removal.entity, removal.entity_id]
    flush(db)
    return told


def _put_along(
    db: DbSession, rows: Iterable[dict[str, Any]], moved: dict[tuple[str, int], int] | None = None
) -> list[Back]:
    told = []
    for kept in rows:
        with suppress(Refusal), db.begin_nested():
            told.append(_put(db, kept, moved if moved is not None else {}, {}))
    return told


def _put(db: DbSession, kept: dict[str, Any], moved: dict[tuple[str, int], int], instead: Mapping[str, Any]) -> Back:
    table, values, refers = _row_kept(kept)
    _refuse_orphan(db, table, values, refers)
    values |= instead
    old: int = values["id"]
    new = _insert(db, table, _following(table, values, moved))
    moved[table.name, old] = new
    return table.name, old, new, values.get("edition_id")


def follow(db: DbSession, table: str, gone_id: int, kept: Row) -> int:
    """What was removed and referred to a row that became one with `kept` comes back to that; how many removals it is.

    Looks through all of them: it is done seldom, and they last for weeks only.
    """
    changed = 0
    for removal in db.scalars(select(Removal)):
        rows = [_followed(one, table, gone_id, kept) for one in removal.rows]
        if rows != removal.rows:
            removal.rows, changed = rows, changed + 1
    flush(db)
    return changed


def _followed(held: dict[str, Any], table: str, gone_id: int, kept: Row) -> dict[str, Any]:
    links = references(Base.metadata.tables[held["table"]])
    names = [one.name for one, target in links if target.name == table and held["values"].get(one.name) == gone_id]
    if not names:
        return held
    made_at = dict.fromkeys(names, as_json(kept.created_at))
    return {**held, "values": held["values"] | dict.fromkeys(names, kept.id), "refers": held["refers"] | made_at}


def values_of(removal: Removal) -> Mapping[str, Any]:
    """What the removed row held, as JSON has it."""
    held: dict[str, Any] = removal.rows[0]["values"]  # type: ignore[assignment]  # as `_kept` wrote it
    return held


def forget_removals(db: DbSession, *, before: datetime) -> int:
    """What was removed before then is gone for good."""
    return len(db.execute(delete(Removal).where(Removal.removed_at < before).returning(Removal.id)).all())


def _told(row: Row, label: Mapping[str, str], delegation_id: int | None, actor: Actor, now: datetime) -> dict[str, Any]:
    words = {language: text for language, text in label.items() if text}
    return {
        "edition_id": edition_of(row),
        "entity": table_of(row),
        "entity_id": row.id,
        "delegation_id": delegation_id,
        "label": words,
        "search_text": "|".join(dict.fromkeys(map(fold, words.values()))),
        "removed_at": now,
        "removed_by": actor.account_id,
    }


def _kept(db: DbSession, row: Row, group: Sequence[Row]) -> dict[str, object]:
    """A row as JSON holds it. Of what it belongs to, `refers` says when that was made: ids are used again (on SQLite),
    and it must not come back under something else that has the same one by then.
    """
    table = _table(row)
    columns = inspect(type(row)).column_attrs
    values = {attribute.columns[0].name: getattr(row, attribute.key) for attribute in columns}
    going = {(table_of(one), one.id) for one in group}
    refers = {
        column.name: as_json(_made_at(db, target, values[column.name]))
        for column, target in references(table)
        if values[column.name] is not None and (target.name, values[column.name]) not in going
    }
    return {"table": table.name, "values": {name: _plain(one) for name, one in values.items()}, "refers": refers}


def _part_kept(row: Row, values: Mapping[str, Any]) -> dict[str, object]:
    of = {"id": row.id, "edition_id": edition_of(row), "created_at": as_json(row.created_at)}
    return {"table": table_of(row), "values": {**of, **values}, "refers": {}}


def _row_kept(kept: dict[str, Any]) -> tuple[Table, dict[str, Any], dict[str, str]]:
    """Columns that the table did not have yet when the row was kept are left to their defaults, and those that it has
    no longer are left out.
    """
    table = Base.metadata.tables[kept["table"]]
    values = {name: _read(table.c[name], value) for name, value in kept["values"].items() if name in table.c}
    return table, values, kept["refers"]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else as_json(value)


def _read(column: Column[Any], value: Any) -> Any:
    """What `_plain` wrote, as the column takes it."""
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = stored.python_type
    if value is None:
        return None
    if issubclass(kind, (datetime, date)):
        return kind.fromisoformat(value)
    return kind(value) if issubclass(kind, (Enum, Decimal)) else value


def _insert(db: DbSession, table: Table, values: dict[str, Any]) -> int:
    taken = db.scalar(select(table.c.id).where(table.c.id == values["id"])) is not None
    free = {name: value for name, value in values.items() if name != "id"} if taken else values
    try:
        row_id: int = db.execute(insert(table).values(free).returning(table.c.id)).scalar_one()
    except IntegrityError as error:
        raise refusal_for(error) from error
    return row_id


def _following(table: Table, values: dict[str, Any], moved: Mapping[tuple[str, int], int]) -> dict[str, Any]:
    followed = {
        column.name: moved[target.name, values[column.name]]
        for column, target in references(table)
        if (target.name, values.get(column.name)) in moved
    }
    return values | followed


def _refuse_orphan(db: DbSession, table: Table, values: Mapping[str, Any], refers: Mapping[str, str]) -> None:
    for column, target in references(table):
        made_at = refers.get(column.name)
        if made_at is not None and as_json(_made_at(db, target, values[column.name])) != made_at:
            raise BelongingGone(entity=target.name)


def _made_at(db: DbSession, table: Table, row_id: int) -> datetime | None:
    # Held until the end, so that what it belongs to does not go while it comes.
    return db.scalar(select(table.c.created_at).where(table.c.id == row_id).with_for_update(read=True, key_share=True))


def _users(db: DbSession, group: Sequence[Row]) -> dict[str, int]:
    """How many rows of which table refer to the rows of the group, themselves left out; each counts once."""
    going: dict[str, list[int]] = {}
    for row in group:
        going.setdefault(table_of(row), []).append(row.id)
    found: dict[str, int] = {}
    for other in Base.metadata.sorted_tables:
        held = [(column, target.name) for column, target in references(other) if target.name in going]
        using = [column.in_(going[name]) for column, name in held if not _goes_along(column)]
        if not using:
            continue
        query = select(func.count()).select_from(other).where(or_(*using))
        if other.name in going:
            query = query.where(other.c.id.not_in(going[other.name]))
        if count := db.scalar(query):
            found[other.name] = count
    return found


def _goes_along(column: Column[Any]) -> bool:
    """Whether the database removes such a row with the one that it follows from."""
    return any(key.ondelete == "CASCADE" for key in column.foreign_keys)


def _table(row: Row) -> Table:
    return Base.metadata.tables[table_of(row)]


def references(table: Table) -> Iterator[tuple[Column[Any], Table]]:
    """The columns with another row's id, and the table of that row, each once. Foreign keys carry the edition, or what
    else must be the same in both, besides.
    """
    keys = [key for key in table.constraints if isinstance(key, ForeignKeyConstraint)]
    ids = [one for key in keys for one in key.elements if one.column.name == "id"]
    yield from dict.fromkeys((one.parent, one.column.table) for one in ids)
