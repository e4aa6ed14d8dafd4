"""Which state of an agenda stands is asked at every page; a connection that broke must not be lost to the pool."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

from forumapp.domain.agenda.queries import standing_now


class Broken:
    """A driver's connection whose server went away while it was asked."""

    def __init__(self) -> None:
        self.closed = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "autocommit" and self.closed:
            raise ConnectionError("closed")
        super().__setattr__(name, value)

    def execute(self, *_query: Any) -> Any:
        self.closed = True
        raise ConnectionError("gone")


def test_a_connection_that_broke_is_given_back() -> None:
    given_back: list[bool] = []
    held = SimpleNamespace(driver_connection=Broken(), close=lambda: given_back.append(True))
    dialect = create_engine("postgresql+psycopg://nowhere.example").dialect
    engine: Any = SimpleNamespace(dialect=dialect, raw_connection=lambda: held)
    with pytest.raises(ConnectionError):
        standing_now(engine, "forum")
    assert given_back == [True]
