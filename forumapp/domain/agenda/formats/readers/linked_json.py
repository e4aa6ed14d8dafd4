"""Reading JSON of sessions that refer to speakers, rooms, types and tags by id, in one file or one for each. Pure.

Google I/O, COSCUP and EuroPython publish such files: lists, or objects keyed by code; texts in one language, or in
blocks `zh` and `en`; times as text, as a day and a time, or as milliseconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats.parsing import tags, texts, times
from forumapp.domain.agenda.formats.parsing.json_values import (
    Fields,
    Found,
    first,
    is_empty,
    listed,
    pointer,
    shown,
    thing,
    things,
)
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, kind_of, parts
from forumapp.domain.agenda.formats.readers.frab_xml import abstract_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forumapp.domain.agenda.formats.parsing.values import Schedule

_KINDS = ("speakers", "rooms", "session_types", "tracks", "tags")
_LANGUAGES = ("en", "zh", "zh-Hans", "zh-TW")
_STARTS = ("startTimestamp", "starts_at", "start_time", "start", "time")
_ENDS = ("endTimestamp", "ends_at", "end_time", "end")
_MINUTES = ("ev_duration", "duration", "tt_duration")
_ABSTRACTS = ("abstract", "description")
_DAYS = ("day", "date")
_ROOMS = ("room", "room_id", "rooms", "venue")
_LENGTH_AS_TYPE = re.compile(r"[a-z]_\d+")  # EuroPython 2019: r_180 is a training of 180 minutes
_REFS = ("event_id", "id", "code", "talk_id")
_TYPES = ("session_type", "type", "submission_type", "event_type")
# Fields of which any one shows that a record of a list is a session of these programs.
_MARKS = frozenset({"event_type", "ev_custom", "talk_id", "session_type", "submission_type"})
_EVENTS = ("events", "talks")
_LONGEST_KIND = 2  # words of a kind of session; what is longer is the name of a track
_MILLISECONDS = 100_000_000_000  # from which on a number counts milliseconds, and no seconds
# Fields that are known and not read: each is reported, so that nothing is lost without a word.
_NOT_READ = ("host", "hosts", "moderator", "moderators", "timezone", "time_zone", "venue")

Collection = dict[str, tuple[str, Found]]  # by id: where it is, and the record
Place = tuple[str, Found]


@dataclass(slots=True)
class Collections:
    """`sessions` are in the order of the file, so that two with one id stay two. `known` are the other collections."""

    sessions: list[Place] = field(default_factory=list)
    details: Collection = field(default_factory=dict)  # sessions keyed by code
    known: dict[str, Collection] = field(default_factory=lambda: {kind: {} for kind in _KINDS})

    def all_sessions(self) -> list[Place]:
        """Events with what another file says of them by their code, then those that have no event."""
        codes = [texts.line(first(one, "code")) for _at, one in self.sessions]
        merged = [
            (at, {**self.details[code][1], **_without_empty(one)} if code in self.details else one)
            for code, (at, one) in zip(codes, self.sessions, strict=True)
        ]
        return merged + [place for code, place in self.details.items() if code not in codes]


def _without_empty(one: Found) -> Found:
    return {key: value for key, value in one.items() if not is_empty(value)}


def collections_of(documents: Mapping[str, Any]) -> Collections | None:
    """None where the files are of another kind."""
    found = Collections()
    is_keyed = has_marks = False
    for name, document in documents.items():
        prefix = f"{name}.json " if len(documents) > 1 else ""
        for kind, at, records in _parts_of(name, document):
            has_marks |= kind == "sessions" and _are_events(records)
            _add(found, kind, prefix + at, records)
        is_keyed |= bool(_kind_of_keyed(document)) if isinstance(document, dict) else False
    sessions = [one for _at, one in (*found.sessions, *found.details.values())]
    speakers = found.known["speakers"]
    refers = any(isinstance(who, str) and who in speakers for one in sessions for who in listed(one.get("speakers")))
    has_blocks = any(_blocks(one) for one in sessions)
    return found if is_keyed or has_marks or refers or has_blocks else None


def _add(found: Collections, kind: str, at: str, records: Any) -> None:
    if kind == "sessions" and isinstance(records, list):
        found.sessions += [(at + pointer(n), one) for n, one in things(records)]
        return
    target = found.details if kind == "sessions" else found.known[kind]
    if isinstance(records, dict):
        target.update({str(key): (at + pointer(key), one) for key, one in records.items() if isinstance(one, dict)})
    for n, one in things(records):
        for key in ("id", "code", "tag"):
            target.setdefault(texts.line(one.get(key)), (at + pointer(n), one))


def _parts_of(name: str, document: Any) -> Iterable[tuple[str, str, Any]]:
    """The collections in a file: what they are of, where they are, and their records."""
    if isinstance(document, list):
        if name in {"sessions", *_KINDS}:
            yield name, "", document
        elif _are_events(document):
            yield "sessions", "", document
    if not isinstance(document, dict):
        return
    if kind := _kind_of_keyed(document):
        yield kind, "", document
    for kind in ("sessions", *_KINDS):
        if isinstance(document.get(kind), list | dict):
            yield kind, pointer(kind), document[kind]
    yield from _events_in(document)


def _events_in(document: Found) -> Iterable[tuple[str, str, Any]]:
    """Of a schedule whose days are keyed by date, or of a file of one day."""
    for date, day in thing(document.get("days")).items():
        for key in _EVENTS:
            if isinstance(thing(day).get(key), list):
                yield "sessions", pointer("days", date, key), day[key]
    for key in _EVENTS:
        if _are_events(document.get(key)):
            yield "sessions", pointer(key), document[key]


def _are_events(records: Any) -> bool:
    return any(_MARKS & one.keys() for _n, one in things(records)[:3])


def _kind_of_keyed(document: Found) -> str:
    """Of an object keyed by code, as EuroPython writes its sessions and speakers: which of the two."""
    for key, one in list(document.items())[:3]:
        if not isinstance(one, dict) or one.get("code") != key:
            return ""
    some = thing(next(iter(document.values()), None))
    return "sessions" if "title" in some else "speakers" if "name" in some else ""


def _blocks(one: Found) -> list[Found]:
    return [one[language] for language in _LANGUAGES if isinstance(one.get(language), dict)]


def _in_languages(one: Fields, *names: str) -> list[Any]:
    """A text of a record in each of its languages."""
    one.mark(*_LANGUAGES)
    blocks = [Fields(block) for block in _blocks(one.record)]
    return [value for part in (one, *blocks) if (value := part.first(*names)) is not None]


def _name(collection: Collection, key: Any) -> Any:
    """The names of a room, a type or a track with this id, or else the text itself."""
    known = collection.get(texts.line(key))
    names = tuple(texts.line(name) for name in _in_languages(Fields(known[1]), "name", "title")) if known else ()
    return names or texts.line(key)


@dataclass(slots=True)
class _Program:
    build: Building
    known: Mapping[str, Collection]
    people: dict[str, str] = field(default_factory=dict)  # keys of speakers, by their ids
    rooms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by day


def read(found: Collections, zone: str) -> Schedule:
    program = _Program(Building("program", zone), found.known)
    by_record: dict[int, str] = {}
    for key, (at, one) in found.known["speakers"].items():
        by_record[id(one)] = by_record.get(id(one)) or _person(program.build, one, at)
        program.people[key] = by_record[id(one)]
    sessions = found.all_sessions()
    for _at, one in sessions:
        program.rooms[_date_of(one)].update(_rooms(Fields(one)))
    for at, one in sessions:
        _session(program, one, at)
    return program.build.done()


def _date_of(one: Found) -> str:
    """The day as the file writes it, to compare with others of the same file."""
    return texts.line(first(one, *_DAYS, "start"))[:10]


def _person(build: Building, record: Found, at: str) -> str:
    one = Fields(record)
    names = [build.notes.line(name, f"{at}/name") for name in _in_languages(one, "name", "full_name")]
    texts_of = _in_languages(one, "bio", "biography")
    biography = abstract_of([build.notes.paragraphs(text, f"{at}/bio") for text in texts_of])
    offices = _in_languages(one, "company", "affiliation", "organization", "organisation")
    posts = _in_languages(one, "position", "job_title", "tag_line", "title")
    one.mark("id", "code", "submissions", "sessions")
    build.leave_out("speakers", one.unused())
    both = texts.in_languages(*names)
    latin, native = both.get(texts.ENGLISH, ""), both.get(texts.CHINESE, "")
    return build.speaker(
        latin or native,
        native if latin else "",
        at,
        title=texts.in_languages(*(build.notes.line(text, at) for text in posts)),
        organization=texts.in_languages(*(build.notes.line(text, at) for text in offices)),
        biography=biography,
    )


def _session(program: _Program, record: Found, at: str) -> None:
    build, one = program.build, Fields(record)
    notes = build.noted()
    title = texts.in_languages(*(notes.line(text, f"{at}/title") for text in _in_languages(one, "title", "name")))
    custom = notes.line(one.first("ev_custom"), f"{at}/ev_custom")
    title = title or texts.in_languages(custom)
    kind, topic = _kind_and_topic(one, program.known["session_types"])
    track = _track(program, one, at)
    tagged = tags.read(one.first("tags", "tag_names"), program.known["tags"], topic=track or topic)
    track = track or build.track(topic or tagged.topic, at, tagged.color)
    room, in_all_rooms = _places(program, one, at, notes, is_shared=bool(kind_of(kind, title)))
    start, end = (_moment(build, one, names, at, notes) for names in (_STARTS, _ENDS))
    minutes = notes.length(one.first(*_MINUTES), f"{at}/duration")
    abstract = abstract_of([notes.paragraphs(text, f"{at}/abstract") for text in _in_languages(one, *_ABSTRACTS)])
    speakers = [(_who(program, who, f"{at}/speakers", notes), "") for who in _speakers_in(one)]
    status = notes.status(one.first("status", "state"), f"{at}/status")
    languages = notes.languages(one.first("language") or ", ".join(tagged.languages), f"{at}/language")
    ref = one.first(*_REFS)
    _report_unused(build, one, at, tagged.unused, notes)
    build.session(
        notes,
        at,
        title,
        ref=ref,
        abstract=abstract,
        status=status,
        kind=notes.kind(kind or tagged.kind, title, f"{at}/type"),
        room=room,
        in_all_rooms=in_all_rooms,
        track=track,
        languages=languages,
        start=start,
        end=end,
        minutes=minutes if end is None else None,
        parts=parts(speakers),
    )


def _report_unused(build: Building, one: Fields, at: str, words: Iterable[str], notes: Notes) -> None:
    """What is not imported, once all else of the record has been read."""
    one.mark(*_STARTS, *_MINUTES, *_REFS, *_ABSTRACTS, *_DAYS)
    for word in words:
        notes.note(f"{at}/tags", "tag-left-out", word)
    for key in one.unused(*_NOT_READ):
        notes.note(at + pointer(key), "field-left-out", key)
    one.mark(*_NOT_READ)
    build.leave_out("sessions", one.unused())


def _kind_and_topic(one: Fields, types: Collection) -> tuple[str, Any]:
    """The words for its kind, and the names of a type that is no kind, such as a community's own track."""
    names = _name(types, one.first(*_TYPES))
    one.mark(*_TYPES)
    if isinstance(names, tuple) and not any(_is_kind(name) for name in names):
        return "", names
    words = " ".join(names) if isinstance(names, tuple) else names
    return "" if words == "session" or _LENGTH_AS_TYPE.fullmatch(words) else words, ""


