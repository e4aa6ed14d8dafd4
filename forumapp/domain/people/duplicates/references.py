"""What refers to a record, found by the foreign keys of all tables, and moving it to another record.

So no table can be forgotten, also of domains above this one. Where both records stand in a place that takes one alone,
RULES says by table what becomes of it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index, UniqueConstraint, func, select, text

from forumapp.core.database.db import Base
from forumapp.domain.audit.removals import references
from forumapp.domain.audit.services import change, edition_of, remove
from forumapp.domain.audit.telling import KEPT_BY_THE_HOUSE, as_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Column, Table
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.audit.services import Actor

# Follow from the names of a record, and are made anew.
DERIVED = frozenset({"organization_double", "organization_word", "person_double", "person_word"})


class Clash(enum.StrEnum):
    """What becomes of a row whose place the other record has already."""

    REFUSE = "refuse"  # a person decides first
    RENUMBER = "renumber"  # it goes behind the last one
    ABSORB = "absorb"  # the other's row stays, and takes what refers to this one
    VACATE = "vacate"  # the other's row stays, and this one is free for someone else


LEAVING = (Clash.ABSORB, Clash.VACATE)  # the record is no longer in the row of the one that goes


@dataclass(frozen=True, slots=True)
class Rule:
    """`same` are the columns by which two rows say the same, where no constraint says so; of such, one stays.

    `ranked` are the values of one of them that exclude each other, and `along` is what goes with the best one.
    """

    clash: Clash = Clash.REFUSE
    same: tuple[str, ...] = ()
    ranked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    along: tuple[str, ...] = ()


RULES: dict[str, Rule] = {
    "approved_place": Rule(Clash.ABSORB),
    "affiliation": Rule(Clash.RENUMBER, ("person_id", "organization_id", "title", "starts_on", "ends_on")),
    "clash_override": Rule(Clash.ABSORB),
    "delegation_supporter": Rule(Clash.ABSORB),
    "edition_host": Rule(
        Clash.ABSORB,
        ("edition_id", "organization_id", "role"),
        {"role": ("host", "co-host")},  # who hosts on its own account does not host beside others
        ("print_order",),
    ),
    "edition_title": Rule(Clash.RENUMBER, ("edition_id", "person_id", "title", "organization_id", "organization_name")),
    "precedence_entry": Rule(Clash.ABSORB),
    "proof_entry": Rule(Clash.ABSORB),
    "role_assignment": Rule(Clash.ABSORB),
    "seat": Rule(Clash.VACATE),
    "speaker": Rule(Clash.ABSORB),
}


@dataclass(frozen=True, slots=True)
class Move:
    """A row that refers to the one record and will refer to the other. `into` is the row that stays instead of it."""

    table: str
    column: str
    row_id: int
    edition_id: int | None
    clash: Clash | None = None
    into: int | None = None


@dataclass(slots=True)
class Moved:
    """What was moved: ids by table and column, and what the rows held of which another one stays."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    absorbed: list[dict[str, Any]] = field(default_factory=list)


def links_to(table: str) -> Iterator[Column[Any]]:
    """Every column, of any table, that holds the id of a row of `table`, tables before those that refer to them."""
    for other in Base.metadata.sorted_tables:
        if other.name not in DERIVED:
            yield from (column for column, target in references(other) if target.name == table)


def plan_moves(db: DbSession, table: str, gone_id: int, kept_id: int, *, archived: Collection[int] = ()) -> list[Move]:
    """One query for each column that refers to such records, and one more where both have rows. Of the editions with
    the ids `archived` no row is taken out.
    """
    return [move for column in links_to(table) for move in _moves(db, column, gone_id, kept_id, archived)]


def editions_of(db: DbSession, moves: Collection[Move]) -> set[int]:
    """The editions in which a row changes: that moves, or that refers to one of which another stays."""
    found = {move.edition_id for move in moves}
    for table in {move.table for move in moves if move.into is not None}:
        gone = [move.row_id for move in moves if move.table == table and move.into is not None]
        for column in links_to(table):
            other: Any = column.table
            if "edition_id" in other.c:
                found.update(db.scalars(select(other.c.edition_id).where(column.in_(gone)).distinct()))
    return {one for one in found if one is not None}


