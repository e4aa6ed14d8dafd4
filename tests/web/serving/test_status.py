"""Health, readiness and metrics."""

from __future__ import annotations

import errno
import json
import re
import resource
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import Blueprint
from sqlalchemy import event, text

from forumapp.api.problems import answer_in_problems
from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.outage import Outages
from forumapp.core.database.transactions import transaction
from forumapp.domain.jobs.services import note_worker_seen
from forumapp.web import status
from tests.journeys.test_database_restarts import Line, starting
from tests.worker.processes import wait_for
from tests.worker.test_start import application, free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("silent_for", "worker"),
    [(None, "never seen"), (timedelta(seconds=5), "ok"), (timedelta(hours=1), "silent")],
)
def test_a_web_host_is_ready_whatever_became_of_the_worker(
    app: Flask, client: FlaskClient, silent_for: timedelta | None, worker: str
) -> None:
    if silent_for is not None:
        with transaction() as db:
            note_worker_seen(db, "w1", now=clock.now() - silent_for)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["checks"] == {"database": True, "migrations": True, "disk": True}
    assert answer.json["worker"]["status"] == worker


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_web_host_whose_database_is_away_is_not_ready(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that refuses connections, and one whose folder is not there."""
    urls = {
        "postgresql": f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/forum",
        "sqlite": f"sqlite:///{tmp_path}/away/forumapp.sqlite",
    }
    monkeypatch.setattr(status, "outages", Outages())  # later tests know of no outage
    with application(urls[kind], tmp_path) as app:
        answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "not ready")
    assert answer.json["checks"] == {"database": False, "migrations": False, "disk": True}
    assert answer.json["worker"] == {"status": "unknown", "last_seen": None}
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == {"postgresql": "database-unavailable", "sqlite": "not-ready"}[kind]


@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("203.0.113.7", None, 404),
        ("127.0.0.1", "203.0.113.7", 404),
        ("203.0.113.7", "127.0.0.1", 404),
    ],
)
def test_metrics_are_for_this_machine_alone(
    client: FlaskClient, address: str, forwarded: str | None, status: int
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    client.get("/")

    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers)

    assert answer.status_code == status
    assert ('endpoint="home.editions"' in answer.text) == (status == 200)


def test_a_full_disk_is_not_ready(client: FlaskClient) -> None:
    """Python ignores the signal that comes with the limit, so writing raises what a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        answer = client.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.json["status"], answer.json["checks"]["disk"]) == (503, "not ready", False)
    assert client.get("/readyz").json["checks"]["disk"] is True


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [
        ({}, False),
        ({"X-Request-Id": "from-the-client"}, False),
        ({"X-Request-Id": "from-the-proxy", "X-Forwarded-For": "203.0.113.7"}, True),
        ({"X-Request-Id": "no <id> at all", "X-Forwarded-For": "203.0.113.7"}, False),
    ],
    ids=["none", "from a client", "from the proxy of this machine", "not an id"],
)
def test_pages_and_problems_show_the_id_of_the_request(
    client: FlaskClient, sent: dict[str, str], is_kept: bool
) -> None:
    page, problem = client.get("/nothing/here", headers=sent), client.get("/api/v1/nothing", headers=sent)
    number = page.headers["X-Request-Id"]
    assert (number == sent.get("X-Request-Id"), len(number) >= 8) == (is_kept, True)
    assert f">{number}</code>" in page.text
    assert problem.json["request_id"] == problem.headers["X-Request-Id"]


