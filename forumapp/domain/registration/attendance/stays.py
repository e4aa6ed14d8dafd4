"""When somebody was there, of all scans that let them in or out at one checkpoint. Pure.

Whatever asks who has come asks here or in `coming`, which looks into the database: live numbers, the desk, attendance,
closing and certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from zoneinfo import ZoneInfo

# The kinds of checkpoints where whoever is let in has come: a badge is also handed to somebody else, and a coach brings
# people there.
CAME_AT = ("door", "session", "meal", "vip")
HAND_OUT = ("hand-out",)
# Results of scans, as check-in calls them.
PASSED, STILL_IN, LEFT, TAKEN_BACK = "passed", "already-in", "out", "undone"
MOVES = (PASSED, STILL_IN, LEFT, TAKEN_BACK)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: one day, from when until before when, or all; and of a rehearsal what is of it alone. The scans
    where people come and go that the desk took back count nowhere; who counts a day has looked them up
    (`coming.counted_on`).
    """

    span: Span | None = None
    is_rehearsal: bool = False
    taken_back: frozenset[int] = frozenset()


class Pass(NamedTuple):
    """What came of a scan, and when; `number` says which was received before which."""

    number: int
    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class Stay:
    """By which scans somebody came in, the first one first, and when they left: None where nobody knows."""

    by: tuple[Pass, ...]
    end: datetime | None = None

    @property
    def start(self) -> datetime:
        return self.by[0].at

    @property
    def seen(self) -> datetime:
        """When they were last known to be there."""
        return self.end or self.by[-1].at


def stays(passes: Iterable[Pass], zone: ZoneInfo) -> list[Stay]:
    """Of one person at one checkpoint, the first one first.

    Whose way out was missed came in anew on another day, and so did whoever was told to be inside already and had gone
    out. What the desk took back is the last time that they came in, by whatever scans that had been told by then; what
    a station tells later stands.
    """
    found: list[Stay] = []
    is_back = True  # none of theirs stands, or the last one was taken back
    for one in sorted(passes, key=lambda one: (one.at, one.number)):
        last = found[-1] if found and found[-1].end is None else None
        if one.result == TAKEN_BACK:
            later = tuple(each for each in last.by if each.number > one.number) if last else ()
            found[len(found) - (last is not None) :] = [Stay(later)] if later else []
            is_back = not later
        elif one.result == LEFT:
            if last is not None:
                found[-1] = Stay(last.by, min(one.at, ends_of_day(last.start, zone)))
        elif last is not None and one.at < ends_of_day(last.start, zone):
            found[-1] = Stay((*last.by, one))
        elif one.result == PASSED or not is_back:
            found.append(Stay((one,)))
            is_back = False
    return found


def not_there(passes: Collection[Pass], zone: ZoneInfo) -> set[int]:
    """The numbers of those that let somebody in and were taken back."""
    stand = {each.number for stay in stays(passes, zone) for each in stay.by}
    return {one.number for one in passes if one.result in (PASSED, STILL_IN)} - stand


def ends_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The midnight at which that day ends."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)


def until_left(stay: Stay, closes: datetime | None, zone: ZoneInfo) -> Span:
    """From when until when: who did not leave was there until it closed on that day, or else until they were last
    scanned.
    """
    if stay.end is not None:
        return stay.start, stay.end
    closed = min(closes, ends_of_day(stay.start, zone)) if closes else stay.seen
    return stay.start, max(closed, stay.seen)


def within(found: Iterable[Span], spans: Sequence[Span]) -> list[Span]:
    """What of these lies within any of those."""
    parts = ((max(start, first), min(end, last)) for start, end in found for first, last in spans)
    return [one for one in parts if one[0] < one[1]]


def union(found: Iterable[Span]) -> list[Span]:
    """Each moment once."""
    joined: list[Span] = []
    for start, end in sorted(one for one in found if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def minutes_of(found: Iterable[Span]) -> int:
    """Whole minutes."""
    return int(sum(((end - start) for start, end in found), timedelta()) / timedelta(minutes=1))
