"""Which vehicle takes whom on a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.domain.delegations.models.coaches import Boarding, CoachRun, Vehicle

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession


@dataclass(frozen=True, slots=True)
class Ride:
    """A run of a vehicle, as papers tell it."""

    run_id: int
    vehicle: dict[str, str]
    plate: str
    driver: str
    mobile: str


def rides_of(
    db: DbSession, edition_id: int, registration_ids: Collection[int], item_ids: Collection[int]
) -> dict[tuple[int, int], Ride]:
    """By transfer and registration, where they have a seat. One query."""
    query = (
        select(Boarding.item_id, Boarding.registration_id, CoachRun.id, Vehicle)
        .join(CoachRun, CoachRun.id == Boarding.run_id)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
        .where(Boarding.edition_id == edition_id, Boarding.item_id.in_(item_ids))
        .where(Boarding.registration_id.in_(registration_ids))
    )
    return {
        (item_id, registration_id): Ride(run_id, car.name, car.plate, car.driver, car.driver_mobile)
        for item_id, registration_id, run_id, car in db.execute(query)
    }
