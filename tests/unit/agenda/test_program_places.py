"""Where and when a published session takes place, as pages, calendars and search engines are told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from forumapp.core.files.spreadsheets import read_table
from forumapp.domain.agenda.content.diff import Change, ChangeKind
from forumapp.domain.agenda.content.snapshots import location_texts
from forumapp.domain.agenda.formats.published import Publication
from forumapp.domain.agenda.formats.writer import written
from forumapp.domain.agenda.models import RoleAssignment, Session
from forumapp.domain.agenda.speakers.emails import _part as part_in_words
from forumapp.domain.agenda.speakers.queries import PartLine
from forumapp.domain.printing.queries import _there as printed_there
from forumapp.domain.printing.wording.agenda_changes import in_words
from forumapp.web.public.agenda.calendar import calendar
from forumapp.web.public.agenda.program import list_sessions
from forumapp.web.public.linked_data import with_sessions

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


HERE, THERE = "America/Los_Angeles", "Asia/Shanghai"
ABROAD = content(name=VENUE, address={})
ABROAD["rooms"][0]["venue"]["zone"] = THERE  # and its session is in the forum's zone


def test_exports_say_the_time_and_the_zone_of_a_room_in_another_zone() -> None:
    publication = Publication(
        "f",
        {"en": "F"},
        HERE,
        date(2023, 5, 22),
        1,
        "",
        datetime(2023, 5, 1, tzinfo=UTC),
        "0",
        ABROAD,
        "https://x.example/a",
    )
    (event,) = Calendar.from_ical(written("ics", publication, "en")).walk("VEVENT")
    assert (event["dtstart"].params["TZID"], f"{event['dtstart'].dt:%m-%d %H:%M}") == (THERE, "05-23 00:00")
    for form in ("csv", "xlsx"):
        (row,) = read_table(written(form, publication, "en")).rows
        assert (row.cells["Start"], row.cells["Zone"]) == ("2023-05-23 00:00", THERE), form
    start = json.loads(written("json", publication, "en"))["sessions"][0]["start"]
    assert (start["wall"], start["zone"]) == ("2023-05-23T00:00:00", THERE)


def test_calendars_and_search_engines_of_the_site_say_the_time_there() -> None:
    sessions = list_sessions(ABROAD, HERE)
    (found,) = with_sessions({}, sessions, "https://forum.example/agenda", "en")["subEvent"]
    assert found["startDate"] == "2023-05-23T00:00:00+08:00"
    file = calendar(
        sessions,
        slug="f",
        name="F",
        address="https://forum.example/f",
        language="en",
        version=1,
        published_at=datetime(2023, 5, 1, tzinfo=UTC),
    )
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert event["dtstart"].params["TZID"] == THERE


@pytest.mark.parametrize(("zone", "there"), [(HERE, None), (THERE, "23 00:00")])
def test_the_printed_program_says_the_time_there(zone: str, there: str | None) -> None:
    found = printed_there(ABROAD["sessions"][0], zone, HERE)
    assert (f"{found[0]:%d %H:%M}" if found else None) == there


@pytest.mark.parametrize(
    ("zone", "said"), [(HERE, "Tue 23 May 00:00–01:00 (Beijing)"), (THERE, "Tue 23 May 00:00–01:00")]
)
def test_a_mail_of_a_new_session_names_a_zone_that_is_not_the_forums(zone: str, said: str) -> None:
    ends = {end: {"wall": f"2023-05-23T0{hour}:00:00", "zone": THERE} for end, hour in (("start", 0), ("end", 1))}
    place = {**ends, "room": None, "in_all_rooms": False, "title": {"en": "Ports"}, "items": [], "roles": []}
    assert said in in_words(
        Change(ChangeKind.MOVED, {**place, "start": {**ends["start"], "wall": "2023-05-22T00:00:00"}}, place),
        "en",
        zone=zone,
    )


@pytest.mark.parametrize(("zone", "said"), [(HERE, "May 22 09:00 (Shanghai), Ports"), (THERE, "May 22 09:00, Ports")])
def test_a_mail_to_a_speaker_names_a_zone_that_is_not_the_forums(zone: str, said: str) -> None:
    session = Session(title={"en": "Ports"}, start_wall=datetime(2023, 5, 22, 9), start_zone=THERE)
    assert part_in_words(PartLine(RoleAssignment(), session, None), "en", zone) == said
