"""Reading schedules in frab's JSON: version 1 as frab and pretalx write it, and version 2 of the voc. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.json_values import Found, first, listed, pointer, shown, thing, told_things
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, is_said, parts, role_of
from forumapp.domain.agenda.formats.parsing.values import GENERATOR, Schedule, UnreadableSchedule
from forumapp.domain.agenda.formats.readers.frab_days import Day, day_of
from forumapp.domain.agenda.formats.readers.frab_xml import abstract_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = tuple[object, ...]


def read(document: Any, zone: str) -> Schedule:
    is_ours = thing(thing(document).get("generator")).get("name") == GENERATOR
    build = Building("frab-json", zone, is_ours=is_ours)
    schedule = thing(thing(document).get("schedule"))
    conference = thing(schedule.get("conference"))
    if not conference:
        raise UnreadableSchedule(why="unknown-format", at="/schedule/conference")
    if "rooms" in schedule:
        raise UnreadableSchedule(why="misplaced", at="/schedule/rooms")
    build.source = texts.line(first(conference, "acronym", "title"))
    named = texts.line(conference.get("time_zone_name"))
    build.times.name(named, "/schedule/conference/time_zone_name")
    about = thing(thing(conference.get("meta")).get(GENERATOR))
    build.notes.left_out(" ".join(map(texts.line, listed(about.get("left_out")))), "")
    zones = thing(about.get("zones")).items()
    build.times.of_sessions = {texts.line(guid): texts.line(zone) for guid, zone in zones}
    tracks = _tracks(build, conference)
    for n, room in told_things(conference.get("rooms"), pointer("schedule", "conference", "rooms"), build.notes):
        build.room(room.get("name"), pointer("schedule", "conference", "rooms", n), room.get("capacity"))
    if isinstance(schedule.get("events"), list):
        _read_second(build, schedule, tracks)
    else:
        _read_first(build, conference)
    return build.done()


def _tracks(build: Building, conference: Found) -> dict[str, Any]:
    """By slug and name, what a track is called."""
    found: dict[str, Any] = {}
    for n, track in told_things(conference.get("tracks"), pointer("schedule", "conference", "tracks"), build.notes):
        color = first(track, "color") or thing(track.get("colors")).get("light")
        build.track(track.get("name"), pointer("schedule", "conference", "tracks", n), color)
        found |= {texts.line(track.get(key)): track.get("name") for key in ("slug", "guid", "name")}
    return found


def _read_first(build: Building, conference: Found) -> None:
    days = conference.get("days")
    if not isinstance(days, list):
        raise UnreadableSchedule(why="no-days", at="/schedule/conference/days")
    for d, day in told_things(days, pointer("schedule", "conference", "days"), build.notes):
        on, rooms = ("schedule", "conference", "days", d), day.get("rooms")
        if is_said(rooms) and not isinstance(rooms, dict):
            build.notes.note(pointer(*on, "rooms"), "not-an-entry", shown(rooms))
        starts, ends, change = day.get("day_start"), day.get("day_end"), conference.get("day_change")
        held_on = day_of(build.times, day.get("date"), starts, ends, change)
        for name, events in thing(rooms).items():
            build.room(name)
            for n, event in told_things(events, pointer(*on, "rooms", name), build.notes):
                room, track = event.get("room") or name, event.get("track")
                _event(build, event, (*on, "rooms", name, n), held_on, {}, room=room, track=track)


def _read_second(build: Building, schedule: Found, tracks: dict[str, Any]) -> None:
    people: dict[str, str] = {}
    for n, person in told_things(schedule.get("persons"), "/schedule/persons", build.notes):
        key = _person(build, person, ("schedule", "persons", n), build.notes, {})
        people |= {texts.line(person.get(name)): key for name in ("guid", "code", "id") if person.get(name)}
    for n, event in told_things(schedule.get("events"), "/schedule/events", build.notes):
        room, track = event.get("room"), event.get("track")
        slug = texts.line(first(thing(track), "slug", "guid", "name")) if isinstance(track, dict) else track
        named = first(room, "name", "slug") if isinstance(room, dict) else room
        track = tracks.get(texts.line(slug), slug)
        _event(build, event, ("schedule", "events", n), Day(), people, room=named, track=track)


def _event(
    build: Building, event: Found, place: Place, day: Day, people: Mapping[str, str], *, room: Any, track: Any
) -> None:
    """`people` are those whom the file names elsewhere, by what it knows them by."""
    notes, at = build.noted(), pointer(*place)
    first_title, subtitle = (notes.line(_said(event.get(key)), at) for key in ("title", "subtitle"))
    status, second = texts.unmarked(subtitle)
    title = texts.in_languages(first_title, *_others(event.get("title")), second)
    told = [second] if second and second not in title.values() else []
    for key in ("abstract", "description"):
        told += [notes.paragraphs(text, at) for text in (_said(event.get(key)), *_others(event.get(key)))]
    if "id" in event and not isinstance(event["id"], int):
        notes.note(pointer(*place, "id"), "not-a-number", event["id"])
    build.session(
        notes,
        at,
        title,
        ref=first(event, "guid", "code", "id", "slug"),
        abstract=abstract_of(told),
        status=status or notes.status(first(event, "state", "status"), pointer(*place, "state")),
        kind=notes.kind(event.get("type"), title, pointer(*place, "type")),
        room=build.room(room, at),
        track=build.track(track, at),
        languages=notes.languages(event.get("language"), pointer(*place, "language")),
        parts=_people(build, event, place, notes, people),
        places={
            "minutes": pointer(*place, "duration"),
            "start": pointer(*place, _start_of(event)),
            "end": pointer(*place, "end"),
        },
        **_times(build, event, place, day, notes),
    )


def _said(value: Any) -> Any:
    """The first of what is said in several languages, or what is said at all."""
    return next(iter(value.values()), "") if isinstance(value, dict) else value


def _others(value: Any) -> list[str]:
    return [texts.line(one) for one in list(value.values())[1:]] if isinstance(value, dict) else []


def _start_of(event: Found) -> str:
    """Version 2 says all of it under `start`, where version 1 has the time alone."""
    return "date" if times.has_time(texts.line(event.get("date"))) or not is_said(event.get("start")) else "start"


def _times(build: Building, event: Found, place: Place, day: Day, notes: Notes) -> dict[str, Any]:
    zone = build.times.of_sessions.get(texts.line(event.get("guid")), "")
    start, end = (times.in_zone(texts.line(event.get(name)), zone) for name in ("date", "end"))
    start = start or _start(build, event, place, day, notes)
    end = end or build.moment(event.get("end"), pointer(*place, "end"), notes)
    minutes = notes.length(event.get("duration"), pointer(*place, "duration"))
    return {"start": start, "end": end, "minutes": minutes} if end is None or minutes is None else {
        "start": start, "minutes": minutes
    }  # fmt: skip


def _start(build: Building, event: Found, place: Place, day: Day, notes: Notes) -> Any:
    """Its moment with the offset, or else the time of its day, as in XML."""
    key = _start_of(event)
    said, at = texts.line(event.get(key)), pointer(*place, key)
    minutes, own = times.of_day(said), times.written(texts.line(event.get("date")))
    if key == "date" or minutes is None:
        return build.moment(event.get(key), at, notes)
    if own is None and is_said(event.get("date")):
        notes.note(pointer(*place, "date"), "not-a-time", shown(event["date"]))
    when = times.on(own, minutes) if own else day.at(minutes)
    if when is None:
        notes.note(at, "day-missing", said)
        return None
    return build.wall(when, at, notes)


def _people(build: Building, event: Found, place: Place, notes: Notes, people: Mapping[str, str]) -> Any:
    key = "persons" if "persons" in event else "participants"
    found = [
        (_person(build, one, (*place, key, n), notes, people), role_of(thing(one).get("role")))
        for n, one in enumerate(listed(event.get(key)))
    ]
    return parts(found)


def _person(build: Building, person: Any, place: Place, notes: Notes, people: Mapping[str, str]) -> str:
    """The key of a speaker; a number is nobody's name."""
    said = thing(person)
    name = first(said, "public_name", "name", "full_public_name") if said else person
    known = next((ref for key in ("guid", "code", "id") if (ref := texts.line(said.get(key)))), "")
    if name is None and known in people:
        return people[known]
    if not isinstance(name, str):
        notes.note(pointer(*place), "unknown-ref" if known and name is None else "not-a-person", shown(person))
        return ""
    told = build.notes.paragraphs(_said(said.get("biography")), pointer(*place, "biography"))
    return build.speaker(texts.line(name), "", pointer(*place), biography=texts.in_languages(told))
