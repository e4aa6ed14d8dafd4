"""Taking away papers that hold what must go. The jobs stay on record; their files go from the storage afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine, folder_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.storage import Storage

OVER = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


def purge_papers(
    db: DbSession,
    edition_id: int,
    papers: Collection[Paper] = tuple(Paper),
    *,
    of: Collection[int] | None = None,
    asked_before: datetime,
    now: datetime,
    dry_run: bool = False,
) -> int:
    """Give up the edition's prints of these papers that were asked for before then, or those among them in `of` alone,
    with what they were made from; how many. Those too that failed or were cancelled: they may have left parts, and
    their findings tell what they would have shown.
    """
    which = [
        PrintJob.edition_id == edition_id,
        PrintJob.paper.in_(papers),
        PrintJob.status.in_(OVER),
        PrintJob.created_at <= asked_before,
        PrintJob.purged_at.is_(None),
    ]
    if of is not None:
        which.append(PrintJob.id.in_(of))
    if dry_run:
        return db.execute(select(func.count()).select_from(PrintJob).where(*which)).scalar_one()
    # The findings name items and people.
    connection = db.connection()
    lines = update(PrintLine).where(PrintLine.job_id.in_(select(PrintJob.id).where(*which))).values(facts=[])
    connection.execute(lines)
    values = {"purged_at": now, "findings": [], "made_from": {}, "version": PrintJob.version + 1}
    return int(connection.execute(update(PrintJob).where(*which).values(**values)).rowcount)


def list_purged_files(db: DbSession) -> list[str]:
    """The names of all files that must not be in the storage, whether or not they still are."""
    files = select(PrintJob.file).where(PrintJob.purged_at.is_not(None), PrintJob.file.is_not(None))
    return [file for file in db.scalars(files.order_by(PrintJob.id)) if file is not None]


def list_purged_folders(db: DbSession) -> list[str]:
    """The folders where the worker put what it made for these jobs, some of which never came to a file."""
    jobs = select(PrintJob.edition_id, PrintJob.id).where(PrintJob.purged_at.is_not(None)).order_by(PrintJob.id)
    return [folder_of(edition_id, job_id) for edition_id, job_id in db.execute(jobs)]


def delete_purged_files(db: DbSession, storage: Storage) -> None:
    """Delete the stored files of all prints that were given up. Call it after the commit that gives them up; what a
    fault or a killed process leaves goes at the next call, which asks for all of them again.
    """
    for name in list_purged_files(db):
        storage.delete(name)
    for folder in list_purged_folders(db):
        storage.delete_folder(folder)
