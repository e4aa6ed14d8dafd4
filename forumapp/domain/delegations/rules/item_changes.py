"""What people are told of an itinerary item, and what of it has changed. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from forumapp.core.values.times import Moment, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NOON = time(12)
LEG = ("carrier", "number", "operating_carrier", "operating_number", "from_terminal", "to_terminal")
ROOMS = "rooms"  # the part that what is told of hotel rooms alone has
ROOM: Mapping[str, str] = {"en": "Hotel room", "zh-Hans": "客房"}
ESTIMATES = ("estimated_start_utc", "estimated_end_utc")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item as someone was told of it and as it is for them now; None is that it is not for them. Without an item it
    is where they sleep.
    """

    notice_id: int
    item_id: int | None
    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def said(self) -> Mapping[str, Any]:
        """What it is called by: as it is now, or else as it was."""
        return self.now or self.was or {}

    @property
    def span(self) -> Span:
        return span_said(self.said)

    def is_over(self, now: datetime) -> bool:
        """Nobody needs to know of it any more, wherever it was or came to be: of what is late, once it has come."""
        return all(_end_said(one) <= now for one in (self.was, self.now) if one)

    def is_before(self, until: datetime) -> bool:
        """Whether it begins until then, or was to."""
        return any(span_said(one).start.utc < until for one in (self.was, self.now) if one)


def said_of(item: Any, host: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Plain values of an itinerary item, without those that it lacks: what is printed of it for everyone."""
    leg = item.leg
    said = {
        "kind": str(item.kind),
        "title": dict(item.title),
        "start": _plain(item.span.start),
        "end": _plain(item.span.end),
        "place": dict(item.where),
        "end_place": dict(item.where_to),
        "address": dict(item.full_address),
        "host": dict(host or {}),
        "dress": dict(item.dress),
        "gift": dict(item.gift),
        "press": item.open_to_press,
        "contact": item.contact,
        "note": dict(item.note),
        **{name: getattr(leg, name) for name in LEG if leg},
        **{name: at.isoformat() for name in ESTIMATES if leg and (at := getattr(leg, name))},
    }
    return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Slept:
    """Somebody in a room of a hotel, from one day up to another."""

    room: int
    registration: int
    start: date
    end: date
    hotel: Mapping[str, str]
    zone: str
    number: str


def rooms_said_of(stays: Sequence[Slept], in_room: Mapping[int, Sequence[Slept]]) -> dict[str, Any]:
    """Plain values of where one person sleeps, as if it were an item that lasts from the first night to the last.
    `with` are the registrations of whoever is there on any of the same nights: it is for whoever reads it to name them.
    """
    held = sorted(stays, key=lambda one: (one.start, one.room))
    first, last = held[0], max(held, key=lambda one: one.end)
    return {
        "kind": ROOMS,
        "title": dict(ROOM),
        "start": _plain(Moment(datetime.combine(first.start, NOON), first.zone)),
        "end": _plain(Moment(datetime.combine(last.end, NOON), last.zone)),
        ROOMS: [
            {
                "hotel": dict(one.hotel),
                "number": one.number,
                "from": one.start.isoformat(),
                "until": one.end.isoformat(),
                "with": sorted(
                    {
                        other.registration
                        for other in in_room[one.room]
                        if other.registration != one.registration and other.start < one.end and one.start < other.end
                    }
                ),
            }
            for one in held
        ],
    }


def sharers_in(said: Mapping[str, Any] | None) -> set[int]:
    """The registrations that it names, where it tells of rooms."""
    return {one for room in (said or {}).get(ROOMS, ()) for one in room["with"]}


def with_names(said: Mapping[str, Any] | None, names: Mapping[int, Mapping[str, str]]) -> dict[str, Any] | None:
    """Whoever shares the rooms by name; of those who are not among the names, how many there are."""
    if said is None:
        return None
    rooms = [
        {
            **room,
            "with": [dict(names[one]) for one in room["with"] if one in names],
            "others": sum(one not in names for one in room["with"]),
        }
        for room in said[ROOMS]
    ]
    return {**said, ROOMS: rooms}


def span_said(said: Mapping[str, Any]) -> Span:
    return Span(*(_moment(said[end]) for end in ("start", "end")))


def _end_said(said: Mapping[str, Any]) -> datetime:
    """As it was expected."""
    expected = said.get("estimated_end_utc")
    return datetime.fromisoformat(expected) if expected else span_said(said).end.utc


def mark_of(changes: Iterable[ItemChange]) -> str:
    """Another one as soon as there is anything else to tell, for whoever says what they have told."""
    seen = json.dumps([[one.notice_id, one.was, one.now] for one in changes], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _plain(moment: Moment) -> dict[str, Any]:
    fold = {} if moment.fold is None else {"fold": moment.fold}
    return {"wall": moment.wall.isoformat(timespec="minutes"), "zone": moment.zone, **fold}


def _moment(plain: Mapping[str, Any]) -> Moment:
    return Moment(datetime.fromisoformat(plain["wall"]), plain["zone"], plain.get("fold"))
