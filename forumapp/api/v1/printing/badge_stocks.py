"""What badges are printed on, the makers' and an edition's own, and the pages by which printers are set right."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, Slug, page_from
from forumapp.core.errors import NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing import custom_stocks
from forumapp.domain.printing.paper.sheet_layout import LARGEST_OFFSET, USUAL
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.previews.previews import Drawn
from forumapp.schemas.fields import Bilingual, Numeral, Part, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.printing.models import BadgeStock, Printer
    from forumapp.domain.printing.paper.stocks import Stock

STOCK_LIST = "/badge-stocks"
OWN_STOCKS = "/editions/<slug:edition>/badge-stocks"
OWN_STOCK = f"{OWN_STOCKS}/<id:stock_id>"
PRINTERS = "/editions/<slug:edition>/badge-printers"
PRINTER = f"{PRINTERS}/<id:printer_id>"
LONGEST, MOST_LABELS = 700, 40

blueprint = ApiBlueprint("Badge stocks", __name__, description="What badges are printed on, in millimetres.")


class LabelSheetSchema(Shape):
    """The labels of a page, from the first one's left and top."""

    page_width = ma.fields.Float(required=True)
    page_height = ma.fields.Float(required=True)
    columns = WholeNumber(required=True)
    rows = WholeNumber(required=True)
    left = ma.fields.Float(required=True)
    top = ma.fields.Float(required=True)
    pitch_x = ma.fields.Float(required=True)
    pitch_y = ma.fields.Float(required=True)


class BadgeStockSchema(Shape):
    name = ma.fields.String(required=True)
    width = ma.fields.Float(required=True, metadata={"description": "Of a label, as of the designs it takes."})
    height = ma.fields.Float(required=True)
    radius = ma.fields.Float(metadata={"description": "Of a label's corners."})
    sheet = Part(LabelSheetSchema, allow_none=True, metadata={"description": "null where each badge has its own page."})


class NewOwnStockSchema(Shape):
    """In millimetres. One label that is the whole page has no sheet."""

    code = Slug(metadata={"description": "By which prints name it. Left out, it is made of the name."})
    name = Bilingual(needed=True)
    page_width = Numeral(most=LONGEST, required=True)
    page_height = Numeral(most=LONGEST, required=True)
    width = Numeral(most=LONGEST, required=True)
    height = Numeral(most=LONGEST, required=True)
    columns = WholeNumber(least=1, most=MOST_LABELS, required=True)
    rows = WholeNumber(least=1, most=MOST_LABELS, required=True)
    left = Numeral(most=LONGEST, metadata={"description": "Left out, the labels lie in the middle of the page."})
    top = Numeral(most=LONGEST, metadata={"description": "The same."})
    pitch_x = Numeral(most=LONGEST, metadata={"description": "From a label to the next one; left out, they touch."})
    pitch_y = Numeral(most=LONGEST, metadata={"description": "The same, down."})
    radius = Numeral(most=LONGEST, metadata={"description": "Of a label's corners."})


class OwnStockSchema(KeptSchema, NewOwnStockSchema):
    pass


class NewPrinterSchema(Shape):
    code = Slug(metadata={"description": "By which prints name it. Left out, it is made of the name."})
    name = Bilingual(needed=True)
    offset_x = Numeral(
        most=LARGEST_OFFSET, metadata={"description": "mm by which badges are moved to the right on their sheets."}
    )
    offset_y = Numeral(most=LARGEST_OFFSET, metadata={"description": "mm by which they are moved down."})


class PrinterSchema(KeptSchema, NewPrinterSchema):
    pass


@blueprint.lists(STOCK_LIST, BadgeStockSchema)
def list_badge_stocks(_call: Call, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Everything that badges can be printed on, besides what editions have of their own."""
    return page_from([asdict(stock) for stock in STOCKS.values()], query)


@blueprint.downloads(f"{STOCK_LIST}/<slug:stock>/calibration.pdf", "application/pdf")
def read_calibration_page(_call: Call, stock: str) -> tuple[bytes, str]:
    """The labels of a sheet as lines, with rulers, to be held against a sheet of them."""
    return _calibration(STOCKS.get(stock), stock)


@blueprint.lists(OWN_STOCKS, OwnStockSchema, needs=Permission.SEE_EDITION)
def list_own_stocks(call: Call, query: dict[str, Any], edition: str) -> Page[BadgeStock]:
    """The edition's own stocks."""
    return custom_stocks.stocks_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])