def test_an_error_of_ours_is_one_line_with_the_id_of_the_request(
    new_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    @new_app.get("/r/a-personal-link-of-liuchun")
    def fail() -> str:
        raise KeyError("liuchun@example.cn")

    new_app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = new_app.test_client().get("/r/a-personal-link-of-liuchun")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (answer.status_code, entry["event"], entry["endpoint"]) == (500, "request-failed", "fail")
    assert entry["request_id"] == answer.headers["X-Request-Id"]
    assert entry["exception"][0]["exc_type"] == "KeyError"
    assert "liuchun" not in line
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_database_without_room_is_answered_503_and_says_so(
    new_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def write() -> str:
        with transaction() as session:
            session.execute(
                text("INSERT INTO worker_seen VALUES (hex(randomblob(200000)), '2023-05-22 00:00:00', NULL)")
            )
        return "written"

    client = client_of(new_app, write)
    event.listen(db.engine, "connect", limit_pages)
    db.session.remove()
    db.engine.dispose()
    pages = [client.get("/write") for _ in range(3)]
    problem = client.get("/api/v1/write")
    ready = client.get("/readyz")
    event.remove(db.engine, "connect", limit_pages)
    db.session.remove()
    db.engine.dispose()
    assert {page.status_code for page in pages} == {503}
    assert "disk is full" in pages[0].text
    assert pages[0].headers["Retry-After"] == "60"
    assert (problem.status_code, problem.json["code"]) == (503, "disk-full")
    assert (ready.status_code, ready.json["checks"]["disk"]) == (503, False)
    assert client.get("/write").text == "written"
    assert client.get("/readyz").json["checks"]["disk"] is True
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert events == ["disk-full", "database-available-again"]


def test_a_full_disk_under_a_file_is_answered_503_and_says_so(
    new_app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def write() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    client = client_of(new_app, write)
    page, problem = client.get("/write"), client.get("/api/v1/write")
    assert (page.status_code, page.headers["Retry-After"], "disk is full" in page.text) == (503, "60", True)
    assert (problem.status_code, problem.headers["Retry-After"], problem.json["code"]) == (503, "60", "disk-full")
    assert client.get("/readyz").json["checks"]["disk"] is False
    with transaction() as session:
        note_worker_seen(session, "w1", now=clock.now())
    assert client.get("/readyz").json["checks"]["disk"] is True
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert events == ["disk-full", "database-available-again"]


def client_of(app: Flask, write: Callable[[], str]) -> FlaskClient:
    """Of an application that writes so as a page and as a resource."""
    app.add_url_rule("/write", view_func=write)
    api = Blueprint("api-of-test", __name__)
    answer_in_problems(api)
    api.add_url_rule("/api/v1/write", view_func=write)
    app.register_blueprint(api)
    return app.test_client()


def limit_pages(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA max_page_count=1")  # which SQLite takes as: no more than there are


def test_metrics_are_of_all_processes_and_of_work_mail_workers_and_disks(own_app: Flask, tmp_path: Path) -> None:
    with transaction() as session:
        note_worker_seen(session, "w1", now=clock.now() - timedelta(seconds=40))
    url = own_app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.remove()
    db.engine.dispose()
    with starting(url, tmp_path) as port:
        line = Line(port)
        line.begin()

        def scrape() -> dict[str, float]:
            lines = line.ask("GET", "/metrics")[2].decode().splitlines()
            return {one.rpartition(" ")[0]: float(one.rpartition(" ")[2]) for one in lines if not one.startswith("#")}

        def processes() -> set[str]:
            return set(re.findall(r'forumapp_requests_total{[^}]*process="(\d+)"', "".join(scrape())))

        wait_for(lambda: line.ask("GET", "/healthz") and len(processes()) == 2, "metrics of one process alone")
        found = scrape()
    assert found["forumapp_database_up"] == 1
    for name in ('queue_length{state="queued"}', 'jobs_failed{kind="print"}', 'jobs_failed{kind="import"}'):
        assert found[f"forumapp_{name}"] == 0
    assert found['forumapp_mail_messages{state="due"}'] == 0
    assert 40 <= found["forumapp_worker_heartbeat_oldest_seconds"] < 400
    assert found['forumapp_disk_free_bytes{kept="data"}'] > 0
    for logged in (tmp_path / "serve.log").read_text().splitlines():
        assert json.loads(logged)["event"]
