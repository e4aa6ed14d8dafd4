"""Codes, links and seats."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.domain.forums.models import Layout
from forumapp.domain.forums.rules import free_code, link_fault, seats_fault, slug_fault, travel_minutes


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://maps.example/hall",
        "https://uri.amap.com/marker?position=116.4,39.9&name=大会堂",
        "https://maps.example:8443?q=1#here",
        "https://地图.example/",
    ],
)
def test_a_link_that_readers_may_follow(url: str | None) -> None:
    assert link_fault(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://maps.example/hall",
        "javascript:alert(1)",
        "https:maps.example",
        "https://",
        "https://localhost/x",
        "https://user:word@maps.example/",
        "https://maps.example@evil.example/",
        "https://maps.example/a b",
        'https://maps.example/"onclick=',
        "https://maps.example/<b>",
        "//maps.example/x",
        " https://maps.example/x",
        "https://maps.example/x\n",
        "https://maps.example\\@evil.example",
    ],
)
def test_a_link_that_is_refused(url: str) -> None:
    assert link_fault(url) == "not-https"


@pytest.mark.parametrize(
    ("capacity", "layouts", "faults"),
    [
        (460, {"theater": 460, "banquet": 0}, {}),
        (0, {}, {}),
        (-1, {}, {"capacity": "too-small"}),
        (10, {"pyramid": 3}, {"layouts": "not-a-layout"}),
        (10, {"theater": -3}, {"layouts": "not-a-layout"}),
        (10, {"theater": "many"}, {"layouts": "not-a-layout"}),
    ],
)
def test_seats(capacity: int, layouts: dict[str, Any], faults: dict[str, str]) -> None:
    found = seats_fault(capacity, layouts, list(Layout))
    assert {field: fault for field, fault in found.items() if fault} == faults


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ({"en": "Grand Ballroom"}, (), "grand-ballroom"),
        ({"en": "Salón Émile, 2"}, (), "salon-emile-2"),
        ({"en": "Foyer"}, ("foyer", "foyer-2"), "foyer-3"),
        ({"zh-Hans": "大宴会厅"}, (), "room"),
        ({"zh-Hans": "大宴会厅"}, ("room",), "room-2"),
        ({"en": "a" * 99}, (), "a" * 40),
        ({"en": "New"}, (), "new-2"),
        ({}, (), "room"),
    ],
)
def test_a_code_is_made_of_the_name(name: dict[str, str], taken: tuple[str, ...], code: str) -> None:
    assert free_code(name, taken, "room") == code


@given(st.text(), st.sets(st.sampled_from(["room", "room-2", "a", "a-2"])))
def test_every_code_that_is_made_is_one_and_is_free(name: str, taken: set[str]) -> None:
    code = free_code({"en": name}, taken, "room")
    assert slug_fault(code) is None
    assert code not in taken
    assert re.fullmatch(r".{1,60}", code)


@pytest.mark.parametrize(
    ("own", "usual", "minutes"),
    [((None, None), None, 30), ((None, None), 45, 45), ((10, None), 45, 10), ((10, 20), 45, 20), ((0, None), 45, 0)],
)
def test_the_longest_own_minutes_count_and_else_those_of_the_edition(
    own: tuple[int | None, ...], usual: int | None, minutes: int
) -> None:
    assert travel_minutes(*own, usual=usual) == minutes
