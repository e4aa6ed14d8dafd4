"""Where badges lie on the sheets of a stock, in front and behind, and what is drawn around them. Pure.

Lengths are millimetres from the top left corner of a page.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.domain.printing.paper.page_formats import BLEED

if TYPE_CHECKING:
    from forumapp.domain.printing.paper.stocks import Stock

LARGEST_OFFSET = 20.0


class Flip(enum.StrEnum):
    """The edge about which the printer turns a sheet before it prints the backs."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Placing:
    """`first` is the first free label of a sheet already begun. The offset, to the right and down, makes up for what
    a printer is off. `guides` shows where to cut a sheet; `marks` does so for single badges, outside of the art, which
    with `bleed` goes on beyond the edge.
    """

    first: int = 1
    offset_x: float = 0
    offset_y: float = 0
    flip: Flip = Flip.LONG
    guides: bool = False
    bleed: bool = False
    marks: bool = False

    @property
    def beyond(self) -> float:
        """How far art goes on beyond the edge."""
        return BLEED if self.bleed else 0


USUAL = Placing()


@dataclass(frozen=True, slots=True)
class Spot:
    """The top left corner of a label, as its side of the page is read; `turned` stands on its head there."""

    left: float
    top: float
    turned: bool = False


def fronts(stock: Stock) -> list[Spot]:
    """Row by row; none of a stock without sheets."""
    sheet = stock.sheet
    if sheet is None:
        return []
    return [
        Spot(sheet.left + column * sheet.pitch_x, sheet.top + row * sheet.pitch_y)
        for row in range(sheet.rows)
        for column in range(sheet.columns)
    ]


def backs(stock: Stock, flip: Flip = Flip.LONG) -> list[Spot]:
    """Of the same labels, on the page behind.

    Turned about an upright edge, left becomes right. Turned about a lying one, what was above is below, and a back has
    to stand on its head to be upright behind its front.
    """
    sheet = stock.sheet
    if sheet is None:
        return []
    if (flip is Flip.LONG) == (sheet.page_height >= sheet.page_width):
        return [Spot(sheet.page_width - one.left - stock.width, one.top) for one in fronts(stock)]
    return [Spot(one.left, sheet.page_height - one.top - stock.height, turned=True) for one in fronts(stock)]


def outline(stock: Stock, left: float, top: float) -> str:
    """A label there as an SVG path, with its corners as round as they are."""
    round_ = min(stock.radius, stock.width / 2, stock.height / 2)
    right, bottom = left + stock.width, top + stock.height
    if not round_:
        return f"M{left:.3f} {top:.3f}H{right:.3f}V{bottom:.3f}H{left:.3f}Z"
    arc = f"A{round_:.3f} {round_:.3f} 0 0 1"
    return (
        f"M{left + round_:.3f} {top:.3f}H{right - round_:.3f}{arc} {right:.3f} {top + round_:.3f}"
        f"V{bottom - round_:.3f}{arc} {right - round_:.3f} {bottom:.3f}"
        f"H{left + round_:.3f}{arc} {left:.3f} {bottom - round_:.3f}"
        f"V{top + round_:.3f}{arc} {left + round_:.3f} {top:.3f}Z"
    )
