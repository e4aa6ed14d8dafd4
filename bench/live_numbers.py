"""What the live numbers cost when they are asked for again and again, among 30,000 registrations and 30,000 scans.

Each figure is the time of the processor in this process for one request, with signing in and permissions. Sixteen pages
that ask every second are as many requests: most of them find nothing new, and if there were a scan between any two of
them, none would.

Then they have come anew on a second day by doors where people come and go, all but a few of whom the desk took back on
either day, and the numbers alone are asked for of each day and of both.
"""

from __future__ import annotations

import os
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from bench import places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.searching import fill_registrations, look_through
from bench.suggestions import PASSWORD, sign_in
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.times import start_of_day
from forumapp.domain.accounts.permissions import Role, whole_house
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.live.numbers import live
from forumapp.domain.checkin.models import Admission, CheckinDevice, Scan
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

SIZE, STATIONS, BATCH = 30_000, 16, 5000
ROUNDS = 30
A_SECOND = 16  # of sixteen that ask every second
PATH = "/organizer/bench/live/board?day=all"
ONE_DAY = timedelta(days=1)
MORNING, WITHIN = timedelta(hours=8), 7000  # when doors open, and in how many seconds all have come
TAKEN_BACK = 150  # a day
MOST = 700  # milliseconds for an answer of a day


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        with app.app_context():
            with transaction() as db:
                fill_registrations(db, 0, SIZE)
                _scan_all(db)
                by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
                account = create_account(db, email="bench@forum.example", name="Bench", password=PASSWORD, **by)
                grant_role(db, account.id, get_edition(db, "bench").id, Role.OWNER, **by)
            look_through()
            client = app.test_client()
            sign_in(client)
            found = _measured(client, backend)
            with transaction() as db:
                _come_anew(db)
            look_through()
            found += _by_days(backend)
            database.engine.dispose()
        return found


def _measured(client: FlaskClient, backend: str) -> list[Mark]:
    nothing, full = _taken(client, known=True), _taken(client, known=False)
    name = f"live numbers, {backend}, {SIZE:,} registrations and scans"
    return [
        mark(f"{name}: nothing new", nothing * 1000, "ms"),
        mark(f"{name}: all anew", full * 1000, "ms"),
        mark(f"{name}: {STATIONS} pages while nothing happens", nothing * A_SECOND * 100, "% of a processor"),
        mark(f"{name}: {STATIONS} pages, each with news", full * A_SECOND * 100, "% of a processor"),
    ]


