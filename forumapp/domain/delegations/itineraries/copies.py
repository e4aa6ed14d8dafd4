"""What of an edition's itineraries the next one begins with: where one goes and how long that takes, and no item."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.forums.models import Venue
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, ItinerarySettings

PLACES = ClonePart(
    "itinerary-places",
    ItineraryPlace,
    ("code", "kind", "name", "address", "zone", "phone", "buffer_minutes", "connection_minutes"),
    links={"venue_id": Venue.__tablename__},
)
SETTINGS = ClonePart(
    "itinerary-settings",
    ItinerarySettings,
    ("travel_minutes", "connection_minutes", "emergency_numbers", "consulate"),
)
