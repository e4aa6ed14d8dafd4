"""What is written into a file is read back the same, and follows the schemas of its format to the letter."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from forumapp.core.files.spreadsheets import read_table
from forumapp.core.paths import ROOT
from forumapp.core.values.times import zone_named
from forumapp.domain.agenda.formats.published import Publication
from forumapp.domain.agenda.formats.reader import files_in, read
from forumapp.domain.agenda.formats.readers import frab_xml
from forumapp.domain.agenda.formats.writer import WRITTEN, written
from forumapp.web.public.agenda.calendar import calendar
from forumapp.web.public.agenda.program import program_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forumapp.domain.agenda.formats.parsing.values import Schedule

VALIDATORS = ROOT.parent / "shared" / "data" / "validators"
ZONES = ("America/Los_Angeles", "Asia/Shanghai", "Europe/Berlin", "Etc/GMT+8", "UTC")
# The hour in which clocks are set back, the one that they skip, a day without either, and one of old.
MOMENTS = (datetime(2023, 11, 5, 7, tzinfo=UTC), datetime(2023, 3, 12, 8, tzinfo=UTC), datetime(2023, 5, 22, tzinfo=UTC),
           datetime(1955, 1, 3, tzinfo=UTC))  # fmt: skip
LATIN = st.text(st.sampled_from("aZq09éÜñžŁ"), min_size=1, max_size=6)
MARKS = st.sampled_from(
    [
        "",
        "&",
        '"',
        "'",
        "=1+1",
        "-",
        "–",
        " < ",
        ",",
        "\\,",
        "]]>",
        "@",
        ":",
        "<b>x</b>",
        "<script>",
        "&amp;",
        "<!--",
        "<p>",
    ]
)
HAN = st.text(st.sampled_from("论坛开幕合作能源港口刘春李薇圆桌\U00020bb7"), min_size=1, max_size=6)


def words(text: str) -> str:
    return " ".join(text.split())


ENGLISH = st.tuples(MARKS, LATIN, MARKS, LATIN).map(lambda some: words(" ".join(some)))
TEXTS = st.one_of(
    st.builds(lambda en: {"en": en}, ENGLISH),
    st.builds(lambda zh: {"zh-Hans": zh}, HAN),
    st.builds(lambda en, zh: {"en": en, "zh-Hans": zh}, ENGLISH, HAN),
)
NAMES = st.tuples(LATIN, LATIN).map(" ".join)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    rooms = draw(st.lists(TEXTS, max_size=3, unique_by=lambda one: tuple(sorted(map(str.lower, one.values())))))
    tracks = draw(st.lists(TEXTS, max_size=2, unique_by=lambda one: tuple(sorted(map(str.lower, one.values())))))
    people = draw(st.lists(st.tuples(NAMES, st.one_of(st.just(""), HAN)), max_size=4, unique_by=lambda one: one[0]))
    zone = draw(st.sampled_from(ZONES))
    sessions = []
    for number in range(draw(st.integers(0, 6))):
        start = draw(st.sampled_from(MOMENTS)) + timedelta(minutes=draw(st.integers(0, 2000)))
        end = start + timedelta(minutes=draw(st.integers(1, 5000)))
        sessions.append(_session(draw, number + 1, start, end, (zone, len(rooms), len(tracks), len(people))))
    return Publication(
        slug=draw(st.sampled_from(["ccbf-2023", "f"])), name={"en": "Forum", "zh-Hans": "论坛"}, zone=zone,
        starts_on=date(2023, 5, 22), number=3, label="v3 <&>", published_at=datetime(2023, 5, 1, tzinfo=UTC), sha256="0",
        address="https://forum.example/ccbf-2023/agenda", content={
            "rooms": [{"id": n, "code": f"r{n}", "name": name} for n, name in enumerate(rooms, 1)],
            "tracks": [{"id": n, "code": f"t{n}", "name": name, "color": "#5b6770"} for n, name in enumerate(tracks, 1)],
            "sessions": sessions,
            "people": {str(n): person(*one) for n, one in enumerate(people, 1)},
            "speakers": [],
        },
    )  # fmt: skip


def person(latin: str, native: str) -> dict[str, Any]:
    return {"latin_family": "", "latin_given": latin, "name_order": "given-first", "native_full": native,
            "native_language": "", "form_of_address": {}, "biography": {}, "is_sample": False, "titles": []}  # fmt: skip


def _session(draw: st.DrawFn, number: int, start: datetime, end: datetime, there: tuple[str, int, int, int]) -> Any:
    zone, rooms, tracks, people = there
    items = [_item(draw, number * 100 + n, start) for n in range(draw(st.integers(0, 3)))]
    held = st.tuples(
        st.integers(1, people), st.sampled_from([None, *(item["id"] for item in items)]),
        st.sampled_from(["panelist", "moderator", "speaker"]),
    )  # fmt: skip
    roles = draw(st.lists(held, max_size=5, unique=True)) if people else []
    everywhere = draw(st.booleans())
    return {
        "id": number, "code": draw(st.sampled_from([f"code-{number}", f"{number}"])), "title": draw(TEXTS),
        "abstract": draw(st.one_of(st.just({}), TEXTS)), "kind": draw(st.sampled_from(["opening", "panel", "meal"])),
        "status": draw(st.sampled_from(["confirmed", "tentative"])), "in_all_rooms": everywhere,
        "room": draw(st.integers(1, rooms)) if rooms and draw(st.booleans()) else None,
        "track": draw(st.integers(1, tracks)) if tracks and draw(st.booleans()) else None,
        "start": moment(start, zone), "end": moment(end, zone),
        "interpretation": draw(st.sampled_from(["none", "simultaneous"])), "press": "open", "is_sample": False,
        "languages": draw(st.sampled_from([[], ["en"], ["en", "zh-Hans"]])), "items": items,
        "channels": [{"number": n, "language": one} for n, one in draw(st.sampled_from([[], [(1, "en"), (4, "zh-Hans")]]))],
        "layout": draw(st.sampled_from(["", "u-shape"])), "setup_minutes": draw(st.sampled_from([0, 30])),
        "changeover_minutes": draw(st.sampled_from([0, 15])),
        "roles": [{"person": one, "item": item, "role": role, "status": "confirmed", "position": n}
                  for n, (one, item, role) in enumerate(roles)],
    }  # fmt: skip


def _item(draw: st.DrawFn, key: int, start: datetime) -> Any:
    mode, minutes = draw(st.sampled_from(["none", "consecutive"])), draw(st.integers(1, 60))
    return {
        "id": key, "kind": draw(st.sampled_from(["speech", "panel", "questions"])), "title": draw(TEXTS),
        "minutes": minutes * (1 + (mode == "consecutive")), "speaking_minutes": minutes, "mode": mode, "start_utc": start.isoformat(),
    }  # fmt: skip


def moment(when: datetime, zone: str) -> dict[str, str]:
    wall = when.astimezone(zone_named(zone)).replace(tzinfo=None)
    return {"utc": when.isoformat(), "wall": wall.isoformat(), "zone": zone}


def said(publication: Publication, *, languages: str, everywhere: bool) -> list[Any]:
    """What a format in one `language`, or in "both", keeps of each session; `everywhere` if it tells of one with a
    room that it takes all others, too.
    """
    content = publication.content
    rooms, tracks = ({one["id"]: one["name"] for one in content[kind]} for kind in ("rooms", "tracks"))
    found = []
    for one in content["sessions"]:
        room = rooms.get(one["room"], {})
        in_all = one["in_all_rooms"] and (everywhere or one["room"] is None)
        names = [content["people"][str(key)] for key in dict.fromkeys(role["person"] for role in one["roles"])]
        found.append((
            one["title"], one["abstract"], one["kind"], one["status"], in_all, kept(room, languages),
            kept(tracks.get(one["track"], {}), languages), one["start"]["utc"], one["end"]["utc"],
            [(name["latin_given"], name["native_full"]) for name in names],
        ))  # fmt: skip
    return sorted(found, key=repr)


def kept(texts: dict[str, str], languages: str) -> list[str]:
    return (
        sorted(texts.values())
        if languages == "both"
        else [texts.get("en") or next(iter(texts.values()))]
        if texts
        else []
    )


def again(schedule: Schedule) -> list[Any]:
    found = []
    for one in schedule.sessions:
        assert one.start, one
        assert one.end, one
        speakers = [schedule.speakers[key] for key in dict.fromkeys(part.speaker for part in one.parts)]
        found.append((
            one.title, one.abstract, one.kind, one.status or "confirmed", one.in_all_rooms,
            sorted(schedule.rooms[one.room].name.values()) if one.room else [],
            sorted(schedule.tracks[one.track].name.values()) if one.track else [],
            one.start.utc.isoformat(), one.end.utc.isoformat(), [(who.latin, who.native) for who in speakers],
        ))  # fmt: skip
    return sorted(found, key=repr)


@pytest.mark.parametrize("form", WRITTEN)
@settings(max_examples=20, deadline=None)
@given(publication=publications())
def test_what_is_written_is_read_back(form: str, publication: Publication) -> None:
    content = written(form, publication, "en")
    if not publication.content["sessions"] and form in {"csv", "xlsx"}:
        return  # a table of headings alone is none
    schedule = read(files_in(f"x.{form}", content), publication.zone)
    languages = "en" if form.startswith("frab") else "both"
    assert again(schedule) == said(publication, languages=languages, everywhere=form == "json")
    assert not any(one.is_faulty for one in schedule.sessions)
    assert parts_again(schedule) == parts_said(publication, form)
    assert told_of(schedule) == lost(publication, form)


def parts_said(publication: Publication, form: str) -> list[Any]:
    """Of each session: who has which role, in which item where a format knows items, in protocol order; and what else
    only our own JSON holds.
    """
    found = []
    for one in publication.content["sessions"]:
        titles: dict[int | None, Any] = {item["id"]: item["title"] for item in one["items"]}
        roles = [
            (publication.content["people"][str(role["person"])]["latin_given"], role["role"], titles.get(role["item"]))
            for role in one["roles"]
        ]
        items = [(item["kind"], item["title"], item["speaking_minutes"], item["mode"]) for item in one["items"]]
        channels = [(channel["number"], channel["language"]) for channel in one["channels"]]
        more = (items, channels, one["layout"], one["setup_minutes"], one["changeover_minutes"])
        if form != "json":
            more, roles = ([], [], "", None, None), list(dict.fromkeys((who, role, None) for who, role, _item in roles))
        if form == "frab-json":
            roles = list({who: (who, role, None) for who, role, _item in reversed(roles)}.values())[::-1]
            roles = [next(one for one in roles if one[0] == who) for who in first_named(publication, one)]
        if form == "frab-xml":
            roles = [(who, "", None) for who in first_named(publication, one)]
        found.append((roles, more))
    return sorted(found, key=repr)


def first_named(publication: Publication, session: Any) -> list[str]:
    people = publication.content["people"]
    return list(dict.fromkeys(people[str(role["person"])]["latin_given"] for role in session["roles"]))


def parts_again(schedule: Schedule) -> list[Any]:
    found = []
    for one in schedule.sessions:
        roles = [
            (
                schedule.speakers[part.speaker].latin,
                part.role,
                None if part.item is None else one.items[part.item].title,
            )
            for part in one.parts
        ]
        items = [(item.kind, item.title, item.minutes, item.mode) for item in one.items]
        found.append((roles, (items, list(one.channels), one.layout, one.setup_minutes, one.changeover_minutes)))
    return sorted(found, key=repr)


def told_of(schedule: Schedule) -> set[str]:
    told = [*schedule.findings, *(finding for one in schedule.sessions for finding in one.findings)]
    return {one.code.removesuffix("-left-out") for one in told if one.code.endswith("-left-out")}


def lost(publication: Publication, form: str) -> set[str]:
    """What a file of that format does not hold of what there is, and has to be told of."""
    found = set()
    for one in publication.content["sessions"]:
        found |= {name for name in ("items", "channels") if one[name]}
        found |= {"set-up"} if one["layout"] or one["setup_minutes"] or one["changeover_minutes"] else set()
        roles = {(role["person"], role["role"]) for role in one["roles"]}
        usual = "panelist" if one["kind"] == "panel" else "speaker"
        several = len(roles) > len({who for who, _role in roles})
        if {"frab-json": several, "frab-xml": several or any(role != usual for _who, role in roles)}.get(form):
            found.add("roles")
    return set() if form == "json" else found


@pytest.mark.skipif(not VALIDATORS.exists(), reason="the schemas are not part of the project")
@settings(max_examples=25, deadline=None)
@given(publication=publications())
def test_files_follow_their_schemas(publication: Publication) -> None:
    from jsonschema import Draft6Validator
    from lxml import etree

    for language in ("en", "zh-Hans"):
        for name in ("schedule.xml.xsd", "voc_xsd_schedule-without-person.xml.xsd"):
            schema = etree.XMLSchema(etree.parse(VALIDATORS / name))
            document = etree.fromstring(written("frab-xml", publication, language))
            schema.validate(document)
            assert [str(one) for one in schema.error_log] == []
        whole = json.loads(written("frab-json", publication, language))
        schema = Draft6Validator(json.loads((VALIDATORS / "voc_schema.json").read_text()))
        assert [one.message for one in schema.iter_errors(whole)] == []


def fed(publication: Publication) -> bytes:
    """As those who subscribe are told it."""
    program = program_of(publication.content, publication.zone)
    return calendar(
        program.sessions, slug=publication.slug, name="Forum", address=publication.address, language="en",
        version=publication.number, published_at=publication.published_at,
    )  # fmt: skip


@pytest.mark.parametrize("content_of", [fed, lambda one: written("ics", one, "en")], ids=["feed", "export"])
@settings(max_examples=25, deadline=None)
@given(publication=publications())
def test_another_reader_of_calendars_finds_the_same_events(
    content_of: Callable[[Publication], bytes], publication: Publication
) -> None:
    """Also in the hour that clocks show twice, of which a wall time tells only one."""
    content = content_of(publication)
    read_back = Calendar.from_ical(content)
    assert not any(line.endswith(b":") for line in content.replace(b"\r\n ", b"").splitlines())
    events = sorted(
        (str(one["summary"]), one.decoded("dtstart").astimezone(UTC).isoformat(), one.decoded("dtend").astimezone(UTC).isoformat())
        for one in read_back.walk("VEVENT")
    )  # fmt: skip
    assert events == sorted(
        (one["title"].get("en") or one["title"]["zh-Hans"], one["start"]["utc"], one["end"]["utc"])
        for one in publication.content["sessions"]
    )


def test_no_cell_is_a_formula_and_no_cancelled_session_takes_place() -> None:
    session = {
        "id": 1, "code": "x", "title": {"en": '=HYPERLINK("http://x")'}, "abstract": {}, "kind": "panel", "room": None,
        "status": "cancelled", "track": None, "start": moment(MOMENTS[2], "UTC"), "press": "open", "roles": [],
        "end": moment(MOMENTS[2] + timedelta(hours=1), "UTC"), "interpretation": "none", "languages": [], "items": [],
    }  # fmt: skip
    content: dict[str, Any] = {"rooms": [], "tracks": [], "sessions": [session], "people": {}, "speakers": []}
    publication = Publication(
        "ccbf-2023", {"en": "F"}, "UTC", date(2023, 5, 22), 1, "", MOMENTS[2], "0", content, "https://x.example/a"
    )
    assert b"'=HYPERLINK" in written("csv", publication, "en")
    assert read_table(written("csv", publication, "en")).rows[0].cells["Title (English)"].startswith("=")
    assert frab_xml.read(written("frab-xml", publication, "en"), "UTC").sessions == ()
    assert b"STATUS:CANCELLED" in written("ics", publication, "en")


@pytest.mark.parametrize(
    ("form", "language", "told"),
    [
        ("ics", "en", "STATUS:TENTATIVE"),
        ("frab-xml", "en", "<subtitle>Tentative · 圆桌</subtitle>"),
        ("frab-xml", "zh-Hans", "<subtitle>暂定 · Panel</subtitle>"),
        ("frab-json", "en", '"subtitle": "Tentative · 圆桌"'),
    ],
)
def test_what_is_tentative_is_certain_in_no_file(form: str, language: str, told: str) -> None:
    session = {
        "id": 1, "code": "x", "title": {"en": "Panel", "zh-Hans": "圆桌"}, "abstract": {}, "kind": "panel",
        "room": None, "status": "tentative", "track": None, "start": moment(MOMENTS[2], "UTC"), "press": "open",
        "roles": [], "end": moment(MOMENTS[2] + timedelta(hours=1), "UTC"), "interpretation": "none", "languages": [],
        "items": [],
    }  # fmt: skip
    content: dict[str, Any] = {"rooms": [], "tracks": [], "sessions": [session], "people": {}, "speakers": []}
    publication = Publication(
        "ccbf-2023", {"en": "F"}, "UTC", date(2023, 5, 22), 1, "", MOMENTS[2], "0", content, "https://x.example/a"
    )
    file = written(form, publication, language)
    (again,) = read(files_in(f"x.{form}", file), "UTC").sessions
    assert told in file.decode()
    assert (again.status, again.title) == ("tentative", session["title"])


def in_two_zones() -> Publication:
    """Two sessions at once: one at the forum in California, one in a room in Shanghai."""
    shared: dict[str, Any] = {
        "abstract": {}, "kind": "panel", "status": "confirmed", "track": None, "press": "open", "roles": [],
        "interpretation": "none", "languages": [], "items": [],
        "start": moment(datetime(2023, 5, 22, 16, tzinfo=UTC), "America/Los_Angeles"),
        "end": moment(datetime(2023, 5, 22, 17, tzinfo=UTC), "America/Los_Angeles"),
    }  # fmt: skip
    here = {"id": 1, "code": "here", "title": {"en": "Here"}, "room": 1, **shared}
    there = {"id": 2, "code": "there", "title": {"en": "There"}, "room": 2, **shared}
    rooms = [
        {"id": 1, "code": "r1", "name": {"en": "Hall"}},
        {"id": 2, "code": "r2", "name": {"en": "Bund"}, "venue": {"name": {}, "address": {}, "zone": "Asia/Shanghai"}},
    ]
    content = {"rooms": rooms, "tracks": [], "sessions": [here, there], "people": {}, "speakers": []}
    return Publication(
        "ccbf-2023", {"en": "F"}, "America/Los_Angeles", date(2023, 5, 22), 1, "", MOMENTS[2], "0", content,
        "https://x.example/a",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["frab-xml", "frab-json", "ics", "csv", "json"])
def test_a_session_in_a_room_of_another_zone_is_exported_with_that_zone(form: str) -> None:
    content = written(form, in_two_zones(), "en")
    assert b"Asia/Shanghai" in content
    schedule = read(files_in(f"x.{form.removeprefix('frab-')}", content), "America/Los_Angeles")
    times = {
        one.title["en"]: (one.start.wall.isoformat(), one.start.zone, one.end.zone)
        for one in schedule.sessions
        if one.start and one.end
    }
    assert times == {
        "Here": ("2023-05-22T09:00:00", "America/Los_Angeles", "America/Los_Angeles"),
        "There": ("2023-05-23T00:00:00", "Asia/Shanghai", "Asia/Shanghai"),
    }
    assert schedule.findings == ()


def test_frab_times_are_by_the_clocks_of_the_place() -> None:
    assert b"<date>2023-05-23T00:00:00+08:00</date><start>00:00</start>" in written("frab-xml", in_two_zones(), "en")
    (event,) = json.loads(written("frab-json", in_two_zones(), "en"))["schedule"]["conference"]["days"][0]["rooms"][
        "Bund"
    ]
    assert (event["date"], event["start"], event["end"]) == (
        "2023-05-23T00:00:00+08:00", "00:00", "2023-05-23T01:00:00+08:00",
    )  # fmt: skip


@pytest.mark.skipif(not VALIDATORS.exists(), reason="the schemas are not part of the project")
def test_frab_files_with_another_zone_follow_their_schemas() -> None:
    from jsonschema import Draft6Validator
    from lxml import etree

    document = etree.fromstring(written("frab-xml", in_two_zones(), "en"))
    for name in ("schedule.xml.xsd", "voc_xsd_schedule-without-person.xml.xsd"):
        etree.XMLSchema(etree.parse(VALIDATORS / name)).assertValid(document)
    Draft6Validator(json.loads((VALIDATORS / "voc_schema.json").read_text())).validate(
        json.loads(written("frab-json", in_two_zones(), "en"))
    )
