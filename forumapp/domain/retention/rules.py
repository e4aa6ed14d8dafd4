"""Which data must go, and when if nobody says otherwise. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, timedelta

AFTER = timedelta(days=30)
LONGEST = timedelta(days=365)


class Kind(enum.StrEnum):
    """Kinds of data that an edition keeps no longer than it needs."""

    DIET = "diet"  # diet and access needs: they may tell of religion or health
    FLIGHTS = "flights"
    IDENTITY = "identity"  # passport and visa data, dates of birth
    FILES = "files"  # files and photos that came with answers
    OFFICIALS = "officials"  # contact details of officials
    CONTACTS = "contacts"  # contact details of all other people


@dataclass(frozen=True, slots=True)
class Rule:
    """When a kind of data goes in an edition. `version` 0: nobody has set a day, so it is the usual one,
    without an id.
    """

    kind: Kind
    purge_on: date
    version: int
    id: int | None = field(default=None, compare=False)


# Attendees, speakers and contacts are invited to the next forum, so their addresses stay as long as is allowed.
_USUAL = {Kind.CONTACTS: LONGEST}


def usual_day(kind: Kind, ends_on: date) -> date:
    """The date a kind of data goes unless the edition sets another."""
    return ends_on + _USUAL.get(kind, AFTER)


def latest_day(ends_on: date) -> date:
    return ends_on + LONGEST


def fault_of(purge_on: date, ends_on: date) -> str | None:
    """What is wrong with a day that someone sets: the data is needed while the forum lasts, and not for years after."""
    if purge_on < ends_on:
        return "before-the-end"
    return "later-than-a-year" if purge_on > latest_day(ends_on) else None


def day_that_counts(kind: Kind, set_on: date | None, ends_on: date) -> date:
    """The day that was set; where the edition has been moved since, so that it makes no sense any more, the usual one.

    Nothing may go before a forum that was put off.
    """
    return usual_day(kind, ends_on) if set_on is None or fault_of(set_on, ends_on) else set_on


def is_due(purge_on: date, today: date) -> bool:
    return purge_on <= today
