"""Putting finished pages together: parts into one file, badges onto sheets, a book onto folded sheets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from forumapp.domain.printing.paper.page_formats import MARKED
from forumapp.domain.printing.paper.sheet_layout import USUAL, Placing, Spot, backs, fronts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forumapp.domain.printing.paper.stocks import Sheet, Stock

MM = 72 / 25.4
A4_ACROSS = 297 * MM
PANELS = 8
# Of the panels in the order of reading: the column, and whether it is in the upper row, which stands on its head.
POCKET = ((1, 0), (2, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1), (0, 0))
TICK = 3 * MM
MARKS_FROM = 4.0  # mm from the edge, where the art that is cut off has ended
SIGNATURE = 4  # a folded sheet has four pages


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The file, as small as it is written fast."""
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def merge(parts: Sequence[bytes]) -> bytes:
    """The parts' pages one after another, under the first one's title and language. They are sheets without a tagged
    structure but for the first; books are put together by `joining.books`.
    """
    if len(parts) == 1:
        return parts[0]
    with pikepdf.open(io.BytesIO(parts[0])) as whole:
        for part in parts[1:]:
            with pikepdf.open(io.BytesIO(part)) as pdf:
                hang(whole, pdf)
        return saved(whole)


def hang(whole: pikepdf.Pdf, part: pikepdf.Pdf) -> list[Any]:
    """All pages of `part` as one branch of the tree of pages, whose copies are answered. Added to the list of pages,
    each is held against all that are there: 5,000 badges in parts of 100 took four times as long.
    """
    pages = [whole.copy_foreign(page.obj) for page in part.pages]
    trunk = whole.Root.Pages
    branch = whole.make_indirect(Dictionary(Type=Name.Pages, Parent=trunk, Count=len(pages), Kids=Array(pages)))
    for page in pages:
        page.Parent = branch
    trunk.Kids.append(branch)
    trunk.Count = int(trunk.Count) + len(pages)
    return pages


def on_fronts(parts: Sequence[bytes]) -> list[bytes]:
    """Books that begin on the front of a sheet each: where any has a second page, one that ends on a front has a blank
    page after it, so that printed on both sides nobody's is on the back of another's.
    """
    counts = [pages_in(part) for part in parts]
    if max(counts, default=1) == 1:
        return list(parts)
    odd = [count % 2 and number < len(parts) for number, count in enumerate(counts, 1)]
    return [_with_blank(part) if is_odd else part for part, is_odd in zip(parts, odd, strict=True)]


