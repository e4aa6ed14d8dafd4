"""People with their posts, and organizations, across editions: for those who own one. Titles in one edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import SearchQuery
from forumapp.api.v1.shapes import KeptSchema, NewOrderSchema, OrderSchema, RemovalSchema, With
from forumapp.core.values.paging import Page
from forumapp.core.values.text import PHONE_NUMBER
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import people_with_open_contacts
from forumapp.domain.images.queries import get_image
from forumapp.domain.people import queries
from forumapp.domain.people.duplicates.removal import remove_kept
from forumapp.domain.people.records import posts, services
from forumapp.domain.registration.person_requirements import update_person
from forumapp.schemas.choices import Kept, NameOrder, OrganizationKind
from forumapp.schemas.fields import (
    FORM_OF_ADDRESS,
    LINE,
    NAME,
    PARAGRAPHS,
    PHONE,
    Bilingual,
    Choice,
    Code,
    Day,
    Email,
    Flag,
    Id,
    Language,
    ListOf,
    NamePart,
    Shape,
    Text,
    WholeNumber,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.images.models import Image
    from forumapp.domain.images.rules import Picture
    from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, Person

MOST_LANGUAGES, MOST_SPELLINGS = 10, 50
REGION = r"^[A-Z]{2}$"
PERSON = "/people/<id:person_id>"
PHOTO = f"{PERSON}/photo"
AFFILIATIONS = f"{PERSON}/affiliations"
AFFILIATION = f"{AFFILIATIONS}/<id:affiliation_id>"
TITLES = "/editions/<slug:edition>/people/<id:person_id>/titles"

blueprint = ApiBlueprint("People", __name__, description="People and organizations across editions, and titles in one.")


class NewPersonSchema(Shape):
    latin_family = NamePart()
    latin_given = NamePart()
    name_order = Choice(NameOrder)
    native_full = NamePart()
    native_family = NamePart()
    native_given = NamePart()
    native_language = Language()
    call_name = Text(longest=NAME)
    form_of_address = Bilingual(longest=FORM_OF_ADDRESS)
    pronunciation = Text(longest=200)
    languages = ListOf(Language(), most=MOST_LANGUAGES)
    email = Email(allow_none=True)
    phone = Text(pattern=rf"^({PHONE_NUMBER})?$", longest=PHONE, allow_none=True)
    wechat = Text(longest=100, allow_none=True)
    biography = Bilingual(longest=PARAGRAPHS)
    also_known_as = ListOf(Text(longest=LINE), most=MOST_SPELLINGS)


class PersonSchema(KeptSchema, NewPersonSchema):
    flags = ma.fields.List(ma.fields.String())
    is_sample = Flag()


class NewOrganizationSchema(Shape):
    code = Code(allow_none=True)
    legal = Bilingual()
    short = Bilingual()
    abbreviation = Bilingual()
    also_known_as = ListOf(Text(longest=LINE), most=MOST_SPELLINGS)
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
        contact_scope=call.contact_scope(),
        search=query["q"],
        number=query["page"],
        size=query["page_size"],
    )
    return Page(serialize_people(call, page.items), page.number, page.size, page.total)


@blueprint.creates("/people", NewPersonSchema, PersonSchema, needs=Permission.EDIT_PEOPLE)
def create_person(call: Call, values: dict[str, Any]) -> Person | With:
    """Add a person. Names are kept to the character, and neither script is derived from the other."""
    return serialize_people(call, [services.create_person(call.db, values, actor=call.actor, now=call.now)])[0]


@blueprint.reads(PERSON, PersonSchema, needs=Permission.SEE_PEOPLE)
def read_person(call: Call, person_id: int) -> Person | With:
    """One person. Contacts only for callers who may see them in an edition in which the person takes part."""
    return serialize_people(call, [queries.get_person(call.db, person_id, within=call.within_any())])[0]


@blueprint.changes(PERSON, NewPersonSchema, PersonSchema, needs=Permission.EDIT_PEOPLE)
def change_person(call: Call, changes: dict[str, Any], version: int, person_id: int) -> Person | With:
    """Change a person."""
    row = update_person(call.db, person_id, changes, version=version, actor=call.actor, now=call.now)
    return serialize_people(call, [row])[0]


@blueprint.acts(f"{PERSON}/confirm-latin-name", PersonSchema, tagged=True, needs=Permission.EDIT_PEOPLE)
def confirm_latin_name(call: Call, version: int, person_id: int) -> Person | With:
    """Confirm a Latin name that was read from the Chinese: the flag `latin-name-proposed` goes."""
    row = services.confirm_latin_name(call.db, person_id, version=version, actor=call.actor, now=call.now)
    return serialize_people(call, [row])[0]


@blueprint.removes(PERSON, RemovalSchema, needs=Permission.EDIT_PEOPLE)
def remove_person(call: Call, version: int, person_id: int) -> Removal:
    """Remove a person whom only posts refer to. The removal is listed in every edition."""
    return remove_kept(call.db, Kept.PERSON, person_id, version=version, actor=call.actor, now=call.now)


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


@blueprint.reads(AFFILIATION, AffiliationSchema, needs=Permission.SEE_PEOPLE)
def read_affiliation(call: Call, person_id: int, affiliation_id: int) -> Affiliation:
    """One post of a person."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    return posts.get_affiliation(call.db, row.id, affiliation_id)


