"""Itinerary changes that people have not been notified of, and their notifications."""

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
    "Changes of itineraries", __name__, description="Itinerary changes to notify people of, and notifications sent."
)


class ChangesQuery(PageQuery):
    delegation = Code(metadata={"description": "The code of a delegation: its people, and those of its parts."})
    hours = WholeNumber(
        least=1, most=MOST_HOURS, metadata={"description": "Only what begins within so many hours, or was to."}
    )


class ItemChangeSchema(Shape):
    """An item as the person last knew it and as it is now, with their vehicle. Null means that it was, or is, not for
    them. Without an item the change is of their hotel rooms (`rooms`).
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
    email = ma.fields.String(allow_none=True, metadata={"description": "Null where the caller may not see it."})
    phone = ma.fields.String(allow_none=True, metadata={"description": "Null where the caller may not see it."})
    delegation = Part(LookedAfterSchema)
    changes = ma.fields.List(ma.fields.Nested(ItemChangeSchema))
    seen = ma.fields.String(metadata={"description": "The mark of these changes, sent back with the notification."})


class NewItineraryTellingSchema(Shape):
    registration_id = Id(required=True)
    notice_ids = ListOf(Id(), most=MOST, required=True)
    seen = Text(
        longest=LINE, required=True, metadata={"description": "The mark of the changes that they were notified of."}
    )


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
    """People not yet notified of changes, the most urgent change first."""
    edition_id = call.edition(edition).id
    hours = query.get("hours")
    until = call.now + timedelta(hours=hours) if hours else None
    which: dict[str, Any] = {
        "delegation": query.get("delegation", ""),
        "until": until,
        "within": call.within(edition_id),
    }
    people = notifications_queries.list_to_tell(call.db, edition_id, **which, actor=call.actor, now=call.now)
    return page_of(people, number=query["page"], size=query["page_size"])


@blueprint.lists(TELLINGS, ItineraryTellingSchema, needs=SEE)
def list_itinerary_tellings(call: Call, query: dict[str, Any], edition: str) -> Page[Any]:
    """Notifications by mail or by phone, the latest first."""
    edition_id = call.edition(edition).id
    return notifications_queries.tellings_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )


@blueprint.creates(TELLINGS, NewItineraryTellingSchema, ItineraryTellingSchema, needs=EDIT)
def tell_of_itinerary(call: Call, values: dict[str, Any], edition: str) -> ItineraryTelling:
    """Record a notification by phone. Refused with `changed-since-seen` where there are other changes by now. To
    have many mailed, start a bulk change with the action `tell`.
    """
    by: dict[str, Any] = {"seen": values["seen"], "actor": call.actor, "now": call.now}
    edition_id, registration_id = call.edition(edition).id, values["registration_id"]
    return sending.tell_by_phone(call.db, edition_id, registration_id, values["notice_ids"], **by)


@blueprint.reads(TELLING, ItineraryTellingSchema, needs=SEE)
def read_itinerary_telling(call: Call, edition: str, telling_id: int) -> ItineraryTelling:
    """One notification."""
    edition_id = call.edition(edition).id
    return notifications_queries.get_telling(call.db, edition_id, telling_id, within=call.within(edition_id))


@blueprint.acts(f"{TELLING}/undo", TellingTakenBackSchema, needs=EDIT)
def take_itinerary_telling_back(call: Call, edition: str, telling_id: int) -> dict[str, Any]:
    """Take a notification back: its changes are listed again. A mail stays sent."""
    edition_id = call.edition(edition).id
    registration_id = notifications_queries.get_telling(
        call.db, edition_id, telling_id, within=call.within(edition_id)
    ).registration_id
    sending.take_telling_back(call.db, edition_id, telling_id, actor=call.actor, now=call.now)
    return {"registration_id": registration_id}


@blueprint.reads(f"{DELEGATION}/given-out", GivenOutSchema, needs=SEE)
def read_given_out(call: Call, edition: str, code: str) -> dict[str, Any]:
    """Since when a delegation's people have their itineraries. From then on changes wait for a notification."""
    edition_id = call.edition(edition).id
    return _serialize(
        notifications_queries.given_out(
            call.db, get_delegation(call.db, edition_id, code, within=call.within(edition_id))
        )
    )


@blueprint.acts(f"{DELEGATION}/give-out", GivenOutSchema, needs=EDIT)
def give_itinerary_out(call: Call, edition: str, code: str) -> dict[str, Any]:
    """Give the itineraries out: from now on changes wait for a notification. Idempotent."""
    edition_id = call.edition(edition).id
    row = get_delegation(call.db, edition_id, code, within=call.within(edition_id))
    return _serialize(sending.give_out(call.db, row, actor=call.actor, now=call.now))


@blueprint.acts(f"{DELEGATION}/take-in", GivenOutSchema, needs=EDIT)
def take_itinerary_in(call: Call, edition: str, code: str) -> dict[str, Any]:
    """Take the itineraries back in. Pending changes are dropped without a notification."""
    edition_id = call.edition(edition).id
    row = get_delegation(call.db, edition_id, code, within=call.within(edition_id))
    sending.take_in(call.db, row, actor=call.actor, now=call.now)
    return _serialize(notifications_queries.given_out(call.db, row))


def _serialize(row: GivenOut | None) -> dict[str, Any]:
    return {"given_out_at": row.created_at if row else None}
