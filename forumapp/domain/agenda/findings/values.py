"""What is wrong with an agenda: findings as values, and what the rules see of sessions, rooms and people. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from forumapp.domain.agenda.severities import DEFAULTS, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    Times = tuple[datetime, datetime]
    # Whom an organizer or they themselves said when they are free; who is not in it is free at any time.
    Available = Mapping[int, tuple[Times, ...]]


class Finding(NamedTuple):
    """Something to mend. `parties` are (kind, id) of all that are concerned, the sessions first and in order of time.

    A finding that blocks asks for a reason before the agenda is published. It is a tuple since a draft has thousands.
    """

    code: str
    parties: tuple[tuple[str, int], ...]
    severity: Severity
    details: dict[str, Any]

    def __hash__(self) -> int:
        return hash(self[:3])

    @property
    def blocking(self) -> bool:
        return self.severity is Severity.BLOCK

    @property
    def sessions(self) -> tuple[int, ...]:
        return tuple(one for kind, one in self.parties if kind == "session")


_new = tuple.__new__  # the half of what it costs to call the class


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a session, which begins so many minutes `after` it does."""

    id: int
    after: int
    minutes: int
    kind: str = "speech"
    mode: str = "none"
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A person's part in a session, or in one of its items. Those who declined have none."""

    person: int
    role: str
    item: int | None = None
    confirmed: bool = True
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    id: int
    number: int
    language: str


@dataclass(frozen=True, slots=True)
class Seats:
    """How many a room holds: usually, and in each layout. 0 is a room of which nobody knows."""

    capacity: int = 0
    layouts: Mapping[str, int] = field(default_factory=dict)

    def holds(self, layout: str) -> int:
        return int(self.layouts.get(layout) or self.capacity)


@dataclass(frozen=True, slots=True)
class Booked:
    """A session that is not cancelled, as the rules see it. Its instants are UTC, both None while it has no time.

    `planned` are the minutes that it is to last once it has a time. `clock` are the ends ("start", "end") whose instant
    no longer follows from the wall time that was promised, with why: "gap", "fold" or "moved".
    """

    id: int
    title: Mapping[str, str]
    start: datetime | None = None
    end: datetime | None = None
    planned: int | None = None
    clock: tuple[tuple[str, str], ...] = ()
    room: int | None = None
    in_all_rooms: bool = False
    setup: int = 0
    changeover: int = 0
    layout: str = ""
    audience: int | None = None
    places: int | None = None
    code: str = ""
    abstract: Mapping[str, str] = field(default_factory=dict)
    kind: str = "panel"
    confirmed: bool = True
    interpretation: str = "none"
    items: tuple[Item, ...] = ()
    parts: tuple[Part, ...] = ()
    declined: tuple[int, ...] = ()  # who declined a part in it, and is looked for no more
    channels: tuple[Channel, ...] = ()

    @property
    def times(self) -> Times | None:
        return (self.start, self.end) if self.start and self.end else None

    @property
    def held(self) -> Times | None:
        """How long its room is held: with the minutes before it to set it up, and after it to clear it."""
        if not (self.start and self.end):
            return None
        if not (self.setup or self.changeover):
            return self.start, self.end
        return self.start - minutes(self.setup), self.end + minutes(self.changeover)


@dataclass(frozen=True, slots=True)
class Frame:
    """What sessions are held against: the edition's languages, its days by the clocks of its zone, its rooms, when
    people are free, and in which order they are to speak.
    """

    languages: tuple[str, ...] = ()
    days: tuple[date, date] | None = None
    rooms: Mapping[int, Seats] = field(default_factory=dict)
    available: Available = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=lambda: DEFAULTS)
    zone: str = "UTC"
    # By session, or None of the whole edition, the place of each person in the order that was approved for speeches.
    speeches: Mapping[int | None, Mapping[int, int]] = field(default_factory=dict)
    # By room, its venue and the minutes to get there from another one.
    venues: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def finding(self, code: str, *parties: tuple[str, int], **details: Any) -> Finding:
        return _new(Finding, (code, parties, self.severities[code], details))


def presence(session: Booked) -> dict[int, list[Times]]:
    """When each person is needed in a session: while an item lasts if they have a part in items alone, else all the
    time. Everything in one session is one commitment.
    """
    times = session.times
    if times is None:
        return {}
    whole = [times]
    found: dict[int, list[Times]] = {part.person: whole for part in session.parts if part.item is None}
    lasting: dict[int, Times] | None = None
    for part in session.parts:
        if part.item is not None and found.get(part.person) is not whole:
            lasting = item_times(session) if lasting is None else lasting
            found.setdefault(part.person, []).append(lasting.get(part.item, times))
    return found


def item_times(session: Booked) -> dict[int, Times]:
    """When each item begins and ends, as it follows from their order."""
    start = session.start
    if start is None:
        return {}
    return {one.id: (start + minutes(one.after), start + minutes(one.after + one.minutes)) for one in session.items}


@cache  # making one costs more than adding it
def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
