"""Days of frab's schedules, which go on past midnight: until clocks show `day_change`, or until the day's end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forumapp.core.values.times import zone_named
from forumapp.domain.agenda.formats.parsing import texts
from forumapp.domain.agenda.formats.parsing import times as parsing_times

if TYPE_CHECKING:
    from forumapp.domain.agenda.formats.parsing.times import Times


@dataclass(frozen=True, slots=True)
class Day:
    """All in the wall times of the file; `change` is in minutes after midnight."""

    date: datetime | None = None
    change: int = 0
    starts: datetime | None = None
    ends: datetime | None = None

    def at(self, minutes: int) -> datetime | None:
        """When it is so late on this day: 01:00 is in its night, and that is of the date after."""
        if self.date is None:
            return None
        when = parsing_times.on(self.date, minutes)
        later = when + timedelta(days=1)
        in_night = bool(self.starts and self.ends and when < self.starts and later <= self.ends)
        return later if in_night or minutes < self.change else when


def day_of(times: Times, date: object, starts: object, ends: object, change: object) -> Day:
    """As a file says them, whatever they are."""
    said = [_wall(times, texts.line(one)) for one in (date, starts, ends)]
    return Day(said[0] or said[1], parsing_times.of_day(texts.line(change)) or 0, said[1], said[2])


def _wall(times: Times, text: str) -> datetime | None:
    when = parsing_times.written(text)
    if when is not None and when.tzinfo is not None and times.zone:
        when = when.astimezone(zone_named(times.zone))
    return when.replace(tzinfo=None) if when else None
