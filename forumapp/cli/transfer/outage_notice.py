"""Imports from the console wait while the database is busy or away, or the disk is full, however long that takes."""

from __future__ import annotations

import sys
from typing import Any

import click

from forumapp.cli.reasons import of_outage
from forumapp.core.database.transactions import reading


class OutageNotice:
    """Says once on standard error that an import waits. Called with the error of each try that failed."""

    def __init__(self) -> None:
        self.is_shown = False

    def __call__(self, error: Exception) -> None:
        reading().rollback()  # a connection that was lost ends what was read over it
        if not self.is_shown:
            below_bar = "\n" if sys.stderr.isatty() else ""
            click.echo(f"{below_bar}{of_outage(error)}; the import waits and goes on by itself", err=True)
        self.is_shown = True


def progress_bar(length: int, label: str) -> Any:
    """On standard error, where somebody looks at it."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
