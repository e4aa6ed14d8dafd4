"""How an itinerary reads: days, elapsed times and arrivals on a later day. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from forumapp.core.values.times import Moment, Span, TimeIsAmbiguous, elapsed, moment_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

T = TypeVar("T")
Folds = tuple[int | None, int | None]  # of both ends


def minutes(span: Span) -> int:
    """True minutes between the two ends, whatever the clocks on the wall say."""
    return int(elapsed(span.start.utc, span.end.utc).total_seconds() // 60)


def days_later(span: Span) -> int:
    """On how many calendar days later it ends than it began, each by its own local date: the "+1" of a night flight.

    Eastward over the date line it may be 0 though a night has passed, or -1.
    """
    return (span.end.wall.date() - span.start.wall.date()).days


def home_zone(spans: Iterable[Span]) -> str | None:
    """Where one comes from: the zone in which the first of all that one does begins."""
    first = min(spans, key=lambda span: span.start.utc, default=None)
    return first.start.zone if first else None


def span_in(span: Span, zone: str | None) -> Span | None:
    """The same by the clocks of another zone; None where both ends are told by these clocks anyway."""
    if zone is None or {span.start.zone, span.end.zone} == {zone}:
        return None
    return Span(moment_at(span.start.utc, zone), moment_at(span.end.utc, zone))


NO_FOLDS: Folds = (None, None)


def moved_by_days(span: Span, days: int, folds: Folds = NO_FOLDS) -> Span:
    """The same wall times so many days later. A fold stays where there is one on that day too, or is the one of
    `folds`, of whoever knows which it was; where the clocks skip a time then, or show it twice, whoever checks the span
    is told.
    """
    ends = zip((span.start, span.end), folds, strict=True)
    moved = (
        replace(one, wall=one.wall + timedelta(days=days), fold=one.fold if fold is None else fold)
        for one, fold in ends
    )
    return Span(*(_plainly(end) for end in moved))


def moved_by_minutes(span: Span, minutes: int) -> Span:
    """So many true minutes later, whatever the clocks do meanwhile."""
    step = timedelta(minutes=minutes)
    return Span(*(moment_at(one.utc + step, one.zone) for one in (span.start, span.end)))


def _plainly(moment: Moment) -> Moment:
    """Without a fold where the time comes once alone."""
    try:
        _ = replace(moment, fold=None).utc
    except TimeIsAmbiguous:
        return moment
    return replace(moment, fold=None)


def by_day(items: Iterable[T], span_of: Callable[[T], Span]) -> dict[date, list[T]]:
    """The items under the local date on which each begins, in order of true time within the day."""
    ordered = sorted(items, key=lambda item: (span_of(item).start.utc, span_of(item).end.utc))
    days: dict[date, list[T]] = {}
    for item in ordered:
        days.setdefault(span_of(item).start.wall.date(), []).append(item)
    return dict(sorted(days.items()))
