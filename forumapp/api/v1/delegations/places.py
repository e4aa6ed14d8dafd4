"""Places of an edition's itineraries, travel times, and emergency numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, Slug
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.itineraries import places
from forumapp.domain.forums.rules import MOST_MINUTES
from forumapp.schemas.choices import PlaceKind
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Flag, Id, Shape, Text, WholeNumber, Zone

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.itineraries.places import Settings
    from forumapp.domain.forums.venues.travel_places import ItineraryPlace

PLACES = "/editions/<slug:edition>/itinerary-places"
PLACE = f"{PLACES}/<id:place_id>"
SETTINGS = "/editions/<slug:edition>/itinerary-settings"

blueprint = ApiBlueprint(
    "Itinerary places", __name__, description="Ports, hotels and other places of itineraries, and the minutes between."
)


class NewItineraryPlaceSchema(Shape):
    code = Slug(required=True)
    kind = Choice(PlaceKind, required=True)
    name = Bilingual(needed=True)
    address = Bilingual(metadata={"description": "As it is shown to a driver, in each language."})
    zone = Zone(required=True)
    phone = Text(longest=50)
    venue_id = Id(allow_none=True, metadata={"description": "The edition's venue, where it is one."})
    buffer_minutes = WholeNumber(
        least=0, most=MOST_MINUTES, allow_none=True, metadata={"description": "To reach or leave it."}
    )
    connection_minutes = WholeNumber(
        least=0, most=MOST_MINUTES, allow_none=True, metadata={"description": "Between two legs at it."}
    )


class ItineraryPlaceSchema(KeptSchema, NewItineraryPlaceSchema):
    is_sample = Flag()


class NewItinerarySettingsSchema(Shape):
    travel_minutes = WholeNumber(
        least=0, most=MOST_MINUTES, required=True, metadata={"description": "From one place to another."}
    )
    connection_minutes = WholeNumber(
        least=0, most=MOST_MINUTES, required=True, metadata={"description": "From one leg to the next."}
    )
    emergency_numbers = Bilingual(
        longest=PARAGRAPHS,
        metadata={"description": "Police, ambulance and others, shown to all members."},
    )
    consulate = Bilingual(
        longest=PARAGRAPHS, metadata={"description": "Or embassy: its name, address and number, likewise."}
    )


class ItinerarySettingsSchema(NewItinerarySettingsSchema):
    version = WholeNumber(required=True, metadata={"description": "0 while nobody has changed them."})


@blueprint.lists(PLACES, ItineraryPlaceSchema, needs=Permission.SEE_ITINERARIES)
def list_itinerary_places(call: Call, query: dict[str, Any], edition: str) -> Page[ItineraryPlace]:
    """The places that itineraries may name."""
    edition_id = call.edition(edition).id
    return places.places_page(call.db, edition_id, number=query["page"], size=query["page_size"])


@blueprint.creates(PLACES, NewItineraryPlaceSchema, ItineraryPlaceSchema, needs=Permission.SET_UP_DELEGATIONS)
def create_itinerary_place(call: Call, values: dict[str, Any], edition: str) -> ItineraryPlace:
    """Add a place."""
    return places.create_place(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(PLACE, ItineraryPlaceSchema, needs=Permission.SEE_ITINERARIES)
def read_itinerary_place(call: Call, edition: str, place_id: int) -> ItineraryPlace:
    """One place."""
    return places.get_place(call.db, call.edition(edition).id, place_id)


@blueprint.changes(
    PLACE,
    NewItineraryPlaceSchema,
    ItineraryPlaceSchema,
    without=("code",),
    needs=Permission.SET_UP_DELEGATIONS,
)
def change_itinerary_place(
    call: Call, changes: dict[str, Any], version: int, edition: str, place_id: int
) -> ItineraryPlace:
    """Change a place. Items there keep their times and zones."""
    edition_id = call.edition(edition).id
    return places.update_place(call.db, edition_id, place_id, changes, version=version, actor=call.actor, now=call.now)


@blueprint.removes(PLACE, RemovalSchema, needs=Permission.SET_UP_DELEGATIONS)
def remove_itinerary_place(call: Call, version: int, edition: str, place_id: int) -> Removal:
    """Take a place away. Refused while items are there."""
    edition_id = call.edition(edition).id
    return places.remove_place(call.db, edition_id, place_id, version=version, actor=call.actor, now=call.now)


@blueprint.reads(SETTINGS, ItinerarySettingsSchema, needs=Permission.SEE_ITINERARIES)
def read_itinerary_settings(call: Call, edition: str) -> Settings:
    """How long it takes from place to place and from leg to leg, where a place says nothing else, and whom to call in
    an emergency.
    """
    return places.settings_of(call.db, call.edition(edition).id)


@blueprint.changes(SETTINGS, NewItinerarySettingsSchema, ItinerarySettingsSchema, needs=Permission.SET_UP_DELEGATIONS)
def change_itinerary_settings(call: Call, changes: dict[str, Any], version: int, edition: str) -> Settings:
    """Change the settings of all itineraries of the edition."""
    edition_id = call.edition(edition).id
    return places.change_settings(call.db, edition_id, changes, version=version, actor=call.actor, now=call.now)
