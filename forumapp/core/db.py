"""Engine, session and the writer's gate, for SQLite and PostgreSQL alike."""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as DbSession

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

__all__ = ["Base", "DbSession", "WriterGate", "db", "set_up_engine", "writer_gate"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
GATE_SECONDS = 30.0


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class AppSession(FlaskSession):
    """Prefers a bind given to the session itself: tests join an outer transaction that way."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kw: Any) -> Engine | Connection:
        chosen = bind or self.bind
        if chosen is not None:
            return cast("Engine | Connection", chosen)
        return super().get_bind(mapper=mapper, clause=clause, bind=bind, **kw)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": AppSession, "expire_on_commit": False})


class WriterGate:
    """One writer at a time. Threads wait on a lock, processes on flock; SQLite's own busy handler starves."""

    def __init__(self, path: str) -> None:
        self._path, self._fd, self._pid = path, -1, -1
        self._lock = threading.Lock()

    @contextmanager
    def held(self, timeout: float = GATE_SECONDS) -> Iterator[None]:
        if not self._lock.acquire(timeout=timeout):
            raise TimeoutError("the database's writer gate stayed closed")
        try:
            if self._pid != os.getpid():  # a forked worker needs its own open file description
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._pid = os.getpid()
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._lock.release()


_gates: dict[str, WriterGate] = {}


def writer_gate(engine: Engine) -> AbstractContextManager[None]:
    """Held around every writing transaction; nothing on PostgreSQL, which queues writers well by itself."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    path = f"{engine.url.database}.gate"
    return _gates.setdefault(path, WriterGate(path)).held()


def set_up_engine(engine: Engine) -> None:
    """SQLite's settings: BEGIN for reads (a snapshot), BEGIN IMMEDIATE for marked writers."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(dbapi: sqlite3.Connection, _record: object) -> None:
        # The driver sends no BEGIN of its own. (Not by .autocommit, with which commit() would do nothing.)
        dbapi.isolation_level = None
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
