"""Reading Open Event's JSON: sessions, speakers, tracks and rooms ("microlocations") in files of their own. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats import texts, whens
from forumapp.domain.agenda.formats.building import Building, parts
from forumapp.domain.agenda.formats.frab_xml import abstract_of
from forumapp.domain.agenda.formats.jsons import Found, first, pointer, thing, things
from forumapp.domain.agenda.versions import CONFIRMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.domain.agenda.formats.values import Schedule

_OUT = frozenset({"rejected", "draft", "withdrawn", "canceled", "cancelled"})


def is_open_event(files: Mapping[str, Any]) -> bool:
    """`files` are parsed, by the name without ending."""
    sessions = files.get("sessions")
    if "event" in files and isinstance(sessions, list):
        return True
    return any(_looks_like(one) for document in files.values() for _n, one in things(document)[:3])


def _looks_like(one: Found) -> bool:
    return "microlocation" in one or "session-type" in one or ("starts-at" in one and "ends-at" in one)


def read(files: Mapping[str, Any], zone: str) -> Schedule:
    build = Building("open-event", zone)
    event = thing(files.get("event"))
    build.source = texts.line(first(event, "identifier", "name", "id"))
    build.times.name(texts.line(first(event, "timezone")), "event.json /timezone")
    for n, room in things(files.get("microlocations")):
        build.room(room.get("name"), "microlocations.json" + pointer(n))
    for n, track in things(files.get("tracks")):
        build.track(track.get("name"), "tracks.json" + pointer(n, "name"), track.get("color"))
    people = {}
    for n, person in things(files.get("speakers")):
        people[texts.line(person.get("id"))] = _speaker(build, person, "speakers.json" + pointer(n))
    name = "sessions" if "sessions" in files else next((key for key, one in files.items() if things(one)), "sessions")
    for n, session in things(files.get(name)):
        _session(build, session, f"{name}.json{pointer(n)}", people)
    return build.done()


def _speaker(build: Building, person: Found, at: str) -> str:
    notes = build.notes
    biography = texts.joined(
        notes.paragraphs(person.get(key), f"{at}/{key}") for key in ("long-biography", "short-biography")
    )
    return build.speaker(
        texts.line(person.get("name")),
        "",
        at,
        title=texts.in_languages(notes.line(person.get("position"), f"{at}/position")),
        organization=texts.in_languages(notes.line(person.get("organisation"), f"{at}/organisation")),
        biography=texts.in_languages(biography),
    )


def _session(build: Building, session: Found, at: str, people: Mapping[str, str]) -> None:
    notes = build.noted()
    words = [notes.line(session.get(key), f"{at}/{key}") for key in ("title", "subtitle")]
    title = texts.in_languages(*words)
    told = [words[1]] if words[1] and words[1] not in title.values() else []
    told += [notes.paragraphs(first(session, key), f"{at}/{key}") for key in ("short_abstract", "long_abstract")]
    state = texts.line(session.get("state")).lower()
    answer = state if state == CONFIRMED else ""  # by the speakers; "accepted" is by the organizers
    if state in _OUT:
        notes.note(f"{at}/state", "not-accepted", state)
    if texts.has_html(str(session.get("title") or "")):
        notes.note(f"{at}/title", "mark-up-removed")
    build.session(
        notes,
        at,
        title,
        ref=session.get("id"),
        abstract=abstract_of(told),
        status="cancelled" if state in _OUT else "tentative" if state == "pending" else "",
        kind=notes.kind(thing(first(session, "session_type")).get("name"), title, f"{at}/session-type"),
        room=build.room(thing(session.get("microlocation")).get("name"), at),
        track=build.track(thing(session.get("track")).get("name"), at),
        languages=notes.languages(session.get("language"), f"{at}/language"),
        start=build.moment(first(session, "starts_at"), f"{at}/starts-at", notes),
        end=build.moment(first(session, "ends_at"), f"{at}/ends-at", notes),
        minutes=whens.length(texts.line(session.get("length"))) if session.get("length") else None,
        parts=parts(
            (people.get(texts.line(one.get("id"))) or build.speaker(texts.line(one.get("name")), "", at), "", answer)
            for _n, one in things(session.get("speakers"))
        ),
        places={
            "ref": f"{at}/id", "start": f"{at}/starts-at", "end": f"{at}/ends-at", "minutes": f"{at}/length",
        },
    )  # fmt: skip
