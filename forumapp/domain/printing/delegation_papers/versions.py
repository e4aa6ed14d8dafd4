"""Which version of a working paper a print is, and whether the last one still says what stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Refusal
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.delegations.queries import list_parts, parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing.delegation_papers.errata import Overtaken, values_of
from forumapp.domain.printing.delegation_papers.registry import PAPERS
from forumapp.domain.printing.list_papers.queries import Asked
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, PrintLine
from forumapp.domain.printing.paper.changed_facts import differences, stood_under
from forumapp.domain.printing.queries import NothingChanged, NothingToPrint, ranked_head
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.people.rules import Name
    from forumapp.domain.printing.list_papers.values import Facts, Whom
    from forumapp.domain.printing.paper.changed_facts import Difference

OF_ONE = PrintJob.options["registration"].as_integer()  # of what is printed for a single person
ALL = "delegations"  # in what was made for several
UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Made:
    """What a paper is made from: its facts, and whom they concern. `version` is the one that it already bears."""

    facts: Facts
    whom: Whom = field(default_factory=dict)
    version: int | None = None
    values: Any = None


class OtherVersion(Refusal):
    """While it was made, someone else printed it with other contents: the version on it is another one's."""

    code = "other-version"


def next_version(
    db: DbSession,
    edition_id: int,
    paper: Paper,
    delegation_id: int | None,
    facts: Facts,
    *,
    registration: int | None = None,
    but: int | None = None,
) -> int:
    """The version that these contents bear: that of the last print where it has the same, else the next. Until the
    transaction ends nobody else numbers this paper. One for a single `registration` is numbered by itself. `but` is a
    job that is numbered anew.
    """
    lock_name(db, f"paper-{edition_id}-{paper.value}-{delegation_id}")
    return version_of(db, edition_id, paper, delegation_id, facts, registration=registration, but=but)


def version_of(
    db: DbSession,
    edition_id: int,
    paper: Paper,
    delegation_id: int | None,
    facts: Facts,
    *,
    registration: int | None = None,
    but: int | None = None,
) -> int:
    """The same, for whoever numbers nothing by it."""
    query = (
        select(PrintJob.paper_version, PrintJob.made_from)
        .where(PrintJob.edition_id == edition_id, PrintJob.paper == paper, PrintJob.paper_version.is_not(None))
        .where(PrintJob.delegation_id.is_not_distinct_from(delegation_id), PrintJob.id != (but or 0))
        .where(OF_ONE.is_not_distinct_from(registration))
        .order_by(PrintJob.paper_version.desc(), PrintJob.id.desc())
        .limit(1)
    )
    last = db.execute(query).one_or_none()
    if last is None:
        return 1
    version: int = last.paper_version
    return version if last.made_from == _plain(facts) else version + 1


def keep_made_from(db: DbSession, job: PrintJob, made: Made) -> int:
    """Note on a job what it is made from, and number it. Harmless when done twice. Raises OtherVersion."""
    of: Any = {"registration": job.options.get("registration"), "but": job.id}
    version = next_version(db, job.edition_id, job.paper, job.delegation_id, made.facts, **of)
    if made.version not in (None, version):
        raise OtherVersion(version=version)
    connection = db.connection()
    # By the table's row, since a worker's progress is no edit.
    kept = update(PrintJob).where(PrintJob.id == job.id)
    connection.execute(kept.values(made_from=_plain(made.facts), paper_version=version))
    connection.execute(delete(PrintLine).where(PrintLine.job_id == job.id))
    lines = [
        {"edition_id": job.edition_id, "job_id": job.id, "registration_id": one, "position": place, "facts": keys}
        for place, (one, keys) in enumerate(made.whom.items(), start=1)
    ]
    if lines:
        connection.execute(insert(PrintLine), lines)
    return version


def keep_made_for_all(db: DbSession, job: PrintJob, values: Mapping[str, Any]) -> None:
    """Note on the booklets of several delegations what each was made from, by code. Together they bear no version."""
    made = {code: _made_of(job.paper, one) for code, one in values.items()}
    kept = {code: {"facts": one.facts, "whom": list(one.whom.items())} for code, one in made.items()}
    db.connection().execute(update(PrintJob).where(PrintJob.id == job.id).values(made_from=_plain({ALL: kept})))


@dataclass(frozen=True, slots=True)
class PaperState:
    """A working paper of a delegation: `last` is its last print that is done, `under_way` one that waits or is made.
    `is_empty` where there is nothing to say now. `is_own`: the last print is this delegation's, and not that of all or
    of a whole, which tells more than whoever prints this one may read. `people` are those whom the differences concern.
    `reprints` where what changed can be printed by itself.
    """

    paper: Paper
    last: PrintJob | None
    under_way: PrintJob | None
    is_empty: bool
    is_own: bool = True
    differences: tuple[Difference, ...] = ()
    people: tuple[tuple[int, Name], ...] = ()
    reprints: bool = False

    @property
    def printed_at(self) -> datetime | None:
        """When its last print was begun, or else asked for."""
        return (self.last.started_at or self.last.created_at) if self.last else None

    @property
    def state(self) -> str:
        """current, stale, gone (what it told had to be deleted), never (printed) or empty."""
        if self.last is None:
            return "empty" if self.is_empty else "never"
        if self.last.purged_at:
            return "gone"
        return "stale" if self.differences else "current"


