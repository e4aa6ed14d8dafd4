"""The places of a whole edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.lists import queries
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from forumapp.schemas.fields import Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.registration.lists.queries import EditionTotal

PLACES = "/editions/<slug:edition>/places"

blueprint = ApiBlueprint("Places", __name__, description="The places of a whole edition, whichever types they are of.")


class NewPlacesSchema(Shape):
    quota = WholeNumber(
        least=0,
        required=True,
        allow_none=True,
        metadata={"description": "The spots of all types together; null for no limit besides their own."},
    )


class PlacesSchema(NewPlacesSchema):
    taken = WholeNumber(required=True)
    over = WholeNumber(required=True, metadata={"description": "Given over capacity, counted apart."})
    version = WholeNumber(required=True, metadata={"description": "0 until a limit is first set."})


@blueprint.reads(PLACES, PlacesSchema, needs=Permission.SEE_REGISTRATIONS)
def read_places(call: Call, edition: str) -> EditionTotal:
    """How many places there are in all, and how many are given."""
    return queries.edition_places(call.db, call.whole_edition(edition).id)


@blueprint.changes(PLACES, NewPlacesSchema, PlacesSchema, needs=Permission.EDIT_EDITION)
def limit_places(call: Call, changes: dict[str, Any], version: int, edition: str) -> EditionTotal:
    """Limit the spots of all types together. Additional spots go to the waitlist at once, longest waiting
    first, of the types that have room.
    """
    edition_id = call.edition(edition).id
    quota = changes.get("quota", queries.edition_places(call.db, edition_id).quota)
    return set_edition_places(call.db, edition_id, quota, version=version, actor=call.actor, now=call.now)
