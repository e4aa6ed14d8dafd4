"""What SQLite has committed is brought to disk: once for all who wait for that at the same time."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

# Flushes what matters of a file; macOS has the other alone.
_flush = getattr(os, "fdatasync", os.fsync)


class SharedFlush:
    """A flush that had begun before somebody committed may have missed that; the next one to begin is theirs, and of
    all others who have come until then.
    """

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._changed = threading.Condition()
        self._begun = self._done = 0
        self._is_flushing = False

    def wait(self) -> None:
        """Returns when everything is on disk that was written before. Raises what the flush does."""
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
                if done:  # else whoever waited finds out for themselves
                    self._done = number
                self._changed.notify_all()


_flushes: dict[tuple[int, str], SharedFlush] = {}


def settle(engine: Engine) -> None:
    """Returns when all that was committed is on disk. PostgreSQL has seen to that when it commits.

    SQLite's own flush at each commit would hold up all who wait for the gate; many share this one.
    """
    if engine.dialect.name != "sqlite":
        return
    path = f"{engine.url.database}-wal"
    key = os.getpid(), path  # a forked process has none of the threads that may be at it
    flush = _flushes.get(key) or _flushes.setdefault(key, SharedFlush(lambda: _flushed(path)))
    flush.wait()


def _flushed(path: str) -> None:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # the last connection to close has flushed it and brought it into the database
        return
    try:
        _flush(file)
    finally:
        os.close(file)