def paper_states(
    db: DbSession, edition: Edition, delegation: Delegation, papers: Collection[Paper]
) -> list[PaperState]:
    """Of these working papers, in their order. As many queries for one person as for a thousand."""
    done = _last_jobs(db, delegation, (JobStatus.DONE,))
    waiting = _last_jobs(db, delegation, UNFINISHED)
    asked = _asked(db, edition, delegation)
    made = _made_each(db, asked, papers)
    if Paper.ERRATA in papers:
        for jobs in (done, waiting):
            _forget_unread(jobs, papers)
        made[Paper.ERRATA] = _made(Paper.ERRATA, lambda: values_of(db, asked, _overtaken(db, delegation, done, made)))
    return [
        _state(db, delegation, one, now, last=done.get(one), under_way=waiting.get(one)) for one, now in made.items()
    ]


def _forget_unread(jobs: dict[Paper, PrintJob], papers: Collection[Paper]) -> None:
    """Corrections that tell of other papers than these are nothing that whoever may read these is told of."""
    last = jobs.get(Paper.ERRATA)
    told = last.options.get("corrects") or [one.value for one in PAPERS] if last else ()
    if not {*told} <= {one.value for one in papers}:
        del jobs[Paper.ERRATA]


def overtaken_papers(
    db: DbSession, edition: Edition, delegation: Delegation, papers: Collection[str] = ()
) -> list[Overtaken]:
    """The papers that say something else than what stands, but for those whose facts had to be deleted. Of these, or of
    all.
    """
    done = _last_jobs(db, delegation, (JobStatus.DONE,))
    done = {paper: job for paper, job in done.items() if not papers or paper.value in papers}
    made = _made_each(db, _asked(db, edition, delegation), done)
    return _overtaken(db, delegation, done, made)


def differing_by_print(db: DbSession, edition: Edition, delegation: Delegation) -> dict[int, int]:
    """By the last print of each of its papers, how many of the facts that it tells are others by now."""
    done = _last_jobs(db, delegation, (JobStatus.DONE,))
    done = {paper: job for paper, job in done.items() if paper in PAPERS and paper is not Paper.ERRATA}
    made = _made_each(db, _asked(db, edition, delegation), done) if done else {}
    differing = {one.job.id: len(one.differences) for one in _overtaken(db, delegation, done, made)}
    return {job.id: differing.get(job.id, 0) for job in done.values()}


def shown_of(db: DbSession, delegation: Delegation, paper: Paper, options: Options, values: Any) -> Any:
    """What is printed of these values: all, or what the last print of the paper does not say. It bears the version of
    the whole, since with what was printed before it tells as much. Raises NothingChanged.
    """
    last = _last_jobs(db, delegation, (JobStatus.DONE,)).get(paper) if options.changed else None
    if last is None or last.purged_at:
        return values
    shown = _reprinted(paper, _then(db, last, delegation), _made_of(paper, values))
    if shown is None:
        raise NothingChanged
    return shown


def _reprinted(paper: Paper, then: Made, now: Made) -> Any:
    """Of what it says now, what its last print does not say, and what stands beside anything that left; or None."""
    found = differences(then.facts, _plain(now.facts))
    if not found or now.values is None:
        return None
    moved = {one for one in {**then.whom, **now.whom} if set(then.whom.get(one, ())) != set(now.whom.get(one, ()))}
    rows = {key for one in moved for key in now.whom.get(one, ()) if "/" in key}
    left = [then.whom[one] for one in moved if one in then.whom]
    left += [[*stood_under(then.facts, one.key), *one.key.split("/")] for one in found if one.now is None]
    shown = PAPERS[paper].only(now.values, rows.union(one.key for one in found), left)
    return shown if PAPERS[paper].facts(shown) else None


def _asked(db: DbSession, edition: Edition, delegation: Delegation) -> Asked:
    return Asked(edition, delegation, ranked_head(db, edition, Options()), Options())


def _made_each(db: DbSession, asked: Asked, papers: Iterable[Paper]) -> dict[Paper, Made | None]:
    """What these would be made from now; None where there is nothing to say. All but corrections, which follow from
    the others.
    """
    wanted = [one for one in papers if one in PAPERS and one != Paper.ERRATA]
    return {one: _now(db, asked, one) for one in wanted}


def _overtaken(
    db: DbSession, delegation: Delegation, done: Mapping[Paper, PrintJob], made: Mapping[Paper, Made | None]
) -> list[Overtaken]:
    found = []
    for paper in PAPERS:
        job = done.get(paper)
        if paper in made and job is not None and not job.purged_at:
            then, now = _then(db, job, delegation), made[paper] or Made({})
            one = Overtaken(paper, job, then.facts, _plain(now.facts), then.whom, now.whom)
            found += [one] if then.facts and one.differences else []
    return found


