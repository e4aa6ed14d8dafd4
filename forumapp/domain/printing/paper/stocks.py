"""The stocks that badges are printed on. Pure. Lengths are millimetres.

Sheet geometry is that of the makers, as label programs publish it. A design is printed on every stock whose labels are
of its size; labels of a size that no ready design has take the nearest one, made as large as they are. An edition may
have stocks of its own (`own_stocks`), which are checked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

A4, A4_LYING, LETTER = (210.0, 297.0), (297.0, 210.0), (215.9, 279.4)
NEAR = 0.02  # makers round
BEYOND, OVER = "beyond-the-page", "over-the-next"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Several badges on one page: `columns` x `rows` from the first one's `left` and `top`, `pitch` apart."""

    page_width: float
    page_height: float
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def places(self) -> int:
        return self.columns * self.rows


@dataclass(frozen=True, slots=True)
class Stock:
    """With a `sheet` several badges share a page, without one each has its own. `radius` is that of a label's corners:
    it is drawn where labels are shown, and cuts nothing.
    """

    name: str
    width: float
    height: float
    sheet: Sheet | None = None
    radius: float = 0


def _sheet(
    name: str,
    page: tuple[float, float],
    label: tuple[float, float],
    grid: tuple[int, int],
    at: tuple[float, float, float, float],
    *,
    radius: float = 0,
) -> Stock:
    """`at` is where the first label begins, and how far it is to the next ones."""
    return Stock(name, *label, Sheet(*page, *grid, *at), radius)


_ALL = (
    Stock("a6", 105, 148),
    Stock("a6-landscape", 148, 105),
    Stock("a7", 74, 105),
    Stock("a7-landscape", 105, 74),
    Stock("cr80", 85.6, 54),
    Stock("cr80-portrait", 54, 85.6),
    Stock("86x54", 86, 54),
    Stock("86x54-portrait", 54, 86),
    Stock("us-4x3", 101.6, 76.2),
    Stock("us-3x4", 76.2, 101.6),
    # Plain paper, to be cut: what an A4 is longer than four A6 stands above and below.
    _sheet("a6-on-a4", A4, (105, 148), (2, 2), (0, 0.5, 105, 148)),
    _sheet("a6-landscape-on-a4", A4_LYING, (148, 105), (2, 2), (0.5, 0, 148, 105)),
    _sheet("a7-on-a4", A4_LYING, (74, 105), (4, 2), (0.5, 0, 74, 105)),
    _sheet("a7-landscape-on-a4", A4, (105, 74), (2, 4), (0, 0.5, 105, 74)),
    # Labels and cards of the makers.
    _sheet("avery-l4784", A4, (63.5, 29.6), (3, 9), (7.15, 15.3, 66.1, 29.6)),
    # Another source begins at 18, 13: that would not be in the middle of the sheet. A printer's offset mends it.
    _sheet("avery-l4785", A4, (80, 50), (2, 5), (17.5, 13.5, 95, 55)),
    _sheet("herma-4412", A4, (80, 50), (2, 5), (17.5, 13.5, 95, 55)),
    _sheet("herma-4515", A4, (88.9, 33.87), (2, 8), (12.29, 13.03, 96.52, 33.87)),
    _sheet("herma-9012", A4, (90, 60), (2, 4), (10, 28.5, 100, 60)),
    # A millimeter left of the middle, as it is published.
    _sheet("herma-9642", A4, (40, 40), (4, 6), (15, 13.5, 46, 46)),
    # Not in the middle: twelve above and fifteen below.
    _sheet("durable-1445-02", A4, (90, 54), (2, 5), (15, 12, 90, 54)),
    _sheet("durable-1453-02", A4, (75, 40), (2, 6), (30, 28.5, 75, 40)),
    _sheet("durable-8334-02", A4, (75, 40), (2, 6), (30, 28.5, 75, 40)),
    _sheet("durable-1456-02", A4, (90, 60), (2, 4), (15, 28.5, 90, 60)),
    _sheet("lyreco-143344", A4, (70, 36), (3, 8), (0, 4.5, 70, 36)),
    _sheet("avery-74459", LETTER, (101.6, 76.2), (2, 3), (6.35, 25.4, 101.6, 76.2)),
    _sheet("avery-74541", LETTER, (101.6, 76.2), (2, 3), (6.35, 25.4, 101.6, 76.2)),
    _sheet("avery-5395", LETTER, (85.72, 59.27), (2, 4), (17.46, 14.82, 95.25, 63.5), radius=4.76),
    _sheet("avery-5371", LETTER, (88.9, 50.8), (2, 5), (19.05, 12.7, 88.9, 50.8)),
    # Tents: the face below the fold, above which its other half stands.
    _sheet("avery-5305", LETTER, (215.9, 63.5), (1, 2), (0, 76.2, 215.9, 127)),
)
STOCKS: dict[str, Stock] = {stock.name: stock for stock in _ALL}


def stock_from(plain: Mapping[str, Any]) -> Stock:
    """One that was kept as plain values, as by a print job."""
    sheet = plain.get("sheet")
    return Stock(**{**plain, "sheet": Sheet(**sheet) if sheet else None})


def outside(stock: Stock) -> bool:
    """Whether a place of the sheet reaches beyond its page."""
    return BEYOND in sheet_faults(stock).values()


def overlapping(stock: Stock) -> bool:
    """Whether two places of the sheet would lie over each other."""
    return OVER in sheet_faults(stock).values()


def sheet_faults(stock: Stock) -> dict[str, str]:
    """What is wrong with how places lie on their page, by the measure that is to be mended."""
    sheet = stock.sheet
    if sheet is None:
        return {}
    across = ("left", "width", "pitch_x", sheet.left, stock.width, sheet.columns, sheet.pitch_x, sheet.page_width)
    down = ("top", "height", "pitch_y", sheet.top, stock.height, sheet.rows, sheet.pitch_y, sheet.page_height)
    faults: dict[str, str] = {}
    for start, size, pitch, at, long, count, step, page in (across, down):
        if at < 0:
            faults[start] = BEYOND
        elif at + long > page + NEAR:
            faults[size] = BEYOND
        elif count > 1 and step < long - NEAR:
            faults[pitch] = OVER
        elif at + (count - 1) * step + long > page + NEAR:
            faults[pitch] = BEYOND
    return faults
