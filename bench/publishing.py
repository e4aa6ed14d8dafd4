"""Publishing 1,000 sessions with 1,200 speakers, all of whom are told: what the request takes, and what the worker.

The request is the form as an owner sends it who has signed in and looked at the page, from its first byte to its
answer.
"""

from __future__ import annotations

import contextvars
import os
import statistics
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import html
from sqlalchemy import event, insert, select, update

from bench import places
from bench.forum import BOTH, ZONE, fill
from bench.marks import Mark, mark
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.paths import ROOT
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import RoleAssignment, Session, SessionItem
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.models import Edition, Room
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.people.models import Person
from forumapp.domain.publishing import services
from forumapp.domain.publishing.models import Telling

SESSIONS, SPEAKERS, ROOMS, ITEMS = 1000, 1200, 20, 3
ROUNDS = 5
MOST = 1  # second in the request
EMAIL, PASSWORD = "owner@bench.example", "only for measuring, and long enough"
SIGN_IN, VERSIONS = "/organizer/sign-in", "/organizer/bench/agenda/versions"
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}


def marks() -> list[Mark]:
    return [one for backend in ("sqlite", "postgresql") for one in marks_on(backend)]


def marks_on(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, ROOT))
        with app.app_context():
            with transaction() as db:
                edition_id = many(db)
                account = create_account(db, email=EMAIL, name="Owner", password=PASSWORD, **BY)
                grant_role(db, account.id, edition_id, Role.OWNER, **BY)
                services.publish(db, edition_id, note={}, reason="measured", **BY)  # the first one tells nobody
            browser = app.test_client()
            form = sent(browser, SIGN_IN, "password")
            answered(browser, SIGN_IN, form | {"email": EMAIL, "password": PASSWORD})
            first, *_ = moved_and_published(browser)  # which also imports what asks for the worker
            wall, cpu, queries, shown = zip(*(moved_and_published(browser) for _ in range(ROUNDS)), strict=True)
            told = tell()
            database.engine.dispose()
    what = f"publishing {SESSIONS:,} sessions, {SPEAKERS:,} told, on {backend}"
    return [
        mark(f"{what}: in the request, wall", statistics.median(wall), "s", most=MOST),
        mark(f"{what}: in the request, CPU", statistics.median(cpu), "s"),
        mark(f"{what}: the first request of a process, wall", first, "s"),
        mark(f"{what}: the page before it, wall", statistics.median(shown), "s"),
        mark(f"{what}: queries in the request", max(queries), "queries"),
        mark(f"{what}: mails written by the worker", told, "mails/s"),
    ]


def many(db: Any) -> int:
    """Each session has items and, by turns, one or two speakers. They stand in their rooms one after another."""
    edition_id: int = db.scalars(select(Edition.id)).one()
    venue = create_venue(db, edition_id, {"code": "hall", "name": BOTH, "zone": ZONE}, **BY)
    for place in range(ROOMS):
        create_room(db, edition_id, {"code": f"room-{place}", "venue_id": venue.id, "name": BOTH}, **BY)
    rooms = list(db.scalars(select(Room.id)))
    said = {"created_at": BY["now"], "version": 1}
    people = [
        {"latin_family": f"Li{one}", "native_full": "李安", "email": f"s{one}@x.example"} for one in range(SPEAKERS)
    ]
    db.execute(insert(Person), [{**said, **one} for one in people])
    speakers = list(db.scalars(select(Person.id).order_by(Person.id)))
    of = {**said, "edition_id": edition_id}
    db.execute(insert(Session), [{**of, **_session(place, rooms)} for place in range(SESSIONS)])
    sessions = list(db.scalars(select(Session.id).order_by(Session.id)))
    items = [
        {**of, "session_id": one, "position": n, "title": BOTH, "minutes": 10} for one in sessions for n in range(ITEMS)
    ]
    db.execute(insert(SessionItem), items)
    parts = [(sessions[place % SESSIONS], person) for place, person in enumerate(speakers)]
    db.execute(
        insert(RoleAssignment), [{**of, "session_id": one, "person_id": who, "role": "speaker"} for one, who in parts]
    )
    return edition_id


def _session(place: int, rooms: list[int]) -> dict[str, Any]:
    start = datetime(2023, 5, 22, 8) + timedelta(minutes=40 * (place // ROOMS))  # noqa: DTZ001 (a wall time)
    times: dict[str, Any] = {}
    for end, wall in (("start", start), ("end", start + timedelta(minutes=35))):
        utc = wall.replace(tzinfo=ZoneInfo(ZONE))
        times |= {f"{end}_wall": wall, f"{end}_zone": ZONE, f"{end}_utc": utc}
    return {
        "code": f"s{place}",
        "title": BOTH,
        "abstract": BOTH,
        "kind": "panel",
        "room_id": rooms[place % ROOMS],
        **times,
    }


def sent(browser: Any, address: str, field: str) -> dict[str, Any]:
    """What the form of a page that has this field sends along as it stands."""
    # Each request in a context of its own, as on a server.
    page = contextvars.Context().run(browser.get, address)
    form = next(one for one in html.fromstring(page.text).forms if field in one.fields)
    return dict(form.form_values())


def answered(browser: Any, address: str, values: dict[str, Any]) -> None:
    answer = contextvars.Context().run(browser.post, address, data=values)
    if answer.status_code != 302:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def moved_and_published(browser: Any) -> tuple[float, float, int, float]:
    """Every session is called otherwise, so that everyone is told. The last figure is what the page took."""
    with transaction() as db:
        title = {"en": f"Talk {time.monotonic_ns()}", "zh-Hans": "演讲"}
        db.execute(update(Session).values(title=title))
    began = time.perf_counter()
    form = sent(browser, VERSIONS, "sure") | {"sure": "1", "tell": "1", "reason": "measured"}
    shown = time.perf_counter() - began
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1

    event.listen(database.engine, "before_cursor_execute", note)
    began, busy = time.perf_counter(), time.process_time()
    answered(browser, VERSIONS, form)
    took = time.perf_counter() - began, time.process_time() - busy
    event.remove(database.engine, "before_cursor_execute", note)
    return *took, count, shown


def tell() -> float:
    """Of the last version: mails in a second."""
    began, more = time.perf_counter(), True
    with transaction() as db:
        telling_id = max(db.scalars(select(Telling.id)))
    while more:
        with transaction() as db:
            more = services.take_batch(db, telling_id, now=clock.now())
    with transaction() as db:
        asked = db.get_one(Telling, telling_id).asked
    if asked != SPEAKERS:
        raise RuntimeError(f"{asked} mails")
    return asked / (time.perf_counter() - began)
