"""What is wrong with an edition's agenda as it is being worked on: loaded once, then held by pure rules."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.times import Moment, TimeDoesNotExist, TimeIsAmbiguous
from forumapp.domain.agenda.findings.board import Board
from forumapp.domain.agenda.findings.severity_settings import severities_of
from forumapp.domain.agenda.findings.values import Booked, Channel, Frame, Item, Part, Seats, presence
from forumapp.domain.agenda.models import (
    AssignmentStatus,
    InterpretationChannel,
    RoleAssignment,
    Session,
    SessionItem,
    SessionStatus,
    clock_minutes,
)
from forumapp.domain.agenda.speakers.queries import availability_of
from forumapp.domain.forums.models import Edition, Room, Venue
from forumapp.domain.forums.rules import travel_minutes
from forumapp.domain.forums.venues.travel_places import minutes_of_venue
from forumapp.domain.people.models import PrecedencePurpose
from forumapp.domain.people.queries import orders_for

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.findings.values import Finding, Times

# fmt: off
COLUMNS = (
    Session.id, Session.code, Session.title, Session.abstract, Session.kind, Session.status, Session.planned_minutes,
    Session.room_id, Session.in_all_rooms, Session.setup_minutes, Session.changeover_minutes, Session.layout,
    Session.expected_audience, Session.places, Session.interpretation,
    Session.start_utc, Session.start_wall, Session.start_zone, Session.start_fold,
    Session.end_utc, Session.end_wall, Session.end_zone, Session.end_fold,
)
# fmt: on


def agenda_findings(db: DbSession, edition_id: int, *, orders: bool = True) -> list[Finding]:
    """Every clash and gap of the agenda as it is being worked on, but those that the edition ignores."""
    return board_of(db, edition_id, orders=orders).findings


def board_of(db: DbSession, edition_id: int, *, orders: bool = True) -> Board:
    """The agenda as it is being worked on, with all that is wrong with it. A constant number of queries.

    What is moved on the board is saved nowhere. Without `orders` it is not held against orders of precedence, for
    whoever may not see these.
    """
    edition = db.execute(
        select(Edition.languages, Edition.starts_on, Edition.ends_on, Edition.zone).where(Edition.id == edition_id)
    ).one_or_none()
    if edition is None:
        return Board((), Frame())
    columns = (Room.id, Room.capacity, Room.layouts, Room.venue_id, *minutes_of_venue())
    query = select(*columns).join(Venue, Venue.id == Room.venue_id).where(Room.edition_id == edition_id)
    rooms = db.execute(query).all()
    frame = Frame(
        tuple(edition.languages),
        (edition.starts_on, edition.ends_on),
        {row.id: Seats(row.capacity, row.layouts) for row in rooms},
        {person: tuple(windows) for person, windows in availability_of(db, edition_id).items()},
        severities_of(db, edition_id).of,
        edition.zone,
        speech_ranks(db, edition_id) if orders else {},
        {
            row.id: (row.venue_id, travel_minutes(row.travel_minutes, row.place_minutes, usual=row.usual_minutes))
            for row in rooms
        },
    )
    return Board(_sessions(db, edition_id), frame)


def _sessions(db: DbSession, edition_id: int) -> list[Booked]:
    items, channels = _items(db, edition_id), _channels(db, edition_id)
    parts, declined = _parts(db, edition_id)
    query = select(*COLUMNS).where(Session.edition_id == edition_id, Session.status != SessionStatus.CANCELLED)
    return [
        Booked(
            **_times(row),
            **{field: getattr(row, field) for field in ("id", "code", "title", "abstract", "in_all_rooms", "places")},
            planned=row.planned_minutes,
            room=row.room_id,
            setup=row.setup_minutes,
            changeover=row.changeover_minutes,
            layout=row.layout.value if row.layout else "",
            audience=row.expected_audience,
            kind=row.kind.value,
            confirmed=row.status == SessionStatus.CONFIRMED,
            interpretation=row.interpretation.value,
            items=tuple(items[row.id]),
            parts=tuple(parts[row.id]),
            declined=tuple(declined[row.id]),
            channels=tuple(channels[row.id]),
        )
        for row in db.execute(query)
    ]


def speech_ranks(db: DbSession, edition_id: int) -> dict[int | None, dict[int, int]]:
    """By session, or None of the whole edition, the place of each person in the order approved for speeches."""
    orders = orders_for(db, edition_id, PrecedencePurpose.SPEECHES)
    return {one: {person: place for place, person in enumerate(people)} for one, people in orders.items()}


def needed_in_sessions(db: DbSession, edition_id: int) -> dict[int, dict[int, list[Times]]]:
    """By session that has a time, when each person with a part in it is needed there. Three queries."""
    items, (parts, _) = _items(db, edition_id), _parts(db, edition_id)
    query = select(Session.id, Session.start_utc, Session.end_utc).where(
        Session.edition_id == edition_id, Session.status != SessionStatus.CANCELLED, Session.start_utc.is_not(None)
    )
    return {
        one: presence(Booked(one, {}, start, end, items=tuple(items[one]), parts=tuple(parts[one])))
        for one, start, end in db.execute(query)
    }


def _times(row: Any) -> dict[str, Any]:
    """When a session is, if it is scheduled."""
    if row.start_utc is None:
        return {}
    start = ("start", row.start_wall, row.start_zone, row.start_fold, row.start_utc)
    end = ("end", row.end_wall, row.end_zone, row.end_fold, row.end_utc)
    return {
        "start": row.start_utc,
        "end": row.end_utc,
        "clock": clock_faults(start, end),
    }


def clock_faults(*ends: tuple[str, datetime, str, int | None, datetime]) -> tuple[tuple[str, str], ...]:
    """Of ends with name, wall time, zone, fold and stored instant, those that derive to it no more, with why."""
    found = []
    for end, wall, zone, fold, utc in ends:
        try:
            if Moment(wall, zone, fold).utc != utc:
                found.append((end, "moved"))
        except TimeDoesNotExist:
            found.append((end, "gap"))
        except TimeIsAmbiguous:
            found.append((end, "fold"))
    return tuple(found)


def _items(db: DbSession, edition_id: int) -> dict[int, list[Item]]:
    """By session, its items in order, each with the minutes before it."""
    one = SessionItem
    query = select(one.session_id, one.id, one.minutes, one.kind, one.mode, one.title)
    found: dict[int, list[Item]] = defaultdict(list)
    ordered = query.where(one.edition_id == edition_id).order_by(one.session_id, one.position)
    for session_id, item_id, minutes, kind, mode, title in db.execute(ordered):
        before = found[session_id][-1] if found[session_id] else None
        after = before.after + before.minutes if before else 0
        found[session_id].append(Item(item_id, after, clock_minutes(minutes, mode), kind.value, mode.value, title))
    return found


def _parts(db: DbSession, edition_id: int) -> tuple[dict[int, list[Part]], dict[int, dict[int, None]]]:
    """By session, who has a part in it, and who declined one: they have none."""
    one = RoleAssignment
    query = select(one.session_id, one.person_id, one.role, one.item_id, one.channel_id, one.status).where(
        one.edition_id == edition_id
    )
    found: dict[int, list[Part]] = defaultdict(list)
    declined: dict[int, dict[int, None]] = defaultdict(dict)
    for session_id, person_id, role, item_id, channel_id, status in db.execute(query.order_by(one.position, one.id)):
        if status is AssignmentStatus.DECLINED:
            declined[session_id][person_id] = None
            continue
        part = Part(person_id, role.value, item_id, status is AssignmentStatus.CONFIRMED, channel_id)
        found[session_id].append(part)
    return found, declined


def _channels(db: DbSession, edition_id: int) -> dict[int, list[Channel]]:
    """By session, the languages that can be heard in it."""
    one = InterpretationChannel
    query = select(one.session_id, one.id, one.number, one.language).where(one.edition_id == edition_id)
    found: dict[int, list[Channel]] = defaultdict(list)
    for session_id, channel_id, number, language in db.execute(query.order_by(one.session_id, one.number)):
        found[session_id].append(Channel(channel_id, number, language))
    return found
