"""`forumapp ...` and `python -m forumapp ...`: exit status 0 done, 1 refused with one line on stderr, 2 wrong usage."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from forumapp.app import create_app
from forumapp.cli import cli, reasons
from forumapp.core.config import ConfigError
from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.errors import Refusal
from forumapp.core.files.private_files import load_privately
from forumapp.core.paths import ROOT


def main() -> None:
    gc.freeze()  # looking through all modules once more when Python ends takes half as long as loading them
    try:
        cli(prog_name="forumapp", obj=lambda: create_app(load_privately(ROOT)))
    except Refusal as refusal:
        stop(reasons.of_refusal(refusal))
    except ConfigError as error:
        stop(str(error))
    except DBAPIError as error:
        stop(reasons.of_database(error))
    except GateStaysClosed:
        stop(f"{reasons.BUSY}; try again later")


def stop(reason: str) -> NoReturn:
    click.echo(reason, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
