"""What the live numbers say: sums, five minutes at a door, a station that has gone silent. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP = timedelta(minutes=5)
STEPS = 24  # that a picture of a door shows
SILENT_AFTER = timedelta(minutes=2)
NEAR = 0.8  # of what a door can take, from which on a queue forms
MOST_SKEW = 60  # seconds that a clock may be wrong until somebody should set it


@dataclass(frozen=True, slots=True)
class Tally:
    """`expected` have a place, `arrived` of them have come, `handed` of them were given their badges, be they here or
    not; `others` have come without a place. Everyone who has come is one of `arrived` and `others`.
    """

    expected: int = 0
    arrived: int = 0
    others: int = 0
    handed: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.arrived

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.expected + other.expected,
            self.arrived + other.arrived,
            self.others + other.others,
            self.handed + other.handed,
        )


class DoorLoad(enum.StrEnum):
    """How a door stands against what it can take; it is not known of one that does not say what that is."""

    UNKNOWN = "unknown"
    CALM = "calm"
    NEAR = "near"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Flow:
    """How many came through a door in each five minutes, the earliest first, and how many it can take in as long.
    `is_now` says that the last of them run; else it is a picture of what was, and no queue stands.
    """

    starts: tuple[datetime, ...]
    counts: tuple[int, ...]
    capacity: int | None
    is_now: bool = True

    @property
    def last(self) -> int:
        """Of the last five minutes that are over and those that run, whichever had more."""
        return max(self.counts[-2:], default=0) if self.is_now else 0

    @property
    def ends(self) -> datetime:
        return self.starts[-1] + STEP

    @property
    def load(self) -> DoorLoad:
        if not self.capacity:
            return DoorLoad.UNKNOWN
        if self.last >= self.capacity:
            return DoorLoad.FULL
        return DoorLoad.NEAR if self.last >= NEAR * self.capacity else DoorLoad.CALM


def step_of(at: datetime) -> datetime:
    """When the five minutes begin in which `at` is."""
    return datetime.fromtimestamp(at.timestamp() // STEP.total_seconds() * STEP.total_seconds(), UTC)


def flow(counts: Mapping[datetime, int], until: datetime, capacity: int | None, *, is_now: bool = True) -> Flow:
    """`counts` by the beginning of their five minutes, as many of which are told as lead to `until`."""
    last = step_of(until)
    starts = tuple(last - STEP * back for back in reversed(range(STEPS)))
    return Flow(starts, tuple(counts.get(one, 0) for one in starts), capacity, is_now)


def is_silent(heard_at: datetime | None, now: datetime) -> bool:
    return heard_at is not None and now - heard_at > SILENT_AFTER
