"""Agendas out of files: what real ones say, and that no broken one is our fault."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest

from forumapp.core.errors import Refusal
from forumapp.core.files.spreadsheets import UnreadableTable, write_csv, write_xlsx
from forumapp.core.paths import ROOT
from forumapp.domain.agenda.formats.parsing import xml_trees
from forumapp.domain.agenda.formats.parsing.texts import kept_line, line, paragraphs, two_names
from forumapp.domain.agenda.formats.parsing.values import LOSSES, FileSpeaker, Schedule
from forumapp.domain.agenda.formats.reader import files_in, read
from forumapp.domain.agenda.formats.readers.tables import HEADINGS, OURS

SCHEDULES = ROOT.parent / "shared" / "data" / "schedules"
LA = "America/Los_Angeles"
XML = """<?xml version="1.0" encoding="utf-8"?>
<schedule><version>1</version>
<conference><title>Forum</title><acronym>forum</acronym><time_zone_name>Asia/Shanghai</time_zone_name></conference>
<day index="1" date="2023-05-22" start="2023-05-22T08:00:00+08:00" end="2023-05-23T02:00:00+08:00">
<room name="Hall">
<event id="1" guid="0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f11"><room>Hall</room><title>Opening</title>
<subtitle>开幕式</subtitle><type>opening</type><date>2023-05-22T09:00:00+08:00</date><start>09:00</start>
<duration>01:30</duration><abstract>&lt;p&gt;Welcome&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</abstract><track>Main</track>
<language>en</language><persons><person id="7">Liu Chun (刘春)</person></persons></event>
<event id="2" guid="0a4f9ed9-34cf-4d0b-a8a7-3f7f0c2b8f12"><title></title><duration>x</duration>
<date>2023-05-22T11:00:00+08:00</date></event>
</room></day></schedule>"""
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;TZID=America/Los_Angeles:20230312T023000
DTEND;TZID=America/Los_Angeles:20230312T040000
SUMMARY:Lost hour
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20230522T160000Z
DURATION:PT45M
SUMMARY:Long \\, folded
  title
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20230522
SUMMARY:Day
"""
TABLE = "Title,标题,Day,Time,Room,Speakers\nPanel,圆桌,2023-05-22,23:30–00:30,Hall,moderator: Li Wei (李薇); Zhang San\n,,,,,\n,午餐,,noon,,\n"


def told(schedule: Schedule) -> list[tuple[str, str]]:
    return [(one.at, one.code) for session in schedule.sessions for one in session.findings] + [
        (one.at, one.code) for one in schedule.findings
    ]


def when(schedule: Schedule, number: int = 0) -> tuple[str, str, int | None]:
    start = schedule.sessions[number].start
    return (f"{start.wall:%Y-%m-%d %H:%M}", start.zone, schedule.sessions[number].minutes) if start else ("", "", None)


def test_frab_xml_is_read_with_its_lines() -> None:
    schedule = read({"x": XML.encode()}, LA)
    one, two = schedule.sessions
    assert (one.title, one.abstract, one.kind, one.room, one.track) == (
        {"en": "Opening", "zh-Hans": "开幕式"}, {"en": "Welcome"}, "opening", "Hall", "Main",
    )  # fmt: skip
    assert when(schedule) == ("2023-05-22 09:00", "Asia/Shanghai", 90)
    assert schedule.speakers == {"Liu Chun · 刘春": FileSpeaker("Liu Chun", "刘春")}
    assert two.is_faulty
    assert told(schedule) == [
        ("line 10 <duration>", "not-a-length"), ("line 10 <event>", "no-title"), ("line 11 <date>", "no-end"),
    ]  # fmt: skip


def test_a_calendar_is_read_with_clocks_that_jump_and_what_repeats() -> None:
    schedule = read({"x": ICS.encode()}, LA)
    assert [one.title["en"] for one in schedule.sessions] == ["Lost hour", "Long , folded title", "Day"]
    assert [when(schedule, n) for n in range(3)] == [("", "", None), ("2023-05-22 09:00", LA, 45), ("", "", None)]
    assert told(schedule) == [
        ("line 4 DTSTART", "time-does-not-exist"), ("line 14 RRULE", "repeats"), ("line 18 DTSTART", "whole-day"),
        ("line 19", "cut-off"), ("", "no-zone"),
    ]  # fmt: skip


