"""Plus-ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.registrations.registration import REGISTRATION, RegistrationLineSchema
from forumapp.api.v1.shapes import page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.registration.groups.plus_ones import add_plus_one, plus_ones_of
from forumapp.domain.registration.lists.queries import get_line, get_registration
from forumapp.schemas.choices import Source
from forumapp.schemas.registration import NewPlusOneSchema, applicant_of

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.registration.lists.queries import RegistrationLine

PLUS_ONES = f"{REGISTRATION}/plus-ones"

blueprint = ApiBlueprint("Plus-ones", __name__, description="Who comes along with someone.")


@blueprint.lists(PLUS_ONES, RegistrationLineSchema, needs=Permission.SEE_REGISTRATIONS)
def list_plus_ones(call: Call, query: dict[str, Any], edition: str, registration_id: int) -> Page[Any]:
    """All plus-ones of a registration."""
    edition_id = call.edition(edition).id
    within, answers = call.within(edition_id), call.access(edition_id).within(Permission.SEE_ANSWERS)
    get_registration(call.db, edition_id, registration_id, within=within)
    return page_from(plus_ones_of(call.db, edition_id, registration_id, within=within, details_within=answers), query)


@blueprint.creates(
    PLUS_ONES, NewPlusOneSchema, RegistrationLineSchema, located_by=None, needs=Permission.DECIDE_REGISTRATIONS
)
def create_plus_one(call: Call, values: dict[str, Any], edition: str, registration_id: int) -> RegistrationLine:
    """Register a plus-one, with a spot, a code and a badge of their own. Mail goes to the principal."""
    edition_id = call.edition(edition).id
    language = get_registration(call.db, edition_id, registration_id).language
    by: Any = {"source": Source.API, "language": language, "actor": call.actor, "now": call.now}
    placed = add_plus_one(call.db, edition_id, registration_id, applicant_of(values), **by)
    return get_line(call.db, edition_id, placed.registration_id or 0)
