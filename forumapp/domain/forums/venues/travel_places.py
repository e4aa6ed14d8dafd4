"""Places that itineraries and the agenda share, and the minutes that it takes to get from one to another."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import CheckConstraint, Integer, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Texts,
    Versioned,
    Words,
    choice,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.forums.models import Venue
from forumapp.domain.forums.rules import MOST_MINUTES


class PlaceKind(enum.StrEnum):
    AIRPORT = "airport"
    STATION = "station"
    HOTEL = "hotel"
    VENUE = "venue"
    OTHER = "other"


class ItineraryPlace(OfEdition, Versioned, Base):
    """A port, hotel or other place to which several items go."""

    __tablename__ = "itinerary_place"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        same_edition("venue_id", "venue"),
        CheckConstraint(f"buffer_minutes BETWEEN 0 AND {MOST_MINUTES}", name="buffer_minutes_in_a_day"),
        CheckConstraint(f"connection_minutes BETWEEN 0 AND {MOST_MINUTES}", name="connection_minutes_in_a_day"),
    )

    code: Mapped[Words]
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind))
    name: Mapped[Texts]
    address: Mapped[Texts]
    zone: Mapped[Words]
    phone: Mapped[Words] = mapped_column(default="", info=sensitive())
    venue_id: Mapped[int | None] = mapped_column(BigId, index=True)
    # How long it takes to reach or leave it, and between two legs here; where none is said, as in all the edition.
    buffer_minutes: Mapped[int | None] = mapped_column(Integer)
    connection_minutes: Mapped[int | None] = mapped_column(Integer)
    is_sample: Mapped[bool] = mapped_column(default=False)


class ItinerarySettings(OfEdition, Versioned, Base):
    """What counts in all itineraries: the minutes from one place to another, and between two legs, where a place has
    none of its own; and what emergency cards say besides a delegation's own.
    """

    __tablename__ = "itinerary_settings"
    __table_args__ = (
        UniqueConstraint("edition_id"),
        CheckConstraint(f"travel_minutes BETWEEN 0 AND {MOST_MINUTES}", name="travel_minutes_in_a_day"),
        CheckConstraint(f"connection_minutes BETWEEN 0 AND {MOST_MINUTES}", name="connection_minutes_in_a_day"),
    )

    travel_minutes: Mapped[int] = mapped_column(Integer)
    connection_minutes: Mapped[int] = mapped_column(Integer)
    emergency_numbers: Mapped[Texts]  # of police, ambulance and whoever else helps there
    consulate: Mapped[Texts]  # or embassy: what it is called, where it is, its number


def minutes_of_venue() -> tuple[Any, ...]:
    """Columns for a query of venues: their own minutes, those of their places in itineraries, and the edition's.

    `travel_minutes` of the rules makes one number of them.
    """
    of_place = select(func.max(ItineraryPlace.buffer_minutes)).where(ItineraryPlace.venue_id == Venue.id)
    usual = select(ItinerarySettings.travel_minutes).where(ItinerarySettings.edition_id == Venue.edition_id)
    return (
        Venue.travel_minutes,
        of_place.correlate(Venue).scalar_subquery().label("place_minutes"),
        usual.correlate(Venue).scalar_subquery().label("usual_minutes"),
    )
