"""The geometry of sheets: every label on the page, beside the others, and every back behind its front."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forumapp.domain.printing.stocks import STOCKS, outside, overlapping

SHEETS = {name: stock for name, stock in STOCKS.items() if stock.sheet}
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
