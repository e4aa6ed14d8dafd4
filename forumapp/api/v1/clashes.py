"""People who can't be where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import NameSchema, SpanSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.clash_queries import clashes_page
from forumapp.schemas.choices import ClashKind, PartyKind
from forumapp.schemas.fields import Bilingual, Choice, Code, Id, Part, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page
    from forumapp.domain.delegations.clash_queries import ClashLine

CLASHES = "/editions/<slug:edition>/clashes"

blueprint = ApiBlueprint("Clashes", __name__, description="People who can't be where they are wanted.")


class ClashQuery(SearchQuery):
    delegation = Code(metadata={"description": "The code of a delegation: its people, and those of its parts."})
    kind = Choice(ClashKind)


class SideSchema(Shape):
    kind = Choice(PartyKind, required=True)
    id = Id(required=True)
    title = Bilingual()
    span = Part(SpanSchema, required=True)


class ClashSchema(Shape):
    person_id = Id(required=True)
    name = Part(NameSchema)
    kind = Choice(ClashKind, required=True)
    minutes = WholeNumber(required=True, metadata={"description": "How many are lacking between the two."})
    one = Part(SideSchema, required=True)
    other = Part(SideSchema, required=True, metadata={"description": "The later one."})


@blueprint.lists(CLASHES, ClashSchema, query=ClashQuery, needs=Permission.SEE_ITINERARIES)
def list_clashes(call: Call, query: dict[str, Any], edition: str) -> Page[ClashLine]:
    """Who is wanted in two places at once, or has too few minutes between them: in order of time."""
    of = call.edition(edition).id
    return clashes_page(
        call.db,
        of,
        within=call.within(of),
        delegation=query.get("delegation", ""),
        search=query["q"],
        kind=query.get("kind"),
        number=query["page"],
        size=query["page_size"],
    )
