"""Vehicles, the runs that they make for transfers, and who rides in which."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core.database.columns import (
    BigId,
    OfEdition,
    Texts,
    UtcDateTime,
    Versioned,
    Words,
    choice,
    same_edition,
    sensitive,
    unlogged,
    within_edition,
)
from forumapp.core.database.db import Base
from forumapp.domain.delegations.rules.delegations import MOST_SEATS


class VehicleKind(enum.StrEnum):
    COACH = "coach"
    VAN = "van"
    CAR = "car"


class BoardingState(enum.StrEnum):
    EXPECTED = "expected"
    BOARDED = "boarded"
    ABSENT = "absent"


class Vehicle(OfEdition, Versioned, Base):
    """A coach, a van or a car, with how many people it takes besides its driver."""

    __tablename__ = "vehicle"
    __table_args__ = (
        within_edition(),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_SEATS}", name="seats_in_a_vehicle"),
    )

    code: Mapped[Words]
    kind: Mapped[VehicleKind] = mapped_column(choice(VehicleKind))
    name: Mapped[Texts]
    plate: Mapped[Words] = mapped_column(default="")
    seats: Mapped[int] = mapped_column(Integer)
    driver: Mapped[Words] = mapped_column(default="", info=sensitive())
    driver_mobile: Mapped[Words] = mapped_column(default="", info=sensitive())
    is_sample: Mapped[bool] = mapped_column(default=False)


class CoachRun(OfEdition, Versioned, Base):
    """What a vehicle drives for one transfer. Closed by its captain, it has departed, and nothing changes any more.

    Triggers on both databases hold that nobody is still expected in one that is closed, and that no more ride than
    there are seats, whoever writes.
    """

    __tablename__ = "coach_run"
    __table_args__ = (
        within_edition(),
        # What a boarding's foreign key points to, so that its run is of its item.
        UniqueConstraint("edition_id", "item_id", "id"),
        UniqueConstraint("item_id", "vehicle_id"),
        same_edition("item_id", "itinerary_item"),
        same_edition("vehicle_id", "vehicle"),
        same_edition("group_id", "delegation_group"),
        same_edition("captain_id", "registration"),
    )

    item_id: Mapped[int] = mapped_column(BigId)
    vehicle_id: Mapped[int] = mapped_column(BigId, index=True)
    group_id: Mapped[int | None] = mapped_column(BigId, index=True)  # whose people ride in it
    captain_id: Mapped[int | None] = mapped_column(BigId, index=True)  # a registration
    # Said by whoever asked them: their number is printed then. It ends with their captaincy.
    captain_may_be_rung: Mapped[bool] = mapped_column(default=False)
    # Why its vehicle may run elsewhere at the same time.
    beside_reason: Mapped[Words] = mapped_column(default="")
    # Of its captain's links: those with another one have ended.
    link_number: Mapped[int] = mapped_column(Integer, default=1)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"), info=unlogged())


class Boarding(OfEdition, Versioned, Base):
    """Somebody's seat in a run, and whether they have boarded. Nobody has two for one transfer."""

    __tablename__ = "boarding"
    __table_args__ = (
        within_edition(),
        ForeignKeyConstraint(
            ["edition_id", "item_id", "run_id"], ["coach_run.edition_id", "coach_run.item_id", "coach_run.id"]
        ),
        same_edition("registration_id", "registration"),
        UniqueConstraint("item_id", "registration_id"),
        CheckConstraint("(state = 'expected') = (marked_at IS NULL)", name="marked_unless_expected"),
    )

    item_id: Mapped[int] = mapped_column(BigId, info=unlogged())
    run_id: Mapped[int] = mapped_column(BigId, index=True)
    registration_id: Mapped[int] = mapped_column(BigId, index=True)
    state: Mapped[BoardingState] = mapped_column(choice(BoardingState), default=BoardingState.EXPECTED)
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=unlogged())
    marked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"), info=unlogged())
