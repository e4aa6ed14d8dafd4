"""What follows in a series and an edition where nothing is said."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.forums import rules

DAY = date(2023, 5, 22)
GIVEN: dict[str, Any] = {"starts_on": DAY, "ordinal": 5}
FOLLOWS = {
    "nothing": ({}, {"ends_on": DAY, "year": 2023, "slug": "ccbf-2023"}),
    "empty fields": ({"ends_on": None, "slug": ""}, {"ends_on": DAY, "year": 2023, "slug": "ccbf-2023"}),
    "a year of its own": ({"year": 2022}, {"ends_on": DAY, "year": 2022, "slug": "ccbf-2022"}),
    "everything": (
        {"ends_on": date(2023, 5, 23), "year": 2024, "slug": "la"},
        {"ends_on": date(2023, 5, 23), "year": 2024, "slug": "la"},
    ),
}


@pytest.mark.parametrize(("said", "wanted"), FOLLOWS.values(), ids=FOLLOWS)
def test_what_is_not_said_follows_from_the_first_day_and_the_series(
    said: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert rules.completed({**GIVEN, **said}, "ccbf") == {**GIVEN, **wanted}


NAMES = {
    "before": ({"en": "2023 China-California Business Forum"}, {"en": "China-California Business Forum"}),
    "after": ({"en": "Pacific Forum 2023"}, {"en": "Pacific Forum"}),
    "between": ({"en": "China 2023 Forum"}, {"en": "China Forum"}),
    "Chinese": ({"zh-Hans": "2023年中国-加州经贸论坛"}, {"zh-Hans": "中国-加州经贸论坛"}),
    "Chinese, between": ({"zh-Hans": "中国2023年论坛"}, {"zh-Hans": "中国论坛"}),
    "none": ({"en": "Pacific Forum"}, {"en": "Pacific Forum"}),
    "another year": ({"en": "Vision 2030"}, {"en": "Vision 2030"}),
    "nothing else": ({"en": "2023"}, {"en": "2023"}),
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.values(), ids=NAMES)
def test_a_series_is_named_like_its_first_edition_without_the_year(
    name: dict[str, str], wanted: dict[str, str]
) -> None:
    assert rules.series_name(name, 2023) == wanted


CODES = {
    "initials": ("China-California Business Forum", [], "ccbf"),
    "taken": ("China-California Business Forum", ["ccbf"], "ccbf-2"),
    "taken twice": ("China-California Business Forum", ["ccbf", "ccbf-2"], "ccbf-3"),
    "one word": ("Forum", [], "forum"),
    "no English name": ("", ["forum"], "forum-2"),
    "a word of our addresses": ("All Possible Ideas", [], "forum"),
    "figures do not count": ("1st Pacific 2 Forum", [], "spf"),
}


@pytest.mark.parametrize(("name", "taken", "code"), CODES.values(), ids=CODES)
def test_its_code_is_made_of_initials(name: str, taken: list[str], code: str) -> None:
    assert rules.series_code({"en": name}, taken) == code


@given(st.text(), st.lists(st.sampled_from(["forum", "ab", "ab-2", "abc"])))
def test_a_code_is_free_and_can_stand_in_an_address(name: str, taken: list[str]) -> None:
    code = rules.series_code({"en": name}, taken)

    assert code not in taken
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert rules.address_fault(code) is None
