"""Limits per network hold over all processes, because they are counted in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import event, select

from forumapp.core import clock, rate_counts
from forumapp.core.db import db
from forumapp.core.rate_counts import DatabaseStorage, RateCount, ReadFirst
from tests.crowds import gather
from tests.web.senders import PATH, REQUESTS, send

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

pytestmark = pytest.mark.both_databases
PROCESSES, LIMIT = 2, 60


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
    groups = "/api/v1/editions/forum/registration-groups"

    statuses = [client.post(path, json={}, environ_base=sender).status_code for path in (PATH, groups) * 31]

    assert statuses == [422] * 60 + [429] * 2
