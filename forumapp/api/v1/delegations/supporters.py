"""The organizations that support a delegation without leading it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.members import roster
from forumapp.schemas.fields import Id, Shape, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation, DelegationSupporter

blueprint = ApiBlueprint("Supporters", __name__, description="The organizations that support a delegation.")
SUPPORTERS = "/editions/<slug:edition>/delegations/<slug:code>/supporters"


class NewSupporterSchema(Shape):
    organization_id = Id(required=True)


class SupporterSchema(KeptSchema, NewSupporterSchema):
    delegation_id = Id()
    position = WholeNumber()


@blueprint.lists(SUPPORTERS, SupporterSchema, needs=Permission.SEE_DELEGATIONS)
def list_supporters(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[DelegationSupporter]:
    """Who supports a delegation, in the order in which they are named."""
    row = _delegation(call, edition, code)
    return roster.supporters_page(call.db, row, number=query["page"], size=query["page_size"])


@blueprint.creates(SUPPORTERS, NewSupporterSchema, SupporterSchema, needs=Permission.EDIT_DELEGATIONS)
def add_supporter(call: Call, values: dict[str, Any], edition: str, code: str) -> DelegationSupporter:
    """Name an organization as a supporter, after those that are named already."""
    return roster.add_supporter(call.db, _delegation(call, edition, code), **values, actor=call.actor, now=call.now)


@blueprint.reads(f"{SUPPORTERS}/<id:supporter_id>", SupporterSchema, needs=Permission.SEE_DELEGATIONS)
def read_supporter(call: Call, edition: str, code: str, supporter_id: int) -> DelegationSupporter:
    """One supporter."""
    return roster.get_supporter(call.db, _delegation(call, edition, code), supporter_id)


@blueprint.removes(f"{SUPPORTERS}/<id:supporter_id>", RemovalSchema, needs=Permission.EDIT_DELEGATIONS)
def remove_supporter(call: Call, version: int, edition: str, code: str, supporter_id: int) -> Removal:
    """Take a supporter away. The organization stays."""
    row = roster.get_supporter(call.db, _delegation(call, edition, code), supporter_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return roster.remove_supporter(call.db, row.edition_id, row.id, **by)


def _delegation(call: Call, edition: str, code: str) -> Delegation:
    edition_id = call.edition(edition).id
    return queries.get_delegation(call.db, edition_id, code, within=call.within(edition_id))
