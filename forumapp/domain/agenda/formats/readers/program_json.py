"""Reading programs in JSON that follow no standard, as sites of forums keep them for their own pages. Pure.

What is known is what such files are made of: days with a date and a list of entries below it, entries with a title in
one or two languages, times in one text or two, and speakers as texts, lists or objects; and lists of people alone.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.formats.parsing import tags, texts
from forumapp.domain.agenda.formats.parsing import times as parsing_times
from forumapp.domain.agenda.formats.parsing.json_values import Fields, Found, first, listed, pointer, things
from forumapp.domain.agenda.formats.parsing.schedule_builder import Building, Notes, parts, role_of
from forumapp.domain.agenda.formats.parsing.values import Schedule, UnreadableSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Place = tuple[object, ...]
_LISTS = ("agenda", "content", "sessions", "items", "program", "events", "schedule", "talks")
_TITLES = ("title", "label", "name", "topic", "subject", "event", "talk", "titleZh", "titleEn", "labelEn")
_OF_SESSIONS = ("start", "time", "date", "agenda", "content", "speaker", "speakers")
_STARTS = ("start", "start_time", "starts", "starts_at", "from", "begin", "begins")
_ENDS = ("end", "end_time", "ends", "ends_at", "to", "finish", "until")
_MINUTES = ("duration", "minutes", "length")
_DAYS = ("date", "day")
_ROOMS = ("room", "hall", "stage", "location", "venue", "place")
_TRACKS = ("track", "theme", "stream", "category")
_SPEAKERS = ("speakers", "speaker", "presenters", "presenter", "speaker_names")
_ENGLISH_SPEAKERS = ("speakerEn", "speakersEn")
# Who has another part than to speak, by the field that names them.
_ROLES = {
    "moderator": "moderator", "moderators": "moderator", "chair": "chair", "host": "moderator", "hosts": "moderator",
    "panelist": "panelist", "panelists": "panelist",
}  # fmt: skip
_TIMED = frozenset({"speaker", "speakers", "presenter", "presenters", "time", "start", "date", "starttime"})
_ABSTRACTS = ("intro", "introEn", "desc", "enDesc", "description", "abstract", "summary")
_KINDS = ("type", "kind", "format", "session_type", "submission_type")
_ZONES = ("timezone", "time_zone", "zone", "tz")
# All fields that have a meaning here. One that is not read, as another of the same meaning was, is reported.
_KNOWN = (
    *_TITLES, *_STARTS, *_ENDS, "time", *_MINUTES, *_DAYS, *_ROOMS, *_TRACKS, *_SPEAKERS, *_ENGLISH_SPEAKERS, *_ROLES,
    *_ABSTRACTS, *_KINDS, *_ZONES, "language", "languages", "status", "state",
)  # fmt: skip
_NAMES = ("nameZh", "nameEn", "enName", "name")
_POSTS = ("position", "title", "job_title", "post")
_BIOGRAPHIES = ("intro", "introEn", "bio", "biography")
_ORGANIZATIONS = ("organization", "organisation", "company", "affiliation", "employer")
_EVERYONE = frozenset({"all", "全体", "everyone", "?", "tbd", "tbc", "待定"})
# Words that tell an organization from a person where a speaker is a text alone.
_OFFICE = re.compile(
    r"协会|集团|公司|大学|委员会|秘书长|Association|Committee|University|Company|Inc\b|Ltd|Gases|Corp", re.IGNORECASE
)
# Words that tell a position behind a name from another name: "Ann Lee, CEO of Ports".
_POST = re.compile(
    r"\b(of|at|for)\b|\b(C[EFOT]O|(vice )?(president|chair(man|woman|person)?|director|minister|mayor|governor)|"
    r"professor|manager|founder|co-?founder|officer|secretary|partner|head|ambassador|consul|dean|editor|engineer)\b|"
    r"主席|主任|会长|总裁|总经理|董事|教授|部长|省长|市长|局长|处长|院长|秘书长|总领事|大使",
    re.IGNORECASE,
)
_AS = re.compile(r"(?P<name>.+?)\s+as\s+(?P<role>moderator|chair|host|mc)", re.IGNORECASE)
_DAY = re.compile(r"(?P<month>\d{1,2})[./月](?P<day>\d{1,2})日?")
_DAY_IN_WORDS = re.compile(
    r"(?:[A-Za-z]+,?\s+)?(?:[A-Za-z]{3,9}\.?\s+\d{1,2}|\d{1,2}\s+[A-Za-z]{3,9}\.?)(?:st|nd|rd|th)?"
)
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
    fields = Fields(one)
    offices = [_office(value) for _key, value in fields.all("titleZh", "titleEn", "desc", "enDesc", *_POSTS)]
    biographies = [notes.paragraphs(value, f"{at}/{key}") for key, value in fields.all(*_BIOGRAPHIES)]
    title = texts.in_languages(*(notes.line(office, at) for office in offices))
    organization = texts.in_languages(*(notes.line(value, at) for _key, value in fields.all(*_ORGANIZATIONS)))
    fields.mark("id", "code", *_NAMES)
    build.leave_out("speakers", fields.unused())
    return build.speaker(
        latin, native, at, title=title, organization=organization, biography=texts.in_languages(*biographies)
    )


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
    fields = Fields(one)
    return has_list or bool(fields.key(*_TITLES) and fields.key(*_TIMED))


def _days(build: Building, said: tuple[Any, Any], place: Place, prefix: str, year: int | None) -> None:
    """`said` is a list of days, and the same in English where the file has it twice."""
    some, english = said
    for n, one in things(some):
        key = next((key for key in _LISTS if things(one.get(key))), None)
        if key is None:
            _session(build, one, None, _day_of(one, year), prefix + pointer(*place, n))
            continue
        day = _day(texts.line(first(one, *_DAYS, "title")), year)
        if day is None:
            build.notes.note(prefix + pointer(*place, n), "no-day", first(one, *_DAYS, "title"))
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
    return _day(texts.line(Fields(one).first(*_DAYS)), year)


def _same_time(one: Found, other: Found) -> bool:
    return all(texts.line(one.get(key)) == texts.line(other.get(key)) for key in ("start", "end", "time"))


def _day(text: str, year: int | None) -> datetime | None:
    when = parsing_times.written(text)
    if when is None and year is not None and _DAY_IN_WORDS.fullmatch(text):
        when = parsing_times.written(f"{text} {year}")
    found = _DAY.fullmatch(text)
    if when is not None or not found or year is None:
        return when
    try:
        return datetime(year, int(found["month"]), int(found["day"]))  # noqa: DTZ001 (a day)
    except ValueError:
        return None


def _session(build: Building, record: Found, twin: Found | None, day: datetime | None, at: str) -> None:
    notes, one = build.noted(), Fields(record)
    title = texts.in_languages(*(notes.line(text, at) for text in [*_titles(record), *(_titles(twin) if twin else ())]))
    told = [notes.paragraphs(source.get(key), at) for source in (record, twin or {}) for key in _ABSTRACTS]
    state = one.first("status", "state")
    topic = one.first(*_TRACKS) or (one.first("topic") if first(record, "title") else "")
    topic = next((each for each in listed(topic) if isinstance(each, str)), "")
    tagged = tags.read(one.first("tags", "tag_names", "keywords", "topics"), {}, topic=topic)
    kind = notes.kind(one.first(*_KINDS) or tagged.kind, title, f"{at}/type")
    languages = notes.languages(one.first("language", "languages") or ", ".join(tagged.languages), f"{at}/language")
    speakers = _speakers(build, one, notes, at)
    times = _times(build, one, day, notes, at)
    room = build.room(one.first(*_ROOMS), at)
    one.mark("id", "code", *_DAYS, *_TITLES, *_ABSTRACTS)
    for word in tagged.unused:
        notes.note(f"{at}/tags", "tag-left-out", word)
    for key in one.unused(*_KNOWN):
        notes.note(at + pointer(key), "field-left-out", key)
    one.mark(*_KNOWN)
    build.leave_out("sessions", one.unused())
    build.session(
        notes,
        at,
        title,
        ref=first(record, "id", "code"),
        abstract=texts.in_languages(*told),
        status=notes.status(state, f"{at}/status") if isinstance(state, str) else "",
        kind=kind,
        track=build.track(topic or tagged.topic, at),
        languages=languages,
        room=room,
        parts=parts(speakers),
        **times,
    )


def _titles(one: Found) -> list[str]:
    found = []
    for key in _TITLES:
        said = [texts.line(text) for text in listed(one.get(key))]
        found.append(" / ".join(text for text in said if text))
    return [text for text in found if text]


def _times(build: Building, one: Fields, day: datetime | None, notes: Notes, at: str) -> dict[str, Any]:
    start, end, time = texts.line(one.first(*_STARTS)), texts.line(one.first(*_ENDS)), texts.line(one.first("time"))
    zone = build.times.named(texts.line(one.first(*_ZONES)), f"{at}/timezone", notes)
    minutes = notes.length(one.first(*_MINUTES), f"{at}/duration")
    starts = parsing_times.written(start)
    if starts is not None and parsing_times.has_time(start):
        moment = build.times.moment(starts, at, notes, zone)
        return {"start": moment, "end": build.moment(end, f"{at}/end", notes, zone), "minutes": minutes}
    said = time or " – ".join(text for text in (start, end) if text)
    if not said:
        return {"minutes": minutes}
    ends, only = parsing_times.two_times(said), parsing_times.of_day(said)
    if ends is None and only is not None and day is not None:
        moment = build.times.moment(parsing_times.on(day.replace(tzinfo=None), only), at, notes, zone)
        return {"start": moment, "minutes": minutes}
    if ends is None:
        notes.note(at, "not-a-time", said)
        return {}
    if day is None:
        return {"minutes": ends[1] - ends[0]}
    walls = [parsing_times.on(day.replace(tzinfo=None), each) for each in ends]
    moments = [build.times.moment(wall, at, notes, zone) for wall in walls]
    return {"start": moments[0], "end": moments[1]}


def _named(value: Any) -> list[Any]:
    """People in one text: Ann Lee, Bob Ray and Li Wei."""
    if isinstance(value, str):
        return [name.strip() for name in re.split(r"[,;，；、\n]|\s+(?:and|&)\s+", value) if name.strip()]
    return listed(value)


def _speakers(build: Building, one: Fields, notes: Notes, at: str) -> list[tuple[str, str]]:
    """Those who speak, then those whom a field names with another part."""
    latins = [name for _key, value in one.all(*_ENGLISH_SPEAKERS) for name in _named(value)]
    key = one.key(*_SPEAKERS)
    value = one.first(*_SPEAKERS)
    # A single speaker may be written with a comma: "Ann Lee, Ports Inc".
    natives = listed(value) if key == "speaker" else _named(value)
    found = _people(build, [*natives, *latins], notes, at)
    for name, role in _ROLES.items():
        for _key, value in one.all(name):
            found += [(who, own or role) for who, own in _people(build, _named(value), notes, at)]
    return found


def _people(build: Building, some: list[Any], notes: Notes, at: str) -> list[tuple[str, str]]:
    """Of two names in two scripts that stand side by side, or one after the other in a list, one person is made."""
    keys = [(_person(build, person, at), "") for _n, person in things(some)]
    names = [name for person in some if isinstance(person, str) and (name := texts.line(person))]
    names = [name for name in dict.fromkeys(names) if name.lower() not in _EVERYONE]
    while names:
        name, *names = names
        said = _AS.fullmatch(name)
        name, role = (said["name"], role_of(said["role"])) if said else (name, "")
        name, title, organization = _with_post(name)
        if _OFFICE.search(name):
            notes.note(at, "organization-as-speaker", name)
            continue
        if title or organization:
            notes.note(at, "position-after-name", f"{name} → {title or organization}")
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
        more = {"title": texts.in_languages(title), "organization": texts.in_languages(organization)}
        keys.append((build.speaker(latin, name if native else "", at, **more), role))
    return keys


def _with_post(text: str) -> tuple[str, str, str]:
    """Name, position and organization of "Ann Lee, CEO of Ports" or "Ann Lee, Ports Inc". Other texts are names."""
    name, _comma, rest = (part.strip() for part in text.replace("，", ",").partition(","))
    is_whole = " " in name or texts.language_of_words(name) == texts.CHINESE
    if not rest or not is_whole or _OFFICE.search(name):
        return text, "", ""
    if _POST.search(rest):
        return name, rest, ""
    return (name, "", rest) if _OFFICE.search(rest) else (text, "", "")
