"""`forumapp purge` and `forumapp erase`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.people.names.spellings import load_readings
from forumapp.domain.people.records.services import name_of
from forumapp.domain.printing.jobs.erasure import delete_purged_files
from forumapp.domain.retention.erasure.services import TakesPart, WorkUnfinished, erase_person, preview_erasure
from forumapp.domain.retention.purging import what_would_go
from forumapp.domain.retention.queries import list_due
from forumapp.domain.retention.registry import purge_registry
from forumapp.domain.retention.rules import Kind
from forumapp.worker.timers.purging import NO_EDITION, purge_house

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def purge(*, dry_run: bool) -> None:
    """Take away what editions must no longer keep, as the worker does each day. Says what went."""
    now = clock.now()
    if not dry_run:
        load_readings()
    found = foreseen(now) if dry_run else purge_house(current_app, now=now)
    for slug, kind, counts in found:
        click.echo(f"{slug} {kind.value}: {', '.join(f'{count} {table}' for table, count in counts.items())}")
    if not found:
        click.echo("nothing is due")


def foreseen(now: datetime) -> list[tuple[str, Kind, dict[str, int]]]:
    db = reading()
    due = [
        (edition.slug, kind, what_would_go(db, edition.id, kind, now=now)) for edition, kind in list_due(db, now=now)
    ]
    due.append((NO_EDITION, Kind.CONTACTS, purge_registry(db, now=now, dry_run=True)))
    return [one for one in due if one[2]]


@click.command()
@click.argument("person_id", type=int)
@click.option("--yes", is_flag=True, help="Erase without asking.")
def erase(person_id: int, *, yes: bool) -> None:
    """Erase everything about one person on their request. Shows first what would go, by area."""
    actor, now = Actor(None, Via.COMMAND), clock.now()
    preview = preview_erasure(reading(), person_id, actor=actor, now=now)
    click.echo(f"person {person_id}: {name_of(preview.person).shown('en')}")
    for line in preview.lines:
        click.echo(f"{line.area.value}: {line.count} {line.outcome.value}")
    for text in preview.texts:
        click.echo(f"  {text.table} {text.row_id} {text.column}: {text.excerpt}")
    if preview.running:
        raise TakesPart(editions=[one.slug for one in preview.running])
    if preview.busy:
        raise WorkUnfinished(editions=[one.slug for one in preview.busy])
    if not yes:
        click.confirm("Erase for good?", abort=True)
    with transaction() as db:
        erase_person(db, person_id, preview=preview, mark=preview.mark, confirmed=True, actor=actor, now=now)
    delete_purged_files(reading(), current_app.extensions["forumapp.storage"])
    current_app.extensions["forumapp.previews"].clear()
    click.echo("erased")
