"""A forum on the day on which the clocks change, with rooms side by side and a dinner until after midnight."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, Session, SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.venues.services import create_room, create_venue
from tests.domain.registering import make_edition
from tests.web.conftest import BY, ZONE, person, publish

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

EIGHTH = date(2026, 3, 8)  # clocks go from 02:00 to 03:00 there


def wall(day: int, hour: int, minute: int = 0) -> Moment:
    return Moment(datetime(2026, 3, day, hour, minute), ZONE)


def spring(db: DbSession) -> int:
    """A plenary over the change of clocks, two panels at once, a break everywhere, and a dinner until half past twelve."""
    edition_id = make_edition(db)
    edition = db.get_one(Edition, edition_id)
    days = {"starts_on": EIGHTH, "ends_on": EIGHTH}
    update_edition(db, edition_id, days, version=edition.version, **BY)
    venue = create_venue(db, edition_id, {"code": "hall", "name": {"en": "Hall"}, "address": {}, "zone": ZONE}, **BY)
    rooms = [
        create_room(db, edition_id, {"code": code, "venue_id": venue.id, "name": {"en": f"Room {code}"}}, **BY)
        for code in ("a", "b")
    ]
    track = agenda.create_track(db, edition_id, {"code": "trade", "name": {"en": "Trade"}, "color": "#123456"}, **BY)

    def add(code: str, kind: SessionKind, start: Moment, end: Moment, **values: Any) -> Session:
        given = {"code": code, "title": {"en": code.title(), "zh-Hans": "会议"}, "kind": kind, **values}
        return agenda.create_session(db, edition_id, given, Span(start, end), **BY)

    add("plenary", SessionKind.OPENING, wall(8, 1, 30), wall(8, 3, 30), in_all_rooms=True)
    for room, code in zip(rooms, ("left", "right"), strict=True):
        panel = add(code, SessionKind.PANEL, wall(8, 4), wall(8, 5), room_id=room.id, track_id=track.id)
    mary = person(db, latin_family="Smith", latin_given="Mary")
    agenda.assign_role(db, panel, mary, AssignmentRole.PANELIST, status="confirmed", **BY)
    add("pause", SessionKind.BREAK, wall(8, 5), wall(8, 5, 15), in_all_rooms=True)
    add("dinner", SessionKind.MEAL, wall(8, 22), wall(9, 0, 30), room_id=rooms[0].id)
    publish(db, edition_id)
    return edition_id
