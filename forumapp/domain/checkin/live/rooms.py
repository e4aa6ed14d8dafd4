"""How full sessions, meals and the VIP room are: of a day those of that day, and who was let in on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, distinct, func, select

from forumapp.domain.agenda.days import day_begins
from forumapp.domain.agenda.models import Session
from forumapp.domain.checkin.live.queries import count_let_in
from forumapp.domain.checkin.models import Admission, Checkpoint
from forumapp.domain.checkin.rules import CheckpointKind, PassMode, Presence
from forumapp.domain.forums.models import Room
from forumapp.domain.forums.rules import seats_in
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.attendance.stays import Counted, Span

ROOMS = (CheckpointKind.SESSION, CheckpointKind.VIP, CheckpointKind.MEAL)


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A checkpoint of a session, a meal or the VIP room. `let_in` are the people whom it let in, on that day or in all,
    and `inside` those who are there now, where people come and go. `capacity` is that of the session's room as it is
    set up, None where nobody said, and `taken` how many of it are, through however many checkpoints; None of another
    day than today.
    """

    id: int
    name: dict[str, str]
    kind: CheckpointKind
    let_in: int
    inside: int | None
    taken: int | None
    capacity: int | None
    starts_at: datetime | None

    @property
    def is_full(self) -> bool:
        return bool(self.capacity) and (self.taken or 0) >= (self.capacity or 0)


def list_rooms(db: DbSession, edition: Edition, counted: Counted, *, now: datetime) -> tuple[RoomLine, ...]:
    """Of a day the sessions that begin on it and what is open on it; where no time is said, always."""
    span = counted.span
    rows = [row for row in db.execute(_checkpoints(edition.id)) if span is None or _is_of(span, row[0], row[1])]
    is_now = span is None or span[0] <= now < span[1]
    let_in = count_let_in(db, edition.id, counted, ROOMS)
    inside = _inside(db, edition, counted, now) if is_now else {}
    taken = _taken(db, [row[0].session_id for row in rows if row[0].session_id], counted) if is_now else {}

    def line(one: Checkpoint, start: datetime | None, capacity: int | None) -> RoomLine:
        comes_and_goes = one.mode is PassMode.IN_OUT and is_now
        return RoomLine(
            one.id,
            one.name,
            one.kind,
            let_in.get(one.id, 0),
            inside.get(one.id, 0) if comes_and_goes else None,
            taken.get(one.session_id, 0) if one.session_id and is_now else None,
            capacity,
            start or one.start_utc,
        )

    return tuple(
        line(one, start, (seats_in(*room) or None) if room[0] is not None else None) for one, start, *room in rows
    )


def _checkpoints(edition_id: int) -> Select[*tuple[Any, ...]]:
    """With the room that their session has for itself."""
    return (
        select(Checkpoint, Session.start_utc, Room.capacity, Room.layouts, Session.layout)
        .outerjoin(Session, Session.id == Checkpoint.session_id)
        .outerjoin(Room, and_(Room.id == Session.room_id, Session.in_all_rooms.is_(False)))
        .where(Checkpoint.edition_id == edition_id, Checkpoint.kind.in_(ROOMS))
        .order_by(func.coalesce(Session.start_utc, Checkpoint.start_utc), Checkpoint.code)
    )


def _is_of(span: Span, one: Checkpoint, start: datetime | None) -> bool:
    if start is not None:
        return span[0] <= start < span[1]
    return one.start_utc is None or one.end_utc is None or (one.start_utc < span[1] and one.end_utc > span[0])


def _inside(db: DbSession, edition: Edition, counted: Counted, now: datetime) -> dict[int, int]:
    """By checkpoint, the people who are there now. Whose way out was missed is there no more on another day, until they
    come anew.
    """
    today = day_begins(now, edition.zone)
    query = select(Admission.checkpoint_id, func.count(distinct(Registration.person_id)))
    query = query.join(Registration, Registration.id == Admission.registration_id)
    query = query.join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    of = Checkpoint.edition_id == edition.id, Checkpoint.kind.in_(ROOMS), Checkpoint.mode == PassMode.IN_OUT
    there = Admission.presence == Presence.IN, Admission.since >= today
    query = query.where(*of, *there, Admission.is_rehearsal == counted.is_rehearsal)
    return {row[0]: row[1] for row in db.execute(query.group_by(Admission.checkpoint_id))}


def _taken(db: DbSession, sessions: Collection[int], counted: Counted) -> dict[int, int]:
    """By session, as `filling` counts its seats."""
    query = select(Checkpoint.session_id, func.count(distinct(Admission.registration_id)))
    query = query.join(Admission, Admission.checkpoint_id == Checkpoint.id).where(Checkpoint.session_id.in_(sessions))
    query = query.where(Admission.presence == Presence.IN, Admission.is_rehearsal == counted.is_rehearsal)
    return {row[0] or 0: row[1] for row in db.execute(query.group_by(Checkpoint.session_id))} if sessions else {}
