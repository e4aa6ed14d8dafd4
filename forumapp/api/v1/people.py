"""People and organizations, across editions: for those who own one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema
from forumapp.domain.people import queries, services
from forumapp.schemas.choices import NameOrder, OrganizationKind
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Code, Flag, Id, Language, ListOf, Shape, Text

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page
    from forumapp.domain.people.models import Organization, Person

MOST_LANGUAGES = 10
REGION = r"^[A-Z]{2}$"
EMAIL = r"^[^@\s]+@[^@\s]+$"

blueprint = ApiBlueprint("People", __name__, description="People and organizations across editions.")


class NewPersonSchema(Shape):
    latin_family = Text(longest=100)
    latin_given = Text(longest=100)
    name_order = Choice(NameOrder)
    native_full = Text(longest=100)
    native_family = Text(longest=100)
    native_given = Text(longest=100)
    native_language = Language()
    call_name = Text(longest=100)
    form_of_address = Bilingual(longest=100)
    pronunciation = Text(longest=200)
    languages = ListOf(Language(), most=MOST_LANGUAGES)
    email = Text(pattern=EMAIL, longest=254, allow_none=True)
    phone = Text(longest=50, allow_none=True)
    wechat = Text(longest=100, allow_none=True)
    biography = Bilingual(longest=PARAGRAPHS)


class PersonSchema(KeptSchema, NewPersonSchema):
    flags = ma.fields.List(ma.fields.String())
    is_sample = Flag()


class NewOrganizationSchema(Shape):
    code = Code(allow_none=True)
    legal = Bilingual()
    short = Bilingual()
    abbreviation = Bilingual()
    parent_id = Id(allow_none=True)
    country_region = Text(pattern=REGION, longest=2, allow_none=True)
    kind = Choice(OrganizationKind)


class OrganizationSchema(KeptSchema, NewOrganizationSchema):
    pass


@blueprint.lists("/people", PersonSchema, query=SearchQuery)
def list_people(call: Call, query: dict[str, Any]) -> Page[Person]:
    """People, by family name."""
    call.require_owner()
    return queries.people_page(call.db, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.creates("/people", NewPersonSchema, PersonSchema)
def create_person(call: Call, values: dict[str, Any]) -> Person:
    """Add a person. Names are kept to the character, and neither script is derived from the other."""
    return services.create_person(call.db, values, actor=call.actor, now=call.now)


@blueprint.reads("/people/<id:person_id>", PersonSchema)
def read_person(call: Call, person_id: int) -> Person:
    """One person."""
    call.require_owner()
    return queries.get_person(call.db, person_id)


@blueprint.changes("/people/<id:person_id>", NewPersonSchema, PersonSchema)
def change_person(call: Call, changes: dict[str, Any], version: int, person_id: int) -> Person:
    """Change a person."""
    return services.update_person(call.db, person_id, changes, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/organizations", OrganizationSchema, query=SearchQuery)
def list_organizations(call: Call, query: dict[str, Any]) -> Page[Organization]:
    """Organizations."""
    call.require_owner()
    return queries.organizations_page(call.db, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.creates("/organizations", NewOrganizationSchema, OrganizationSchema)
def create_organization(call: Call, values: dict[str, Any]) -> Organization:
    """Add an organization."""
    return services.create_organization(call.db, values, actor=call.actor, now=call.now)


@blueprint.reads("/organizations/<id:organization_id>", OrganizationSchema)
def read_organization(call: Call, organization_id: int) -> Organization:
    """One organization."""
    call.require_owner()
    return queries.get_organization(call.db, organization_id)


@blueprint.changes("/organizations/<id:organization_id>", NewOrganizationSchema, OrganizationSchema)
def change_organization(call: Call, changes: dict[str, Any], version: int, organization_id: int) -> Organization:
    """Change an organization."""
    return services.update_organization(
        call.db, organization_id, changes, version=version, actor=call.actor, now=call.now
    )
