"""What has changed of titles, as each column of a paper tells it: what stands in it now, and nothing else."""

from __future__ import annotations

import pytest

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.agenda.content.diff import public_differences
from forumapp.domain.printing.wording.agenda_changes import sentences
from tests.unit.agenda.test_differences import agenda, item, session

Texts = dict[str, str]
BOTH = {"en": "Opening", "zh-Hans": "开幕"}
ENGLISH, CHINESE = {"en": "Opening"}, {"zh-Hans": "开幕"}
EN, ZH = ["New title: “Grand Opening”. It was “Opening”."], ["标题由“开幕”改为“开幕式”。"]
# A title before and after; by the languages of a paper, what each of its columns says.
TABLE: list[tuple[str, Texts, Texts, dict[tuple[str, ...], list[list[str]]]]] = [
    (
        "in English alone",
        BOTH,
        {**BOTH, "en": "Grand Opening"},
        {LANGUAGES: [EN, []], ("en",): [EN], ("zh-Hans",): [[]]},
    ),
    (
        "in Chinese alone",
        BOTH,
        {**BOTH, "zh-Hans": "开幕式"},
        {LANGUAGES: [[], ZH], ("en",): [[]], ("zh-Hans",): [ZH]},
    ),
    (
        "in both",
        BOTH,
        {"en": "Grand Opening", "zh-Hans": "开幕式"},
        {LANGUAGES: [EN, ZH], ("en",): [EN], ("zh-Hans",): [ZH]},
    ),
    (
        "of what is written in English alone",
        ENGLISH,
        {"en": "Grand Opening"},
        {LANGUAGES: [EN, []], ("en",): [EN], ("zh-Hans",): [["标题由“Opening”改为“Grand Opening”。"]]},
    ),
    (
        "added",
        ENGLISH,
        BOTH,
        {
            LANGUAGES: [[], ["中文标题已添加：“开幕”。"]],
            ("en",): [[]],
            ("zh-Hans",): [["标题由“Opening”改为“开幕”。"]],
        },
    ),
    (
        "taken out",
        BOTH,
        CHINESE,
        {
            LANGUAGES: [["The English title has been taken out. It was “Opening”."], []],
            ("en",): [["New title: “开幕”. It was “Opening”."]],
            ("zh-Hans",): [[]],
        },
    ),
]
ITEMS: list[tuple[str, Texts, Texts, dict[tuple[str, ...], list[list[str]]]]] = [
    (
        "in English alone",
        BOTH,
        {**BOTH, "en": "Welcome"},
        {
            LANGUAGES: [["Item changed: “Opening” (20 min) → “Welcome” (20 min)."], []],
            ("zh-Hans",): [[]],
        },
    ),
    (
        "of what is written in English alone",
        ENGLISH,
        {"en": "Welcome"},
        {
            LANGUAGES: [["Item changed: “Opening” (20 min) → “Welcome” (20 min)."], []],
            ("zh-Hans",): [["细项变更：“Opening”（20分钟）→“Welcome”（20分钟）。"]],
        },
    ),
    (
        "added",
        ENGLISH,
        BOTH,
        {
            LANGUAGES: [[], ["细项“Opening”的中文标题已添加：“开幕”。"]],
            ("en",): [[]],
            ("zh-Hans",): [["细项变更：“Opening”（20分钟）→“开幕”（20分钟）。"]],
        },
    ),
    (
        "taken out",
        BOTH,
        ENGLISH,
        {LANGUAGES: [[], ["细项“Opening”的中文标题已删除，原为“开幕”。"]], ("en",): [[]]},
    ),
]


@pytest.mark.parametrize(("before", "after", "said"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_title_is_told_where_what_stands_there_is_another_one(
    before: Texts, after: Texts, said: dict[tuple[str, ...], list[list[str]]]
) -> None:
    (found,) = public_differences(*(agenda(session(title=title)) for title in (before, after)))
    assert {paper: [sentences(found, one, languages=paper) for one in paper] for paper in said} == said


@pytest.mark.parametrize(("before", "after", "said"), [row[1:] for row in ITEMS], ids=[row[0] for row in ITEMS])
def test_so_is_the_title_of_an_item(before: Texts, after: Texts, said: dict[tuple[str, ...], list[list[str]]]) -> None:
    old, new = (agenda(session(items=[{**item(71, ""), "title": title}])) for title in (before, after))
    (found,) = public_differences(old, new)
    assert {paper: [sentences(found, one, languages=paper) for one in paper] for paper in said} == said


def test_what_else_has_changed_of_an_item_is_told_in_each_column_by_the_title_that_it_has_there() -> None:
    before, after = {**item(71, ""), "title": BOTH}, {**item(71, ""), "title": {**BOTH, "en": "Welcome"}}
    (found,) = public_differences(*(agenda(session(items=[one])) for one in (before, {**after, "minutes": 30})))
    assert [sentences(found, one, languages=LANGUAGES) for one in LANGUAGES] == [
        ["Item changed: “Opening” (20 min) → “Welcome” (30 min)."],
        ["细项变更：“开幕”（20分钟）→“开幕”（30分钟）。"],
    ]
