"""The only commit point of the product. Edges open it; services flush and never commit."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING

from forumapp.core.database.concurrency_limit import PATIENCE, turns_on
from forumapp.core.database.db import WRITING, db, rows_written, writer_gate
from forumapp.core.database.gc_pauses import no_collections
from forumapp.core.database.group_fsync import settle
from forumapp.core.database.outage import outages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session as DbSession


@contextmanager
def transaction() -> Iterator[DbSession]:
    """Commits at the end, rolls back on any exception. Nothing read before it is trusted inside it.

    When it ends without one, what was written is on disk.
    """
    session = db.session()
    if WRITING in session.info:
        raise RuntimeError("transaction() inside transaction()")
    _refuse_changes(session)
    # Ends the request's read snapshot, which SQLite could not upgrade, and expires what was loaded from it.
    session.rollback()
    joined = session.bind is not None  # a test's outer transaction, which already holds the write lock
    with nullcontext() if joined else writer_gate(db.engine):
        try:
            # Must be the session's first use here: only then does BEGIN IMMEDIATE mark it a writer.
            connection = session.connection(execution_options={"writer": True})
            session.info[WRITING] = connection
            driver = connection.connection.driver_connection
            before = rows_written(driver)
            yield session
            session.flush()
            has_written = rows_written(driver) > before
            session.commit()
            outages.end(has_written=has_written or driver_counts_nothing(driver))
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(WRITING, None)
    if has_written and not joined:
        turns_on(db.engine).give_up()
        settle(db.engine)


@contextmanager
def transaction_without_gc() -> Iterator[DbSession]:
    """A transaction within which Python collects no garbage: that may take longer than the transaction itself. While
    it waits to begin, other threads may collect.
    """
    with ExitStack() as until_committed, transaction() as session:
        until_committed.enter_context(no_collections())
        yield session


@contextmanager
def counting_transaction() -> Iterator[Connection]:
    """A short transaction of its own for counters. It is not flushed to disk: a power cut may lose the last ones."""
    if is_joined():
        with transaction() as session:
            yield session.connection()
        return
    with (
        writer_gate(db.engine),
        db.engine.connect().execution_options(writer=True) as connection,
        connection.begin(),
    ):
        yield connection


def driver_counts_nothing(driver: object) -> bool:
    """PostgreSQL's; what it has committed counts as written."""
    return not hasattr(driver, "total_changes")


def _refuse_changes(session: DbSession) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes made outside transaction()")


def let_go() -> None:
    """Release the connection and its snapshot before waiting for something else. Loaded objects remain; later reads may
    be newer. Does nothing within a transaction.
    """
    session = db.session()
    if WRITING not in session.info:
        _refuse_changes(session)
        session.commit()


def turn(patience: float = PATIENCE) -> AbstractContextManager[None]:
    """One's turn among a crowd. A transaction gives it up when it has but to wait for the disk."""
    return turns_on(db.engine).taken(patience)


def reading() -> DbSession:
    """The request's session, for queries."""
    return db.session()


def is_joined() -> bool:
    """Whether a test's outer transaction holds all writes, which are then invisible outside the session."""
    return db.session.session_factory.kw.get("bind") is not None


def committed() -> Engine:
    """The engine, to read commits outside all sessions. Needs an application context."""
    return db.engine
