"""SQLite's single writer: who waits for whom. Its own busy handler starves, and lets nobody in for whole seconds."""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GATE_SECONDS = 30.0


class WriterGate:
    """One writer at a time: a process's threads in the order of their coming, and processes by turns.

    A process that has its turn lets in those of its threads that were waiting then, and nobody who comes later. So all
    wait about as long, in however busy a process, and the gate seldom passes from one to the other.
    """

    def __init__(self, path: str) -> None:
        self._path, self._pid = path, -1
        # Whoever holds the second file's lock is the next to hold the first one's: else the process that lets go of it
        # would be back before the other has woken.
        self._file = self._next = -1
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False
        self._left = 0  # threads that this turn still lets in

    @contextmanager
    def held(self, timeout: float = GATE_SECONDS) -> Iterator[None]:
        self._queue_up(timeout)
        try:
            if not self._left:
                self._begin_turn()
            self._left -= 1
            yield
        finally:
            self._let_in_next()

    def _queue_up(self, timeout: float) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return
        with self._guard:
            if mine in self._waiting:  # else it was let in at the last moment
                self._waiting.remove(mine)
                raise TimeoutError("the database's writer gate stayed closed")

    def _begin_turn(self) -> None:
        if self._pid != os.getpid():  # a forked worker needs its own open file descriptions
            self._file, self._next = (self._open(path) for path in (self._path, f"{self._path}-next"))
            self._pid = os.getpid()
        fcntl.flock(self._next, fcntl.LOCK_EX)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        fcntl.flock(self._next, fcntl.LOCK_UN)
        with self._guard:
            self._left = 1 + len(self._waiting)

    @staticmethod
    def _open(path: str) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _let_in_next(self) -> None:
        with self._guard:
            following = self._waiting.popleft() if self._waiting else None
            self._is_taken = following is not None
            if following is None or not self._left:
                self._left = 0
                fcntl.flock(self._file, fcntl.LOCK_UN)
        if following is not None:
            following.release()