def test_a_table_is_read_with_times_of_a_day_and_roles() -> None:
    schedule = read({"x": TABLE.encode()}, "Asia/Shanghai")
    assert when(schedule) == ("2023-05-22 23:30", "Asia/Shanghai", 60)
    assert [(part.speaker, part.role) for part in schedule.sessions[0].parts] == [
        ("Li Wei · 李薇", "moderator"), ("Zhang San", ""),
    ]  # fmt: skip
    assert (schedule.sessions[1].number, schedule.sessions[1].title) == (4, {"zh-Hans": "午餐"})


FAULTY = """Code,ID,Title,Kind,Start,End,Minutes
a-1,x,One,Fireside chat,2023-05-22 09:00,2023-05-22 08:00,
A-1,x,Lunch,Party,2023-05-22 10:00,2023-05-22 11:00,
B 2,y,Three,Lecture,2023-05-22 10:00,,
c,z,Four,Breakout,2023-05-22 10:00,2023-06-22 10:00,
,,Five,分组讨论,2023-05-22 10:00,,99999
"""


def test_what_is_wrong_in_a_table_is_told_at_its_row_and_column() -> None:
    """The second session of one code is kept out, and the others are taken as they are told."""
    schedule = read({"x": FAULTY.encode()}, LA)
    assert [(one.at, one.code, one.said) for session in schedule.sessions for one in session.findings] == [
        ("row 2, Kind", "unknown-kind", "Fireside chat → breakout"),
        ("row 2, End", "ends-before-start", "2023-05-22 09:00 – 2023-05-22 08:00"),
        ("row 3, Kind", "kind-by-title", "Party → meal"),
        ("row 3, Code", "code-twice", "A-1 (row 2, Code)"),
        ("row 3, ID", "ref-twice", "x"),
        ("row 4, Code", "not-a-code", "B 2"),
        ("row 4, Start", "no-end", "2023-05-22 10:00"),
        ("row 5, End", "strange-length", "44640"),
        ("row 6, Minutes", "not-a-length", "99999"),
        ("row 6, Start", "no-end", "2023-05-22 10:00"),
    ]
    assert [one.number for one in schedule.sessions if one.is_faulty] == [3]
    assert [one.kind for one in schedule.sessions] == ["", "meal", "", "breakout", ""]


DAYS = """Title,Date,Time,Start,End
A,3/14/2027,10:00-11:00,,
B,2027-03-14,junk,,
C,03/04/2027,,10:00,11:00
D,soon,10:00-11:00,,
E,14.3.2027,,10:00,11:00
F,"Sunday, March 14, 2027",,19:00,00:30
G,14 Mar 2027,,14:00,13:00
H,2027-03-14,,2027-03-15 10:00,11:00
I,2027-03-14,10:00-10:45,,
"""


def test_a_day_that_cannot_be_read_is_told_where_it_stands_and_a_dinner_ends_the_day_after() -> None:
    schedule = read({"x": DAYS.encode()}, LA)
    assert [(one.at, one.code, one.said) for session in schedule.sessions for one in session.findings] == [
        ("row 3, Time", "not-a-time", "junk"),
        ("row 4, Date", "ambiguous-day", "03/04/2027"),
        ("row 5, Date", "not-a-day", "soon"),
        ("row 8, End", "ends-next-day", "2027-03-14 14:00 – 2027-03-15 13:00"),
    ]
    assert [when(schedule, n)[::2] for n in range(9)] == [
        ("2027-03-14 10:00", 60), ("", None), ("", None), ("", None), ("2027-03-14 10:00", 60),
        ("2027-03-14 19:00", 330), ("2027-03-14 14:00", 1380), ("2027-03-15 10:00", 60), ("2027-03-14 10:00", 45),
    ]  # fmt: skip
    missing = read({"x": b"Title,Date,Start,End\nA,,10:00,11:00\n"}, LA)
    assert told(missing) == [("row 2, Date", "day-missing")]


