"""The result of registering as it is returned, and registering by a signed personal link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.core.errors import Invalid, refuse_faults
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.registration.personal_links.api_links import LINKS, register_by_link
from forumapp.schemas.choices import RegistrationStatus
from forumapp.schemas.fields import Choice, Flag, Id, Instant, Shape, WholeNumber
from forumapp.schemas.registration import applicant_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forumapp.api.auth import Call
    from forumapp.core.tokens import Links
    from forumapp.domain.registration.rules import Placed


class PlacedSchema(Shape):
    """For the public the status, and by when to confirm the email address, which does not reveal who takes part:
    code and link come by mail.
    """

    status = Choice(RegistrationStatus, required=True)
    registration_id = Id()
    queue_number = WholeNumber()
    short_code = ma.fields.String()
    confirm_by = Instant()  # by when the email address has to be confirmed
    holds_spot = Flag(metadata={"description": "Whether a spot is held until then."})


class PlacedTogetherSchema(PlacedSchema):
    plus_ones = ma.fields.List(ma.fields.Nested(PlacedSchema))


def serialize_placed(call: Call, edition_id: int, placed: Placed) -> dict[str, Any]:
    """The public learns the status, and by when to confirm the email address."""
    if placed.confirm_by is not None:
        return {"status": placed.status, "confirm_by": placed.confirm_by, "holds_spot": placed.holds_spot}
    if call.access(edition_id).reach(Permission.DECIDE_REGISTRATIONS) is not Reach.ALL:
        return {"status": placed.status}
    columns = {
        "status": placed.status,
        "registration_id": placed.registration_id,
        "queue_number": placed.queue_number,
        "short_code": placed.short,
    }
    return {name: value for name, value in columns.items() if value is not None}


def by_link(
    call: Call,
    edition_id: int,
    type_code: str,
    values: Mapping[str, Any],
    *,
    link: str,
    language: str,
    forbidden: Mapping[str, Any],
) -> Placed:
    """`forbidden` are fields that a link forbids: the link itself says whose spot it is."""
    refuse_faults({name: "unknown" if value else None for name, value in forbidden.items()})
    links: Links = current_app.extensions["forumapp.links"]
    for purpose in LINKS:
        signed = links.read(purpose, link, now=call.now)
        if signed is not None:
            by: Any = {"language": language, "actor": call.actor, "now": call.now}
            row_id, number = map(int, signed)
            by["link"] = (purpose, row_id, number)
            return register_by_link(call.db, edition_id, type_code, applicant_of(values), **by)
    raise Invalid(fields={"link": "unknown"})
