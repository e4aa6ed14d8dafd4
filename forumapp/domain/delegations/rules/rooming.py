"""Who sleeps where on which nights. Pure.

Nights are half-open: from a day on, up to the day of leaving, which is no night any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MOST_SHARERS = 8


@dataclass(frozen=True, slots=True)
class Stay:
    """Someone in a room."""

    room: int
    registration: int
    start: date
    end: date

    @property
    def nights(self) -> int:
        return (self.end - self.start).days


def overlap(one: Stay, other: Stay) -> bool:
    """Whether they have a night in common."""
    return one.start < other.end and other.start < one.end


def most_at_once(stays: Iterable[Stay]) -> int:
    """How many share a room on its fullest night: that is one on which somebody comes."""
    held = list(stays)
    return max((sum(other.start <= one.start < other.end for other in held) for one in held), default=0)


def overlaid(stays: Iterable[Stay], new: Stay) -> list[Stay]:
    """The stays of one person once they are in `new` for its nights, wherever they were on these before."""
    left = [part for one in stays for part in _outside(one, new)]
    found: list[Stay] = []
    for one in sorted([*left, new], key=lambda stay: stay.start):
        if found and found[-1].room == one.room and found[-1].end == one.start:
            found[-1] = replace(found[-1], end=one.end)
        else:
            found.append(one)
    return found


def lacking(stays: Iterable[Stay], start: date, end: date) -> list[tuple[date, date]]:
    """The nights from `start` up to `end` for which one person has no room."""
    found, since = [], start
    for one in sorted(stays, key=lambda stay: stay.start):
        if since < min(one.start, end):
            found.append((since, min(one.start, end)))
        since = max(since, one.end)
    return [*found, (since, end)] if since < end else found


def _outside(stay: Stay, new: Stay) -> list[Stay]:
    if not overlap(stay, new):
        return [stay]
    before = [replace(stay, end=new.start)] if stay.start < new.start else []
    return [*before, replace(stay, start=new.end)] if new.end < stay.end else before
