"""A connection that PostgreSQL ended is replaced before a request works with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from forumapp.core.database import connection_checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

END = text("SELECT pg_terminate_backend(:pid, 5000)")
OWN = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(own_database: str, backend: str) -> Iterator[Engine]:
    if backend == "sqlite":
        pytest.skip("SQLite's connections are files")
    engine = create_engine(own_database, pool_size=2, max_overflow=0)
    yield engine
    engine.dispose()


def own_of(engine: Engine) -> int:
    """The number of the server's process behind the connection that is taken next."""
    with engine.connect() as connection:
        return int(connection.scalar(OWN) or 0)


def test_a_connection_that_the_server_ended_is_not_worked_with(engine: Engine) -> None:
    connection_checks.watch(engine)
    with engine.connect() as other:
        ended = own_of(engine)
        other.execute(END, {"pid": ended})

    assert own_of(engine) not in (0, ended)


def test_without_a_look_a_statement_fails_on_it(engine: Engine) -> None:
    with engine.connect() as other:
        other.execute(END, {"pid": own_of(engine)})

    with pytest.raises(OperationalError):
        own_of(engine)


def test_one_that_rested_is_asked(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    connection_checks.watch(engine)
    asked = []
    monkeypatch.setattr(engine.dialect, "do_ping", lambda connection: asked.append(connection) or True)
    own_of(engine)
    own_of(engine)
    assert asked == []

    monkeypatch.setattr(connection_checks, "IDLE_SECONDS", -1.0)
    own_of(engine)

    assert len(asked) == 1
