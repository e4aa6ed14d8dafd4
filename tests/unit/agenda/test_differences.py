"""What is different between two agendas, over plain values."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.content.diff import (
    NOTHING,
    changed_sessions,
    differences,
    notices_by_person,
    public_differences,
    public_notices,
)
from forumapp.domain.agenda.models import ItemKind
from forumapp.domain.printing.wording.agenda_changes import in_words, kinds_in_words, sentences

ZONE = "Asia/Shanghai"
BEGINS = "2023-05-22T01:00:00+00:00"  # at nine there
PEOPLE = {
    str(key): {
        "latin_family": family,
        "latin_given": given_name,
        "name_order": "family-first",
        "native_full": native,
        "native_language": "zh-Hans",
        "titles": [],
    }
    for key, family, given_name, native in (
        (1, "Liu", "Chun", "刘春"),
        (2, "Lin", "Yi", "林艺"),
        (3, "Ma", "Li", "马丽"),
    )
}


def at(hour: int, minute: int = 0, day: int = 22) -> dict[str, str]:
    return {
        "utc": f"2023-05-{day:02d}T{hour - 8:02d}:{minute:02d}:00+00:00",
        "wall": f"2023-05-{day:02d}T{hour:02d}:{minute:02d}:00",
        "zone": ZONE,
    }


def part(person: int, role: str = "speaker", item: int | None = None, status: str = "confirmed") -> dict[str, Any]:
    return {"person": person, "item": item, "role": role, "status": status, "position": 0}


def item(key: int, title: str, minutes: int = 20, mode: str = "none") -> dict[str, Any]:
    return {"id": key, "kind": "speech", "title": {"en": title}, "minutes": minutes, "mode": mode, "start_utc": BEGINS}


def session(key: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "code": f"s{key}",
        "title": {"en": "Trade", "zh-Hans": "贸易"},
        "abstract": {},
        "kind": "panel",
        "status": "confirmed",
        "room": 1,
        "track": None,
        "start": at(9),
        "end": at(10),
        "interpretation": "none",
        "languages": ["en"],
        "press": "open",
        "is_sample": False,
        "items": [item(71, "Opening")],
        "roles": [part(1)],
        **more,
    }


def agenda(*sessions: dict[str, Any]) -> dict[str, Any]:
    rooms = [
        {"id": 1, "code": "a", "name": {"en": "Hall A", "zh-Hans": "A厅"}},
        {"id": 2, "code": "b", "name": {"en": "Hall B"}},
    ]
    return {"rooms": rooms, "tracks": [], "sessions": list(sessions), "people": PEOPLE, "speakers": []}


# What changed, what it is called, and all that is said of it in both languages.
TABLE: list[tuple[str, dict[str, Any], list[str], list[str], list[str]]] = [
    ("nothing", {}, [], [], []),
    ("what older versions do not say", {"setup_minutes": 0, "channels": [], "layout": None}, [], [], []),
    (
        "its time",
        {"start": at(11), "end": at(12, 30)},
        ["moved"],
        ["Moved from Mon 22 May 09:00–10:00 to Mon 22 May 11:00–12:30."],
        ["由5月22日 周一 09:00–10:00改为5月22日 周一 11:00–12:30。"],
    ),
    ("its room", {"room": 2}, ["moved"], ["Moved from Hall A to Hall B."], ["由A厅改为Hall B。"]),
    (
        "both, over midnight",
        {"start": at(23), "end": {**at(8, 30, 23), "wall": "2023-05-23T00:30:00"}, "room": None},
        ["moved"],
        ["Moved from Mon 22 May 09:00–10:00, Hall A to Mon 22 May 23:00–00:30 (+1)."],
        ["由5月22日 周一 09:00–10:00，A厅改为5月22日 周一 23:00–00:30 (+1)。"],
    ),
    ("out of its room", {"room": None}, ["moved"], ["Moved from Hall A to no room yet."], ["由A厅改为会场待定。"]),
    (
        "into all rooms",
        {"room": None, "in_all_rooms": True},
        ["moved"],
        ["Moved from Hall A to all rooms."],
        ["由A厅改为所有会场。"],
    ),
    (
        "a plenary where it was",
        {"in_all_rooms": True},
        ["details"],
        ["Also changed: whether it takes every room."],
        ["其他变更：是否占用全部会场。"],
    ),
    (
        "its title",
        {"title": {"en": "Open trade", "zh-Hans": "开放贸易"}},
        ["retitled"],
        ["New title: “Open trade”. It was “Trade”."],
        ["标题由“贸易”改为“开放贸易”。"],
    ),
    (
        "its title in one language",
        {"title": {"en": "Trade", "zh-Hans": "经贸"}},
        ["retitled"],
        ["The Chinese title has changed: “经贸”."],
        ["标题由“贸易”改为“经贸”。"],
    ),
    (
        "its title in the other one",
        {"title": {"en": "Open trade", "zh-Hans": "贸易"}},
        ["retitled"],
        ["New title: “Open trade”. It was “Trade”."],
        ["英文标题有改动：“Open trade”。"],
    ),
    (
        "its title is left in one language",
        {"title": {"en": "Trade", "zh-Hans": ""}},
        ["retitled"],
        ["The Chinese title has been taken out. It was “贸易”."],
        ["中文标题已删除，原为“贸易”。"],
    ),
    (
        "its title is left in one language, and is another one there",
        {"title": {"en": "Open trade"}},
        ["retitled"],
        ["New title: “Open trade”. It was “Trade”. The Chinese title has been taken out. It was “贸易”."],
        ["英文标题有改动：“Open trade”。中文标题已删除，原为“贸易”。"],
    ),
    (
        "its title is left in the other one",
        {"title": {"zh-Hans": "贸易"}},
        ["retitled"],
        ["The English title has been taken out. It was “Trade”."],
        ["英文标题已删除，原为“Trade”。"],
    ),
    (
        "an item's title in one language",
        {"items": [{**item(71, "Opening"), "title": {"en": "Opening", "zh-Hans": "开幕"}}]},
        ["item-changed"],
        ["The Chinese title of the item “Opening” has been added: “开幕”."],
        ["细项“Opening”的中文标题已添加：“开幕”。"],
    ),
    (
        "an item in more than what one reads",
        {"items": [{**item(71, "Opening", 30), "title": {"en": "Opening", "zh-Hans": "开幕"}, "kind": "panel"}]},
        ["item-changed"],
        [
            (
                "Item changed: “Opening” (20 min) → “Opening” (30 min). The Chinese title of the item “Opening” has "
                "been added: “开幕”. The item “Opening” is now: panel. It was: speech."
            )
        ],
        [
            (
                "细项变更：“Opening”（20分钟）→“Opening”（30分钟）。细项“Opening”的中文标题已添加：“开幕”。"
                "细项“Opening”的类型由演讲改为专题讨论。"
            )
        ],
    ),
    (
        "an item's text that is empty",
        {"items": [{**item(71, "Opening"), "title": {"en": "Opening", "zh-Hans": ""}}]},
        [],
        [],
        [],
    ),
    (
        "cancelled, and whatever else",
        {"status": "cancelled", "roles": [], "room": None},
        ["cancelled"],
        ["Cancelled. It was to be Mon 22 May 09:00–10:00, Hall A."],
        ["已取消，原定5月22日 周一 09:00–10:00，A厅。"],
    ),
    (
        "tentative",
        {"status": "tentative"},
        ["status"],
        ["It is now tentative; it was confirmed."],
        ["状态由“已确认”改为“暂定”。"],
    ),
    (
        "who came",
        {"roles": [part(1), part(2, "moderator", 71)]},
        ["came"],
        ["Lin Yi takes part (moderator of “Opening”)."],
        ["林艺将参加（“Opening”主持人）。"],
    ),
    ("who went", {"roles": []}, ["went"], ["Liu Chun no longer takes part (speaker)."], ["刘春不再参加（演讲）。"]),
    (
        "one for another",
        {"roles": [part(2)]},
        ["replaced"],
        ["Lin Yi takes the place of Liu Chun (speaker)."],
        ["林艺接替刘春（演讲）。"],
    ),
    (
        "another role",
        {"roles": [part(1, "moderator")]},
        ["role"],
        ["Liu Chun now takes part as: moderator. It was: speaker."],
        ["刘春的角色由演讲改为主持人。"],
    ),
    (
        "not confirmed any more",
        {"roles": [part(1, status="invited")]},
        ["part"],
        ["Liu Chun: the part (speaker) is now not confirmed yet."],
        ["刘春（演讲）尚未确认。"],
    ),
    (
        "another channel",
        {"roles": [{**part(1), "channel": 2}]},
        ["channel"],
        ["Liu Chun is on channel 2 now."],
        ["刘春改用2频道。"],
    ),
    (
        "items",
        {"items": [item(72, "Questions", 15), item(71, "Opening", 30, "consecutive")]},
        ["item-new", "item-changed"],
        [
            "New item at 09:00: “Questions” (15 min).",
            "Item changed: “Opening” (20 min) → “Opening” (30 min, consecutive interpretation).",
        ],
        ["新增细项：09:00 “Questions”（15分钟）。", "细项变更：“Opening”（20分钟）→“Opening”（30分钟，交替传译）。"],
    ),
    (
        "an item less",
        {"items": []},
        ["item-removed"],
        ["Item removed: “Opening” (20 min)."],
        ["删除细项：“Opening”（20分钟）。"],
    ),
    (
        "languages",
        {
            "interpretation": "simultaneous",
            "languages": ["en", "zh-Hans"],
            "channels": [{"number": 1, "language": "en"}, {"number": 2, "language": "zh-Hans"}],
        },
        ["interpretation"],
        [
            "Languages: English, Chinese, simultaneous interpretation (1 English, 2 Chinese). It was: English, no interpretation."
        ],
        ["语言安排由英语，无传译改为英语、中文，同声传译（1 英语、2 中文）。"],
    ),
    (
        "details",
        {"abstract": {"en": "New"}, "setup_minutes": 15, "something": "else"},
        ["details"],
        ["Also changed: the abstract, the time to set up, other details."],
        ["其他变更：内容摘要、布场时间、其他信息。"],
    ),
]


@pytest.mark.parametrize(
    ("changes", "kinds", "english", "chinese"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_reads_differently_is_told_in_both_languages(
    changes: dict[str, Any], kinds: list[str], english: list[str], chinese: list[str]
) -> None:
    found = differences(agenda(session()), agenda(session(**changes)))
    assert [list(one.kinds) for one in found] == ([kinds] if kinds else [])
    assert [words for one in found for words in sentences(one, "en")] == english
    assert [words for one in found for words in sentences(one, "zh-Hans")] == chinese


@pytest.mark.parametrize(
    ("before", "after", "english", "chinese"),
    [
        (
            {"en": "Opening", "zh-Hans": "开幕"},
            {"en": "Opening"},
            "The Chinese title of the item “Opening” has been taken out. It was “开幕”.",
            "细项“Opening”的中文标题已删除，原为“开幕”。",
        ),
        (
            {"en": "Opening", "zh-Hans": "开幕"},
            {"en": "Welcome", "zh-Hans": "致辞"},
            "Item changed: “Opening” (20 min) → “Welcome” (20 min).",
            "细项变更：“开幕”（20分钟）→“致辞”（20分钟）。",
        ),
    ],
)
def test_a_title_of_an_item_is_taken_out_in_the_words_of_both_languages(
    before: dict[str, str], after: dict[str, str], english: str, chinese: str
) -> None:
    old, new = (agenda(session(items=[{**item(71, ""), "title": title}])) for title in (before, after))
    (found,) = differences(old, new)
    assert (sentences(found, "en"), sentences(found, "zh-Hans")) == ([english], [chinese])


@pytest.mark.parametrize("kind", [one.value for one in ItemKind if one is not ItemKind.SPEECH])
def test_every_kind_of_item_has_its_words(kind: str) -> None:
    changed = session(items=[{**item(71, "Opening"), "kind": kind}])
    (found,) = differences(agenda(session()), agenda(changed))
    assert [("→" in words, len(words) > 20) for words in sentences(found, "en")] == [(False, True)]
    assert "的类型由演讲改为" in sentences(found, "zh-Hans")[0]


def test_sessions_come_go_and_come_back() -> None:
    before = agenda(session(1), session(2, status="cancelled"), session(3))
    after = agenda(session(2, start=at(8)), session(3), session(4, room=None, start=at(12), end=at(13)))
    found = differences(before, after)
    assert [(one.id, list(one.kinds), one.is_gone) for one in found] == [
        (2, ["brought-back", "moved"], False),
        (1, ["removed"], True),
        (4, ["new"], False),
    ]
    assert [sentences(one, "en")[0] for one in found] == [
        "It takes place after all: Mon 22 May 08:00–10:00, Hall A.",
        "No longer in the agenda. It was to be Mon 22 May 09:00–10:00, Hall A.",
        "New: Mon 22 May 12:00–13:00. Speaker: Liu Chun. 09:00 “Opening” (20 min).",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"status": "tentative", "items": []}, ["status"]),
        ({"abstract": {"en": "Lin"}}, {"kind": "closed-door"}, ["details"]),
        ({"kind": "closed-door"}, {"kind": "closed-door", "items": [item(72, "Lin")], "abstract": {"en": "Lin"}}, []),
        ({"status": "tentative"}, {"status": "tentative", "items": [item(71, "Lin")]}, []),
        ({"status": "cancelled"}, {"items": [item(72, "Lin")], "abstract": {"en": "Lin"}}, ["brought-back"]),
        ({"roles": [part(1), part(2, status="invited")]}, {"roles": [part(1), part(2)]}, ["came"]),
        ({}, {"roles": [part(1), part(3, "interpreter")]}, []),
        ({}, {"av_needs": "Lin's film"}, []),
    ],
    ids=["tentative", "behind closed doors", "inside", "still tentative", "back", "confirmed", "a helper", "needs"],
)
def test_the_public_learns_of_nobody_whom_it_would_not_read_of(
    before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    found = public_differences(agenda(session(**before)), agenda(session(**after)))
    assert [kind for one in found for kind in one.kinds] == told
    assert not any("Lin" in words for one in found for words in sentences(one, "en")) or told == ["came"]


def test_those_are_written_to_who_have_a_part_before_or_after() -> None:
    before = agenda(session(1, roles=[part(1)]), session(2, roles=[part(2)]), session(3, roles=[part(3)]), session(4))
    after = agenda(
        session(1, roles=[part(3)], room=2),
        session(3, setup_minutes=30, roles=[part(3)]),  # which nobody needs to be written about
        session(4, roles=[part(1), part(2, "interpreter"), part(3, "moderator", status="invited")]),
    )
    found = notices_by_person(before, after)
    told = {
        person: {key: [change.kind.value for change in one.changes] for key, one in mine.items()}
        for person, mine in found.items()
    }
    assert told == {
        1: {1: ["moved", "replaced"]},
        2: {2: ["removed"], 4: ["came"]},
        # That they are to moderate is no news to others before they have said yes.
        3: {1: ["moved", "replaced"], 4: ["came"]},
    }
    assert {
        key: [change.kind.value for change in one.changes] for key, one in public_notices(before, after).items()
    } == {
        1: ["moved", "replaced"],
        2: ["removed"],
    }


def test_behind_closed_doors_one_is_written_of_ones_own_item_alone() -> None:
    closed = {"kind": "closed-door", "roles": [part(1, item=71), part(2, item=72), part(3)]}
    before = agenda(session(items=[item(71, "One"), item(72, "Two")], **closed))
    after = agenda(session(items=[item(71, "Other"), item(72, "Two")], **closed))
    found = notices_by_person(before, after)
    assert {person: [change.kind.value for change in mine[7].changes] for person, mine in found.items()} == {
        1: ["item-changed"]
    }


def in_turn(start: dict[str, str], *items: dict[str, Any]) -> dict[str, Any]:
    """A session's times and items, each beginning when the one before it ends."""
    begins, told = datetime.fromisoformat(start["utc"]), []
    for one in items:
        told.append({**one, "start_utc": begins.isoformat()})
        begins += timedelta(minutes=one["minutes"])
    return {"start": start, "end": at(12), "items": told}


