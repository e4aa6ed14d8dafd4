"""How long the personal links that are mailed to people of a forum go on to open. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

DAYS_A_LINK_OUTLIVES_THE_FORUM = 30


def link_ends(ends_on: date) -> datetime:
    """When a registrant's personal link stops to open: 30 days after the forum, wherever it was.

    Where the forum still takes registrations, though its days are over, a link lives for 30 days from the moment it
    is signed, if that is later (`days_from_signing`).
    """
    day = ends_on + timedelta(days=DAYS_A_LINK_OUTLIVES_THE_FORUM + 1)
    return datetime.combine(day, time(12), tzinfo=UTC)


def days_from_signing(*, is_open: bool) -> int:
    """How long a link lives at least, counted from its signing."""
    return DAYS_A_LINK_OUTLIVES_THE_FORUM if is_open else 0
