"""A device's scan by the short way is answered as by the application's own, and whatever else comes goes that way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.api.straight import Straight
from forumapp.core import clock
from forumapp.core.db import db
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.checkin import devices
from forumapp.domain.checkin.models import CheckinDevice, Scan
from forumapp.domain.forums.models import Edition
from tests.journeys.test_scanning_at_once import open_door

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
        while not isinstance(short, Straight):
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


def test_what_is_plainly_a_scan_is_answered_at_once_as_the_application_would(door: Door) -> None:
    short = [door.scan(0, "a"), door.scan(0, "b", station=1), door.scan(0, "a", scanned_at="2026-05-22T15:00:00Z")]
    assert door.long_ways == 0
    long = [door.send(json.dumps({"code": door.codes[0], "nonce": "c"}), station=2, path=f"{door.path}?"),
            door.client.post(door.path, json={"code": door.codes[0], "nonce": "d"},
                             headers={"Authorization": f"Bearer {door.secrets[2]}", "Content-Encoding": "identity"})]  # fmt: skip
    assert [one.json["result"] for one in short] == ["passed", "already-in", "passed"]
    assert short[0].json == short[2].json
    assert [one.status_code for one in [*short, *long]] == [201] * 5
    assert short[1].json.keys() == long[0].json.keys()
    assert door.count_kept() == 5


def test_the_headers_are_those_of_the_application(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(own_app, tmp_path, monkeypatch)
    long = door.send(json.dumps({"code": door.codes[0], "nonce": "a"}), path=f"{door.path}?lang=en")
    assert door.long_ways == 1
    door.scan(1, "b")
    door.long_ways = 0
    short = door.scan(2, "c")
    assert door.long_ways == 0
    assert {*short.headers.keys()} == {*long.headers.keys()} - {"Set-Cookie"}
    assert short.headers["Content-Length"] == str(len(short.data))
    assert short.headers["X-Content-Type-Options"] == long.headers["X-Content-Type-Options"]


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