def _last_jobs(db: DbSession, delegation: Delegation, states: Sequence[JobStatus]) -> dict[Paper, PrintJob]:
    """But for what was printed for a single person. Also of what was printed for all, and of booklets that were printed
    with those of a whole, where that is newer.
    """
    here = (PrintJob.edition_id == delegation.edition_id, PrintJob.status.in_(states), OF_ONE.is_(None))
    last = select(func.max(PrintJob.id)).where(*here)
    own = last.where(PrintJob.delegation_id == delegation.id).group_by(PrintJob.paper)
    for_all = last.where(PrintJob.delegation_id.is_(None), PrintJob.paper == Paper.ITINERARIES)
    wholes = with_wholes(delegation.id, parents_of(db, delegation.edition_id))
    theirs = select(PrintLine.job_id).where(PrintLine.registration_id.in_(_ever_in(db, delegation)))
    of_whole = last.where(PrintJob.delegation_id.in_(wholes), PrintJob.paper == Paper.BOOKLETS, PrintJob.id.in_(theirs))
    which = PrintJob.id.in_(own) | PrintJob.id.in_(for_all) | PrintJob.id.in_(of_whole)
    query = select(PrintJob).where(which).order_by(PrintJob.id)
    rows = db.scalars(query.execution_options(populate_existing=True))
    return {row.paper: row for row in rows if row.delegation_id or delegation.code in _for_all(row)}


def _ever_in(db: DbSession, delegation: Delegation) -> Select[Any]:
    """The registrations of those who are or were in it or in its parts."""
    parts = list_parts(db, delegation)
    return select(DelegationMember.registration_id).where(DelegationMember.delegation_id.in_(parts))


def _for_all(job: PrintJob) -> dict[str, Any]:
    found: Any = job.made_from.get(ALL, {})
    return dict(found)


def _then(db: DbSession, job: PrintJob, delegation: Delegation) -> Made:
    """What a print was made from, or its part for this delegation."""
    if job.delegation_id is None:
        kept = _for_all(job)[delegation.code]
        return Made(kept["facts"], {one: list(keys) for one, keys in kept["whom"]})
    query = select(PrintLine.registration_id, PrintLine.facts).where(PrintLine.job_id == job.id)
    if job.delegation_id == delegation.id:
        return Made(job.made_from, {row.registration_id: row.facts for row in db.execute(query)})
    theirs = query.where(PrintLine.registration_id.in_(_ever_in(db, delegation)))
    whom = {row.registration_id: row.facts for row in db.execute(theirs)}
    told = {key for keys in whom.values() for key in keys}
    return Made({key: said for key, said in job.made_from.items() if key in told}, whom)


def _state(
    db: DbSession,
    delegation: Delegation,
    paper: Paper,
    made: Made | None,
    *,
    last: PrintJob | None,
    under_way: PrintJob | None,
) -> PaperState:
    is_own = last is None or last.delegation_id == delegation.id
    if last is None or last.purged_at:
        return PaperState(paper, last, under_way, made is None, is_own)
    then, now = _then(db, last, delegation), made or Made({})
    found = tuple(differences(then.facts, _plain(now.facts)))
    people = _concerned(db, (then.whom, now.whom), {one.key for one in found}) if found else ()
    reprints = _reprinted(paper, then, now) is not None
    return PaperState(paper, last, under_way, made is None, is_own, found, people, reprints)


def made_now(db: DbSession, edition: Edition, delegation: Delegation, paper: Paper) -> Made | None:
    """What it would be made from now; None where there is nothing to say."""
    return _now(db, _asked(db, edition, delegation), paper)


def _now(db: DbSession, asked: Asked, paper: Paper) -> Made | None:
    return _made(paper, lambda: PAPERS[paper].read(db, asked))


def _made(paper: Paper, read: Callable[[], Any]) -> Made | None:
    try:
        values = read()
    except NothingToPrint:
        return None
    return _made_of(paper, values)


def _made_of(paper: Paper, values: Any) -> Made:
    return Made(PAPERS[paper].facts(values), PAPERS[paper].whom(values), values=values)


def _concerned(db: DbSession, lines: Iterable[Whom], keys: set[str]) -> tuple[tuple[int, Name], ...]:
    """Registrations of whom the paper told one of these, or would tell it now, with what they are called."""
    ids = {one for whom in lines for one, facts in whom.items() if not keys.isdisjoint(facts)}
    query = select(Registration.id, Person).join(Person, Person.id == Registration.person_id)
    rows = db.execute(query.where(Registration.id.in_(ids)).order_by(Person.latin_family, Registration.id))
    return tuple((registration_id, name_of(person)) for registration_id, person in rows)


def _plain(facts: Mapping[str, Any]) -> Facts:
    """As JSON gives them back."""
    plain: Facts = json.loads(json.dumps(facts))
    return plain
