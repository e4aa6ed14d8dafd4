"""What is to be mended before a run of show is printed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from forumapp.domain.printing.cards.door_signs import DoorSign, Taking, check_door_signs, check_run_of_show

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
    assert [one.code for one in check_run_of_show({"days": []}, BOTH, note, ids={})] == codes


ODD = "\U00013000"
NOON = datetime(2023, 5, 22, 12, tzinfo=UTC)


def line(kind, of, title, **said):
    return {"kind": kind, "session": of, "title": title, "people": [], "owner": "", **said}


def test_what_is_found_names_its_session():
    liu = {"latin_family": "Liu", "latin_given": "Chun", "name_order": "family-first", "native_full": f"刘{ODD}"}
    both = {"en": "Trade", "zh-Hans": "贸易"}
    lines = [
        line("session", "trade", both, room={}, people=[{**liu, "pronunciation": ""}], av_needs=ODD),
        line("item", "trade", {"en": "Film"}),
    ]
    found = check_run_of_show({"days": [{"lines": lines}]}, BOTH, ids={"trade": 72})
    assert [(one.code, one.subject, one.parties) for one in found] == [
        ("missing-glyph", "Trade", (("session", 72),)),
        ("missing-glyph", f"Trade — LIU Chun 刘{ODD}", (("session", 72),)),
        ("missing-translation", "Trade — Film", (("session", 72),)),
    ]

    held = tuple(Taking(of, {"en": "Meeting"}, NOON, NOON, False, {}) for of in (72, 73))
    signs = [DoorSign({}, date(2023, 5, day), held) for day in (22, 23)]
    assert [one.parties for one in check_door_signs(signs, BOTH)] == [(("session", of),) for of in (72, 73)]
