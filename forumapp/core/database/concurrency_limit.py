"""Concurrency limits: few threads at a time, first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

# How many requests of a rush one process handles at a time. On PostgreSQL one works while the other waits for the
# server. SQLite works in the process itself, under the write lock: a second thread would only compete for the GIL.
AT_WORK = {"postgresql": 2, "sqlite": 1}
# After so many seconds a thread proceeds anyway: one slow request must not block all others.
PATIENCE = 1.0


class Line:
    """Admits `most` threads at a time, in the order of arrival."""

    def __init__(self, most: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._free = most

    def enter(self, timeout: float) -> bool:
        """Wait for admission. Returns False if it took longer than `timeout`."""
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
        """Admit the next thread. `first` is called with whether there is one, while the line is locked."""
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
    """Admission of a rush of requests in this process."""

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
        """Release the admission early, before waiting for the disk. Does nothing without one."""
        if getattr(self._of_thread, "is_taken", False):
            self._of_thread.is_taken = False
            self._line.leave()


_TURNS = {backend: Turns(most) for backend, most in AT_WORK.items()}


def turns_on(engine: Engine) -> Turns:
    return _TURNS[engine.dialect.name]
