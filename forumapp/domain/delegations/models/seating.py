"""Seats on a stage and at tables, and who sits there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.delegations.rules.places_of_honor import Convention, HostSide, Shape


class SeatingPlan(OfEdition, Versioned, Base):
    """The seats of a stage or a room, and the convention by which they are drawn. Its version is that of its seats."""

    __tablename__ = "seating_plan"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        same_edition("session_id", "session"),
        same_edition("item_id", "itinerary_item"),
        CheckConstraint("session_id IS NULL OR item_id IS NULL", name="of_one_occasion"),
        same_edition("list_id", "precedence_list"),
    )

    code: Mapped[Words]
    name: Mapped[Texts]
    session_id: Mapped[int | None] = mapped_column(BigId)
    item_id: Mapped[int | None] = mapped_column(BigId)  # of an itinerary, such as a banquet
    shape: Mapped[Shape] = mapped_column(choice(Shape))
    convention: Mapped[Convention] = mapped_column(choice(Convention))
    # Where hosts and guests sit opposite each other or side by side; None where they sit among each other.
    host_side: Mapped[HostSide | None] = mapped_column(choice(HostSide))
    list_id: Mapped[int | None] = mapped_column(BigId)
    # Its version, who sat where and how it was drawn when it was printed last, and when that was.
    printed: Mapped[dict[str, object] | None] = mapped_column(Json, info=unlogged())
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())


class Seat(OfEdition, Versioned, Base):
    """One seat of a row or a table (`tier`), both counted from one. Nobody has two of a plan."""

    __tablename__ = "seat"
    __table_args__ = (
        within_edition(),
        same_edition("plan_id", "seating_plan"),
        UniqueConstraint("plan_id", "tier", "number"),
        UniqueConstraint("plan_id", "person_id"),
        CheckConstraint("tier > 0 AND number > 0", name="counted_from_one"),
    )

    plan_id: Mapped[int] = mapped_column(BigId)
    tier: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"), index=True)
