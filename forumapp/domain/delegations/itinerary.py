"""How an itinerary reads: days, elapsed times and arrivals on a later day. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from forumapp.core.times import Span, elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

T = TypeVar("T")


def minutes(span: Span) -> int:
    """True minutes between the two ends, whatever the clocks on the wall say."""
    return int(elapsed(span.start.utc, span.end.utc).total_seconds() // 60)


def days_later(span: Span) -> int:
    """On how many calendar days later it ends than it began, each by its own local date: the "+1" of a night flight.

    Eastward over the date line it may be 0 though a night has passed, or -1.
    """
    return (span.end.wall.date() - span.start.wall.date()).days


def by_day(items: Iterable[T], span_of: Callable[[T], Span]) -> dict[date, list[T]]:
    """The items under the local date on which each begins, in order of true time within the day."""
    ordered = sorted(items, key=lambda item: (span_of(item).start.utc, span_of(item).end.utc))
    days: dict[date, list[T]] = {}
    for item in ordered:
        days.setdefault(span_of(item).start.wall.date(), []).append(item)
    return dict(sorted(days.items()))
