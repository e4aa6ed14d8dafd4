"""`forumapp purge`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app

from forumapp.core import clock
from forumapp.core.transactions import reading
from forumapp.domain.retention.purging import what_would_go
from forumapp.domain.retention.queries import list_due
from forumapp.worker.purging import purge_house

if TYPE_CHECKING:
    from datetime import datetime

    from forumapp.domain.retention.rules import Kind


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def purge(*, dry_run: bool) -> None:
    """Take away what editions must no longer keep, as the worker does each day. Says what went."""
    now = clock.now()
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
    return [one for one in due if one[2]]
