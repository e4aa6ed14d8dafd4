"""The filters of the public agenda: by room, topic, kind and language, all at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from forumapp.web.public.agenda.filters import match_all


def session(code: str, room: str, track: str, kind: str, *languages: str, everywhere: bool = False) -> Any:
    return SimpleNamespace(
        code=code, room_code=room, track_code=track, kind=kind, languages=languages, in_all_rooms=everywhere
    )


SESSIONS = [
    session("opening", "", "", "opening", "en", "zh-Hans", everywhere=True),
    session("ports", "a", "trade", "panel", "en"),
    session("farms", "a", "farming", "panel", "zh-Hans"),
    session("tea", "b", "farming", "meal"),
]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({}, ["opening", "ports", "farms", "tea"]),
        ({"room": "a"}, ["opening", "ports", "farms"]),  # with what is in all rooms
        ({"track": "farming"}, ["farms", "tea"]),
        ({"kind": "panel"}, ["ports", "farms"]),
        ({"language": "en"}, ["opening", "ports"]),
        ({"room": "a", "track": "farming", "kind": "panel", "language": "zh-Hans"}, ["farms"]),
        ({"room": "b", "kind": "panel"}, []),
        ({"room": "nowhere"}, ["opening"]),
    ],
)
def test_filters_hold_together(chosen: dict[str, str], found: list[str]) -> None:
    assert [one.code for one in match_all(SESSIONS, chosen)] == found
