"""Delegations and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NameSchema, RemovalSchema, TitleSchema
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.members import roster, services
from forumapp.schemas.choices import MemberRole, RegistrationStatus
from forumapp.schemas.fields import Bilingual, Choice, Code, Day, Flag, Id, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
    from forumapp.domain.delegations.queries import MemberLine

blueprint = ApiBlueprint("Delegations", __name__, description="Delegations and their members.")
DELEGATION = "/editions/<slug:edition>/delegations/<slug:code>"


class NewDelegationSchema(Shape):
    code = Code(required=True)
    name = Bilingual(needed=True)
    origin = Bilingual()
    parent_id = Id(allow_none=True)
    lead_organization_id = Id(allow_none=True)
    liaison_id = Id(allow_none=True)
    liaison_phone = Text(
        longest=50,
        metadata={"description": "Shown to the members. Cleared when the liaison changes without a new number."},
    )
    quota = WholeNumber(least=0, allow_none=True)
    arrives_on = Day(allow_none=True)
    departs_on = Day(allow_none=True)
    position = WholeNumber()


class DelegationSchema(KeptSchema, NewDelegationSchema):
    members = WholeNumber(required=True)
    is_sample = Flag()


class NewMemberSchema(Shape):
    registration_id = Id(required=True)
    role = Choice(MemberRole, load_default=MemberRole.MEMBER)


class MemberSchema(KeptSchema):
    registration_id = Id()
    delegation_id = Id()
    role = Choice(MemberRole)


class MemberLineSchema(Shape):
    id = Id(required=True, attribute="member_id")
    registration_id = Id()
    person_id = Id()
    delegation_id = Id()
    role = Choice(MemberRole)
    status = Choice(RegistrationStatus)
    name = Part(NameSchema)
    form_of_address = Bilingual()
    titles = ma.fields.List(Part(TitleSchema))


@blueprint.lists("/editions/<slug:edition>/delegations", DelegationSchema, needs=Permission.SEE_DELEGATIONS)
def list_delegations(call: Call, query: dict[str, Any], edition: str) -> Page[Delegation]:
    """The delegations of an edition. `members` counts those of all parts too."""
    edition_id = call.edition(edition).id
    return queries.delegations_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )


@blueprint.creates(
    "/editions/<slug:edition>/delegations",
    NewDelegationSchema,
    DelegationSchema,
    located_by="code",
    needs=Permission.SET_UP_DELEGATIONS,
)
def create_delegation(call: Call, values: dict[str, Any], edition: str) -> Delegation:
    """Add a delegation."""
    return services.create_delegation(call.db, call.edition(edition).id, values, actor=call.actor, now=call.now)


@blueprint.reads(DELEGATION, DelegationSchema, needs=Permission.SEE_DELEGATIONS)
def read_delegation(call: Call, edition: str, code: str) -> Delegation:
    """One delegation."""
    return _delegation(call, edition, code)


@blueprint.changes(
    DELEGATION, NewDelegationSchema, DelegationSchema, without=("code",), needs=Permission.EDIT_DELEGATIONS
)
def change_delegation(call: Call, changes: dict[str, Any], version: int, edition: str, code: str) -> Delegation:
    """Change a delegation."""
    row = _delegation(call, edition, code)
    return services.update_delegation(
        call.db, row.edition_id, row.id, changes, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(DELEGATION, RemovalSchema, needs=Permission.SET_UP_DELEGATIONS)
def remove_delegation(call: Call, version: int, edition: str, code: str) -> Removal:
    """Remove a delegation with its itinerary. Refused if it ever had members, and while it has parts."""
    row = _delegation(call, edition, code)
    return services.remove_delegation(call.db, row.edition_id, row.id, version=version, actor=call.actor, now=call.now)


@blueprint.lists(f"{DELEGATION}/members", MemberLineSchema, query=SearchQuery, needs=Permission.SEE_DELEGATIONS)
def list_members(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[MemberLine]:
    """The members of a delegation and of its parts, heads first."""
    row = _delegation(call, edition, code)
    return queries.members_page(call.db, row, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.creates(f"{DELEGATION}/members", NewMemberSchema, MemberSchema, needs=Permission.EDIT_DELEGATIONS)
def add_member(call: Call, values: dict[str, Any], edition: str, code: str) -> DelegationMember:
    """Put a registration into a delegation."""
    row = _delegation(call, edition, code)
    return services.add_member(call.db, row, **values, actor=call.actor, now=call.now)


@blueprint.reads(f"{DELEGATION}/members/<id:member_id>", MemberSchema, needs=Permission.SEE_DELEGATIONS)
def read_member(call: Call, edition: str, code: str, member_id: int) -> DelegationMember:
    """One member."""
    return queries.get_member(call.db, _delegation(call, edition, code), member_id)


@blueprint.changes(
    f"{DELEGATION}/members/<id:member_id>",
    NewMemberSchema,
    MemberSchema,
    without=("registration_id",),
    needs=Permission.EDIT_DELEGATIONS,
)
def change_member(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, code: str, member_id: int
) -> DelegationMember:
    """Change a member's role. A delegation has at most one head."""
    row = _delegation(call, edition, code)
    queries.get_member(call.db, row, member_id)
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return roster.update_member(call.db, row.edition_id, member_id, changes, **by)


@blueprint.removes(f"{DELEGATION}/members/<id:member_id>", RemovalSchema, needs=Permission.EDIT_DELEGATIONS)
def remove_member(call: Call, version: int, edition: str, code: str, member_id: int) -> Removal:
    """Remove a member. They stay on record with the day they left."""
    row = _delegation(call, edition, code)
    queries.get_member(call.db, row, member_id)
    return services.remove_member(call.db, row.edition_id, member_id, version=version, actor=call.actor, now=call.now)


def _delegation(call: Call, edition: str, code: str) -> Delegation:
    edition_id = call.edition(edition).id
    return queries.get_delegation(call.db, edition_id, code, within=call.within(edition_id))
