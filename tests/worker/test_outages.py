"""The database goes away under background work, which waits and goes on by itself."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from forumapp.app import create_app
from forumapp.cli.database import upgrade_all
from forumapp.core import clock
from forumapp.core.database import outage
from forumapp.core.database.db import db
from forumapp.core.database.outage import Outages
from forumapp.core.database.transactions import reading
from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.logs import set_up_logs
from forumapp.domain.importing.models import ImportRun, ImportStatus
from forumapp.domain.jobs.models import WorkerSeen
from forumapp.domain.jobs.services import close_clients
from forumapp.worker import waiting
from forumapp.worker.timers import housekeeping
from forumapp.worker.timers.housekeeping import Heartbeat, take_over
from forumapp.worker.waiting import WorkerStops, wait_out
from tests.conftest import config_for, sqlalchemy_url
from tests.journeys.test_database_restarts import postgresql
from tests.worker.processes import Workers, wait_for
from tests.worker.test_importing import ROWS, ask, state

LONG = 20.0  # seconds; five tries with growing pauses ended after 15


def of_sqlite(code: int) -> OperationalError:
    error = sqlite3.OperationalError("from the driver")
    error.sqlite_errorcode = code
    return OperationalError("INSERT", None, error)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE", 0.001)
    stop = threading.Event()
    waiting.use_stop(stop)
    yield stop
    waiting.use_stop(threading.Event())


@pytest.mark.parametrize(
    "error",
    [
        of_sqlite(sqlite3.SQLITE_BUSY),
        of_sqlite(sqlite3.SQLITE_FULL),
        GateStaysClosed(),
        OSError(28, "No space left on device"),
        OperationalError("UPDATE", None, psycopg.errors.AdminShutdown()),
        OperationalError("", None, psycopg.OperationalError("connection failed: Connection refused")),
    ],
    ids=[
        "held by another",
        "full",
        "held by another process of ours",
        "no room for a file",
        "PostgreSQL is stopped",
        "PostgreSQL refuses connections",
    ],
)
def test_work_is_tried_until_the_database_is_back(quick, error):
    tries = []

    def work():
        tries.append(1)
        if len(tries) < 50:
            raise error
        return "done"

    assert (wait_out(work), len(tries)) == ("done", 50)


@pytest.mark.parametrize(
    "error", [of_sqlite(sqlite3.SQLITE_ERROR), ProgrammingError("SELECT", None, Exception()), ValueError(), OSError()]
)
def test_other_errors_are_raised_at_once(quick, error):
    def work():
        raise error

    with pytest.raises(type(error)):
        wait_out(work)


def test_waiting_ends_when_the_worker_stops(quick):
    def work():
        quick.set()
        raise GateStaysClosed

    with pytest.raises(WorkerStops):
        wait_out(work)


def test_a_partial_outage_is_one_outage_and_a_collision_is_none(capsys):
    """While some requests fail for want of connections, others still begin transactions."""
    set_up_logs()
    outages = Outages()
    for _ in range(3):
        outages.note(GateStaysClosed())
        outages.end()
        outages.note(DBAPIError("UPDATE", None, psycopg.errors.DeadlockDetected()))
    assert outages.count() == 3
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["database-unavailable"]


def test_an_outage_is_logged_once_with_a_count(capsys, monkeypatch):
    monkeypatch.setattr(outage, "CALM_SECONDS", 0)
    set_up_logs()
    outages = Outages()
    for _ in range(1000):
        outages.note(of_sqlite(sqlite3.SQLITE_BUSY))
    outages.end()
    outages.end()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line.get("failed")) for line in lines] == [
        ("database-unavailable", None),
        ("database-available-again", 1000),
    ]


def test_another_worker_with_the_same_name_is_warned_of(own_app, capsys):
    first, second = Heartbeat("one"), Heartbeat("one")
    for beat in (first, first, second):  # a second one that starts may be the first, started again
        beat.beat(now=clock.now())
    assert "same name" not in capsys.readouterr().err
    first.beat(now=clock.now())
    second.beat(now=clock.now())
    first.beat(now=clock.now())
    warned = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["worker"] for line in warned] == ["one", "one"]
    assert "FORUMAPP_WORKER_ID" in warned[0]["event"]
    db.session.rollback()
    assert reading().scalars(select(WorkerSeen.name)).all() == ["one"]


def test_no_worker_is_called_dead_just_after_an_outage(own_app, monkeypatch):
    moments = iter([100.0, 200.0, 201.0, 230.0, 231.0, 262.0])
    monkeypatch.setattr(housekeeping, "monotonic", lambda: next(moments))
    heartbeat = Heartbeat("one")
    heartbeat.beat(now=clock.now())
    assert heartbeat.can_judge()
    heartbeat.beat(now=clock.now())
    heartbeat.beat(now=clock.now())
    assert not heartbeat.can_judge()
    assert take_over(heartbeat, now=clock.now()) == []
    assert heartbeat.can_judge()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_import_goes_on_by_itself_after_a_long_outage(tmp_path):
    """The worker starts before its database does, too."""
    with postgresql() as server:
        url = sqlalchemy_url(server.get_uri())
        app = create_app(config_for(url, tmp_path))
        workers = Workers(app, url, tmp_path)
        with app.app_context():
            upgrade_all()
            run_id = ask()
            close_clients()
            db.session.remove()
            db.engine.dispose()
            server.stop()
            worker = workers.start("one")
            try:
                log = tmp_path / "one.log"
                wait_for(lambda: "database-unavailable" in log.read_text(), "the worker does not wait")
                assert worker.poll() is None
                server.start()
                wait_for(lambda: state(run_id)[1] >= 100, "no progress")
                server.stop()
                time.sleep(LONG)
                server.start()
                wait_for(lambda: state(run_id)[0] is not ImportStatus.RUNNING, "not finished")
                assert state(run_id) == (ImportStatus.DONE, ROWS, ROWS, None)
                with db.engine.connect() as connection:
                    seen = connection.scalar(select(WorkerSeen.seen_at).where(WorkerSeen.name == "one"))
                    assert connection.scalar(select(ImportRun.fault)) is None
                assert (datetime.now(UTC) - seen).total_seconds() < LONG * 3
                assert worker.poll() is None
            finally:
                workers.end_all()
                db.engine.dispose()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    away = [line["event"] for line in lines if line.get("part") == "database"]
    assert away[:4] == ["database-unavailable", "database-available-again"] * 2
    assert [line for line in lines if line["level"] == "error" and line["part"] != "weasyprint"] == []
    assert len([line for line in lines if line["level"] == "warning"]) < 10
