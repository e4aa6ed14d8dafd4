"""What is to be mended in an edition, as values with a code and those it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.domain.agenda.queries import agenda_findings
from forumapp.schemas.fields import Part, Shape

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page

blueprint = ApiBlueprint("Findings", __name__, description="Clashes and gaps to mend.")


class PartySchema(Shape):
    kind = ma.fields.String(required=True)
    id = ma.fields.Integer(required=True)


class FindingSchema(Shape):
    code = ma.fields.String(required=True, metadata={"examples": ["room-clash"]})
    blocking = ma.fields.Boolean(required=True, metadata={"description": "It must be mended before printing."})
    parties = ma.fields.List(Part(PartySchema), required=True)
    details = ma.fields.Dict(keys=ma.fields.String())


@blueprint.lists("/editions/<slug:edition>/findings", FindingSchema)
def list_findings(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Clashes and gaps of the agenda that is being worked on."""
    found = agenda_findings(call.db, call.edition(edition).id)
    return page_from(
        found,
        query,
        lambda one: {
            "code": one.code,
            "blocking": one.blocking,
            "parties": [{"kind": kind, "id": party_id} for kind, party_id in one.parties],
            "details": one.details,
        },
    )