@blueprint.changes(AFFILIATION, NewAffiliationSchema, AffiliationSchema, needs=Permission.EDIT_PEOPLE)
def change_affiliation(
    call: Call, changes: dict[str, Any], version: int, person_id: int, affiliation_id: int
) -> Affiliation:
    """Change a post. What people are called in editions that have been stays as it was."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return posts.update_affiliation(call.db, row.id, affiliation_id, changes, **by)


@blueprint.removes(AFFILIATION, RemovalSchema, needs=Permission.EDIT_PEOPLE)
def remove_affiliation(call: Call, version: int, person_id: int, affiliation_id: int) -> Removal:
    """Take a post away. Titles in editions that were taken from it stay."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return posts.remove_affiliation(call.db, row.id, affiliation_id, **by)


@blueprint.reads(f"{AFFILIATIONS}/order", OrderSchema, needs=Permission.SEE_PEOPLE)
def read_affiliation_order(call: Call, person_id: int) -> Order:
    """The order of a person's posts, the main one first."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    return posts.affiliation_order(call.db, row.id)


@blueprint.replaces(f"{AFFILIATIONS}/order", NewOrderSchema, OrderSchema, needs=Permission.EDIT_PEOPLE)
def order_affiliations(call: Call, values: dict[str, Any], version: int, person_id: int) -> Order:
    """Put a person's posts in order; the first is the main one."""
    row = queries.get_person(call.db, person_id, within=call.within_any())
    by: Any = {"version": version, "actor": call.actor, "now": call.now}
    return posts.order_affiliations(call.db, row.id, values["ids"], **by)


@blueprint.shows_picture(PHOTO, needs=Permission.SEE_PEOPLE)
def read_photo(call: Call, person_id: int) -> Image:
    """A person's photo."""
    return get_image(call.db, queries.get_person(call.db, person_id, within=call.within_any()).photo_id)


@blueprint.takes_picture(PHOTO, PersonSchema, record_path=PERSON, aspect=1.0, needs=Permission.EDIT_PEOPLE)
def change_photo(call: Call, photo: Picture, version: int, person_id: int) -> Person | With:
    """Give a person a photo: PNG, JPEG, WebP or GIF. It is cropped to a square, and kept smaller where it is large."""
    return _with_photo(call, photo, version, person_id)


@blueprint.drops_picture(PHOTO, PersonSchema, record_path=PERSON, needs=Permission.EDIT_PEOPLE)
def remove_photo(call: Call, version: int, person_id: int) -> Person | With:
    """Take a person's photo away."""
    return _with_photo(call, None, version, person_id)


def _with_photo(call: Call, photo: Picture | None, version: int, person_id: int) -> Person | With:
    row = update_person(call.db, person_id, {"photo": photo}, version=version, actor=call.actor, now=call.now)
    return serialize_people(call, [row])[0]


@blueprint.lists(TITLES, EditionTitleSchema, needs=Permission.SEE_PEOPLE)
def list_edition_titles(call: Call, query: dict[str, Any], edition: str, person_id: int) -> Page[EditionTitle]:
    """Under which titles a person appears in an edition, the office in which they attend first."""
    edition_id = call.edition(edition).id
    row = queries.get_person(call.db, person_id, within=call.within(edition_id))
    return queries.edition_titles_page(call.db, edition_id, row.id, number=query["page"], size=query["page_size"])


@blueprint.creates(
    TITLES, NewEditionTitleSchema, EditionTitleSchema, located_by="position", needs=Permission.EDIT_PEOPLE
)
def add_edition_title(call: Call, values: dict[str, Any], edition: str, person_id: int) -> EditionTitle:
    """Add a title under which a person appears in an edition."""
    edition_id, position = call.edition(edition).id, values.pop("position", None)
    return services.add_edition_title(
        call.db, edition_id, person_id, values, position=position, actor=call.actor, now=call.now
    )


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


@blueprint.removes(f"{TITLES}/<number:position>", RemovalSchema, needs=Permission.EDIT_PEOPLE)
def remove_edition_title(call: Call, version: int, edition: str, person_id: int, position: int) -> Removal:
    """Take a title in an edition away. The others keep their positions."""
    row = _title(call, edition, person_id, position)
    return services.remove_edition_title(call.db, row, version=version, actor=call.actor, now=call.now)


class OrganizationQuery(SearchQuery):
    kind = Choice(OrganizationKind)
    region = Text(pattern=REGION, longest=2)


@blueprint.lists("/organizations", OrganizationSchema, query=OrganizationQuery, needs=Permission.SEE_PEOPLE)
def list_organizations(call: Call, query: dict[str, Any]) -> Page[Organization]:
    """Organizations."""
    call.require_anywhere()
    return queries.organizations_page(
        call.db,
        search=query["q"],
        kind=query.get("kind"),
        region=query.get("region", ""),
        number=query["page"],
        size=query["page_size"],
    )


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


@blueprint.removes("/organizations/<id:organization_id>", RemovalSchema, needs=Permission.EDIT_PEOPLE)
def remove_organization(call: Call, version: int, organization_id: int) -> Removal:
    """Remove an organization that nothing refers to; it comes back among the removals of any edition."""
    return remove_kept(call.db, Kept.ORGANIZATION, organization_id, version=version, actor=call.actor, now=call.now)


def serialize_people(call: Call, rows: list[Person]) -> list[Person | With]:
    """Blank the contacts of people whose contacts the caller may not see."""
    visible = people_with_open_contacts(call.db, [row.id for row in rows], call.contact_scope())
    return [row if row.id in visible else With(row, **dict.fromkeys(services.CONTACTS)) for row in rows]


def _title(call: Call, edition: str, person_id: int, position: int) -> EditionTitle:
    edition_id = call.edition(edition).id
    person = queries.get_person(call.db, person_id, within=call.within(edition_id))
    return queries.get_edition_title(call.db, edition_id, person.id, position)
