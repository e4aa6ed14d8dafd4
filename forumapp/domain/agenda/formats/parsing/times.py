"""Times as other programs write them, as promises of a wall time and a zone. Pure.

A time with an offset alone is an instant: it is told in the file's zone where that has this offset then, and else in
the edition's. A wall time without a zone is the file's zone, or else the edition's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from forumapp.core.values.times import (
    Moment,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    UnknownZone,
    at_zone,
    is_reckonable,
    zone_named,
)
from forumapp.domain.agenda.formats.parsing.values import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

# Names of zones that stand for others, as old programs write them.
OLD_NAMES = {
    "US/Pacific": "America/Los_Angeles",
    "US/Mountain": "America/Denver",
    "US/Central": "America/Chicago",
    "US/Eastern": "America/New_York",
    "US/Hawaii": "Pacific/Honolulu",
    "US/Alaska": "America/Anchorage",
    "PRC": "Asia/Shanghai",
    "Asia/Chongqing": "Asia/Shanghai",
    "Asia/Beijing": "Asia/Shanghai",
    "Hongkong": "Asia/Hong_Kong",
    "ROC": "Asia/Taipei",
    "Japan": "Asia/Tokyo",
    "ROK": "Asia/Seoul",
    "Singapore": "Asia/Singapore",
    "GB": "Europe/London",
    "Asia/Calcutta": "Asia/Kolkata",
    "China Standard Time": "Asia/Shanghai",
    "Pacific Standard Time": "America/Los_Angeles",
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "W. Europe Standard Time": "Europe/Berlin",
    "GMT Standard Time": "Europe/London",
}
LONGEST = 14 * 24 * 60  # minutes of a session
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_YEAR, _NAME = r"(?P<year>\d{4})", r"(?P<month>[A-Za-z]{3})[a-z]*\.?"
_WEEKDAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?"
# With the year first; with the month in words; and with two numbers of which either may be the month.
_DAYS = (
    rf"{_YEAR}[-/.年]\s?(?P<month>\d{{1,2}}|[A-Za-z]{{3}})[a-z]*[-/.月]\s?(?P<day>\d{{1,2}})日?",
    rf"{_WEEKDAY}{_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]{_NAME},?[\s-]{_YEAR}",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?P<mark>[-/.])\s?(?P<month>\d{{1,2}})(?P=mark)\s?{_YEAR}",
)
_TIME = r"(?P<hour>\d{1,2})[:：h](?P<minute>\d{2})([:：]\d{2}(\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_WRITTEN = tuple(re.compile(rf"{day}([T,\s]+{_TIME})?\s*(?P<offset>Z|UTC|[+-]\d{{2}}:?\d{{2}})?") for day in _DAYS)
_ONLY_TIME = re.compile(_TIME)
_HOUR = re.compile(r"(?P<hour>\d{1,2})(?P<minute>)\s*(?P<half>[AaPp]\.?[Mm]\.?)")  # 9 AM
_HALF = re.compile(r"[AaPp]\.?[Mm]\.?$")
_BETWEEN = re.compile(r"\s*[-–—~～至]+\s*")
_MINUTES = re.compile(r"(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,4})(?::\d{1,2})?")
_PERIOD = re.compile(r"P(?:(?P<days>\d{1,3})D)?(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?(?:\d{1,5}S)?)?")
NOON = MONTHS = 12


class Times:
    """The zones of one file, and what is told of its times to `tell`, a Finding at a time."""

    def __init__(self, edition_zone: str, tell: Callable[[Finding], None]) -> None:
        self.edition_zone = edition_zone
        self.zone = ""  # what the file names, if it is known
        self._names_zone = False  # whether it names any
        self.of_sessions: dict[str, str] = {}  # zones of single sessions by their GUIDs
        self._respelled: dict[str, str] = {}  # zones that sessions name otherwise than they are called today
        self._tell = tell
        # Of which sessions times were converted, by what is told of each.
        self._converted: set[Callable[[Finding], None]] = set()
        self._contradicting: set[Callable[[Finding], None]] = set()  # the zone of the file has another offset then

    def name(self, zone: str, at: str) -> None:
        """The file says in which zone its times are."""
        known = known_name(zone)
        self._names_zone |= bool(known)
        if not known or not is_zone(known):
            if known:
                self._tell(Finding(at, "unknown-zone", zone))
            return
        if known != zone:
            self._tell(Finding(at, "old-zone", f"{zone} → {known}"))
        self.zone = known

    def named(self, zone: str, at: str, tell: Callable[[Finding], None]) -> str:
        """The zone that a session names itself, by its name of today; "" where none is known."""
        known = known_name(zone)
        if known and not is_zone(known):
            tell(Finding(at, "unknown-zone", zone))
            return ""
        if known != zone:
            self._respelled[zone] = known
        return known

    def moment(self, when: datetime | None, at: str, tell: Callable[[Finding], None], zone: str = "") -> Moment | None:
        """`tell` is of the session whose time it is; `zone` is that of the time alone, where one is named.

        A time with an offset or in UTC is an instant, shown by the clocks of `zone`. Where `zone` has another offset
        then, the offset is used and the contradiction reported.
        """
        if when is None:
            return None
        if not is_reckonable(when):
            tell(Finding(at, "out-of-years", when.isoformat(" ", "minutes")))
            return None
        when = when.replace(second=0, microsecond=0)
        if when.tzinfo is None:
            return _of_wall(when, zone or self.zone or self.edition_zone, at, tell)
        if zone and contradicts(zone, when):
            tell(Finding(at, "zone-contradicts-offset", zone))
            zone = ""
        return at_zone(when, zone) if zone else self._of_instant(when, tell)

    def _of_instant(self, when: datetime, tell: Callable[[Finding], None]) -> Moment:
        zone = self.zone
        if not zone or not has_offset(zone, when):
            if zone and contradicts(zone, when):
                self._contradicting.add(tell)
            zone = self.edition_zone
            self._converted.add(tell)
        return at_zone(when, zone)

    def told(self) -> None:
        """Once all is read: zones under another name, and how many sessions stand in the edition's zone that the file
        did not name.
        """
        for zone, known in self._respelled.items():
            self._tell(Finding("", "old-zone", f"{zone} → {known}"))
        if self._contradicting:
            self._tell(Finding("", "zone-contradicts-offset", f"{len(self._contradicting)}: {self.zone}"))
        if self._converted:
            code = "times-converted" if self._names_zone else "no-zone"
            self._tell(Finding("", code, f"{len(self._converted)} → {self.edition_zone}"))


def in_zone(text: str, zone: str) -> Moment | None:
    """A written time by the clocks of the zone. None if the time has no offset, or the zone is unknown."""
    when = written(text)
    if when is None or when.tzinfo is None or not zone or not is_zone(zone) or not is_reckonable(when):
        return None
    return at_zone(when, zone)


def known_name(zone: str) -> str:
    """The name of today of an old name, also where it is written with spaces, as "US / Eastern"."""
    close = re.sub(r"\s*/\s*", "/", zone)
    return OLD_NAMES.get(close, close)


def has_offset(zone: str, when: datetime) -> bool:
    """Whether the clocks of the zone have the offset of this instant then."""
    return when.astimezone(zone_named(zone)).utcoffset() == when.utcoffset()


def contradicts(zone: str, when: datetime) -> bool:
    """Whether an instant is written with an offset that the zone does not have then. UTC contradicts no zone."""
    return bool(when.utcoffset()) and not has_offset(zone, when)


def is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except UnknownZone:
        return False
    return True


def _of_wall(wall: datetime, zone: str, at: str, tell: Callable[[Finding], None]) -> Moment | None:
    moment = Moment(wall.replace(fold=0), zone)
    try:
        moment.utc  # noqa: B018 (whether it is one instant)
    except TimeDoesNotExist:
        tell(Finding(at, "time-does-not-exist", f"{wall:%Y-%m-%d %H:%M} {zone}"))
        return None
    except TimeIsAmbiguous:
        tell(Finding(at, "time-is-ambiguous", f"{wall:%Y-%m-%d %H:%M} {zone}"))
        return Moment(moment.wall, zone, 0)
    return moment


def later(start: Moment, minutes: int) -> Moment:
    """So many minutes of true time after `start`."""
    return at_zone(start.utc + timedelta(minutes=minutes), start.zone)


def minutes_between(start: Moment, end: Moment) -> int:
    return int((end.utc - start.utc).total_seconds() // 60)


def written(text: str) -> datetime | None:
    """2020-12-14T09:00:00+01:00, 2020-Nov-09 10:00, 2023/5/22 9:30 PM, 2023年5月22日 09:30, March 14, 2027, 14.3.2027,
    3/14/2027; None of anything else, and of a day that may be either of two.
    """
    found = _parted(text)
    if not found or _either(found):
        return None
    day, month = _of_month(found)
    try:
        date = datetime(int(found["year"]), month, day)  # noqa: DTZ001 (a wall time)
        when = date + timedelta(minutes=_clock(found) or 0)
        return _with_offset(when, found["offset"])
    except (ValueError, OverflowError):
        return None


def is_ambiguous(text: str) -> bool:
    """Whether a day may be either of two: 03/04/2027 is the fourth of March or the third of April."""
    found = _parted(text)
    return bool(found and _either(found))


def _parted(text: str) -> re.Match[str] | None:
    return next((found for one in _WRITTEN if (found := one.fullmatch(text.strip()))), None)


def _either(found: re.Match[str]) -> bool:
    numbers = {int(found[part]) for part in ("day", "month")} if "mark" in found.re.groupindex else set()
    return len(numbers) > 1 and max(numbers) <= MONTHS


def _of_month(found: re.Match[str]) -> tuple[int, int]:
    """The day and its month; of two numbers the one above twelve is the day."""
    day, month = int(found["day"]), found["month"]
    if not month.isdigit():
        return day, _MONTHS.get(month.lower(), 0)
    if "mark" in found.re.groupindex and int(month) > MONTHS:
        return int(month), day
    return day, int(month)


def _with_offset(when: datetime, offset: str | None) -> datetime:
    if not offset:
        return when
    if offset in {"Z", "UTC"}:
        return when.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{when:%Y-%m-%dT%H:%M:%S}{offset[:3]}:{offset[-2:]}")


def has_time(text: str) -> bool:
    """Whether a written moment says more than the day."""
    found = _parted(text)
    return bool(found and found["hour"])


def of_day(text: str) -> int | None:
    """Minutes after midnight of 18:00, 6:00 PM or 6 PM; 24:00 is the midnight after the day."""
    found = _ONLY_TIME.fullmatch(text.strip()) or _HOUR.fullmatch(text.strip())
    return _clock(found) if found else None


def _clock(found: re.Match[str]) -> int | None:
    if not found["hour"]:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % NOON + (NOON if found["half"][0] in "pP" else 0)
    return hour * 60 + minute if hour <= 2 * NOON and minute < 60 else None  # noqa: PLR2004 (minutes of an hour)


def two_times(text: str) -> tuple[int, int] | None:
    """Both ends of "18:00 – 20:00" as minutes after midnight; what ends before it starts ends on the day after.

    Of "9:00 – 10:30 AM" both ends are in the morning, unless the first would then be later than the second.
    """
    words = _BETWEEN.split(text.strip())
    ends = [of_day(one) for one in words]
    half = _HALF.search(text.strip())
    if half and len(words) == 2 and not _HALF.search(words[0]):  # noqa: PLR2004 (two ends)
        both = of_day(f"{words[0]} {half[0]}")
        ends[0] = both if both is not None and ends[1] is not None and both < ends[1] else ends[0]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:  # noqa: PLR2004 (two ends)
        return None
    return ends[0], ends[1] if ends[1] > ends[0] else ends[1] + 24 * 60


def on(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001 (a wall time)


def length(text: str) -> int | None:
    """Minutes of 00:30, 1:30:00, 45, PT1H30M."""
    if found := _PERIOD.fullmatch(text.strip()) if text.strip().startswith("P") else None:
        days, hours, minutes = (int(found[part] or 0) for part in ("days", "hours", "minutes"))
        return (days * 24 + hours) * 60 + minutes
    plain = _MINUTES.fullmatch(text.strip())
    if not plain or (plain["hours"] and int(plain["minutes"]) >= 60):  # noqa: PLR2004 (minutes of an hour)
        return None
    return int(plain["hours"] or 0) * 60 + int(plain["minutes"])
