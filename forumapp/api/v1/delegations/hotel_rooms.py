"""Hotel rooms of delegations, and their occupants by night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, With
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.hotel import queries as hotel_queries
from forumapp.domain.delegations.hotel import services as hotel_services
from forumapp.domain.delegations.hotel import stays
from forumapp.schemas.choices import HotelRoomKind, MealPlan
from forumapp.schemas.fields import Bilingual, Choice, Code, Day, Flag, Id, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
ROOMS = "/editions/<slug:edition>/hotel-rooms"
ROOM = f"{ROOMS}/<id:room_id>"
STAYS = f"{ROOM}/stays"
STAY = f"{STAYS}/<id:stay_id>"

blueprint = ApiBlueprint(
    "Hotel rooms", __name__, description="Hotel rooms of delegations, and who sleeps in which on which nights."
)


class HotelRoomQuery(PageQuery):
    delegation = Code(metadata={"description": "A delegation's code: its rooms, without its parts'."})


class NewHotelRoomSchema(Shape):
    delegation = Code(required=True, metadata={"description": "The code of the delegation that has the room."})
    place_id = Id(required=True, metadata={"description": "An itinerary place that is a hotel."})
    number = Text(metadata={"description": "Empty until the hotel has assigned it."})
    kind = Choice(HotelRoomKind, required=True)
    capacity = WholeNumber(metadata={"description": "How many it sleeps. Left out: 1 in a single room, 2 in others."})
    check_in = Day(required=True, metadata={"description": "The day of the first night."})
    check_out = Day(required=True, metadata={"description": "The day after the last night."})
    meal_plan = Choice(MealPlan)
    requests = Bilingual(metadata={"description": "What the hotel is asked for."})


class HotelRoomSchema(KeptSchema):
    delegation_id = Id()
    place_id = Id()
    position = WholeNumber(metadata={"description": "Names the room until its number is known."})
    number = Text()
    kind = Choice(HotelRoomKind)
    capacity = WholeNumber()
    check_in = Day()
    check_out = Day()
    meal_plan = Choice(MealPlan)
    requests = Bilingual(metadata={"description": "Empty for callers who may not see registrants' answers."})
    is_sample = Flag()


class StayShape(Shape):
    from_on = Day(allow_none=True, metadata={"description": "The first night. Null: from the room's check-in on."})
    until_on = Day(allow_none=True, metadata={"description": "The day of leaving. Null: until the room's check-out."})
    agreed = Flag(metadata={"description": "Whether they have agreed to share the room."})


class NewRoomStaySchema(StayShape):
    registration_id = Id(required=True)


class RoomStaySchema(KeptSchema, StayShape):
    room_id = Id()
    registration_id = Id()


@blueprint.lists(ROOMS, HotelRoomSchema, query=HotelRoomQuery, needs=SEE)
def list_hotel_rooms(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Rooms for the people within the caller's scope: those of their delegations and of the delegations above these."""
    edition_id = call.edition(edition).id
    paged: Any = {"delegation": query.get("delegation", ""), "number": query["page"], "size": query["page_size"]}
    page = hotel_queries.rooms_page(call.db, edition_id, within=call.within(edition_id), **paged)
    return page.of([_serialize(call, row) for row in page.items])


@blueprint.creates(ROOMS, NewHotelRoomSchema, HotelRoomSchema, needs=EDIT)
def create_hotel_room(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a room to a delegation."""
    edition_id = call.edition(edition).id
    try:
        delegation = queries.get_delegation(
            call.db, edition_id, values.pop("delegation"), within=call.within(edition_id)
        )
    except NotFound as error:
        raise Invalid(fields={"delegation": "unknown"}) from error
    [row] = hotel_services.create_rooms(call.db, delegation, values, actor=call.actor, now=call.now)
    return _serialize(call, row)


@blueprint.reads(ROOM, HotelRoomSchema, needs=SEE)
def read_hotel_room(call: Call, edition: str, room_id: int) -> With:
    """One room."""
    return _serialize(call, _room(call, edition, room_id))


@blueprint.changes(ROOM, NewHotelRoomSchema, HotelRoomSchema, without=("delegation",), needs=EDIT)
def change_hotel_room(call: Call, changes: dict[str, Any], version: int, edition: str, room_id: int) -> With:
    """Change a room. People who have it for all its nights keep it when its nights change."""
    edition_id = call.edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return _serialize(call, hotel_services.update_room(call.db, edition_id, room_id, changes, **by))


@blueprint.removes(ROOM, RemovalSchema, needs=EDIT)
def remove_hotel_room(call: Call, version: int, edition: str, room_id: int) -> Removal:
    """Remove a room. Its people then have no room."""
    edition_id = call.edition(edition).id
    return hotel_services.remove_room(call.db, edition_id, room_id, version=version, actor=call.actor, now=call.now)


@blueprint.lists(STAYS, RoomStaySchema, needs=SEE)
def list_room_stays(call: Call, query: dict[str, Any], edition: str, room_id: int) -> Page[RoomStay]:
    """The occupants of a room by night, within the caller's scope."""
    row = _room(call, edition, room_id)
    within, size = call.within(row.edition_id), query["page_size"]
    return hotel_queries.stays_page(call.db, row, within=within, number=query["page"], size=size)


@blueprint.creates(STAYS, NewRoomStaySchema, RoomStaySchema, needs=EDIT)
def add_room_stay(call: Call, values: dict[str, Any], edition: str, room_id: int) -> RoomStay:
    """Give someone a room on nights on which they have no other one."""
    row = _room(call, edition, room_id)
    who = values.pop("registration_id")
    return stays.add_stay(call.db, row, who, values, actor=call.actor, now=call.now)


@blueprint.reads(STAY, RoomStaySchema, needs=SEE)
def read_room_stay(call: Call, edition: str, room_id: int, stay_id: int) -> RoomStay:
    """One person in a room."""
    return _stay(call, edition, room_id, stay_id)


@blueprint.changes(STAY, StayShape, RoomStaySchema, needs=EDIT)
def change_room_stay(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, room_id: int, stay_id: int
) -> RoomStay:
    """Change someone's nights in a room, or whether they agreed to share it."""
    row = _stay(call, edition, room_id, stay_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return stays.update_stay(call.db, row.edition_id, row.id, changes, **by)


@blueprint.removes(STAY, RemovalSchema, needs=EDIT)
def remove_room_stay(call: Call, version: int, edition: str, room_id: int, stay_id: int) -> Removal:
    """Take someone out of a room."""
    row = _stay(call, edition, room_id, stay_id)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return stays.remove_stay(call.db, row.edition_id, row.id, **by)


def _serialize(call: Call, row: HotelRoom) -> With:
    """Hide the requests to the hotel from callers who may not see registrants' answers."""
    within = call.access(row.edition_id).within(Permission.SEE_ANSWERS)
    return With(row) if within is None or row.delegation_id in within else With(row, requests={})


def _room(call: Call, edition: str, room_id: int) -> HotelRoom:
    edition_id = call.edition(edition).id
    return hotel_queries.get_room(call.db, edition_id, room_id, within=call.within(edition_id))


def _stay(call: Call, edition: str, room_id: int, stay_id: int) -> RoomStay:
    return hotel_queries.get_stay(
        call.db, _room(call, edition, room_id), stay_id, within=call.within(call.edition(edition).id)
    )
