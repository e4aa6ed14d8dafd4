"""Where and when a published session takes place, as pages, calendars and search engines are told."""

from __future__ import annotations

from typing import Any

import pytest

from forumapp.domain.agenda.versions import location_texts
from forumapp.web.public.linked_data import with_sessions
from forumapp.web.public.program import list_sessions

ROOM, VENUE, ADDRESS = {"en": "Hall", "zh-Hans": "大厅"}, {"en": "Expo", "zh-Hans": "会展中心"}, {"en": "1 Main Street"}


def content(zone: str = "America/Los_Angeles", **venue: Any) -> dict[str, Any]:
    moments = {
        end: {"utc": f"2023-05-22T{hour}:00:00+00:00", "wall": f"2023-05-22T{hour - 7:02}:00:00", "zone": zone}
        for end, hour in (("start", 16), ("end", 17))
    }
    session = {
        "id": 1, "code": "x", "title": {"en": "Ports"}, "abstract": {}, "kind": "panel", "status": "confirmed", "room": 1,
        "track": None, "interpretation": "none", "languages": [], "press": "open", "items": [], "roles": [], **moments,
    }  # fmt: skip
    room = {"id": 1, "code": "hall", "name": ROOM, **({"venue": venue} if venue else {})}
    return {"rooms": [room], "tracks": [], "sessions": [session], "people": {}, "speakers": []}


@pytest.mark.parametrize(
    ("venue", "texts"),
    [
        ({}, {"en": "Hall", "zh-Hans": "大厅"}),
        ({"name": VENUE, "address": {}}, {"en": "Hall, Expo", "zh-Hans": "大厅, 会展中心"}),
        (
            {"name": VENUE, "address": ADDRESS},
            {"en": "Hall, Expo, 1 Main Street", "zh-Hans": "大厅, 会展中心, 1 Main Street"},
        ),
        ({"name": ROOM, "address": {}}, {"en": "Hall", "zh-Hans": "大厅"}),
    ],
)
def test_a_location_has_room_venue_and_address(venue: Any, texts: Any) -> None:
    whole = content(**venue)
    assert location_texts(whole, whole["sessions"][0]) == texts


def test_search_engines_are_told_the_venue_and_its_address() -> None:
    sessions = list_sessions(content(name=VENUE, address=ADDRESS), "America/Los_Angeles")
    (event,) = with_sessions({}, sessions, "https://forum.example/agenda", "en")["subEvent"]
    assert event["location"] == {
        "@type": "Place",
        "name": "Hall",
        "address": "1 Main Street",
        "containedInPlace": {"@type": "Place", "name": "Expo", "address": "1 Main Street"},
    }


@pytest.mark.parametrize(
    ("venue_zone", "there"), [("Asia/Shanghai", "00:00"), ("America/Los_Angeles", None), ("America/Tijuana", None)]
)
def test_a_session_in_a_room_of_another_zone_shows_the_time_there(venue_zone: str, there: str | None) -> None:
    (one,) = list_sessions(content(name=VENUE, address={}, zone=venue_zone), "America/Los_Angeles")
    assert (f"{one.there[0]:%H:%M}" if one.there else None) == there
