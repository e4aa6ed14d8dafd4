"""Puts the sample's hotel rooms into the database, and its people into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.delegations.hotel.services import create_rooms
from forumapp.domain.delegations.hotel.stays import add_stay
from forumapp.domain.delegations.models.rooms import MealPlan, RoomKind

if TYPE_CHECKING:
    from forumapp.cli.demo.hotel import HotelRoom
    from forumapp.cli.demo.load import Loaded
    from forumapp.domain.delegations.models.delegations import Delegation


def load_room(into: Loaded, delegation: Delegation, given: HotelRoom) -> None:
    values = {
        "place_id": into.places[given.hotel],
        "number": given.number,
        "kind": RoomKind(given.kind),
        "check_in": given.check_in,
        "check_out": given.check_out,
        "meal_plan": MealPlan.BREAKFAST,
        "requests": dict(given.requests),
        "is_sample": given.is_sample,
    }
    [room] = create_rooms(into.db, delegation, values, **into.by)
    for person in given.sharers:
        add_stay(into.db, room, into.registrations[person], {"agreed": given.agreed}, **into.by)
