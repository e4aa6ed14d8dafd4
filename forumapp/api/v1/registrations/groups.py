"""Groups of people registered by one contact, such as a secretary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.bodies import count_sent
from forumapp.api.v1.registrations.placed import PlacedSchema, serialize_placed
from forumapp.api.v1.registrations.registration import RegistrationLineSchema
from forumapp.api.v1.shapes import KeptSchema, Slug, With
from forumapp.core.serving.rate_limits import REGISTERING
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.forums.queries import get_edition_id
from forumapp.domain.registration.groups import services
from forumapp.domain.registration.groups.emails import link_of
from forumapp.domain.registration.rules import MOST_IN_GROUP, Contact, counted_people
from forumapp.schemas.choices import Source
from forumapp.schemas.fields import Id, ListOf, Part, Shape, WholeNumber, Word
from forumapp.schemas.groups import ContactSchema, NewGroupPersonSchema
from forumapp.schemas.registration import Agreement, applicant_of

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.core.tokens import Links
    from forumapp.core.values.paging import Page
    from forumapp.domain.registration.group_models import RegistrationGroup

NEEDS = Permission.DECIDE_REGISTRATIONS
GROUPS = "/editions/<slug:edition>/registration-groups"
GROUP = f"{GROUPS}/<id:group_id>"

blueprint = ApiBlueprint("Groups", __name__, description="People registered by one contact.")


class NewGroupSchema(Shape):
    """Each person with the fields of the type's form. Mail about people without an address goes to the contact."""

    type = Slug(required=True, metadata={"description": "The registration type's code."})
    contact = Part(ContactSchema, required=True)
    language = Word(LANGUAGES, load_default="en")
    consent = Agreement()  # of the contact, to the privacy notice
    people = ListOf(Part(NewGroupPersonSchema), most=MOST_IN_GROUP, required=True)
    most_waiting = WholeNumber(
        least=0,
        allow_none=True,
        load_default=None,
        metadata={"description": "Nobody is registered if more of them would join the waitlist; null: any number may."},
    )


class PlacedGroupSchema(Shape):
    """For the public the status of each, in the submitted order; links come by mail."""

    group_id = Id()
    people = ma.fields.List(ma.fields.Nested(PlacedSchema), required=True)


class GroupSchema(KeptSchema):
    type = ma.fields.String(required=True)
    contact = ma.fields.Dict(metadata={"description": "Name, e-mail address and phone, until they must be gone."})
    language = ma.fields.String()
    apart = WholeNumber(metadata={"description": "How many were named with an address of their own."})


class WholeGroupSchema(GroupSchema):
    people = ma.fields.List(ma.fields.Nested(RegistrationLineSchema), required=True)


class GroupLinkSchema(Shape):
    url = ma.fields.String(required=True)


def people_counted() -> int:
    return counted_people(count_sent("people"))


@blueprint.creates(
    GROUPS,
    NewGroupSchema,
    PlacedGroupSchema,
    located_by=None,
    public=True,
    limit=REGISTERING.counting(people_counted),
)
def register_group(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Register a group: all of its people, or nobody if anything is wrong. Faults name the person: people.0.email."""
    edition_id = get_edition_id(call.db, edition)
    contact = Contact(**values["contact"], language=values["language"])
    people = [applicant_of(person) for person in values["people"]]
    by: Any = {"source": Source.API, "actor": call.actor, "now": call.now, "most_waiting": values["most_waiting"]}
    row, placed = services.register_group(call.db, edition_id, values["type"], contact, people, **by)
    answer: dict[str, Any] = {"people": [serialize_placed(call, edition_id, person) for person in placed]}
    trusted = call.access(edition_id).reach(Permission.DECIDE_REGISTRATIONS) is Reach.ALL
    return {**answer, "group_id": row.id} if trusted else answer


@blueprint.lists(GROUPS, GroupSchema, needs=NEEDS)
def list_groups(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """Groups, the newest first."""
    page = services.groups_page(call.db, call.edition(edition).id, number=query["page"], size=query["page_size"])
    return page.of([_serialize(row) for row in page.items])


@blueprint.reads(GROUP, WholeGroupSchema, needs=NEEDS)
def read_group(call: Call, edition: str, group_id: int) -> With:
    """A group with its people."""
    return _whole(call, services.get_group(call.db, call.edition(edition).id, group_id))


@blueprint.reads(f"{GROUP}/link", GroupLinkSchema, needs=NEEDS)
def read_group_link(call: Call, edition: str, group_id: int) -> dict[str, Any]:
    """A newly signed link for its contact."""
    edition_row = call.edition(edition)
    row = services.get_group(call.db, edition_row.id, group_id)
    links: Links = current_app.extensions["forumapp.links"]
    config: Config = current_app.extensions["forumapp.config"]
    return {"url": links.address(link_of(row, edition_row), config.base_url, now=call.now)}


@blueprint.acts(f"{GROUP}/end-links", WholeGroupSchema, tagged=True, needs=NEEDS)
def end_group_links(call: Call, version: int, edition: str, group_id: int) -> With:
    """Make every link of its contact that is out invalid; a good one is mailed."""
    edition_id = call.edition(edition).id
    row = services.end_group_links(call.db, edition_id, group_id, version=version, actor=call.actor, now=call.now)
    return _whole(call, row)


@blueprint.acts(f"{GROUP}/send", WholeGroupSchema, tagged=True, needs=NEEDS)
def send_group_link(call: Call, version: int, edition: str, group_id: int) -> With:
    """Mail the link to its contact again, with everyone in their care now. A pending mail is not duplicated."""
    edition_id = call.edition(edition).id
    row = services.send_group_link(call.db, edition_id, group_id, version=version, actor=call.actor, now=call.now)
    return _whole(call, row)


def _serialize(row: RegistrationGroup, **more: Any) -> With:
    contact = {"name": row.contact_name, "email": row.email, "phone": row.phone}
    return With(row, type=row.type.code, contact=contact, **more)


def _whole(call: Call, row: RegistrationGroup) -> With:
    return _serialize(row, people=services.people_of(call.db, row))
