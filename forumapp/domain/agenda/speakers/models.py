"""What is agreed with those who have a part in an edition: what they need, when they are free, how they answered."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Plain,
    Row,
    Spanned,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    ends_after_start,
    same_edition,
    sensitive,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.audit.models import Via


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


class WritingStatus(enum.StrEnum):
    QUEUED = "queued"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


class SpeakerWriting(OfEdition, Row, Base):
    """One mail to each of many speakers, asked for at once; what the worker did of it."""

    __tablename__ = "speaker_writing"
    __table_args__ = (
        within_edition(),
        CheckConstraint("reached >= 0 AND reached <= total", name="reached_within_total"),
        CheckConstraint("sent >= 0 AND sent <= reached", name="sent_within_reached"),
    )

    again: Mapped[bool]  # they are reminded
    people: Mapped[list[int]] = mapped_column(Json, default=list)  # in the order in which they are written to
    status: Mapped[WritingStatus] = mapped_column(choice(WritingStatus), default=WritingStatus.QUEUED)
    total: Mapped[int] = mapped_column(Integer)
    # To how many of `people` the worker has come, and wrote.
    reached: Mapped[int] = mapped_column(Integer, default=0)
    sent: Mapped[int] = mapped_column(Integer, default=0)
    left: Mapped[Plain]  # by the code of what stood against them, to whom it did not write
    # Who is asked for their permission when it is done, and by which token they asked.
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    via: Mapped[Via] = mapped_column(choice(Via))
    token_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("api_token.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
