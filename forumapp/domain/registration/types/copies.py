"""What of the registration the next edition begins with: types with their questions, closed and with nobody in them."""

from __future__ import annotations

from forumapp.domain.accounts.edition_copies import ClonePart
from forumapp.domain.registration.models import ConsentText, EditionPlaces, RegistrationType

TYPES = ClonePart(
    "registration-types",
    RegistrationType,
    (
        "code",
        "name",
        "description",
        "quota",
        "needs_approval",
        "needs_email_confirmation",
        "hold_minutes",
        "is_transferable",
        "is_media",
        "by_invitation",
        "plus_ones",
        "color",
        "admits",
        "position",
        "questions",
        "is_limited",
        "offer_hours",
    ),
    links={"badge_design_id": "badge_design"},
)
PLACES = ClonePart("edition-places", EditionPlaces, ("quota",))
CONSENTS = ClonePart("consent-texts", ConsentText, ("purpose", "is_asked", "number", "text"))
