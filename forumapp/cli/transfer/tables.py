"""`forumapp import ...` and `forumapp export ...`: people, organizations and registrations in tables."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from forumapp.cli.transfer.outage_notice import OutageNotice, progress_bar
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction_without_gc
from forumapp.core.errors import NotFound
from forumapp.core.files.spreadsheets import UnreadableTable, read_limited, read_table, write_csv, write_xlsx
from forumapp.core.values.text import pick
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.queries import delegation_names
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.importing.corrections import cell_faults, corrected
from forumapp.domain.importing.models import ImportKind, ImportRun
from forumapp.domain.importing.registrations.plan import forms_of, type_of_list, without_column
from forumapp.domain.importing.runs.batches import PAUSE, Pace, PlanIsStale, plan_between, take_planned
from forumapp.domain.importing.runs.kinds import IMPORTERS, TABLE_IMPORTERS, Brought, count_known
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.names.spellings import load_readings
from forumapp.domain.people.spreadsheets import export as spreadsheets_export
from forumapp.web.organizer.imports import words as imports_words
from forumapp.worker.waiting import wait_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from forumapp.core.files.spreadsheets import Table
    from forumapp.domain.importing.corrections import Cells
    from forumapp.domain.importing.runs.batches import PlannedRows
    from forumapp.domain.people.imports.services import Line
    from forumapp.domain.people.spreadsheets.rows import RowFault

COMMAND = Actor(None, Via.COMMAND)
TOLD_AT_ONCE = 3
_TOLD_IF_ANY = (State.MORE, State.CHANGED)
FAULTS = {
    "no-name": "nobody is named",
    "too-many-cells": "more cells than headings",
    "not-plain": "an invisible character, such as a tab",
    "too-long": "too long",
    "not-an-address": "not one mail address",
    "not-an-option": "not a word that is known",
    "not-a-region": "not the two letters of a country or region",
    "parent-unknown": "part of an organization that is not known; add that first, or in a row above",
    "code-taken": "another organization has this code",
    "not-a-code": "not a code of letters, digits and hyphens",
    "not-a-language": "not a language by its short code, such as zh-Hant",
    "error-cell": "the spreadsheet shows an error here; type the value",
    "undecodable": "bytes that are no characters; type the cell again",
    "too-few-cells": "fewer cells than headings; look for two cells that have become one",
    "no-latin-name": "no name in Latin letters; a badge needs one",
    "not-latin": "not in Latin letters; write it in the column of names in their own script",
    "not-a-letter": "an emoji or another picture in it; write letters only",
    "lines-joined": "the lines of this cell were joined",
    "title-moved": "moved from the name to the form of address",
    "blanks-left-out": "written without the space",
    "formula": "begins like a formula; type what is meant",
    "traditional": "in traditional characters; right if they write it so",
    "twice-in-file": "stands in the file already; delete one of the rows",
    "registered": "is registered already",
    "no-type": "names no registration type; fill it in, or choose one by --type",
    "unknown-type": "no registration type of this edition",
    "type-full": "this registration type has no spots left; ask for more, or import with --waitlist",
    "edition-full": "the edition has no spots left; ask for more, or import with --waitlist",
    "waitlisted": "no spots left: joins the waitlist",
    "place-not-given-back": "people who were let go still have the last places: asks for one",
    "unknown-status": "not a state that is known; correct it or leave it empty",
    "not-a-date": "not a date; write it as 2023-05-22",
    "unknown-part": "no such delegation or sub-delegation: kept as a note",
    "unknown-role": "not a known role: becomes a member, and the word is kept as a note",
    "unknown-group": "the delegation has no such group: kept as a note",
    "group-unclear": "several groups are called so: kept as a note",
    "delegation-full": "the delegation has no spots left; raise its quota or leave someone out",
    "another-delegation": "no part of the delegation whose list this is; correct it or leave it empty",
    "confirms-registration": "is registered already, email not confirmed: this row confirms it",
    "joins-delegation": "is registered already: joins the delegation",
    "kept-as-note": "kept as a note unless corrected",
    "name-proposed": "the Latin name was read from the Chinese; check it",
    "name-split": "split into family name and given name",
    "name-not-split": "family name not known; write it first with a comma after it, or the name is kept whole",
    "phone-in-part": "more than one number; the first one is used",
    "phone-left-out": "not a phone number; left out",
    "address-of-another": "this email address belongs to another person",
    "address-in-row": "another row has the same email address",
    "required": "the form requires an answer; fill it in, or import with --unanswered",
    "option-full": "no place is left of what is chosen; choose something else, or raise its places",
    "no-file": "files and photos are not taken from a table; add it on the page of the registration",
    "not-a-time": "write the day and the time, as 2023-05-22 09:30",
    "time-does-not-exist": "the clocks skip this time on that day; check it",
    "ends-before-start": "the departure is not after the arrival; correct one of them",
    "not-asked": "this registration type does not ask this; kept as a note",
    "not-yes-or-no": "neither yes nor no",
    "not-a-number": "not a number",
    "not-a-phone": "not a phone number",
    "phone-without-country-code": "write the phone number with its country code, as +86 10 1234 5678",
    "too-small": "too small",
    "too-large": "too large",
    "out-of-years": "not a date that can be reckoned with",
}


class TablePlace(NamedTuple):
    """Where the table stands in its file and what columns mean, where the automatic choice is overridden."""

    sheet: str = ""
    heading_row: int | None = None
    columns: tuple[str, ...] = ()


sheet_option = click.option("--sheet", metavar="NAME", default="", help="The sheet to read.")
heading_row_option = click.option(
    "--heading-row", type=click.IntRange(min=1), metavar="N", help="The row with the headings."
)


def _of_table(command: Callable[..., None]) -> Callable[..., None]:
    """Options of each command that reads a table; the command gets them as `place`."""

    @functools.wraps(command)
    def run(*args: Any, sheet: str, heading_row: int | None, columns: tuple[str, ...], **options: Any) -> None:
        command(*args, place=TablePlace(sheet, heading_row, columns), **options)

    options = (
        sheet_option,
        heading_row_option,
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="HEADING=FIELD",
            help="What a column means; empty to ignore it.",
        ),
    )
    for option in options:
        run = option(run)
    return run


@click.group("import")
def import_() -> None:
    """Bring what stands in tables."""
    load_readings()


@click.group("export")
def export() -> None:
    """Take things out into tables."""


_CELL = re.compile(r"(?P<row>[0-9]{1,7}):(?P<heading>[^=]+)=(?P<text>.*)", re.DOTALL)
_cells = click.option(
    "--cell",
    "cells",
    metavar="ROW:HEADING=TEXT",
    multiple=True,
    help='Correct a cell before it is read, as 12:Name="Chan, Tai Man". May be repeated.',
)


def _corrections(sent: Iterable[str], table: Table) -> Cells:
    cells: Cells = {}
    for one in sent:
        found = _CELL.fullmatch(one)
        if found is None:
            raise click.ClickException(f"--cell {one}: write ROW:HEADING=TEXT")
        cells.setdefault(str(int(found["row"])), {})[found["heading"]] = found["text"]
    faults = cell_faults(cells, table.rows, table.headings)
    if faults:
        raise click.ClickException(f"--cell: {', '.join(f'{name} {code}' for name, code in faults.items())}")
    return cells


def _import(
    kind: ImportKind,
    file: Path,
    *,
    place: TablePlace,
    dry_run: bool,
    cells: Sequence[str] = (),
    edition_id: int = 0,
    **settings: object,
) -> None:
    """Nothing is saved while a row has faults; rows that look like someone who is there are told and left out."""
    table = _read(kind, file, place)
    table = replace(table, rows=tuple(corrected(table.rows, _corrections(cells, table))))
    mapping = _mapping(kind, edition_id, table, place)
    # Never saved: it only says how the file is read.
    run = ImportRun(
        edition_id=edition_id,
        kind=kind,
        mapping=mapping,
        chosen=[],
        joined=[],
        settings=settings,
        total=len(table.rows),
    )
    lines = TABLE_IMPORTERS[kind].plan(reading(), run, table.rows, None)
    _tell(table, mapping, lines)
    if kind is ImportKind.REGISTRATIONS and (unasked := without_column(lines, run)):
        asked = ", ".join(pick(one.label, "en") for one in unasked)
        click.echo(f"no column answers what the form requires: {asked}; they are found by the filter missing=answer")
    if any(line.state is State.FAULTY for line in lines):
        raise click.ClickException(f"nothing was saved: mend {_mended_first(table, lines)}")
    if not dry_run:
        _take(run, table)


def _read(kind: ImportKind, file: Path, place: TablePlace) -> Table:
    try:
        content = read_limited(file)
        return read_table(content, sheet=place.sheet, heading_row=place.heading_row, count_known=count_known(kind))
    except OSError as error:
        raise click.FileError(str(file), error.strerror or str(error)) from error
    except UnreadableTable as refusal:
        among = f" ({', '.join(refusal.details['among'])})" if refusal.details.get("among") else ""
        words = imports_words.unreadable(**refusal.details)
        raise click.ClickException(f"{file} cannot be read: {words}{among}") from refusal


def _mapping(kind: ImportKind, edition_id: int, table: Table, place: TablePlace) -> dict[str, str]:
    """What the columns mean: as their headings suggest, but for those named by --column."""
    mapping = IMPORTERS[kind].guess(reading(), edition_id, table.headings)
    fields = IMPORTERS[kind].fields(reading(), edition_id)
    for one in place.columns:
        heading, _equals, meant = (part.strip() for part in one.rpartition("="))
        if heading not in mapping:
            raise click.UsageError(f"there is no column {heading}; there are {', '.join(table.headings)}")
        if meant and meant not in fields:
            raise click.UsageError(f"a column cannot mean {meant}; it can mean {', '.join(fields)}")
        mapping = {name: "" if meant and is_meant == meant else is_meant for name, is_meant in mapping.items()}
        mapping[heading] = meant
    return mapping


def _mended_first(table: Table, lines: list[Line]) -> str:
    """The first faults in one line; all of them are told above it."""
    faults = [
        _at(table, line, fault.heading, _fault_words(fault))
        for line in lines
        if line.state is State.FAULTY
        for fault in line.faults
    ]
    more = f"; and {len(faults) - TOLD_AT_ONCE} more" if len(faults) > TOLD_AT_ONCE else ""
    return "; ".join(faults[:TOLD_AT_ONCE]) + more


def _fault_words(fault: RowFault) -> str:
    among = f" ({', '.join(fault.among)})" if fault.among else ""
    return FAULTS.get(fault.code, fault.code) + among


def _at(table: Table, line: Line, heading: str, words: str) -> str:
    sheet = f"sheet {table.sheet}, " if sum(one.rows > 0 for one in table.sheets) > 1 else ""
    return f"{sheet}row {f'{line.number} {heading}'.strip()}: {words}"


def echo_place(table: Table) -> None:
    """Where the table stands in its file."""
    if table.sheet:
        names = (f"{one.name}{' (hidden)' if one.is_hidden else ''}: {one.rows} rows" for one in table.sheets)
        click.echo(f"sheet: {table.sheet} (sheets in the file: {'; '.join(names)})")
        for cell in next((one.left_out for one in table.sheets if one.name == table.sheet), ()):
            click.echo(f"cell {cell}: far from the list, left out")
    click.echo(f"heading row: {table.heading_row}")


def _tell(table: Table, mapping: dict[str, str], lines: list[Line]) -> None:
    echo_place(table)
    click.echo(f"columns: {'; '.join(f'{heading} = {meant}' for heading, meant in mapping.items() if meant)}")
    unknown = [heading for heading, meant in mapping.items() if not meant]
    if unknown:
        click.echo(f"columns not used: {', '.join(unknown)}")
    for line in lines:
        if line.state is State.SKIPPED:
            click.echo(f"row {line.number}: skipped, it is about the list ({line.name})")
        for fault in line.faults:
            click.echo(_at(table, line, fault.heading, _fault_words(fault)))
        for notice in line.notices:
            click.echo(_at(table, line, notice.heading, f"note: {_fault_words(notice)}"))
        if line.alike and (line.state is State.DOUBLE or line.faults):
            like = f"no. {line.alike.id}" if line.alike.id else f"row {line.alike.row}"
            click.echo(f"row {line.number}: {line.name} may be {like} ({line.alike.reason}): not imported")
        if line.alike and line.state is State.MORE:
            more = ", ".join(line.more)
            click.echo(f"row {line.number}: {line.name} is no. {line.alike.id}; only the row has {more}: not imported")
    counted = {state: sum(line.state is state for line in lines) for state in State}
    shown = [(state, count) for state, count in counted.items() if count or state not in _TOLD_IF_ANY]
    states = ", ".join(f"{count} {state.value}" for state, count in shown)
    click.echo(f"{len(table.rows)} rows read ({table.read_as}): {states}")


def _take(run: ImportRun, table: Table) -> None:
    """In transactions of few rows. An import that is interrupted can be run again: it finds what it has added."""
    taking, notice = _RowsToTake(run, table), OutageNotice()
    with progress_bar(run.total, run.kind.value) as progress:
        while taking.done < run.total:
            progress.update(wait_out(taking.take_some, notice))
    click.echo(f"{taking.added} added")


class _RowsToTake:
    """The rows of a table: how many are `done`, and how many of these were `added`."""

    def __init__(self, run: ImportRun, table: Table) -> None:
        self.run, self.file = run, Brought(table.headings, table.rows, table.read_as)
        self.pace = Pace()
        self.planned: PlannedRows | None = None
        self.done = self.added = 0

    def take_some(self) -> int:
        """Take the next rows in one transaction, and return how many: none if others wrote since they were compared.
        While others keep writing, one row is compared under the write lock.
        """
        # After an error the rows are compared again: what they came to may be rolled back.
        planned, self.planned = self.planned, None
        if planned is None and not self.pace.must_lock:
            last = min(self.done + self.pace.compared, self.run.total)
            planned = plan_between(reading(), self.run, self.file, self.done, last, actor=COMMAND)
        try:
            planned, count = self._take_planned(planned)
        except PlanIsStale:
            self.pace.note_stale()
            sleep(PAUSE)
            return 0
        self.done += count
        if self.done < planned.end:
            self.planned = planned
        else:
            self.pace.note_fresh()
        return count

    def _take_planned(self, planned: PlannedRows | None) -> tuple[PlannedRows, int]:
        with transaction_without_gc() as db:
            began = monotonic()
            if planned is None:
                planned = plan_between(db, self.run, self.file, self.done, self.done + 1, actor=COMMAND, is_locked=True)
            last = min(self.done + self.pace.taken, planned.end)
            added = take_planned(db, self.run, planned, self.done, last, actor=COMMAND, now=clock.now())
        self.pace.note_lock(monotonic() - began)
        self.pace.note_taken()
        self.added += added
        return planned, last - self.done


def _export(kind: ImportKind, output: Path) -> None:
    db = reading()
    if kind is ImportKind.ORGANIZATIONS:
        columns = spreadsheets_export.ORGANIZATION_COLUMNS
        rows = spreadsheets_export.organization_rows(db, columns)
    else:
        columns = spreadsheets_export.person_columns(contacts=True)
        rows = spreadsheets_export.person_rows(db, columns, contact_scope=None)
    columns, kept = spreadsheets_export.in_use(columns, list(rows))
    write_table(output, spreadsheets_export.headings(columns), kept)


def write_table(output: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    write = write_xlsx if output.suffix.lower() == ".xlsx" else write_csv
    try:
        output.write_bytes(write(headings, rows))
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error


def counted_sessions(count: int) -> str:
    return f"{count} session" if count == 1 else f"{count} sessions"


def edition_named(slug: str) -> int:
    try:
        return get_edition(reading(), slug).id
    except NotFound as refusal:
        raise click.ClickException(f"there is no edition {slug}") from refusal


@import_.command("people")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@_cells
@_of_table
def import_people(file: Path, *, place: TablePlace, dry_run: bool, cells: Sequence[str]) -> None:
    """Add the people of FILE, an XLSX, XLSM, XLS, ODS, CSV or TSV table, who are not there yet."""
    _import(ImportKind.PEOPLE, file, place=place, dry_run=dry_run, cells=cells)


@import_.command("organizations")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@_cells
@_of_table
def import_organizations(file: Path, *, place: TablePlace, dry_run: bool, cells: Sequence[str]) -> None:
    """Add the organizations of FILE, an XLSX, XLSM, XLS, ODS, CSV or TSV table, that are not there yet."""
    _import(ImportKind.ORGANIZATIONS, file, place=place, dry_run=dry_run, cells=cells)


_OF_REGISTRATIONS = (
    click.argument("edition"),
    click.argument("file", type=click.Path(dir_okay=False, path_type=Path)),
    click.option("--type", "type", metavar="CODE", default="", help="The registration type of rows that name none."),
    click.option("--waitlist", is_flag=True, help="When full, new registrants join the waitlist."),
    click.option("--unanswered", is_flag=True, help="Import people even if required answers are missing."),
    click.option("--notify", is_flag=True, help="Mail them their confirmation, as if they had sent the form."),
    click.option("--dry-run", is_flag=True, help="Only tell what would happen."),
    _cells,
    _of_table,
)


def _of_registrations(command: Callable[..., None]) -> Callable[..., None]:
    for one in reversed(_OF_REGISTRATIONS):
        command = one(command)
    return command


@import_.command("registrations")
@_of_registrations
def import_registrations(edition: str, file: Path, *, dry_run: bool, **settings: Any) -> None:
    """Register the people of FILE, an XLSX, XLSM, XLS, ODS, CSV or TSV table, in EDITION.

    Nobody is mailed without --notify.
    """
    edition_id = edition_named(edition)
    _refuse_unknown_type(edition_id, settings["type"])
    _import(ImportKind.REGISTRATIONS, file, dry_run=dry_run, edition_id=edition_id, **settings)


@import_.command("roster")
@_of_registrations
@click.option("--delegation", metavar="CODE", required=True, help="The delegation whose list it is.")
def import_roster(edition: str, file: Path, *, delegation: str, dry_run: bool, **settings: Any) -> None:
    """Register the people of FILE, the list of a delegation of EDITION, as its members. A row may name a part of it.

    Whoever is registered already and in no delegation joins it. Rows that name no registration type are of --type, or
    else of the one that most members have, of "delegate", or of the only one there is.
    """
    edition_id = edition_named(edition)
    codes = [code for code, _name in delegation_names(reading(), edition_id)]
    if delegation not in codes:
        raise click.ClickException(f"no delegation {delegation}; there are {', '.join(codes)}")
    _refuse_unknown_type(edition_id, settings["type"])
    said = {**settings, "type": settings["type"] or type_of_list(reading(), edition_id, delegation)}
    _import(ImportKind.REGISTRATIONS, file, dry_run=dry_run, edition_id=edition_id, delegation=delegation, **said)


def _refuse_unknown_type(edition_id: int, code: str) -> None:
    codes = [form.code for form in forms_of(reading(), edition_id)]
    if code and code not in codes:
        raise click.ClickException(f"no registration type {code}; there are {', '.join(codes)}")


@export.command("people")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
def export_people(output: Path) -> None:
    """Everyone with their main post, as XLSX or CSV by the file's name."""
    _export(ImportKind.PEOPLE, output)


@export.command("organizations")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
def export_organizations(output: Path) -> None:
    """All organizations, as XLSX or CSV by the file's name."""
    _export(ImportKind.ORGANIZATIONS, output)
