"""What people have not been told yet of their itineraries, and when they were told."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    Json,
    OfEdition,
    Row,
    UtcDateTime,
    choice,
    same_edition,
    unique_where,
    within_edition,
)
from forumapp.core.database.db import Base

OF_ONE = ("registration_id", "delegation_id", "item_id", "item_made_at")


class How(enum.StrEnum):
    """How somebody was told."""

    MAIL = "mail"
    PHONE = "phone"


class GivenOut(OfEdition, Row, Base):
    """A delegation whose people have their itineraries: from now on, what changes is to be told to them."""

    __tablename__ = "itinerary_given_out"
    __table_args__ = (within_edition(), same_edition("delegation_id", "delegation"), UniqueConstraint("delegation_id"))

    delegation_id: Mapped[int] = mapped_column(BigId)
    given_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class ItineraryTelling(OfEdition, Row, Base):
    """Somebody was told what had changed for them until then."""

    __tablename__ = "itinerary_telling"
    __table_args__ = (within_edition(), same_edition("registration_id", "registration"))

    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    how: Mapped[How] = mapped_column(choice(How))
    told_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))


class ItemNotice(OfEdition, Row, Base):
    """What one person was told last of an item that has changed for them since, with the vehicle in which they ride to
    it; without an item, of where they sleep. None is that it was not for them, or that they had no room.

    What it is now is read when it is asked for, so that several changes make one and a change that is taken back makes
    none. The item is named and not referred to: that it is gone is to be told, too. With when it was made, since a
    database may give the number of one that is gone to the next. It is told in the delegation in which they were then:
    whoever looks after them in another one has nothing to do with it.
    """

    __tablename__ = "item_notice"
    __table_args__ = (
        same_edition("registration_id", "registration"),
        same_edition("telling_id", "itinerary_telling"),
        same_edition("delegation_id", "delegation"),
        unique_where("uq_item_notice_open", "telling_id IS NULL", *OF_ONE),
        unique_where("uq_item_notice_open_rooms", "telling_id IS NULL AND item_id IS NULL", *OF_ONE[:2]),
        CheckConstraint("(item_id IS NULL) = (item_made_at IS NULL)", name="item_with_its_making"),
    )

    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    delegation_id: Mapped[int] = mapped_column(BigId, index=True)
    item_id: Mapped[int | None] = mapped_column(BigId, index=True)
    item_made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    was: Mapped[dict[str, Any] | None] = mapped_column(Json)
    telling_id: Mapped[int | None] = mapped_column(BigId, index=True)
