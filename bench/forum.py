"""`fill`: an edition "bench" with an open registration type and, if asked, a published agenda."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any

from bench.places import ROOT
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.sessions.services import add_item, assign_role, create_session, publish
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.editions.services import create_edition, create_series
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.people.records.services import create_person
from forumapp.domain.registration.lifecycle.register import create_type

ZONE = "America/Los_Angeles"
ROOMS = 8
BOTH = {"en": "Cross-border trade and clean energy", "zh-Hans": "跨境贸易与清洁能源"}


def fill(environment: dict[str, str], *, sessions: int = 0, places: int | None = None) -> None:
    """Write the forum into the database that `environment` names."""
    app = create_app(load_config({**os.environ, **environment}, ROOT))
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    with app.app_context(), transaction() as db:
        series = create_series(db, code="bench", name=BOTH, **by)
        values = {
            "slug": "bench", "series_id": series.id, "ordinal": 1, "year": 2023, "name": BOTH, "zone": ZONE,
            "starts_on": date(2023, 5, 22), "ends_on": date(2023, 5, 24), "languages": ["en", "zh-Hans"],
            "status": EditionStatus.OPEN,
        }  # fmt: skip
        edition = create_edition(db, values, **by)
        kind = {"code": "guest", "name": {"en": "Guest", "zh-Hans": "嘉宾"}, "quota": places, "is_open": True}
        create_type(db, edition.id, kind, **by)
        if sessions:
            _agenda(db, edition.id, sessions, by)
    with app.app_context():
        database.engine.dispose()


def _agenda(db: Any, edition_id: int, sessions: int, by: dict[str, Any]) -> None:
    venue = create_venue(db, edition_id, {"code": "hall", "name": BOTH, "zone": ZONE}, **by)
    rooms = [
        create_room(db, edition_id, {"code": f"room-{place}", "venue_id": venue.id, "name": BOTH}, **by)
        for place in range(ROOMS)
    ]
    people = [
        create_person(db, {"latin_family": f"Li{place}", "latin_given": "Ann", "native_full": "李安"}, **by).id
        for place in range(sessions)
    ]
    first = datetime(2023, 5, 22, 9)  # noqa: DTZ001 (a wall time)
    for place in range(sessions):
        day, slot = divmod(place // ROOMS, 10)
        start = first + timedelta(days=day, hours=slot)
        span = Span(Moment(start, ZONE), Moment(start + timedelta(minutes=50), ZONE))
        values = {
            "code": f"s{place}", "title": BOTH, "abstract": BOTH, "kind": SessionKind.PANEL,
            "room_id": rooms[place % ROOMS].id,
        }  # fmt: skip
        session = create_session(db, edition_id, values, span, **by)
        item = add_item(db, session, {"title": BOTH, "minutes": 20}, **by)
        assign_role(db, session, people[place], AssignmentRole.SPEAKER, item=item, status="confirmed", **by)
    publish(db, edition_id, label="bench", note={}, **by)
