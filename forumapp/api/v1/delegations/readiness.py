"""Readiness: what the members of a delegation still lack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import NameSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.proofs.readiness import gaps_told, readiness
from forumapp.schemas.choices import Gap, MemberRole
from forumapp.schemas.fields import Bilingual, Choice, Id, Part, Shape

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.proofs.readiness import ReadyLine

blueprint = ApiBlueprint("Readiness", __name__, description="What the members of a delegation lack.")


class ReadinessQuery(SearchQuery):
    missing = Choice(Gap, metadata={"description": "Only members who lack this; `total` counts them."})


class ReadyLineSchema(Shape):
    id = Id(required=True, attribute="member_id")
    registration_id = Id()
    person_id = Id()
    delegation_id = Id()
    delegation = Bilingual()
    role = Choice(MemberRole)
    name = Part(NameSchema)
    missing = ma.fields.List(Choice(Gap), metadata={"description": "Of what the caller may see of these people."})


@blueprint.lists(
    "/editions/<slug:edition>/delegations/<slug:code>/readiness",
    ReadyLineSchema,
    query=ReadinessQuery,
    needs=Permission.SEE_DELEGATIONS,
)
def list_readiness(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[ReadyLine]:
    """The members of a delegation and of its parts with what each of them lacks."""
    edition_row = call.edition(edition)
    row = get_delegation(call.db, edition_row.id, code, within=call.within(edition_row.id))
    gaps = gaps_told(call.access(edition_row.id), row.id)
    narrowed: Any = {"missing": query.get("missing"), "search": query["q"]}
    paging: Any = {"number": query["page"], "size": query["page_size"]}
    return readiness(call.db, row, gaps, (edition_row.starts_on, edition_row.ends_on), **narrowed, **paging).page
