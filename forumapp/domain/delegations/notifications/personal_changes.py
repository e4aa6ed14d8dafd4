"""What one person is told of their own place: the vehicle in which they ride on a transfer, and where they sleep."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.domain.audit.services import batched
from forumapp.domain.delegations.models.coaches import Boarding, CoachRun, Vehicle
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.rules.item_changes import Slept, rooms_said_of
from forumapp.domain.forums.venues.travel_places import ItineraryPlace

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session as DbSession

    Seats = dict[tuple[int, int], dict[str, Any]]


def seats_said(db: DbSession, item_ids: Collection[int]) -> Seats:
    """By transfer and registration, what is told of their seat: the vehicle by its name and its plate."""
    query = (
        select(Boarding.item_id, Boarding.registration_id, Vehicle.name, Vehicle.plate)
        .join(CoachRun, CoachRun.id == Boarding.run_id)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
    )
    found: Seats = {}
    for some in batched(item_ids):
        for item_id, one, name, plate in db.execute(query.where(Boarding.item_id.in_(some))):
            said = {"vehicle": dict(name), "plate": plate}
            found[item_id, one] = {part: value for part, value in said.items() if value}
    return found


def rooms_said(db: DbSession, edition_id: int) -> dict[int, dict[str, Any]]:
    """By registration, where they sleep on which nights, and beside whom. One query, of everyone: who moves into a room
    is news for those who are there.
    """
    query = (
        select(
            RoomStay.room_id, RoomStay.registration_id, RoomStay.from_on, RoomStay.until_on, HotelRoom.check_in,
            HotelRoom.check_out, HotelRoom.number, ItineraryPlace.name, ItineraryPlace.zone,
        )
        .join(HotelRoom, HotelRoom.id == RoomStay.room_id)
        .join(ItineraryPlace, ItineraryPlace.id == HotelRoom.place_id)
        .where(RoomStay.edition_id == edition_id)
    )  # fmt: skip
    slept = [
        Slept(row.room_id, row.registration_id, row.from_on or row.check_in, row.until_on or row.check_out,
              dict(row.name), row.zone, row.number)
        for row in db.execute(query)
    ]  # fmt: skip
    by_person: dict[int, list[Slept]] = defaultdict(list)
    in_room: dict[int, list[Slept]] = defaultdict(list)
    for one in slept:
        by_person[one.registration].append(one)
        in_room[one.room].append(one)
    return {who: rooms_said_of(theirs, in_room) for who, theirs in by_person.items()}
