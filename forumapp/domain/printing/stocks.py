"""The stocks that badges are printed on. Pure. Lengths are millimetres.

Sheet geometry is that of the makers, as label programs publish it.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    """With a `sheet` several badges share a page, without one each has its own."""

    name: str
    width: float
    height: float
    sheet: Sheet | None = None


STOCKS: dict[str, Stock] = {
    stock.name: stock
    for stock in (
        Stock("a6", 105, 148),
        Stock("us-4x3", 101.6, 76.2),
        Stock("a6-on-a4", 105, 148, Sheet(210, 297, 2, 2, 0, 0.5, 105, 148)),
        Stock("avery-74459", 101.6, 76.2, Sheet(215.9, 279.4, 2, 3, 6.35, 25.4, 101.6, 76.2)),
    )
}
