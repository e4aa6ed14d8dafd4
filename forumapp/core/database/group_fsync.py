"""Group fsync: flushes SQLite's commits to disk, once for all threads that wait at the same time."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

# fdatasync skips the metadata; macOS has only fsync.
_flush = getattr(os, "fdatasync", os.fsync)


class SharedFlush:
    """Shares flushes between threads. A flush that began before a commit may have missed it, so a thread waits for the
    next one, together with all that arrive until then.
    """

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._changed = threading.Condition()
        self._begun = self._done = 0
        self._is_flushing = False

    def wait(self) -> None:
        """Return when everything written before is on disk. Raises the flush's error."""
        with self._changed:
            mine = self._begun + 1
            self._changed.wait_for(lambda: self._done >= mine or not self._is_flushing)
            if self._done >= mine:
                return
            self._is_flushing = True
            self._begun = number = self._begun + 1
        done = False
        try:
            self._flush()
            done = True
        finally:
            with self._changed:
                self._is_flushing = False
                if done:  # else each waiting thread flushes again and raises its own error
                    self._done = number
                self._changed.notify_all()


_flushes: dict[tuple[int, str], SharedFlush] = {}


def settle(engine: Engine) -> None:
    """Return when all commits are on disk. PostgreSQL flushes when it commits.

    SQLite's own flush at each commit would block everyone waiting for the write lock; many share this one.
    """
    if engine.dialect.name != "sqlite":
        return
    path = f"{engine.url.database}-wal"
    key = os.getpid(), path  # a forked process has none of the threads that may be at it
    flush = _flushes.get(key) or _flushes.setdefault(key, SharedFlush(lambda: _flush_file(path)))
    flush.wait()


def _flush_file(path: str) -> None:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # the last connection to close has flushed it and brought it into the database
        return
    try:
        _flush(file)
    finally:
        os.close(file)
