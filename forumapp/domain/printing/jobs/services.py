"""Print jobs: asked for in one transaction with the work that does them, and their progress.

A worker tells its progress by statements on the row and not through DBOS, so that pages read it with one query. Each
of them is harmless when done twice: a worker that dies after a change repeats it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forumapp.core.errors import Forbidden, Invalid, NotFound, Refusal
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import get_by_code, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.queries import get_version
from forumapp.domain.audit.services import Actor, Via, create, record, stale
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.models.seating import SeatingPlan
from forumapp.domain.forums.models import Edition
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.printing.custom_stocks import device_of, with_geometry
from forumapp.domain.printing.delegation_papers.registry import PAPERS
from forumapp.domain.printing.delegation_papers.versions import Made, keep_made_for_all, keep_made_from
from forumapp.domain.printing.jobs.overrides import note_despite, settled
from forumapp.domain.printing.jobs.reprints import count_again
from forumapp.domain.printing.letters.issued_letters import require_letters
from forumapp.domain.printing.list_papers import kinds
from forumapp.domain.printing.models import CARDS, FORMAL, OF_THE_AGENDA, JobStatus, Paper, PrintJob
from forumapp.domain.printing.paper.handout_boxes import boxes_of, letters_of
from forumapp.domain.printing.print_records import note_printed
from forumapp.domain.printing.rules import AT_ONCE, Options, fitted, format_for, options_from
from forumapp.domain.registration.models import Registration, RegistrationType

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.printing.models import Reprint
    from forumapp.domain.printing.paper.documents import BadgeValues

WORKFLOW = "print"
NO_DESIGNS: Mapping[str, int] = MappingProxyType({})
UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)
# What one has to see on the screen to have it on paper.
READS: Mapping[Paper, tuple[Permission, ...]] = {
    **dict.fromkeys((Paper.BADGES, *CARDS), (Permission.PRINT,)),
    **dict.fromkeys(FORMAL, (Permission.SEE_REGISTRATIONS,)),
    **dict.fromkeys(OF_THE_AGENDA, (Permission.PRINT,)),
    Paper.SPEAKER_AGENDAS: (Permission.SEE_PEOPLE,),
    Paper.SEATING_PLANS: (Permission.SEE_PRECEDENCE,),
    Paper.FALLBACK_PACK: (Permission.SEE_REGISTRATIONS, Permission.SEE_ITINERARIES),  # of everyone alone
    **kinds.READS,
}
CORRECTED = tuple(paper for paper in PAPERS if paper is not Paper.ERRATA)
PRINTABLE = tuple(one for one in Paper if one not in AT_ONCE and (one not in kinds.READS or one in PAPERS))


class JobIsOver(Refusal):
    """A job that has ended cannot be canceled."""

    code = "job-is-over"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a print made: `file` is its name in the storage."""

    file: str
    sha256: str
    pages: int
    renderer: str


def ask_print(
    db: DbSession,
    edition_id: int,
    paper: Paper | str,
    options: Mapping[str, Any],
    *,
    reason: Reprint | None = None,
    device: str = "",
    actor: Actor,
    now: datetime,
) -> PrintJob:
    """Create a print job, which a worker runs. `options` are the set fields of `rules.Options`.

    Raises Invalid when a badge or card is a reprint and no `reason` is given.
    """
    wanted, within = as_allowed(db, edition_id, paper, options, actor=actor)
    if reason is None and count_again(db, edition_id, Paper(paper), wanted, within=within):
        raise Invalid(fields={"reason": "required"})
    job = PrintJob(
        edition_id=edition_id,
        paper=Paper(paper),
        options=wanted.plain,
        device=device_of(db, edition_id, device, wanted.printer),
        reason=reason,
        delegation_id=delegation_asked(db, edition_id, wanted),
        asked_by=actor.account_id,
    )
    create(db, job, actor=actor, now=now)
    enqueue(db, WORKFLOW, job.id, key=f"{WORKFLOW}-{job.id}")
    return job