def test_languages_and_roles_that_are_not_known_are_told() -> None:
    said = 'Title,Languages,Speakers\nOne,"English, Klingonese",DJ: Zhang San; mc: Li Wei; =A("http://x.example")\n'
    schedule = read({"x": said.encode()}, LA)
    (one,) = schedule.sessions
    assert [(found.at, found.code, found.said) for found in one.findings] == [
        ("row 2, Languages", "unknown-language", "Klingonese"), ("row 2, Speakers", "unknown-role", "DJ: Zhang San"),
        ("row 2, Speakers", "not-a-person", '=A("http://x.example")'),
    ]  # fmt: skip
    assert (one.languages, [(part.speaker, part.role) for part in one.parts]) == (
        ("en",), [("Zhang San", ""), ("Li Wei", "mc")],
    )  # fmt: skip


def test_a_table_of_our_own_headings_holds_no_mark_up() -> None:
    headings = [HEADINGS[name][0] for name in OURS]
    cells = {
        "title.en": "Use <b> and &amp;",
        "title.zh-Hans": "<p>用</p>",
        "abstract.en": "One\n\n  <br>two\u2028 three  four",
    }
    rows = [[cells.get(name, "") for name in OURS]]
    for table in (write_csv(headings, rows), write_xlsx(headings, rows)):
        (one,) = read({"x": table}, LA).sessions
        assert one.title == {"en": cells["title.en"], "zh-Hans": cells["title.zh-Hans"]}
        assert one.abstract == {"en": cells["abstract.en"]}
    (one,) = read({"x": write_csv(headings[1:], [row[1:] for row in rows])}, LA).sessions
    assert (one.title, one.abstract) == ({"en": "Use and &", "zh-Hans": "用"}, {"en": "One\n\ntwo\nthree four"})


def test_names_of_old_zones_and_offsets_that_no_zone_has_are_told() -> None:
    event = {"title": "A", "date": "2023-05-22T09:00:00+01:00", "duration": "01:00", "guid": "x"}
    days = [{"rooms": {"Hall": [event]}}]
    schedule = read(
        {"x": json.dumps({"schedule": {"conference": {"time_zone_name": "PRC", "days": days}}}).encode()}, LA
    )
    assert (when(schedule), told(schedule)) == (
        ("2023-05-22 01:00", LA, 60),
        [("/schedule/conference/time_zone_name", "old-zone"), ("", "zone-contradicts-offset"), ("", "times-converted")],
    )
    both = {"title": "A", "starts-at": "2023-05-22T09:00:00+01:00", "ends-at": "2023-05-22T10:00:00+01:00"}
    schedule = read({"sessions.json": json.dumps([both, both]).encode()}, LA)
    assert [(one.code, one.said) for one in schedule.findings] == [("no-zone", f"2 → {LA}")]


def test_a_company_of_two_letters_and_its_mark_are_nobody() -> None:
    entry = {"title": "A", "time": "9:00–10:00", "speaker": ["杭氧", "HY", "凌子晋", "Ling Zi Jin"]}
    schedule = read({"x": json.dumps([{"date": "2027-03-14", "agenda": [entry]}]).encode()}, LA)
    assert list(schedule.speakers) == ["Ling Zi Jin · 凌子晋"]
    assert [(one.code, one.said) for one in schedule.sessions[0].findings] == [("not-a-person", "HY · 杭氧")]


def test_what_is_broken_in_json_is_told_where_it_stands_and_nobody_is_called_seven() -> None:
    good = {"title": "A", "date": "2027-03-14T10:00:00Z", "duration": "00:30", "persons": [7, {"name": 5}]}
    odd = {"title": "B", "start": 7, "duration": []}
    days = [{"date": "2027-03-14", "rooms": {"R": [good, None, odd, 5]}}, {"rooms": [1]}]
    schedule = read({"x": json.dumps({"schedule": {"conference": {"days": days}}}).encode()}, LA)
    at, last = "/schedule/conference/days/0/rooms/R", "/schedule/conference/days/1/rooms"
    assert schedule.speakers == {}
    assert [(one.at, one.code, one.said) for one in schedule.sessions[0].findings] == [
        (f"{at}/0/persons/0", "not-a-person", "7"), (f"{at}/0/persons/1", "not-a-person", '{"name": 5}'),
    ]  # fmt: skip
    assert told(schedule)[2:] == [
        (f"{at}/2/start", "not-a-time"), (f"{at}/2/duration", "not-a-length"), (f"{at}/1", "not-an-entry"),
        (f"{at}/3", "not-an-entry"), (last, "not-an-entry"), ("", "no-zone"),
    ]  # fmt: skip
    long = XML.replace("01:30", "99:99")
    assert told(read({"x": long.encode()}, LA))[0] == ("line 8 <duration>", "not-a-length")