def _is_kind(name: str) -> bool:
    return len(name.split()) <= _LONGEST_KIND and bool(kind_of(name, {}))


def _track(program: _Program, one: Fields, at: str) -> str:
    track = one.first("track", "track_id")
    if track is None or (isinstance(track, str) and track in program.rooms[_date_of(one.record)]):
        return ""  # EuroPython 2019 writes the room there
    written, known = thing(track), program.known["tracks"]
    if written and texts.line(written.get("id")) not in known:
        return program.build.track(written.get("name", written), at)  # a name, or one in each language
    return program.build.track(_name(known, written.get("id", track)), at)


def _rooms(one: Fields) -> list[str]:
    some = [first(each, "id", "name") if isinstance(each, dict) else each for each in listed(one.first(*_ROOMS))]
    return [name for each in some if (name := texts.line(each))]


def _places(program: _Program, one: Fields, at: str, notes: Notes, *, is_shared: bool) -> tuple[str, bool]:
    """The room, and whether the session is in all rooms: it names all of that day, or several and is a break."""
    named = list(dict.fromkeys(_rooms(one)))
    keys = [program.build.room(_name(program.known["rooms"], name), at) for name in named]
    if len(keys) > 1 and (is_shared or program.rooms[_date_of(one.record)] <= set(named)):
        return "", True
    for name in named[1:]:
        notes.note(f"{at}/rooms", "room-left-out", name)
    return (keys[0] if keys else ""), False


