"""Checks pooled connections to PostgreSQL before a request uses them.

A server that closed a connection has sent something to read on it. Checking that takes a microsecond, where
a query, as SQLAlchemy's own `pool_pre_ping` sends each time, takes as long as a statement. A connection that was
idle for a while gets a query: the network may have dropped it silently.
"""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry

IDLE_SECONDS = 5.0  # seconds
RETURNED = "returned"


def watch(engine: Engine) -> None:
    """Check each connection of `engine` at checkout, and replace it if it is closed."""

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[RETURNED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, entry: ConnectionPoolEntry, _taken: Any) -> None:
        returned = entry.info.get(RETURNED)
        if returned is None:  # it is new
            return
        if _has_words(connection) or time.monotonic() - returned > IDLE_SECONDS:
            _ask(engine, connection)


def _has_words(connection: Any) -> bool:
    """Whether the server sent unrequested data, or the connection is closed."""
    if connection.closed:
        return True
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))


def _ask(engine: Engine, connection: Any) -> None:
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error
