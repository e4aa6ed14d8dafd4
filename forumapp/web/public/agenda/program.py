"""A published agenda as pages show it: by day, with local times and speakers. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda import days
from forumapp.domain.agenda.content.snapshots import (
    QUIET,
    by_role,
    is_announced,
    location_texts,
    name_in,
    room_texts,
    venue_of,
    zone_of,
)
from forumapp.web.wording.words import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from forumapp.domain.people.rules import Name

UNPICKED = frozenset({"break", "registration"})  # which nobody chooses
NOWHERE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person as announced. `titles` are {"title", "organization"}, each in several languages."""

    id: int
    name: Name
    titles: list[dict[str, dict[str, str]]]
    biography: dict[str, str]

    @property
    def initials(self) -> str:
        """Instead of a photo: LC of LIU Chun, or the family name of 刘春."""
        letters = [word[0].upper() for word in self.name.latin.split()]
        return "".join(letters[:1] + letters[-1:][: len(letters) - 1]) or self.name.native_full[:1]


@dataclass(frozen=True, slots=True)
class Part:
    """Someone's part in a session or an item of it."""

    role: str
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Item:
    title: dict[str, str]
    start: datetime
    minutes: int
    mode: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Place:
    """A room or a track, by the code that its address has. `color` is a track's."""

    code: str
    name: dict[str, str]
    color: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """As everyone sees it. `start` and `end` are shown, `begins` and `ends` are compared. `there` are its times by the
    clocks of its place, where those are not the edition's. One that is `in_all_rooms` may have no room of its own:
    `room` says so then, and it has no `room_code`.
    """

    code: str
    title: dict[str, str]
    abstract: dict[str, str]
    kind: str
    status: str
    start: datetime
    end: datetime
    there: tuple[datetime, datetime] | None
    room: Mapping[str, str]
    room_code: str
    in_all_rooms: bool
    track: Mapping[str, str]
    track_code: str
    interpretation: str
    channels: list[tuple[int, str]]
    languages: list[str]
    press: str
    items: list[Item]
    parts: list[Part]
    # Room, venue and address on one line; and the venue alone, its `name` and `address` by language.
    location: Mapping[str, str] = field(default_factory=dict)
    venue: Mapping[str, Any] = field(default_factory=dict)

    # Times of one zone compare by what its clocks show, which the night that sets them back shows twice.
    @property
    def begins(self) -> datetime:
        return self.start.astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return self.end.astimezone(UTC)

    def overlaps(self, other: Session) -> bool:
        """Whether some of it is at the time of the other one."""
        return self.begins < other.ends and other.begins < self.ends

    @property
    def is_quiet(self) -> bool:
        return self.kind in QUIET

    @property
    def is_picked(self) -> bool:
        """Whether someone may want to come to it, or not."""
        return self.kind not in UNPICKED

    @property
    def ends_later(self) -> int:
        """How many days after the one on which it begins: a dinner until 00:30 belongs to its evening."""
        return (self.end.date() - self.start.date()).days

    @property
    def people(self) -> list[Speaker]:
        """The session's speakers, each once, in program order."""
        parts = [*self.parts, *(part for item in self.items for part in item.parts)]
        return list({part.speaker.id: part.speaker for part in parts}.values())


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    sessions: list[Session]


@dataclass(frozen=True, slots=True)
class Program:
    """All of a version that everyone reads."""

    zone: str
    rooms: list[Place]
    tracks: list[Place]
    sessions: list[Session]
    speakers: list[Speaker]

    def session(self, code: str) -> Session | None:
        return next((session for session in self.sessions if session.code == code), None)


def program_of(content: Mapping[str, Any], zone: str) -> Program:
    """The content of a version as `agenda.versions` describes it, with the clocks of `zone`."""
    return Program(
        zone=zone,
        rooms=[Place(room["code"], room["name"]) for room in content["rooms"]],
        tracks=[Place(track["code"], track["name"], track["color"]) for track in content["tracks"]],
        sessions=list_sessions(content, zone),
        speakers=speakers(content),
    )


def by_day(sessions: Iterable[Session], zone: str) -> list[Day]:
    """Sessions in order of time, by the forum's days; `zone` is the edition's."""
    return [Day(date, of_day) for date, of_day in days.by_day(sessions, lambda session: session.begins, zone).items()]


def list_sessions(content: Mapping[str, Any], zone: str) -> list[Session]:
    people = {int(key): speaker(int(key), person) for key, person in content["people"].items()}
    codes = {room["id"]: room["code"] for room in content["rooms"]}
    tracks = {track["id"]: Place(track["code"], track["name"]) for track in content["tracks"]}
    return [
        replace(
            _session(values, people, Place(codes.get(values["room"], ""), room_texts(content, values)), tracks, zone),
            there=_there(values, zone, zone_of(content, values, zone)),
            location=location_texts(content, values),
            venue=venue_of(content, values),
        )
        for values in content["sessions"]
    ]


def speakers(content: Mapping[str, Any]) -> list[Speaker]:
    """In protocol order, as the version holds it."""
    return [speaker(key, content["people"][str(key)]) for key in content["speakers"]]


def speaker(key: int, values: Mapping[str, Any]) -> Speaker:
    return Speaker(key, name_in(values), values["titles"], values["biography"] or {})


def _session(
    values: Mapping[str, Any],
    people: Mapping[int, Speaker],
    room: Place,
    tracks: Mapping[int, Place],
    zone: str,
) -> Session:
    roles = [role for role in values["roles"] if is_announced(role)]
    track = tracks.get(values["track"])
    return Session(
        code=values["code"],
        title=values["title"],
        abstract=values["abstract"] or {},
        kind=values["kind"],
        status=values["status"],
        start=local(values["start"]["utc"], zone),
        end=local(values["end"]["utc"], zone),
        there=None,
        room=room.name,
        room_code=room.code,
        in_all_rooms=values.get("in_all_rooms", False),
        track=track.name if track else NOWHERE,
        track_code=track.code if track else "",
        interpretation=values["interpretation"],
        channels=[(channel["number"], channel["language"]) for channel in values.get("channels", ())],
        languages=values["languages"],
        press=values["press"],
        items=[
            Item(
                title=item["title"],
                start=local(item["start_utc"], zone),
                minutes=item["minutes"],
                mode=item["mode"],
                parts=_parts(roles, people, item["id"]),
            )
            for item in values["items"]
        ],
        parts=_parts(roles, people, None),
    )


def _there(values: Mapping[str, Any], zone: str, own_zone: str) -> tuple[datetime, datetime] | None:
    """The times by the clocks of the session's place, where they differ from the edition's."""
    starts, ends = (local(values[edge]["utc"], own_zone) for edge in ("start", "end"))
    same = starts.utcoffset() == local(starts, zone).utcoffset() and ends.utcoffset() == local(ends, zone).utcoffset()
    return None if same else (starts, ends)


def _parts(roles: list[dict[str, Any]], people: Mapping[int, Speaker], item: int | None) -> list[Part]:
    those = by_role((role for role in roles if role["item"] == item), itemgetter("role"))
    return [Part(role["role"], people[role["person"]]) for role in those]
