"""JSON of Google I/O, COSCUP, EuroPython and flat lists: who speaks when and where.

The files in `programs` have the keys and the values of each kind that the real files have, with content of our own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forumapp.domain.agenda.formats.parsing.times import two_times
from forumapp.domain.agenda.formats.parsing.values import FileSpeaker, FileTrack, Schedule
from forumapp.domain.agenda.formats.reader import read

ZONE = "Asia/Shanghai"
PROGRAMS = Path(__file__).parent / "programs"
# Of each file: when each session begins, how long it is, its title, kind, room (* for all), track and speakers.
REAL_SHAPES: dict[str, list[tuple[Any, ...]]] = {
    "google_io_2019.json": [
        ("10-23 17:00", 60, "Keynote", "keynote", "Room A", "Keynote", ["Ann Lee"]),
        ("10-23 18:20", 40, "What\u2019s new in lists", "", "Room A", "UI", ["Ann Lee"]),
        ("10-23 18:20", 65, "Open Codelabs", "", "Room C", "", []),
        ("10-23 21:50", 45, "Open Codelabs", "", "Room C", "", []),  # the same id at another time
    ],
    "coscup_2023.json": [
        ("07-29 04:35", 30, "開放地圖", "", "TR 616", "Open standards", ["Li Wei · 李薇", "Chai · 阿柴"]),
        ("07-30 01:30", 45, "Maps and standards", "", "AU", "Open World Tour", ["Benson"]),  # no visit
    ],
    "europython_2025_sessions.json": [
        (
            "07-16 08:45",
            45,
            "Maps in practice",
            "",
            "South Hall 2A",
            "Software Engineering & Architecture",
            ["Ann Lee"],
        ),
        ("", 30, "A shorter title", "", "", "", []),
    ],
    "europython_2024_day.json": [
        ("07-10 06:00", 60, "Registration & Welcome @ Forum Hall Foyer", "registration", "*", "", []),
        ("07-10 08:45", 45, "Maps in the age of AI", "", "North Hall", "Web technologies", ["Ann Lee"]),
        ("07-10 08:15", 30, "Coffee Break", "break", "*", "", []),
    ],
    "europython_2022_schedule.json": [
        ("07-13 01:30", 45, "Maps", "keynote", "The Auditorium", "", ["Dr. Ann Lee", "Mauro"]),
        ("07-13 02:15", 30, "Coffee Break", "break", "*", "", []),
    ],
    "europython_2019_schedule.json": [
        ("07-08 03:00", 15, "Coffee Break", "break", "*", "", []),
        ("07-08 01:30", 90, "Maps by machine", "", "02.S.21", "", ["Ann Lee"]),
        ("07-08 03:15", 90, "Maps by machine", "", "02.S.21", "", ["Ann Lee"]),
    ],
    "flat.json": [
        ("05-08 01:00", 90, "Opening keynote", "opening", "Hall One", "", ["Ann Lee", "Bob Ray"]),
        ("05-08 03:00", 60, "Ports", "", "Hall Two", "Trade", ["Ann Lee", "Bob Ray"]),
        ("05-08 04:00", 60, "Finance", "", "Hall Two", "", ["Li Wei", "moderator Ann Lee"]),  # in Tokyo's time
        ("05-08 07:00", 45, "开放地图", "", "Hall One", "Maps", ["李薇"]),
    ],
}
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
        ({"sessionData": GOOGLE}, {"en": "Ports"}, "Stage 1", "Web", [("Ann Lee", "")]),
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
        ({"presenter": "Bob Ray"}, "field-left-out"),  # there are speakers
        ({"stage": "Hall Two"}, "field-left-out"),  # there is a venue
        ({"timezone": "Nowhere/Else"}, "unknown-zone"),
        ({"tags": ["Trade", "Shipping"]}, "tag-left-out"),  # the first is the track
        ({"status": "rejected"}, "not-accepted"),
        ({"speakers": ["Ann Lee, CEO of Ports"]}, "position-after-name"),
    ],
)
def test_a_known_field_that_is_not_used_is_reported(changes: dict[str, str], code: str) -> None:
    content = json.dumps([{**FLAT[0], **changes}]).encode()
    (one,) = read({"talks.json": content}, ZONE).sessions
    assert [finding.code for finding in one.findings] == [code]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ann Lee, CEO of Ports", FileSpeaker("Ann Lee", "", title={"en": "CEO of Ports"})),
        ("Ann Lee, Ports Inc", FileSpeaker("Ann Lee", "", organization={"en": "Ports Inc"})),
        ("李薇，港口集团", FileSpeaker("", "李薇", organization={"zh-Hans": "港口集团"})),
        ("LEE, Ann", FileSpeaker("LEE, Ann", "")),  # family name and given name
    ],
)
def test_what_follows_a_name_is_its_position(text: str, speaker: FileSpeaker) -> None:
    schedule = read({"talks.json": json.dumps([{**FLAT[0], "speakers": [text]}]).encode()}, ZONE)
    assert list(schedule.speakers.values()) == [speaker]


@pytest.mark.parametrize("schedule", [{}, [], "v1"])
def test_a_field_called_schedule_does_not_make_a_file_frab(schedule: Any) -> None:
    (one,) = read({"io.json": json.dumps({**GOOGLE, "schedule": schedule}).encode()}, ZONE).sessions
    assert one.title == {"en": "Ports"}


def test_a_file_whose_zone_is_unknown_is_not_said_to_name_none() -> None:
    frab = {
        "schedule": {
            "conference": {
                "time_zone_name": "Nowhere/Else",
                "days": [
                    {
                        "date": "2019-05-08",
                        "rooms": {
                            "Hall": [
                                {"id": 1, "title": "Ports", "date": "2019-05-08T09:00:00+08:00", "duration": "01:00"}
                            ]
                        },
                    }
                ],
            }
        }
    }
    schedule = read({"frab.json": json.dumps(frab).encode()}, ZONE)
    assert [one.code for one in schedule.findings] == ["unknown-zone", "times-converted"]


def read_file(name: str) -> Schedule:
    more = {"speakers.json": "europython_2025_speakers.json"} if name == "europython_2025_sessions.json" else {}
    files = {as_name: (PROGRAMS / file).read_bytes() for as_name, file in {name: name, **more}.items()}
    return read(files, ZONE, year=2019)


@pytest.mark.parametrize("name", REAL_SHAPES)
def test_a_file_of_a_real_shape_is_read(name: str) -> None:
    schedule = read_file(name)
    found = []
    for one in schedule.sessions:
        start = f"{one.start.utc:%m-%d %H:%M}" if one.start else ""
        room = "*" if one.in_all_rooms else one.room
        speakers = [f"{part.role} {part.speaker}".strip() for part in one.parts]
        title = one.title.get("en") or one.title.get("zh-Hans")
        found.append((start, one.minutes, title, one.kind, room, one.track, speakers))
    assert found == REAL_SHAPES[name]


@pytest.mark.parametrize("track", [{"en": "PyData", "de": "Daten"}, ["PyData"], 7, {}, None])
def test_a_track_of_any_shape_ends_in_no_error(track: Any) -> None:
    sessions = json.loads((PROGRAMS / "europython_2025_sessions.json").read_text(encoding="utf-8"))
    code = next(iter(sessions))
    sessions[code]["track"] = track
    schedule = read({"sessions.json": json.dumps(sessions).encode()}, ZONE)
    assert len(schedule.sessions) == len(sessions)
    if track and isinstance(track, dict):
        assert schedule.tracks[schedule.sessions[0].track].name == {"en": "PyData"}


def test_tags_become_track_and_languages_and_others_are_reported() -> None:
    google, coscup = read_file("google_io_2019.json"), read_file("coscup_2023.json")
    assert google.tracks["UI"] == FileTrack({"en": "UI"}, "#083042")
    assert [one.languages for one in coscup.sessions] == [("zh-Hans",), ("en",)]
    unused = [
        [one.said for one in session.findings if one.code == "tag-left-out"]
        for session in (*google.sessions, *coscup.sessions)
    ]
    assert unused == [[], ["Kotlin"], [], [], ["Beginner"], ["Skilled"]]


def test_fields_without_a_meaning_are_reported_once() -> None:
    said = [one.said for one in read_file("coscup_2023.json").findings if one.code == "fields-left-out"]
    assert said == ["speakers: avatar, sessions: co_write, sessions: record, sessions: uri"]


def test_a_session_in_some_of_the_rooms_comes_in_the_first_with_a_remark() -> None:
    document = json.loads((PROGRAMS / "europython_2024_day.json").read_bytes())
    document["events"][1]["rooms"] = ["North Hall", "Forum Hall"]
    document["events"].append({**document["events"][1], "code": "X", "rooms": ["Terrace"]})
    one = read({"day.json": json.dumps(document).encode()}, ZONE).sessions[1]
    assert (one.room, one.in_all_rooms) == ("North Hall", False)
    assert [(finding.code, finding.said) for finding in one.findings] == [("room-left-out", "Forum Hall")]


def test_a_schedule_and_its_sessions_come_together() -> None:
    """The schedule says when, the sessions say what, and a training in two parts is two sessions."""
    sessions = json.loads((PROGRAMS / "europython_2025_sessions.json").read_bytes())
    event = {"event_type": "session", "code": "A8CD3F", "title": "Maps in practice", "rooms": ["Hall"], "duration": 30}
    days = {"days": {"2025-07-16": {"events": [
        {**event, "start": "2025-07-16T09:00:00+02:00"}, {**event, "start": "2025-07-16T14:00:00+02:00"},
    ]}}}  # fmt: skip
    files = {"schedule.json": json.dumps(days).encode(), "sessions.json": json.dumps(sessions).encode()}
    found = [(one.title["en"], one.abstract.get("en", "")) for one in read(files, ZONE).sessions]
    assert found == [*[("Maps in practice", "How maps are drawn.")] * 2, ("A shorter title", "")]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("9:00 - 10:30 AM", (540, 630)),
        ("11:00 - 1:00 PM", (660, 780)),
        ("1:30 – 2:30 pm", (810, 870)),
        ("11 AM - 12 PM", (660, 720)),
        ("10am-10:45am", (600, 645)),
        ("22:00–01:00", (1320, 1500)),
        ("noon - 1 PM", None),
    ],
)
def test_two_times_are_read(text: str, minutes: tuple[int, int] | None) -> None:
    assert two_times(text) == minutes


def test_a_zone_that_contradicts_the_offset_is_reported() -> None:
    event = {"name": "Forum", "timezone": "US / Eastern"}
    sessions = [
        {"id": 1, "title": "A", "starts-at": "2019-05-08T09:00:00+08:00", "ends-at": "2019-05-08T10:00:00+08:00"}
    ]
    files = {"event.json": json.dumps(event).encode(), "sessions.json": json.dumps(sessions).encode()}
    found = {one.code: one.said for one in read(files, ZONE).findings}
    assert found["zone-contradicts-offset"] == "1: America/New_York"


@pytest.mark.parametrize(
    ("start", "zone", "expected", "codes"),
    [
        ("2019-05-08T09:00:00+08:00", "US / Eastern", ("09:00", ZONE), ["zone-contradicts-offset"]),
        (
            "2019-11-03T01:30:00-05:00",
            "US / Eastern",
            ("01:30", "America/New_York"),
            [],
        ),  # the second 01:30 of that day
        ("2019-05-08T09:00:00", "US / Eastern", ("09:00", "America/New_York"), []),
        ("2019-05-08T09:00:00+08:00", "PRC", ("09:00", ZONE), []),
        ("2019-05-08T13:00:00Z", "US / Eastern", ("09:00", "America/New_York"), []),  # UTC contradicts no zone
    ],
)
def test_the_zone_of_an_entry_is_compared_with_its_offset(
    start: str, zone: str, expected: tuple[str, str], codes: list[str]
) -> None:
    entry = {"title": "Ports", "start": start, "duration": 60, "timezone": zone, "speakers": ["Ann Lee"]}
    (one,) = read({"talks.json": json.dumps([entry]).encode()}, ZONE).sessions
    assert one.start
    assert (f"{one.start.wall:%H:%M}", one.start.zone) == expected
    assert [finding.code for finding in one.findings] == codes
    table = f"Title,Start,Minutes,Zone\nPorts,{start},60,{zone}\n".encode()
    (row,) = read({"talks.csv": table}, ZONE).sessions
    assert (row.start, [finding.code for finding in row.findings]) == (one.start, codes)
    if start.endswith("-05:00"):
        assert f"{one.start.utc:%H:%M}" == "06:30"


def test_two_columns_of_one_meaning_are_reported() -> None:
    table = b"Title,Session title,Shirt size\nPorts,Sea ports,M\n"
    assert {one.at: one.code for one in read({"x.csv": table}, ZONE).findings} == {
        "Session title": "known-column-left-out",
        "Shirt size": "column-left-out",
    }
