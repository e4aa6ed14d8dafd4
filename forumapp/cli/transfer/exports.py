"""`forumapp export registrations`: those whom filters choose, as the list's address says them; `export agenda`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forumapp.cli.transfer.tables import COMMAND, counted_sessions, edition_named, export, write_table
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import access_to
from forumapp.domain.agenda.formats.writer import WITH_ANSWERS, WITHOUT_STATES, WRITTEN, written
from forumapp.domain.agenda.publishing.publication import latest_publication, left_out
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.lists.filters import FILTERS, Filters, filters_in
from forumapp.domain.registration.spreadsheets.export import columns_of, take_out

if TYPE_CHECKING:
    from forumapp.core.config import Config


@export.command("registrations")
@click.argument("edition")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--filter", "words", multiple=True, metavar="NAME=WORD", help="As the list's address says it.")
@click.option("--column", "columns", multiple=True, metavar="NAME", help="Only these, e.g. email or answer.diet.")
def export_registrations(edition: str, output: Path, words: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """The registrations of EDITION with what they answered, as XLSX or CSV by the file's name.

    --filter status=confirmed --filter missing=diet takes those out who are confirmed and did not answer.
    """
    edition_id, filters = edition_named(edition), _filters(words)
    with transaction() as db:
        known = [one.name for one in columns_of(db, edition_id, access_to(db, edition_id, actor=COMMAND))]
        if unknown := set(columns) - set(known):
            raise click.ClickException(f"no column {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        headings, rows = take_out(db, edition_id, filters, columns, actor=COMMAND, now=clock.now())
    write_table(output, headings, rows)
    click.echo(f"{len(rows)} registrations")


def _filters(words: tuple[str, ...]) -> Filters:
    given: dict[str, list[str]] = {}
    for word in words:
        name, _equals, value = word.partition("=")
        if name not in FILTERS:
            raise click.ClickException(f"no filter {name}; there are {', '.join(FILTERS)}")
        given.setdefault(name, []).append(value)
    filters = filters_in(given)
    said = filters.words
    unread = {name: set(values) - set(said.get(name, ())) for name, values in given.items()}
    if wrong := [f"{name}={value}" for name, values in unread.items() for value in sorted(values)]:
        raise click.ClickException(f"no word that filters: {', '.join(wrong)}")
    return filters


@export.command("agenda")
@click.argument("edition")
@click.option("--format", "form", type=click.Choice(WRITTEN), help="Or as FILE's name ends: .ics, .csv, .xlsx, .json.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of formats that know one only; else the edition's first."
)
@click.option("--all-parts", is_flag=True, help="Also parts that are not confirmed or not public: not to be published.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.pass_obj
def export_agenda(
    config: Config, edition: str, form: str | None, language: str | None, output: Path, *, all_parts: bool
) -> None:
    """The agenda of EDITION as it was published last, and how much of it the file leaves out."""
    form = form or output.suffix.lower().removeprefix(".")
    if form not in WRITTEN:
        raise click.UsageError(f"name the format by --format: {', '.join(WRITTEN)}")
    edition_named(edition)
    found = get_edition(reading(), edition)
    try:
        publication = latest_publication(reading(), found, config.base_url, is_whole=all_parts)
    except NotFound as refusal:
        raise click.ClickException(f"no agenda of {edition} was published yet") from refusal
    content = written(form, publication, language or found.languages[0])
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error
    _tell_left_out(found.id, form, all_parts=all_parts)


def _tell_left_out(edition_id: int, form: str, *, all_parts: bool) -> None:
    missing = left_out(reading(), edition_id)
    if missing is None:
        return
    if missing.parts and not (all_parts and form in WITH_ANSWERS):
        where = f"{form} has no place for them" if all_parts else "--all-parts keeps them in xlsx, csv and json"
        click.echo(f"not exported: {missing.parts} speaker roles that are not confirmed or not public ({where})")
    if missing.cancelled and form in WITHOUT_STATES:
        click.echo(f"not exported: {missing.cancelled} cancelled sessions, because {form} has no such status")
    if missing.untimed:
        click.echo(f"not exported: {counted_sessions(missing.untimed)} without a time")
