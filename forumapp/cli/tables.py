"""`forumapp import ...` and `forumapp export ...`: people and organizations in tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forumapp.core import clock
from forumapp.core.tables import UnreadableTable, read_table, write_csv, write_xlsx
from forumapp.core.transactions import reading, transaction
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.importing.services import BATCH, IMPORTERS
from forumapp.domain.people import exporting
from forumapp.domain.people.imports import State
from forumapp.domain.people.rows import guess

if TYPE_CHECKING:
    from forumapp.core.tables import Table
    from forumapp.domain.people.imports import Line

COMMAND = Actor(None, Via.COMMAND)
FAULTS = {
    "no-name": "nobody is named",
    "too-many-cells": "more cells than headings",
    "not-plain": "characters that nobody sees",
    "too-long": "too long",
    "not-an-address": "not one mail address",
    "not-an-option": "not a word that is known",
    "not-a-region": "not the two letters of a country or region",
}


@click.group("import")
def import_() -> None:
    """Bring what stands in tables."""


@click.group("export")
def export() -> None:
    """Take things out into tables."""


def _import(kind: ImportKind, file: Path, *, dry_run: bool) -> None:
    """Nothing is saved while a row has faults; rows that look like someone who is there are told and left out."""
    try:
        table = read_table(file.read_bytes())
    except OSError as error:
        raise click.FileError(str(file), error.strerror or str(error)) from error
    except UnreadableTable as refusal:
        raise click.ClickException(f"{file}: no table that can be read ({refusal.details['why']})") from refusal
    mapping = guess(table.headings, IMPORTERS[kind].headings)
    lines = _plan(kind, table, mapping)
    _tell(table, mapping, lines)
    if any(line.state is State.FAULTY for line in lines):
        raise click.ClickException("nothing was saved: mend these rows first")
    if not dry_run:
        _take(kind, table, mapping)


def _plan(kind: ImportKind, table: Table, mapping: dict[str, str]) -> list[Line]:
    importer = IMPORTERS[kind]
    return importer.plan(reading(), [importer.read(row, mapping) for row in table.rows], None)


def _tell(table: Table, mapping: dict[str, str], lines: list[Line]) -> None:
    unknown = [heading for heading, meant in mapping.items() if not meant]
    if unknown:
        click.echo(f"left out: {', '.join(unknown)}")
    for line in lines:
        for fault in line.faults:
            where = f"{line.number} {fault.heading}".strip()
            click.echo(f"row {where}: {FAULTS.get(fault.code, fault.code)}")
        if line.state is State.DOUBLE and line.alike:
            like = f"no. {line.alike.id}" if line.alike.id else f"row {line.alike.row}"
            click.echo(f"row {line.number}: {line.name} looks like {like} ({line.alike.reason}), left out")
    counted = {state: sum(line.state is state for line in lines) for state in State}
    told = ", ".join(f"{count} {state.value}" for state, count in counted.items())
    click.echo(f"{len(table.rows)} rows read as {table.read_as}: {told}")


def _take(kind: ImportKind, table: Table, mapping: dict[str, str]) -> None:
    """A batch a transaction; what is interrupted is run again, and finds what it has added."""
    importer, added = IMPORTERS[kind], 0
    with click.progressbar(range(0, len(table.rows), BATCH), label=kind.value) as starts:
        for start in starts:
            numbers = {row.number for row in table.rows[start : start + BATCH]}
            with transaction() as db:
                lines = importer.plan(db, [importer.read(row, mapping) for row in table.rows], None)
                new = [line.draft for line in lines if line.state is State.NEW and line.number in numbers]
                importer.add(db, new, actor=COMMAND, now=clock.now())
            added += len(new)
    click.echo(f"{added} added")


def _export(kind: ImportKind, output: Path) -> None:
    db = reading()
    if kind is ImportKind.ORGANIZATIONS:
        columns = exporting.ORGANIZATION_COLUMNS
        rows = exporting.organization_rows(db, columns)
    else:
        columns = exporting.person_columns(contacts=True)
        rows = exporting.person_rows(db, columns, told=None)
    write = write_xlsx if output.suffix.lower() == ".xlsx" else write_csv
    try:
        output.write_bytes(write(exporting.headings(columns), rows))
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error


@import_.command("people")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
def import_people(file: Path, *, dry_run: bool) -> None:
    """Add the people of FILE, a CSV or XLSX table, who are not there yet."""
    _import(ImportKind.PEOPLE, file, dry_run=dry_run)


@import_.command("organizations")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
def import_organizations(file: Path, *, dry_run: bool) -> None:
    """Add the organizations of FILE, a CSV or XLSX table, that are not there yet."""
    _import(ImportKind.ORGANIZATIONS, file, dry_run=dry_run)


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