def test_what_open_event_names_nowhere_is_told() -> None:
    one = {
        "title": "A",
        "start-time": 5,
        "speakers": [{"id": 99}, 3, {"id": 4}],
        "microlocation": {"id": 77},
        "track": 2,
    }
    files = {
        "event": {"name": "E", "timezone": "Asia/Shanghai"}, "tracks": [{"id": 2, "name": "Main"}],
        "speakers": [{"id": 3, "name": "Li Wei"}, {"id": 4, "name": 5}], "sessions": [one, None],
    }  # fmt: skip
    schedule = read({f"{name}.json": json.dumps(said).encode() for name, said in files.items()}, LA)
    assert [(one.at, one.code) for one in schedule.sessions[0].findings] == [
        ("sessions.json/0/microlocation", "unknown-ref"), ("sessions.json/0/start-time", "not-a-time"),
        ("sessions.json/0/speakers/0", "unknown-ref"),
    ]  # fmt: skip
    assert told(schedule)[3:] == [("speakers.json/1/name", "not-a-person"), ("sessions.json/1", "not-an-entry")]
    assert (schedule.sessions[0].track, list(schedule.speakers)) == ("Main", ["Li Wei"])


def open_event(**values: Any) -> dict[str, Any]:
    times = {"starts_at": "2023-05-22T09:00:00-07:00", "ends_at": "2023-05-22T10:00:00-07:00"}
    return {"id": 1, "title": "A", **times, **values}


PLAIN = [open_event(id=number) for number in range(2, 6)]
HALL = {"id": 7, "name": "Hall 9"}


@pytest.mark.parametrize(
    "files",
    [
        {"sessions": [open_event(microlocation=HALL, session_type={"id": 1, "name": "Talk"})]},
        {"sessions": [*PLAIN, open_event(microlocation=HALL)]},
        {"program": {"sessions": [open_event(microlocation=HALL, speakers=[{"id": 1, "name": "Li Wei"}])]}},
        {"export": {"event": {"name": "E", "timezone": LA}, "sessions": [open_event(microlocation=7)], "microlocations": [HALL]}},
        {"export": {"name": "E", "timezone": LA, "sessions": [open_event(microlocation={"id": 7})], "microlocations": [HALL]}},
        {"sessions": [open_event(microlocation_id=7)], "microlocations": [HALL]},
        {"talks": [open_event(microlocation=7)], "microlocations": [HALL]},
    ],
    ids=[
        "nested in each session", "not in the first sessions", "sessions in an object", "export of an event",
        "export without an event object", "a file of rooms", "sessions in a file of another name",
    ],
)  # fmt: skip
def test_rooms_of_open_event_arrive_in_every_shape(files: dict[str, Any]) -> None:
    schedule = read({f"{name}.json": json.dumps(said).encode() for name, said in files.items()}, LA)
    assert (schedule.read_as, list(schedule.rooms), schedule.sessions[-1].room) == ("open-event", ["Hall 9"], "Hall 9")
    assert not [code for _at, code in told(schedule) if code in LOSSES]


@pytest.mark.parametrize(
    ("session", "finding"),
    [
        (open_event(microlocation={"id": 7, "title": "Hall 9"}), ("sessions.json/0/microlocation", "unknown-ref")),
        (open_event(microlocation=7), ("sessions.json/0/microlocation", "unknown-ref")),
        (open_event(microlocation=None, room="Hall 9"), ("sessions.json/0/room", "field-left-out")),
    ],
    ids=["a room without a name", "a room that no file has", "a field of another program"],
)  # fmt: skip
def test_a_room_that_open_event_does_not_name_is_a_loss(session: dict[str, Any], finding: tuple[str, str]) -> None:
    schedule = read({"sessions.json": json.dumps([session]).encode()}, LA)
    assert [one for one in told(schedule) if one[1] in LOSSES] == [finding]


