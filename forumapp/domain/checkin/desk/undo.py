"""A check-in is taken back at the desk: somebody else was meant. The scan that let them in stays as it was, and this is
one more, by whoever takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.errors import Refusal
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.rules import Direction, PassMode, Presence, Result
from forumapp.domain.checkin.scanning.coach_boarding import leave_seat
from forumapp.domain.checkin.scanning.judgement import NonceReused, Scanned
from forumapp.domain.checkin.scanning.vip_alerts import notify_undone
from forumapp.domain.checkin.setup.stations import station_for
from forumapp.domain.registration.attendance.stays import MOVES, Pass, ends_of_day, stays
from forumapp.domain.registration.attendance.who_came import zone_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.setup.stations import Station


class NothingToUndo(Refusal):
    """They are not in there, or not any more."""

    code = "nothing-to-undo"


def undo_check_in(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    checkpoint_id: int,
    nonce: str,
    rehearsal_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Scanned:
    """At a checkpoint where people pass once, nobody has let them in then; where they come and go, they are where they
    were before they came in the last time; at a coach they are expected. Sent again under its `nonce`, answered as it
    was. Raises NothingToUndo, NonceReused and, of a coach that is closed, RunClosed.
    """
    station = station_for(db, edition_id, checkpoint_id, registration_id, actor=actor, now=now)
    get_in(db, Registration, edition_id, registration_id)
    if rehearsal_id is not None and rehearsal_id != station.rehearsal_id:
        return Scanned(None, nonce, Result.REHEARSAL_OVER, Direction.OUT, now, is_rehearsal=True)
    before = _again(db, station, registration_id, nonce)
    if before is not None:
        return before
    if not _taken_back(db, station, registration_id, actor=actor, now=now):
        before = _again(db, station, registration_id, nonce)  # the same was sent twice at once
        if before is None:
            raise NothingToUndo
        return before
    row = {
        "edition_id": edition_id,
        "checkpoint_id": checkpoint_id,
        "is_rehearsal": station.is_rehearsal,
        "account_id": station.account_id,
        "registration_id": registration_id,
        "direction": Direction.OUT,
        "result": Result.UNDONE,
        "received_at": now,
        "counts_at": now,
        "skew": 0,
        "nonce": nonce,
    }
    scan_id = db.connection().scalar(insert(Scan).on_conflict_do_nothing().returning(Scan.id), row)
    if scan_id is None:
        raise NonceReused
    standing = _as_before(db, station, registration_id) if station.asks.mode is PassMode.IN_OUT else []
    if not station.is_rehearsal:
        notify_undone(db, station, registration_id, standing, now=now)
    return Scanned(scan_id, nonce, Result.UNDONE, Direction.OUT, now, is_rehearsal=station.is_rehearsal)


def _again(db: DbSession, station: Station, registration_id: int, nonce: str) -> Scanned | None:
    row = db.scalar(select(Scan).where(Scan.account_id == station.account_id, Scan.nonce == nonce))
    if row is None:
        return None
    if (row.registration_id, row.result) != (registration_id, Result.UNDONE):
        raise NonceReused
    return Scanned(row.id, nonce, row.result, row.direction, row.counts_at, is_rehearsal=row.is_rehearsal)


def _taken_back(db: DbSession, station: Station, registration_id: int, *, actor: Actor, now: datetime) -> bool:
    of = station.rehearsal_id
    if of and not rehearsals.holds(db, of, running_id=of):
        return False
    if station.coach_run_id is not None and not station.is_rehearsal:
        return leave_seat(db, station, registration_id, actor=actor, now=now)
    theirs = *_theirs(Admission, station, registration_id), Admission.presence == Presence.IN
    if station.asks.mode is PassMode.IN_OUT:
        gone_out = update(Admission).where(*theirs).values(presence=Presence.OUT).returning(Admission.id)
        return db.connection().execute(gone_out).first() is not None
    return db.connection().execute(delete(Admission).where(*theirs).returning(Admission.id)).first() is not None


def _as_before(db: DbSession, station: Station, registration_id: int) -> list[datetime]:
    """The row of where they are is held by now, so that nobody lets them in or out meanwhile. Who was let in by nothing
    else has not come. Answers when they were let in, as far as that stands.
    """
    query = select(Scan.id, Scan.counts_at, Scan.result).where(*_theirs(Scan, station, registration_id))
    passes = [Pass(*row) for row in db.execute(query.where(Scan.result.in_(MOVES)))]
    zone = zone_of(db, station.edition_id)
    row, left = _theirs(Admission, station, registration_id), stays(passes, zone)
    if not left:
        db.connection().execute(delete(Admission).where(*row))
        return []
    since = left[-1].end or ends_of_day(left[-1].start, zone)
    db.connection().execute(update(Admission).where(*row).values(since=since))
    return [one.at for stay in left for one in stay.by]


def _theirs(kind: type[Admission | Scan], station: Station, registration_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        kind.checkpoint_id == station.checkpoint_id,
        kind.registration_id == registration_id,
        kind.is_rehearsal == station.is_rehearsal,
    )