@blueprint.creates(OWN_STOCKS, NewOwnStockSchema, OwnStockSchema, needs=Permission.EDIT_EDITION)
def create_own_stock(call: Call, values: dict[str, Any], edition: str) -> BadgeStock:
    """Add a stock by its measures."""
    return custom_stocks.create_stock(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(OWN_STOCK, OwnStockSchema, needs=Permission.SEE_EDITION)
def read_own_stock(call: Call, edition: str, stock_id: int) -> BadgeStock:
    """One of them."""
    return custom_stocks.get_stock(call.db, call.edition(edition).id, stock_id)


@blueprint.changes(OWN_STOCK, NewOwnStockSchema, OwnStockSchema, without=("code",), needs=Permission.EDIT_EDITION)
def change_own_stock(call: Call, changes: dict[str, Any], version: int, edition: str, stock_id: int) -> BadgeStock:
    """Change its measures. Prints that were asked for before keep those that they began with."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return custom_stocks.update_stock(call.db, call.edition(edition).id, stock_id, changes, **by)


@blueprint.removes(OWN_STOCK, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_own_stock(call: Call, version: int, edition: str, stock_id: int) -> Removal:
    """Take a stock away. Prints that were asked for before go on."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return custom_stocks.remove_stock(call.db, call.edition(edition).id, stock_id, **by)


@blueprint.downloads(f"{OWN_STOCK}/calibration.pdf", "application/pdf", needs=Permission.SEE_EDITION)
def read_own_calibration_page(call: Call, edition: str, stock_id: int) -> tuple[bytes, str]:
    """The same of a stock of the edition's own."""
    stock = custom_stocks.stock_of(custom_stocks.get_stock(call.db, call.edition(edition).id, stock_id))
    return _calibration(stock, stock.name)


@blueprint.lists(PRINTERS, PrinterSchema, needs=Permission.SEE_EDITION)
def list_printers(call: Call, query: dict[str, Any], edition: str) -> Page[Printer]:
    """The edition's printers, with what each of them is off."""
    return custom_stocks.printers_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])


@blueprint.creates(PRINTERS, NewPrinterSchema, PrinterSchema, needs=Permission.EDIT_EDITION)
def create_printer(call: Call, values: dict[str, Any], edition: str) -> Printer:
    """Add a printer."""
    return custom_stocks.create_printer(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(PRINTER, PrinterSchema, needs=Permission.SEE_EDITION)
def read_printer(call: Call, edition: str, printer_id: int) -> Printer:
    """One printer."""
    return custom_stocks.get_printer(call.db, call.edition(edition).id, printer_id)


@blueprint.changes(PRINTER, NewPrinterSchema, PrinterSchema, without=("code",), needs=Permission.EDIT_EDITION)
def change_printer(call: Call, changes: dict[str, Any], version: int, edition: str, printer_id: int) -> Printer:
    """Change what it is called, or what it is off."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return custom_stocks.update_printer(call.db, call.edition(edition).id, printer_id, changes, **by)


@blueprint.removes(PRINTER, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_printer(call: Call, version: int, edition: str, printer_id: int) -> Removal:
    """Take a printer away."""
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return custom_stocks.remove_printer(call.db, call.edition(edition).id, printer_id, **by)


def _calibration(stock: Stock | None, name: str) -> tuple[bytes, str]:
    if stock is None or stock.sheet is None:
        raise NotFound(entity="badge_stock", named=name)
    folder = current_app.extensions["forumapp.config"].data_dir / "fonts"
    pdf: bytes = current_app.extensions["forumapp.workshop"].run(Drawn("calibration", stock, USUAL, folder=folder))
    return pdf, f"{name}-calibration.pdf"
