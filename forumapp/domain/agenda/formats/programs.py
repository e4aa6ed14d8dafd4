"""Reading programs in JSON that follow no standard, as sites of forums keep them for their own pages. Pure.

What is known is what such files are made of: days with a date and a list of entries below it, entries with a title in
one or two languages, times in one text or two, and speakers as texts, lists or objects; and lists of people alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats import texts, whens
from forumapp.domain.agenda.formats.building import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.jsons import Found, first, listed, pointer, things
from forumapp.domain.agenda.formats.values import Schedule, UnreadableSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Place = tuple[object, ...]
_LISTS = ("agenda", "content", "sessions", "items", "program", "events", "schedule")
_TITLES = ("title", "label", "name", "topic", "subject", "titleZh", "titleEn", "labelEn")
_OF_SESSIONS = ("start", "time", "date", "agenda", "content", "speaker", "speakers")
_TIMED = frozenset({"speaker", "speakers", "time", "start", "date"})
# Fields that other programs write for what a session is made of, and that are not read here.
_KNOWN_FIELDS = frozenset({
    "starttime", "endtime", "starts", "ends", "startsat", "endsat", "from", "to", "presenter", "presenters", "host",
    "hosts", "moderator", "moderators", "panelists", "timezone", "zone", "stage", "hall", "theme", "format",
})  # fmt: skip
_NAMES = ("nameZh", "nameEn", "enName", "name")
_EVERYONE = frozenset({"all", "全体", "everyone", "?", "tbd", "tbc", "待定"})
# Words that tell an organization from a person where a speaker is a text alone.
_OFFICE = re.compile(
    r"协会|集团|公司|大学|委员会|秘书长|Association|Committee|University|Company|Inc\b|Ltd|Gases|Corp", re.IGNORECASE
)
_AS = re.compile(r"(?P<name>.+?)\s+as\s+(?P<role>moderator|chair|host|mc)", re.IGNORECASE)
_DAY = re.compile(r"(?P<month>\d{1,2})[./月](?P<day>\d{1,2})日?")
_ENGLISH = re.compile(r"^en(?=[A-Z])|(?<=[a-z])En$")


def read(files: Mapping[str, Any], zone: str, year: int | None = None) -> Schedule:
    """`year` is that of the edition, for days that are written without one."""
    build = Building("program", zone)
    found = False
    for name, document in files.items():
        prefix = f"{name}.json " if len(files) > 1 else ""
        found |= _people_in(build, document, prefix)
    for name, document in files.items():
        prefix = f"{name}.json " if len(files) > 1 else ""
        found |= _sessions_in(build, document, prefix, year)
    if not found:
        raise UnreadableSchedule(why="unknown-format")
    return build.done()


def _lists_in(document: Any) -> Iterable[tuple[Place, Any]]:
    if isinstance(document, list):
        yield (), document
    elif isinstance(document, dict):
        yield from (((key,), value) for key, value in document.items() if isinstance(value, list))


def _people_in(build: Building, document: Any, prefix: str) -> bool:
    found = False
    for place, some in _lists_in(document):
        for n, one in things(some):
            if first(one, *_NAMES) and not any(key in one for key in _OF_SESSIONS):
                found |= bool(_person(build, one, prefix + pointer(*place, n)))
    return found


def _person(build: Building, one: Found, at: str) -> str:
    names = [texts.line(one.get(key)) for key in _NAMES if one.get(key)]
    native = next((name for name in names if texts.language_of_words(name) == texts.CHINESE), "")
    latin = next((name for name in names if texts.language_of_words(name) == texts.ENGLISH), "")
    notes = build.notes
    offices = [_office(one.get(key)) for key in ("titleZh", "titleEn", "desc", "enDesc", "position")]
    told = [notes.paragraphs(one.get(key), f"{at}/{key}") for key in ("intro", "introEn", "bio", "biography")]
    title = texts.in_languages(*(notes.line(office, at) for office in offices))
    return build.speaker(latin, native, at, title=title, biography=texts.in_languages(*told))


def _office(value: Any) -> str:
    return "; ".join(" ".join(texts.line(line) for line in str(one).split("\n")) for one in listed(value) if one)


def _sessions_in(build: Building, document: Any, prefix: str, year: int | None) -> bool:
    """Lists whose keys differ by "en" alone are one program in two languages, matched by their times."""
    lists = {place: some for place, some in _lists_in(document) if any(_is_session(one) for _n, one in things(some))}
    for place, some in lists.items():
        if place and (twin := (_other_language(str(place[0])),)) in lists and twin != place:
            continue  # the English twin is read with the other one
        twins = {
            _other_language(str(name[0])).lower(): other for name, other in lists.items() if name and name != place
        }
        _days(build, (some, twins.get(str(place[0]).lower()) if place else None), place, prefix, year)
    return bool(lists)


def _other_language(name: str) -> str:
    return _ENGLISH.sub("", name)


def _is_session(one: Found) -> bool:
    has_list = any(things(one.get(key)) for key in _LISTS)
    return has_list or bool(first(one, *_TITLES) and _TIMED & one.keys())


def _days(build: Building, said: tuple[Any, Any], place: Place, prefix: str, year: int | None) -> None:
    """`said` is a list of days, and the same in English where the file has it twice."""
    some, english = said
    for n, one in things(some):
        key = next((key for key in _LISTS if things(one.get(key))), None)
        if key is None:
            _session(build, one, None, _day_of(one, year), prefix + pointer(*place, n))
            continue
        day = _day(texts.line(first(one, "date", "day", "title")), year)
        if day is None:
            build.notes.note(prefix + pointer(*place, n), "no-day", first(one, "date", "day", "title"))
        twins = things(english[n].get(key)) if isinstance(english, list) and n < len(english) else []
        used: set[int] = set()
        for m, entry in things(one[key]):
            twin = next(((k, t) for k, t in twins if k not in used and _same_time(entry, t)), None)
            used |= {twin[0]} if twin else set()
            _session(build, entry, twin[1] if twin else None, day, prefix + pointer(*place, n, key, m))
        for k, entry in twins:
            if k not in used:
                at = prefix + pointer(f"en{str(place[0])[:1].upper()}{str(place[0])[1:]}", n, key, k)
                _session(build, entry, None, day, at)


def _day_of(one: Found, year: int | None) -> datetime | None:
    """The day that an entry of a flat list names itself."""
    return _day(texts.line(first(one, "date", "day")), year)


def _same_time(one: Found, other: Found) -> bool:
    return all(texts.line(one.get(key)) == texts.line(other.get(key)) for key in ("start", "end", "time"))


def _day(text: str, year: int | None) -> datetime | None:
    when = whens.written(text)
    found = _DAY.fullmatch(text)
    if when is not None or not found or year is None:
        return when
    try:
        return datetime(year, int(found["month"]), int(found["day"]))  # noqa: DTZ001 (a day)
    except ValueError:
        return None


def _session(build: Building, one: Found, twin: Found | None, day: datetime | None, at: str) -> None:
    notes = build.noted()
    said = [*_titles(one), *(_titles(twin) if twin else ())]
    title = texts.in_languages(*(notes.line(text, at) for text in said))
    keys = ("intro", "introEn", "desc", "enDesc", "description", "abstract")
    for key in one:
        if re.sub(r"[\W_]", "", str(key)).lower() in _KNOWN_FIELDS and one[key]:
            notes.note(at + pointer(key), "field-left-out", key)
    told = [notes.paragraphs(source.get(key), at) for source in (one, twin or {}) for key in keys]
    build.session(
        notes,
        at,
        title,
        ref=one.get("id"),
        abstract=texts.in_languages(*told),
        status=notes.status(state, f"{at}/status") if isinstance(state := first(one, "status", "state"), str) else "",
        kind=notes.kind(first(one, "type", "kind"), title, f"{at}/type"),
        track=build.track(first(one, "track", "topic") if first(one, "title") else first(one, "track"), at),
        languages=notes.languages(one.get("language"), f"{at}/language"),
        room=build.room(first(one, "room", "location", "venue"), at),
        parts=parts(_speakers(build, one, notes, at)),
        **_times(build, one, day, notes, at),
    )


def _titles(one: Found) -> list[str]:
    found = []
    for key in _TITLES:
        said = [texts.line(text) for text in listed(one.get(key))]
        found.append(" / ".join(text for text in said if text))
    return [text for text in found if text]


def _times(build: Building, one: Found, day: datetime | None, notes: Notes, at: str) -> dict[str, Any]:
    starts = whens.written(texts.line(one.get("start")))
    if starts is not None and whens.has_time(texts.line(one.get("start"))):
        end = build.moment(one.get("end"), f"{at}/end", notes)
        return {"start": build.wall(starts, at, notes), "end": end, "minutes": _length(one, notes, at)}
    said = texts.line(one.get("time")) or " – ".join(texts.line(one[key]) for key in ("start", "end") if one.get(key))
    if not said:
        return {"minutes": _length(one, notes, at)}
    ends, only = whens.two_times(said), whens.of_day(said)
    if ends is None and only is not None and day is not None:
        start = build.wall(whens.on(day.replace(tzinfo=None), only), at, notes)
        return {"start": start, "minutes": _length(one, notes, at)}
    if ends is None:
        notes.note(at, "not-a-time", said)
        return {}
    if day is None:
        return {"minutes": ends[1] - ends[0]}
    start, end = (build.wall(whens.on(day.replace(tzinfo=None), minutes), at, notes) for minutes in ends)
    return {"start": start, "end": end}


def _named(value: Any) -> list[Any]:
    """People in one text: Ann Lee, Bob Ray and Li Wei."""
    if isinstance(value, str):
        return [name.strip() for name in re.split(r"[,;，；、\n]|\s+(?:and|&)\s+", value) if name.strip()]
    return listed(value)


def _length(one: Found, notes: Notes, at: str) -> int | None:
    return notes.length(first(one, "duration", "minutes"), f"{at}/duration")


def _speakers(build: Building, one: Found, notes: Notes, at: str) -> list[tuple[str, str]]:
    """Of two names in two scripts that stand side by side, or one after the other in a list, one person is made."""
    natives, latins = [*listed(one.get("speaker")), *_named(one.get("speakers"))], listed(one.get("speakerEn"))
    keys = [(_person(build, person, at), "") for _n, person in things(natives)]
    names = [name for person in (*natives, *latins) if isinstance(person, str) and (name := texts.line(person))]
    names = [name for name in dict.fromkeys(names) if name.lower() not in _EVERYONE]
    while names:
        name, *names = names
        said = _AS.fullmatch(name)
        name, role = (said["name"], role_of(said["role"])) if said else (name, "")
        if _OFFICE.search(name):
            notes.note(at, "organization-as-speaker", name)
            continue
        native = texts.language_of_words(name) == texts.CHINESE
        paired = bool(native and names and texts.language_of_words(names[0]) == texts.ENGLISH)
        paired = paired and not _OFFICE.search(names[0])
        if not native and " " not in name:
            notes.note(at, "not-a-person", name)
            continue
        latin = names.pop(0) if paired else "" if native else name
        if paired and " " not in latin:  # "HY · 杭氧" is a company, as "AP" alone is
            notes.note(at, "not-a-person", f"{latin} · {name}")
            continue
        keys.append((build.speaker(latin, name if native else "", at), role))
    return keys
