"""The first pages of a paper: what of a long list stands on them, and whole sheets of badges."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from forumapp.domain.printing.list_papers.values import Head, ListValues, Party, Row, Section, beginning_of
from forumapp.domain.printing.paper.sheet_layout import Placing
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.previews.first_pages import on_whole_sheets


@pytest.mark.parametrize(("lines", "kept"), [(3, [3]), (20, [3, 16]), (5, [3, 13]), (99, [3, 40, 2])])
def test_a_section_that_goes_on_is_cut_and_stays_one_that_may_go_on(lines: int, kept: list[int]) -> None:
    def section(count: int) -> Section:
        return Section((Head("", {}),), (), tuple(Row(str(one), {}) for one in range(count)))

    head: Any = SimpleNamespace()
    whole = ListValues(head, Party("js", {}), "arrivals", tuple(map(section, (3, 40, 2))))
    part = beginning_of(whole, lines)
    assert [len(one.rows) for one in part.sections] == kept
    assert (part == whole) == (lines == 99)


@pytest.mark.parametrize(
    ("stock", "first", "shown"),
    [("a6", 1, 12), ("a6-on-a4", 1, 12), ("a6-on-a4", 4, 13), ("herma-9012", 1, 16), ("avery-l4784", 20, 35)],
)
def test_the_last_sheet_of_badges_that_is_shown_is_full(stock: str, first: int, shown: int) -> None:
    assert on_whole_sheets(STOCKS[stock], Placing(first)) == shown
