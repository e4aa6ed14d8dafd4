"""What many ask for at once is done together, and each is told what became of their own."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text, update

from forumapp.core.database import transactions
from forumapp.core.database.db import db
from forumapp.core.database.group_commit import GroupCommit, _Request, _run_all
from forumapp.core.database.transactions import transaction
from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.errors import NotFound
from forumapp.domain.forums.models import Edition
from tests.domain.conftest import make_forum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

PATIENCE = 60.0
MANY = 12


@pytest.fixture
def place(own_app: Flask) -> Flask:
    with transaction() as session:
        make_forum(session)
    db.session.remove()
    return own_app


def marks() -> list[int]:
    """Of the editions, from the first on."""
    return list(db.session.scalars(text("SELECT ordinal FROM edition ORDER BY id")))


def marking(edition: int, mark: int) -> Callable[[DbSession], int]:
    def work(session: DbSession) -> int:
        session.execute(text("UPDATE edition SET ordinal = :mark WHERE id = :id"), {"mark": mark, "id": edition})
        return mark

    return work


def wait_until(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_comes_meanwhile_is_done_in_few_transactions(place: Flask) -> None:
    crowd: GroupCommit[int] = GroupCommit()
    go, asked, committed = threading.Event(), [], []

    def slow(session: DbSession) -> int:
        assert go.wait(PATIENCE)
        return marking(1, 100)(session)

    def ask(work: Callable[[DbSession], int]) -> int:
        with place.app_context():
            asked.append(work)
            return crowd.do(work, "")

    with place.app_context():
        event.listen(db.engine, "commit", committed.append)
    with ThreadPoolExecutor(MANY + 1) as pool:
        first = pool.submit(ask, slow)
        wait_until(lambda: len(asked) == 1)
        others = [pool.submit(ask, marking(1, 101 + number)) for number in range(MANY)]
        wait_until(lambda: len(asked) == 1 + MANY)
        go.set()
        assert [one.result() for one in (first, *others)] == [*range(100, 101 + MANY)]
    assert len(committed) <= 4
    assert 100 <= marks()[0] <= 100 + MANY


def test_who_is_refused_takes_nobody_along(place: Flask) -> None:
    def refused(session: DbSession) -> int:
        marking(2, 300)(session)
        raise NotFound

    one, other, third = asked = [_Request(work, "") for work in (marking(1, 200), refused, marking(1, 201))]
    before = marks()[1]
    db.session.remove()

    _run_all(asked)

    assert (one.results, one.error, other.results, third.results) == ([200], None, [], [201])
    assert isinstance(other.error, NotFound)
    assert marks()[:2] == [201, before]


def test_where_nothing_can_be_written_all_are_told_and_none_tries_again(place: Flask) -> None:
    called = []

    def closed(_session: DbSession) -> int:
        called.append(1)
        raise GateStaysClosed

    asked = [_Request(closed, "") for _ in range(3)]

    _run_all(asked)

    assert [type(one.error) for one in asked] == [GateStaysClosed] * 3
    assert called == [1]


def test_nobody_is_told_that_something_is_kept_of_which_the_disk_has_said_otherwise(
    place: Flask, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked once more finds it written, and has nothing to bring to the disk."""
    if backend != "sqlite":
        pytest.skip("PostgreSQL brings it to the disk itself")

    def once(session: DbSession) -> int:
        session.execute(text("UPDATE edition SET ordinal = 800 WHERE id = 1 AND ordinal <> 800"))
        return 800

    def fails(_engine: object) -> None:
        raise OSError

    asked = [_Request(once, "") for _ in range(2)]
    monkeypatch.setattr(transactions, "settle", fails)

    _run_all(asked)

    assert [(one.results, type(one.error)) for one in asked] == [([], OSError)] * 2


def test_what_one_has_read_is_read_anew_by_the_next(place: Flask) -> None:
    def beside(session: DbSession) -> int:
        session.get_one(Edition, 1).ordinal = 400
        session.flush()
        session.execute(
            update(Edition).where(Edition.id == 1).values(ordinal=401).execution_options(synchronize_session=False)
        )
        return 0

    def reading(session: DbSession) -> int:
        return session.get_one(Edition, 1).ordinal

    asked = [_Request(beside, "a"), _Request(reading, "b")]

    _run_all(asked)

    assert asked[1].results == [401]


@pytest.fixture
def on_postgresql(backend: str) -> Iterator[None]:
    if backend != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return


@pytest.mark.usefixtures("on_postgresql")
def test_of_two_who_wait_for_each_other_both_are_done(place: Flask) -> None:
    both, times = threading.Barrier(2), []

    def crossing(own: int, other: int) -> Callable[[DbSession], int]:
        def work(session: DbSession) -> int:
            marking(own, 500 + own)(session)
            times.append(own)
            if len(times) <= 2:
                both.wait(PATIENCE)
            return marking(other, 510 + own)(session)

        return work

    def ask(own: int, other: int) -> list[int]:
        asked = [_Request(crossing(own, other), ""), _Request(marking(own, 500 + own), "")]
        with place.app_context():
            _run_all(asked)
        assert [one.error for one in asked] == [None, None]
        return [one.results[0] for one in asked]

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(ask, *pair) for pair in ((1, 2), (2, 1))]
        assert [one.result() for one in found] == [[511, 501], [512, 502]]
    assert len(times) == 3  # one was sent away, and was done alone


@pytest.mark.usefixtures("on_postgresql")
def test_who_waits_for_what_another_holds_holds_up_nobody_else(place: Flask) -> None:
    crowd: GroupCommit[int] = GroupCommit()
    asked, go = [], threading.Event()

    def held(session: DbSession) -> int:
        asked.append(1)
        assert go.wait(PATIENCE)
        return marking(1, 700)(session)

    def ask(work: Callable[[DbSession], int]) -> int:
        with place.app_context():
            return crowd.do(work, "")

    with ThreadPoolExecutor(MANY + 1) as pool:
        slow = pool.submit(ask, held)
        try:
            wait_until(lambda: len(asked) == 1)
            others = [pool.submit(ask, marking(2, 701)) for _ in range(MANY)]
            assert [one.result(PATIENCE / 2) for one in others] == [701] * MANY
            assert crowd._leader is None  # nobody who comes now waits for them again
            assert not slow.done()
        finally:
            go.set()
        assert slow.result() == 700
    assert crowd._leader is None


def test_a_thread_that_ends_leaves_the_others_to_the_next(place: Flask) -> None:
    crowd: GroupCommit[int] = GroupCommit()
    begun, go = threading.Event(), threading.Event()

    def ending(_session: DbSession) -> int:
        begun.set()
        assert go.wait(PATIENCE)
        raise SystemExit

    def ask(work: Callable[[DbSession], int]) -> int:
        with place.app_context():
            return crowd.do(work, "")

    with ThreadPoolExecutor(MANY + 1) as pool:
        ended = pool.submit(ask, ending)
        assert begun.wait(PATIENCE)
        others = [pool.submit(ask, marking(1, 600)) for _ in range(MANY)]
        go.set()
        assert [one.result() for one in others] == [600] * MANY
        assert isinstance(ended.exception(), SystemExit)
    assert crowd._leader is None
