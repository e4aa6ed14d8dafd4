"""Who is wanted in two places at once, or has too few minutes to get from one to the other. Pure.

A commitment is shared by all whom it engages, so that an edition's commitments are put in order once and not once a
person. Instants decide and never the clocks on the wall; spans are half-open.
"""

from __future__ import annotations

import enum
from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

Party = tuple[str, int]  # one of PartyKind, and the id of its row


class PartyKind(enum.StrEnum):
    """The tables in which stands what people are engaged in."""

    SESSION = "session"
    ITEM = "itinerary_item"
    COACH = "coach_run"


class ClashKind(enum.StrEnum):
    OVERLAP = "overlap"
    TRAVEL = "travel"  # too few minutes to get there
    CONNECTION = "connection"  # to change from one leg to another


class ClashState(enum.StrEnum):
    OPEN = "open"
    ALLOWED = "allowed"  # by someone, for a reason


@dataclass(frozen=True, slots=True, eq=False)
class Commitment:
    """Something that people are engaged in from one instant until another.

    All commitments with one `key` are one: a session with its items and what an itinerary says of it, an itinerary item
    with its coaches. A `frame` (the forum day) contains others. Places are None where nobody has said where.
    """

    key: Party
    start: datetime
    end: datetime
    place: int | None = None
    end_place: int | None = None  # where it leads to; None is where it began
    frame: bool = False
    leg: bool = False  # a flight or a train
    coach: int | None = None  # the run in which a seat is taken
    part: bool = False  # a part in the agenda, which has findings of its own

    @property
    def left(self) -> int | None:
        """The place at which it leaves people."""
        return self.place if self.end_place is None else self.end_place


@dataclass(frozen=True, slots=True)
class Buffers:
    """The minutes that people take between two commitments: an edition's usual ones, and those of places.

    Between two places it is the longer of what both take; between two legs at least what it takes to change at a port.
    """

    travel: int = 0
    connection: int = 0
    travel_at: Mapping[int, int] = field(default_factory=dict)
    connection_at: Mapping[int, int] = field(default_factory=dict)

    @property
    def most(self) -> timedelta:
        """Nothing takes longer."""
        of_places = (*self.travel_at.values(), *self.connection_at.values())
        return timedelta(minutes=max(self.travel, self.connection, *of_places))

    def between(self, one: Commitment, later: Commitment) -> tuple[int, ClashKind]:
        """The minutes needed from the one to the later, and for what.

        A frame says nothing of where its people are, what is in it does.
        """
        left, reached = one.left, later.place
        if left is None or reached is None or one.frame or later.frame:
            return 0, ClashKind.OVERLAP
        minutes = 0
        if left != reached:
            minutes = max(self.travel_at.get(left, self.travel), self.travel_at.get(reached, self.travel))
        if one.leg and later.leg and (change := self.connection_at.get(reached, self.connection)) > minutes:
            return change, ClashKind.CONNECTION
        return minutes, ClashKind.TRAVEL


class Lack(NamedTuple):
    """Two commitments of which a person can't keep both, in order of time, with the minutes that are lacking."""

    one: Party
    other: Party
    kind: ClashKind
    minutes: int
    parts: bool = False  # of the agenda, both of them


class Clash(NamedTuple):
    person: int
    lack: Lack


