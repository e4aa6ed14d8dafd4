"""What has changed of people in the agenda, as pages tell it and as each column of a paper does."""

from __future__ import annotations

from typing import Any

import pytest

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.content.diff import ChangeKind, public_differences
from forumapp.domain.printing.wording.agenda_changes import sentences
from tests.unit.agenda.test_differences import agenda, part, session

CHAIR = {
    "title": {"en": "Chair", "zh-Hans": "董事长"},
    "organization": {"en": "Meizhou Trading", "zh-Hans": "美洲贸易"},
}
LIFE = {"en": "A life.", "zh-Hans": "生平。"}
GUO: dict[str, Any] = {
    "latin_family": "Guo", "latin_given": "Shaochun", "name_order": "family-first", "native_full": "郭少春",
    "native_language": "zh-Hans", "form_of_address": {}, "biography": LIFE, "titles": [CHAIR],
}  # fmt: skip
BASS = {**GUO, "latin_family": "Bass", "latin_given": "Karen", "name_order": "given-first", "native_full": "凯伦·巴斯"}


def office(**more: dict[str, str]) -> dict[str, Any]:
    return {"titles": [{**CHAIR, **more}]}


# What is another one of 郭少春, and what the two columns of a paper say of it.
TABLE: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("Latin name", {"latin_given": "Shao Chun"}, ["Name: GUO Shao Chun. It was: GUO Shaochun."], []),
    ("native name", {"native_full": "郭绍春"}, [], ["姓名由郭少春改为郭绍春。"]),
    ("order", {"name_order": "given-first"}, ["Name: Shaochun Guo. It was: GUO Shaochun."], []),
    (
        "title in one language",
        office(title={"en": "President", "zh-Hans": "董事长"}),
        ["GUO Shaochun is now introduced as “President, Meizhou Trading”. It was “Chair, Meizhou Trading”."],
        [],
    ),
    (
        "organization in the other one",
        office(organization={"en": "Meizhou Trading", "zh-Hans": "美洲商贸"}),
        [],
        ["郭少春的单位与职务由“美洲贸易 董事长”改为“美洲商贸 董事长”。"],
    ),
    (
        "title and biography in both",
        {**office(title={"en": "President", "zh-Hans": "总裁"}), "biography": {"en": "Other.", "zh-Hans": "另。"}},
        [
            (
                "GUO Shaochun is now introduced as “President, Meizhou Trading”. It was “Chair, Meizhou Trading”. "
                "The biography of GUO Shaochun has been revised."
            )
        ],
        ["郭少春的单位与职务由“美洲贸易 董事长”改为“美洲贸易 总裁”。郭少春的简介已修订。"],
    ),
    (
        "no office any more",
        {"titles": []},
        ["GUO Shaochun is no longer introduced as “Chair, Meizhou Trading”."],
        ["郭少春的单位与职务已删除，原为“美洲贸易 董事长”。"],
    ),
    ("biography in one language", {"biography": {**LIFE, "zh-Hans": "另。"}}, [], ["郭少春的简介已修订。"]),
    ("biography lost", {"biography": {"en": "A life."}}, [], ["郭少春的简介已删除。"]),
    ("what no program tells", {"form_of_address": {"en": "Mr"}}, [], []),
    ("a second office", {"titles": [CHAIR, CHAIR]}, [], []),
]


def told(before: dict[str, Any], after: dict[str, Any], *languages: str, **roles: Any) -> dict[str, list[str]]:
    """By language, of the two agendas in which someone is printed so; on pages where no languages are said."""
    old, new = ({**agenda(session(**roles)), "people": {"1": one}} for one in (before, after))
    (found,) = public_differences(old, new)
    assert found.kinds == (ChangeKind.NAMES,)
    return {one: sentences(found, one, languages=languages) for one in languages or LANGUAGES}


@pytest.mark.parametrize(("changes", "english", "chinese"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_column_of_a_paper_tells_as_it_was_and_is_what_changed_in_its_own_language(
    changes: dict[str, Any], english: list[str], chinese: list[str]
) -> None:
    assert told(GUO, {**GUO, **changes}, "en", "zh-Hans") == {"en": english, "zh-Hans": chinese}


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        (
            {"native_full": "郭绍春"},
            "Name, title or biography has changed in another language: Guo Shaochun.",
            "姓名由郭少春改为郭绍春。",
        ),
        (
            {"biography": {"en": "Other.", "zh-Hans": "生平。"}},
            "The biography of Guo Shaochun has been revised.",
            "姓名、职务或简介在其他语言中有更新：郭少春。",
        ),
        (
            {"form_of_address": {"en": "Mr"}},
            "Other details have changed: Guo Shaochun.",
            "其他信息有更新：郭少春。",
        ),
    ],
)
def test_a_page_tells_its_reader_also_that_something_has_changed_in_another_language(
    changes: dict[str, Any], english: str, chinese: str
) -> None:
    assert told(GUO, {**GUO, **changes}) == {"en": [english], "zh-Hans": [chinese]}


def test_alone_on_a_paper_a_language_has_both_names_as_the_program_has_them() -> None:
    after = {**GUO, "native_full": "郭绍春", "biography": {"en": "Other."}}
    assert told(GUO, after, "en") == {
        "en": [
            (
                "Name: GUO Shaochun 郭绍春. It was: GUO Shaochun 郭少春. "
                "The biography of GUO Shaochun 郭绍春 has been revised."
            )
        ]
    }
    assert told(GUO, {**GUO, "biography": {"zh-Hans": "生平。"}}, "zh-Hans") == {"zh-Hans": []}
    assert told(BASS, {**BASS, "biography": {}}, "zh-Hans") == {"zh-Hans": ["凯伦·巴斯 Karen Bass的简介已删除。"]}


def test_whoever_takes_a_place_is_called_as_in_the_program_too() -> None:
    people = {"1": GUO, "2": BASS}
    before, after = ({**agenda(session(roles=[part(one)])), "people": people} for one in (1, 2))
    (found,) = public_differences(before, after)
    said = {one: sentences(found, one, languages=("en", "zh-Hans")) for one in LANGUAGES}
    assert said == {
        "en": ["Karen Bass, Chair, Meizhou Trading, takes the place of GUO Shaochun (speaker)."],
        "zh-Hans": ["美洲贸易董事长凯伦·巴斯接替郭少春（演讲）。"],
    }
