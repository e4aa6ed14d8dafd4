"""What is to be mended in an edition, as values with a code and those it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.checks import edition_findings
from forumapp.schemas.fields import Part, Shape

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.paging import Page

blueprint = ApiBlueprint("Findings", __name__, description="What is to be mended before printing.")


class PartySchema(Shape):
    kind = ma.fields.String(required=True)
    id = ma.fields.Integer(required=True)


class FindingSchema(Shape):
    code = ma.fields.String(required=True, metadata={"examples": ["room-clash"]})
    blocking = ma.fields.Boolean(required=True, metadata={"description": "It must be mended before printing."})
    subject = ma.fields.String(required=True, metadata={"description": "Whom or what it concerns, as people read it."})
    parties = ma.fields.List(Part(PartySchema), required=True)
    details = ma.fields.Dict(keys=ma.fields.String())


@blueprint.lists("/editions/<slug:edition>/findings", FindingSchema, needs=Permission.SEE_AGENDA)
def list_findings(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """All that should be mended before printing, as `forumapp check` lists it; what blocks comes first."""
    config: Config = current_app.extensions["forumapp.config"]
    of = call.edition(edition)
    allowed = call.access(of.id)
    limits = {
        "within": allowed.within(Permission.SEE_REGISTRATIONS),
        "within_days": allowed.within(Permission.SEE_ITINERARIES),
        "within_proofs": allowed.within(Permission.SEE_PROOFS),
    }
    found = edition_findings(call.db, of, config.data_dir / "fonts", **limits)
    return page_from(
        found,
        query,
        lambda one: {
            "code": one.code,
            "blocking": one.blocking,
            "subject": one.subject,
            "parties": [{"kind": kind, "id": party_id} for kind, party_id in one.parties],
            "details": one.details,
        },
    )
