"""The agenda in our own JSON, as it is published: read and written to the character. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import SCRIPTS
from forumapp.domain.agenda.formats.parsing import texts, times
from forumapp.domain.agenda.formats.parsing.json_values import Found, first, listed, pointer, thing, things, told_things
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.parsing.values import FileItem

if TYPE_CHECKING:
    from forumapp.core.values.times import Moment
    from forumapp.domain.agenda.formats.parsing.values import Schedule


ANSWERS = ("invited", "confirmed", "declined")
INTERPRETATIONS = ("none", "simultaneous", "consecutive")
LAYOUTS = ("theater", "classroom", "banquet", "boardroom", "u-shape", "reception")
ITEM_KINDS = ("speech", "panel", "questions", "signing", "other")
LONGEST_ITEM, MOST_CHANNELS, MOST_ITEMS = 24 * 60, 99, 500


def is_own(document: Any) -> bool:
    parts_of = ("sessions", "rooms", "tracks", "people")
    return isinstance(document, dict) and all(key in document for key in parts_of)


def read(document: Any, zone: str) -> Schedule:
    build = Building("json", zone, is_ours=True)
    build.source = build.edition = texts.line(document.get("edition"))
    build.times.name(texts.line(document.get("zone")), "/zone")
    rooms = {
        room.get("id"): build.room(room.get("name"), pointer("rooms", n))
        for n, room in told_things(document.get("rooms"), "/rooms", build.notes)
    }
    tracks = {
        track.get("id"): build.track(track.get("name"), pointer("tracks", n), track.get("color"))
        for n, track in told_things(document.get("tracks"), "/tracks", build.notes)
    }
    people = {key: _person(build, thing(one), key) for key, one in thing(document.get("people")).items()}
    for n, one in told_things(document.get("sessions"), "/sessions", build.notes):
        _session(build, one, pointer("sessions", n), (rooms, tracks, people))
    return build.done()


def _texts(value: Any, clean: Any, at: str) -> dict[str, str]:
    said = {language: clean(text, at) for language, text in thing(value).items() if language in SCRIPTS}
    return {language: text for language, text in said.items() if text}


def _person(build: Building, one: Found, key: str) -> str:
    names = [texts.line(one.get(part)) for part in ("latin_family", "latin_given")]
    latin = " ".join(name for name in (names if one.get("name_order") == "family-first" else names[::-1]) if name)
    at, notes = pointer("people", key), build.notes
    posts = [post for _n, post in things(one.get("titles"))][:1]
    return build.speaker(
        latin,
        texts.line(one.get("native_full")),
        at,
        title=_texts(posts[0].get("title"), notes.line, at) if posts else {},
        organization=_texts(posts[0].get("organization"), notes.line, at) if posts else {},
        biography=_texts(one.get("biography"), notes.paragraphs, at),
    )


def _session(build: Building, one: Found, at: str, named: tuple[Any, Any, Any]) -> None:
    """`named` are the keys of rooms, tracks and people by their ids."""
    notes, (rooms, tracks, people) = build.noted(), named
    title = _texts(one.get("title"), notes.line, f"{at}/title")
    roles = [role for _n, role in told_things(one.get("roles"), f"{at}/roles", notes)]
    items = _items(one.get("items"), f"{at}/items", notes)
    places = {item.id: n for n, item in enumerate(items)}
    build.session(
        notes,
        at,
        title,
        code=one.get("code"),
        abstract=_texts(one.get("abstract"), notes.paragraphs, f"{at}/abstract"),
        kind=notes.kind(one.get("kind"), title, f"{at}/kind"),
        status=notes.status(one.get("status"), f"{at}/status"),
        interpretation=_one_of(one.get("interpretation"), INTERPRETATIONS),
        press=_one_of(one.get("press"), ("open", "invited", "closed")),
        layout=_one_of(one.get("layout"), LAYOUTS),
        setup_minutes=_minutes(one.get("setup_minutes"), f"{at}/setup_minutes", notes),
        changeover_minutes=_minutes(one.get("changeover_minutes"), f"{at}/changeover_minutes", notes),
        channels=_channels(one.get("channels"), f"{at}/channels", notes),
        items=items,
        in_all_rooms=one.get("in_all_rooms") is True,
        room=_known(rooms, one.get("room")),
        track=_known(tracks, one.get("track")),
        languages=notes.languages(", ".join(map(texts.line, listed(one.get("languages")))), f"{at}/languages"),
        start=_moment(build, one.get("start"), f"{at}/start", notes),
        end=_moment(build, one.get("end"), f"{at}/end", notes),
        parts=parts(
            (
                people.get(str(role.get("person")), ""),
                role_of(role.get("role")),
                _one_of(role.get("status"), ANSWERS),
                places.get(item) if isinstance(item := role.get("item"), int) else None,
            )
            for role in roles
        ),
        places={part: f"{at}/{part}" for part in ("code", "start", "end")},
    )


def _items(said: Any, at: str, notes: Notes) -> tuple[FileItem, ...]:
    """One without a length is none, since the times of those after it would not be known."""
    found: list[FileItem] = []
    for n, one in things(said):
        minutes = _minutes(first(one, "speaking_minutes", "minutes"), f"{at}/{n}", notes, most=LONGEST_ITEM)
        if not minutes or len(found) == MOST_ITEMS:
            notes.note(f"{at}/{n}", "item-left-out", one.get("id") or "")
            continue
        key = one.get("id")
        found.append(
            FileItem(
                _one_of(one.get("kind"), ITEM_KINDS) or "other",
                _texts(one.get("title"), notes.line, f"{at}/{n}/title"),
                minutes,
                _one_of(one.get("mode"), INTERPRETATIONS) or "none",
                key if isinstance(key, int) and not isinstance(key, bool) else None,
            )
        )
    return tuple(found)


def _channels(said: Any, at: str, notes: Notes) -> tuple[tuple[int, str], ...]:
    """A number and a language each once."""
    numbers: dict[int, str] = {}
    for n, one in things(said):
        number, (language, *_more) = one.get("number"), (*notes.languages(one.get("language"), f"{at}/{n}"), "")
        is_taken = number in numbers or language in numbers.values()
        if language and not is_taken and type(number) is int and 0 < number <= MOST_CHANNELS:
            numbers[number] = language
        else:
            notes.note(f"{at}/{n}", "channel-left-out", f"{number} {language}")
    return tuple(numbers.items())


def _minutes(value: Any, at: str, notes: Notes, most: int = times.LONGEST) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    notes.note(at, "not-a-number", value)
    return None


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    return value if isinstance(value, str) and value in known else ""


def _known(names: dict[Any, str], key: Any) -> str:
    return names.get(key, "") if isinstance(key, int | str) else ""


def _moment(build: Building, value: Any, at: str, notes: Notes) -> Moment | None:
    """The instant, in the zone that the session was promised in."""
    said = thing(value)
    found = times.in_zone(texts.line(said.get("utc")), texts.line(said.get("zone")))
    return found or build.moment(said.get("wall"), at, notes)
