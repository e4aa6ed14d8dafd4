"""The calibration page of a stock: its labels as lines, to be held against a sheet of them, and rulers.

A second page has the labels as they are behind, for printers that print both sides. The test page of any stock has one
short ruler and a frame: whether a printer scales, and prints in the middle, is seen at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.paper.sheet_layout import USUAL, Placing, Spot, backs, fronts, outline
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forumapp.domain.printing.paper.stocks import Stock

RULER = 100  # mm
SCALE = 5  # mm, to each side of the corner from which a printer's offset is read
FINE, MIDDLE, COARSE = 1.2, 2.2, 3.4  # how long the marks of 1, 5 and 10 mm are
# Of the rulers, mm: how far the one across lies above the middle of the page, and the other one beside it and below.
ABOVE, BESIDE, BELOW = 20.0, 14.0, 10.0
SHORT, EDGE, ROOM = 50, 3.0, 3.0  # mm: the ruler of a test page, how far its frame and its ruler lie inside
RULERS = {"length": RULER, "above": ABOVE, "beside": BESIDE, "below": BELOW}


@dataclass(frozen=True, slots=True)
class Side:
    """What one page shows, in mm: the labels with their numbers, and lines as an SVG path."""

    labels: list[tuple[int, float, float]]
    width: float
    height: float
    lines: str
    is_back: bool


def calibration_page(stock: Stock, folder: Path, placing: Placing = USUAL) -> bytes:
    """Of a stock with sheets, in both languages: who prints is not always who asked for it."""
    sheet = stock.sheet
    if sheet is None:
        raise ValueError("only sheets have places")
    sides = [_side(stock, fronts(stock), placing), _side(stock, backs(stock, placing.flip), placing, is_back=True)]
    size = (sheet.page_width, sheet.page_height)
    html = templates.page("calibration.html", stock=stock, sides=sides, size=size, rulers=RULERS, languages=LANGUAGES)
    css = templates.style("calibration.css", colors={}, lengths={"page": f"{size[0]}mm {size[1]}mm"})
    return Typesetter(fonts.SANS, html, folder).pdf(html, css)


def test_page(stock: Stock, folder: Path) -> bytes:
    """A page as large as the stock's, in both languages. Its ruler is 50 mm long wherever that has room."""
    sheet = stock.sheet
    width, height = (sheet.page_width, sheet.page_height) if sheet else (stock.width, stock.height)
    is_across = width - 2 * (EDGE + ROOM) >= SHORT or width >= height
    room = (width if is_across else height) - 2 * (EDGE + ROOM)
    length = max(5, min(SHORT, int(room) // 5 * 5))
    frame = f"M{EDGE} {EDGE}H{width - EDGE}V{height - EDGE}H{EDGE}Z"
    ruler = list(_short(width, height, length, is_across=is_across))
    lines = " ".join(f"M{x:.3f} {y:.3f}L{to_x:.3f} {to_y:.3f}" for x, y, to_x, to_y in ruler)
    left, top, *_ends = ruler[0]
    html = templates.page(
        "test_page.html",
        stock=stock,
        size=(width, height),
        inside=EDGE + ROOM,
        lines=f"{frame} {lines}",
        length=length,
        told_at=(left, top - 4) if is_across else (left - 4, top + length + 1),
        is_across=is_across,
        edge=EDGE,
        languages=LANGUAGES,
    )
    css = templates.style("calibration.css", colors={}, lengths={"page": f"{width}mm {height}mm"})
    return Typesetter(fonts.SANS, html, folder).pdf(html, css)


def _short(width: float, height: float, length: int, *, is_across: bool) -> Iterator[tuple[float, float, float, float]]:
    """Along the lower edge or, where that is too short, along the right one."""
    if is_across:
        left, at = (width - length) / 2, height - EDGE - ROOM - COARSE
        yield left, at, left + length, at
        for step in range(length + 1):
            yield left + step, at, left + step, at + _mark(step)
    else:
        top, at = (height - length) / 2, width - EDGE - ROOM - COARSE
        yield at, top, at, top + length
        for step in range(length + 1):
            yield at, top + step, at + _mark(step), top + step


def _side(stock: Stock, spots: list[Spot], placing: Placing, *, is_back: bool = False) -> Side:
    moved = [(one.left + placing.offset_x, one.top + placing.offset_y) for one in spots]
    lines: list[tuple[float, float, float, float]] = []
    (left, top), (right, bottom) = min(moved), max(moved)
    # One at each side of the sheet, away from the corners of the page, which few printers reach.
    for x, y in ((left, top + stock.height), (right + stock.width, bottom)):
        lines += _scale(x, y)
    sheet = stock.sheet
    if sheet and not is_back:
        lines += _rulers(sheet.page_width, sheet.page_height)
    labels = [(number, *at) for number, at in enumerate(moved, 1)]
    path = " ".join(
        [outline(stock, *at) for at in moved]
        + [f"M{x:.3f} {y:.3f}L{to_x:.3f} {to_y:.3f}" for x, y, to_x, to_y in lines]
    )
    return Side(labels, stock.width, stock.height, path, is_back)


def _scale(x: float, y: float) -> Iterator[tuple[float, float, float, float]]:
    """A cross about a corner, with a mark for each millimeter."""
    yield x - SCALE, y, x + SCALE, y
    yield x, y - SCALE, x, y + SCALE
    for by in range(-SCALE, SCALE + 1):
        half = _mark(by) / 2
        yield x + by, y - half, x + by, y + half
        yield x - half, y + by, x + half, y + by


def _rulers(width: float, height: float) -> Iterator[tuple[float, float, float, float]]:
    """One across the middle of the page, and one down below it."""
    left, middle = (width - RULER) / 2, height / 2 - ABOVE
    rule_x, top = width / 2 + BESIDE, middle + BELOW
    yield left, middle, left + RULER, middle
    yield rule_x, top, rule_x, top + RULER
    for at in range(RULER + 1):
        yield left + at, middle, left + at, middle + _mark(at)
        yield rule_x, top + at, rule_x + _mark(at), top + at


def _mark(at: int) -> float:
    return COARSE if at % 10 == 0 else MIDDLE if at % 5 == 0 else FINE
