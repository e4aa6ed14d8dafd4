"""Taking the rows of a confirmed import, a batch at a time.

Some rows and the place in the file that they end at are one transaction: what is interrupted leaves neither, and the
next transaction goes on with the row after the last one taken. Rows are compared with the database before the
transaction, which only checks that nothing has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.audit.latest import latest_of
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.registrations import plan as registrations_plan
from forumapp.domain.importing.runs.files import refuse_while_writing
from forumapp.domain.importing.runs.kinds import TABLE_IMPORTERS, agenda_plan, take_sessions
from forumapp.domain.importing.runs.services import UNFINISHED, open_file, plan_rows, require_run, to_take, update_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.importing.agenda import plan as agenda_plans
    from forumapp.domain.importing.runs.files import FileCache
    from forumapp.domain.importing.runs.kinds import Brought
    from forumapp.domain.people.imports.services import Line

BATCH = 100  # rows
FEWEST = 1  # rows
LOCK_SECONDS = 0.06  # aimed at for each transaction, so that it stays below 0.2 on a busy machine
PAUSE = 0.02  # seconds, before rows are compared again
MOST_STALE = 10  # comparisons in a row that came too late, before a row is compared under the write lock
REGISTERS = (ImportKind.REGISTRATIONS, ImportKind.ROSTER)


class NamedIsGone(Refusal):
    """A type or a delegation that was said for the whole file is there no more, or has another code."""

    code = "named-is-gone"


class PlanIsStale(Exception):
    """Something has changed since the rows were compared: compare them again, fewer at a time."""


class Progress(NamedTuple):
    """Where an import is: `done` rows of the file, `is_batch_over`, and whether there is `more` in the file."""

    done: int
    is_batch_over: bool
    more: bool


OVER = Progress(0, is_batch_over=True, more=False)


@dataclass(slots=True)
class PlannedRows:
    """Rows, the first of them at index `first` of the file, as they were compared with the database when its log ended
    at `log_end`.
    """

    first: int
    lines: Sequence[Line]
    log_end: str
    agenda: agenda_plans.Plan | None = None

    @property
    def end(self) -> int:
        return self.first + len(self.lines)

    def between(self, first: int, last: int) -> Sequence[Line]:
        return self.lines[first - self.first : last - self.first]


@dataclass(slots=True)
class Pace:
    """How many rows are compared at a time, and how many of these are taken in one transaction. `stale` counts the
    comparisons in a row that came too late.
    """

    compared: int = BATCH
    taken: int = FEWEST
    stale: int = 0

    def note_lock(self, seconds: float) -> None:
        """The last transaction held the write lock for so long."""
        fitting = int(self.taken * LOCK_SECONDS / max(seconds, 0.001))
        self.taken = max(FEWEST, min(self.taken * 2, fitting, BATCH))

    def note_stale(self) -> None:
        """Fewer rows are compared sooner, so that less changes meanwhile."""
        self.compared = max(FEWEST, self.compared // 2)
        self.stale = self.stale - 1 if self.must_lock else self.stale + 1

    def note_taken(self) -> None:
        self.stale = max(self.stale - 2, 0)

    def note_fresh(self) -> None:
        self.compared = min(self.compared * 2, BATCH)

    @property
    def must_lock(self) -> bool:
        """Others write all the time: one row is compared and taken under the write lock, so that the import goes on."""
        return self.stale >= MOST_STALE


def plan_batch(
    db: DbSession, run_id: int, number: int, files: FileCache, *, most: int = BATCH, is_locked: bool = False
) -> PlannedRows | None:
    """Compare at most so many rows of a batch, numbered from 0, that are still to be taken. None when there are none.

    What a row means is decided again with the contacts that the actor may see by now. `is_locked` says that the caller
    holds the write lock. Raises PlanIsStale when it does and the file is no longer in the cache.
    """
    run = db.get(ImportRun, run_id, populate_existing=True)
    if run is None or run.status not in UNFINISHED:
        return None
    last = min(run.done + most, (number + 1) * BATCH, run.total)
    if run.done >= last:
        return None
    actor = Actor(run.asked_by, Via.IMPORT)
    require_run(db, run, actor=actor)
    file = files.find(run)
    if file is None:
        if is_locked:
            raise PlanIsStale
        file = open_file(db, run)
        files.keep(run, file)
    return plan_between(db, run, file.table, run.done, last, actor=actor, is_locked=is_locked)


def plan_between(
    db: DbSession, run: ImportRun, table: Brought, first: int, last: int, *, actor: Actor, is_locked: bool = False
) -> PlannedRows:
    """Compare the rows between two indexes of the file. `is_locked` says that the caller holds the write lock."""
    if not is_locked:
        refuse_while_writing(db)
    planned = _compare(db, run, table, first, last, actor=actor)
    if is_locked:
        planned.log_end = latest_of(db, run.edition_id)  # PostgreSQL lets others write to the log meanwhile
    return planned


def _compare(db: DbSession, run: ImportRun, table: Brought, first: int, last: int, *, actor: Actor) -> PlannedRows:
    log_end, contact_scope = latest_of(db, run.edition_id), contact_scope_of(db, actor=actor)
    rows: Any = table.rows[first:last]
    if run.kind is ImportKind.AGENDA:
        plan = agenda_plan(db, run, table, contact_scope, rows=rows)
        return PlannedRows(first, plan.lines, log_end, plan)
    return PlannedRows(first, plan_rows(db, run, rows, contact_scope, actor=actor), log_end)


def take_rows(
    db: DbSession, run_id: int, number: int, planned: PlannedRows | None, *, rows: int = BATCH, now: datetime
) -> Progress:
    """Take at most so many of the planned rows of one batch, once, in the name of the person who confirmed it and with
    what they may do by now. Raises PlanIsStale.
    """
    run = db.get(ImportRun, run_id, populate_existing=True, with_for_update=True)
    if run is None or run.status not in UNFINISHED:
        return OVER
    end = min((number + 1) * BATCH, run.total)
    last = run.done
    if run.done < end:
        if planned is None or not planned.first <= run.done < planned.end:
            raise PlanIsStale
        last = min(run.done + rows, planned.end)
        actor = Actor(run.asked_by, Via.IMPORT)
        require_run(db, run, actor=actor)
        added = take_planned(db, run, planned, run.done, last, actor=actor, now=now)
        progress = {"status": ImportStatus.RUNNING, "done": last, "added": run.added + added}
        update_run(db, run_id, UNFINISHED, **progress, updated_at=now)
    if last < run.total:
        return Progress(last, is_batch_over=last >= end, more=True)
    update_run(db, run_id, UNFINISHED, status=ImportStatus.DONE, finished_at=now, updated_at=now)
    return Progress(last, is_batch_over=True, more=False)


def take_planned(
    db: DbSession, run: ImportRun, planned: PlannedRows, first: int, last: int, *, actor: Actor, now: datetime
) -> int:
    """Add what the rows between two indexes of the file came to. Returns how many were added. Raises PlanIsStale."""
    if run.kind in REGISTERS:
        registrations_plan.hold_places(db, run.edition_id)
        if registrations_plan.strange_settings(db, run.edition_id, run.settings):
            raise NamedIsGone  # or else no row of it would be taken, without a word
    if planned.log_end != latest_of(db, run.edition_id):
        raise PlanIsStale
    lines = to_take(planned.between(first, last), run)
    if planned.agenda is not None:
        added = take_sessions(db, run, planned.agenda, lines, actor=actor, now=now)
    else:
        added = TABLE_IMPORTERS[run.kind].add(db, run, lines, actor=actor, now=now)
    db.flush()
    planned.log_end = latest_of(db, run.edition_id)
    return added
