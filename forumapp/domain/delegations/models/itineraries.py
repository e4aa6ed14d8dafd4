"""The legs of a journey, which flights and trains are besides their items."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import BigId, OfEdition, UtcDateTime, Versioned, Words, sensitive
from forumapp.core.database.db import Base


def of_item() -> ForeignKeyConstraint:
    """What is a part of an item, and goes when that goes."""
    return ForeignKeyConstraint(
        ["edition_id", "item_id"], ["itinerary_item.edition_id", "itinerary_item.id"], ondelete="CASCADE"
    )


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