def as_allowed(
    db: DbSession, edition_id: int, paper: Paper | str, submitted: Mapping[str, Any], *, actor: Actor
) -> tuple[Options, frozenset[int] | None]:
    """Check a print request. Returns its options and the delegations that the caller may print; None is all.

    Raises Invalid, NotFound or Forbidden.
    """
    access = require(db, edition_id, Permission.PRINT, actor=actor)
    if paper not in PRINTABLE:
        raise Invalid(fields={"paper": "unknown"})
    within = require_paper(db, edition_id, Paper(paper), actor=actor)
    options = checked_options(db, edition_id, Paper(paper), submitted, within=within)
    require_plan(access, options)
    return for_reader(access, Paper(paper), delegation_asked(db, edition_id, options), options), within


def require_paper(db: DbSession, edition_id: int, paper: Paper, *, actor: Actor) -> frozenset[int] | None:
    """The delegations whose paper the caller may print and read; None is all. Raises Forbidden when there are none."""
    access = require(db, edition_id, Permission.PRINT, actor=actor)
    within = paper_within(access, paper)
    if within is not None and (not within or paper is Paper.FALLBACK_PACK):
        raise Forbidden(needs=find_missing(access, reads_of(paper, Options())).value)
    return within


def paper_within(access: Access, paper: Paper) -> frozenset[int] | None:
    """The delegations whose paper a caller with the print permission may print; None is all.

    Paper shows no more than the screen, so the permissions to read its content are required too. A token that may print
    includes them. Corrections need the permissions of at least one paper they correct.
    """
    if paper is not Paper.ERRATA:
        return _within(access, READS[paper])
    each = [_within(access, READS[one]) for one in CORRECTED]
    return None if None in each else frozenset().union(*(one for one in each if one is not None))


def _within(access: Access, needs: Collection[Permission]) -> frozenset[int] | None:
    return replace(access, scopes=None).within(Permission.PRINT, *needs)


def find_missing(access: Access, needs: Sequence[Permission]) -> Permission:
    """The permission in `needs` that the caller lacks, or has for the fewest delegations."""
    return min(needs, key=replace(access, scopes=None).reach)


def for_reader(access: Access, paper: Paper, delegation_id: int | None, options: Options) -> Options:
    """Limit corrections to the papers that the requester may read."""
    if paper is not Paper.ERRATA or delegation_id is None:
        return options
    readable = [paper.value for paper in papers_of(access, delegation_id) if paper in CORRECTED]
    return replace(options, corrects=() if len(readable) == len(CORRECTED) else tuple(readable))


def papers_of(access: Access, delegation_id: int) -> list[Paper]:
    """The working papers of a delegation that the caller may print and read."""
    papers = []
    for paper in PAPERS:
        within = paper_within(access, paper)
        if within is None or delegation_id in within:
            papers.append(paper)
    return papers


def may_read(access: Access, job: PrintJob) -> bool:
    """Whether the caller, who may see the job, may also see its file and findings."""
    within = _within(access, reads_of(job.paper, options_from(job.options)))
    return within is None or job.paper in OF_THE_AGENDA or job.delegation_id in within


def reads_of(paper: Paper, options: Options) -> tuple[Permission, ...]:
    """The permissions for everything that such a print shows."""
    if options.plan is not None:
        return (*READS[paper], Permission.SEE_PRECEDENCE)
    if paper is not Paper.ERRATA:
        return READS[paper]
    corrected = tuple(map(Paper, options.corrects)) or CORRECTED
    return tuple(dict.fromkeys(need for paper in corrected for need in READS[paper]))


def require_plan(access: Access, options: Options) -> None:
    """Raises Forbidden for a seating plan the caller may not see: it names people of all delegations."""
    if options.plan is not None and _within(access, (Permission.SEE_PRECEDENCE,)) is not None:
        raise Forbidden(needs=Permission.SEE_PRECEDENCE.value)


def require_readable(db: DbSession, job: PrintJob, *, actor: Actor) -> None:
    access = require(db, job.edition_id, Permission.PRINT, actor=actor)
    if not may_read(access, job):
        raise Forbidden(needs=find_missing(access, reads_of(job.paper, options_from(job.options))).value)


