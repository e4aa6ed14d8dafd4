"""A device's scan by the short way is answered as by the application's own, and whatever else comes goes that way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.api.operations import FAST_PATH
from forumapp.api.scan_fast_path import FastPath
from forumapp.api.v1.onsite import checkin
from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.checkin.models import CheckinDevice, Scan
from forumapp.domain.checkin.scanning import judgement
from forumapp.domain.checkin.setup import devices
from forumapp.domain.forums.models import Edition
from tests.journeys.at_once.test_scanning import open_door

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

BADGES = 4

pytestmark = pytest.mark.both_databases


class Door:
    """Stations at a door of `app`, and how many of their requests went the long way."""

    def __init__(self, app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        forum, crowds = open_door(app, folder, BADGES)
        self.app, self.edition_id, self.long_ways = app, forum.edition_id, 0
        stations = [mine for some in crowds for mine in some]
        self.secrets = [mine[0][0] for mine in stations]
        self.codes = [code for _secret, code, _nonce in stations[0]]
        with app.app_context():
            self.path = f"/api/v1/editions/{db.session.get_one(Edition, forum.edition_id).slug}/scans"
            db.session.remove()
        short = app.wsgi_app
        while not isinstance(short, FastPath):
            short = short._below  # type: ignore[attr-defined]  # what stands before it
        monkeypatch.setattr(short, "_below", self._counting(short._below))
        self.client: FlaskClient = app.test_client()

    def _counting(self, below: Callable[..., Any]) -> Callable[..., Any]:
        def count(environ: Any, start: Any) -> Any:
            self.long_ways += 1
            return below(environ, start)

        return count

    def scan(self, badge: int, nonce: str, *, station: int = 0, **more: Any) -> TestResponse:
        return self.send(json.dumps({"code": self.codes[badge], "nonce": nonce, **more}), station=station)

    def send(self, body: str, *, station: int = 0, path: str | None = None) -> TestResponse:
        head = {"Authorization": f"Bearer {self.secrets[station]}"}
        return self.client.post(path or self.path, data=body, content_type="application/json", headers=head)

    def count_kept(self) -> int:
        with self.app.app_context():
            found = db.session.scalar(select(func.count(Scan.id)))
            db.session.remove()
        return found or 0


@pytest.fixture
def door(own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    found = Door(own_app, tmp_path, monkeypatch)
    found.scan(BADGES - 1, "first")  # from which the headers of all others are known
    found.long_ways = 0
    return found


def told(answer: TestResponse) -> dict[str, Any]:
    """What does not name the very scan."""
    return {name: value for name, value in answer.json.items() if name not in {"id", "nonce", "counts_at"}}


@pytest.mark.parametrize("state", ["first", "again", "unknown"])
def test_what_is_plainly_a_scan_is_answered_at_once_as_the_application_would(door: Door, state: str) -> None:
    codes = {"first": (0, 1), "again": (BADGES - 1, BADGES - 1), "unknown": None}[state]
    if codes is None:
        body = json.dumps({"code": "NOBODYS", "nonce": "a"})
        short, long = door.send(body, station=1), door.send(body, station=2, path=f"{door.path}?lang=en")
    else:
        short = door.scan(codes[0], "a", station=1)
        long = door.send(
            json.dumps({"code": door.codes[codes[1]], "nonce": "a"}), station=2, path=f"{door.path}?lang=en"
        )
    assert door.long_ways == 1
    assert (short.status_code, long.status_code) == (201, 201)
    one, other = told(short), told(long)
    if state == "first":  # of two people
        assert one.pop("holder").keys() == other.pop("holder").keys()
    assert one == other
    of_long = {
        name: value for name, value in long.headers.items() if name not in {"Set-Cookie", "Content-Length", "Vary"}
    }
    assert {name: value for name, value in short.headers.items() if name not in {"Content-Length", "Vary"}} == of_long
    assert short.headers["Content-Length"] == str(len(short.data))


def test_the_same_scan_sent_again_is_answered_as_it_was(door: Door) -> None:
    first = door.scan(0, "a")
    assert door.scan(0, "a", scanned_at="2026-05-22T15:00:00Z").json == first.json
    assert (door.long_ways, door.count_kept()) == (0, 2)


def test_one_code_stands_in_one_place_of_the_order_however_it_is_written() -> None:
    place = FAST_PATH[checkin.SCANS].batch_key
    assert place is not None
    assert place({"code": "abcd-2345", "nonce": "a"}) == place({"code": " ABCD2345", "nonce": "b"}) != ""
    assert place({"registration_id": 1, "nonce": "c"}) == ""


def test_it_is_counted_like_every_answer(door: Door) -> None:
    metrics = door.app.extensions["forumapp.metrics"]
    counted = metrics.of("POST", "Check-in.scan_code", "201")[0]
    before = counted._value.get()
    door.scan(0, "a")
    assert counted._value.get() == before + 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("NaN", 400),
        ("[]", 422),
        ('{"code": "X"}', 422),
        ('{"code": "X", "nonce": "1", "mispelled": 1}', 422),
        (json.dumps({"code": "X" * 5000, "nonce": "1"}), 422),
        ('{"code": "X", "nonce": "1", "checkpoint_id": 999}', 422),
    ],
)
def test_what_is_refused_is_worded_by_the_application(door: Door, body: str, status: int) -> None:
    answer = door.send(body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert door.long_ways == 1
    assert door.count_kept() == 1


def test_a_device_that_is_revoked_or_of_another_edition_passes_nobody(door: Door) -> None:
    assert (
        door.send(json.dumps({"code": door.codes[0], "nonce": "1"}), path="/api/v1/editions/other/scans").status_code
        == 401
    )
    with door.app.app_context():
        with transaction() as session:
            row = session.scalars(select(CheckinDevice).order_by(CheckinDevice.id)).first()
            assert row is not None
            owner = session.scalars(select(Account.id)).first()
            by = {"actor": Actor(owner, Via.COMMAND), "now": clock.now()}
            devices.revoke_device(session, door.edition_id, row.id, version=row.version, **by)
        db.session.remove()
    assert door.scan(0, "2").status_code == 401
    assert door.scan(0, "3", station=1).json["result"] == "passed"


def test_a_name_that_is_used_again_is_refused_and_nothing_of_it_is_kept(door: Door) -> None:
    door.scan(0, "same")
    assert door.scan(1, "same").status_code == 409
    assert door.scan(1, "other").json["result"] == "passed"
    assert door.count_kept() == 3


def test_what_is_refused_or_fails_is_not_tried_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fail(*_parts: Any, **_more: Any) -> Any:
        tried.append("failed")
        raise RuntimeError("a fault of ours")

    door.secrets[0] = "fadev_invented"
    with monkeypatch.context() as patched:
        asked = checkin.station_of_device
        patched.setattr(checkin, "station_of_device", lambda *a, **k: tried.append("asked") or asked(*a, **k))
        assert door.scan(0, "1").status_code == 401
    monkeypatch.setattr(judgement, "scan", fail)
    with pytest.raises(RuntimeError, match="a fault of ours"):
        door.scan(0, "2", station=1)
    assert tried == ["asked", "failed"]
    assert door.count_kept() == 1
