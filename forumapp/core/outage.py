"""Whether an error means that the database cannot be reached, or is held by another, for now: what was asked is to be
asked again, and nobody here has done anything wrong.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from forumapp.core.gate import GateStaysClosed
from forumapp.core.logs import logger

# Of PostgreSQL: a connection that failed, a server that goes down or comes up, no connection left, and two that waited
# for each other, or changed the same, of whom one was sent away.
_CLASSES = ("08",)
_COLLIDED = frozenset({"40001", "40P01"})
_STATES = frozenset({"57P01", "57P02", "57P03", "53300", "55P03"}) | _COLLIDED
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY = 0xFF  # SQLite's codes say more in their higher bits
ASK_AGAIN_SECONDS = 2
ERRORS: tuple[type[Exception], ...] = (DBAPIError, NoConnectionLeft, GateStaysClosed)


def is_outage(error: BaseException) -> bool:
    """Of one of ERRORS."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, ERRORS)
    if error.connection_invalidated:
        return True
    told: Any = error.orig
    if isinstance(told, sqlite3.OperationalError):
        return (getattr(told, "sqlite_errorcode", 0) & _PRIMARY) in _BUSY
    state = getattr(told, "sqlstate", None)
    if state is None:  # no server has said anything: it was not reached, or went away in the middle
        return type(told).__name__ == "OperationalError"
    return state in _STATES or state.startswith(_CLASSES)


def is_collision(error: BaseException) -> bool:
    """Two waited for each other, or changed the same: what was asked of the one that was sent away can be done now."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _COLLIDED


def note(error: Exception) -> None:
    """One line for each request that was sent away: what stands in the error is the same every time."""
    logger("database").warning("database-unavailable", error=type(getattr(error, "orig", error)).__name__)
