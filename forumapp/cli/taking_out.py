"""`forumapp export registrations`: those whom filters choose, as the list's address says them."""

from __future__ import annotations

from pathlib import Path

import click

from forumapp.cli.tables import COMMAND, edition_named, export, write_table
from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.access import access_to
from forumapp.domain.registration.exporting import columns_of, take_out
from forumapp.domain.registration.filters import FILTERS, Filters, filters_in


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
