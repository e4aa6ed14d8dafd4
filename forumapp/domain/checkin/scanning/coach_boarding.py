"""A code scanned at the door of a coach marks the same boarding as its captain does at the roll-call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.checkin.rules import Result
from forumapp.domain.delegations.coaches.boardings import mark
from forumapp.domain.delegations.coaches.runs import NoSeatLeft, lock
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.setup.stations import Station


def refused_to_board(db: DbSession, station: Station, registration_id: int) -> Result | None:
    """Why somebody may not ride, for a rehearsal, which marks no boarding."""
    theirs = Boarding.run_id == station.coach_run_id, Boarding.registration_id == registration_id
    if db.scalar(select(Boarding.id).where(*theirs)) is None:
        return Result.WRONG_CHECKPOINT
    return Result.DEPARTED if db.get_one(CoachRun, station.coach_run_id).closed_at is not None else None


def board(db: DbSession, station: Station, registration_id: int, *, actor: Actor, now: datetime) -> Result:
    """Whoever has boarded has, by whichever way; the run's row lets one after the other look."""
    run_id = station.coach_run_id or 0
    lock(db, [run_id])
    run = db.get_one(CoachRun, run_id)
    theirs = Boarding.run_id == run_id, Boarding.registration_id == registration_id
    row = db.scalar(select(Boarding).where(*theirs).execution_options(populate_existing=True))
    if row is None:
        return Result.WRONG_CHECKPOINT
    if row.state is BoardingState.BOARDED:
        return Result.ALREADY_IN
    if run.closed_at is not None:
        return Result.DEPARTED
    try:
        mark(db, row, BoardingState.BOARDED, version=row.version, actor=actor, now=now, action="marked-by-scan")
    except NoSeatLeft:
        return Result.FULL
    return Result.PASSED


def leave_seat(db: DbSession, station: Station, registration_id: int, *, actor: Actor, now: datetime) -> bool:
    """Whoever was marked by mistake is expected again, as when a captain takes it back; whether they had boarded.
    Raises RunClosed.
    """
    run_id = station.coach_run_id or 0
    lock(db, [run_id])
    theirs = Boarding.run_id == run_id, Boarding.registration_id == registration_id
    row = db.scalar(select(Boarding).where(*theirs).execution_options(populate_existing=True))
    if row is None or row.state is not BoardingState.BOARDED:
        return False
    mark(db, row, BoardingState.EXPECTED, version=row.version, actor=actor, now=now)
    return True
