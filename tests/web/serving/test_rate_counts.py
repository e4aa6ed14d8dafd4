"""Limits per network hold over all processes, because they are counted in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import event, select

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.serving import rate_counts
from forumapp.core.serving.rate_counts import DatabaseStorage, RateCount, ReadFirst
from forumapp.domain.registration.rules import MOST_IN_GROUP
from tests.crowds import gather
from tests.web.senders import PATH, REQUESTS, send

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

pytestmark = pytest.mark.both_databases
PROCESSES, LIMIT = 2, 60
GROUPS = "/api/v1/editions/forum/registration-groups"


def accepted(url: str, folder: Path, *, in_memory: bool) -> int:
    return sum(gather(send, [(url, folder, in_memory)] * PROCESSES, PROCESSES, PROCESSES))


def test_two_processes_share_the_limit_of_an_address(own_database: str, tmp_path: Path) -> None:
    assert accepted(own_database, tmp_path, in_memory=False) == LIMIT


def test_counting_in_memory_would_give_each_process_a_limit_of_its_own(own_database: str, tmp_path: Path) -> None:
    assert accepted(own_database, tmp_path, in_memory=True) == PROCESSES * REQUESTS


def test_a_window_ends_and_begins_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    storage, start = DatabaseStorage(), clock.now()
    counts = []
    for seconds in (0, 59, 60):
        monkeypatch.setattr(clock, "now", lambda moment=start + timedelta(seconds=seconds): moment)
        counts.append((storage.incr("key", 60), storage.get("key"), storage.get_expiry("key") - start.timestamp()))

    assert counts == [(1, 1, pytest.approx(60)), (2, 2, pytest.approx(60)), (1, 1, pytest.approx(120))]


def test_a_refused_request_writes_nothing(app: Flask) -> None:
    limit, limiter = RateLimitItemPerMinute(1), ReadFirst(DatabaseStorage())
    assert limiter.hit(limit, "network")
    written: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        written.append(statement)

    event.listen(db.engine, "before_cursor_execute", record)
    try:
        assert not limiter.hit(limit, "network")
    finally:
        event.remove(db.engine, "before_cursor_execute", record)

    assert "SELECT" in {statement.split()[0] for statement in written} <= {"SAVEPOINT", "SELECT"}


def test_neither_the_database_nor_the_log_holds_an_address(
    app: Flask, session: DbSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client = app.test_client()
    for _ in range(LIMIT + 1):
        client.post(PATH, json={}, environ_base={"REMOTE_ADDR": "203.0.113.7"})

    keys = session.scalars(select(RateCount.key)).all()
    assert len(keys) == 2
    assert not [text for text in (*keys, *caplog.messages) if "203.0.113" in text]


def test_counts_of_windows_that_are_over_are_deleted(app: Flask, session: DbSession) -> None:
    storage, now = DatabaseStorage(), clock.now()
    storage.incr("short", 60)
    storage.incr("long", 3600)

    rate_counts.forget_ended(session, now=now + timedelta(minutes=2))

    assert session.scalars(select(RateCount.key)).all() == ["long"]


def test_form_group_and_program_count_together(app: Flask) -> None:
    client, sender = app.test_client(), {"REMOTE_ADDR": "203.0.113.7"}

    statuses = [client.post(path, json={}, environ_base=sender).status_code for path in (PATH, GROUPS) * 31]

    assert statuses == [422] * 60 + [429] * 2


def post_groups(client: FlaskClient, addresses: list[str], size: int = MOST_IN_GROUP) -> list[int]:
    """Nobody is registered, since nothing is said of the people; but they count."""
    body = {"people": [{}] * size}
    return [client.post(GROUPS, json=body, environ_base={"REMOTE_ADDR": one}).status_code for one in addresses]


def test_a_group_counts_as_many_as_it_has_people(app: Flask) -> None:
    client = app.test_client()

    assert post_groups(client, ["203.0.113.7"] * 3) == [422, 422, 429]
    answer = client.post(PATH, json={}, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert (answer.status_code, answer.json["code"]) == (429, "too-many-requests")


def test_people_who_come_along_count(app: Flask) -> None:
    client, sender = app.test_client(), {"REMOTE_ADDR": "203.0.113.7"}
    body = {"plus_ones": [{}] * 19}

    statuses = [client.post(PATH, json=body, environ_base=sender).status_code for _ in range(4)]

    assert statuses == [422] * 3 + [429]


def test_a_group_that_is_too_large_is_told_so(app: Flask) -> None:
    client = app.test_client()
    assert post_groups(client, ["203.0.113.7"], size=LIMIT + 1) == [422]
    assert client.post(GROUPS, data="[", environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 415


def test_networks_of_a_wider_network_share_a_wider_limit(app: Flask) -> None:
    client = app.test_client()
    four = [f"2001:db8:1:{number}::1" for number in (1, 2, 3, 4)]

    assert post_groups(client, four * 2) == [422] * 8
    assert post_groups(client, ["2001:db8:1:5::1"], size=1) == [429]
    assert post_groups(client, ["2001:db8:2:1::1", "203.0.113.7", "203.0.113.8"]) == [422] * 3


def test_what_one_network_is_refused_takes_nothing_from_the_others(app: Flask) -> None:
    client = app.test_client()

    assert post_groups(client, ["2001:db8:1:1::1"] * 12) == [422] * 2 + [429] * 10
    assert post_groups(client, ["2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:4::1"] * 2) == [422] * 6
