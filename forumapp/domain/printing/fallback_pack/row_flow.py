"""A long list as rows to be set some at a time, so that it flows on from page to page as if set at once. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

TABLE, ROW, TITLE, END = "<table", "<tr data-row", "<h1", "</tbody></table></body></html>"
ONCE = re.compile(r' id="[^"]*"| data-again')  # what is said of the beginning alone


@dataclass(frozen=True, slots=True)
class Place:
    """Of a row: in which table, and which of its rows."""

    table: int = 0
    row: int = 0


BEGIN = Place()


@dataclass(frozen=True, slots=True)
class Table:
    """`opening` stands over its rows on each page, the last of which says where it ends."""

    opening: str
    rows: tuple[str, ...]

    def some(self, number: int, first: int, most: int) -> list[str]:
        """Up to so many rows from `first` on; each says where it stands."""
        rows = self.rows[first : first + most]
        placed = [f'<tr data-place="{number}-{place}"{row}' for place, row in enumerate(rows, first)]
        return [TABLE, ONCE.sub("", self.opening) if first else self.opening, *placed]


@dataclass(frozen=True, slots=True)
class Rows:
    """The tables of a page, below what stands over them."""

    head: str
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, html: str) -> Rows:
        head, *tables = html.split(TABLE)
        cut = [table.split(ROW) for table in tables]
        return cls(head, tuple(Table(opening, tuple(rows)) for opening, *rows in cut))

    def some(self, begin: Place, most: int) -> tuple[str, Place | None]:
        """A page of up to so many rows from `begin` on, and what follows them."""
        said = [self.head if begin == BEGIN else self.head.partition(TITLE)[0]]
        first = begin.row
        for number, table in enumerate(self.tables[begin.table :], begin.table):
            said += table.some(number, first, most)
            left = len(table.rows) - first - most
            if left > 0:
                return "".join((*said, END)), Place(number, first + most)
            most, first = -left, 0
            if not most and number + 1 < len(self.tables):
                return "".join(said), Place(number + 1)
        return "".join(said), None
