"""What a reader calls the words that delegations and their itineraries keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import (
    BoardingState,
    ClashKind,
    ClashState,
    Gap,
    HotelRoomKind,
    ItineraryKind,
    MealPlan,
    MemberRole,
    PartitionKind,
    PartyKind,
    PlaceKind,
    PrecedencePurpose,
    SeatingConvention,
    VehicleKind,
)

if TYPE_CHECKING:
    from enum import StrEnum

DELEGATIONS: dict[type[StrEnum], dict[str, Any]] = {
    PartyKind: {
        "session": _l("Session"),
        "itinerary_item": _l("Itinerary item"),
        "coach_run": _l("Coach"),
    },
    ClashState: {
        "open": _l("Unsolved"),
        "allowed": _l("Allowed"),
    },
    ClashKind: {
        "overlap": _l("At the same time"),
        "travel": _l("Too little time to get there"),
        "connection": _l("Connection too short"),
    },
    MemberRole: {
        "head": _l("Head"),
        "deputy": _l("Deputy head"),
        "member": _l("Member"),
        "staff": _l("Staff"),
        "interpreter": _l("Interpreter"),
    },
    VehicleKind: {"coach": _l("Coach"), "van": _l("Van"), "car": _l("Car")},
    BoardingState: {"expected": _l("Expected"), "boarded": _l("Boarded"), "absent": _l("Absent")},
    PartitionKind: {
        "coach": _l("Coaches"),
        "visit": _l("Visits"),
        "hotel": _l("Hotels"),
        "language": _l("Languages"),
    },
    ItineraryKind: {
        "flight": _l("Flight"),
        "train": _l("Train"),
        "transfer": _l("Transfer"),
        "hotel": _l("Hotel"),
        "meal": _l("Meal"),
        "visit": _l("Visit"),
        "meeting": _l("Meeting"),
        "ceremony": _l("Ceremony"),
        "session": _l("Session"),
        "free": _l("Free time"),
    },
    HotelRoomKind: {
        "single": _l("Single room"),
        "twin": _l("Twin room"),
        "double": _l("Double room"),
        "suite": _l("Suite"),
    },
    MealPlan: {
        "room-only": _l("No meals"),
        "breakfast": _l("Breakfast"),
        "half-board": _l("Half board"),
        "full-board": _l("Full board"),
    },
    PlaceKind: {
        "airport": _l("Airport"),
        "station": _l("Station"),
        "hotel": _l("Hotel"),
        "venue": _l("Venue"),
        "other": _l("Other place"),
    },
    Gap: {
        "latin-name": _l("Latin name"),
        "title": _l("Title"),
        "flight": _l("Arrival and departure"),
        "room": _l("Hotel room"),
        "diet": _l("Diet"),
        "photo": _l("Photo"),
        "proof": _l("Name approved"),
    },
    SeatingConvention: {"foreign-affairs": _l("Foreign affairs"), "domestic": _l("Domestic (China)")},
    PrecedencePurpose: {
        "program": _l("Program"),
        "speeches": _l("Speeches"),
        "seating": _l("Seating"),
        "photo": _l("Group photo"),
        "motorcade": _l("Motorcade"),
        "other": _l("Something else"),
    },
}
