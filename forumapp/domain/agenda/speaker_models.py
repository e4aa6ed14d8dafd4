"""What is agreed with those who have a part in an edition: what they need, when they are free, how they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.columns import (
    BigId,
    OfEdition,
    Spanned,
    UtcDateTime,
    Versioned,
    Words,
    ends_after_start,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.db import Base


class Speaker(OfEdition, Versioned, Base):
    """Of one person in one edition, there from the first time that anything is said about them."""

    __tablename__ = "speaker"
    __table_args__ = (within_edition(), UniqueConstraint("edition_id", "person_id"))

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    language: Mapped[Words] = mapped_column(default="en")  # of what is written to them
    speaks: Mapped[Words] = mapped_column(default="")  # in which language they speak; "" is not known yet
    home_zone: Mapped[Words | None]  # the zone they live in, beside that of the venue on their agenda
    av_needs: Mapped[Words] = mapped_column(default="")
    arrival: Mapped[Words] = mapped_column(default="", info=sensitive())
    notes: Mapped[Words] = mapped_column(default="", info=sensitive())
    contact: Mapped[Words] = mapped_column(default="", info=sensitive())  # who of the house looks after them
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time, on their own page
    # Carried by the signed link; raised to end the links that are out.
    link_number: Mapped[int] = mapped_column(Integer, default=1)

    windows: Mapped[list[SpeakerAvailability]] = relationship(order_by="SpeakerAvailability.start_utc", viewonly=True)


class SpeakerAvailability(OfEdition, Spanned, Versioned, Base):
    """When a speaker is free. Who has said nothing is not thereby away; who has is free then alone."""

    __tablename__ = "speaker_availability"
    __table_args__ = (same_edition("speaker_id", "speaker"), ends_after_start())

    speaker_id: Mapped[int] = mapped_column(BigId, index=True)