def checked_options(
    db: DbSession,
    edition_id: int,
    paper: Paper,
    submitted: Mapping[str, Any],
    *,
    within: Collection[int] | None = None,
) -> Options:
    """Read and check print options. Raises Invalid for unknown or unfitting options, NotFound for unknown codes.

    A working paper needs a delegation. So does any other paper, except the program, when the caller is limited to
    delegations.
    """
    options = fitted(paper.value, options_from(with_geometry(db, edition_id, submitted)))
    limited = within is not None and paper not in OF_THE_AGENDA
    if (limited or paper in kinds.WORKING) and not (options.delegation or options.registration):
        raise Invalid(fields={"delegation": "required"})
    if options.type is not None:
        get_by_code(db, RegistrationType, edition_id, options.type)
    if options.delegation is not None:
        get_by_code(db, Delegation, edition_id, options.delegation, within=within)
    _check_people(db, edition_id, options)
    if options.registration is not None:
        get_in(db, Registration, edition_id, options.registration, within=within)
        if paper in kinds.WORKING and delegation_asked(db, edition_id, options) is None:
            raise Invalid(fields={"registration": "not-a-member"})
    for number in (options.agenda, options.since):
        if number is not None:
            get_version(db, edition_id, number)
    require_letters(db, edition_id, paper, options, within=within)
    if paper is Paper.PROGRAM:
        format_for(options, db.get_one(Edition, edition_id).page_size.value)
    return options


def _check_people(db: DbSession, edition_id: int, options: Options) -> None:
    if options.session is not None:
        get_by_code(db, Session, edition_id, options.session)
    if options.plan is not None:
        get_by_code(db, SeatingPlan, edition_id, options.plan)


def delegation_of(db: DbSession, edition_id: int, options: Options) -> Delegation:
    """The delegation that a working paper is about."""
    delegation_id = delegation_asked(db, edition_id, options)
    if delegation_id is None:
        raise NotFound(entity="delegation")
    return db.get_one(Delegation, delegation_id)


def delegation_asked(db: DbSession, edition_id: int, options: Options) -> int | None:
    """The one delegation that a paper is about, if it is about one."""
    if options.delegation is not None:
        return get_by_code(db, Delegation, edition_id, options.delegation).id
    member = select(DelegationMember.delegation_id).where(
        DelegationMember.registration_id == options.registration, DelegationMember.left_on.is_(None)
    )
    return None if options.registration is None else db.scalar(member)


def cancel(db: DbSession, edition_id: int, job_id: int, *, version: int, actor: Actor, now: datetime) -> PrintJob:
    """Cancel a job; the worker stops after its current batch. Raises Stale, Forbidden, and JobIsOver when it has ended.

    The version only changes at the end of a job, so a waiting job can still be canceled after it starts.
    """
    within = require(db, edition_id, Permission.PRINT, actor=actor).within(Permission.PRINT)
    job = get_in(db, PrintJob, edition_id, job_id, within=within)
    if within is not None and job.delegation_id is None and job.asked_by != actor.account_id:
        raise Forbidden(needs=Permission.PRINT.value)  # a program is theirs to read, not to stop
    if job.version != version:
        raise stale(job)
    if not _update(db, job_id, UNFINISHED, status=JobStatus.CANCELLED, finished_at=now, updated_at=now):
        raise JobIsOver(status=job.status.value)
    record(db, "cancelled", "print_job", job_id, actor=actor, now=now, edition_id=edition_id)
    db.refresh(job)
    return job


def start(db: DbSession, job_id: int, *, total: int, findings: Sequence[Mapping[str, Any]], now: datetime) -> bool:
    """Whether to go on: not once it is cancelled. Of a working paper, `keep_made_from` then notes what it says."""
    job = db.get_one(PrintJob, job_id)
    is_new = job.status is JobStatus.QUEUED
    options, why = settled(job.options, findings)
    begun: dict[str, Any] = {"done": 0, "total": total, "findings": list(findings), "started_at": now}
    going = _update(db, job_id, UNFINISHED, status=JobStatus.RUNNING, options=options, updated_at=now, **begun)
    if going and is_new:
        note_despite(db, job, why, actor=Actor(job.asked_by, Via.WORKFLOW), now=now)
    return going


