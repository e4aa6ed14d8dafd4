"""The console commands: `forumapp ...`, put together in forumapp/__main__.py."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

# Each command and where it stands. A module is imported when its command is called for: those that print bring
# WeasyPrint, which would cost every other command a second.
COMMANDS = {
    "calibration": "stocks.calibration",
    "check": "printing.check",
    "db": "database.db",
    "demo": "first_run.demo",
    "erase": "retention.erase",
    "export": "transfer.exports.export",
    "import": "transfer.agendas.import_",
    "init": "first_run.init",
    "issue": "letters.issue",
    "mail": "mail.mail",
    "print": "printing.print_paper",
    "purge": "retention.purge",
    "serve": "worker.serve",
    "token": "accounts.token",
    "user": "accounts.user",
    "worker": "worker.worker",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the base's)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (the base's)
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].rpartition(".")
        command: click.Command = getattr(import_module(f"forumapp.cli.{module}"), name)
        return command


@click.group(cls=Commands)
@click.pass_context
def cli(context: click.Context) -> None:
    """Registration, agenda, delegations and paper for bilingual business forums."""
    make_app: Callable[[], Flask] = context.obj
    app = make_app()
    context.obj = app.extensions["forumapp.config"]
    context.with_resource(app.app_context())
