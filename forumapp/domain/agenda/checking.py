"""What is wrong with an edition's agenda as it is being worked on: loaded once, then held by pure rules."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.times import Moment, TimeDoesNotExist, TimeIsAmbiguous
from forumapp.domain.agenda.board import Board
from forumapp.domain.agenda.conflicts import Booked, Frame, Item, Part, Seats
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, Session, SessionItem, SessionStatus
from forumapp.domain.forums.models import Edition, Room

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.conflicts import Finding


def agenda_findings(db: DbSession, edition_id: int) -> list[Finding]:
    """Every clash and gap of the agenda as it is being worked on, but those that the edition ignores."""
    return board_of(db, edition_id).findings


def board_of(db: DbSession, edition_id: int) -> Board:
    """The agenda as it is being worked on, with all that is wrong with it. A constant number of queries.

    What is moved on the board is saved nowhere.
    """
    items, parts = _items(db, edition_id), _parts(db, edition_id)
    columns = (
        Session.id, Session.code, Session.title, Session.abstract, Session.kind, Session.status, Session.room_id,
        Session.interpretation, Session.places, Session.start_utc, Session.start_wall, Session.start_zone,
        Session.start_fold, Session.end_utc, Session.end_wall, Session.end_zone, Session.end_fold,
    )  # fmt: skip
    query = select(*columns).where(Session.edition_id == edition_id, Session.status != SessionStatus.CANCELLED)
    sessions = [_booked(row, tuple(items[row.id]), tuple(parts[row.id])) for row in db.execute(query)]
    return Board(sessions, _frame(db, edition_id))


def clock_faults(*ends: tuple[str, datetime, str, int | None, datetime]) -> tuple[tuple[str, str], ...]:
    """Of ends with name, wall time, zone, fold and stored instant, those that do not derive to it any more, with why."""
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


def _booked(row: Any, items: tuple[Item, ...], parts: tuple[Part, ...]) -> Booked:
    return Booked(
        row.id,
        row.title,
        row.start_utc,
        row.end_utc,
        row.start_wall.date(),
        row.start_zone,
        clock_faults(
            ("start", row.start_wall, row.start_zone, row.start_fold, row.start_utc),
            ("end", row.end_wall, row.end_zone, row.end_fold, row.end_utc),
        ),
        room=row.room_id,
        places=row.places,
        code=row.code,
        abstract=row.abstract,
        kind=row.kind.value,
        confirmed=row.status == SessionStatus.CONFIRMED,
        interpretation=row.interpretation.value,
        items=items,
        parts=parts,
    )


def _frame(db: DbSession, edition_id: int) -> Frame:
    edition = db.execute(
        select(Edition.languages, Edition.starts_on, Edition.ends_on).where(Edition.id == edition_id)
    ).one_or_none()
    if edition is None:
        return Frame()
    rooms = db.execute(select(Room.id, Room.capacity, Room.layouts).where(Room.edition_id == edition_id))
    return Frame(
        tuple(edition.languages),
        (edition.starts_on, edition.ends_on),
        {row.id: Seats(row.capacity, row.layouts) for row in rooms},
    )


def _items(db: DbSession, edition_id: int) -> dict[int, list[Item]]:
    """By session, its items in order, each with the minutes before it."""
    query = select(SessionItem.session_id, SessionItem.id, SessionItem.minutes, SessionItem.kind, SessionItem.mode)
    found: dict[int, list[Item]] = defaultdict(list)
    ordered = query.where(SessionItem.edition_id == edition_id).order_by(SessionItem.session_id, SessionItem.position)
    for session_id, item_id, minutes, kind, mode in db.execute(ordered):
        before = found[session_id][-1] if found[session_id] else None
        after = before.after + before.minutes if before else 0
        found[session_id].append(Item(item_id, after, minutes, kind.value, mode.value))
    return found


def _parts(db: DbSession, edition_id: int) -> dict[int, list[Part]]:
    """By session, who has a part in it; those who declined have none."""
    one = RoleAssignment
    query = select(one.session_id, one.person_id, one.role, one.item_id, one.status).where(
        one.edition_id == edition_id, one.status != AssignmentStatus.DECLINED
    )
    found: dict[int, list[Part]] = defaultdict(list)
    for session_id, person_id, role, item_id, status in db.execute(query.order_by(one.position, one.id)):
        part = Part(person_id, role.value, item_id, confirmed=status == AssignmentStatus.CONFIRMED)
        found[session_id].append(part)
    return found
