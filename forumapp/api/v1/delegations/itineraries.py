"""Itinerary items of delegations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewSpanSchema, RemovalSchema, SpanSchema, With, changed_span, span_of
from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.times import moment_at
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.groups.audiences import MOST, Part
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.itineraries.dependent_transfers import change_and_move
from forumapp.schemas.choices import ItineraryKind
from forumapp.schemas.fields import (
    PARAGRAPHS,
    Bilingual,
    Choice,
    Code,
    Flag,
    Id,
    ListOf,
    MomentSchema,
    Shape,
    SpanEnd,
    Text,
    WholeNumber,
)
from forumapp.schemas.fields import Part as Nested

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.core.values.times import Moment
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.itineraries.dependent_transfers import Dependent
    from forumapp.domain.delegations.models.delegations import ItineraryItem

blueprint = ApiBlueprint("Itineraries", __name__, description="What delegations do, with the legs of their journeys.")
ITEMS = "/editions/<slug:edition>/itinerary-items"
ITEM = f"{ITEMS}/<id:item_id>"


class LegWordsSchema(Shape):
    carrier = Text(longest=100)
    number = Text(longest=20)
    operating_carrier = Text(longest=100, metadata={"description": "Who runs it, if not the carrier."})
    operating_number = Text(longest=20)
    from_terminal = Text(longest=50)
    to_terminal = Text(longest=50)


class NewLegSchema(LegWordsSchema):
    """Details of a flight or train. Its item has the ports and scheduled times."""

    estimated_start = Nested(MomentSchema, allow_none=True)
    estimated_end = Nested(MomentSchema, allow_none=True)


class LegSchema(LegWordsSchema):
    estimated_start = SpanEnd(allow_none=True)
    estimated_end = SpanEnd(allow_none=True)


class NewAudienceSchema(Shape):
    """Includes or excludes exactly one of a delegation, a group or a registration."""

    includes = Flag(required=True)
    delegation_id = Id(allow_none=True, load_default=None)
    group_id = Id(allow_none=True, load_default=None)
    registration_id = Id(allow_none=True, load_default=None)

    @ma.post_load
    def to_part(self, values: dict[str, Any], **_: Any) -> Part:
        return Part(**values)


class ItemFieldsSchema(Shape):
    kind = Choice(ItineraryKind, required=True)
    title = Bilingual(needed=True)
    place = Bilingual()
    address = Bilingual()
    place_id = Id(allow_none=True, metadata={"description": "Of the itinerary places; of a journey, where it begins."})
    end_place_id = Id(allow_none=True, metadata={"description": "Of a journey, where it ends."})
    note = Bilingual(longest=PARAGRAPHS)
    dress = Bilingual()
    gift = Bilingual()
    contact = Text(longest=200, metadata={"description": "Whom to call on site."})
    host_id = Id(allow_none=True)
    session_id = Id(allow_none=True)
    open_to_press = Flag()
    is_frame = Flag(metadata={"description": "A day or a half that contains other items, as the forum does."})
    audience = ListOf(
        Nested(NewAudienceSchema),
        least=1,
        most=MOST,
        metadata={
            "description": "Whole, where it is sent. What is set for a person counts before a group, and a group "
            "before a delegation. A new item is for its delegation with all its parts."
        },
    )


class NewItineraryItemSchema(NewSpanSchema, ItemFieldsSchema):
    delegation = Code(required=True, metadata={"description": "The delegation's code."})
    leg = Nested(NewLegSchema, allow_none=True, metadata={"description": "Of a flight or a train alone, and whole."})


class SeenTransferSchema(Shape):
    item_id = Id(required=True)
    version = WholeNumber(required=True, metadata={"description": "As it was read."})


class ItemAndTransfersSchema(NewItineraryItemSchema):
    transfers = ListOf(
        Nested(SeenTransferSchema),
        most=MOST,
        metadata={
            "description": "Those of the transfers in the preview of the change that move along, by the minutes that "
            "their flight or train moves. All is changed or nothing. Any other item is refused (`unknown`)."
        },
    )


class ItineraryItemSchema(KeptSchema, SpanSchema, ItemFieldsSchema):
    delegation_id = Id()
    leg = Nested(LegSchema, allow_none=True)
    people = ma.fields.List(Id(), metadata={"description": "The registrations for which it is now."})
    is_sample = Flag()


@blueprint.lists(ITEMS, ItineraryItemSchema, needs=Permission.SEE_ITINERARIES)
def list_itinerary_items(call: Call, query: dict[str, Any], edition: str) -> Page[Any]:
    """Itinerary items of all delegations, in order of time."""
    edition_id = call.edition(edition).id
    page = queries.itinerary_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )
    return page.of(serialize_items(call, page.items))


@blueprint.creates(ITEMS, NewItineraryItemSchema, ItineraryItemSchema, needs=Permission.EDIT_DELEGATIONS)
def add_itinerary_item(call: Call, values: dict[str, Any], edition: str) -> Any:
    """Add something that a delegation does."""
    edition_id = call.edition(edition).id
    try:
        delegation = queries.get_delegation(
            call.db, edition_id, values.pop("delegation"), within=call.within(edition_id)
        )
    except NotFound as error:
        raise Invalid(fields={"delegation": "unknown"}) from error
    span = span_of(values)
    row = items.add_itinerary_item(call.db, delegation, columns_of(values), span, actor=call.actor, now=call.now)
    return serialize_items(call, [row])[0]


@blueprint.reads(ITEM, ItineraryItemSchema, needs=Permission.SEE_ITINERARIES)
def read_itinerary_item(call: Call, edition: str, item_id: int) -> Any:
    """One itinerary item."""
    edition_id = call.edition(edition).id
    return serialize_items(
        call, [queries.get_itinerary_item(call.db, edition_id, item_id, within=call.within(edition_id))]
    )[0]


@blueprint.changes(
    ITEM,
    ItemAndTransfersSchema,
    ItineraryItemSchema,
    without=("delegation",),
    needs=Permission.EDIT_DELEGATIONS,
)
def change_itinerary_item(call: Call, changes: dict[str, Any], version: int, edition: str, item_id: int) -> Any:
    """Change an itinerary item. Send a leg and an audience complete. New times without a leg clear the estimated times.
    For a flight or train, the named `transfers` move along.
    """
    edition_id = call.edition(edition).id
    row = queries.get_itinerary_item(call.db, edition_id, item_id, within=call.within(edition_id))
    chosen = {transfer["item_id"]: transfer["version"] for transfer in changes.pop("transfers", ())}
    affected = change_with_transfers(call, row, changes, version, chosen)
    refuse_unaffected(chosen, affected)
    return serialize_items(call, [row])[0]


@blueprint.removes(ITEM, RemovalSchema, needs=Permission.EDIT_DELEGATIONS)
def remove_itinerary_item(call: Call, version: int, edition: str, item_id: int) -> Removal:
    """Take an item out of a delegation's itinerary."""
    edition_id = call.edition(edition).id
    row = queries.get_itinerary_item(call.db, edition_id, item_id, within=call.within(edition_id))
    return items.remove_itinerary_item(call.db, edition_id, row.id, version=version, actor=call.actor, now=call.now)


