"""What stands of an agenda, asked for by a crowd: who asks while a look is under way shares the next one with others.

A look answers nobody who came after it began, so that nobody is told of what stood before they asked. It goes over one
connection of its own, beside any session, which costs a third of borrowing one for each.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.queries import STANDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Engine


@dataclass(slots=True)
class _Round:
    """One look, and the editions that those who wait for it ask about; `rows` when it was taken."""

    slugs: set[str] = field(default_factory=set)
    rows: Mapping[str, tuple[Any, ...]] | None = None


class Looks:
    def __init__(self, engine: Engine) -> None:
        self._engine, self._words = engine, str(STANDING.compile(dialect=engine.dialect))
        self._driver: Any = None
        self._pool: Any = None
        self._closing: weakref.finalize[Any, Any] | None = None
        self._coming = _Round()
        self._joining, self._looking = threading.Lock(), threading.Lock()

    def standing(self, slug: str) -> tuple[Any, ...] | None:
        """What `queries.standing` tells, as the driver gives it, for a comparison.

        Where the look fails, it raises for who took it, and the others with them are told of nothing.
        """
        with self._joining:
            mine = self._coming
            mine.slugs.add(slug)
        with self._looking:
            if mine.rows is None:
                with self._joining:
                    self._coming = _Round()
                mine.rows = {}
                mine.rows = self._look(mine.slugs)
        return mine.rows.get(slug)

    def _look(self, slugs: Collection[str]) -> dict[str, tuple[Any, ...]]:
        positional = self._engine.dialect.positional
        found = {}
        try:
            if self._pool is not self._engine.pool:  # none yet, or all of the engine's were given up
                self._drop()
                self._connect()
            for slug in slugs:
                # To the last row, so that no statement stays open and holds what it read.
                for row in self._driver.execute(self._words, (slug,) if positional else {"slug": slug}).fetchall():
                    found[slug] = tuple(row)
        except BaseException:
            self._drop()
            raise
        return found

    def _connect(self) -> None:
        connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection
        connection.detach()
        self._closing = weakref.finalize(self, connection.close)
        if self._engine.dialect.name == "postgresql":
            driver.autocommit = True  # or it would begin a transaction and end it, each by a message
        self._driver, self._pool = driver, self._engine.pool

    def _drop(self) -> None:
        """A connection that broke; the next look opens another."""
        self._driver = self._pool = None
        if self._closing is not None:
            self._closing()
