"""Partitions over time: who is in which group when, where the people split and rejoin, and what is wrong. Pure.

Spans are half-open, and an end that is None is open: it has always been so, or stays so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from forumapp.domain.delegations.rules.audiences import Membership

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which nobody changes groups. Everyone stands in one place of it: under the only group that they are
    in, among those without one, or among those in several, which are told.
    """

    start: datetime | None
    end: datetime | None
    groups: Mapping[int, frozenset[int]]
    without: frozenset[int]
    doubled: Mapping[int, frozenset[int]]

    @property
    def total(self) -> int:
        return sum(map(len, self.groups.values())) + len(self.without) + len(self.doubled)

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Gap:
    """Someone without a group for a time in which there are groups."""

    registration: int
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Double:
    """Someone in several groups at once."""

    registration: int
    groups: frozenset[int]
    start: datetime | None
    end: datetime | None


def stretches(
    members: Collection[int],
    memberships: Iterable[Membership],
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[Stretch]:
    """The time from `start` to `end`, parted wherever anyone comes, goes or changes groups."""
    within = [one for one in memberships if one.registration in members]
    everyone = frozenset(members)
    found: list[Stretch] = []
    for since, until in _parts_of(start, end, within):
        stretch = _stretch(everyone, within, since, until)
        if found and _alike(found[-1], stretch):
            stretch = replace(stretch, start=found.pop().start)
        found.append(stretch)
    return found


def gaps(parted: Iterable[Stretch]) -> list[Gap]:
    """For each person without a group, from when to when, in the order in which it begins."""
    runs = _runs((stretch, dict.fromkeys(stretch.without)) for stretch in parted)
    return [Gap(one, start, end) for one, _, start, end in runs]


def doubles(parted: Iterable[Stretch]) -> list[Double]:
    """For each person in several groups at once, in which ones and from when to when."""
    runs = _runs((stretch, stretch.doubled) for stretch in parted)
    return [Double(one, groups, start, end) for one, groups, start, end in runs]


def overlap(one: Membership, other: Membership) -> bool:
    """Whether they have an instant in common."""
    return _before(one.start, other.end) and _before(other.start, one.end)


def overlaid(stays: Iterable[Membership], new: Membership) -> list[Membership]:
    """The memberships of one person once they are in `new` for its time, whatever was said of that time before."""
    return _joined([*(part for one in stays for part in _outside(one, new)), new])


def clipped(stay: Membership, start: datetime | None, end: datetime | None) -> Membership | None:
    """What of it lies between two instants."""
    since = stay.start if start is None or (stay.start is not None and stay.start > start) else start
    until = stay.end if end is None or (stay.end is not None and stay.end < end) else end
    return replace(stay, start=since, end=until) if _before(since, until) else None


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end


def _parts_of(
    start: datetime | None, end: datetime | None, stays: Iterable[Membership]
) -> list[tuple[datetime | None, datetime | None]]:
    if not _before(start, end):
        return []
    told = {at for one in stays for at in (one.start, one.end) if at is not None}
    inner = sorted(at for at in told if (start is None or start < at) and (end is None or at < end))
    return list(pairwise([start, *inner, end]))


def _stretch(
    everyone: frozenset[int], stays: Iterable[Membership], start: datetime | None, end: datetime | None
) -> Stretch:
    where: dict[int, set[int]] = {}
    for one in stays:
        if _covers(one, start, end):
            where.setdefault(one.registration, set()).add(one.group)
    groups: dict[int, set[int]] = {}
    for person, those in where.items():
        if len(those) == 1:
            groups.setdefault(next(iter(those)), set()).add(person)
    doubled = {person: frozenset(those) for person, those in where.items() if len(those) > 1}
    alone = {group: frozenset(people) for group, people in groups.items()}
    return Stretch(start, end, alone, everyone - where.keys(), doubled)


def _covers(stay: Membership, start: datetime | None, end: datetime | None) -> bool:
    """Of a part of time that no end of the membership lies within."""
    since = stay.start is None or (start is not None and stay.start <= start)
    return since and (stay.end is None or (end is not None and end <= stay.end))


def _alike(one: Stretch, other: Stretch) -> bool:
    return (one.groups, one.without, one.doubled) == (other.groups, other.without, other.doubled)


def _runs(
    told: Iterable[tuple[Stretch, Mapping[int, T]]],
) -> list[tuple[int, T, datetime | None, datetime | None]]:
    """By person, how long the same is told of them without a break."""
    found: list[tuple[int, T, datetime | None, datetime | None]] = []
    open_runs: dict[int, int] = {}
    for stretch, said in told:
        for person in [one for one in open_runs if one not in said]:
            del open_runs[person]
        for person, what in sorted(said.items()):
            last = open_runs.get(person)
            if last is not None and found[last][1] == what:
                found[last] = (*found[last][:3], stretch.end)
            else:
                open_runs[person] = len(found)
                found.append((person, what, stretch.start, stretch.end))
    return found


def _outside(stay: Membership, new: Membership) -> list[Membership]:
    if not overlap(stay, new):
        return [stay]
    parts = []
    if new.start is not None and _begins_before(stay.start, new.start):
        parts.append(replace(stay, end=new.start))
    if new.end is not None and (stay.end is None or new.end < stay.end):
        parts.append(replace(stay, start=new.end))
    return parts


def _begins_before(start: datetime | None, at: datetime) -> bool:
    return start is None or start < at


def _joined(stays: Iterable[Membership]) -> list[Membership]:
    """In order of time, and as one where the same group follows at once."""
    found: list[Membership] = []
    for one in sorted(stays, key=lambda stay: (stay.start is not None, stay.start)):
        last = found[-1] if found else None
        if last is not None and last.group == one.group and last.end is not None and last.end == one.start:
            found[-1] = replace(last, end=one.end)
        else:
            found.append(one)
    return found
