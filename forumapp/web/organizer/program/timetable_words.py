"""Texts of the timetable's script, in the reader's language; it fills in {title} and the like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from forumapp.core.values.times import end_of_day, start_of_day
from forumapp.domain.delegations.conflicts.findings import BESIDE as ITINERARY_ELSEWHERE
from forumapp.domain.delegations.conflicts.findings import CODE as ITINERARY_CLASH
from forumapp.schemas.choices import FindingCode, SessionKind, SessionStatus
from forumapp.web.organizer.kit.guard import edition
from forumapp.web.wording import labels
from forumapp.web.wording.choice_words import LABELS
from forumapp.web.wording.words import local, offset_words


def timetable_words() -> dict[str, Any]:
    return {
        "zoneShort": offsets_of(edition().starts_on, edition().zone),
        **_twice(),
        "kinds": {kind.value: str(LABELS[SessionKind][kind]) for kind in SessionKind},
        "statuses": {status.value: str(LABELS[SessionStatus][status]) for status in SessionStatus},
        "findingKinds": _finding_kinds(),
        **_places(),
        **_states(),
        **_refusals(),
    }


def offsets_of(day: date, zone: str) -> str:
    """UTC−7, or UTC−7 / UTC−8 of a day on which the clocks change."""
    ends = (start_of_day(day, zone), end_of_day(day, zone) - timedelta(seconds=1))
    return " / ".join(dict.fromkeys(offset_words(end, zone) for end in ends))


def _twice() -> dict[str, Any]:
    """Return the UTC offsets between which the clocks go back, the earlier first, and how many minutes repeat."""
    zone = edition().zone
    halves = (datetime(edition().starts_on.year, month, 1, tzinfo=UTC) for month in (1, 7))
    offsets = sorted((local(half, zone).utcoffset() or timedelta(), offset_words(half, zone)) for half in halves)
    (after, last), (before, first) = offsets
    return {"folds": [first, last], "repeated": (before - after) // timedelta(minutes=1)}


def _finding_kinds() -> dict[str, str]:
    """The agenda's own kinds, and those that itineraries add."""
    return {
        **{code.value: str(labels.label(code)) for code in FindingCode},
        ITINERARY_CLASH: _("A conflict with an itinerary"),
        ITINERARY_ELSEWHERE: _("An itinerary has the session at another time"),
    }


def _places() -> dict[str, str]:
    return {
        "comma": _(", "),
        "noRoom": _("No room yet"),
        "allRooms": _("All rooms"),
        "seats": _("{number} seats"),
        "minutes": _("{number} min"),
        "zone": _("Time zone"),
        "there": _("takes place in {zone}"),
        "unscheduled": _("Not scheduled · {number} min"),
        "emptyDay": _("Nothing is on this day yet."),
        "nothingFound": _("No session is called that."),
        "allScheduled": _("Every session has its time."),
        "clash": _("Conflict"),
        "clashes": _("Conflicts"),
        "look": _("Warning"),
        "everyFinding": _("All findings"),
        "goTo": _("Go to “{title}”"),
        "move": _("Move it"),
        "place": _("Put it into the timetable"),
    }


def _states() -> dict[str, str]:
    return {
        "saving": _("Saving…"),
        "saved": _("“{title}” is saved: {where}"),
        "theirs": _("Moved by someone else"),
        "moved": _("Someone else has changed: {title}"),
        "putBack": _("“{title}” is back where it was."),
        "allUnscheduled": _("Out of the timetable"),
    }


def _refusals() -> dict[str, Any]:
    return {
        "notMoved": _("“{title}” was not moved."),
        "movedOn": _(
            "“{title}” has been changed by someone else since, so this step cannot be taken back. It stands at: {where}"
        ),
        "stale": _("Someone else was faster. Theirs: {theirs}. Yours: {mine}."),
        "close": _("Close"),
        "again": _("Try again"),
        "allTheSame": _("Move it all the same"),
        "firstTime": _("The first time"),
        "secondTime": _("The second time"),
        "notLoaded": _("The timetable could not be loaded. It is tried again every few seconds."),
        "away": _("The server cannot be reached. What you see may be out of date."),
        "failed": {
            "0": _("The network is away, and nothing is saved."),
            "400": _("This page has been open for too long. Load it again."),
            "401": _("You are signed out. Sign in in another tab, and go on here."),
            "403": _("You may no longer change the agenda."),
            "404": _("It does not exist any more."),
            "409": _("The edition is archived and read-only."),
            "other": _("Something went wrong on our side, and nothing is saved."),
        },
    }
