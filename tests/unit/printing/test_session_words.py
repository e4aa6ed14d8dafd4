"""What is said of a new session, and of its details, on a page and in the columns of a paper."""

from __future__ import annotations

from typing import Any

import pytest

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.content.diff import public_differences
from forumapp.domain.printing.wording.agenda_changes import sentences
from tests.unit.agenda.test_differences import agenda, item, part, session
from tests.unit.printing.test_people_words import BASS, GUO

ROOM = {"id": 1, "code": "a", "name": {"en": "Jade Hall", "zh-Hans": "玉厅"}}


def said(before: dict[str, Any], after: dict[str, Any], *, on_paper: bool) -> dict[str, list[str]]:
    for content in (before, after):
        content["people"] = {"1": GUO, "2": BASS, "3": {**GUO, "titles": []}}
    (found,) = public_differences(before, after)
    return {one: sentences(found, one, languages=LANGUAGES if on_paper else ()) for one in LANGUAGES}


@pytest.mark.parametrize("on_paper", [False, True])
def test_a_new_session_is_told_with_who_speaks_and_in_which_items(on_paper: bool) -> None:
    guo = "GUO Shaochun" if on_paper else "Guo Shaochun"
    people = [part(1, "moderator"), part(2, item=72), part(3, item=72)]
    new = session(items=[item(71, "Opening"), item(72, "Remarks", 6)], roles=people)
    assert said(agenda(), agenda(new), on_paper=on_paper) == {
        "en": [
            (
                f"New: Mon 22 May 09:00–10:00, Hall A. Moderator: {guo}, Chair, Meizhou Trading. 09:00 “Opening” "
                f"(20 min). 09:00 “Remarks” (6 min): Karen Bass, Chair, Meizhou Trading; {guo}."
            )
        ],
        "zh-Hans": [
            (
                "新增环节：5月22日 周一 09:00–10:00，A厅。主持人：美洲贸易董事长郭少春。09:00 “Opening”（20分钟）。"
                "09:00 “Remarks”（6分钟）：美洲贸易董事长凯伦·巴斯；郭少春。"
            )
        ],
    }


def test_of_a_new_session_that_is_not_settled_nobody_is_named() -> None:
    new = session(status="tentative", roles=[part(1)])
    told = said(agenda(), agenda(new), on_paper=True)
    assert told["en"] == ["New: Mon 22 May 09:00–10:00, Hall A."]


def test_a_room_is_told_by_both_its_names_and_the_press_by_where_it_stands() -> None:
    before, after = agenda(session()), agenda(session(press="closed", abstract={"en": "On trade."}))
    after["rooms"] = [ROOM, *after["rooms"][1:]]
    assert said(before, after, on_paper=True) == {
        "en": ["It is now closed to the press; it was open to the press. The room “Hall A” is now called “Jade Hall”."],
        "zh-Hans": ["现为不对媒体开放，原为对媒体开放。会场“A厅”现称“玉厅”。"],
    }
    assert said(before, after, on_paper=False)["en"] == [
        (
            "It is now closed to the press; it was open to the press. The room “Hall A” is now called “Jade Hall”. Also "
            "changed: the abstract."
        )
    ]


def test_on_paper_a_room_is_told_where_its_name_is_another_one_and_no_abstract() -> None:
    before, after = agenda(session()), agenda(session(abstract={"en": "On trade."}))
    after["rooms"] = [{**ROOM, "name": {"en": "Hall A", "zh-Hans": "玉厅"}}, *after["rooms"][1:]]
    assert said(before, after, on_paper=True) == {"en": [], "zh-Hans": ["会场“A厅”现称“玉厅”。"]}
    assert said(before, after, on_paper=False)["en"] == ["Also changed: the abstract, how the room is called."]


def test_the_order_of_people_is_told() -> None:
    before = agenda(session(roles=[part(1), part(2)]))
    after = agenda(session(roles=[part(2), part(1)]))
    assert said(before, after, on_paper=True) == {
        "en": ["The order of people is now: Karen Bass; GUO Shaochun."],
        "zh-Hans": ["人员次序改为：凯伦·巴斯、郭少春。"],
    }
