"""What everyone may read of a published agenda."""

from __future__ import annotations

from typing import Any

import pytest

from forumapp.domain.agenda.content.snapshots import by_role, following, public_view, room_texts, speakers_in_order

ROLES = [
    {"person": 1, "item": None, "role": "speaker", "status": "confirmed", "position": 0},
    {"person": 2, "item": None, "role": "interpreter", "status": "confirmed", "position": 0},
    {"person": 3, "item": None, "role": "panelist", "status": "invited", "position": 0},
    {"person": 4, "item": None, "role": "mc", "position": 0},
]


ITEMS = [{"id": 8, "title": {"en": "Remarks by Liu Chun"}}]
ABSTRACT = {"en": "What Liu Chun has to say"}


def content(**session: Any) -> dict[str, Any]:
    told = {"title": {"en": "Talks"}, "start": {"utc": "9"}, "room": 5}
    one = {"id": 7, "kind": "panel", "status": "confirmed", "abstract": ABSTRACT, "items": ITEMS, "roles": ROLES}
    return {
        "rooms": [{"id": 5}],
        "tracks": [{"id": 6}],
        "sessions": [{**told, **one, **session}],
        "people": {str(person): {"native_full": str(person)} for person in (1, 2, 3, 4)},
        "speakers": [4, 3, 1],
    }


@pytest.mark.parametrize(
    ("session", "abstract", "items", "people"),
    [
        ({}, ABSTRACT, ITEMS, [1, 4]),
        ({"kind": "closed-door"}, {}, [], []),
        ({"kind": "closed-door", "status": "tentative"}, {}, [], []),
        ({"status": "tentative"}, ABSTRACT, [], []),
        ({"status": "cancelled"}, {}, [], []),
    ],
    ids=["confirmed", "behind closed doors", "both", "tentative", "cancelled"],
)
def test_what_is_told_of_a_session_is_what_its_kind_and_its_status_leave(
    session: dict[str, Any], abstract: dict[str, str], items: list[Any], people: list[int]
) -> None:
    given = content(**session)
    roles = [role for role in ROLES if role["person"] in people]
    assert public_view(given) == {
        "rooms": [{"id": 5}],
        "tracks": [{"id": 6}],
        "sessions": [{**given["sessions"][0], "abstract": abstract, "items": items, "roles": roles}],
        "people": {str(person): {"native_full": str(person)} for person in people},
        "speakers": [person for person in (4, 1) if person in people],
    }
    assert given == content(**session)


def test_who_has_only_been_invited_is_no_speaker_yet() -> None:
    assert speakers_in_order(content()["sessions"], [3, 4]) == [4, 1]


def test_people_are_named_by_role_as_they_were_put_in_order_and_interpreters_last() -> None:
    put = ["interpreter", "mc-1", "interpreter-2", "speaker", "mc-2"]
    assert by_role(put, lambda one: one.partition("-")[0]) == [
        "mc-1",
        "mc-2",
        "speaker",
        "interpreter",
        "interpreter-2",
    ]


def test_two_parts_that_are_one_persons_now_are_one() -> None:
    parts = [{"person": one, "item": None, "role": "speaker", "status": "confirmed"} for one in (1, 2, 3)]
    people = {str(one): {"latin_family": str(one)} for one in (1, 2, 3)}
    content = {"sessions": [{"id": 9, "roles": parts}], "people": people, "speakers": [1, 2, 3], "rooms": []}
    found = following(content, {1: 3, 2: 8})
    assert [role["person"] for role in found["sessions"][0]["roles"]] == [3, 8]
    assert found["people"] == {"3": {"latin_family": "3"}, "8": {"latin_family": "2"}}
    assert (found["speakers"], content["speakers"]) == ([3, 8], [1, 2, 3])


@pytest.mark.parametrize(
    ("session", "told"),
    [
        ({"room": 5, "in_all_rooms": False}, {"en": "Hall A", "zh-Hans": "甲厅"}),
        ({"room": 5}, {"en": "Hall A", "zh-Hans": "甲厅"}),
        ({"room": 5, "in_all_rooms": True}, {"en": "Hall A", "zh-Hans": "甲厅"}),
        ({"room": None, "in_all_rooms": True}, {"en": "All rooms", "zh-Hans": "所有会场"}),
        ({"room": None, "in_all_rooms": False}, {}),
    ],
    ids=["its room", "published before a session could take them all", "a plenary", "every room", "none yet"],
)
def test_a_session_takes_place_in_its_room_or_in_all_of_them(session: dict[str, Any], told: dict[str, str]) -> None:
    rooms = [{"id": 4, "name": {"en": "Salon"}}, {"id": 5, "name": {"en": "Hall A", "zh-Hans": "甲厅"}}]
    assert room_texts({"rooms": rooms}, session) == told
