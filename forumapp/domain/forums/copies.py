"""What of an edition's own records the next one begins with."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.forums.models import ContentPage, EditionHost, Room, SponsorLevel, Venue

VENUES = ClonePart("venues", Venue, ("code", "name", "address", "map_url", "floor_plan_id", "zone", "travel_minutes"))
ROOMS = ClonePart(
    "rooms", Room, ("code", "name", "capacity", "layouts", "position"), links={"venue_id": Venue.__tablename__}
)
LEVELS = ClonePart("sponsor-levels", SponsorLevel, ("name", "position"))
HOSTS = ClonePart(
    "hosts",
    EditionHost,
    ("organization_id", "role", "print_order", "logo_id", "remark"),
    links={"level_id": SponsorLevel.__tablename__},
    optional=True,
)
# The text alone: whose letter it is, and their picture, is said anew, and nothing is published before it was read.
PAGES = ClonePart("content-pages", ContentPage, ("code", "kind", "title", "body", "position"), optional=True)