def test_a_day_of_frab_ends_when_it_says_also_without_a_date_of_each_event() -> None:
    """At 01:00 of a day that changes at 04:00 it is the date after."""
    xml = XML.replace("<date>2023-05-22T09:00:00+08:00</date><start>09:00", "<start>01:00")
    changes = xml.replace("</time_zone_name>", "</time_zone_name><day_change>04:00:00</day_change>")
    changes = changes.replace('start="2023-05-22T08:00:00+08:00" end="2023-05-23T02:00:00+08:00"', "")
    for said in (xml, changes):
        assert when(read({"x": said.encode()}, LA)) == ("2023-05-23 01:00", "Asia/Shanghai", 90)
    events = [{"title": "A", "start": start, "duration": "00:30"} for start in ("10:00", "01:00")]
    day = {"date": "2027-03-14", "day_start": "2027-03-14T09:00:00+08:00", "day_end": "2027-03-15T04:00:00+08:00"}
    for days in ([{**day, "rooms": {"R": events}}], [{"rooms": {"R": events[:1]}}]):
        schedule = read({"x": json.dumps({"schedule": {"conference": {"days": days}}}).encode()}, "Asia/Shanghai")
        found = [when(schedule, n)[0] for n in range(len(schedule.sessions))]
        if len(found) > 1:
            assert (found, told(schedule)) == (["2027-03-14 10:00", "2027-03-15 01:00"], [])
    assert told(schedule) == [("/schedule/conference/days/0/rooms/R/0/start", "day-missing")]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>One</p><p>Two <b>bold</b><br>three</p>", "One\n\nTwo bold\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "• a\n• b"),
        ("a < b & c <d> <Liu Chun>", "a < b & c <d> <Liu Chun>"),
        ("<script>alert(1)</script>Hi<style>p{}</style>", "Hi"),
        ('<img src=x onerror="alert(1)">Photo &amp; text', "Photo & text"),
        ("One <!-- <p>hidden</p> --> two<!-- and the rest", "One two and the rest"),
        ("<SCRIPT>if (a<b) x()</SCRIPT ><P onclick='x()'>Hi", "Hi"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;<br>", "<script>alert(1)</script>"),
        ("a\u202eb\x00c\ud800", "abc"),
        (None, ""),
    ],
)
def test_foreign_mark_up_becomes_plain_text(text: object, plain: str) -> None:
    assert paragraphs(text) == plain


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Liu Chun (刘春)", ("Liu Chun", "刘春")),
        ("刘春（Liu Chun）", ("Liu Chun", "刘春")),
        ("刘春", ("", "刘春")),
        ("Ann Lee (ACME)", ("Ann Lee (ACME)", "")),
    ],
)
def test_two_names_in_one_are_told_apart(text: str, names: tuple[str, str]) -> None:
    assert two_names(text) == names


BOMB = """<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><schedule><version>&b;</version></schedule>"""
AWAY = """<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><schedule><version>&a;</version></schedule>"""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (BOMB.encode(), "entities"),
        (AWAY.encode(), "entities"),
        (XML.encode()[:900], "not-xml"),
        (XML.replace("utf-8", "no-such-code").encode(), "not-xml"),
        (("<a>" * 100_000).encode(), "too-deep"),
        (b"<html><body>404</body></html>", "unknown-format"),
        (b"<schedule/>", "no-days"),
        (b"[" * 100_000, "too-deep"),
        (b'{"schedule": {"conference": {"days": [', "not-json"),
        (b'{"schedule": []}', "unknown-format"),
        (b'{"a": 1}', "unknown-format"),
        (b"[1, 2]", "unknown-format"),
        (b'{"n": ' + b"9" * 10_000 + b"}", "too-deep"),
        (bytes(range(256)) * 40, "not-text"),
        (b"PK\x03\x04 broken", "not-an-archive"),
        (b"\xff\xfe\x00", "not-text"),
    ],
)
def test_what_is_no_agenda_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read(files_in("x", content), LA)
    assert refusal.value.details["why"] == why


