"""Putting rows in order by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.core.values.ordering import Order, places
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Permission
    from forumapp.domain.audit.services import Actor


def order_of(db: DbSession, query: Select[Any]) -> Order:
    """The order in which `query` gives its rows."""
    return Order(tuple(row.id for row in db.scalars(query)))


def reorder_in(
    db: DbSession,
    edition_id: int,
    query: Select[Any],
    ids: Sequence[int],
    permission: Permission,
    *,
    by: InstrumentedAttribute[int],
    apart: Callable[[Any], Hashable] = lambda _row: None,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """The same for rows of an edition, for whoever has the permission there."""
    require(db, edition_id, permission, actor=actor)

    def move(row: Any, changes: Mapping[str, int]) -> None:
        change_in(db, row, changes, permission, version=row.version, actor=actor, now=now, action="moved")

    reorder(db, query, ids, move, by=by, apart=apart, version=version)


def reorder(
    db: DbSession,
    query: Select[Any],
    ids: Sequence[int],
    move: Callable[[Any, Mapping[str, int]], None],
    *,
    by: InstrumentedAttribute[int],
    apart: Callable[[Any], Hashable] = lambda _row: None,
    version: int,
) -> None:
    """Put the rows of `query`, which come in their present order, into that of `ids`, by changing the number `by`.

    Those that `apart` tells apart keep their numbers apart: the order counts among those that are alike. `version` is
    that of the order as the caller read it; whoever reorders at the same time waits here, and is then stale.
    """
    kind = by.class_
    # Locked by id, lest two wait for each other; only then read, as whoever was faster has left them.
    db.execute(query.with_only_columns(kind.id).order_by(None).order_by(kind.id).with_for_update(of=kind))
    rows = list(db.scalars(query.execution_options(populate_existing=True)))
    wanted = Order(tuple(row.id for row in rows)).changed_to(ids, version)
    place = {row_id: number for number, row_id in enumerate(wanted.ids)}
    groups: dict[Hashable, list[Any]] = {}
    for row in rows:
        groups.setdefault(apart(row), []).append(row)
    moves: list[tuple[Any, int]] = []
    for group in groups.values():
        numbers = places([getattr(row, by.key) for row in group])
        ordered = sorted(group, key=lambda row: place[row.id])
        moves += [(row, n) for row, n in zip(ordered, numbers, strict=True) if getattr(row, by.key) != n]
    _out_of_the_way(db, [row.id for row, _ in moves], by)
    for row, number in moves:
        move(row, {by.key: number})


def _out_of_the_way(db: DbSession, ids: Sequence[int], by: InstrumentedAttribute[int]) -> None:
    """To where no number is: a number is unique at every moment."""
    kind = by.class_
    away = update(kind).where(kind.id.in_(ids)).values({by: -1 - kind.id})
    db.execute(away, execution_options={"synchronize_session": False})


def next_place(db: DbSession, by: InstrumentedAttribute[int], *among: ColumnElement[bool]) -> int:
    """The number after the last one."""
    return (db.scalar(select(func.max(by)).where(*among)) or 0) + 1
