"""Where seats are drawn on paper; no database."""

from __future__ import annotations

from itertools import combinations

import pytest

from forumapp.domain.printing.cards.seating_plans import PAGES, around


@pytest.mark.parametrize("seats", [1, 2, 3, 8, 10, 12, 16, 20, 24])
def test_seats_stand_around_a_table_clockwise_and_beside_each_other(seats: int) -> None:
    width, height = PAGES["A4"]
    boxes = around(seats, width, height - 44)

    assert [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []
    assert [
        one for one in boxes if not (0 <= one.left <= width - one.width and 0 <= one.top <= height - one.height)
    ] == []
    first = boxes[0]
    assert (first.left + first.width / 2, first.top) == (pytest.approx(width / 2, abs=0.01), 0)
    if seats > 2:  # who looks down on it sees the second at the right of the first, who faces the door below
        assert boxes[1].left > first.left > boxes[-1].left
