"""Tells whether an error means that the database is unreachable or locked for now, so that the request can be
retried.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.files.storage import is_full
from forumapp.core.logs import logger

# PostgreSQL: failed connections, a server shutting down or starting, too many connections, and deadlocks or
# serialization failures.
_CLASSES = ("08",)
_COLLIDED = frozenset({"40001", "40P01"})
_STATES = frozenset({"57P01", "57P02", "57P03", "53300", "55P03"}) | _COLLIDED
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY = 0xFF  # SQLite's codes say more in their higher bits
RETRY_SECONDS = 2
RETRY_SECONDS_WHEN_FULL = 60
FULL_SECONDS = 60.0  # that an error of a full disk counts
CALM_SECONDS = 5.0  # without a failure before an outage counts as over


class DatabaseAway(Exception):
    """An outage that another process reports: the driver's own error may not survive the way between processes."""


ERRORS: tuple[type[Exception], ...] = (DBAPIError, NoConnectionLeft, GateStaysClosed, DatabaseAway)
# Of these some mean an outage, and some a full disk.
PASSING: tuple[type[Exception], ...] = (*ERRORS, OSError)


def is_outage(error: BaseException) -> bool:
    """Whether an error of ERRORS means an outage."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, ERRORS)
    if error.connection_invalidated:
        return True
    driver_error: Any = error.orig
    if isinstance(driver_error, sqlite3.OperationalError):
        return (getattr(driver_error, "sqlite_errorcode", 0) & _PRIMARY) in _BUSY
    state = getattr(driver_error, "sqlstate", None)
    if state is None:  # no answer from a server: unreachable, or gone in the middle
        return type(driver_error).__name__ == "OperationalError"
    return state in _STATES or state.startswith(_CLASSES)


def is_collision(error: BaseException) -> bool:
    """Whether it is a deadlock or a serialization failure: the transaction can be retried at once."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _COLLIDED


class Outages:
    """One log line when the database goes away or its disk is full, and one when it works again, however many requests
    fail in between.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._failed = 0
        self._since = self._last = 0.0
        self._full_at: float | None = None

    def note(self, error: Exception) -> None:
        """A collision of two writers is no outage and is not counted."""
        if is_collision(error):
            return
        with self._guard:
            self._failed += 1
            self._last = time.monotonic()
            if is_full(error):
                self._full_at = time.monotonic()
            is_first = self._failed == 1
            if is_first:
                self._since = time.monotonic()
        if is_first:
            name = type(getattr(error, "orig", None) or error).__name__
            logger("database").warning("disk-full" if is_full(error) else "database-unavailable", error=name)

    def count(self) -> int:
        """How many requests have failed in the current outage; 0 without one."""
        return self._failed

    def was_full_lately(self) -> bool:
        """Whether there was no room to write, and nothing has been written since."""
        return self._full_at is not None and time.monotonic() - self._full_at < FULL_SECONDS

    def end(self, *, has_written: bool = False) -> None:
        """Called when a transaction begins or is committed, so it is quick when there is nothing
        to report. A full disk is over once something was written. While some requests still fail, such as for lack of
        connections, the outage lasts.
        """
        if not self._failed or (self._full_at is not None and not has_written):
            return
        if self._full_at is None and time.monotonic() - self._last < CALM_SECONDS:
            return
        with self._guard:
            self._full_at = None
            failed, self._failed = self._failed, 0
            seconds = round(time.monotonic() - self._since, 1)
        if failed:
            logger("database").warning("database-available-again", failed=failed, seconds=seconds)


outages = Outages()
