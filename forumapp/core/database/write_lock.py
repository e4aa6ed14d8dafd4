"""SQLite's write lock. SQLite's own busy handler starves writers, and can block all of them for seconds."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from forumapp.core.database.concurrency_limit import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

GATE_SECONDS = 30.0


# Between two tries for the lock of a file: at first often, since a turn takes milliseconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0002, 0.02


class GateStaysClosed(TimeoutError):
    """Another writer holds the lock for longer than the timeout."""


def _lock(file: int, until: float) -> None:
    """Lock the file, by trying: a lock that is waited for has no time limit. Raises GateStaysClosed after `until`."""
    pause = SHORTEST_PAUSE
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        left = until - time.monotonic()
        if left <= 0:
            raise GateStaysClosed("another process writes for too long")
        time.sleep(min(pause, left))
        pause = min(pause * 1.1, LONGEST_PAUSE)


class WriterGate:
    """Admits one writer at a time: threads in the order of arrival, and processes by turns.

    In its turn a process admits the threads that were waiting at its start, and none that come later. So all wait about
    as long, however busy their process is, and the lock seldom passes between processes.
    """

    def __init__(self, path: str) -> None:
        self._path, self._pid = path, -1
        # The holder of the second file's lock is next to hold the first one's. Otherwise the process that releases
        # the first could lock it again before the other wakes.
        self._file = self._next = -1
        self._line = Line()
        self._left = 0  # threads that this turn still lets in

    @contextmanager
    def held(self, timeout: float | None = None) -> Iterator[None]:
        timeout = GATE_SECONDS if timeout is None else timeout
        until = time.monotonic() + timeout
        if not self._line.enter(timeout):
            raise GateStaysClosed("the database's writer gate stayed closed")
        try:
            if not self._left:
                self._begin_turn(until)
            self._left -= 1
            yield
        finally:
            self._line.leave(self._end_turn)

    def _begin_turn(self, until: float) -> None:
        if self._pid != os.getpid():  # a forked worker needs its own open file descriptions
            self._file, self._next = (self._open(path) for path in (self._path, f"{self._path}-next"))
            self._pid = os.getpid()
        _lock(self._next, until)
        try:
            _lock(self._file, until)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)
        self._left = 1 + self._line.count_waiting()

    @staticmethod
    def _open(path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _end_turn(self, anyone_follows: bool) -> None:
        if not (anyone_follows and self._left):
            self._left = 0
            fcntl.flock(self._file, fcntl.LOCK_UN)
