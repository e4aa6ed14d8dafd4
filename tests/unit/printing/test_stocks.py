"""The geometry of sheets: every label on the page, beside the others, and every back behind its front."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from forumapp.core.errors import Invalid
from forumapp.domain.printing.paper.sheet_layout import Flip, Placing, Spot, backs, fronts
from forumapp.domain.printing.paper.stocks import STOCKS, Sheet, Stock, outside, overlapping
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.rules import options_from, placing_for

SHEETS = {name: stock for name, stock in STOCKS.items() if stock.sheet}
# Such as an edition may have of its own: in the middle of nothing, and with room between the labels.
OWN = Stock("own", 60, 40, Sheet(200, 150, 2, 3, 7, 5, 63, 42), 3)
# What is published as not in the middle; of tents, the other half of each stands above its face.
OFF_CENTER = {"durable-1445-02", "herma-9642", "avery-5305"}


@pytest.mark.parametrize("stock", SHEETS.values(), ids=SHEETS)
def test_labels_lie_on_the_page_and_beside_each_other(stock: Any) -> None:
    sheet = stock.sheet
    assert not outside(stock)
    assert not overlapping(stock)
    right = sheet.page_width - sheet.left - (sheet.columns - 1) * sheet.pitch_x - stock.width
    bottom = sheet.page_height - sheet.top - (sheet.rows - 1) * sheet.pitch_y - stock.height
    centered = abs(right - sheet.left) < 0.05 and abs(bottom - sheet.top) < 0.05
    assert centered == (stock.name not in OFF_CENTER)


def test_a_label_beyond_the_page_or_over_the_next_one_is_seen() -> None:
    stock = STOCKS["herma-9012"]
    assert stock.sheet
    assert outside(replace(stock, sheet=replace(stock.sheet, left=20.1)))
    assert outside(replace(stock, sheet=replace(stock.sheet, top=-0.1)))
    assert overlapping(replace(stock, sheet=replace(stock.sheet, pitch_x=89)))


def seen_through(spot: Spot, stock: Any, flip: Flip) -> tuple[float, float, bool]:
    """Where a back is, in the coordinates of the front, and whether it is upright when the label is turned about its
    upright edge, as a badge turns on its cord.
    """
    sheet = stock.sheet
    upright_edge = (flip is Flip.LONG) == (sheet.page_height >= sheet.page_width)
    if upright_edge:
        return sheet.page_width - spot.left - stock.width, spot.top, not spot.turned
    return spot.left, sheet.page_height - spot.top - stock.height, spot.turned


@pytest.mark.parametrize("flip", Flip)
def test_every_back_lies_behind_its_front_and_upright(flip: Flip) -> None:
    for stock in (*SHEETS.values(), OWN):
        pairs = zip(fronts(stock), backs(stock, flip), strict=True)
        for front, back in pairs:
            left, top, upright = seen_through(back, stock, flip)
            assert (round(left, 6), round(top, 6), upright) == (round(front.left, 6), round(front.top, 6), True)


def page(width: float, height: float, bleed: float = 0) -> bytes:
    """Two pages with art to the edge, as badges are."""
    with pikepdf.new() as pdf:
        for _ in range(2):
            one = pdf.add_blank_page(page_size=(width * imposition.MM, height * imposition.MM))
            off = bleed * imposition.MM
            one.trimbox = one.mediabox
            one.mediabox = pikepdf.Array([-off, -off, width * imposition.MM + off, height * imposition.MM + off])
            one.contents_add(b"2 0 0 2 7 7 cm 0 0 10 10 re f")
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def placed(pdf: bytes, number: int) -> list[list[float]]:
    """The matrices by which badges are put on a page."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        said = pikepdf.parse_content_stream(opened.pages[number])
        return [[round(float(n), 2) for n in one.operands] for one in said if str(one.operator) == "cm"]


def in_points(*lengths: float) -> list[Any]:
    return [pytest.approx(one * imposition.MM, abs=0.02) for one in lengths]


def test_a_sheet_begins_at_a_label_moved_as_its_printer_needs() -> None:
    stock = STOCKS["avery-74459"]
    placing = placing_for(options_from({"stock": stock.name, "first_label": 2, "offset_x": 1, "offset_y": -0.5,
                                         "flip": "short", "guides": True}))  # fmt: skip
    pdf = imposition.onto_sheets(page(101.6, 76.2), stock, placing, two_sided=True)

    [front], [back] = placed(pdf, 0), placed(pdf, 1)
    assert front == [1, 0, 0, 1, *in_points(6.35 + 101.6 + 1, 279.4 - 25.4 - 76.2 + 0.5)]
    # Behind it, the first row is the last; the corner that was at the bottom left is at the top right.
    assert back == [-1, 0, 0, -1, *in_points(6.35 + 2 * 101.6 + 1, 25.4 + 76.2 + 0.5)]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        lines = [len([1 for one in pikepdf.parse_content_stream(side) if str(one.operator) == "l"])
                 for side in opened.pages]  # fmt: skip
    assert lines[0] >= 3 * 2 + 4 * 2
    assert lines[1] == 0


