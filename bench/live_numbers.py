"""What the live numbers cost when they are asked for again and again, among 30,000 registrations and 30,000 scans.

Each figure is the time of the processor in this process for one request, with signing in and permissions. Sixteen pages
that ask every second are as many requests: most of them find nothing new, and if there were a scan between any two of
them, none would.
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
from forumapp.core.db import db as database
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.granting import grant_role
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.services import create_account
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.checkpoints import create_checkpoint
from forumapp.domain.checkin.models import Admission, CheckinDevice, Scan
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

SIZE, STATIONS, BATCH = 30_000, 16, 5000
ROUNDS = 30
A_SECOND = 16  # of sixteen that ask every second
PATH = "/organizer/bench/live/board?day=all"


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


def _taken(client: FlaskClient, *, known: bool) -> float:
    """The median. Both processes' time would be the database's as well: on PostgreSQL it is waited for, and counts."""
    clocks = time.process_time if "sqlite" in str(database.engine.url) else time.perf_counter
    taken = []
    for _ in range(ROUNDS):
        tag = client.get(PATH).headers["ETag"] if known else '"none"'
        begun = clocks()
        answer = client.get(PATH, headers={"If-None-Match": tag})
        taken.append(clocks() - begun)
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
