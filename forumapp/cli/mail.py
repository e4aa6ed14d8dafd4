"""`forumapp mail ...`"""

from __future__ import annotations

import click

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.mail import suppressing
from forumapp.domain.mail.models import Suppressed


@click.group()
def mail() -> None:
    """Addresses that take no mail."""


@mail.command()
@click.argument("address")
def stop(address: str) -> None:
    """Send nothing to ADDRESS any more, as when mail comes back from it."""
    with transaction() as db:
        suppressing.suppress(db, suppressing.key_of(address), Suppressed.MARKED, now=clock.now())
    click.echo("nothing is sent to it any more")


@mail.command()
@click.argument("address")
def clear(address: str) -> None:
    """Send to ADDRESS again."""
    with transaction() as db:
        was = suppressing.clear(db, suppressing.key_of(address))
    click.echo("it gets mail again" if was else "it was not stopped")
