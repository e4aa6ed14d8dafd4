"""JSON of Google I/O, COSCUP, EuroPython and flat lists: who speaks when and where. Fixtures of our own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forumapp.domain.agenda.formats.reading import read

ZONE = "Asia/Shanghai"
GOOGLE = {
    "rooms": [{"id": "r1", "name": "Stage 1"}],
    "speakers": [{"id": "s1", "name": "Ann Lee", "bio": "Builds ports", "company": "Ports Inc"}],
    "tags": [{"id": "t1", "name": "Web"}],
    "sessions": [
        {
            "id": "a1",
            "title": "Ports",
            "description": "All about ports",
            "startTimestamp": 1557248400000,
            "endTimestamp": 1557252000000,
            "speakers": ["s1"],
            "room": "r1",
            "tagNames": ["Web"],
        }
    ],
}
COSCUP = {
    "rooms": [{"id": "TR211", "zh": {"name": "一厅"}, "en": {"name": "Hall One"}}],
    "session_types": [{"id": "S1", "zh": {"name": "开放地图"}, "en": {"name": "Open maps"}}],
    "tags": [],
    "speakers": [{"id": "p1", "zh": {"name": "李薇", "bio": "简介"}, "en": {"name": "Li Wei", "bio": "Maps"}}],
    "sessions": [
        {
            "id": "ABCDEF",
            "type": "S1",
            "room": "TR211",
            "start": "2019-05-08T01:00:00+08:00",
            "end": "2019-05-08T02:00:00+08:00",
            "language": "en",
            "zh": {"title": "港口", "description": "关于港口"},
            "en": {"title": "Ports", "description": "All about ports"},
            "speakers": ["p1"],
            "tags": [],
        }
    ],
}
SESSIONS = {
    "ABC": {
        "code": "ABC",
        "title": "Ports",
        "abstract": "All about ports",
        "speakers": ["XYZ"],
        "session_type": "Talk",
        "track": "Trade",
        "room": "Hall One",
        "start": "2019-05-08T01:00:00+08:00",
        "end": "2019-05-08T02:00:00+08:00",
    }
}
SPEAKERS = {"XYZ": {"code": "XYZ", "name": "Ann Lee", "biography": "Builds ports", "affiliation": "Ports Inc"}}
DAYS = {
    "days": {
        "2019-05-08": {
            "rooms": ["Hall One"],
            "events": [
                {
                    "event_type": "session",
                    "code": "ABC",
                    "title": "Ports",
                    "session_type": "Talk",
                    "speakers": [{"code": "XYZ", "name": "Ann Lee"}],
                    "rooms": ["Hall One"],
                    "start": "2019-05-08T01:00:00+08:00",
                    "duration": 60,
                },
                {
                    "event_type": "break",
                    "title": "Coffee",
                    "rooms": ["Hall One"],
                    "start": "2019-05-08T02:00:00+08:00",
                    "duration": 15,
                },
            ],
        }
    }
}
FLAT = [
    {
        "date": "2019-05-08",
        "time": "01:00 - 02:00",
        "title": "Ports",
        "venue": "Hall One",
        "speakers": "Ann Lee and Bob Ray",
    }
]
STARTS = "2019-05-07T17:00"


@pytest.mark.parametrize(
    ("files", "title", "room", "track", "speakers"),
    [
        ({"sessionData": GOOGLE}, {"en": "Ports"}, "Stage 1", "", [("Ann Lee", "")]),
        ({"session": COSCUP}, {"en": "Ports", "zh-Hans": "港口"}, "Hall One", "Open maps", [("Li Wei", "李薇")]),
        ({"sessions": SESSIONS, "speakers": SPEAKERS}, {"en": "Ports"}, "Hall One", "Trade", [("Ann Lee", "")]),
        ({"schedule": DAYS, "speakers": SPEAKERS}, {"en": "Ports"}, "Hall One", "", [("Ann Lee", "")]),
        ({"schedule": DAYS}, {"en": "Ports"}, "Hall One", "", [("Ann Lee", "")]),
        ({"talks": FLAT}, {"en": "Ports"}, "Hall One", "", [("Ann Lee", ""), ("Bob Ray", "")]),
        ({"talks": {"sessions": FLAT}}, {"en": "Ports"}, "Hall One", "", [("Ann Lee", ""), ("Bob Ray", "")]),
    ],
    ids=["google-io", "coscup", "europython", "europython-schedule", "schedule-alone", "flat", "flat-in-an-object"],
)
def test_a_format_is_read(files: Any, title: Any, room: str, track: str, speakers: Any) -> None:
    schedule = read({f"{name}.json": json.dumps(one).encode() for name, one in files.items()}, ZONE)
    one = schedule.sessions[0]
    assert one.start, one
    assert one.end, one
    who = [(schedule.speakers[part.speaker].latin, schedule.speakers[part.speaker].native) for part in one.parts]
    named = schedule.rooms[one.room].name.get("en"), schedule.tracks[one.track].name.get("en") if one.track else ""
    assert (dict(one.title), named, who) == (title, (room, track), speakers)
    assert (f"{one.start.utc:%Y-%m-%dT%H:%M}", one.minutes) == (STARTS, 60)
    assert [finding.code for finding in (*schedule.findings, *one.findings) if finding.code != "no-zone"] == []


def test_what_speakers_are_told_of_is_kept() -> None:
    schedule = read(
        {"sessions.json": json.dumps(SESSIONS).encode(), "speakers.json": json.dumps(SPEAKERS).encode()}, ZONE
    )
    (who,) = schedule.speakers.values()
    assert (who.organization, who.biography) == ({"en": "Ports Inc"}, {"en": "Builds ports"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"presenter": "Bob Ray"}, "field-left-out"),
        ({"startTime": "09:00"}, "field-left-out"),
        ({"timezone": "US / Eastern"}, "field-left-out"),
        ({"status": "rejected"}, "not-accepted"),
    ],
)
def test_a_known_field_that_is_not_used_is_reported(changes: dict[str, str], code: str) -> None:
    content = json.dumps([{**FLAT[0], **changes}]).encode()
    (one,) = read({"talks.json": content}, ZONE).sessions
    assert [finding.code for finding in one.findings] == [code]


def test_a_zone_that_contradicts_the_offset_is_reported() -> None:
    event = {"name": "Forum", "timezone": "US / Eastern"}
    sessions = [
        {"id": 1, "title": "A", "starts-at": "2019-05-08T09:00:00+08:00", "ends-at": "2019-05-08T10:00:00+08:00"}
    ]
    files = {"event.json": json.dumps(event).encode(), "sessions.json": json.dumps(sessions).encode()}
    found = {one.code: one.said for one in read(files, ZONE).findings}
    assert found["zone-contradicts-offset"] == "1: America/New_York"


def test_two_columns_of_one_meaning_are_reported() -> None:
    table = b"Title,Session title,Shirt size\nPorts,Sea ports,M\n"
    assert {one.at: one.code for one in read({"x.csv": table}, ZONE).findings} == {
        "Session title": "known-column-left-out",
        "Shirt size": "column-left-out",
    }
