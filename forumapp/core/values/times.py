"""Wall times, zones and instants. Pure.

The wall time and its zone are the promise; the instant is derived from them and derived again when zone rules change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forumapp.core.errors import Invalid

# Beyond these years an offset or a later deadline would leave what a datetime can hold.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class TimeDoesNotExist(Invalid):
    """The clocks jump over this wall time."""

    code = "time-does-not-exist"


class TimeIsAmbiguous(Invalid):
    """The clocks show this wall time twice; say `fold` 0 for the first, 1 for the second."""

    code = "time-is-ambiguous"


class UnknownZone(Invalid):
    code = "unknown-zone"


class EndsBeforeStart(Invalid):
    code = "ends-before-start"


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(zone=name) from error


def is_reckonable(day: date) -> bool:
    """Whether every computation with this date or time stays possible."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def start_of_day(day: date, zone: str) -> datetime:
    """The midnight with which a day begins, at a place."""
    return datetime.combine(day, datetime.min.time(), zone_named(zone))


def end_of_day(day: date, zone: str) -> datetime:
    """The midnight after a day, at a place."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone_named(zone))


@lru_cache(maxsize=1 << 14)
def instant(wall: datetime, zone: str, fold: int | None = None) -> datetime:
    """The UTC instant of naive `wall` in `zone`. Raises TimeDoesNotExist, TimeIsAmbiguous (fold None), UnknownZone."""
    tz = zone_named(zone)
    first, second = (wall.replace(tzinfo=tz, fold=f).astimezone(UTC) for f in (0, 1))
    if first == second:
        return first
    if first > second:  # in a gap, fold 0 reads the offset before it and so lands later
        raise TimeDoesNotExist(wall=wall.isoformat(), zone=zone)
    if fold is None:
        raise TimeIsAmbiguous(wall=wall.isoformat(), zone=zone)
    return second if fold else first


def is_shown_twice(when: datetime) -> bool:
    """Whether the clocks of its zone show this time before and after they are set back."""
    return when.utcoffset() != when.replace(fold=1 - when.fold).utcoffset()


def offset_text(when: datetime) -> str:
    """UTC−7 or UTC+5:30"""
    offset = when.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def offset_mark(when: datetime, other: datetime | None = None) -> str:
    """The offset of a local time that is ambiguous or differs from the offset of `other`; else ""."""
    differs = other is not None and when.utcoffset() != other.utcoffset()
    return offset_text(when) if differs or is_shown_twice(when) else ""


def elapsed(start: datetime, end: datetime) -> timedelta:
    """True time between two aware instants; two of the same zone would otherwise subtract as wall times."""
    return end.astimezone(UTC) - start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time in its zone. `fold` chooses between two instants with the same wall time."""

    wall: datetime
    zone: str
    fold: int | None = None

    @property
    def utc(self) -> datetime:
        return instant(self.wall, self.zone, self.fold)

    @property
    def local(self) -> datetime:
        return self.utc.astimezone(zone_named(self.zone))


def at_zone(when: datetime, zone: str) -> Moment:
    """An instant as a wall time of `zone`."""
    local = when.astimezone(zone_named(zone))
    moment = Moment(local.replace(tzinfo=None, fold=0), zone)
    try:
        moment.utc  # noqa: B018 (whether it is one instant)
    except TimeIsAmbiguous:
        return Moment(moment.wall, zone, local.fold)
    return moment


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to a later one, half-open."""

    start: Moment
    end: Moment

    def checked(self) -> Span:
        """This span, once both ends exist and the end comes after the start."""
        if self.end.utc <= self.start.utc:
            raise EndsBeforeStart(start=self.start.wall.isoformat(), end=self.end.wall.isoformat())
        return self


def moment_at(instant: datetime, zone: str) -> Moment:
    """What the clocks of a zone show at an instant; with the fold where they show it twice."""
    local = instant.astimezone(zone_named(zone))
    return Moment(local.replace(tzinfo=None, fold=0), zone, local.fold if is_shown_twice(local) else None)


def overlap(a_start: datetime, a_end: datetime, b_start: datetime, b_end: datetime) -> bool:
    """Whether two half-open spans of instants share any time."""
    return a_start < b_end and b_start < a_end