def _moves(db: DbSession, column: Column[Any], gone_id: int, kept_id: int, archived: Collection[int]) -> Iterator[Move]:
    table = column.table
    rows = list(db.execute(select(table).where(column == gone_id).order_by(*_order(table))).mappings())
    if not rows:
        return
    theirs = list(db.execute(select(table).where(column == kept_id).order_by(*_order(table))).mappings())
    rule = RULES.get(str(table.name), Rule())
    held = [*_held(db, table, column, gone_id, kept_id)]
    alike = [name for name in rule.same if name != column.name]
    # What stands in an archived edition stays there, also twice.
    kept = {row["id"] for row in rows if row.get("edition_id") in archived}
    same = {
        row["id"]: one["id"]
        for row in rows
        for one in theirs
        if alike and row["id"] not in kept and _alike(row, one, alike, rule)
    }
    taken = {row_id: other for here in held for row_id, other in here.items()}
    # Where one goes behind the last, those after it do too: their numbers may be taken by then.
    crowded = {row.get("edition_id") for row in rows if row["id"] in taken and row["id"] not in same}
    for row in rows:
        into, clash = same.get(row["id"]), None
        if into is not None:
            clash = Clash.ABSORB
        elif row["id"] in taken or (rule.clash is Clash.RENUMBER and row.get("edition_id") in crowded):
            clash = Clash.REFUSE if rule.clash in LEAVING and row["id"] in kept else rule.clash
            into = taken[row["id"]] if clash in LEAVING else None
        yield Move(str(table.name), column.name, row["id"], row.get("edition_id"), clash, into)


def _order(table: Any) -> list[Any]:
    return [table.c[name] for name in ("edition_id", "position", "id") if name in table.c]


def _alike(one: Any, other: Any, names: list[str], rule: Rule) -> bool:
    def same(name: str) -> bool:
        ranked = rule.ranked.get(name, ())
        return (one[name] or None) == (other[name] or None) or (one[name] in ranked and other[name] in ranked)

    return all(same(name) for name in names)


def _better(row: Any, stays: Any, rule: Rule) -> dict[str, Any]:
    """What the row that stays takes from another one whose value counts for more."""
    names = [
        name
        for name, values in rule.ranked.items()
        if getattr(row, name) in values and values.index(getattr(row, name)) < values.index(getattr(stays, name))
    ]
    return {name: getattr(row, name) for name in (*names, *(rule.along if names else ()))}


def _held(db: DbSession, table: Any, column: Column[Any], gone_id: int, kept_id: int) -> Iterator[dict[int, int]]:
    """For each rule of the database that lets one row alone stand in a place: rows of the one record whose place the
    other has, with that other row.
    """
    for columns, where in _unique(table, column):
        query = select(table.c.id, column, *columns).where(column.in_((gone_id, kept_id)), *where)
        places: dict[tuple[Any, ...], int] = {}
        waiting: list[tuple[tuple[Any, ...], int]] = []
        for row_id, owner, *place in db.execute(query):
            if None in place:
                continue
            if owner == kept_id:
                places[tuple(place)] = row_id
            else:
                waiting.append((tuple(place), row_id))
        yield {row_id: places[place] for place, row_id in waiting if place in places}


def _unique(table: Table, column: Column[Any]) -> Iterator[tuple[list[Column[Any]], list[Any]]]:
    """The other columns of what may stand once alone, and the condition under which it may."""
    for rule in (*table.constraints, *table.indexes):
        if isinstance(rule, UniqueConstraint) or (isinstance(rule, Index) and rule.unique):
            columns = list(rule.columns)
            if column in columns and table.c.id not in columns:
                where = rule.dialect_options["sqlite"].get("where") if isinstance(rule, Index) else None
                yield [one for one in columns if one is not column], [] if where is None else [text(str(where))]


