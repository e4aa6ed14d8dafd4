"""A published agenda as it is written into files: what everyone may read of one version, session by session. Pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from forumapp.core.values.text import pick
from forumapp.core.values.times import elapsed, zone_named
from forumapp.domain.agenda.content.snapshots import CANCELLED, CONFIRMED, location_texts, name_in, room_texts, zone_of
from forumapp.domain.agenda.days import by_day
from forumapp.domain.agenda.formats.parsing.refs import guid_of
from forumapp.domain.agenda.formats.parsing.texts import language_of_words
from forumapp.domain.agenda.formats.parsing.values import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forumapp.domain.people.rules import Name

_SHORTEST_ACRONYM = 4
_LONGEST = 100 * 60 - 1  # minutes, of which the formats write two digits of hours


@dataclass(frozen=True, slots=True)
class Publication:
    """`content` is the public view of a version (`agenda.versions`), and `address` that of its page. `whole` is all of
    it, where those who work on it take it along.
    """

    slug: str
    name: Mapping[str, str]
    zone: str
    starts_on: date
    number: int
    label: str
    published_at: datetime
    sha256: str
    content: Mapping[str, Any]
    address: str
    whole: Mapping[str, Any] | None = None

    @property
    def acronym(self) -> str:
        """Letters and digits alone, as all the schemas take it."""
        plain = re.sub(r"[^a-z0-9]", "", self.slug)
        return plain if len(plain) >= _SHORTEST_ACRONYM else f"{plain}_forum"

    @property
    def version(self) -> str:
        return f"{self.number} {self.label}".strip()


@dataclass(frozen=True, slots=True)
class Speaker:
    id: int
    guid: str
    name: str
    role: str
    biography: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """A session with what it refers to. `start` and `end` are in the edition's zone, `zone` is that of its place."""

    id: int
    code: str
    guid: str
    slug: str
    url: str
    title: Mapping[str, str]
    abstract: Mapping[str, str]
    kind: str
    status: str
    room: Mapping[str, str]
    location: Mapping[str, str]  # with venue and address
    track: Mapping[str, str]
    start: datetime
    end: datetime
    zone: str
    languages: tuple[str, ...]
    interpretation: str
    press: str
    speakers: tuple[Speaker, ...]
    # Each person with each of their roles, once, and what they answered; and what of it only some formats hold.
    parts: tuple[tuple[Speaker, str, str], ...]
    left_out: tuple[str, ...]

    @property
    def there(self) -> tuple[datetime, datetime]:
        """Both ends by the clocks of its place."""
        zone = zone_named(self.zone)
        return self.start.astimezone(zone), self.end.astimezone(zone)

    @property
    def minutes(self) -> int:
        return int(elapsed(self.start, self.end).total_seconds() // 60)

    @property
    def duration(self) -> str:
        hours, minutes = divmod(min(self.minutes, _LONGEST), 60)
        return f"{hours:02}:{minutes:02}"


def events_of(publication: Publication) -> list[Event]:
    content, zone = publication.content, zone_named(publication.zone)
    hidden = _with_hidden_parts(publication)
    tracks = {track["id"]: track["name"] for track in content["tracks"]}
    events = []
    for one in content["sessions"]:
        start, end = (datetime.fromisoformat(one[part]["utc"]).astimezone(zone) for part in ("start", "end"))
        speakers = _speakers(publication, one["roles"])
        clean = re.sub(r"[^a-z0-9]+", "-", one["code"].lower()).strip("-")
        events.append(
            Event(
                id=one["id"],
                code=one["code"],
                guid=one.get("guid") or guid_of(publication.slug, one["code"]),
                slug=f"{publication.acronym}-{one['id']}-session" + (f"-{clean}" if clean else ""),
                url=f"{publication.address}#{one['code']}",
                title=one["title"],
                abstract=one["abstract"] or {},
                kind=one["kind"],
                status=one["status"],
                room=room_texts(content, one),
                location=location_texts(content, one),
                track=tracks.get(one["track"], {}),
                start=start,
                end=end,
                zone=zone_of(content, one, publication.zone),
                languages=tuple(one["languages"]),
                interpretation=one["interpretation"],
                press=one["press"],
                speakers=tuple(speakers.values()),
                parts=_parts(speakers, one["roles"]),
                left_out=_left_out(one) + (("parts",) if one["id"] in hidden else ()),
            )
        )
    return events


def entire(publication: Publication) -> Publication:
    """With all that its readers may have, for formats that have a place for it."""
    return replace(publication, content=publication.whole, whole=None) if publication.whole else publication


def hidden_parts(whole: Mapping[str, Any], content: Mapping[str, Any]) -> dict[int, int]:
    """By session, how many of its parts its public view leaves out."""
    shown = {one["id"]: len(one["roles"]) for one in content["sessions"]}
    missing = {one["id"]: len(one["roles"]) - shown.get(one["id"], 0) for one in whole["sessions"]}
    return {key: count for key, count in missing.items() if count}


def _with_hidden_parts(publication: Publication) -> Mapping[int, int]:
    return hidden_parts(publication.whole, publication.content) if publication.whole else {}


def standing(events: Iterable[Event]) -> list[Event]:
    """Those that take place; formats that know no state of a session would tell of a cancelled one that it does."""
    return [one for one in events if one.status != CANCELLED]


def lacking(events: Iterable[Event], *, roles: Callable[[Event], bool]) -> list[str]:
    """What a file of these lacks, in which some `roles` may have no place either."""
    those = list(events)
    found = {word for event in those for word in event.left_out}
    if any(roles(event) for event in those):
        found.add("roles")
    return [word for word in LEFT_OUT if word in found]


def _left_out(session: Mapping[str, Any]) -> tuple[str, ...]:
    """What was published before versions held all of it has none."""
    found = {
        "items": session["items"],
        "channels": session.get("channels"),
        "set-up": any(session.get(name) for name in ("layout", "setup_minutes", "changeover_minutes")),
    }
    return tuple(word for word in LEFT_OUT if found.get(word))


def _parts(speakers: Mapping[int, Speaker], roles: Iterable[Mapping[str, Any]]) -> tuple[tuple[Speaker, str, str], ...]:
    """What was published before versions held answers has none that was not confirmed."""
    named: dict[tuple[int, str], str] = {}
    for role in roles:
        if role["person"] in speakers:
            named.setdefault((role["person"], role["role"]), role.get("status", CONFIRMED))
    return tuple((speakers[person], role, answer) for (person, role), answer in named.items())


def _speakers(publication: Publication, roles: Iterable[Mapping[str, Any]]) -> dict[int, Speaker]:
    """Everyone once, with the first of their parts."""
    found: dict[int, Speaker] = {}
    for role in roles:
        key = role["person"]
        person = publication.content["people"].get(str(key))
        if person and key not in found:
            guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:forumapp:{publication.slug}:person:{key}"))
            found[key] = Speaker(key, guid, name_of(person), role["role"], person["biography"] or {})
    return found


def name_of(person: Mapping[str, Any]) -> str:
    return both_names(name_in(person))


def both_names(name: Name) -> str:
    """Both names, as reading takes them apart again: Liu Chun (刘春)."""
    latin, native = name.latin, name.native_full
    return f"{latin} ({native})" if latin and native else latin or native


def by_days(publication: Publication, events: Iterable[Event]) -> list[tuple[date, datetime, datetime, list[Event]]]:
    """Each day with its first start and last end; of an empty agenda the edition's first day."""
    days = by_day(events, lambda event: event.start, publication.zone)
    if not days:
        first = datetime.combine(publication.starts_on, datetime.min.time(), zone_named(publication.zone))
        return [(publication.starts_on, first, first + timedelta(hours=1), [])]
    return [
        (
            day,
            min((event.start for event in some), key=datetime.timestamp),
            max((event.end for event in some), key=datetime.timestamp),
            some,
        )
        for day, some in days.items()
    ]


def moment(when: datetime) -> str:
    """With its offset; one that counts seconds, as clocks did long ago, is told in UTC."""
    offset = when.utcoffset() or timedelta()
    return (when if offset.total_seconds() % 60 == 0 else when.astimezone(UTC)).isoformat()


def both(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text in the language, and another one of those in other languages."""
    first = pick(texts, language)
    others = [text for text in texts.values() if text and text != first]
    return first, next((text for text in others if language_of_words(text) != language_of_words(first)), "")
