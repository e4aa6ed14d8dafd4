"""The fields of how badges lie on their stock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.core.database.transactions import reading
from forumapp.core.values.text import pick
from forumapp.domain.printing.custom_stocks import list_printers, list_stocks
from forumapp.domain.printing.paper.sheet_layout import Flip
from forumapp.web.forms.fields import Fault, Field, Flag, Number, PickCode
from forumapp.web.organizer.kit.guard import edition
from forumapp.web.wording import labels
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_LABELS = 999


@dataclass(frozen=True, kw_only=True)
class Millimetres(Field):
    """A length, with a point or a comma; nothing is none."""

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: "" if value is None else f"{value:g}"}

    def words(self, value: Any) -> str:
        return "" if value is None else f"{value:g}"

    def parse(self, raw: Mapping[str, Any]) -> float | None:
        text = super().parse(raw).replace(",", ".")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as error:
            raise Fault("not-a-measure") from error
        if not math.isfinite(number):
            raise Fault("not-a-measure")
        return number


def flips() -> list[tuple[str, Any]]:
    return [(Flip.SHORT.value, _l("Short edge"))]


def stocks() -> list[tuple[str, str]]:
    """Those of the edition first."""
    own = [(stock.code, pick(stock.name, language())) for stock in list_stocks(reading(), edition().id)]
    return [*own, *labels.STOCKS.items()]


def printers() -> list[tuple[str, str]]:
    return [(printer.code, pick(printer.name, language())) for printer in list_printers(reading(), edition().id)]


STOCK = PickCode(name="stock", label=_l("Stock"), offer=stocks, empty=_l("Default"))
PRINTER = PickCode(
    name="printer",
    label=_l("Printer"),
    offer=printers,
    empty=_l("None of these"),
    help=_l("Badges are moved on their sheets as it needs, unless you say otherwise below."),
)
ON_SHEETS: tuple[Field, ...] = (
    Number(
        name="first_label",
        label=_l("Begin at label"),
        help=_l("Of a sheet already begun, counted row by row."),
        least=1,
        most=MOST_LABELS,
    ),
    Millimetres(
        name="offset_x",
        label=_l("Move to the right (mm)"),
        help=_l("What the calibration page shows. Less than 0 moves to the left."),
    ),
    Millimetres(name="offset_y", label=_l("Move down (mm)"), help=_l("Less than 0 moves up.")),
    PickCode(name="flip", label=_l("The printer turns sheets about their"), offer=flips, empty=_l("Long edge")),
    Flag(name="guides", label=_l("With cutting guides on sheets")),
)
FOR_THE_SHOP: tuple[Field, ...] = (
    Flag(
        name="bleed",
        label=_l("With 3 mm of bleed for a print shop"),
        help=_l("Only of stocks with one badge a page."),
    ),
    Flag(name="marks", label=_l("With crop marks"), help=_l("Ask the print shop: some want none.")),
)
PLACING = (PRINTER, *ON_SHEETS, *FOR_THE_SHOP)
FOLDED = frozenset(field.name for field in PLACING)  # without what every print asks
