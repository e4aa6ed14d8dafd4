"""What itineraries are made of besides their items: places, the minutes between them, and the legs of a journey."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.columns import (
    BigId,
    OfEdition,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.db import Base
from forumapp.domain.delegations.rules import MOST_MINUTES


class PlaceKind(enum.StrEnum):
    AIRPORT = "airport"
    STATION = "station"
    HOTEL = "hotel"
    VENUE = "venue"
    OTHER = "other"


def of_item() -> ForeignKeyConstraint:
    """What is a part of an item, and goes when that goes."""
    return ForeignKeyConstraint(
        ["edition_id", "item_id"], ["itinerary_item.edition_id", "itinerary_item.id"], ondelete="CASCADE"
    )


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
    """What counts in all itineraries: the minutes that it takes from one place to another, and between two legs, where
    a place says nothing else; and what emergency cards say besides a delegation's own.
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


class TravelLeg(OfEdition, Versioned, Base):
    """What a flight or a train is besides its item, which has its ports and its scheduled times.

    Whoever changes it names the item's version, which rises with it.
    """

    __tablename__ = "travel_leg"
    __table_args__ = (
        of_item(),
        UniqueConstraint("item_id"),
        CheckConstraint("estimated_end_utc > estimated_start_utc", name="estimated_end_after_start"),
    )

    item_id: Mapped[int] = mapped_column(BigId)
    carrier: Mapped[Words] = mapped_column(default="", info=sensitive())
    number: Mapped[Words] = mapped_column(default="", info=sensitive())
    # Who flies it, where another sells it: a codeshare is one flight for its group.
    operating_carrier: Mapped[Words] = mapped_column(default="", info=sensitive())
    operating_number: Mapped[Words] = mapped_column(default="", info=sensitive())
    from_terminal: Mapped[Words] = mapped_column(default="", info=sensitive())
    to_terminal: Mapped[Words] = mapped_column(default="", info=sensitive())
    estimated_start_utc: Mapped[datetime | None] = mapped_column(UtcDateTime, info=sensitive())
    estimated_end_utc: Mapped[datetime | None] = mapped_column(UtcDateTime, info=sensitive())
