"""Standing in line: few at a time, in the order of their coming."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

# So many requests of a crowd are worked at by one process. On PostgreSQL one while the other waits for its server.
# SQLite works in the process itself, and whoever writes has the gate: a second one would only take the interpreter from
# it, each time that a statement lets go of it.
AT_WORK = {"postgresql": 2, "sqlite": 1}
# Whoever is not let in by then goes in beside: something slow must not hold up everybody.
PATIENCE = 1.0


class Line:
    """Lets in `most` threads at a time. Nobody who comes later is before one who waits."""

    def __init__(self, most: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._free = most

    def enter(self, timeout: float) -> bool:
        """Whether one was let in; else one stands in line no longer."""
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._guard:
            if mine not in self._waiting:  # let in at the last moment
                return True
            self._waiting.remove(mine)
        return False

    def leave(self, first: Callable[[bool], None] | None = None) -> None:
        """Let in who is next. `first` is told whether there is anyone, while nobody can come or go."""
        with self._guard:
            following = self._waiting.popleft() if self._waiting else None
            self._free += following is None
            if first:
                first(following is not None)
        if following is not None:
            following.release()

    def count_waiting(self) -> int:
        with self._guard:
            return len(self._waiting)


class Turns:
    """Who of a crowd is at work in this process."""

    def __init__(self, most: int) -> None:
        self._line = Line(most)
        self._of_thread = threading.local()

    @contextmanager
    def taken(self, patience: float = PATIENCE) -> Iterator[None]:
        if getattr(self._of_thread, "is_taken", False):
            yield
            return
        self._of_thread.is_taken = self._line.enter(patience)
        try:
            yield
        finally:
            self.give_up()

    def give_up(self) -> None:
        """For whoever has but to wait for the disk. Nothing for whoever has no turn."""
        if getattr(self._of_thread, "is_taken", False):
            self._of_thread.is_taken = False
            self._line.leave()


_TURNS = {backend: Turns(most) for backend, most in AT_WORK.items()}


def turns_on(engine: Engine) -> Turns:
    return _TURNS[engine.dialect.name]
