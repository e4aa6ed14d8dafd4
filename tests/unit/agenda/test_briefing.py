"""What of a published agenda is one person's own. Pure."""

from __future__ import annotations

import pytest

from forumapp.domain.agenda.speaker_pages.briefing import own_parts, people_with_parts
from tests.briefed import CHEN, LIU, MOORE, WANG, at, content, item, role, session


def test_ones_own_parts_in_order_of_time_each_with_its_own_minutes() -> None:
    parts = own_parts(content(), LIU)

    told = [
        (one.code, one.role, f"{one.span.start.wall:%d %H:%M}", f"{one.span.end.wall:%d %H:%M}", one.place, one.places)
        for one in parts
    ]
    assert told == [
        ("opening", "keynote", "31 09:10", "31 09:30", 1, 1),
        ("panel", "panelist", "31 14:00", "31 15:30", 2, 4),
        ("dinner", "speaker", "31 21:00", "01 00:30", 1, 1),
        ("late", "chair", "01 00:45", "01 01:15", 1, 1),
    ]


def test_a_dinner_in_all_rooms_says_so_and_everything_else_its_room() -> None:
    ballroom, everywhere = (
        {"en": en, "zh-Hans": zh} for en, zh in (("Grand Ballroom", "大宴会厅"), ("All rooms", "所有会场"))
    )
    assert [one.room for one in own_parts(content(), LIU)] == [ballroom, ballroom, everywhere, ballroom]


def test_half_of_a_consecutive_speech_is_the_interpreters() -> None:
    speech, panel = own_parts(content(), LIU)[:2]
    assert (speech.way, speech.item_minutes, speech.speaking_minutes) == ("consecutive", 20, 10)
    assert (panel.way, panel.item_minutes, panel.is_interpreted) == ("simultaneous", 0, False)


@pytest.mark.parametrize(
    ("of_session", "mode", "way", "own_minutes"),
    [
        ("consecutive", "none", "none", 20),
        ("consecutive", "consecutive", "consecutive", 10),
        ("consecutive", "simultaneous", "simultaneous", 20),
        ("simultaneous", "none", "none", 20),
        ("none", "consecutive", "consecutive", 10),
        ("consecutive", None, "consecutive", 0),
        ("simultaneous", None, "simultaneous", 0),
    ],
)
def test_an_item_is_interpreted_as_it_says_and_only_the_whole_session_as_that_says(
    of_session: str, mode: str | None, way: str, own_minutes: int
) -> None:
    items = [item(11, {"en": "Toast"}, 20, at(31, 9), mode)] if mode else []
    roles = [role(LIU, "speaker", 11 if mode else None)]
    one = session(1, "x", {"en": "X"}, (at(31, 9), at(31, 10)), interpretation=of_session, items=items, roles=roles)

    (part,) = own_parts({**content(), "sessions": [one]}, LIU)

    assert (part.way, part.speaking_minutes) == (way, own_minutes)


def test_while_the_clocks_go_back_half_an_hour_by_the_wall_is_an_hour_and_a_half() -> None:
    late = own_parts(content(), LIU)[-1]
    assert (late.turns_clocks, (late.span.end.utc - late.span.start.utc).seconds // 60, late.is_off) == (True, 90, True)
    assert [one.turns_clocks for one in own_parts(content(), LIU)[:-1]] == [False, False, False]


def test_of_others_only_those_who_are_announced_are_told_and_who_leads_apart() -> None:
    panel = own_parts(content(), LIU)[1]
    assert ([one.person_id for one in panel.moderators], [one.person_id for one in panel.others]) == ([MOORE], [CHEN])
    assert panel.others[0].title == {"en": "Vice Governor", "zh-Hans": "副省长"}


@pytest.mark.parametrize(
    ("among", "found"), [(None, [CHEN, LIU, MOORE, WANG]), ([WANG, LIU], [LIU, WANG]), ([], [])]
)  # fmt: skip
def test_whose_agendas_are_printed(among: list[int] | None, found: list[int]) -> None:
    assert people_with_parts(content(), among) == found
