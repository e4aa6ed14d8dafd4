"""What badges are printed on, and the pages by which a printer is set right for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.core.errors import NotFound
from forumapp.domain.printing.stocks import STOCKS
from forumapp.schemas.fields import Part, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page

STOCK_LIST = "/badge-stocks"

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
    sheet = Part(LabelSheetSchema, allow_none=True, metadata={"description": "null where each badge has its own page."})


@blueprint.lists(STOCK_LIST, BadgeStockSchema)
def list_badge_stocks(_call: Call, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """Everything that badges can be printed on."""
    return page_from([asdict(stock) for stock in STOCKS.values()], query)


@blueprint.downloads(f"{STOCK_LIST}/<slug:stock>/calibration.pdf", "application/pdf")
def read_calibration_page(_call: Call, stock: str) -> tuple[bytes, str]:
    """The labels of a sheet as lines, with rulers, to be held against a sheet of them."""
    from forumapp.domain.printing.calibration import calibration_page  # with the typesetter, which few requests need

    found = STOCKS.get(stock)
    if found is None or found.sheet is None:
        raise NotFound(entity="badge_stock", named=stock)
    folder = current_app.extensions["forumapp.config"].data_dir / "fonts"
    return calibration_page(found, folder), f"{stock}-calibration.pdf"
