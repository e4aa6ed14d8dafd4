"""What changed of people's itineraries since they were told, and telling them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.shapes import NameSchema
from forumapp.core.values.paging import page_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.notifications import queries as notifications_queries
from forumapp.domain.delegations.notifications import sending
from forumapp.domain.delegations.queries import get_delegation
from forumapp.schemas.choices import How
from forumapp.schemas.fields import LINE, Bilingual, Choice, Code, Id, Instant, ListOf, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.delegations.models.notices import GivenOut, ItineraryTelling

SEE, EDIT = Permission.SEE_ITINERARIES, Permission.EDIT_DELEGATIONS
CHANGES = "/editions/<slug:edition>/itinerary-changes"
TELLINGS = "/editions/<slug:edition>/itinerary-tellings"
TELLING = f"{TELLINGS}/<id:telling_id>"
DELEGATION = "/editions/<slug:edition>/delegations/<slug:code>"
MOST_HOURS, MOST = 24 * 366, 500

blueprint = ApiBlueprint(
    "Changes of itineraries", __name__, description="What people are to be told of their itineraries, and who was."
)


class ChangesQuery(PageQuery):
    delegation = Code(metadata={"description": "The code of a delegation: its people, and those of its parts."})
    hours = WholeNumber(
        least=1, most=MOST_HOURS, metadata={"description": "Only what begins within so many hours, or was to."}
    )


class ItemChangeSchema(Shape):
    """An item as they were told of it last and as it is for them now, with the vehicle in which they ride; null is that
    it was, or is, not for them. Without an item it tells of where they sleep (`rooms`).
    """

    notice_id = Id(required=True)
    item_id = Id(required=True, allow_none=True)
    was = ma.fields.Dict(allow_none=True)
    now = ma.fields.Dict(allow_none=True)


class LookedAfterSchema(Shape):
    code = ma.fields.String()
    name = Bilingual()
    liaison = ma.fields.String()
    liaison_phone = ma.fields.String()


class ToTellSchema(Shape):
    registration_id = Id(required=True)
    person_id = Id(required=True)
    name = Part(NameSchema)
    email = ma.fields.String(allow_none=True, metadata={"description": "Null for whoever is not told it."})
    phone = ma.fields.String(allow_none=True, metadata={"description": "Null for whoever is not told it."})
    delegation = Part(LookedAfterSchema)
    changes = ma.fields.List(ma.fields.Nested(ItemChangeSchema))
    seen = ma.fields.String(metadata={"description": "The mark of these changes, for whoever tells them."})


class NewItineraryTellingSchema(Shape):
    registration_id = Id(required=True)
    notice_ids = ListOf(Id(), most=MOST, required=True)
    seen = Text(longest=LINE, required=True, metadata={"description": "The mark of the changes that they were told."})


class ItineraryTellingSchema(Shape):
    id = Id(required=True)
    registration_id = Id(required=True)
    how = Choice(How, required=True)
    told_at = Instant(attribute="created_at")
    told_by = Id(allow_none=True, metadata={"description": "An account; null is the house."})


class TellingTakenBackSchema(Shape):
    registration_id = Id(required=True)


class GivenOutSchema(Shape):
    """Since when people have their itineraries; null while these are planned."""

    given_out_at = Instant(allow_none=True)


@blueprint.lists(CHANGES, ToTellSchema, query=ChangesQuery, needs=SEE)
def list_itinerary_changes(call: Call, query: dict[str, Any], edition: str) -> Page[Any]:
    """Who has not been told yet what changed for them, with whatever comes first on top."""
    edition_id = call.edition(edition).id
    hours = query.get("hours")
    until = call.now + timedelta(hours=hours) if hours else None
    which: dict[str, Any] = {
        "delegation": query.get("delegation", ""),
        "until": until,
        "within": call.within(edition_id),
    }
    found = notifications_queries.list_to_tell(call.db, edition_id, **which, actor=call.actor, now=call.now)
    return page_of(found, number=query["page"], size=query["page_size"])


@blueprint.lists(TELLINGS, ItineraryTellingSchema, needs=SEE)
def list_itinerary_tellings(call: Call, query: dict[str, Any], edition: str) -> Page[Any]:
    """Who was told, by mail or by phone: the last one first."""
    edition_id = call.edition(edition).id
    return notifications_queries.tellings_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )


@blueprint.creates(TELLINGS, NewItineraryTellingSchema, ItineraryTellingSchema, needs=EDIT)
def tell_of_itinerary(call: Call, values: dict[str, Any], edition: str) -> ItineraryTelling:
    """Somebody was rung and told of these changes. Refused with `changed-since-seen` where these are others by now. To
    have many mailed, start a bulk change with the action `tell`.
    """
    by: dict[str, Any] = {"seen": values["seen"], "actor": call.actor, "now": call.now}
    edition_id, one = call.edition(edition).id, values["registration_id"]
    return sending.tell_by_phone(call.db, edition_id, one, values["notice_ids"], **by)


@blueprint.reads(TELLING, ItineraryTellingSchema, needs=SEE)
def read_itinerary_telling(call: Call, edition: str, telling_id: int) -> ItineraryTelling:
    """One time that somebody was told."""
    edition_id = call.edition(edition).id
    return notifications_queries.get_telling(call.db, edition_id, telling_id, within=call.within(edition_id))


@blueprint.acts(f"{TELLING}/undo", TellingTakenBackSchema, needs=EDIT)
def take_itinerary_telling_back(call: Call, edition: str, telling_id: int) -> dict[str, Any]:
    """They were not told after all, and stand in the list again. A mail stays sent."""
    edition_id = call.edition(edition).id
    one = notifications_queries.get_telling(
        call.db, edition_id, telling_id, within=call.within(edition_id)
    ).registration_id
    sending.take_telling_back(call.db, edition_id, telling_id, actor=call.actor, now=call.now)
    return {"registration_id": one}


@blueprint.reads(f"{DELEGATION}/given-out", GivenOutSchema, needs=SEE)
def read_given_out(call: Call, edition: str, code: str) -> dict[str, Any]:
    """Whether the people of a delegation have their itineraries, so that changes are kept until they are told."""
    edition_id = call.edition(edition).id
    return _told(
        notifications_queries.given_out(
            call.db, get_delegation(call.db, edition_id, code, within=call.within(edition_id))
        )
    )


@blueprint.acts(f"{DELEGATION}/give-out", GivenOutSchema, needs=EDIT)
def give_itinerary_out(call: Call, edition: str, code: str) -> dict[str, Any]:
    """Its people have their itineraries: from now on changes are kept until they are told. Again, it does nothing."""
    edition_id = call.edition(edition).id
    row = get_delegation(call.db, edition_id, code, within=call.within(edition_id))
    return _told(sending.give_out(call.db, row, actor=call.actor, now=call.now))


@blueprint.acts(f"{DELEGATION}/take-in", GivenOutSchema, needs=EDIT)
def take_itinerary_in(call: Call, edition: str, code: str) -> dict[str, Any]:
    """They do not have them after all: what changed until now is told nobody."""
    edition_id = call.edition(edition).id
    row = get_delegation(call.db, edition_id, code, within=call.within(edition_id))
    sending.take_in(call.db, row, actor=call.actor, now=call.now)
    return _told(notifications_queries.given_out(call.db, row))


def _told(row: GivenOut | None) -> dict[str, Any]:
    return {"given_out_at": row.created_at if row else None}
