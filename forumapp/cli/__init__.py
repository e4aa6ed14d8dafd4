"""The console commands: `forumapp ...`. Exit status 0 done, 1 refused with one line on stderr, 2 wrong usage."""

from __future__ import annotations

import os
import sys

import click

from forumapp.app import create_app
from forumapp.cli import database, worker
from forumapp.core.config import ConfigError, load_config
from forumapp.core.errors import Refusal
from forumapp.core.paths import ROOT


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Forumapp: registration, agenda, delegations and paper for bilingual business forums."""
    context.obj = load_config(os.environ, ROOT)
    context.with_resource(create_app(context.obj).app_context())


cli.add_command(database.db)
cli.add_command(worker.serve)
cli.add_command(worker.worker)


def main() -> None:
    """Turns refusals into one line on stderr and exit status 1."""
    try:
        cli(prog_name="forumapp")
    except (Refusal, ConfigError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
