"""`forumapp import agenda` and `forumapp export agenda`."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import click

from forumapp.cli.transfer.outage_notice import OutageNotice, progress_bar
from forumapp.cli.transfer.tables import (
    COMMAND,
    TOLD_AT_ONCE,
    counted_sessions,
    echo_place,
    edition_named,
    heading_row_option,
    import_,
    sheet_option,
)
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction_without_gc
from forumapp.core.errors import AlreadyExists, Invalid, Stale
from forumapp.core.files.spreadsheets import UnreadableTable, read_limited
from forumapp.core.values.text import pick
from forumapp.domain.agenda.formats.parsing.values import FORMATS, LOSSES
from forumapp.domain.agenda.formats.reader import files_in
from forumapp.domain.importing.agenda import plan as agenda_plan
from forumapp.domain.importing.agenda.services import Taking
from forumapp.domain.importing.runs.batches import PAUSE, Pace
from forumapp.domain.people.imports.services import State
from forumapp.web.organizer.imports import words
from forumapp.worker.waiting import wait_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.formats.parsing.values import Schedule
    from forumapp.domain.importing.agenda.plan import Plan, SessionLine
    from forumapp.domain.people.spreadsheets.rows import RowFault


NAMED = 12  # of the sessions that stay
LOCK_SECONDS = 0.1  # of a batch, after which the write lock is released


@import_.command("agenda")
@click.argument("edition")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="What FILE is, if its content does not tell.")
@click.option("--accept-losses", is_flag=True, help="Import although columns, fields or zones are not used.")
@heading_row_option
@sheet_option
def import_agenda(
    edition: str, paths: tuple[Path, ...], *, dry_run: bool, form: str | None, accept_losses: bool, **place: Any
) -> None:
    """Take the sessions of FILE into EDITION: frab XML or JSON, Open Event, iCalendar, CSV, XLSX, or our own JSON.

    FILE may be a folder or an archive, and several files are read as one. Nothing is saved while a session has faults.
    What is there and the file does not name stays. A file of which something recognizable would be lost is refused.
    A hidden sheet of a workbook is read only when --sheet names it.
    """
    edition_id = edition_named(edition)
    schedule = _read(edition_id, paths, form or "", **place)
    if dry_run:
        _tell(agenda_plan.plan(reading(), edition_id, schedule, None))
        _refuse_losses(schedule, accepted=accept_losses)
        return
    plan = agenda_plan.plan(reading(), edition_id, schedule, None)
    _tell(plan)
    _refuse_losses(schedule, accepted=accept_losses)
    taken = _to_take(plan)
    _take(edition_id, plan)
    counted = {state: sum(line.state is state for line in taken) for state in (State.NEW, State.CHANGED)}
    click.echo(f"{counted[State.NEW]} added, {counted[State.CHANGED]} changed")


def _refuse_losses(schedule: Schedule, *, accepted: bool) -> None:
    findings = [*schedule.findings, *(one for session in schedule.sessions for one in session.findings)]
    losses = [one for one in findings if one.code in LOSSES]
    if not schedule.sessions:
        raise click.ClickException("nothing was imported: the file has no sessions")
    if losses and not accepted:
        first = _words(losses[0].at, losses[0].code, (losses[0].said,))
        more = f" And {len(losses) - 1} more." if len(losses) > 1 else ""
        raise click.ClickException(f"nothing was imported: {first}{more} To import anyway, add --accept-losses.")


def _to_take(plan: Plan) -> list[SessionLine]:
    return [line for line in plan.lines if line.state in (State.NEW, State.CHANGED)]


def _take(edition_id: int, plan: Plan) -> None:
    """In short transactions, so that other writers wait for none of them for long. An import that is interrupted can
    be run again: it finds what it has taken.
    """
    taking, notice = _SessionsToTake(edition_id, plan), OutageNotice()
    with progress_bar(len(taking.lines), "agenda") as progress:
        while taking.lines:
            progress.update(wait_out(taking.take_some, notice))


class _SessionsToTake:
    """The sessions of a file that are still to be taken: `lines`."""

    def __init__(self, edition_id: int, plan: Plan) -> None:
        self.edition_id, self.schedule = edition_id, plan.schedule
        self.plan: Plan | None = plan
        self.lines, self.pace = _to_take(plan), Pace()

    def take_some(self) -> int:
        """Take the next sessions in one transaction, and return how many: none if others changed the agenda since they
        were compared. While others keep changing it, one session is compared under the write lock.
        """
        # After an error the sessions are compared again: people made for them may be rolled back.
        plan, self.plan = self.plan, None
        if plan is None and not self.pace.must_lock:
            plan = self._compare(reading(), self.lines)
            self.lines = _to_take(plan)
        try:
            with transaction_without_gc() as db:
                count = self._take_first(db, plan)
        except (Stale, AlreadyExists):
            if self.pace.must_lock:
                raise
            self.pace.note_stale()
            sleep(PAUSE)
            return 0
        self.pace.note_taken()
        self.plan, self.lines = plan, self.lines[count:]
        return count

    def _take_first(self, db: DbSession, plan: Plan | None) -> int:
        if plan is not None:
            return self._taking(db, plan).take_within(self.lines, LOCK_SECONDS)
        plan = self._compare(db, self.lines[:1])
        self._taking(db, plan).take(_to_take(plan))
        return 1

    def _compare(self, db: DbSession, lines: Sequence[SessionLine]) -> Plan:
        return agenda_plan.plan(db, self.edition_id, self.schedule, None, only={line.number for line in lines})

    def _taking(self, db: DbSession, plan: Plan) -> Taking:
        return Taking(db, self.edition_id, plan, actor=COMMAND, now=clock.now())


def _read(edition_id: int, paths: Iterable[Path], form: str, *, sheet: str, heading_row: int | None) -> Schedule:
    files = _files(paths)
    try:
        return agenda_plan.schedule_of(reading(), edition_id, files, form=form, sheet=sheet, heading_row=heading_row)
    except Invalid as refusal:
        raise click.ClickException("--sheet and --heading-row are for tables; this file is none") from refusal
    except UnreadableTable as refusal:
        raise click.ClickException(words.unreadable(**refusal.details)) from refusal


def _files(paths: Iterable[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in paths:
        files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        for one in files:
            try:
                found |= files_in(one.name, read_limited(one))
            except OSError as error:
                raise click.FileError(str(one), error.strerror or str(error)) from error
    return found


def _tell(plan: Plan) -> None:
    """All that is to be said of a file; raises where a session has faults."""
    _tell_lines(plan)
    for what, names in (("rooms", plan.rooms), ("tracks", plan.tracks), ("people", plan.people)):
        if names:
            click.echo(f"new {what}: {', '.join(names)}")
    if plan.answers:
        click.echo(f"answers of speakers: {', '.join(f'{count} {one.value}' for one, count in plan.answers.items())}")
    if plan.outside:
        click.echo(f"{counted_sessions(plan.outside)} outside the forum's dates: check the dates in the file")
    if plan.left:
        titles = ", ".join(pick(title, "en") for title in plan.left[:NAMED])
        more = f", and {len(plan.left) - NAMED} more" if len(plan.left) > NAMED else ""
        click.echo(f"imported before and not in this file, left as they are: {titles}{more}")
    states = (State.NEW, State.CHANGED, State.SAME, State.FAULTY)
    counted = ", ".join(f"{sum(line.state is one for line in plan.lines)} {one.value}" for one in states)
    waiting = sum(line.session is not None and line.session.start is None for line in plan.lines)
    form = words.agenda_format(plan.schedule.read_as)
    click.echo(f"{counted_sessions(len(plan.lines))} in the file ({form}): {counted}; {waiting} without a time")
    faults = [_of_line(line, one) for line in plan.lines if line.state is State.FAULTY for one in line.faults]
    if faults:
        more = f"; and {len(faults) - TOLD_AT_ONCE} more" if len(faults) > TOLD_AT_ONCE else ""
        raise click.ClickException(f"nothing was saved: mend {'; '.join(faults[:TOLD_AT_ONCE])}{more}")


def _tell_lines(plan: Plan) -> None:
    """What is to be said of a file and of its sessions, the same of many sessions once."""
    if plan.schedule.table and plan.schedule.table.sheet:
        echo_place(plan.schedule.table)
    for finding in plan.schedule.findings:
        click.echo(_words(finding.at, finding.code, (finding.said,)))
    often = {(one.code, one.among): count for one, count in plan.often}
    for (code, said), count in often.items():
        click.echo(_words(counted_sessions(count), code, said))
    for line in plan.lines:
        for one in (*line.faults, *(one for one in line.notices if (one.code, one.among) not in often)):
            click.echo(_of_line(line, one))
        if line.more:
            click.echo(f"no. {line.number} {line.name}: changes {', '.join(line.more)}")


def _of_line(line: SessionLine, one: RowFault) -> str:
    at = one.heading or f"no. {line.number} {line.name}"
    return _words(at, one.code, one.among)


def _words(at: str, code: str, said: tuple[str, ...]) -> str:
    quoted = " ".join(f"“{words.session_value(one, code)}”" for one in said if one)
    return " ".join(part for part in (f"{at}:" if at else "", quoted, words.session_fault(code)) if part)
