"""Branches over time as shapes of a drawing."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from forumapp.web.charts.branches import LEAST, drawn

ORDER = ["north", "south", "nowhere"]


@given(st.lists(st.lists(st.sampled_from(ORDER), min_size=5, max_size=5), max_size=5))
def test_each_column_has_a_band_for_each_branch_with_all_who_are_in_it(where: list[list[str]]) -> None:
    columns = [{place: {n for n, one in enumerate(those) if one == place} for place in ORDER} for those in where]

    drawing = drawn(columns, ORDER, plain=["nowhere"])

    for x, column in zip(drawing.starts, columns, strict=True):
        bands = [band for band in drawing.bands if band.x == x]
        assert [band.count for band in bands] == [len(column[place]) for place in ORDER if column[place]]
        assert all(one.y + one.height < other.y for one, other in itertools.pairwise(bands))
        assert all(band.height >= LEAST and band.x + band.width <= drawing.width for band in bands)
    assert all(band.y + band.height < drawing.height for band in drawing.bands)
    moves = [
        {(one, other) for one, other in zip(here, there, strict=True)} for here, there in itertools.pairwise(where)
    ]
    assert len(drawing.flows) == sum(map(len, moves))
