"""Which state of an agenda stands is asked at every page: by many at once, over one connection that may break."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine

from forumapp.domain.agenda.publishing.single_flight import Looks

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


class Joined(set[str]):
    """The editions asked about in a round; `times` counts who asked."""

    times = 0

    def add(self, slug: str) -> None:
        super().add(slug)
        self.times += 1


def test_who_asks_during_a_look_shares_the_next_one() -> None:
    driver = Driver()
    driver.opened.clear()
    looks, _server = looks_at(driver)
    with ThreadPoolExecutor(CROWD + 2) as pool:
        first = pool.submit(looks.standing, "forum")
        assert driver.begun.wait(10)
        joined = looks._coming.slugs = Joined()
        others = [pool.submit(looks.standing, slug) for slug in ("another", *("forum",) * CROWD)]
        while joined.times < len(others):
            time.sleep(0.001)
        driver.opened.set()
        told = [one.result(10) for one in others]
    assert first.result() == ("forum", 1)
    # Nobody is told of what was read before they asked, and it was read once more for each edition.
    assert {one[0]: one[1] > 1 for one in told if one} == {"another": True, "forum": True}
    assert driver.asked == 1 + len({"another", "forum"})
