"""Rooms that a delegation has at its hotels, and who sleeps in which on which nights."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import CheckConstraint, Date, Integer
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
from forumapp.domain.delegations.rules.rooming import MOST_SHARERS


class RoomKind(enum.StrEnum):
    SINGLE = "single"
    TWIN = "twin"
    DOUBLE = "double"
    SUITE = "suite"


class MealPlan(enum.StrEnum):
    ROOM_ONLY = "room-only"
    BREAKFAST = "breakfast"
    HALF_BOARD = "half-board"
    FULL_BOARD = "full-board"


class HotelRoom(OfEdition, Versioned, Base):
    """A room for the nights from `check_in` up to `check_out`. Its number is empty until the hotel says it.

    Triggers on both databases refuse a number that another room of the hotel has on one of these nights.
    """

    __tablename__ = "hotel_room"
    __table_args__ = (
        within_edition(),
        same_edition("delegation_id", "delegation"),
        same_edition("place_id", "itinerary_place"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_SHARERS}", name="capacity_of_a_room"),
        CheckConstraint("check_out > check_in", name="check_out_after_check_in"),
    )

    delegation_id: Mapped[int] = mapped_column(BigId, index=True)
    place_id: Mapped[int] = mapped_column(BigId, index=True)
    # What it is called among the rooms of its delegation, also while its number is not known.
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[Words] = mapped_column(default="")
    kind: Mapped[RoomKind] = mapped_column(choice(RoomKind))
    capacity: Mapped[int] = mapped_column(Integer)
    check_in: Mapped[date] = mapped_column(Date)
    check_out: Mapped[date] = mapped_column(Date)
    meal_plan: Mapped[MealPlan] = mapped_column(choice(MealPlan), default=MealPlan.BREAKFAST)
    requests: Mapped[Texts] = mapped_column(info=sensitive())  # they may tell of religion or health
    is_sample: Mapped[bool] = mapped_column(default=False)


class RoomStay(OfEdition, Versioned, Base):
    """A registration in a room, for some of its nights: an end that is empty is the room's own.

    Triggers on both databases refuse more people on a night than the room holds, someone in two rooms on one night,
    and nights that the room is not there.
    """

    __tablename__ = "room_stay"
    __table_args__ = (
        within_edition(),
        same_edition("room_id", "hotel_room"),
        same_edition("registration_id", "registration"),
        CheckConstraint("until_on > from_on", name="until_after_from"),
    )

    room_id: Mapped[int] = mapped_column(BigId, index=True)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    from_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    agreed: Mapped[bool] = mapped_column(default=False)  # to share the room
