"""Colors and what of them can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.colors import GROUND, INKS, READABLE, WHITE, contrast, ink_on, readable

COLORS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_contrast_is_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("ground", "ink"),
    [("#00529b", "#ffffff"), ("#ffd500", "#16191d"), ("#000000", "#ffffff"), ("#7b7b7b", "#000000")],
)
def test_ink_is_white_where_white_can_be_read(ground: str, ink: str) -> None:
    assert ink_on(ground) == ink


@given(COLORS)
def test_on_every_color_there_is_an_ink_that_can_be_read(color: str) -> None:
    assert contrast(color, ink_on(color)) >= READABLE
    assert ink_on(color) in INKS


@given(COLORS, st.sampled_from([GROUND, WHITE]))
def test_as_text_a_color_is_darkened_as_far_as_it_must(color: str, ground: str) -> None:
    text = readable(color, ground)

    assert contrast(text, ground) >= READABLE
    assert text == color or contrast(color, ground) < READABLE
