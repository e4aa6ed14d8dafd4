"""What is printed in spite of what was found. Of papers of which no print is kept, the log tells who did so, of which
version, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import get_version
from forumapp.domain.agenda.run_of_show.cues import get_sheet
from forumapp.domain.audit.services import record
from forumapp.domain.printing.models import JobStatus, PrintJob
from forumapp.domain.printing.paper.blocking_findings import reason_of
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.rules import IN_SPITE, fault_of_anyway

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


FAULT = "findings"


class AskedMeanwhile(Refusal):
    """Somebody has asked for the same in spite of what stopped it: `job_id` is that print, and 0 where nothing stopped
    it.
    """

    code = "asked-meanwhile"


def still_stopped(db: DbSession, jobs: Sequence[PrintJob]) -> frozenset[int]:
    """The ids of those of an edition's jobs that something stopped, and of which nobody has asked for the same in spite
    of that since. At most one query.
    """
    return frozenset(one for one, since in asked_since(db, jobs).items() if since is None)


def hold_stopped(db: DbSession, job: PrintJob) -> None:
    """Whoever else prints it in spite of what stopped it waits. Raises AskedMeanwhile for all but the first."""
    lock_name(db, f"printed despite {job.id}")
    refuse_asked(db, job)


def refuse_asked(db: DbSession, job: PrintJob) -> None:
    """Raises AskedMeanwhile where nobody may print it in spite of what stopped it any more."""
    if (since := asked_since(db, [job]).get(job.id, 0)) is not None:
        raise AskedMeanwhile(job_id=since)


def asked_since(db: DbSession, jobs: Sequence[PrintJob]) -> dict[int, int | None]:
    """Of those of an edition's jobs that something stopped, by id, the id of the first that asks for the same in spite
    of that since, if there is one. At most one query.
    """
    stopped = {one.id: (one.paper, one.mark, asked(one.options)) for one in jobs if one.fault == FAULT and one.mark}
    if not stopped:
        return {}
    marks = {mark for _paper, mark, _asked in stopped.values()}
    query = select(PrintJob.id, PrintJob.paper, PrintJob.options).where(
        PrintJob.edition_id == jobs[0].edition_id,
        PrintJob.status.not_in((JobStatus.FAILED, JobStatus.CANCELLED)),
        PrintJob.options["despite"].as_string().in_(marks),
    )
    rows = db.execute(query.order_by(PrintJob.id))
    since = [(row.id, (row.paper, row.options["despite"], asked(row.options))) for row in rows]
    return {
        one: next((other for other, of in since if other > one and said == of), None) for one, said in stopped.items()
    }


def asked(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a job keeps of what was asked for, without why, in spite of what, and how its stock was cut then."""
    return {name: value for name, value in options.items() if name not in {*IN_SPITE, "geometry"}}


def settled(options: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], str | None]:
    """What a print keeps of its options, and why it is printed in spite of findings that would stop it. Where none
    does, nothing is kept of a reason that was sent.
    """
    why = reason_of(map(Finding.from_plain, findings), options.get("anyway"))
    return {name: value for name, value in options.items() if why or name != "anyway"}, why


def note_despite(db: DbSession, job: PrintJob, why: str | None, *, actor: Actor, now: datetime) -> None:
    """Tell the log of a print that is made in spite of what would stop it, if it is."""
    if why:
        by: Any = {"actor": actor, "now": now, "edition_id": job.edition_id, "reason": why}
        record(db, "printed-despite", "print_job", job.id, **by)


def note_run_of_show(db: DbSession, edition_id: int, number: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Of the sheet of that number. Raises Invalid where `why` says nothing."""
    _require(db, edition_id, why, actor=actor)
    row = get_sheet(db, edition_id, number)
    by: Any = {"actor": actor, "now": now, "edition_id": edition_id, "reason": why}
    record(db, "printed-despite", "cue_sheet", row.id, **by)


def note_door_signs(db: DbSession, edition_id: int, number: int, why: str, *, actor: Actor, now: datetime) -> None:
    """The same of the signs at doors, of the agenda's version of that number."""
    _require(db, edition_id, why, actor=actor)
    row = get_version(db, edition_id, number)
    by: Any = {"actor": actor, "now": now, "edition_id": edition_id, "reason": why}
    record(db, "signs-printed-despite", "agenda_version", row.id, **by)


def _require(db: DbSession, edition_id: int, why: str, *, actor: Actor) -> None:
    require_all(db, edition_id, Permission.PRINT, actor=actor)
    if fault := fault_of_anyway(why):
        raise Invalid(fields={"anyway": fault})