@pytest.mark.parametrize(
    ("start", "part", "times", "end", "why"),
    [
        (b"", b"x", 13 * 1024 * 1024, b"", "too-large"),
        (b"[", b"[],", 1_000_001, b"[]]", "too-many-values"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n", b" b\n", 400_000, b"", "too-many-lines"),
        (b"<schedule>", b"<a/>", 4_001, b"</schedule>", "too-many-elements"),
    ],
)
def test_a_file_too_long_is_refused_with_the_reason(
    start: bytes, part: bytes, times: int, end: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        xml_trees, "MOST_ELEMENTS", 4_000
    )  # of 400,000, whose memory would stay with the process of the tests
    with pytest.raises(UnreadableTable) as refusal:
        read(files_in("x", start + part * times + end), LA)
    assert refusal.value.details["why"] == why


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY" + b";a=b=c=d" * 200 + b"\nEND:VEVENT\n",
        json.dumps([{"title": "<!--<p" * 400_000, "speaker": "x", "time": "9:00–10:00"}]).encode(),
        json.dumps({"schedule": {"conference": {"days": [{"rooms": {str(n): [] for n in range(2000)}}]}}}).encode(),
        ("Title,Speakers\n" + "".join(f"A{n},B{n}\n" for n in range(6000))).encode(),
        ("Title,Start\nA," + "9:" * 200_000 + "\n").encode(),
    ],
    ids=["parameters", "mark-up", "rooms", "sessions", "a time"],
)
def test_what_is_made_to_take_long_does_not(content: bytes) -> None:
    with contextlib.suppress(UnreadableTable):
        read(files_in("x", content), LA)