def change_with_transfers(
    call: Call, row: ItineraryItem, changes: dict[str, Any], version: int, chosen: Mapping[int, int]
) -> list[tuple[Dependent, int]]:
    """Change an item and move the chosen transfers. Returns all those that its new times affect, each with its
    minutes.
    """
    edition_id, span, columns = row.edition_id, changed_span(changes, row.span), columns_of(changes)
    by: dict[str, Any] = {"actor": call.actor, "now": call.now}

    def change() -> None:
        items.update_itinerary_item(call.db, edition_id, row.id, columns, span, version=version, **by)

    return change_and_move(call.db, row, change, chosen, within=call.within(edition_id), **by)


def refuse_unaffected(chosen: Mapping[int, int], affected: Sequence[tuple[Dependent, int]]) -> None:
    """Raises Invalid where an item was chosen that does not move along."""
    if chosen.keys() - {transfer.item_id for transfer, _minutes in affected}:
        raise Invalid(fields={"transfers": "unknown"})


def columns_of(values: dict[str, Any]) -> dict[str, Any]:
    """Convert the submitted values for the services: a leg's estimated times become instants."""
    leg = values.get("leg")
    if leg is None:
        return values
    moments: dict[str, Moment | None] = {end: leg.get(end) for end in ("estimated_start", "estimated_end")}
    words = {name: value for name, value in leg.items() if name not in moments}
    return {**values, "leg": {**words, **{f"{end}_utc": at and at.utc for end, at in moments.items()}}}


def serialize_items(call: Call, rows: Sequence[ItineraryItem]) -> list[With]:
    """Items with their legs, audiences and people. Two queries."""
    ids = [row.id for row in rows]
    audience, people = audiences.audience_of(call.db, ids), audiences.people_of(call.db, ids)
    return [With(row, leg=_leg(row), audience=audience[row.id], people=sorted(people[row.id])) for row in rows]


def _leg(row: ItineraryItem) -> dict[str, Any] | None:
    """An item's leg, each of its estimated times by the clock of the end at which it is."""
    leg = items.leg_of(row)
    if leg is None:
        return None
    for end, zone in (("estimated_start", row.start_zone), ("estimated_end", row.end_zone)):
        at = leg.pop(f"{end}_utc")
        leg[end] = moment_at(at, zone) if at else None
    return leg
