"""What of a published agenda is one person's own, with all that they should know for it. Pure.

It is read from what was published, never from what is being worked on, and says of others only who is announced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from forumapp.core.values.times import Moment, Span, elapsed, zone_named
from forumapp.domain.agenda.content.snapshots import (
    CANCELLED,
    HELPER,
    is_announced,
    location_texts,
    name_in,
    room_texts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.domain.people.rules import Name

    Texts = Mapping[str, str]

LEADING = ("chair", "moderator")
CONSECUTIVE, NONE = "consecutive", "none"


@dataclass(frozen=True, slots=True)
class Beside:
    """Someone else who is announced there."""

    role: str
    person_id: int
    name: Name
    title: Texts
    organization: Texts


@dataclass(frozen=True, slots=True)
class OwnPart:
    """One part of theirs. `whole` is the session's time and `span` that of the item, where they stand in one; `place`
    of `places` is where they stand among those in the same item, or in the session as a whole, in protocol order (0:
    not among them).
    """

    session_id: int
    code: str
    title: Texts
    kind: str
    status: str
    room: Texts
    location: Texts  # with venue and address
    whole: Span
    span: Span
    role: str
    answer: str
    # None for a part in the session as a whole.
    item_id: int | None
    item: Texts
    item_minutes: int
    # Of them, those for their own words; what was published earlier does not tell.
    own_minutes: int | None
    place: int
    places: int
    beside: tuple[Beside, ...]
    languages: tuple[str, ...]
    # How it is interpreted: an item by its own mode alone, what is no item as the session is.
    way: str
    channels: tuple[tuple[int, str], ...]
    channel: int | None
    press: str
    av_needs: str

    @property
    def is_off(self) -> bool:
        return self.status == CANCELLED

    @property
    def is_interpreted(self) -> bool:
        """After each passage, so that half of the minutes are the interpreter's."""
        if self.own_minutes is not None:
            return self.own_minutes < self.item_minutes
        return self.way == CONSECUTIVE and bool(self.item_minutes)

    @property
    def turns_clocks(self) -> bool:
        """Whether it takes longer or shorter than its wall times seem to say."""
        return elapsed(self.span.start.utc, self.span.end.utc) != self.span.end.wall - self.span.start.wall

    @property
    def speaking_minutes(self) -> int:
        if self.own_minutes is not None:
            return self.own_minutes
        return self.item_minutes // 2 if self.is_interpreted else self.item_minutes

    @property
    def moderators(self) -> list[Beside]:
        return [one for one in self.beside if one.role in LEADING]

    @property
    def others(self) -> list[Beside]:
        return [one for one in self.beside if one.role not in LEADING]


def own_parts(content: Mapping[str, Any], person_id: int) -> tuple[OwnPart, ...]:
    """In order of time."""
    found = [
        _part(content, session, role)
        for session in content["sessions"]
        for role in session["roles"]
        if role["person"] == person_id
    ]
    return tuple(sorted(found, key=lambda one: (one.span.start.utc, one.span.end.utc, one.code)))


def _part(content: Mapping[str, Any], session: Mapping[str, Any], role: Mapping[str, Any]) -> OwnPart:
    item = next((one for one in session["items"] if one["id"] == role["item"]), None)
    whole = Span(_moment(session["start"]), _moment(session["end"]))
    order = _in_order(session, role["item"])
    return OwnPart(
        session_id=session["id"],
        code=session["code"],
        title=session["title"],
        kind=session["kind"],
        status=session["status"],
        room=room_texts(content, session),
        location=location_texts(content, session),
        whole=whole,
        span=whole if item is None else _item_span(item, whole.start.zone),
        role=role["role"],
        answer=role.get("status", "confirmed"),
        item_id=item["id"] if item else None,
        item=item["title"] if item else {},
        item_minutes=item["minutes"] if item else 0,
        own_minutes=item.get("speaking_minutes") if item else None,
        place=order.index(role["person"]) + 1 if role["person"] in order else 0,
        places=len(order),
        beside=_beside(content, session, role["person"]),
        languages=tuple(session["languages"]),
        way=item["mode"] if item else session["interpretation"],
        channels=tuple((one["number"], one["language"]) for one in session.get("channels", ())),
        channel=role.get("channel"),
        press=session["press"],
        # What was published before versions told it has none.
        av_needs=session.get("av_needs", ""),
    )


def _in_order(session: Mapping[str, Any], item: int | None) -> list[int]:
    """Those on stage together as they were put in order: in one item, or in the session as a whole. Who is when in
    another item, its time tells.
    """
    heard = [role for role in session["roles"] if role["role"] != HELPER and role["item"] == item]
    heard.sort(key=lambda role: role["position"])
    return list(dict.fromkeys(role["person"] for role in heard))


def _beside(content: Mapping[str, Any], session: Mapping[str, Any], person_id: int) -> tuple[Beside, ...]:
    others = (one for one in session["roles"] if one["person"] != person_id and is_announced(one))
    parts: dict[int, str] = {}
    for role in sorted(others, key=lambda one: one["position"]):
        # Who leads the session and speaks in it as well is named once, as who leads it.
        if role["person"] not in parts or role["role"] in LEADING:
            parts[role["person"]] = role["role"]
    return tuple(_person(content, one, role) for one, role in parts.items())


def _person(content: Mapping[str, Any], person_id: int, role: str) -> Beside:
    one = content["people"][str(person_id)]
    first = one["titles"][0] if one["titles"] else {"title": {}, "organization": {}}
    return Beside(role, person_id, name_in(one), first["title"] or {}, first["organization"] or {})


def _item_span(item: Mapping[str, Any], zone: str) -> Span:
    starts = datetime.fromisoformat(item["start_utc"])
    return Span(_local(starts, zone), _local(starts + timedelta(minutes=item["minutes"]), zone))


def _moment(moment: Mapping[str, str]) -> Moment:
    """By its instant: a wall time that the clocks show twice is told apart by nothing else."""
    return _local(datetime.fromisoformat(moment["utc"]), moment["zone"])


def _local(instant: datetime, zone: str) -> Moment:
    there = instant.astimezone(zone_named(zone))
    return Moment(there.replace(tzinfo=None, fold=0), zone, there.fold)


def people_with_parts(content: Mapping[str, Any], among: Sequence[int] | None = None) -> list[int]:
    """Everyone with a part, those who speak in protocol order first; of `among` alone, where that is given."""
    parts = [role["person"] for session in content["sessions"] for role in session["roles"]]
    everyone = dict.fromkeys([*content["speakers"], *parts])
    here = set(parts)
    return [one for one in everyone if one in here and (among is None or one in set(among))]
