"""People with their posts, and organizations, across editions: for those who own one. Titles in one edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, With
from forumapp.core.paging import Page
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people import queries, services
from forumapp.domain.registration.people import update_person
from forumapp.schemas.choices import NameOrder, OrganizationKind
from forumapp.schemas.fields import (
    FORM_OF_ADDRESS,
    MAIL_ADDRESS,
    NAME,
    PARAGRAPHS,
    PHONE,
    Bilingual,
    Choice,
    Code,
    Day,
    Flag,
    Id,
    Language,
    ListOf,
    Shape,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, Person

MOST_LANGUAGES = 10
REGION = r"^[A-Z]{2}$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
AFFILIATIONS = "/people/<id:person_id>/affiliations"
TITLES = "/editions/<slug:edition>/people/<id:person_id>/titles"

blueprint = ApiBlueprint("People", __name__, description="People and organizations across editions, and titles in one.")


class NewPersonSchema(Shape):
    latin_family = Text(longest=NAME)
    latin_given = Text(longest=NAME)
    name_order = Choice(NameOrder)
    native_full = Text(longest=NAME)
    native_family = Text(longest=NAME)
    native_given = Text(longest=NAME)
    native_language = Language()
    call_name = Text(longest=NAME)
    form_of_address = Bilingual(longest=FORM_OF_ADDRESS)
    pronunciation = Text(longest=200)
    languages = ListOf(Language(), most=MOST_LANGUAGES)
    email = Text(pattern=EMAIL, longest=MAIL_ADDRESS, allow_none=True)
    phone = Text(longest=PHONE, allow_none=True)
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


class NewAffiliationSchema(Shape):
    organization_id = Id(load_default=None, allow_none=True)
    title = Bilingual(load_default=dict)
    starts_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)


class AffiliationSchema(KeptSchema, NewAffiliationSchema):
    position = WholeNumber()


class NewEditionTitleSchema(Shape):
    """The organization is one that is known, by its id, or one as the person wrote it."""

    title = Bilingual(load_default=dict)
    organization_id = Id(allow_none=True)
    organization_name = Bilingual(load_default=dict)
    affiliation_id = Id(allow_none=True)
    position = WholeNumber(
        least=1, metadata={"description": "1 is the office in which they attend; the next free one if none is given."}
    )


class EditionTitleSchema(KeptSchema, NewEditionTitleSchema):
    pass


@blueprint.lists("/people", PersonSchema, query=SearchQuery, needs=Permission.SEE_PEOPLE)
def list_people(call: Call, query: dict[str, Any]) -> Page[Person | With]:
    """People, by family name."""
    page = queries.people_page(
        call.db,
        within=call.within_any(),
        told=call.told(Permission.SEE_ANSWERS),
        search=query["q"],
        number=query["page"],
        size=query["page_size"],
    )
    return Page(_as_told(call, page.items), page.number, page.size, page.total)


@blueprint.creates("/people", NewPersonSchema, PersonSchema, needs=Permission.EDIT_PEOPLE)
def create_person(call: Call, values: dict[str, Any]) -> Person | With:
    """Add a person. Names are kept to the character, and neither script is derived from the other."""
    return _as_told(call, [services.create_person(call.db, values, actor=call.actor, now=call.now)])[0]


@blueprint.reads("/people/<id:person_id>", PersonSchema, needs=Permission.SEE_PEOPLE)
def read_person(call: Call, person_id: int) -> Person | With:
    """One person; how to reach them only for those who may see answers."""
    return _as_told(call, [queries.get_person(call.db, person_id, within=call.within_any())])[0]


@blueprint.changes("/people/<id:person_id>", NewPersonSchema, PersonSchema, needs=Permission.EDIT_PEOPLE)
def change_person(call: Call, changes: dict[str, Any], version: int, person_id: int) -> Person | With:
    """Change a person."""
    row = update_person(call.db, person_id, changes, version=version, actor=call.actor, now=call.now)
    return _as_told(call, [row])[0]


@blueprint.lists(AFFILIATIONS, AffiliationSchema, needs=Permission.SEE_PEOPLE)
def list_affiliations(call: Call, query: dict[str, Any], person_id: int) -> Page[Affiliation]:
    """A person's posts, the main one first."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    return queries.affiliations_page(call.db, row.id, number=query["page"], size=query["page_size"])


