"""Which state of an agenda stands is asked at every page: by many at once, over one connection that may break."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

from forumapp.domain.agenda.looking import Looks

DIALECT = create_engine("postgresql+psycopg://nowhere.example").dialect
CROWD = 8


class Driver:
    """A driver's connection: answers what stands, as often as it was asked, once `opened` is set."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks, self.asked, self.autocommit = breaks, 0, False
        self.begun, self.opened = threading.Event(), threading.Event()
        self.opened.set()

    def execute(self, _words: str, values: dict[str, str]) -> Any:
        self.asked += 1
        asked = self.asked
        self.begun.set()
        self.opened.wait(10)
        if self.breaks:
            raise ConnectionError("gone")
        return SimpleNamespace(fetchall=lambda: [(values["slug"], asked)])


class Server:
    """What opens connections; `closed` are those that were closed."""

    dialect = DIALECT

    def __init__(self, *drivers: Driver) -> None:
        self.waiting, self.closed, self.pool = list(drivers), [], object()

    def raw_connection(self) -> Any:
        driver = self.waiting.pop(0)
        return SimpleNamespace(driver_connection=driver, detach=lambda: None, close=lambda: self.closed.append(driver))


def looks_at(*drivers: Driver) -> tuple[Looks, Server]:
    server: Any = Server(*drivers)
    return Looks(server), server


def test_a_connection_that_broke_is_closed_and_another_opened() -> None:
    broken, whole = Driver(breaks=True), Driver()
    looks, server = looks_at(broken, whole)
    with pytest.raises(ConnectionError):
        looks.standing("forum")
    assert server.closed == [broken]
    assert looks.standing("forum") == ("forum", 1)
    assert looks.standing("forum") == ("forum", 2)
    assert whole.autocommit
    del looks
    assert server.closed == [broken, whole]


def test_who_asks_during_a_look_shares_the_next_one() -> None:
    driver = Driver()
    driver.opened.clear()
    looks, _server = looks_at(driver)
    with ThreadPoolExecutor(CROWD + 1) as pool:
        first = pool.submit(looks.standing, "forum")
        assert driver.begun.wait(10)
        others = [pool.submit(looks.standing, "forum") for _ in range(CROWD)]
        other = pool.submit(looks.standing, "another")
        while len(looks._coming.slugs) < 2:
            pass
        driver.opened.set()
        assert first.result(10) == ("forum", 1)
        told = {one.result(10) for one in others}
    assert other.result(10)[0] == "another"  # type: ignore[index]
    assert ("forum", 1) not in told  # what it tells was read before they asked
    assert driver.asked < 2 + CROWD
