"""A worker that starts before its database does."""

from __future__ import annotations

import json
import select
import signal
import socket
import socketserver
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from forumapp.app import create_app
from forumapp.core.database import outage
from forumapp.core.database.db import db
from forumapp.core.database.outage import Outages
from forumapp.core.health import newest_migration
from forumapp.core.logs import set_up_logs
from forumapp.worker import context, main
from forumapp.worker import waiting as outage_waits
from tests.conftest import config_for, make_pg_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

VERSION = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
MIGRATED = f"INSERT INTO alembic_version VALUES ('{newest_migration()}')"
PATIENCE = 10.0  # seconds


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def connect(server: str) -> socket.socket:
    """To PostgreSQL, by its socket file or its port."""
    parts = conninfo_to_dict(server)
    host, port = str(parts.get("host", "localhost")), int(parts.get("port") or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"{host}/.s.PGSQL.{port}")
    return connection


@contextmanager
def listening(port: int, server: str) -> Iterator[None]:
    """PostgreSQL answers at this port, which refused until now."""

    class Forward(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with connect(server) as there:
                ends = {self.request: there, there: self.request}
                while True:
                    for ready in select.select(list(ends), [], [])[0]:
                        data = ready.recv(65536)
                        if not data:
                            return
                        ends[ready].sendall(data)

    class Forwarder(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Forwarder(("127.0.0.1", port), Forward) as forwarder:
        thread = threading.Thread(target=forwarder.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            forwarder.shutdown()
            thread.join()


class Waiting:
    """`wait_for_database` in a thread of its own, with what it returned."""

    def __init__(self, app: Flask) -> None:
        context.bind(app)
        self.stop = threading.Event()
        self.result: bool | None = None
        self._thread = threading.Thread(target=self._wait)
        self._thread.start()

    def _wait(self) -> None:
        self.result = main.wait_for_database(self.stop)

    @property
    def goes_on(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> bool | None:
        self._thread.join(PATIENCE)
        assert not self.goes_on
        return self.result


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "START_SECONDS", 0.05)
    monkeypatch.setattr(outage, "CALM_SECONDS", 0.0)
    monkeypatch.setattr(main, "outages", Outages())
    set_up_logs()


@contextmanager
def application(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(config_for(url, folder))
    yield app
    with app.app_context():
        db.engine.dispose()


def until_logged(event: str, lines: list[dict[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    ends = time.monotonic() + PATIENCE
    while not any(event in line["event"] for line in lines):
        assert time.monotonic() < ends, f"{event} is not logged: {lines}"
        time.sleep(0.01)
        lines += map(json.loads, capsys.readouterr().err.splitlines())


@pytest.mark.usefixtures("quick")
def test_it_waits_for_a_postgresql_that_refuses_connections_and_for_its_migration(
    pg_server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, lines = free_port(), list[dict[str, str]]()
    url = make_url(make_pg_database(pg_server))
    there = url.set(host="127.0.0.1", port=port, query={})
    with application(there.render_as_string(hide_password=False), tmp_path) as app:
        waiting = Waiting(app)
        try:
            until_logged("database-unavailable", lines, capsys)
            with listening(port, pg_server):
                until_logged("forumapp db upgrade", lines, capsys)
                assert waiting.goes_on
                own = url.set(drivername="postgresql").render_as_string(hide_password=False)
                with psycopg.connect(own) as connection:
                    connection.execute(VERSION)
                    connection.execute(MIGRATED)  # type: ignore[arg-type]  # our own name
                assert waiting.end() is True
                with app.app_context():
                    db.engine.dispose()
        finally:
            waiting.stop.set()
    assert [line["event"] for line in lines if line["event"] == "database-unavailable"] == ["database-unavailable"]


@pytest.mark.usefixtures("quick")
def test_it_waits_for_the_migration_of_a_sqlite_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, lines = tmp_path / "forumapp.sqlite", list[dict[str, str]]()
    with application(f"sqlite:///{path}", tmp_path) as app:
        waiting = Waiting(app)
        try:
            until_logged("forumapp db upgrade", lines, capsys)
            with sqlite3.connect(path) as connection:
                connection.execute(VERSION)
                connection.execute(MIGRATED)
            connection.close()
            assert waiting.end() is True
            assert Waiting(app).end() is False
        finally:
            waiting.stop.set()


def test_a_worker_loads_the_tables_of_readings_before_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded later, it would be under the write lock of a job."""
    loaded: list[bool] = []
    monkeypatch.setattr(main, "load_readings", lambda: loaded.append(True))
    monkeypatch.setattr(main, "wait_for_database", lambda stop: stop.set() or False)
    monkeypatch.setattr(outage_waits, "_stop", [threading.Event()])  # later tests in this process do not stop
    usual = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with application(f"sqlite:///{tmp_path / 'forumapp.sqlite'}", tmp_path) as app:
            main.run(app)
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    assert loaded == [True]


@pytest.mark.usefixtures("quick")
def test_a_worker_that_is_stopped_waits_no_longer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with application(f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/forum", tmp_path) as app:
        waiting = Waiting(app)
        until_logged("database-unavailable", [], capsys)
        waiting.stop.set()
        assert waiting.end() is True
