"""Reading schedules in frab's JSON: version 1 as frab and pretalx write it, and version 2 of the voc. Pure."""

from __future__ import annotations

from typing import Any

from forumapp.domain.agenda.formats import texts, whens
from forumapp.domain.agenda.formats.building import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.frab_xml import abstract_of
from forumapp.domain.agenda.formats.jsons import Found, first, listed, pointer, thing, things
from forumapp.domain.agenda.formats.values import GENERATOR, Schedule, UnreadableSchedule

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
    lacks = thing(thing(conference.get("meta")).get(GENERATOR)).get("left_out")
    build.notes.left_out(" ".join(map(texts.line, listed(lacks))), "")
    tracks = _tracks(build, conference)
    for n, room in things(conference.get("rooms")):
        build.room(room.get("name"), pointer("schedule", "conference", "rooms", n), room.get("capacity"))
    if isinstance(schedule.get("events"), list):
        _read_second(build, schedule, tracks)
    else:
        _read_first(build, conference)
    return build.done()


def _tracks(build: Building, conference: Found) -> dict[str, Any]:
    """By slug and name, what a track is called."""
    found: dict[str, Any] = {}
    for n, track in things(conference.get("tracks")):
        color = first(track, "color") or thing(track.get("colors")).get("light")
        build.track(track.get("name"), pointer("schedule", "conference", "tracks", n), color)
        found |= {texts.line(track.get(key)): track.get("name") for key in ("slug", "guid", "name")}
    return found


def _read_first(build: Building, conference: Found) -> None:
    days = conference.get("days")
    if not isinstance(days, list):
        raise UnreadableSchedule(why="no-days", at="/schedule/conference/days")
    for d, day in things(days):
        rooms = day.get("rooms")
        named = rooms.items() if isinstance(rooms, dict) else []
        for name, events in named:
            build.room(name)
            for n, event in things(events):
                place = ("schedule", "conference", "days", d, "rooms", name, n)
                _event(build, event, place, room=event.get("room") or name, track=event.get("track"))


def _read_second(build: Building, schedule: Found, tracks: dict[str, Any]) -> None:
    for n, person in things(schedule.get("persons")):
        _person(build, person, ("schedule", "persons", n))
    for n, event in things(schedule.get("events")):
        room, track = event.get("room"), event.get("track")
        slug = texts.line(first(thing(track), "slug", "guid", "name")) if isinstance(track, dict) else track
        named = first(room, "name", "slug") if isinstance(room, dict) else room
        _event(build, event, ("schedule", "events", n), room=named, track=tracks.get(texts.line(slug), slug))


def _event(build: Building, event: Found, place: Place, *, room: Any, track: Any) -> None:
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
        status=status,
        kind=notes.kind(event.get("type"), title, pointer(*place, "type")),
        room=build.room(room, at),
        track=build.track(track, at),
        languages=notes.languages(event.get("language"), pointer(*place, "language")),
        parts=_people(build, event, place),
        places={
            "minutes": pointer(*place, "duration"),
            "start": pointer(*place, _start_of(event)),
            "end": pointer(*place, "end"),
        },
        **_times(build, event, place, notes),
    )


def _said(value: Any) -> Any:
    """The first of what is said in several languages, or what is said at all."""
    return next(iter(value.values()), "") if isinstance(value, dict) else value


def _others(value: Any) -> list[str]:
    return [texts.line(one) for one in list(value.values())[1:]] if isinstance(value, dict) else []


def _start_of(event: Found) -> str:
    """Version 2 says all of it under `start`, where version 1 has the time alone."""
    return "start" if whens.has_time(texts.line(event.get("start"))) else "date"


def _times(build: Building, event: Found, place: Place, notes: Notes) -> dict[str, Any]:
    key = _start_of(event)
    start = build.moment(event.get(key), pointer(*place, key), notes)
    end = build.moment(event.get("end"), pointer(*place, "end"), notes)
    said = texts.line(event.get("duration"))
    minutes = whens.length(said) if said else None
    if said and minutes is None:
        notes.note(pointer(*place, "duration"), "not-a-length", said)
    return {"start": start, "end": end, "minutes": minutes} if end is None or minutes is None else {
        "start": start, "minutes": minutes
    }  # fmt: skip


def _people(build: Building, event: Found, place: Place) -> Any:
    key = "persons" if "persons" in event else "participants"
    found = [
        (_person(build, one, (*place, key, n)), role_of(thing(one).get("role")))
        for n, one in enumerate(listed(event.get(key)))
    ]
    return parts(found)


def _person(build: Building, person: Any, place: Place) -> str:
    if not isinstance(person, dict):
        return build.speaker(texts.line(person), "", pointer(*place))
    name = first(person, "public_name", "name", "full_public_name")
    told = build.notes.paragraphs(_said(person.get("biography")), pointer(*place, "biography"))
    return build.speaker(texts.line(name), "", pointer(*place), biography=texts.in_languages(told))
