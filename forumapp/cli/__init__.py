"""The console commands: `forumapp ...`, put together in forumapp/__main__.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from forumapp.cli import accounts, database, first_run, printing, worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Registration, agenda, delegations and paper for bilingual business forums."""
    make_app: Callable[[], Flask] = context.obj
    app = make_app()
    context.obj = app.extensions["forumapp.config"]
    context.with_resource(app.app_context())


for _command in (
    accounts.token,
    accounts.user,
    database.db,
    first_run.demo,
    first_run.init,
    printing.check,
    printing.print_paper,
    worker.serve,
    worker.worker,
):
    cli.add_command(_command)
