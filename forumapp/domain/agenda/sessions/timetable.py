"""The timetable as its editor reads it: whole at first, and then only what has changed since."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionItem, Track
from forumapp.domain.forums.models import Edition, Room, Venue
from forumapp.domain.people.models import Person
from forumapp.domain.people.rules import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session as DbSession

_DIGITS = 19  # of the largest number that a column holds; one of thousands could not even be read
# A change may be committed after one that was begun later: those of a while before are told once more.
LATE = timedelta(seconds=10)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_PEOPLE = select(RoleAssignment.person_id).where(RoleAssignment.edition_id == Edition.id).correlate(Edition)


class Mark(NamedTuple):
    """A state of the timetable. `around` says of everything but the sessions' own columns."""

    around: str
    versions: int
    latest: int  # microseconds

    def __str__(self) -> str:
        return f"{self.around}.{self.versions}.{self.latest}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """None where it is none of ours."""
        around, *numbers = text.split(".")
        if len(numbers) != len(cls._fields) - 1:
            return None
        if not all(one.isascii() and one.isdigit() and len(one) <= _DIGITS for one in numbers):
            return None
        return cls(around, *map(int, numbers))


@dataclass(frozen=True, slots=True)
class Timetable:
    """Rows as the editor shows them; `parts` are the people of each session in their order."""

    whole: bool
    sessions: Sequence[Any]
    rooms: Sequence[Any]
    tracks: Sequence[Any]
    parts: dict[int, list[int]]
    people: dict[int, Name]


def mark_of(db: DbSession, edition_id: int) -> Mark:
    """Changes with whatever the editor shows. One query."""
    row = db.execute(_marks().where(Edition.id == edition_id)).one()
    versions, latest, *around = row
    told = "|".join(str(one) for one in around)
    since = (latest or _BEGIN) - _BEGIN
    return Mark(hashlib.sha256(told.encode()).hexdigest()[:12], versions or 0, since // timedelta(microseconds=1))


def timetable_of(db: DbSession, edition_id: int, seen: Mark | None, now: Mark) -> Timetable:
    """All of it, or the sessions that may be others than in `seen` where nothing else has changed. Four queries."""
    whole = seen is None or seen.around != now.around
    sessions = _SESSIONS.where(Session.edition_id == edition_id)
    parts = _PARTS.where(RoleAssignment.edition_id == edition_id)
    if seen is not None and not whole:
        since = _BEGIN + timedelta(microseconds=min(seen.latest, now.latest)) - LATE
        sessions = sessions.where(Session.updated_at >= since)
    rows = db.execute(sessions).all()
    if not whole:
        parts = parts.where(RoleAssignment.session_id.in_([row.id for row in rows]))
    by_session, people = _people(db.execute(parts).all())
    return Timetable(
        whole=whole,
        sessions=rows,
        rooms=db.execute(_ROOMS.where(Room.edition_id == edition_id)).all() if whole else (),
        tracks=db.execute(_TRACKS.where(Track.edition_id == edition_id)).all() if whole else (),
        parts=by_session,
        people=people,
    )


_SESSIONS = select(
    Session.id,
    Session.version,
    Session.code,
    Session.title,
    Session.kind,
    Session.status,
    Session.room_id,
    Session.in_all_rooms,
    Session.track_id,
    Session.planned_minutes,
    Session.start_utc,
    Session.start_wall,
    Session.start_fold,
    Session.start_zone,
    Session.end_utc,
    Session.end_wall,
    Session.end_fold,
    Session.end_zone,
).order_by(Session.start_utc, Session.id)
_ROOMS = (
    select(Room.id, Room.name, Room.capacity, Venue.name.label("venue"))
    .join(Venue, Venue.id == Room.venue_id)
    .order_by(Room.venue_id, Room.position, Room.id)
)
_TRACKS = select(Track.id, Track.name, Track.color).order_by(Track.position, Track.id)
_PARTS = (
    select(
        RoleAssignment.session_id,
        RoleAssignment.person_id,
        Person.latin_family,
        Person.latin_given,
        Person.name_order,
        Person.native_full,
        Person.native_language,
    )
    .join(Person, Person.id == RoleAssignment.person_id)
    .where(RoleAssignment.status != AssignmentStatus.DECLINED)
    .order_by(RoleAssignment.position, RoleAssignment.id)
)


def _people(rows: Sequence[Any]) -> tuple[dict[int, list[int]], dict[int, Name]]:
    parts: dict[int, dict[int, None]] = defaultdict(dict)  # who has two parts is told once
    people: dict[int, Name] = {}
    for row in rows:
        parts[row.session_id][row.person_id] = None
        if row.person_id not in people:
            people[row.person_id] = Name(
                row.latin_family or "",
                row.latin_given or "",
                row.name_order == "family-first",
                row.native_full or "",
                row.native_language or "zh-Hans",
            )
    return {session: list(those) for session, those in parts.items()}, people


def _marks() -> Any:
    def of(table: Any, *values: Any) -> list[Any]:
        return [
            select(one).where(table.edition_id == Edition.id).correlate(Edition).scalar_subquery() for one in values
        ]

    around = [
        one
        for table in (Room, Venue, Track, RoleAssignment, SessionItem)
        for one in of(table, func.count(), func.max(table.updated_at))
    ]
    return select(
        *of(Session, func.sum(Session.version), func.max(Session.updated_at)),
        # One that was removed, and one that came.
        *of(Session, func.count(), func.sum(Session.id)),
        *around,
        select(func.max(Person.updated_at)).where(Person.id.in_(_PEOPLE)).correlate(Edition).scalar_subquery(),
        Edition.version,
    )
