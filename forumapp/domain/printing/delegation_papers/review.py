"""Looking through the papers that delegations had printed, and keeping what was found: which of them say something else
by now.

To know it each paper is read anew, which is too long for a first page of many delegations. A worker does so once the
log has moved, and pages that list papers of all delegations read what it kept with their prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.domain.audit.latest import latest_of
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.printing.delegation_papers.versions import OF_ONE, differing_by_print
from forumapp.domain.printing.list_papers.kinds import READS
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

MARK, DIFFERING = "mark", "differing"
# Corrections tell what other papers say: they are not out of date by themselves.
KEPT = READS.keys() - {Paper.ERRATA}


@dataclass(frozen=True, slots=True)
class Looks:
    """By print and delegation, how much of it says something else; `mark` is how far the log was then."""

    edition_id: int
    mark: str
    found: dict[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class StalePaper:
    """The last print of a paper of a delegation that says something else by now, in so many of its facts."""

    paper: Paper
    delegation_id: int
    code: str
    name: dict[str, str]
    version: int | None
    printed_at: datetime
    changes: int


def editions_to_look_at(db: DbSession) -> list[int]:
    """Those with prints that were not looked at since the log moved; what is archived prints what it printed."""
    printed = select(PrintJob.edition_id).where(PrintJob.status == JobStatus.DONE, PrintJob.paper.in_(KEPT))
    query = select(Edition.id).where(Edition.id.in_(printed), Edition.status != EditionStatus.ARCHIVED)
    return [one for one in db.scalars(query.order_by(Edition.id)) if is_due(db, one)]


def look(db: DbSession, edition_id: int) -> Looks:
    """Read anew what each delegation had printed. Nothing is written: it may take long."""
    mark, found = latest_of(db, edition_id), dict[int, dict[str, int]]()
    edition = db.get_one(Edition, edition_id)
    for delegation in db.scalars(select(Delegation).where(Delegation.edition_id == edition_id)):
        for job_id, count in differing_by_print(db, edition, delegation).items():
            found.setdefault(job_id, {})[delegation.code] = count
    return Looks(edition_id, mark, found)


def keep_looks(db: DbSession, looks: Looks) -> None:
    """Beside the prints, as a worker's progress: no edit of anybody's. One that a later one for all took the place of
    was looked at, too, or it would be due for ever.
    """
    for job in db.execute(_last_jobs(looks.edition_id)):
        kept = {MARK: looks.mark, DIFFERING: looks.found.get(job.id, {})}
        db.connection().execute(update(PrintJob).where(PrintJob.id == job.id).values(looked=kept))


def stale_papers(db: DbSession, edition_id: int, within: Mapping[Paper, Collection[int] | None]) -> list[StalePaper]:
    """Of these papers, of the delegations that `within` says for each; as they were looked at last. Two queries."""
    those = select(Delegation.id, Delegation.code, Delegation.name).where(Delegation.edition_id == edition_id)
    rows = {row.code: row for row in db.execute(those.order_by(Delegation.position, Delegation.id))}
    code_of = {row.id: code for code, row in rows.items()}
    last: dict[tuple[str | None, Paper], Any] = {}
    for job in db.execute(_last_jobs(edition_id)):
        for code in {code_of.get(job.delegation_id), *job.looked.get(DIFFERING, ())}:
            last[code, job.paper] = job
    found = []
    for code, row in rows.items():
        for paper, reach in within.items():
            if (print_of := last.get((code, paper))) is None or print_of.purged_at:
                continue
            changes = print_of.looked.get(DIFFERING, {}).get(code, 0)
            if changes and (reach is None or row.id in reach):
                printed_at = print_of.started_at or print_of.created_at
                found.append(StalePaper(paper, row.id, code, row.name, print_of.paper_version, printed_at, changes))
    return found


def is_due(db: DbSession, edition_id: int) -> bool:
    """Whether the log has moved since its prints were looked through."""
    mark = latest_of(db, edition_id)
    return any(job.looked.get(MARK) != mark for job in db.execute(_last_jobs(edition_id)) if not job.purged_at)


def _last_jobs(edition_id: int) -> Select[Any]:
    """The last print of each working paper for each delegation, and for all at once, the oldest first."""
    done = PrintJob.edition_id == edition_id, PrintJob.status == JobStatus.DONE, PrintJob.paper.in_(KEPT)
    last = select(func.max(PrintJob.id)).where(*done, OF_ONE.is_(None)).group_by(PrintJob.paper, PrintJob.delegation_id)
    told: tuple[Any, ...] = (
        PrintJob.id, PrintJob.paper, PrintJob.delegation_id, PrintJob.paper_version, PrintJob.started_at,
        PrintJob.created_at, PrintJob.purged_at, PrintJob.looked,
    )  # fmt: skip
    return select(*told).where(PrintJob.id.in_(last)).order_by(PrintJob.id)
