"""PostgreSQL plans each query for its own values, however often a connection executed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, create_engine, text

from forumapp.core.database.db import CONNECT

if TYPE_CHECKING:
    from collections.abc import Iterator

OFTEN = 20  # above psycopg's 5 executions until a query is prepared, and PostgreSQL's 5 until a plan may be kept
NUMBERS = text("SELECT count(*) FROM generate_series(1, 10) AS n WHERE n < :most")
KEPT = text("SELECT sum(generic_plans) FROM pg_prepared_statements")


@pytest.fixture
def connecting() -> dict[str, Any]:
    return dict(CONNECT)


@pytest.fixture
def engine(own_database: str, backend: str, connecting: dict[str, Any]) -> Iterator[Engine]:
    if backend == "sqlite":
        pytest.skip("SQLite plans a query when it is prepared")
    engine = create_engine(own_database, connect_args=connecting)
    yield engine
    engine.dispose()


def kept_plans(engine: Engine) -> int:
    with engine.connect() as connection:
        for most in range(OFTEN):
            connection.execute(NUMBERS, {"most": most})
        return int(connection.scalar(KEPT) or 0)


def test_no_plan_is_kept_for_any_values(engine: Engine) -> None:
    assert kept_plans(engine) == 0


@pytest.mark.parametrize("connecting", [{}])
def test_by_the_server_s_settings_one_would_be(engine: Engine) -> None:
    assert kept_plans(engine) > 0