class Diaries:
    """What everyone is engaged in, with the clashes of all, of some people or of one commitment alone."""

    def __init__(self, engaged: Iterable[tuple[Commitment, Collection[int]]], buffers: Buffers) -> None:
        self._buffers, self._most = buffers, buffers.most
        self._days: dict[int, list[Commitment]] = defaultdict(list)
        self._people: dict[Party, dict[Commitment, Collection[int]]] = defaultdict(dict)
        for one, people in sorted(engaged, key=lambda each: _in_order(each[0])):
            self._people[one.key][one] = people
            for person in people:
                self._days[person].append(one)

    def clashes(self) -> list[Clash]:
        """Of everyone, by person. People with the same days are looked at once."""
        same: dict[tuple[Commitment, ...], list[Lack]] = {}
        found = []
        for person in sorted(self._days):
            days = tuple(self._days[person])
            if (lacks := same.get(days)) is None:
                lacks = same[days] = lacking(days, self._buffers, self._most)
            found += [Clash(person, lack) for lack in lacks]
        return found

    def clashes_of(self, key: Party) -> list[Clash]:
        """Those with one commitment, by person; the days are looked at of those alone whom it may keep from another."""
        mine = self._people.get(key, {})
        if not mine:
            return []
        first = min(one.start for one in mine) - self._most
        last = max(one.end for one in mine) + self._most
        near = {one for those in self._people.values() for one in those if one.start < last and first < one.end}
        against = self._against(mine, near)
        same: dict[tuple[Commitment, ...], list[Lack]] = {}
        found = []
        for person in sorted(set().union(*mine.values())):
            if against.isdisjoint(self._days[person]):
                continue
            days = tuple([one for one in self._days[person] if one in near])
            if (lacks := same.get(days)) is None:
                lacks = same[days] = lacking(days, self._buffers, self._most, key)
            found += [Clash(person, lack) for lack in lacks]
        return found

    def _against(self, mine: Collection[Commitment], near: Collection[Commitment]) -> set[Commitment]:
        """All that can't be kept beside one of these, whatever lies between them."""
        pairs = ((one, *sorted((one, my), key=_in_order)) for one in near for my in mine if one is not my)
        return {one for one, earlier, later in pairs if _lack(earlier, later, self._buffers)}

    def begins(self, key: Party) -> datetime | None:
        """When the first of a commitment begins; of coaches nobody asks."""
        return min((one.start for one in self._people.get(key, ())), default=None)

    def put(self, key: Party, engaged: Iterable[tuple[Commitment, Collection[int]]]) -> list[Clash]:
        """Have a commitment as it is now, new or edited or, with nothing, gone; and the clashes with it."""
        for one, people in self._people.pop(key, {}).items():
            for person in people:
                self._days[person].remove(one)
        for one, people in engaged:
            self._people[key][one] = people
            for person in people:
                insort(self._days[person], one, key=_in_order)
        return self.clashes_of(key)


def lacking(days: Iterable[Commitment], buffers: Buffers, most: timedelta, key: Party | None = None) -> list[Lack]:
    """What cannot be kept of one person's commitments, which come in order; with `key`, what concerns that one.

    Each two are told once, with the most minutes that are lacking between them. Minutes to travel are asked for
    between two that follow each other, as what lies between brings people along.
    """
    found: dict[tuple[Party, Party], Lack] = {}
    near: list[Commitment] = []
    for later in days:
        if near:
            reach = later.start - most
            near = [one for one in near if one.end > reach]
            for lack in _with_earlier(near, later, buffers, key):
                pair = (lack.one, lack.other) if lack.one <= lack.other else (lack.other, lack.one)
                if pair not in found or found[pair].minutes < lack.minutes:
                    found[pair] = lack
        near.append(later)
    return list(found.values())


def _with_earlier(near: list[Commitment], later: Commitment, buffers: Buffers, key: Party | None) -> Iterable[Lack]:
    """What a commitment lacks with those that began before it."""
    start = later.start
    before = [one.start for one in near if one.end <= start and not one.frame]
    between = max(before) if before else None
    for one in near:
        if key is not None and key not in (one.key, later.key):
            continue
        if between is not None and one.end <= between:
            continue
        if lack := _lack(one, later, buffers):
            yield lack


def _lack(one: Commitment, later: Commitment, buffers: Buffers) -> Lack | None:
    """What is lacking between two, of which the one does not begin after the other, if they follow each other."""
    if one.key == later.key and (one.coach is None or later.coach is None or one.coach == later.coach):
        return None
    apart = one.end <= later.start
    if not apart and ((one.frame and later.end <= one.end) or (later.frame and one.start == later.start)):
        return None
    needed, kind = buffers.between(one, later)
    minutes = needed - (later.start - one.end) // _MINUTE
    if minutes <= 0:
        return None
    return Lack(*_parties(one, later), kind if apart else ClashKind.OVERLAP, minutes, one.part and later.part)


_MINUTE = timedelta(minutes=1)


def _parties(one: Commitment, later: Commitment) -> tuple[Party, Party]:
    """Of one commitment, the two coaches."""
    if one.key == later.key:
        return (PartyKind.COACH, one.coach or 0), (PartyKind.COACH, later.coach or 0)
    return one.key, later.key


def _in_order(one: Commitment) -> tuple[datetime, datetime, Party, int]:
    return one.start, one.end, one.key, one.coach or 0