def _by_days(backend: str) -> list[Mark]:
    """When the last one has come on the second day, and days later."""
    edition, found = get_edition(reading(), "bench"), list[Mark]()
    first, second = edition.starts_on, edition.ends_on
    then = start_of_day(second, edition.zone) + MORNING + timedelta(seconds=WITHIN + 60)
    asked: dict[str, tuple[date | None, datetime]] = {
        "the second day on it": (second, then), "the first day then": (first, then),
        "the first day three days later": (first, then + 3 * ONE_DAY), "both days": (None, then),
    }  # fmt: skip
    for name, (day, now) in asked.items():
        taken = []
        for _ in range(ROUNDS // 3):
            reading().rollback()
            edition = get_edition(reading(), "bench")
            begun = _clock()
            said = live(reading(), edition, whole_house(edition.id), day=day, now=now)
            taken.append(_clock() - begun)
            came = sum(sum(door.flow.counts) for door in said.doors)
            if came < SIZE - TAKEN_BACK:
                raise RuntimeError(f"the doors let in {came}")
        what = f"live numbers, {backend}, {SIZE:,} came on each of two days: {name}"
        found.append(mark(what, sorted(taken)[len(taken) // 2] * 1000, "ms", most=MOST))
    return found


def _clock() -> float:
    """Both processes' time would be the database's as well: on PostgreSQL it is waited for, and counts."""
    return time.process_time() if "sqlite" in str(database.engine.url) else time.perf_counter()


def _taken(client: FlaskClient, *, known: bool) -> float:
    """The median."""
    taken = []
    for _ in range(ROUNDS):
        tag = client.get(PATH).headers["ETag"] if known else '"none"'
        begun = _clock()
        answer = client.get(PATH, headers={"If-None-Match": tag})
        taken.append(_clock() - begun)
        if answer.status_code not in ((304, 200) if known else (200,)):
            raise RuntimeError(f"the live numbers answered {answer.status_code}")
    return sorted(taken)[ROUNDS // 2]


def _scan_all(db: DbSession) -> None:
    """Everyone has come by one of two doors, within two hours until now, scanned by one of sixteen stations."""
    of, now = get_edition(db, "bench").id, clock.now()
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": now}
    doors = [
        create_checkpoint(db, of, {"kind": "door", "name": {"en": f"Door {one}"}, "per_five_minutes": 700}, **by).id
        for one in range(2)
    ]
    devices = [
        CheckinDevice(edition_id=of, checkpoint_id=doors[one % 2], name=f"Station {one}", seen_at=now)
        for one in range(STATIONS)
    ]
    db.add_all(devices)
    db.flush()
    people = list(db.scalars(select(Registration.id).where(Registration.edition_id == of).order_by(Registration.id)))
    for start in range(0, len(people), BATCH):
        scans, admissions = list[dict[str, Any]](), list[dict[str, Any]]()
        for number, one in enumerate(people[start : start + BATCH], start):
            at = now - timedelta(seconds=7000 * (1 - number / len(people)))
            row = {"edition_id": of, "checkpoint_id": doors[number % 2], "registration_id": one, "is_rehearsal": False}
            admissions.append({**row, "presence": "in", "first_at": at, "since": at})
            said = {"direction": "in", "result": "passed", "received_at": at, "counts_at": at, "skew": 0}
            scans.append({**row, **said, "device_id": devices[number % STATIONS].id, "nonce": secrets.token_hex(8)})
        db.execute(insert(Scan), scans)
        db.execute(insert(Admission), admissions)


def _come_anew(db: DbSession) -> None:
    """Everyone by one of two doors where people come and go, on each of two days."""
    edition = get_edition(db, "bench")
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    edition.ends_on = edition.starts_on + ONE_DAY
    of: dict[str, Any] = {"edition_id": edition.id, "is_rehearsal": False}
    values = [{"kind": "door", "mode": "in-out", "name": {"en": f"Hall {one}"}} for one in range(2)]
    doors = [create_checkpoint(db, edition.id, one, **by).id for one in values]
    device = db.scalars(select(CheckinDevice.id).where(CheckinDevice.edition_id == edition.id)).first()
    people = list(db.scalars(select(Registration.id).where(Registration.edition_id == edition.id)))
    for day in (edition.starts_on, edition.ends_on):
        opens, scans, admissions = start_of_day(day, edition.zone) + MORNING, list[dict[str, Any]](), []
        for number, one in enumerate(people):
            at = opens + timedelta(seconds=WITHIN * number / len(people))
            row = {**of, "checkpoint_id": doors[number % 2], "registration_id": one}
            said = {"direction": "in", "result": "passed", "received_at": at, "counts_at": at, "skew": 0}
            scans.append({**row, **said, "device_id": device, "nonce": secrets.token_hex(8)})
            admissions.append({**row, "presence": "in", "first_at": at, "since": at})
        closed = {"result": "undone", "direction": "out", "received_at": at, "counts_at": at}
        undone = [{**one, **closed, "nonce": secrets.token_hex(8)} for one in scans[-TAKEN_BACK:]]
        for start in range(0, len(people), BATCH):
            db.execute(insert(Scan), scans[start : start + BATCH])
            if day == edition.starts_on:
                db.execute(insert(Admission), admissions[start : start + BATCH])
        db.execute(insert(Scan), undone)
