"""`forumapp ...` and `python -m forumapp ...`: exit status 0 done, 1 refused with one line on stderr, 2 wrong usage."""

from __future__ import annotations

import os
import sys

import click

from forumapp.app import create_app
from forumapp.cli import cli
from forumapp.core.config import ConfigError, load_config
from forumapp.core.errors import Refusal
from forumapp.core.paths import ROOT


def main() -> None:
    try:
        cli(prog_name="forumapp", obj=lambda: create_app(load_config(os.environ, ROOT)))
    except (Refusal, ConfigError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
