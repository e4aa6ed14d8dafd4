"""What is to be mended before a run of show is printed."""

from __future__ import annotations

import pytest

from forumapp.domain.printing.running import check_run_of_show

BOTH = ("en", "zh-Hans")


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (None, []),
        ({}, []),
        ({"en": "Ring 4711", "zh-Hans": "请拨打总台"}, []),
        ({"en": "Ring 4711"}, ["missing-translation"]),
        ({"zh-Hans": "请拨打\U00013000"}, ["missing-glyph", "missing-translation"]),
    ],
)
def test_a_note_is_read_as_all_that_the_sheet_says(note, codes):
    assert [one.code for one in check_run_of_show({"days": []}, BOTH, note)] == codes
