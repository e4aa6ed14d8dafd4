"""Engine, session and the writer's gate, for SQLite and PostgreSQL alike."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database import connection_checks
from forumapp.core.database.outage import is_outage, outages
from forumapp.core.database.write_lock import WriterGate

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import Dialect

__all__ = ["CONNECT", "WRITING", "Base", "DbSession", "db", "rows_written", "set_up_engine", "writer_gate"]

# Migrations name constraints by it as well: a change would give new databases other names than existing ones have.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# How PostgreSQL is connected to: a host that no longer answers is noticed within a minute, and each query is planned
# for its own values. After ten executions of a query PostgreSQL would keep one plan for any values, and then read all
# registrations of an edition for each search at the desk.
CONNECT: dict[str, int | str] = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 50_000,  # milliseconds
    "options": "-c plan_cache_mode=force_custom_plan",
}
# In a session's info while a transaction is open: its connection.
WRITING = "writing"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class AppSession(FlaskSession):
    """Prefers a bind given to the session itself: tests join an outer transaction that way."""

    def close(self) -> None:
        """An answer that is made stays one: where the server ended the connection since, nothing is left to take back,
        and the session is closed all the same.
        """
        try:
            super().close()
        except DBAPIError as error:
            if not is_outage(error):
                raise

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kw: Any) -> Engine | Connection:
        chosen = bind or self.bind
        if chosen is not None:
            return cast("Engine | Connection", chosen)
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **kw)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": AppSession, "expire_on_commit": False})


def as_sqlalchemy(error: Exception, statement: str, dialect: Dialect) -> Exception:
    """Wrap a driver's error as SQLAlchemy would, but without the parameters, which are personal data."""
    base: Any = dialect.loaded_dbapi.Error
    return DBAPIError.instance(statement, None, error, base, hide_parameters=True, dialect=dialect)


_gates: dict[str, WriterGate] = {}


def writer_gate(engine: Engine) -> AbstractContextManager[None]:
    """Held around every writing transaction; nothing on PostgreSQL, which queues writers well by itself."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    path = f"{engine.url.database}.gate"
    return _gates.setdefault(path, WriterGate(path)).held()


def rows_written(driver: Any) -> int:
    """So many so far by SQLite's own connection, to be compared; nothing by PostgreSQL's."""
    return getattr(driver, "total_changes", 0)


def set_up_engine(engine: Engine) -> None:
    """SQLite's settings: BEGIN for reads (a snapshot), BEGIN IMMEDIATE for marked writers.

    NORMAL keeps the file intact in any crash, and `settle` flushes commits to disk before they are reported.
    Bringing it into the database holds up who waits for the gate: it is done seldom. PostgreSQL's connections are
    looked at before they are used.
    """
    if engine.dialect.name != "sqlite":
        connection_checks.watch(engine)

        @event.listens_for(engine, "begin")
        def reached(_connection: Connection) -> None:
            outages.end()

        return

    @event.listens_for(engine, "connect")
    def connect(dbapi: sqlite3.Connection, _record: object) -> None:
        # Keep the driver from sending BEGIN. (Not with .autocommit, which disables commit().)
        dbapi.isolation_level = None
        for pragma in (
            "busy_timeout=10000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "wal_autocheckpoint=16000",
            "foreign_keys=ON",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        word = "BEGIN IMMEDIATE" if writer else "BEGIN"
        driver = connection.connection.driver_connection
        try:
            driver.execute(word)  # type: ignore[union-attr]  # it is connected: SQLAlchemy's own way takes longer
        except sqlite3.Error as error:
            raise as_sqlalchemy(error, word, engine.dialect) from error
        if writer:  # readers go on while another process holds the lock
            outages.end()