@pytest.mark.parametrize("flip", Flip)
def test_on_every_sheet_backs_are_printed_behind_their_fronts(flip: Flip) -> None:
    """As they stand in the file, on a printer that is off by nothing."""
    for stock in (*SHEETS.values(), OWN):
        sheet = stock.sheet
        pdf = imposition.onto_sheets(page(stock.width, stock.height), stock, Placing(2, flip=flip), two_sided=True)
        wide, high = stock.width * imposition.MM, stock.height * imposition.MM
        [[_a, _b, _c, _d, x, y]], [[turn, _e, _f, _g, to_x, to_y]] = placed(pdf, 0), placed(pdf, 1)
        corner = (to_x - wide, to_y - high) if turn < 0 else (to_x, to_y)
        behind = {1: (sheet.page_width * imposition.MM - corner[0] - wide, corner[1]),
                  -1: (corner[0], sheet.page_height * imposition.MM - corner[1] - high)}[turn]  # fmt: skip
        assert behind == (pytest.approx(x, abs=0.05), pytest.approx(y, abs=0.05)), stock.name


@pytest.mark.parametrize("stock", [one for one in STOCKS.values() if not one.sheet], ids=lambda one: one.name)
def test_every_single_badge_is_trimmed_to_its_stock_and_bleeds_around_it(stock: Stock) -> None:
    pdf = imposition.onto_sheets(page(stock.width, stock.height, bleed=3), stock, Placing(bleed=True))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        boxes = [[float(n) / imposition.MM for n in box] for one in opened.pages for box in (one.trimbox, one.bleedbox)]
    around = [-3, -3, stock.width + 3, stock.height + 3]
    assert boxes == [pytest.approx(box, abs=0.01) for box in ([0, 0, stock.width, stock.height], around) * 2]


def test_single_badges_for_the_shop_say_where_art_ends_and_marks_stand_outside_of_it() -> None:
    pdf = imposition.onto_sheets(page(86, 54, bleed=3), STOCKS["86x54"], Placing(bleed=True, marks=True))

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        one = opened.pages[0]
        boxes = [[round(float(n) / imposition.MM, 2) for n in box] for box in (one.trimbox, one.bleedbox, one.mediabox)]
        said = [one for one in pikepdf.parse_content_stream(one) if str(one.operator) in ("m", "l")]
        ends = [(float(one.operands[0]) / imposition.MM, float(one.operands[1]) / imposition.MM) for one in said]
    assert boxes == [[0, 0, 86, 54], [-3, -3, 89, 57], [-8, -8, 94, 62]]
    assert len(ends) == 16
    assert all(not (-3.5 < x < 89.5 and -3.5 < y < 57.5) for x, y in ends)
    assert placed(pdf, 0) == [[2, 0, 0, 2, 7, 7]]


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"first_label": 2}, {"first_label": "only-on-sheets"}),
        ({"stock": "a6", "offset_x": 1.0, "guides": True}, {"offset_x": "only-on-sheets", "guides": "only-on-sheets"}),
        ({"stock": "avery-74459", "first_label": 7}, {"first_label": "no-such-label"}),
        ({"stock": "avery-74459", "offset_y": float("nan")}, {"offset_y": "offset-too-large"}),
        ({"stock": "avery-74459", "flip": "about"}, {"flip": "unknown"}),
        ({"stock": "avery-74459", "bleed": True}, {"bleed": "only-single-badges"}),
    ],
)
def test_what_does_not_go_with_a_stock_is_refused(said: dict[str, Any], faults: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        options_from(said)
    assert refused.value.fields == faults


def book(pages: int, wide: float) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(wide, 500))
        pdf.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("counts", "begins"), [((3, 2, 1, 1), (1, 5, 7, 9)), ((1, 1, 1), (1, 2, 3)), ((5,), (1,)), ((1, 2), (1, 3))]
)
def test_books_of_several_pages_begin_on_the_front_of_a_sheet_each(
    counts: tuple[int, ...], begins: tuple[int, ...]
) -> None:
    books = [book(count, 300 + number) for number, count in enumerate(counts)]
    with pikepdf.open(io.BytesIO(imposition.merge(imposition.on_fronts(books)))) as opened:
        wide = [round(float(page.mediabox[2])) - 300 for page in opened.pages]
    assert tuple(wide.index(number) + 1 for number in range(len(counts))) == begins
    assert wide.count(len(counts) - 1) == counts[-1]


def test_parts_stand_one_after_another_in_one_tree_of_pages() -> None:
    halves = [imposition.merge([book(3, wide), book(1, wide + 1), book(2, wide + 2)]) for wide in (300, 303)]
    whole = imposition.merge([*halves, book(1, 306)])

    with pikepdf.open(io.BytesIO(whole)) as opened:
        counted = int(opened.Root.Pages.Count)
        wide = [int(page.mediabox[2]) - 300 for page in opened.pages]
        parents = {page.obj.Parent.Type for page in opened.pages}
        faults = opened.check_pdf_syntax()

    assert wide == [0, 0, 0, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6]
    assert (counted, parents, faults) == (13, {"/Pages"}, [])
