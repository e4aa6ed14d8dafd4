"""A published agenda as pages show it: by day, with local times, and each person with what is said of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.versions import is_announced
from forumapp.domain.people.rules import Name
from forumapp.web.words import local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

QUIET = frozenset({"break", "meal", "registration"})


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
class Session:
    code: str
    title: dict[str, str]
    abstract: dict[str, str]
    kind: str
    status: str
    start: datetime
    end: datetime
    room: dict[str, str]
    track: dict[str, str]
    interpretation: str
    items: list[Item]
    parts: list[Part]

    @property
    def is_quiet(self) -> bool:
        return self.kind in QUIET


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    sessions: list[Session]


def days(content: Mapping[str, Any], zone: str) -> list[Day]:
    """The sessions by local day, in order of time."""
    sessions = list_sessions(content, zone)
    return [Day(date, list(found)) for date, found in groupby(sessions, key=lambda one: one.start.date())]


def list_sessions(content: Mapping[str, Any], zone: str) -> list[Session]:
    people = {int(key): speaker(int(key), one) for key, one in content["people"].items()}
    rooms = {room["id"]: room["name"] for room in content["rooms"]}
    tracks = {track["id"]: track["name"] for track in content["tracks"]}
    return [_session(one, people, rooms, tracks, zone) for one in content["sessions"]]


def speakers(content: Mapping[str, Any]) -> list[Speaker]:
    """In protocol order, as the version holds it."""
    return [speaker(key, content["people"][str(key)]) for key in content["speakers"]]


def speaker(key: int, one: Mapping[str, Any]) -> Speaker:
    name = Name(
        latin_family=one["latin_family"],
        latin_given=one["latin_given"],
        family_first=one["name_order"] == "family-first",
        native_full=one["native_full"],
        native_language=one["native_language"],
    )
    return Speaker(key, name, one["titles"], one["biography"] or {})


def _session(
    one: Mapping[str, Any],
    people: Mapping[int, Speaker],
    rooms: Mapping[int, dict[str, str]],
    tracks: Mapping[int, dict[str, str]],
    zone: str,
) -> Session:
    roles = [role for role in one["roles"] if is_announced(role)]
    return Session(
        code=one["code"],
        title=one["title"],
        abstract=one["abstract"] or {},
        kind=one["kind"],
        status=one["status"],
        start=local(one["start"]["utc"], zone),
        end=local(one["end"]["utc"], zone),
        room=rooms.get(one["room"], {}),
        track=tracks.get(one["track"], {}),
        interpretation=one["interpretation"],
        items=[
            Item(
                title=item["title"],
                start=local(item["start_utc"], zone),
                minutes=item["minutes"],
                mode=item["mode"],
                parts=_parts(roles, people, item["id"]),
            )
            for item in one["items"]
        ],
        parts=_parts(roles, people, None),
    )


def _parts(roles: list[dict[str, Any]], people: Mapping[int, Speaker], item: int | None) -> list[Part]:
    return [Part(role["role"], people[role["person"]]) for role in roles if role["item"] == item]
