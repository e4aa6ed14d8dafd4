"""To which day of a forum a session belongs: one rule for every list, grid, file and paper. Pure.

It is the day on which the session begins by the clocks of the edition's zone, wherever it takes place and however late
it ends: a dinner until 00:30 belongs to its evening. A speaker's own agenda alone is told by the clocks of the place.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from forumapp.core.values.times import end_of_day, start_of_day, zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

T = TypeVar("T")


def day_of(start: datetime, zone: str) -> date:
    """`start` is an instant, and `zone` the edition's."""
    return start.astimezone(zone_named(zone)).date()


def day_begins(at: datetime, zone: str) -> datetime:
    """With which instant the day of `at` begins."""
    return start_of_day(day_of(at, zone), zone)


@lru_cache(maxsize=64)
def bounds(days: tuple[date, date], zone: str) -> tuple[datetime, datetime]:
    """From which instant on, and before which, a session begins that belongs to one of these days, first and last."""
    return start_of_day(days[0], zone).astimezone(UTC), end_of_day(days[1], zone).astimezone(UTC)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def later(day: date, wall: datetime) -> str:
    """The mark of a wall time that is not on its session's day any more, or not yet: "+1" after midnight."""
    nights = (wall.date() - day).days
    return f"{nights:+d}" if nights else ""


def by_day(sessions: Iterable[T], start_of: Callable[[T], datetime], zone: str) -> dict[date, list[T]]:
    """The days in order, each with its sessions as they come."""
    days: dict[date, list[T]] = {}
    for one in sessions:
        days.setdefault(day_of(start_of(one), zone), []).append(one)
    return dict(sorted(days.items()))
