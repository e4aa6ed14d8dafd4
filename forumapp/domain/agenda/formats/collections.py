"""Reading JSON of sessions that refer to speakers, rooms and types by id, in one file or one for each. Pure.

Google I/O, COSCUP and EuroPython publish such files: lists, or objects keyed by code; texts in one language, or in
blocks `zh` and `en`; times as text or as milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats import texts
from forumapp.domain.agenda.formats.building import Building, Notes, kind_of, parts
from forumapp.domain.agenda.formats.frab_xml import abstract_of
from forumapp.domain.agenda.formats.jsons import Found, first, listed, pointer, shown, thing, things

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.agenda.formats.values import Schedule

_KINDS = ("sessions", "speakers", "rooms", "session_types", "tracks")
_LANGUAGES = ("en", "zh", "zh-Hans", "zh-TW")
_STARTS = ("startTimestamp", "starts_at", "startsAt", "start_time", "startTime", "start")
_ENDS = ("endTimestamp", "ends_at", "endsAt", "end_time", "endTime", "end")
_ABSTRACTS = ("abstract", "description")
_MILLISECONDS = 100_000_000_000  # from which on a number counts milliseconds, and no seconds
# Fields that are known and not read: each is reported, so that nothing is lost without a word.
_NOT_READ = frozenset({"presenter", "presenters", "host", "moderator", "date", "time", "timezone", "venue"})

Collection = dict[str, tuple[str, Found]]  # by id: where it is, and the record
Collections = dict[str, Collection]


def collections_of(documents: Mapping[str, Any]) -> Collections | None:
    """None where the files are of another kind."""
    found: Collections = {kind: {} for kind in _KINDS}
    for name, document in documents.items():
        prefix = f"{name}.json " if len(documents) > 1 else ""
        for kind, at, records in _parts_of(name, document):
            found[kind] |= {key: (prefix + at + pointer(step), one) for key, step, one in _records(records)}
    sessions = [one for _at, one in found["sessions"].values()]
    objects = [document for document in documents.values() if isinstance(document, dict)]
    is_keyed = any(_kind_of_keyed(document) or _event_lists(document) for document in objects)
    refers = any(isinstance(who, str) and who in found["speakers"] for one in sessions for who in _speakers_in(one))
    has_blocks = any(_blocks(one) for one in sessions)
    return found if is_keyed or refers or has_blocks else None


def _parts_of(name: str, document: Any) -> Iterable[tuple[str, str, Any]]:
    if isinstance(document, list) and name in _KINDS:
        yield name, "", document
    if not isinstance(document, dict):
        return
    if kind := _kind_of_keyed(document):
        yield kind, "", document
    for kind in _KINDS:
        if isinstance(document.get(kind), list | dict):
            yield kind, pointer(kind), document[kind]
    for day, events in _event_lists(document).items():
        yield "sessions", pointer("days", day, "events"), events


def _event_lists(document: Found) -> dict[str, list[Any]]:
    """Of a schedule whose days are keyed by date, the events of each."""
    days = thing(document.get("days"))
    return {day: thing(one)["events"] for day, one in days.items() if isinstance(thing(one).get("events"), list)}


def _kind_of_keyed(document: Found) -> str:
    """Of an object keyed by code, as EuroPython writes its sessions and speakers: which of the two."""
    for key, one in list(document.items())[:3]:
        if not isinstance(one, dict) or one.get("code") != key:
            return ""
    some = thing(next(iter(document.values()), None))
    return "sessions" if "title" in some else "speakers" if "name" in some else ""


def _records(records: Any) -> Iterable[tuple[str, object, Found]]:
    """Each with its id and its place. Breaks, which may have no id, are known by place."""
    if isinstance(records, dict):
        yield from ((str(key), key, one) for key, one in records.items() if isinstance(one, dict))
    for n, one in things(records):
        yield texts.line(first(one, "id", "code")) or f"#{n} {texts.line(one.get('start'))}", n, one


def _blocks(one: Found) -> list[Found]:
    return [one[language] for language in _LANGUAGES if isinstance(one.get(language), dict)]


def _said(one: Found, *names: str) -> list[Any]:
    """What a record says in each of its languages."""
    return [value for part in (one, *_blocks(one)) if (value := first(part, *names)) is not None]


def _name(collection: Collection, key: Any) -> Any:
    """What a room, a type or a track is called: where its id is known, or as it is written."""
    known = collection.get(texts.line(key))
    names = tuple(texts.line(name) for name in _said(known[1], "name", "title")) if known else ()
    return names or texts.line(key)


def read(found: Collections, zone: str) -> Schedule:
    build = Building("program", zone)
    people = {key: _person(build, one, at) for key, (at, one) in found["speakers"].items()}
    for at, one in found["sessions"].values():
        _session(build, one, at, found, people)
    return build.done()


def _person(build: Building, one: Found, at: str) -> str:
    names = [build.notes.line(name, f"{at}/name") for name in _said(one, "name", "fullName")]
    told = abstract_of([build.notes.paragraphs(text, f"{at}/bio") for text in _said(one, "bio", "biography")])
    office = texts.in_languages(*(build.notes.line(text, at) for text in _said(one, "company", "affiliation")))
    post = texts.in_languages(*(build.notes.line(text, at) for text in _said(one, "position", "job_title", "tagLine")))
    both = texts.in_languages(*names)
    latin, native = both.get(texts.ENGLISH, ""), both.get(texts.CHINESE, "")
    return build.speaker(latin or native, native if latin else "", at, title=post, organization=office, biography=told)


def _session(build: Building, one: Found, at: str, found: Collections, people: Mapping[str, str]) -> None:
    notes = build.noted()
    title = texts.in_languages(*(notes.line(text, f"{at}/title") for text in _said(one, "title", "name")))
    word = first(one, "session_type", "type", "event_type")
    names = _name(found["session_types"], word)
    said = " ".join(names) if isinstance(names, tuple) else names
    is_kind = bool(kind_of(said, {})) or not isinstance(names, tuple)
    track = first(one, "track", "trackId")
    for key in sorted(_NOT_READ & one.keys()):
        if one[key] and not (key == "venue" and not first(one, "room", "roomId", "rooms")):
            notes.note(at + pointer(key), "field-left-out", key)
    start, end = (_moment(build, one, names_of, at, notes) for names_of in (_STARTS, _ENDS))
    build.session(
        notes,
        at,
        title,
        ref=first(one, "id", "code"),
        abstract=abstract_of([notes.paragraphs(text, f"{at}/abstract") for text in _said(one, *_ABSTRACTS)]),
        status=notes.status(first(one, "status", "state"), f"{at}/status"),
        kind=notes.kind(said if is_kind and said != "session" else "", title, f"{at}/type"),
        room=build.room(_name(found["rooms"], _room(one)), at),
        # A type that is no kind of session here, such as a community's own track, is kept as its track.
        track=build.track(_name(found["tracks"], track) if track else "" if is_kind else names, at),
        languages=notes.languages(one.get("language"), f"{at}/language"),
        start=start,
        end=end,
        minutes=notes.length(one.get("duration"), f"{at}/duration") if end is None else None,
        parts=parts((_who(build, who, f"{at}/speakers", people, notes), "") for who in _speakers_in(one)),
    )


def _room(one: Found) -> Any:
    room = first(one, "room", "roomId", "venue", "rooms")
    room = next(iter(room), "") if isinstance(room, list) else room
    return first(thing(room), "id", "name") if isinstance(room, dict) else room


def _speakers_in(one: Found) -> list[Any]:
    return listed(first(one, "speakers", "speaker", "speakerIds"))


def _who(build: Building, said: Any, at: str, people: Mapping[str, str], notes: Notes) -> str:
    one = thing(said)
    key = texts.line(first(one, "id", "code") if one else said)
    if people.get(key):
        return people[key]
    name = first(one, "name") if one else said if isinstance(said, str) and " " in said else None
    if isinstance(name, str):
        return build.speaker(texts.line(name), "", at)
    notes.note(at, "unknown-ref", shown(said))
    return ""


def _moment(build: Building, one: Found, names: tuple[str, ...], at: str, notes: Notes) -> Any:
    """A written time, or one that counts seconds or milliseconds from 1970."""
    key = next((name for name in names if one.get(name) is not None), "")
    value = one.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return build.moment(value, at + pointer(key), notes)
    seconds = value / 1000 if value >= _MILLISECONDS else value
    try:
        return build.wall(datetime.fromtimestamp(seconds, UTC), at + pointer(key), notes)
    except (ValueError, OverflowError, OSError):
        notes.note(at + pointer(key), "not-a-time", value)
        return None
