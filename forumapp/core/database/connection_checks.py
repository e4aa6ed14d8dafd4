"""Whether a pooled connection to PostgreSQL still stands, found out before a request works with it.

A server that closed a connection has sent something to read on it. Checking that takes a microsecond, where
to ask the server, as SQLAlchemy's own `pool_pre_ping` does each time, takes as long as a statement. One that nobody
has used for a while is asked: the network between may have forgotten it without a word.
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

ASKED_AFTER = 5.0  # seconds
RETURNED = "returned"


def watch(engine: Engine) -> None:
    """Each connection of `engine` is looked at when it is taken from its pool, and replaced if it has ended."""

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[RETURNED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, entry: ConnectionPoolEntry, _taken: Any) -> None:
        returned = entry.info.get(RETURNED)
        if returned is None:  # it is new
            return
        if _has_words(connection) or time.monotonic() - returned > ASKED_AFTER:
            _ask(engine, connection)


def _has_words(connection: Any) -> bool:
    """Whether the server sent something that nobody asked for, or nothing can be sent any more."""
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
