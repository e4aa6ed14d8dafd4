"""`forumapp init` and `forumapp demo`: from an empty machine to a first sign-in, with the sample forum or without."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import click

from forumapp.cli.database import upgrade_all
from forumapp.cli.demo.load import load
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.team import accounts
from forumapp.domain.accounts.tokens.services import create_token
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import has_editions
from forumapp.domain.people.names.spellings import load_readings

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.core.config import Config

OWNER = "organizer@forum.example"
COMMAND = Actor(None, Via.COMMAND)


@click.command()
@click.option("--empty", is_flag=True, help="Without the sample forum: the account begins the first edition itself.")
@click.pass_obj
def init(config: Config, *, empty: bool) -> None:
    """Make the tables, the organizer's account and the sample forum where they are missing. Shows the sign-in."""
    upgrade_all()
    note = config.data_dir / "organizer-sign-in.txt"
    if accounts.find_account_by_email(reading(), OWNER) is None:
        make_owner(note)
    if not empty and not has_editions(reading()):  # a forum of one's own is not joined by the sample later
        load_sample()
    if note.exists():
        click.echo(note.read_text(encoding="utf-8").rstrip())


@click.command()
def demo() -> None:
    """Load the sample forum, edition ccbf-2023, once."""
    click.echo("ccbf-2023 loaded" if load_sample() else "ccbf-2023 is there already")


def make_owner(note: Path) -> None:
    """An account that may begin editions, its one API token, and a private file that tells of both.

    The file is written before the commit: a process that dies between the two leaves no account without its password.
    """
    password = secrets.token_urlsafe(12)
    now = clock.now()
    with transaction() as db:
        account = accounts.create_account(db, email=OWNER, name="Organizer", password=password, actor=COMMAND, now=now)
        accounts.let_create_editions(db, account, creates=True, actor=COMMAND, now=now)
        token = create_token(db, account, name="first run", actor=COMMAND, now=now)
        keep_privately(note, f"Organizer sign-in: {OWNER} / {password}\nAPI token: {token}\n")


def load_sample() -> bool:
    load_readings()
    with transaction() as db:
        owner = accounts.find_account_by_email(db, OWNER)
        return load(db, owner_id=owner.id if owner else None, now=clock.now())


def keep_privately(path: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
