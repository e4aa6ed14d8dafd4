"""Lines over time as shapes of a drawing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forumapp.web.charts.lines import HEIGHT, LEFT, WIDTH, drawn, nice


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_an_even_round_number_near_the_highest(highest: int) -> None:
    end = nice(highest)
    assert end >= highest
    assert end % 2 == 0
    assert end <= max(2, 2 * highest)


@given(st.lists(st.lists(st.integers(0, 5000), min_size=4, max_size=4), min_size=1, max_size=7))
def test_lines_stay_within_the_drawing(values: list[list[int]]) -> None:
    chart = drawn([(str(at), one) for at, one in enumerate(values)])
    spots = [tuple(map(float, spot.split(","))) for line in chart.lines for spot in line.points.split(" ")]
    assert all(LEFT <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spots)
    assert [line.last for line in chart.lines] == [one[-1] for one in values]
