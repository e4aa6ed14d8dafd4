"""Taking away papers that hold what must go. The jobs stay on record; their files go from the storage afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from forumapp.domain.printing.models import JobStatus, Paper, PrintJob

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def purge_itineraries(
    db: DbSession, edition_id: int, *, asked_before: datetime, now: datetime, dry_run: bool = False
) -> int:
    """Give up the files of the edition's itineraries that were asked for before then; how many."""
    which = (
        PrintJob.edition_id == edition_id,
        PrintJob.paper == Paper.ITINERARIES,
        PrintJob.status == JobStatus.DONE,
        PrintJob.created_at <= asked_before,
        PrintJob.purged_at.is_(None),
    )
    if dry_run:
        return db.execute(select(func.count()).select_from(PrintJob).where(*which)).scalar_one()
    # The findings name items and people of the itinerary.
    gone = update(PrintJob).where(*which).values(purged_at=now, findings=[], version=PrintJob.version + 1)
    return int(db.connection().execute(gone).rowcount)


def list_purged_files(db: DbSession) -> list[str]:
    """The names of all files that must not be in the storage, whether or not they still are."""
    return list(db.scalars(select(PrintJob.file).where(PrintJob.purged_at.is_not(None)).order_by(PrintJob.id)))
