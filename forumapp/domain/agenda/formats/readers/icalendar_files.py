"""Reading iCalendar (RFC 5545), one file or many. Pure.

Lines are unfolded here, so that each finding has its own; a calendar's recurrences are told and not unrolled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forumapp.core.files.spreadsheets import decoded
from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.parsing.values import MOST_LINES, UnreadableSchedule
from forumapp.domain.agenda.formats.readers.frab_xml import abstract_of
from forumapp.domain.forums.calendar.ics import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.agenda.formats.parsing.values import Schedule

_GIVEN = r"(?:;[^\":;=]+=(?:\"[^\"]*\"|[^\":;]*))*"
_LINE = re.compile(rf"(?P<name>[A-Za-z0-9-]+)(?P<parameters>{_GIVEN}):(?P<value>.*)", re.DOTALL)
_PARAMETER = re.compile(r";([^=;:]+)=(\"[^\"]*\"|[^\":;]*)")
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BY_OFFSET = re.compile(r"^/?[^/]*/(?=[A-Z][a-z]+/)")
_OF_CALENDARS = frozenset({"TZID", "X-WR-TIMEZONE", "X-WR-CALNAME"})
_HEAD = 400  # characters in which a calendar says what wrote it
_ADDRESS = re.compile(r"^https?://\S+$", re.MULTILINE)


@dataclass(slots=True)
class _Property:
    value: str
    line: int
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return _ESCAPED.sub(lambda one: "\n" if one[1] in "nN" else one[1], self.value)


Event = dict[str, list[_Property]]


def read(files: Mapping[str, bytes], zone: str) -> Schedule:
    is_ours = all(PRODUCT in content.decode("utf-8", "replace")[:_HEAD] for content in files.values())
    build = Building("ics", zone, is_ours=is_ours)
    names = set()
    for file_name, content in files.items():
        prefix = f"{file_name} " if len(files) > 1 else ""
        events, properties = _events(content, build.notes, prefix)
        names |= {texts.line(one.text) for name, one in properties if name == "X-WR-CALNAME"} or {""}
        for one in (one for name, one in properties if name != "X-WR-CALNAME"):
            if one.value not in {build.times.zone, ""} and not build.times.zone:
                build.times.name(_BY_OFFSET.sub("", one.value), f"{prefix}line {one.line} {'TZID'}")
        for event, line in events:
            if not (is_ours and _is_whole_forum(event)):
                _event(build, event, f"{prefix}line {line} VEVENT", prefix)
    build.source = names.pop() if len(names) == 1 else ""
    return build.done()


def _is_whole_forum(event: Event) -> bool:
    """The event of our calendars that shows the days of the edition; sessions have times."""
    return "X-SESSION-KIND" not in event and _word(event, "DTSTART").isdigit()


def _unfolded(text: str) -> list[tuple[int, str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") >= MOST_LINES:
        raise UnreadableSchedule(why="too-many-lines")
    lines: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:1] in (" ", "\t") and lines:
            lines[-1][1].append(line[1:])
        elif line.strip():
            lines.append((number, [line]))
    return [(number, "".join(pieces)) for number, pieces in lines]


def _events(content: bytes, notes: Notes, prefix: str) -> tuple[list[tuple[Event, int]], list[tuple[str, _Property]]]:
    """Events with their first lines, and what the calendar says of its zones and its name."""
    text, _encoding = decoded(content)
    events: list[tuple[Event, int]] = []
    properties: list[tuple[str, _Property]] = []
    inside: list[str] = []
    for number, line in _unfolded(text.lstrip("\ufeff")):
        found = _LINE.fullmatch(line)
        if not found:
            notes.note(f"{prefix}line {number}", "not-a-property", line)
            continue
        name, value = found["name"].upper(), found["value"]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside[-1] == "VEVENT":
                events.append(({}, number))
        elif name == "END":
            inside = inside[:-1]
        elif inside and inside[-1] == "VEVENT":
            given = {key.upper(): said.strip('"') for key, said in _PARAMETER.findall(found["parameters"])}
            events[-1][0].setdefault(name, []).append(_Property(value, number, given))
        elif name in _OF_CALENDARS:
            properties.append((name, _Property(value.strip(), number)))
    if inside:
        notes.note(f"{prefix}line {number}", "cut-off", inside[-1])
    if not events and "BEGIN:VCALENDAR" not in text.upper():
        raise UnreadableSchedule(why="unknown-format")
    return events, properties


def _event(build: Building, event: Event, at: str, prefix: str) -> None:
    notes = build.noted()
    title = texts.in_languages(*(notes.line(one.text, at) for one in _all(event, "SUMMARY", "X-ALT-SUMMARY")))
    told = [one.text for one in _all(event, "X-ABSTRACT")]
    # In our calendars the description also lists the speakers; the abstract has a property of its own.
    if not told and not build.is_ours and "X-SESSION-KIND" not in event:
        told = [_ADDRESS.sub("", one.text, count=1) for one in _all(event, "DESCRIPTION")]
    if "RRULE" in event:
        notes.note(f"{prefix}line {event['RRULE'][0].line} RRULE", "repeats", event["RRULE"][0].value)
    start, end = (_moment(build, event, name, notes, prefix) for name in ("DTSTART", "DTEND"))
    notes.left_out(_word(event, "X-LEFT-OUT"), at)
    # In our calendars LOCATION adds the venue and its address to the room.
    rooms = ("X-ROOM",) if "X-ROOM" in event else ("LOCATION",)
    location = [part for one in _all(event, *rooms, "X-ALT-LOCATION") if (part := notes.line(one.text, at))]
    categories = _all(event, "CATEGORIES") if "X-SESSION-KIND" in event else []

    def place(name: str) -> str:
        return f"{prefix}line {event[name][0].line} {name}" if name in event else at

    build.session(
        notes,
        at,
        title,
        ref=_word(event, "UID"),
        abstract=abstract_of([notes.paragraphs(text, at) for text in told]),
        status=notes.status(_word(event, "STATUS"), place("STATUS")),
        kind=notes.kind(_word(event, "X-SESSION-KIND"), title, place("X-SESSION-KIND")),
        room=build.room(tuple(location), at),
        track=build.track(tuple(one.text for one in categories), at),
        start=start,
        end=end,
        minutes=times.length(_word(event, "DURATION")) if "DURATION" in event else None,
        parts=parts(
            (build.speaker(one.text, "", at), role_of(one.parameters.get("X-ROLE", "")))
            for one in _all(event, "X-SPEAKER")
        ),
        places={"ref": place("UID"), "start": place("DTSTART"), "end": place("DTEND"), "minutes": place("DURATION")},
    )


def _all(event: Event, *names: str) -> list[_Property]:
    return [one for name in names for one in event.get(name, ())]


def _word(event: Event, name: str) -> str:
    return texts.line(event[name][0].text) if name in event else ""


def _moment(build: Building, event: Event, name: str, notes: Notes, prefix: str) -> object:
    """A day without a time is none; a time without a zone is of the calendar's zone, or the edition's."""
    if name not in event:
        return None
    one = event[name][0]
    at = f"{prefix}line {one.line} {name}"
    found = _WHEN.fullmatch(one.value.strip())
    if not found:
        notes.note(at, "not-a-time", one.value)
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    if found[4] is None:
        notes.note(at, "whole-day", one.value)
        return None
    try:
        when = datetime(year, month, day, hour, minute)  # noqa: DTZ001 (a wall time)
    except ValueError:
        notes.note(at, "not-a-time", one.value)
        return None
    if found[7]:
        return build.times.moment(when.replace(tzinfo=UTC), at, notes)
    return build.times.moment(when, at, notes, _zone(one.parameters.get("TZID", ""), at, build, notes))


def _zone(name: str, at: str, build: Building, notes: Notes) -> str:
    known = _BY_OFFSET.sub("", name)
    known = times.known_name(known)
    if not known or times.is_zone(known):
        return known
    notes.note(at, "unknown-zone", name)
    return build.times.zone or build.times.edition_zone