def expect(db: DbSession, job_id: int, total: int, *, now: datetime) -> bool:
    """Note how many pieces there are, once that is known. Whether to go on."""
    return _update(db, job_id, (JobStatus.RUNNING,), total=total, updated_at=now)


def advance(db: DbSession, job_id: int, done: int, *, now: datetime) -> bool:
    """Note that `done` of the total are printed. Whether to go on."""
    return _update(db, job_id, (JobStatus.RUNNING,), done=done, updated_at=now)


def finish(
    db: DbSession,
    job: PrintJob,
    made: Finished,
    badges: Sequence[BadgeValues],
    *,
    designs: Mapping[str, int] = NO_DESIGNS,
    agenda_version_id: int | None = None,
    new_findings: Sequence[Mapping[str, Any]] = (),
    now: datetime,
) -> bool:
    """Mark a job as done and record its badges in the print log. Returns False when it was canceled.

    `new_findings` came up while it ran. `designs` are the design version ids by type code.
    """
    done = _update(
        db,
        job.id,
        (JobStatus.RUNNING,),
        status=JobStatus.DONE,
        done=PrintJob.total,
        file=made.file,
        sha256=made.sha256,
        pages=made.pages,
        renderer=made.renderer,
        agenda_version_id=agenda_version_id,
        findings=[*new_findings, *job.findings],
        finished_at=now,
        updated_at=now,
    )
    if done and badges:
        note_printed(db, job, badges, designs, _letters(job, badges), now=now)
    return done


def keep_made(
    db: DbSession,
    edition_id: int,
    paper: Paper,
    options: Options,
    made: Finished,
    *,
    badges: Sequence[BadgeValues],
    designs: Mapping[str, int] = NO_DESIGNS,
    findings: Sequence[Mapping[str, Any]] = (),
    agenda_version_id: int | None = None,
    made_from: Made | None = None,
    made_for_all: Mapping[str, Any] | None = None,
    reason: Reprint | None = None,
    device: str = "",
    actor: Actor,
    now: datetime,
) -> PrintJob:
    """Record a paper that was made without a worker, as on the console, as a finished print job."""
    within = require_paper(db, edition_id, paper, actor=actor)
    delegation_id = delegation_asked(db, edition_id, options)
    if within is not None and paper not in OF_THE_AGENDA and delegation_id not in within:
        raise NotFound(entity="delegation")
    count = dict.fromkeys(("done", "total"), len(badges) or 1)
    kept, why = settled(options.plain, findings)
    job = PrintJob(
        edition_id=edition_id,
        paper=paper,
        options=kept,
        status=JobStatus.DONE,
        **count,
        **asdict(made),
        findings=list(findings),
        agenda_version_id=agenda_version_id,
        delegation_id=delegation_id,
        device=device_of(db, edition_id, device, options.printer),
        reason=reason,
        asked_by=actor.account_id,
        **dict.fromkeys(("started_at", "finished_at"), now),
    )
    create(db, job, actor=actor, now=now)
    note_despite(db, job, why, actor=actor, now=now)
    if badges:
        note_printed(db, job, badges, designs, _letters(job, badges), now=now)
    if made_from is not None:
        keep_made_from(db, job, made_from)
    if made_for_all:
        keep_made_for_all(db, job, made_for_all)
    db.refresh(job)
    return job


def fail(db: DbSession, job_id: int, fault: str, *, now: datetime, **noted: Any) -> None:
    """Mark a job as failed. `fault` is a code; `noted` may hold its findings and `total`."""
    _update(db, job_id, UNFINISHED, status=JobStatus.FAILED, fault=fault, finished_at=now, updated_at=now, **noted)


def _letters(job: PrintJob, badges: Sequence[BadgeValues]) -> dict[int, str]:
    return letters_of(boxes_of(badges, options_from(job.options).boxes))


def _update(db: DbSession, job_id: int, while_in: tuple[JobStatus, ...], **values: Any) -> bool:
    """Change the row while it is in one of these states; whether it was. A cancelled job never comes back to life."""
    if "finished_at" in values:
        values["version"] = PrintJob.version + 1
    changed = update(PrintJob).where(PrintJob.id == job_id, PrintJob.status.in_(while_in)).values(**values)
    return db.connection().execute(changed).rowcount == 1