def _speakers_in(one: Fields) -> list[Any]:
    return listed(one.first("speakers", "speaker", "speaker_ids", "presenters", "presenter"))


def _who(program: _Program, said: Any, at: str, notes: Notes) -> str:
    build, people, one = program.build, program.people, thing(said)
    key = texts.line(first(one, "id", "code") if one else said)
    if people.get(key):
        return people[key]
    if one and isinstance(one.get("name"), str):
        return _person(build, one, at)
    if isinstance(said, str) and (" " in said or not people):
        return build.speaker(texts.line(said), "", at)
    notes.note(at, "unknown-ref", shown(said))
    return ""


def _moment(build: Building, one: Fields, names: tuple[str, ...], at: str, notes: Notes) -> Any:
    """A written time, a time of the day that the record names, or one that counts from 1970."""
    key = one.key(*names)
    value = one.first(*names)
    day = times.written(texts.line(one.first(*_DAYS)))
    clock = times.of_day(value) if isinstance(value, str) else None
    if clock is not None and day is not None:
        return build.wall(times.on(day, clock), at + pointer(key), notes)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return build.moment(value, at + pointer(key), notes)
    seconds = value / 1000 if value >= _MILLISECONDS else value
    try:
        return build.wall(datetime.fromtimestamp(seconds, UTC), at + pointer(key), notes)
    except (ValueError, OverflowError, OSError):
        notes.note(at + pointer(key), "not-a-time", value)
        return None
