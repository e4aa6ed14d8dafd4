"""An edition's venues and rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums import queries
from forumapp.domain.forums.rules import LINK
from forumapp.domain.forums.venues import services as venues_services
from forumapp.domain.images.queries import get_image
from forumapp.schemas.choices import Layout
from forumapp.schemas.fields import Bilingual, Id, Part, Shape, Text, WholeNumber, Zone

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Room, Venue
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture

VENUE = "/editions/<slug:edition>/venues/<id:venue_id>"
FLOOR_PLAN = f"{VENUE}/floor-plan"

blueprint = ApiBlueprint("Venues", __name__, description="Venues and their rooms.")


class NewVenueSchema(Shape):
    code = Slug(required=True)
    name = Bilingual(needed=True)
    address = Bilingual(metadata={"description": "As it is shown to a driver, and on signs."})
    map_url = Text(
        pattern=LINK,
        longest=2000,
        allow_none=True,
        metadata={"description": "A page with a map, linked from the site."},
    )
    zone = Zone(required=True)
    travel_minutes = WholeNumber(
        least=0,
        most=1440,
        allow_none=True,
        metadata={"description": "To get there from another venue; null counts as the travel minutes of itineraries."},
    )


class VenueSchema(KeptSchema, NewVenueSchema):
    floor_plan_id = Id(allow_none=True, metadata={"description": "Another one with each picture; null without one."})


class LayoutsSchema(Shape.from_dict({layout: WholeNumber(least=0) for layout in Layout}, name="Layouts")):  # type: ignore[misc]  # made at run time
    pass


class NewRoomSchema(Shape):
    code = Slug(required=True)
    venue_id = Id(required=True)
    name = Bilingual(needed=True)
    capacity = WholeNumber(least=0, metadata={"description": "How many it seats in its usual layout."})
    layouts = Part(LayoutsSchema, metadata={"description": "How many it seats in each layout that it can have."})
    position = WholeNumber()


class RoomSchema(KeptSchema, NewRoomSchema):
    pass


@blueprint.lists("/editions/<slug:edition>/venues", VenueSchema, needs=Permission.SEE_EDITION)
def list_venues(call: Call, query: dict[str, Any], edition: str) -> Page[Venue]:
    """The venues of an edition."""
    edition_id = call.edition(edition).id
    return queries.venues_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates("/editions/<slug:edition>/venues", NewVenueSchema, VenueSchema, needs=Permission.EDIT_EDITION)
def create_venue(call: Call, values: dict[str, Any], edition: str) -> Venue:
    """Add a venue."""
    return venues_services.create_venue(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(VENUE, VenueSchema, needs=Permission.SEE_EDITION)
def read_venue(call: Call, edition: str, venue_id: int) -> Venue:
    """One venue."""
    return queries.get_venue(call.db, call.edition(edition).id, venue_id)


@blueprint.changes(
    VENUE,
    NewVenueSchema,
    VenueSchema,
    without=("code",),
    needs=Permission.EDIT_EDITION,
)
def change_venue(call: Call, changes: dict[str, Any], version: int, edition: str, venue_id: int) -> Venue:
    """Change a venue."""
    edition_id = call.edition(edition).id
    return venues_services.update_venue(
        call.db, edition_id, venue_id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(VENUE, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_venue(call: Call, version: int, edition: str, venue_id: int) -> Removal:
    """Take a venue away. Refused while it has rooms."""
    edition_id = call.edition(edition).id
    return venues_services.remove_venue(call.db, edition_id, venue_id, version=version, actor=call.actor, now=call.now)


@blueprint.shows_picture(FLOOR_PLAN, needs=Permission.SEE_EDITION)
def read_floor_plan(call: Call, edition: str, venue_id: int) -> Image:
    """A venue's floor plan."""
    return get_image(call.db, queries.get_venue(call.db, call.edition(edition).id, venue_id).floor_plan_id)


@blueprint.takes_picture(FLOOR_PLAN, VenueSchema, record_path=VENUE, needs=Permission.EDIT_EDITION)
def change_floor_plan(call: Call, picture: Picture, version: int, edition: str, venue_id: int) -> Venue:
    """Give a venue a floor plan: PNG, JPEG, WebP, GIF or SVG. It is checked, and kept smaller where it is large."""
    return _with_floor_plan(call, picture, version, edition, venue_id)


@blueprint.drops_picture(FLOOR_PLAN, VenueSchema, record_path=VENUE, needs=Permission.EDIT_EDITION)
def remove_floor_plan(call: Call, version: int, edition: str, venue_id: int) -> Venue:
    """Take a venue's floor plan away."""
    return _with_floor_plan(call, None, version, edition, venue_id)


def _with_floor_plan(call: Call, picture: Picture | None, version: int, edition: str, venue_id: int) -> Venue:
    edition_id, changes = call.edition(edition).id, {"floor_plan": picture}
    return venues_services.update_venue(
        call.db, edition_id, venue_id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.lists("/editions/<slug:edition>/rooms", RoomSchema, needs=Permission.SEE_EDITION)
def list_rooms(call: Call, query: dict[str, Any], edition: str) -> Page[Room]:
    """The rooms of an edition, in the organizers' order."""
    return queries.rooms_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])


@blueprint.reads("/editions/<slug:edition>/rooms/order", OrderSchema, needs=Permission.SEE_EDITION)
def read_room_order(call: Call, edition: str) -> Order:
    """The rooms' order, by their ids."""
    return queries.room_order(call.db, call.edition(edition).id)


@blueprint.replaces("/editions/<slug:edition>/rooms/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_EDITION)
def order_rooms(call: Call, values: dict[str, Any], version: int, edition: str) -> Order:
    """Put all rooms in order. It counts among those of one venue, which stand together."""
    edition_id = call.edition(edition).id
    return venues_services.order_rooms(
        call.db, edition_id, values["ids"], version=version, actor=call.actor, now=call.now
    )


@blueprint.creates("/editions/<slug:edition>/rooms", NewRoomSchema, RoomSchema, needs=Permission.EDIT_EDITION)
def create_room(call: Call, values: dict[str, Any], edition: str) -> Room:
    """Add a room."""
    return venues_services.create_room(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads("/editions/<slug:edition>/rooms/<id:room_id>", RoomSchema, needs=Permission.SEE_EDITION)
def read_room(call: Call, edition: str, room_id: int) -> Room:
    """One room."""
    return queries.get_room(call.db, call.edition(edition).id, room_id)


@blueprint.changes(
    "/editions/<slug:edition>/rooms/<id:room_id>",
    NewRoomSchema,
    RoomSchema,
    without=("code",),
    needs=Permission.EDIT_EDITION,
)
def change_room(call: Call, changes: dict[str, Any], version: int, edition: str, room_id: int) -> Room:
    """Change a room."""
    edition_id = call.edition(edition).id
    return venues_services.update_room(
        call.db, edition_id, room_id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes("/editions/<slug:edition>/rooms/<id:room_id>", RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_room(call: Call, version: int, edition: str, room_id: int) -> Removal:
    """Take a room away. Refused while sessions are in it."""
    edition_id = call.edition(edition).id
    return venues_services.remove_room(call.db, edition_id, room_id, version=version, actor=call.actor, now=call.now)
