"""What delegations do: the items of their itineraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import KeptSchema, NewSpanSchema, RemovalSchema, SpanSchema, changed_span, span_of
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import items, queries
from forumapp.schemas.choices import ItineraryKind
from forumapp.schemas.fields import (
    PARAGRAPHS,
    Bilingual,
    Choice,
    Code,
    Flag,
    Id,
    Instant,
    MomentSchema,
    Part,
    Shape,
    Text,
)

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.paging import Page
    from forumapp.core.times import Moment
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.delegations.models import ItineraryItem

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
    """What a flight or a train is besides its item, which has its ports and its scheduled times."""

    estimated_start = Part(MomentSchema, allow_none=True)
    estimated_end = Part(MomentSchema, allow_none=True)

    @ma.post_load
    def to_columns(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        for end in ("start", "end"):
            moment: Moment | None = values.pop(f"estimated_{end}", None)
            values[f"estimated_{end}_utc"] = moment and moment.utc
        return values


class LegSchema(LegWordsSchema):
    estimated_start = Instant(attribute="estimated_start_utc", allow_none=True)
    estimated_end = Instant(attribute="estimated_end_utc", allow_none=True)


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
    contact = Text(longest=200, metadata={"description": "Whom to ring on the spot."})
    host_id = Id(allow_none=True)
    session_id = Id(allow_none=True)
    open_to_press = Flag()
    is_frame = Flag(metadata={"description": "A day or a half that contains other items, as the forum does."})


class NewItineraryItemSchema(NewSpanSchema, ItemFieldsSchema):
    delegation = Code(required=True, metadata={"description": "The delegation's code."})
    leg = Part(NewLegSchema, allow_none=True, metadata={"description": "Of a flight or a train alone, and whole."})


class ItineraryItemSchema(KeptSchema, SpanSchema, ItemFieldsSchema):
    delegation_id = Id()
    leg = Part(LegSchema, allow_none=True)
    is_sample = Flag()


@blueprint.lists(ITEMS, ItineraryItemSchema, needs=Permission.SEE_ITINERARIES)
def list_itinerary_items(call: Call, query: dict[str, Any], edition: str) -> Page[ItineraryItem]:
    """What all delegations do, in order of time."""
    of = call.edition(edition).id
    return queries.itinerary_page(call.db, of, within=call.within(of), number=query["page"], size=query["page_size"])


@blueprint.creates(ITEMS, NewItineraryItemSchema, ItineraryItemSchema, needs=Permission.EDIT_DELEGATIONS)
def add_itinerary_item(call: Call, values: dict[str, Any], edition: str) -> ItineraryItem:
    """Add something that a delegation does."""
    of = call.edition(edition).id
    try:
        delegation = queries.get_delegation(call.db, of, values.pop("delegation"), within=call.within(of))
    except NotFound as error:
        raise Invalid(fields={"delegation": "unknown"}) from error
    span = span_of(values)
    return items.add_itinerary_item(call.db, delegation, values, span, actor=call.actor, now=call.now)


@blueprint.reads(ITEM, ItineraryItemSchema, needs=Permission.SEE_ITINERARIES)
def read_itinerary_item(call: Call, edition: str, item_id: int) -> ItineraryItem:
    """One itinerary item."""
    of = call.edition(edition).id
    return queries.get_itinerary_item(call.db, of, item_id, within=call.within(of))


@blueprint.changes(
    ITEM,
    NewItineraryItemSchema,
    ItineraryItemSchema,
    without=("delegation",),
    needs=Permission.EDIT_DELEGATIONS,
)
def change_itinerary_item(
    call: Call, changes: dict[str, Any], version: int, edition: str, item_id: int
) -> ItineraryItem:
    """Change an itinerary item. A leg is sent whole."""
    of = call.edition(edition).id
    row = queries.get_itinerary_item(call.db, of, item_id, within=call.within(of))
    span = changed_span(changes, row.span)
    return items.update_itinerary_item(
        call.db, row.edition_id, item_id, changes, span, version=version, actor=call.actor, now=call.now
    )


@blueprint.removes(ITEM, RemovalSchema, needs=Permission.EDIT_DELEGATIONS)
def remove_itinerary_item(call: Call, version: int, edition: str, item_id: int) -> Removal:
    """Take an item out of a delegation's itinerary."""
    of = call.edition(edition).id
    row = queries.get_itinerary_item(call.db, of, item_id, within=call.within(of))
    return items.remove_itinerary_item(call.db, of, row.id, version=version, actor=call.actor, now=call.now)
