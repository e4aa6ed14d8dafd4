"""For how long somebody was there, of when they came in and went out. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

Stay = tuple[datetime, datetime]


CAME, LEFT, TAKEN_BACK = ("passed", "already-in"), "out", "undone"


class Pass(NamedTuple):
    """What came of a scan, and when."""

    at: datetime
    result: str


def stays(passes: Sequence[Pass], within: Sequence[Stay], zone: ZoneInfo) -> Iterator[Stay]:
    """Of those in their order, what lies within these. Who did not leave was there until the end of that day, and whose
    way out was missed came in anew on another day.
    """
    for start, end in _pairs(passes, zone):
        for first, last in within:
            if max(start, first) < min(end, last):
                yield max(start, first), min(end, last)


def _pairs(passes: Sequence[Pass], zone: ZoneInfo) -> Iterator[Stay]:
    since: datetime | None = None
    for at, result in passes:
        if since is not None and at >= (midnight := _midnight(since, zone)):
            yield since, midnight
            since = None
        if result in CAME:
            since = since or at
        else:
            if since is not None and result == LEFT:
                yield since, at
            since = None  # what is taken back was somebody else's
    if since is not None:
        yield since, _midnight(since, zone)


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """At which the day ends."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)


def union(found: Iterable[Stay]) -> list[Stay]:
    """Each moment once."""
    joined: list[Stay] = []
    for start, end in sorted(one for one in found if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def minutes_of(found: Iterable[Stay]) -> int:
    return int(sum(((end - start) for start, end in found), timedelta()) / timedelta(minutes=1))


def in_words(minutes: int) -> str:
    """ "6" or "6.5": whole half hours; empty where there is none."""
    halves = minutes // 30
    return f"{halves / 2:g}" if halves else ""
