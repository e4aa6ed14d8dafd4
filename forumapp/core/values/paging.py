"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

T = TypeVar("T")
PAGE_SIZE = 50
LARGEST_PAGE = 200
LARGEST_OFFSET = 2**31  # both drivers take it


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1, `total` is the count of the whole list.

    Where counting would take too long, `is_counted` is False and `total` is only how many there are at least.
    """

    items: list[T]
    number: int
    size: int
    total: int
    is_counted: bool = True

    def of(self, items: list[Any]) -> Page[Any]:
        """The same page of the list with `items` made of its own."""
        return replace(self, items=items)

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def is_past_end(self) -> bool:
        return self.number > self.last

    @property
    def has_next(self) -> bool:
        return self.number < self.last


def page_of(everything: Sequence[T], *, number: int = 1, size: int = PAGE_SIZE) -> Page[T]:
    """A page of a list that is whole in memory."""
    size, number = min(max(size, 1), LARGEST_PAGE), max(number, 1)
    return Page(list(everything[(number - 1) * size : number * size]), number, size, len(everything))


def paged(db: DbSession, query: Select[*tuple[Any, ...]], *, number: int = 1, size: int = PAGE_SIZE) -> Page[Any]:
    """Two queries: the count, and the page. Rows with one column come as that column's value."""
    size = min(max(size, 1), LARGEST_PAGE)
    number = max(number, 1)
    total = db.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    # An offset beyond a 64-bit integer is refused by both drivers; such a page is empty anyway.
    if (number - 1) * size >= total:
        return Page([], number, size, total)
    result = db.execute(query.limit(size).offset((number - 1) * size))
    rows: list[Any] = list(result.scalars()) if len(query.column_descriptions) == 1 else list(result)
    return Page(rows, number, size, total)


def counted_along(db: DbSession, query: Select[Any], *, number: int = 1, size: int = PAGE_SIZE) -> Page[Any]:
    """The same for a query of one column, read and counted together: one query, and two past the end."""
    size, number = min(max(size, 1), LARGEST_PAGE), max(number, 1)
    first = (number - 1) * size
    if first > LARGEST_OFFSET:
        return paged(db, query, number=number, size=size)
    rows = db.execute(query.add_columns(func.count().over()).limit(size).offset(first)).all()
    if not rows and number > 1:
        return paged(db, query, number=number, size=size)
    return Page([row[0] for row in rows], number, size, rows[0][1] if rows else 0)


def uncounted(rows: Sequence[Any], *, number: int, size: int) -> Page[Any]:
    """A page of `rows`, of which there is one more than fits: proof that a next page exists."""
    return Page(list(rows[:size]), number, size, (number - 1) * size + len(rows), is_counted=False)