def _with_blank(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        left, bottom, right, top = (float(side) for side in opened.pages[-1].mediabox)
        opened.add_blank_page(page_size=(right - left, top - bottom))
        return saved(opened)


def pages_in(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def without_last(pdf: bytes) -> bytes:
    """Without its last page, unless it is the only one."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if len(opened.pages) == 1:
            return pdf
        del opened.pages[-1]
        return saved(opened)


def onto_sheets(pdf: bytes, stock: Stock, placing: Placing = USUAL, *, two_sided: bool = False) -> bytes:
    """Single badges placed on the stock's sheets, or as a print shop wants them where it has none.

    With `two_sided` each badge has two pages, and each sheet another one for the backs.
    """
    sheet = stock.sheet
    if sheet is None:
        return for_the_shop(pdf, marks=placing.marks) if placing.bleed or placing.marks else pdf
    sides = [fronts(stock), backs(stock, placing.flip)] if two_sided else [fronts(stock)]
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as whole:
        for number, badge in enumerate(source.pages):
            index, side = placing.first - 1 + number // len(sides), number % len(sides)
            place = index % sheet.places
            if side == 0 and (place == 0 or not whole.pages):
                for _ in sides:
                    whole.add_blank_page(page_size=(sheet.page_width * MM, sheet.page_height * MM))
            spot = sides[side][place]
            page, rectangle = whole.pages[side - len(sides)], rectangle_of(spot, stock, sheet, placing)
            if spot.turned:
                _put_turned(page, whole.copy_foreign(badge.as_form_xobject()), rectangle)
            else:
                page.add_overlay(badge, rectangle)
        if placing.guides:
            for page in list(whole.pages)[:: len(sides)]:
                page.contents_add(_guides(stock, sheet, placing))
        _keep_description(source, whole)
        return saved(whole)


def rectangle_of(spot: Spot, stock: Stock, sheet: Sheet, placing: Placing = USUAL) -> pikepdf.Rectangle:
    """Where a badge is printed, in points from the bottom left; the printer's offset is made up for."""
    left, top = spot.left + placing.offset_x, sheet.page_height - spot.top - placing.offset_y
    return pikepdf.Rectangle(left * MM, (top - stock.height) * MM, (left + stock.width) * MM, top * MM)


def _put_turned(page: pikepdf.Page, form: pikepdf.Object, at: pikepdf.Rectangle) -> None:
    """Upside down."""
    left, bottom, right, top = (float(side) for side in form.BBox.as_list())
    wide, high = (at.urx - at.llx) / (right - left), (at.ury - at.lly) / (top - bottom)
    x, y = at.urx + left * wide, at.ury + bottom * high
    name = page.add_resource(form, Name.XObject)
    page.contents_add(f"q {-wide:.5f} 0 0 {-high:.5f} {x:.3f} {y:.3f} cm {name} Do Q".encode())


def _guides(stock: Stock, sheet: Sheet, placing: Placing) -> bytes:
    """Where to cut: a cross at each corner of a label, and lines from the outer ones to the edge of the page."""
    spots = [rectangle_of(spot, stock, sheet, placing) for spot in fronts(stock)]
    across, down = sheet.page_width * MM, sheet.page_height * MM
    left, right = min(one.llx for one in spots), max(one.urx for one in spots)
    bottom, top = min(one.lly for one in spots), max(one.ury for one in spots)
    lines: set[tuple[float, float, float, float]] = set()
    for x in {side for one in spots for side in (one.llx, one.urx)}:
        lines |= {(x, 0, x, bottom), (x, top, x, down)}
        lines |= {(x, y - TICK, x, y + TICK) for one in spots for y in (one.lly, one.ury)}
    for y in {side for one in spots for side in (one.lly, one.ury)}:
        lines |= {(0, y, left, y), (right, y, across, y)}
        lines |= {(x - TICK, y, x + TICK, y) for one in spots for x in (one.llx, one.urx)}
    return _drawn(lines)


def _drawn(lines: Iterable[tuple[float, float, float, float]]) -> bytes:
    """Hairlines in gray."""
    path = " ".join(f"{x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l" for x, y, to_x, to_y in sorted(lines))
    return f"q .25 w .5 G {path} S Q".encode()


def for_the_shop(pdf: bytes, *, marks: bool) -> bytes:
    """Single badges whose boxes say where the art ends and where to cut; marks stand outside of the art."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            left, bottom, right, top = trim = [float(side) for side in page.trimbox]
            page.bleedbox = Array([float(side) for side in page.mediabox])
            if marks:
                around = MARKED * MM
                page.mediabox = Array([left - around, bottom - around, right + around, top + around])
                page.cropbox = page.mediabox
                page.contents_add(b"q", prepend=True)  # what the page is drawn with ends here
                page.contents_add(b"Q " + _crop_marks(trim))
        return saved(opened)


def _crop_marks(trim: Sequence[float]) -> bytes:
    left, bottom, right, top = trim
    near, far = MARKS_FROM * MM, MARKED * MM
    lines = [(x, y + out * near, x, y + out * far) for x in (left, right) for y, out in ((bottom, -1), (top, 1))]
    lines += [(x + out * near, y, x + out * far, y) for y in (bottom, top) for x, out in ((left, -1), (right, 1))]
    return _drawn(lines).replace(b".5 G", b"0 G")


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
        return saved(whole)


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
                name = sheet.add_resource(panel, Name.XObject)
                turned = f"-1 0 0 -1 {(column + 1) * width:.3f} {2 * height:.3f}"
                placed = turned if row else f"1 0 0 1 {column * width:.3f} 0"
                sheet.contents_add(f"q {placed} cm {name} Do Q".encode())
            sheet.contents_add(_folds(width, height))
        _keep_description(source, whole)
        return saved(whole)


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
            page.bleedbox = Array([left - beyond, bottom - beyond, right + beyond, top + beyond])
        return saved(opened)


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
