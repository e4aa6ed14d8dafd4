"""The day as it runs, by numbers. All of it is read from the database whenever it is asked for, so that every process
says the same and a restart forgets nothing; one cheap statement tells that nothing has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.days import bounds, every_day
from forumapp.domain.audit.latest import changes_of
from forumapp.domain.checkin.live.arrivals import arrived
from forumapp.domain.checkin.live.coaches import list_coaches
from forumapp.domain.checkin.live.doors import list_doors, list_stations
from forumapp.domain.checkin.live.rooms import list_rooms
from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.rehearsals import running
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.registration.attendance.who_came import counted_on

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.checkin.live.arrivals import Arrived
    from forumapp.domain.checkin.live.coaches import CoachLine
    from forumapp.domain.checkin.live.doors import Door, StationLine
    from forumapp.domain.checkin.live.rooms import RoomLine
    from forumapp.domain.forums.models import Edition

SEE = Permission.SEE_REGISTRATIONS
TOLD_BY = (SEE, Permission.CHECK_IN, Permission.SEE_ITINERARIES)
# Scans may be committed after one with a higher id: of so many the last ones are added up.
LAST = 100
# What is said of the time that has passed (a station has gone silent) is said anew so often.
FRESH = 30


@dataclass(frozen=True, slots=True)
class Live:
    """`day` is None where all days are counted together. Doors, rooms and stations are told to those who see everyone;
    the others see who of their own people has come.
    """

    day: date | None
    at: datetime
    is_rehearsal: bool
    people: Arrived
    doors: tuple[Door, ...] = ()
    rooms: tuple[RoomLine, ...] = ()
    stations: tuple[StationLine, ...] = ()
    coaches: tuple[CoachLine, ...] = ()


def days_of(edition: Edition) -> list[date]:
    return every_day(edition.starts_on, edition.ends_on)


def day_of(edition: Edition, said: date | None) -> date | None:
    """A day of the edition; None, and so the day of one that has no other, is all of it. Raises Invalid for another."""
    days = days_of(edition)
    if said is not None and said not in days:
        raise Invalid(fields={"day": "unknown"})
    return None if len(days) == 1 else said


def today_of(edition: Edition, *, now: datetime) -> date | None:
    """Today, where it is one of several days of the edition."""
    today, days = today_at(edition, now), days_of(edition)
    return today if len(days) > 1 and today in days else None


def live(db: DbSession, edition: Edition, access: Access, *, day: date | None, now: datetime) -> Live:
    """As far as the caller reaches. The same number of queries for one person and for thousands. While a rehearsal runs
    it is of that alone, whatever the day.
    """
    is_rehearsal = running(db, edition.id, now=now) is not None
    day = None if is_rehearsal else day
    span = bounds((day, day), edition.zone) if day else None
    counted = counted_on(db, edition.id, span, is_rehearsal=is_rehearsal)
    within = access.within(SEE)
    sees_all, scans = within is None, access.within(Permission.CHECK_IN) is None
    return Live(
        day,
        now,
        is_rehearsal,
        arrived(db, edition.id, counted, within=within),
        doors=list_doors(db, edition, counted, now=now) if sees_all else (),
        rooms=list_rooms(db, edition, counted, now=now) if sees_all else (),
        stations=list_stations(db, edition.id, counted, now=now) if scans else (),
        coaches=list_coaches(db, edition.id, access, counted),
    )


def mark_of(db: DbSession, edition_id: int, access: Access, *, now: datetime) -> str:
    """Another word once anything may have changed that the numbers say to this caller. One statement."""
    last = select(Scan.id).order_by(Scan.id.desc()).limit(LAST).subquery()
    scans = select(func.sum(last.c.id)).scalar_subquery()
    found = db.execute(select(*changes_of(edition_id), scans)).one()
    reach = [sorted(one) if one is not None else "all" for one in map(access.within, TOLD_BY)]
    return ".".join(str(one or 0) for one in (*found, int(now.timestamp()) // FRESH, reach))
