"""How far a day is from the forum, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.domain.forums.calendar.rules import Days, TaskState, in_weeks

# The parts of the calendar, as PARTS has them.
PART_WORDS: tuple[Any, ...] = (
    _l("20 weeks before, or earlier"),
    _l("20 to 14 weeks before"),
    _l("14 to 8 weeks before"),
    _l("8 to 4 weeks before"),
    _l("4 weeks to 1 week before"),
    _l("The last week before"),
    _l("During the forum"),
    _l("The week after"),
    _l("Later than a week after"),
)


def distance(offset: int) -> str:
    """T−8 weeks · 会前 8 周, of days from the forum."""
    weeks = in_weeks(offset)
    words: str
    if offset == 0:
        # Translators: the day of the forum, beside "T−3 days" for three days before it.
        words = _("T")
    elif offset < 0:
        words = (
            ngettext("T−%(num)s week", "T−%(num)s weeks", weeks)
            if weeks
            else ngettext("T−%(num)s day", "T−%(num)s days", -offset)
        )
    else:
        words = (
            ngettext("T+%(num)s week", "T+%(num)s weeks", weeks)
            if weeks
            else ngettext("T+%(num)s day", "T+%(num)s days", offset)
        )
    return words


def countdown(days: Days, today: Any) -> str:
    """How far off the forum is: "56 days to go", "Today is day 2 of 3", "Over since 12 days"."""
    offset, length = days.offset(today), (days.last - days.first).days + 1
    words: str
    if offset < 0:
        words = ngettext("%(num)s day until the forum", "%(num)s days until the forum", -offset)
    elif offset > 0:
        words = ngettext("The forum ended %(num)s day ago", "The forum ended %(num)s days ago", offset)
    elif length == 1:
        words = _("The forum is today")
    else:
        number = (today - days.first).days + 1
        words = _("Today is day %(number)s of %(total)s of the forum", number=number, total=length)
    return words


def task_count(state: str, number: int) -> str:
    """How many tasks are late, or due."""
    words: str
    if state == TaskState.OVERDUE:
        words = ngettext("%(num)s task is overdue", "%(num)s tasks are overdue", number)
    else:
        words = ngettext("%(num)s task is due within a week", "%(num)s tasks are due within a week", number)
    return words