def move_all(db: DbSession, moves: list[Move], kept_id: int, *, actor: Actor, now: datetime) -> Moved:
    """Do what was planned, and tell the log of every row."""
    moved = Moved()
    posts = _loosen_posts(db, moves, actor=actor, now=now)
    for move in moves:
        row = _row(db, move.table, move.row_id)
        if move.into is None:
            moved.rows.setdefault(f"{move.table}.{move.column}", []).append(move.row_id)
            changes = {move.column: kept_id, **_renumbered(db, row, move, kept_id)}
            if move.table == "edition_title" and row.id in posts:
                changes["affiliation_id"] = posts[row.id]
            change(db, row, changes, version=row.version, actor=actor, now=now, action="moved")
        else:
            post = {"affiliation_id": posts[row.id]} if move.table == "edition_title" and row.id in posts else {}
            moved.absorbed.append({"table": move.table, "values": values_of(row) | post, "into": move.into})
            if move.clash is Clash.VACATE:
                change(db, row, {move.column: None}, version=row.version, actor=actor, now=now, action="moved")
            else:
                _absorb(db, row, move.into, moved, post, actor=actor, now=now)
    return moved


def _loosen_posts(db: DbSession, moves: list[Move], *, actor: Actor, now: datetime) -> dict[int, int]:
    """A title names a post of the very same person, so neither can move before the other: titles let go of their posts,
    and take them again as they move. By title, the post it takes.
    """
    posts = {move.row_id: move.into or move.row_id for move in moves if move.table == "affiliation"}
    found: dict[int, int] = {}
    for move in moves:
        if move.table != "edition_title" or move.column != "person_id":
            continue
        row = _row(db, move.table, move.row_id)
        if row.affiliation_id in posts:
            found[row.id] = posts[row.affiliation_id]
            change(db, row, {"affiliation_id": None}, version=row.version, actor=actor, now=now, action="moved")
    return found


def _renumbered(db: DbSession, row: Any, move: Move, kept_id: int) -> dict[str, int]:
    if move.clash is not Clash.RENUMBER:
        return {}
    kind: Any = type(row)
    beside = [getattr(kind, move.column) == kept_id]
    if edition_of(row) is not None:
        beside.append(kind.edition_id == edition_of(row))
    return {"position": (db.scalar(select(func.max(kind.position)).where(*beside)) or 0) + 1}


def _absorb(
    db: DbSession, row: Any, into: int, moved: Moved, loosened: Mapping[str, int], *, actor: Actor, now: datetime
) -> None:
    """The row that stays takes what refers to this one, and what this one says and it does not; also of what was
    `loosened` from it.
    """
    table = str(row.__tablename__)
    for column in links_to(table):
        other_table: Any = column.table
        for row_id in db.scalars(select(other_table.c.id).where(column == row.id).order_by(other_table.c.id)).all():
            other = _row(db, other_table.name, row_id)
            moved.rows.setdefault(f"{other_table.name}.{column.name}", []).append(row_id)
            change(db, other, {column.name: into}, version=other.version, actor=actor, now=now, action="moved")
    stays = _row(db, table, into)
    said = {name: getattr(row, name) for name in Base.metadata.tables[table].c.keys()}  # noqa: SIM118 (a collection of columns)
    said |= loosened
    lacking = {
        name: value
        for name, value in said.items()
        if value and not isinstance(value, bool) and not getattr(stays, name)
    }
    lacking |= _better(row, stays, RULES.get(table, Rule()))
    remove(db, row, actor=actor, now=now)
    change(db, stays, lacking, version=stays.version, actor=actor, now=now)


def _row(db: DbSession, table: str, row_id: int) -> Any:
    mapper = next(one for one in Base.registry.mappers if one.local_table.name == table)  # type: ignore[attr-defined]
    return db.get_one(mapper.class_, row_id)


def values_of(row: Row) -> dict[str, Any]:
    """All that a row holds, as JSON has it."""
    table: Any = Base.metadata.tables[str(row.__tablename__)]  # type: ignore[attr-defined]  # every mapped class has one
    names = [name for name in table.c.keys() if name not in KEPT_BY_THE_HOUSE - {"id", "created_at"}]  # noqa: SIM118 (a collection of columns)
    return {name: as_json(getattr(row, name)) for name in names}
