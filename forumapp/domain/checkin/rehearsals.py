"""Of the day, or of a rehearsal: which of the two a scan is."""

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
    """The one that runs. One that nobody ended is over once the first day begins."""
    row = not_ended(db, edition_id)
    return None if row is None or now >= first_day(db, edition_id) else row


def not_ended(db: DbSession, edition_id: int) -> Rehearsal | None:
    """Also one that is over because the first day has begun, and was forgotten."""
    return db.scalar(select(Rehearsal).where(Rehearsal.edition_id == edition_id, Rehearsal.ended_at.is_(None)))


def first_day(db: DbSession, edition_id: int) -> datetime:
    """When the edition's first day begins, where it is."""
    edition = db.get_one(Edition, edition_id)
    return start_of_day(edition.starts_on, edition.zone)


def which(db: DbSession, station: Station, said: int | None, kept_at: datetime | None) -> int | None:
    """The rehearsal of which a scan is, None for the day's. `said` is what the device saw when it scanned, `kept_at`
    when a scan was made that it kept. Whatever says neither is of what goes on now; what was made on the first day or
    later is of the day, also where a device did not know yet that its rehearsal was over.
    """
    if kept_at is None:
        return said or station.rehearsal_id
    if kept_at >= first_day(db, station.edition_id):
        return None
    if said is not None:
        return said
    ran = _that_ran(db, station.edition_id, kept_at)
    return None if ran is None else ran.id


def holds(db: DbSession, rehearsal_id: int, *, running_id: int | None) -> bool:
    """Whether it is the one that runs, and stays so until this transaction ends: whoever ends it waits for it."""
    if rehearsal_id != running_id:
        return False
    runs = select(Rehearsal.id).where(Rehearsal.id == rehearsal_id, Rehearsal.ended_at.is_(None))
    return db.scalar(runs.with_for_update(read=True)) is not None


def _that_ran(db: DbSession, edition_id: int, at: datetime) -> Rehearsal | None:
    ran = Rehearsal.started_at <= at, or_(Rehearsal.ended_at.is_(None), Rehearsal.ended_at > at)
    return db.scalar(select(Rehearsal).where(Rehearsal.edition_id == edition_id, *ran))
