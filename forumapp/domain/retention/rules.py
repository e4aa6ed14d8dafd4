"""Which data must go, and when if nobody says otherwise. Pure."""

from __future__ import annotations

import enum
from datetime import date, timedelta

AFTER = timedelta(days=30)


class Kind(enum.StrEnum):
    """Kinds of data that an edition keeps no longer than it needs."""

    DIET = "diet"  # diet and access needs: they may tell of religion or health
    FLIGHTS = "flights"
    OFFICIALS = "officials"  # contact details of officials


def usual_day(ends_on: date) -> date:
    """When a kind of data goes unless the edition says otherwise."""
    return ends_on + AFTER


def is_due(purge_on: date, today: date) -> bool:
    return purge_on <= today
