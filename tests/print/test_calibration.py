"""The calibration page of a stock: each label's number stands at its place, in front and behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.calibration import calibration_page
from forumapp.domain.printing.impose import MM
from forumapp.domain.printing.placing import Placing
from forumapp.domain.printing.stocks import STOCKS

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
