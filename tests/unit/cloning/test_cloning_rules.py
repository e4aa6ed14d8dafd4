"""What a new edition is called and when it is, where nothing is said of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from forumapp.domain.cloning.rules import values_of, with_year

OLD: dict[str, Any] = {
    "year": 2019,
    "name": {"en": "2019 Business Forum", "zh-Hans": "2019年经贸论坛"},
    "slug": "ccbf-2019",
    "starts_on": date(2019, 6, 5),
    "ends_on": date(2019, 6, 6),
}
SAID: dict[str, Any] = {"ordinal": 5, "starts_on": date(2023, 5, 22)}
FOLLOWS: dict[str, Any] = {
    "ends_on": date(2023, 5, 23),
    "year": 2023,
    "name": {"en": "2023 Business Forum", "zh-Hans": "2023年经贸论坛"},
    "slug": "ccbf-2023",
}


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ({}, {}),
        ({"ends_on": None, "year": None, "name": {}, "slug": ""}, {}),
        ({"theme": {}, "place": {"en": "Oakland"}}, {"theme": {}, "place": {"en": "Oakland"}}),
        ({"ends_on": date(2023, 5, 22)}, {"ends_on": date(2023, 5, 22)}),
        ({"name": {"en": "Fifth Forum"}}, {"name": {"en": "Fifth Forum"}}),
        ({"slug": "fifth"}, {"slug": "fifth"}),
        (
            {"year": 2022},
            {"year": 2022, "slug": "ccbf-2022", "name": {"en": "2022 Business Forum", "zh-Hans": "2022年经贸论坛"}},
        ),
    ],
)
def test_what_is_not_said_follows_from_the_earlier_one(said: dict[str, Any], changes: dict[str, Any]) -> None:
    assert values_of({**SAID, **said}, **OLD) == {**SAID, **FOLLOWS, **changes}


def test_an_address_without_a_year_is_made_anew() -> None:
    assert "slug" not in values_of(SAID, **{**OLD, "slug": "forum-la"})


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("2019 Forum", "2023 Forum"),
        ("2019年论坛", "2023年论坛"),
        ("Forum 12019", "Forum 12019"),
        ("Since 2016", "Since 2016"),
    ],
)
def test_only_the_year_itself_is_changed(text: str, new: str) -> None:
    assert with_year(text, 2019, 2023) == new
