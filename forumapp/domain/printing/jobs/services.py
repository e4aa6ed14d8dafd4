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
    """What has ended can no longer be cancelled."""

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
    """Ask for a paper; a worker makes it. `options` are those of `rules.Options`, what is not said left out. Where any
    of the badges or cards has been printed before, `reason` says why it is printed again.
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
    db: DbSession, edition_id: int, paper: Paper | str, said: Mapping[str, Any], *, actor: Actor
) -> tuple[Options, frozenset[int] | None]:
    """What would be printed for the caller, and the delegations of which they may print it. Raises what is wrong."""
    access = require(db, edition_id, Permission.PRINT, actor=actor)
    if paper not in PRINTABLE:
        raise Invalid(fields={"paper": "unknown"})
    within = require_paper(db, edition_id, Paper(paper), actor=actor)
    options = checked_options(db, edition_id, Paper(paper), said, within=within)
    require_plan(access, options)
    return for_reader(access, Paper(paper), delegation_asked(db, edition_id, options), options), within


def require_paper(db: DbSession, edition_id: int, paper: Paper, *, actor: Actor) -> frozenset[int] | None:
    """The delegations of which the caller may print and read this paper; None is all. Refuses whoever may of none."""
    access = require(db, edition_id, Permission.PRINT, actor=actor)
    within = paper_within(access, paper)
    if within is not None and (not within or paper is Paper.FALLBACK_PACK):
        raise Forbidden(needs=find_missing(access, reads_of(paper, Options())).value)
    return within


def paper_within(access: Access, paper: Paper) -> frozenset[int] | None:
    """The same for whoever was let to print. They may not read more on paper than on the screen: a booklet tells an
    itinerary. A token that may print carries the reading that printing takes with it. Corrections are for whoever may
    print anything that they correct.
    """
    if paper is not Paper.ERRATA:
        return _within(access, READS[paper])
    each = [_within(access, READS[one]) for one in CORRECTED]
    return None if None in each else frozenset().union(*(one for one in each if one is not None))


def _within(access: Access, needs: Collection[Permission]) -> frozenset[int] | None:
    return replace(access, scopes=None).within(Permission.PRINT, *needs)


def find_missing(access: Access, needs: Sequence[Permission]) -> Permission:
    """Of what reading a paper takes, the first that the caller has least of: not at all, or of some delegations."""
    return min(needs, key=replace(access, scopes=None).reach)


def for_reader(access: Access, paper: Paper, delegation_id: int | None, options: Options) -> Options:
    """Corrections tell of those papers alone that whoever asks may read."""
    if paper is not Paper.ERRATA or delegation_id is None:
        return options
    told = [one for one in papers_of(access, delegation_id) if one in CORRECTED]
    return replace(options, corrects=() if len(told) == len(CORRECTED) else tuple(one.value for one in told))


def papers_of(access: Access, delegation_id: int) -> list[Paper]:
    """The working papers of a delegation that the caller may print and read."""
    found = []
    for paper in PAPERS:
        within = paper_within(access, paper)
        if within is None or delegation_id in within:
            found.append(paper)
    return found


def may_read(access: Access, job: PrintJob) -> bool:
    """Whether what a job made, and what it found to be mended, is for the caller, who was let to the job itself."""
    within = _within(access, reads_of(job.paper, options_from(job.options)))
    return within is None or job.paper in OF_THE_AGENDA or job.delegation_id in within


def reads_of(paper: Paper, options: Options) -> tuple[Permission, ...]:
    """What one has to see on the screen of all that such a print tells."""
    if options.plan is not None:
        return (*READS[paper], Permission.SEE_PRECEDENCE)
    if paper is not Paper.ERRATA:
        return READS[paper]
    told = tuple(map(Paper, options.corrects)) or CORRECTED
    return tuple(dict.fromkeys(need for one in told for need in READS[one]))


def require_plan(access: Access, options: Options) -> None:
    """A plan of seats names people of all delegations: it is for those who see it on the screen."""
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
    said: Mapping[str, Any],
    *,
    within: Collection[int] | None = None,
) -> Options:
    """Raises Invalid for what is not known or not for this paper, and NotFound for what the edition does not have.

    Whoever is limited to delegations says which one a paper is about, but for the program, which all may read; a
    working paper is always about one.
    """
    options = fitted(paper.value, options_from(with_geometry(db, edition_id, said)))
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
    """The worker stops after the batch in hand. Raises JobIsOver when it was faster.

    A worker raises the version only at the end: whoever cancels a print that waits means it as well once it goes on.
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
    told: Sequence[Mapping[str, Any]] = (),
    now: datetime,
) -> bool:
    """The file is there, and `told` is what was found since it began. Each badge's registration learns what was printed
    of it, and its line in which version of which design: `designs` are those by the code of the type. False once it is
    cancelled.
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
        findings=[*told, *job.findings],
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
    """A paper that was made at once, as at the console: it stands among the print jobs like any other."""
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
    """`fault` is a code; findings say whom to look at, and `total` of how many pieces."""
    _update(db, job_id, UNFINISHED, status=JobStatus.FAILED, fault=fault, finished_at=now, updated_at=now, **noted)


def _letters(job: PrintJob, badges: Sequence[BadgeValues]) -> dict[int, str]:
    return letters_of(boxes_of(badges, options_from(job.options).boxes))


def _update(db: DbSession, job_id: int, while_in: tuple[JobStatus, ...], **values: Any) -> bool:
    """Change the row while it is in one of these states; whether it was. A cancelled job never comes back to life."""
    if "finished_at" in values:
        values["version"] = PrintJob.version + 1
    changed = update(PrintJob).where(PrintJob.id == job_id, PrintJob.status.in_(while_in)).values(**values)
    return db.connection().execute(changed).rowcount == 1