LATER = {
    "en": "“B” now begins Mon 22 May 09:20. It was to begin Mon 22 May 09:10.",
    "zh-Hans": "细项“B”的开始时间由5月22日 周一 09:10改为5月22日 周一 09:20。",
}


@pytest.mark.parametrize(("kind", "of_all"), [("panel", ["item-changed"]), ("closed-door", [])])
def test_whoever_is_to_speak_at_another_time_is_told_when_and_nobody_else(kind: str, of_all: list[str]) -> None:
    people = {"kind": kind, "roles": [part(1, item=71), part(2, item=72), part(3)]}
    before = agenda(session(**people, **in_turn(at(9), item(71, "A", 10), item(72, "B"))))
    after = agenda(session(**people, **in_turn(at(9), item(71, "A", 20), item(72, "B"))))
    told = notices_by_person(before, after)
    found = {person: [change.kind.value for change in mine[7].changes] for person, mine in told.items()}
    everyone = {1: ["item-changed"], 2: [*of_all, "item-moved"], 3: of_all}
    assert found == {person: kinds for person, kinds in everyone.items() if kinds}
    moved = told[2][7].changes[-1]
    assert {language: in_words(moved, language) for language in LANGUAGES} == LATER
    # Everyone reads on the page what they may read of; nobody who is in the whole session alone is written to of it.
    shown = [words for one in public_differences(before, after) for words in sentences(one, "en")]
    assert (LATER["en"] in shown) is bool(of_all)
    assert [change.kind.value for one in public_notices(before, after).values() for change in one.changes] == of_all


