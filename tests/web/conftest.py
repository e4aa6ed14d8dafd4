"""A forum with a published agenda and an open type, for tests of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, Interpretation, ItemKind, SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.people.records.services import create_person
from forumapp.web.public.agenda.page_cache import Shelf
from tests.domain.registering import HOUSE, NOW, make_edition, make_type

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

ZONE = "America/Los_Angeles"
BY = {"actor": HOUSE, "now": NOW}
QUESTIONS = [
    {
        "code": "interest",
        "kind": "choice",
        "required": True,
        "label": {"en": "Main interest", "zh-Hans": "主要关注领域"},
        "options": [
            {"code": "trade", "label": {"en": "Trade", "zh-Hans": "贸易"}},
            {"code": "energy", "label": {"en": "Clean energy", "zh-Hans": "清洁能源"}},
        ],
    },
    {"code": "diet", "kind": "diet", "label": {"en": "Food", "zh-Hans": "饮食"}},
    {"code": "first", "kind": "yes-no", "label": {"en": "Your first time?", "zh-Hans": "首次参加？"}},
    {"code": "country", "kind": "region", "label": {"en": "Country", "zh-Hans": "国家或地区"}},
    {"code": "note", "kind": "long-text", "label": {"en": "Anything else", "zh-Hans": "其他"}},
]


@dataclass(frozen=True)
class Forum:
    edition_id: int
    slug: str = "forum-2023"


@pytest.fixture(autouse=True)
def _empty_shelf(request: pytest.FixtureRequest) -> None:
    """Rolled back rows give their ids to the next test's, so that kept pages would be taken for its own."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").extensions["forumapp.published"] = Shelf()


def span(start: tuple[int, int], end: tuple[int, int]) -> Span:
    ends = [Moment(datetime(2023, 5, 22, *at), ZONE) for at in (start, end)]
    return Span(*ends)


def set_up(db: DbSession) -> Forum:
    """An opening with a speech, and a break; nothing of it is published yet."""
    edition_id = make_edition(db)
    make_type(db, edition_id, quota=2, questions=QUESTIONS)
    venue = create_venue(db, edition_id, {"code": "hall", "name": {"en": "Hall"}, "address": {}, "zone": ZONE}, **BY)
    room_values = {"code": "main", "venue_id": venue.id, "name": {"en": "Ballroom", "zh-Hans": "大宴会厅"}}
    room = create_room(db, edition_id, room_values, **BY)
    liu = person(db, latin_family="Liu", latin_given="Chun", native_full="刘春", name_order="family-first")
    smith = person(db, latin_family="Smith", latin_given="Mary")
    opening = {
        "code": "opening",
        "title": {"en": "Opening", "zh-Hans": "开幕式"},
        "kind": SessionKind.OPENING,
        "room_id": room.id,
        "interpretation": Interpretation.SIMULTANEOUS,
    }
    session = agenda.create_session(db, edition_id, opening, span((9, 0), (10, 0)), **BY)
    speech = {"kind": ItemKind.SPEECH, "title": {"en": "Welcome", "zh-Hans": "致辞"}, "minutes": 10}
    agenda.add_item(db, session, {**speech, "title": {"en": "Film"}}, **BY)
    item = agenda.add_item(db, session, speech, **BY)
    agenda.assign_role(db, session, liu, AssignmentRole.SPEAKER, item=item, status="confirmed", **BY)
    agenda.assign_role(db, session, smith, AssignmentRole.MODERATOR, status="confirmed", **BY)
    tea = {"code": "tea", "title": {"en": "Tea"}, "kind": SessionKind.BREAK}
    agenda.create_session(db, edition_id, tea, span((10, 0), (10, 15)), **BY)
    return Forum(edition_id)


def person(db: DbSession, **names: Any) -> int:
    return create_person(db, names, **BY).id


def publish(db: DbSession, edition_id: int) -> None:
    agenda.publish(db, edition_id, label="", note={}, **BY)


@pytest.fixture
def forum(app: Flask) -> Forum:
    """Published once."""
    with transaction() as db:
        found = set_up(db)
        publish(db, found.edition_id)
    return found
