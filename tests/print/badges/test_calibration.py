"""The calibration page of a stock: each label's number stands at its place, in front and behind."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from forumapp.domain.printing.badges.calibration import calibration_page
from forumapp.domain.printing.badges.calibration import test_page as made_test_page
from forumapp.domain.printing.paper.sheet_layout import Placing
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.pdf.imposition import MM

if TYPE_CHECKING:
    from pathlib import Path

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)</word>')


def test_labels_are_numbered_where_they_lie_and_the_page_moves_with_the_offset(font_folder: Path, poppler: Any) -> None:
    pdf = calibration_page(STOCKS["herma-9012"], font_folder, Placing(offset_x=2))
    at = []
    for page in ("1", "2"):
        words = WORD.findall(poppler(pdf, "pdftotext", "-bbox", "-f", page, "-l", page, "{}", "-"))
        at.append({word: (int(float(x) / MM), int(float(y) / MM)) for x, y, word in words})
    # 10 and 110 mm from the left, moved by 2; numbers stand 1.5 mm inside.
    assert [at[0][number][0] for number in ("3", "4")] == [13, 113]
    assert [at[1][number][0] for number in ("3", "4")] == [113, 13]
    assert at[0]["8"][1] - at[0]["2"][1] == 180
    assert "herma-9012" in at[0]


# What it is printed on, and where its ruler goes: across where 50 mm have room beside the frame, or else down.
@pytest.mark.parametrize(
    ("name", "size", "is_across"), [("a6", (105, 148), True), ("cr80-portrait", (54, 85.6), False)]
)
def test_the_ruler_of_a_test_page_is_50_mm_long(font_folder: Path, name: str, size: Any, is_across: bool) -> None:
    with pikepdf.open(BytesIO(made_test_page(STOCKS[name], font_folder))) as pdf:
        (page,) = pdf.pages
        box = [float(one) / MM for one in page.mediabox]
        lines = drawn_lines(page)
    assert box[2:] == pytest.approx(size, abs=0.01)
    assert page_frame(lines) == pytest.approx((3, 3, size[0] - 3, size[1] - 3), abs=0.01)
    straight = [abs(to[0 if is_across else 1] - start[0 if is_across else 1]) for start, to in lines[4:]]
    assert max(straight) == pytest.approx(50, abs=0.001)
    assert len(lines) == 4 + 1 + 51


def drawn_lines(page: pikepdf.Page) -> list[tuple[Any, Any]]:
    """From where to where each line goes, in mm on the page, by its content stream."""
    matrix, kept, lines = pikepdf.Matrix(), [], []
    begun = at = (0.0, 0.0)
    for operands, operator in pikepdf.parse_content_stream(page):
        word, numbers = str(operator), [float(one) for one in operands if isinstance(one, (int, Decimal))]
        if word == "q":
            kept.append(matrix)
        elif word == "Q":
            matrix = kept.pop()
        elif word == "cm":
            matrix = pikepdf.Matrix(*numbers) @ matrix
        elif word in ("m", "l", "h"):
            to = begun if word == "h" else matrix.transform(numbers)
            if word != "m":
                lines.append(tuple((x / MM, y / MM) for x, y in (at, to)))
            begun, at = (to if word == "m" else begun), to
    return lines


def page_frame(lines: list[tuple[Any, Any]]) -> tuple[float, ...]:
    xs, ys = ([point[axis] for line in lines[:4] for point in line] for axis in (0, 1))
    return (min(xs), min(ys), max(xs), max(ys))