def test_items_that_move_with_their_session_are_told_by_it_alone() -> None:
    items = (item(71, "A", 10), item(72, "B"))
    before = agenda(session(roles=[part(2, item=72)], **in_turn(at(9), *items)))
    for begins, order, kinds in (
        (at(10), items, ["moved"]),
        (at(10), items[::-1], ["moved", "item-order", "item-moved", "item-moved"]),
        (at(9), items[1:], ["item-removed", "item-moved"]),
    ):
        (one,) = differences(before, agenda(session(roles=[part(2, item=72)], **in_turn(begins, *order))))
        assert [change.kind.value for change in one.changes] == kinds


def test_of_what_stays_cancelled_nobody_is_written_to() -> None:
    before, after = (agenda(session(status="cancelled", room=room)) for room in (1, 2))
    assert changed_sessions(before, after) == {7}
    assert (notices_by_person(before, after), public_notices(before, after)) == ({}, {})


sessions = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["confirmed", "tentative", "cancelled"]),
        "kind": st.sampled_from(["panel", "closed-door"]),
        "room": st.sampled_from([None, 1, 2]),
        "start": st.sampled_from([at(8), at(9)]),
        "end": st.sampled_from([at(10), at(11)]),
        "title": st.sampled_from([{"en": "A"}, {"en": "B"}]),
        "languages": st.sampled_from([[], ["en"]]),
        "items": st.lists(st.builds(item, st.integers(1, 3), st.just("x"), st.integers(5, 6)), max_size=2, unique_by=lambda one: one["id"]),
        "roles": st.lists(
            st.builds(part, st.integers(1, 3), st.sampled_from(["speaker", "moderator"]), st.none(), st.sampled_from(["confirmed", "invited"])),
            max_size=3,
            unique_by=lambda one: (one["person"], one["role"]),
        ),
    },
    optional={"setup_minutes": st.integers(0, 1), "in_all_rooms": st.booleans()},
)  # fmt: skip
agendas = st.dictionaries(st.integers(1, 4), sessions).map(
    lambda found: agenda(*(session(key, **one) for key, one in found.items()))
)


def read(one: dict[str, Any]) -> dict[str, Any]:
    """A session as a reader takes it: what is empty is not there."""
    return {name: value for name, value in one.items() if value}


@given(agendas, agendas)
def test_every_session_that_reads_differently_is_named(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = ({one["id"]: read(one) for one in content["sessions"]} for content in (before, after))
    expected = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    found = differences(before, after)
    assert {one.id for one in found} == expected
    for one in found:
        for language in LANGUAGES:
            assert all(sentences(one, language))
            assert kinds_in_words(one, language)


@given(agendas)
def test_nothing_differs_from_itself_and_all_is_new_to_nothing(content: dict[str, Any]) -> None:
    ids = {one["id"] for one in content["sessions"]}
    assert differences(content, copy.deepcopy(content)) == []
    assert {one.id: list(one.kinds) for one in differences(NOTHING, content)} == {key: ["new"] for key in ids}
    assert {one.id: list(one.kinds) for one in differences(content, NOTHING)} == {key: ["removed"] for key in ids}