@blueprint.creates(AFFILIATIONS, NewAffiliationSchema, AffiliationSchema, located_by=None, needs=Permission.EDIT_PEOPLE)
def add_affiliation(call: Call, values: dict[str, Any], person_id: int) -> Affiliation:
    """Add a post. What people are called in editions that have been stays as it was."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    return services.add_affiliation(call.db, row.id, **values, actor=call.actor, now=call.now)


@blueprint.lists(TITLES, EditionTitleSchema, needs=Permission.SEE_PEOPLE)
def list_edition_titles(call: Call, query: dict[str, Any], edition: str, person_id: int) -> Page[EditionTitle]:
    """Under which titles a person appears in an edition, the office in which they attend first."""
    of = call.edition(edition).id
    row = queries.get_person(call.db, person_id, within=call.within(of))
    return queries.edition_titles_page(call.db, of, row.id, number=query["page"], size=query["page_size"])


@blueprint.creates(
    TITLES, NewEditionTitleSchema, EditionTitleSchema, located_by="position", needs=Permission.EDIT_PEOPLE
)
def add_edition_title(call: Call, values: dict[str, Any], edition: str, person_id: int) -> EditionTitle:
    """Add a title under which a person appears in an edition."""
    of, position = call.edition(edition).id, values.pop("position", None)
    return services.add_edition_title(call.db, of, person_id, values, position=position, actor=call.actor, now=call.now)


@blueprint.reads(f"{TITLES}/<number:position>", EditionTitleSchema, needs=Permission.SEE_PEOPLE)
def read_edition_title(call: Call, edition: str, person_id: int, position: int) -> EditionTitle:
    """One title of a person in an edition."""
    return _title(call, edition, person_id, position)


@blueprint.changes(
    f"{TITLES}/<number:position>",
    NewEditionTitleSchema,
    EditionTitleSchema,
    without=("position",),
    needs=Permission.EDIT_PEOPLE,
)
def change_edition_title(
    call: Call, changes: dict[str, Any], version: int, *, edition: str, person_id: int, position: int
) -> EditionTitle:
    """Change a title in an edition. The person's posts stay as they are."""
    row = _title(call, edition, person_id, position)
    return services.update_edition_title(call.db, row, changes, version=version, actor=call.actor, now=call.now)


@blueprint.lists("/organizations", OrganizationSchema, query=SearchQuery, needs=Permission.SEE_PEOPLE)
def list_organizations(call: Call, query: dict[str, Any]) -> Page[Organization]:
    """Organizations."""
    call.require_anywhere()
    return queries.organizations_page(call.db, search=query["q"], number=query["page"], size=query["page_size"])


@blueprint.creates("/organizations", NewOrganizationSchema, OrganizationSchema, needs=Permission.EDIT_PEOPLE)
def create_organization(call: Call, values: dict[str, Any]) -> Organization:
    """Add an organization."""
    return services.create_organization(call.db, values, actor=call.actor, now=call.now)


@blueprint.reads("/organizations/<id:organization_id>", OrganizationSchema, needs=Permission.SEE_PEOPLE)
def read_organization(call: Call, organization_id: int) -> Organization:
    """One organization."""
    call.require_anywhere()
    return queries.get_organization(call.db, organization_id)


@blueprint.changes(
    "/organizations/<id:organization_id>", NewOrganizationSchema, OrganizationSchema, needs=Permission.EDIT_PEOPLE
)
def change_organization(call: Call, changes: dict[str, Any], version: int, organization_id: int) -> Organization:
    """Change an organization."""
    return services.update_organization(
        call.db, organization_id, changes, version=version, actor=call.actor, now=call.now
    )


def _as_told(call: Call, rows: list[Person]) -> list[Person | With]:
    """Without the ways to reach them, unless the caller may see what else they told."""
    told = queries.people_within(call.db, rows, call.told(Permission.SEE_ANSWERS))
    return [row if row.id in told else With(row, **dict.fromkeys(services.CONTACTS)) for row in rows]


def _title(call: Call, edition: str, person_id: int, position: int) -> EditionTitle:
    of = call.edition(edition).id
    person = queries.get_person(call.db, person_id, within=call.within(of))
    return queries.get_edition_title(call.db, of, person.id, position)
