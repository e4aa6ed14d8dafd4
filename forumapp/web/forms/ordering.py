"""Lists that people put in order: what the page shows, and what its form sends. The controls are those of
macros/ordering.html, and reorder.js drags.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.ordering import Order, stepped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session as DbSession

STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The order in which a page shows its rows. `theirs` is the order someone else saved meanwhile."""

    shown: Order
    version: int
    theirs: Order | None = None

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Arrangement:
        order = Order(tuple(row.id for row in rows))
        return cls(order, order.version)

    def sorted(self, rows: Iterable[Any]) -> list[Any]:
        return _in(self.shown, rows)

    def sorted_as_theirs(self, rows: Iterable[Any]) -> list[Any]:
        return _in(self.theirs or self.shown, rows)


def _in(order: Order, rows: Iterable[Any]) -> list[Any]:
    """The submitted order without rows added or removed since it was read."""
    by_id = {row.id: row for row in rows}
    return [by_id[row_id] for row_id in order.ids if row_id in by_id]


def order_refused(
    change: Callable[[DbSession, list[int], int], object], current: Callable[[], Order]
) -> Arrangement | None:
    """Save the order that was sent, by `change(db, ids, version)`; None when it is saved.

    If someone else was faster, returns what to show: the submitted order, completed, and the current one.
    """
    ids = request.form.getlist("ids", type=whole_number)
    for name, step in STEPS.items():
        moved = request.form.get(name, type=whole_number)
        if moved is not None:
            ids = stepped(ids, moved, step)
    try:
        with transaction() as db:
            change(db, ids, request.form.get("version", 0, whole_number))
    except Stale:
        stands = current()
        return Arrangement(Order(tuple(ids)).completed_by(stands), stands.version, stands)
    return None


def place_on_page() -> str | None:
    """The anchor of the row that one of the buttons has moved, so that the page is opened again where it was."""
    moved = next((request.form[name] for name in STEPS if name in request.form), None)
    return f"row-{moved}" if moved else None
