"""Reading Open Event's JSON: sessions, speakers, tracks and rooms ("microlocations") in files of their own, or all in
one. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.content.snapshots import CONFIRMED
from forumapp.domain.agenda.formats.parsing import texts
from forumapp.domain.agenda.formats.parsing.json_values import (
    Fields,
    Found,
    first,
    listed,
    pointer,
    shown,
    thing,
    things,
    told_things,
)
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, parts
from forumapp.domain.agenda.formats.readers.frab_xml import abstract_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.agenda.formats.parsing.schedule_builder import Notes
    from forumapp.domain.agenda.formats.parsing.values import Schedule

ACCEPTED = frozenset({"accepted", "confirmed"})
_PARTS = ("event", "sessions", "speakers", "tracks", "microlocations")
_STARTS, _ENDS = ("starts_at", "start_time"), ("ends_at", "end_time")  # of today, and of the first files
# Fields of sessions in other programs. Open Event does not have them, so they are reported instead of read.
_FOREIGN = (
    "room", "rooms", "hall", "stage", "location", "venue", "place", "start", "end", "date", "day", "time", "duration",
    "abstract", "description", "speaker", "presenter", "moderator", "type", "timezone", "time_zone",
)  # fmt: skip
Part = tuple[str, Any]  # where it is, and what it is


def is_open_event(files: Mapping[str, Any]) -> bool:
    """`files` are parsed, by the name without ending."""
    if "event" in files and isinstance(files.get("sessions"), list):
        return True
    found = _parts_of(files)
    if things(found.get("microlocations", ("", None))[1]):
        return True
    return any(_looks_like(one) for _at, part in found.values() for _n, one in things(part))


def _looks_like(one: Found) -> bool:
    is_placed = any(key in one for key in ("microlocation", "microlocation_id", "microlocation-id"))
    return is_placed or "session-type" in one or ("starts-at" in one and "ends-at" in one)


def _parts_of(files: Mapping[str, Any]) -> dict[str, Part]:
    """By name: files of their own, and what an export of a whole event holds. A list under another name is that of the
    sessions.
    """
    found: dict[str, Part] = {}
    for name, document in files.items():
        if name in _PARTS:
            found[name] = (f"{name}.json", document)
        held = thing(document)
        prefix = f"{name}.json " if len(files) > 1 else ""
        found |= {part: (prefix + pointer(part), held[part]) for part in _PARTS if isinstance(held.get(part), list)}
        if "sessions" in held:
            found["event"] = (prefix + pointer("event"), held["event"]) if "event" in held else (prefix, held)
    others = ((name, document) for name, document in files.items() if name not in _PARTS and things(document))
    if "sessions" not in found and (other := next(others, None)):
        found["sessions"] = (f"{other[0]}.json", other[1])
    return found


def read(files: Mapping[str, Any], zone: str) -> Schedule:
    build = Building("open-event", zone)
    found = dict.fromkeys(_PARTS, ("", None)) | _parts_of(files)
    at_event, event = found["event"][0], thing(found["event"][1])
    build.source = texts.line(first(event, "identifier", "name"))
    build.times.name(texts.line(first(event, "timezone")), f"{at_event} /timezone".strip())
    known: dict[str, dict[str, Any]] = {"microlocation": {}, "track": {}, "speakers": {}}
    at, rooms = found["microlocations"]
    for n, room in told_things(rooms, at, build.notes):
        build.room(room.get("name"), at + pointer(n))
        known["microlocation"][texts.line(room.get("id"))] = room.get("name")
    at, tracks = found["tracks"]
    for n, track in told_things(tracks, at, build.notes):
        build.track(track.get("name"), at + pointer(n, "name"), track.get("color"))
        known["track"][texts.line(track.get("id"))] = track.get("name")
    at, people = found["speakers"]
    for n, person in told_things(people, at, build.notes):
        known["speakers"][texts.line(person.get("id"))] = _speaker(build, person, at + pointer(n))
    at, sessions = found["sessions"]
    for n, session in told_things(sessions, at, build.notes):
        _session(build, session, at + pointer(n), known)
    return build.done()


def _speaker(build: Building, person: Found, at: str) -> str:
    notes, name = build.notes, person.get("name")
    if not isinstance(name, str):
        notes.note(f"{at}/name", "not-a-person", shown(name))
        return ""
    biography = texts.joined(
        notes.paragraphs(person.get(key), f"{at}/{key}") for key in ("long-biography", "short-biography")
    )
    return build.speaker(
        texts.line(name),
        "",
        at,
        title=texts.in_languages(notes.line(person.get("position"), f"{at}/position")),
        organization=texts.in_languages(notes.line(person.get("organisation"), f"{at}/organisation")),
        biography=texts.in_languages(biography),
    )


def _session(build: Building, session: Found, at: str, known: Mapping[str, Mapping[str, Any]]) -> None:
    """`known` are the rooms, tracks and people that are told of in files of their own, by their ids."""
    notes = build.noted()
    words = [notes.line(session.get(key), f"{at}/{key}") for key in ("title", "subtitle")]
    title = texts.in_languages(*words)
    told = [words[1]] if words[1] and words[1] not in title.values() else []
    told += [notes.paragraphs(first(session, key), f"{at}/{key}") for key in ("short_abstract", "long_abstract")]
    starts, ends = (_key(session, names) for names in (_STARTS, _ENDS))
    state = texts.line(session.get("state")).lower()
    answer = state if state == CONFIRMED else ""  # by the speakers; "accepted" is by the organizers
    if first(session, "deleted_at"):
        status = notes.status("deleted", f"{at}/deleted-at")
    else:
        status = "" if state in ACCEPTED else notes.status(state, f"{at}/state")
    for key in Fields(session).unused(*_FOREIGN):
        notes.note(at + pointer(key), "field-left-out", key)
    if texts.has_html(str(session.get("title") or "")):
        notes.note(f"{at}/title", "mark-up-removed")
    build.session(
        notes,
        at,
        title,
        ref=session.get("id"),
        abstract=abstract_of(told),
        status=status,
        kind=notes.kind(thing(first(session, "session_type")).get("name"), title, f"{at}/session-type"),
        room=build.room(_named(session, "microlocation", known, at, notes), at),
        track=build.track(_named(session, "track", known, at, notes), at),
        languages=notes.languages(session.get("language"), f"{at}/language"),
        start=build.moment(session.get(starts), f"{at}/{starts}", notes),
        end=build.moment(session.get(ends), f"{at}/{ends}", notes),
        minutes=notes.length(session.get("length"), f"{at}/length"),
        parts=parts(
            (_who(build, one, f"{at}/speakers/{n}", known["speakers"], notes), "", answer)
            for n, one in enumerate(listed(session.get("speakers")))
        ),
        places={
            "ref": f"{at}/id", "start": f"{at}/{starts}", "end": f"{at}/{ends}", "minutes": f"{at}/length",
        },
    )  # fmt: skip


def _key(session: Found, names: tuple[str, ...]) -> str:
    """How the file spells it."""
    spelled = [one for name in names for one in (name, name.replace("_", "-"))]
    return next((one for one in spelled if session.get(one) is not None), spelled[1])


def _named(session: Found, key: str, known: Mapping[str, Mapping[str, Any]], at: str, notes: Notes) -> Any:
    """What a session's room or track is called: there, or where the id that it names is told of."""
    said = first(session, key, f"{key}_id")
    if not said:
        return ""
    one = thing(said)
    if isinstance(one.get("name"), str) and one["name"].strip():
        return one["name"]
    ref = texts.line(one.get("id") if one else said)
    if ref in known[key]:
        return known[key][ref]
    if isinstance(said, str):
        return said
    notes.note(f"{at}/{key}", "unknown-ref", shown(said))
    return ""


def _who(build: Building, said: Any, at: str, people: Mapping[str, str], notes: Notes) -> str:
    """The key of a speaker, who is named there or has an id that is told of; a number is nobody's name."""
    one = thing(said)
    ref, name = texts.line(one.get("id") if one else said), one.get("name")
    if ref and people.get(ref):
        return people[ref]
    if isinstance(name, str) and name.strip():
        return build.speaker(texts.line(name), "", at)
    if ref not in people:
        notes.note(at, "unknown-ref" if ref and name is None else "not-a-person", shown(said))
    return ""
