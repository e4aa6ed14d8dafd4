"""Putting finished pages together: parts into one file, badges onto sheets, a book onto folded sheets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forumapp.domain.printing.stocks import Sheet, Stock

MM = 72 / 25.4
A4_ACROSS = 297 * MM
PANELS = 8
# Of the panels in the order of reading: the column, and whether it is in the upper row, which stands on its head.
POCKET = ((1, 0), (2, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1), (0, 0))
TICK = 3 * MM
SIGNATURE = 4  # a folded sheet has four pages


def _bytes(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def merge(parts: Sequence[bytes]) -> bytes:
    """The parts' pages one after another, under the first one's title and language."""
    if len(parts) == 1:
        return parts[0]
    whole = pikepdf.open(io.BytesIO(parts[0]))
    for part in parts[1:]:
        with pikepdf.open(io.BytesIO(part)) as pdf:
            whole.pages.extend(pdf.pages)
    return _bytes(whole)


def pages_in(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def places(sheet: Sheet, stock: Stock) -> Iterator[pikepdf.Rectangle]:
    """Where the badges of a sheet lie, row by row from the top left, in points from the bottom left."""
    for row in range(sheet.rows):
        for column in range(sheet.columns):
            left = sheet.left + column * sheet.pitch_x
            top = sheet.page_height - sheet.top - row * sheet.pitch_y
            yield pikepdf.Rectangle(left * MM, (top - stock.height) * MM, (left + stock.width) * MM, top * MM)


def onto_sheets(pdf: bytes, stock: Stock, first: int = 1, *, two_sided: bool = False) -> bytes:
    """Single badges placed on the stock's sheets; `first` is the first free label of a sheet already begun.

    With `two_sided` each badge has two pages, and each sheet another one for the backs, which is turned about its long
    edge: what is left in front is right behind.
    """
    sheet = stock.sheet
    if sheet is None:
        return pdf
    spots = list(places(sheet, stock))
    wide, sides = sheet.page_width * MM, 2 if two_sided else 1
    behind = [pikepdf.Rectangle(wide - one.urx, one.lly, wide - one.llx, one.ury) for one in spots]
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as whole:
        for number, badge in enumerate(source.pages):
            index, side = first - 1 + number // sides, number % sides
            spot = index % sheet.places
            if side == 0 and (spot == 0 or not whole.pages):
                for _ in range(sides):
                    whole.add_blank_page(page_size=(wide, sheet.page_height * MM))
            whole.pages[side - sides].add_overlay(badge, (behind if side else spots)[spot])
        _keep_description(source, whole)
        return _bytes(whole)


def booklet(pdf: bytes) -> bytes:
    """Two pages of a book side by side, in the order of sheets folded together, for the office copier. Two of A5 are a
    millimeter narrower than A4, and stand in its middle.

    A print shop wants the single pages in order: it imposes by itself.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as whole:
        count = len(source.pages)
        box = source.pages[0].trimbox
        width, height = float(box[2] - box[0]), float(box[3] - box[1])
        across = A4_ACROSS if abs(A4_ACROSS - 2 * width) < MM * 1.5 else 2 * width
        for pair in folded(count):
            page = whole.add_blank_page(page_size=(across, height))
            for left, index in zip((across / 2 - width, across / 2), pair, strict=True):
                if index < count:
                    page.add_overlay(source.pages[index], pikepdf.Rectangle(left, 0, left + width, height))
        _keep_description(source, whole)
        return _bytes(whole)


def pocket(pdf: bytes) -> bytes:
    """Eight panels of a sheet each, folded to an eighth: the lower row stands upright, the upper one on its head.

    The sheet is folded in half along its length after the cut between the two middle panels of each row, and the cut
    is pushed open.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as whole:
        box = source.pages[0].trimbox
        width, height = float(box[2] - box[0]), float(box[3] - box[1])
        for first in range(0, len(source.pages), PANELS):
            sheet = whole.add_blank_page(page_size=(4 * width, 2 * height))
            for index, (column, row) in enumerate(POCKET):
                panel = whole.copy_foreign(source.pages[first + index].as_form_xobject())
                name = sheet.add_resource(panel, pikepdf.Name.XObject)
                turned = f"-1 0 0 -1 {(column + 1) * width:.3f} {2 * height:.3f}"
                placed = turned if row else f"1 0 0 1 {column * width:.3f} 0"
                sheet.contents_add(f"q {placed} cm {name} Do Q".encode())
            sheet.contents_add(_folds(width, height))
        _keep_description(source, whole)
        return _bytes(whole)


def _folds(width: float, height: float) -> bytes:
    """Where to cut, dashed, and short lines at the edges where to fold."""
    ticks = [f"{column * width:.2f} {y:.2f} m {column * width:.2f} {y + TICK:.2f} l" for column in (1, 2, 3)
             for y in (0, 2 * height - TICK)]  # fmt: skip
    ticks += [f"{x:.2f} {height:.2f} m {x + TICK:.2f} {height:.2f} l" for x in (0, 4 * width - TICK)]
    cut = f"[3 3] 0 d {width:.2f} {height:.2f} m {3 * width:.2f} {height:.2f} l S"
    return f"q .3 w .5 G {' '.join(ticks)} S {cut} Q".encode()


def with_bleed(pdf: bytes, bleed: float) -> bytes:
    """What is cut off reaches `bleed` mm beyond the edge, and no further: the marks stand outside of it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            left, bottom, right, top = (float(side) for side in page.trimbox)
            beyond = bleed * MM
            page.bleedbox = pikepdf.Array([left - beyond, bottom - beyond, right + beyond, top + beyond])
        return _bytes(opened)


def folded(count: int) -> list[tuple[int, int]]:
    """The pages (from 0) left and right on each side of the sheets; those from `count` on are blank."""
    padded = -(-count // SIGNATURE) * SIGNATURE
    pairs = []
    for sheet in range(padded // SIGNATURE):
        pairs.append((padded - 1 - 2 * sheet, 2 * sheet))
        pairs.append((2 * sheet + 1, padded - 2 - 2 * sheet))
    return pairs


def _keep_description(source: pikepdf.Pdf, whole: pikepdf.Pdf) -> None:
    for key in ("/Title", "/Author"):
        if key in source.docinfo:
            whole.docinfo[key] = str(source.docinfo[key])
    if "/Lang" in source.Root:
        whole.Root.Lang = pikepdf.String(str(source.Root.Lang))
