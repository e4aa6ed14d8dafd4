"""`forumapp calibration`: by which a printer is set right for a stock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.printing.badges.calibration import calibration_page
from forumapp.domain.printing.custom_stocks import with_geometry
from forumapp.domain.printing.paper.sheet_layout import Flip
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.rules import chosen_stock, options_from, placing_for

if TYPE_CHECKING:
    from forumapp.core.config import Config


@click.command()
@click.argument("stock")
@click.option("--edition", metavar="SLUG", help="Whose own stock or printer it is.")
@click.option("--printer", metavar="CODE", help="The edition's printer, whose offset is taken where none is said.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--offset-x", type=float, metavar="MM", help="How far to the right it is moved.")
@click.option("--offset-y", type=float, metavar="MM", help="How far down.")
@click.option("--flip", type=click.Choice([one.value for one in Flip]), help="About which edge the printer turns.")
@click.pass_obj
def calibration(config: Config, /, stock: str, edition: str | None, output: Path, **placed: float | str | None) -> None:
    """Print the labels of STOCK as lines, to be held against a sheet of them."""
    values: dict[str, Any] = {"stock": stock, **placed}
    if edition is not None:
        values = with_geometry(reading(), get_edition(reading(), edition).id, values)
    elif placed["printer"] is not None:
        raise click.UsageError("a printer is of an --edition")
    try:
        options = options_from(values)
        stock_found = chosen_stock(options)
    except Invalid as refusal:
        if "stock" not in refusal.fields:
            raise
        stock_found = None
    if stock_found is None or stock_found.sheet is None:
        known = ", ".join(sorted(name for name, one in STOCKS.items() if one.sheet))
        raise click.UsageError(f"there is no stock {stock} with sheets; these stand ready: {known}")
    pdf = calibration_page(stock_found, config.data_dir / "fonts", placing_for(options))
    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error
    click.echo(str(output))
