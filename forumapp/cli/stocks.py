"""`forumapp calibration`: by which a printer is set right for a stock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forumapp.domain.printing.calibration import calibration_page
from forumapp.domain.printing.placing import Flip
from forumapp.domain.printing.rules import options_from, placing_for
from forumapp.domain.printing.stocks import STOCKS

if TYPE_CHECKING:
    from forumapp.core.config import Config


@click.command()
@click.argument("stock", type=click.Choice(sorted(name for name, one in STOCKS.items() if one.sheet)))
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--offset-x", type=float, metavar="MM", help="How far to the right it is moved.")
@click.option("--offset-y", type=float, metavar="MM", help="How far down.")
@click.option("--flip", type=click.Choice([one.value for one in Flip]), help="About which edge the printer turns.")
@click.pass_obj
def calibration(config: Config, /, stock: str, output: Path, **placed: float | str | None) -> None:
    """Print the labels of STOCK as lines, to be held against a sheet of them."""
    options = options_from({"stock": stock, **placed})
    pdf = calibration_page(STOCKS[stock], config.data_dir / "fonts", placing_for(options))
    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error
    click.echo(str(output))