ODD = [
    None,
    True,
    3,
    1e400,
    "",
    "x",
    "2023-05-22T09:00:00+99:00",
    "9999-12-31T23:59:59Z",
    "<b>",
    [],
    {},
    [[]],
    {"en": "A"},
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_values_of_the_wrong_kind_are_no_fault_of_ours(odd: object) -> None:
    event = {"title": "A", "date": "2023-05-22T09:00:00Z", "duration": "01:00", "guid": "x", "persons": [{"name": "B"}]}
    item = {"title": "A", "starts-at": "2023-05-22T09:00:00Z", "ends-at": "2023-05-22T10:00:00Z", "speakers": []}
    entry = {"title": "A", "time": "9:00–10:00", "speaker": "B C"}
    for shape, base in (
        (lambda one: {"schedule": {"conference": {"days": [{"rooms": {"R": [one]}}]}}}, event),
        (lambda one: {"schedule": {"conference": {"title": "x"}, "events": [one]}}, event),
        (lambda one: [one], item),
        (lambda one: [{"date": "2023-05-22", "agenda": [one]}], entry),
        (lambda one: {"sessions": [one], "rooms": [], "tracks": [], "people": {}}, event),
    ):
        for key in base:
            try:
                read({"x": json.dumps(shape({**base, key: odd})).encode()}, LA)
            except Refusal:
                continue


def test_many_files_come_as_an_archive_and_a_workbook_is_none() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("event.json", json.dumps({"name": "E", "timezone": "Asia/Shanghai"}))
        archive.writestr("sessions.json", json.dumps([{"id": 1, "title": "A", "starts-at": "2023-05-22T09:00:00+08:00",
                                                      "ends-at": "2023-05-22T10:00:00+08:00", "speakers": []}]))  # fmt: skip
        archive.writestr("photo.png", b"\x89PNG")
    schedule = read(files_in("x.zip", packed.getvalue()), LA)
    assert (schedule.read_as, when(schedule)) == ("open-event", ("2023-05-22 09:00", "Asia/Shanghai", 60))
    book = write_xlsx(["Title", "Start", "Minutes"], [["=1+1", "2023-05-22 09:00", "30"]])
    schedule = read(files_in("x.xlsx", book), LA)
    assert (schedule.read_as, schedule.sessions[0].title, when(schedule)) == (
        "xlsx", {"en": "=1+1"}, ("2023-05-22 09:00", LA, 30),
    )  # fmt: skip


REAL = {
    "cwef2021_agenda.json": (6, 0, 15, {"fields-left-out": 1}),
    "cwef2021_speaker.json": (0, 0, 15, {"speakers-alone": 1}),
    "dlf_ics": (44, 44, 0, {}),
    "dlfforum2020_sessions.csv": (45, 45, 0, {"column-left-out": 2}),
    "frab_31c3_2014.xml": (138, 138, 197, {"unknown-kind": 4, "no-zone": 1}),
    "frab_camp2019.json": (79, 79, 89, {"unknown-kind": 1}),
    "openevent_EhealthAfrica": (0, 0, 0, {"no-sessions": 1}),
    "openevent_FOSSASIASummit2016": (491, 491, 187, {"unknown-kind": 117, "kind-by-title": 1}),
    "openevent_MozillaAllHands17": (
        368,
        367,
        59,
        {"unknown-kind": 104, "ref-twice": 1, "ends-before-start": 1, "old-zone": 1},
    ),
    "pretalx_democon.json": (36, 36, 27, {"unknown-kind": 9, "zone-contradicts-offset": 1, "times-converted": 1}),
    "siemens2019_asu_forum.json": (20, 20, 16, {"organization-as-speaker": 3, "not-a-person": 5}),
    "voc_hub-schedule2.json": (2, 2, 4, {"kind-by-title": 1}),
    "wiee2018.json": (61, 60, 49, {"not-a-time": 1, "fields-left-out": 1}),
}


@pytest.mark.skipif(not SCHEDULES.exists(), reason="real schedules are not part of the project")
def test_every_real_schedule_is_read_with_a_report() -> None:
    found = {}
    for path in sorted(SCHEDULES.iterdir()):
        if path.name == "voc_invalid-example.json":
            continue
        files = [path] if path.is_file() else list(path.iterdir())
        schedule = read({one.name: one.read_bytes() for one in files}, "Asia/Shanghai", year=2018)
        timed = sum(one.start is not None for one in schedule.sessions)
        codes = dict(Counter(code for _at, code in told(schedule)))
        found[path.name] = (len(schedule.sessions), timed, len(schedule.speakers), codes)
    assert found == REAL
    with pytest.raises(UnreadableTable) as refusal:
        read({"x": (SCHEDULES / "voc_invalid-example.json").read_bytes()}, LA)
    assert refusal.value.details == {"why": "misplaced", "at": "/schedule/rooms"}


@pytest.mark.parametrize(
    ("text", "read", "ours"),
    [
        ("Opening  day", "Opening day", "Opening  day"),
        ("Opening\nday", "Opening day", "Opening day"),
        ("Opening\tday\u2028one", "Opening day one", "Opening day one"),
        ("Open\x9bing", "Opening", "Opening"),
    ],
)
def test_a_line_of_a_file_has_no_control_characters(text: str, read: str, ours: str) -> None:
    assert (line(text), kept_line(text)) == (read, ours)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_cells_with_an_error_of_the_spreadsheet_are_reported_and_read_as_empty(write: Any) -> None:
    headings = ["Title", "Date", "Start", "Minutes", "Room", "Track"]
    rows = [
        ["Ports", "2023-05-22", "09:00", "60", "#N/A", "#DIV/0!"],
        ["#N/A", "2023-05-22", "10:00", "60", "Hall", "Trade"],
        ["Rail", "#REF!", "11:00", "60", "Hall", "Trade"],
        ["Air", "", "12:00", "60", "Hall", "Trade"],
    ]
    schedule = read({"x": write(headings, rows)}, LA)
    ports, unnamed, rail, air = schedule.sessions
    assert [(one.at, one.code, one.said, one.is_fault) for one in (*ports.findings, *unnamed.findings)] == [
        ("row 2, Room", "error-cell", "#N/A", False),
        ("row 2, Track", "error-cell", "#DIV/0!", False),
        ("row 3, Title", "error-cell", "#N/A", False),
        ("row 3, Title", "no-title", "", True),
    ]
    assert (ports.room, ports.track, unnamed.title, list(schedule.rooms)) == ("", "", {}, ["Hall"])
    # The day of an earlier row does not hold below a day that is not known.
    assert [(one.start, [finding.code for finding in one.findings]) for one in (rail, air)] == [
        (None, ["error-cell", "day-missing"]),
        (None, ["day-missing"]),
    ]
