"""Decide whether a scan belongs to the event itself or to a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from forumapp.core.values.times import start_of_day
from forumapp.domain.checkin.models import Rehearsal
from forumapp.domain.forums.models import Edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.setup.stations import Station


def running(db: DbSession, edition_id: int, *, now: datetime) -> Rehearsal | None:
    """Return the running rehearsal. It ends by itself when the first day begins."""
    row = not_ended(db, edition_id)
    return None if row is None or now >= first_day(db, edition_id) else row


def not_ended(db: DbSession, edition_id: int) -> Rehearsal | None:
    """Return the rehearsal that was not ended, even if the first day has begun since."""
    return db.scalar(select(Rehearsal).where(Rehearsal.edition_id == edition_id, Rehearsal.ended_at.is_(None)))


def first_day(db: DbSession, edition_id: int) -> datetime:
    """Return the start of the first day in the edition's time zone."""
    edition = db.get_one(Edition, edition_id)
    return start_of_day(edition.starts_on, edition.zone)


def which(db: DbSession, station: Station, reported_id: int | None, kept_at: datetime | None) -> int | None:
    """Return the id of the rehearsal a scan belongs to, or None for the event itself.

    `reported_id` is the rehearsal the device showed; `kept_at` is when a scan stored offline was made. Without either
    the running rehearsal counts. A scan made on or after the first day is never part of a rehearsal, even if the
    device did not know that its rehearsal was over.
    """
    if kept_at is None:
        return reported_id or station.rehearsal_id
    if kept_at >= first_day(db, station.edition_id):
        return None
    if reported_id is not None:
        return reported_id
    ran = _that_ran(db, station.edition_id, kept_at)
    return None if ran is None else ran.id


def holds(db: DbSession, rehearsal_id: int, *, running_id: int | None) -> bool:
    """Check that the rehearsal runs, and lock it: ending it waits for this transaction."""
    if rehearsal_id != running_id:
        return False
    runs = select(Rehearsal.id).where(Rehearsal.id == rehearsal_id, Rehearsal.ended_at.is_(None))
    return db.scalar(runs.with_for_update(read=True)) is not None


def _that_ran(db: DbSession, edition_id: int, at: datetime) -> Rehearsal | None:
    ran = Rehearsal.started_at <= at, or_(Rehearsal.ended_at.is_(None), Rehearsal.ended_at > at)
    return db.scalar(select(Rehearsal).where(Rehearsal.edition_id == edition_id, *ran))
