"""Bulk edits of itinerary items, and previews of the people a change affects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.delegations.conflicts import ClashSchema, serialize_clash
from forumapp.api.v1.delegations.delegations import DELEGATION
from forumapp.api.v1.delegations.itineraries import (
    ITEM,
    ItemAndTransfersSchema,
    ItineraryItemSchema,
    SeenTransferSchema,
    change_with_transfers,
    refuse_unaffected,
    serialize_items,
)
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.conflicts.queries import new_conflicts, open_of_items
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.groups.audiences import MOST
from forumapp.domain.delegations.itineraries import bulk_edits
from forumapp.domain.delegations.itineraries.bulk_edits import MOST_DAYS, MOST_SHIFT
from forumapp.domain.delegations.itineraries.dependent_transfers import move_where_allowed
from forumapp.schemas.fields import Day, Id, ListOf, Part, Shape, WholeNumber

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.api.auth import Call
    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem

EDIT = Permission.EDIT_DELEGATIONS

blueprint = ApiBlueprint("Itinerary days", __name__, description="Doing one thing to several items of an itinerary.")


class DayCopySchema(Shape):
    day = Day(required=True)
    to = Day(required=True)
    items = ListOf(Id(), required=True, least=1, most=MOST)


class SeenItemSchema(Shape):
    id = Id(required=True)
    version = WholeNumber(required=True, metadata={"description": "As it was read."})


class ItemMovesSchema(Shape):
    items = ListOf(Part(SeenItemSchema), required=True, least=1, most=MOST)
    days = WholeNumber(
        least=-MOST_DAYS,
        most=MOST_DAYS,
        load_default=0,
        metadata={"description": "At the same times by the clocks there."},
    )
    minutes = WholeNumber(least=-MOST_SHIFT, most=MOST_SHIFT, load_default=0)


class ForGroupsSchema(Shape):
    groups = ListOf(Id(), required=True, least=1, most=MOST)


class ItineraryItemsSchema(Shape):
    items = ma.fields.List(Part(ItineraryItemSchema))


class WishedItemSchema(ItemAndTransfersSchema):
    """The fields to change, as in a change of the item."""

    class Meta:
        exclude = ("delegation",)

    def __init__(self, **options: Any) -> None:
        super().__init__(partial=True, **options)


class SwayedItemSchema(Shape):
    """Another item, for groups that split or rejoin at the one that is changed."""

    item_id = Id()
    came = ma.fields.List(Id())
    went = ma.fields.List(Id())


class AffectedTransferSchema(SeenTransferSchema):
    minutes = WholeNumber(
        metadata={"description": "By how many it moves with the flight or train. Less than 0 is earlier."}
    )


class TouchedPeopleSchema(Shape):
    """Registrations, with the conflicts and the transfers that the change affects."""

    came = ma.fields.List(Id())
    went = ma.fields.List(Id())
    stayed = ma.fields.List(Id())
    others = ma.fields.List(Part(SwayedItemSchema))
    conflicts = ma.fields.List(
        Part(ClashSchema), metadata={"description": "Those that the change causes for people of the item."}
    )
    transfers = ma.fields.List(
        Part(AffectedTransferSchema),
        metadata={
            "description": "Of a flight or a train: the drives to and from it that can move along, in order of time. "
            "To move some of them, send each with its `item_id` and `version` as `transfers` of the change."
        },
    )


@blueprint.creates(f"{DELEGATION}/itinerary-copies", DayCopySchema, ItineraryItemsSchema, located_by=None, needs=EDIT)
def copy_itinerary_day(call: Call, values: dict[str, Any], edition: str, code: str) -> dict[str, Any]:
    """Copy items of one day to another, at the same local times: all of them or none. Send an `Idempotency-Key`:
    a repeated request copies them again.
    """
    chosen = (values["day"], values["to"], values["items"])
    return _serialize(call, bulk_edits.copy_day(call.db, _delegation(call, edition, code), *chosen, **_by(call)))


@blueprint.creates(f"{DELEGATION}/itinerary-moves", ItemMovesSchema, ItineraryItemsSchema, located_by=None, needs=EDIT)
def move_itinerary_items(call: Call, values: dict[str, Any], edition: str, code: str) -> dict[str, Any]:
    """Move items by days or by elapsed minutes, backwards if negative: all of them or none."""
    seen = {item["id"]: item["version"] for item in values["items"]}
    how: dict[str, Any] = {"days": values["days"], "minutes": values["minutes"], **_by(call)}
    return _serialize(call, bulk_edits.shift_items(call.db, _delegation(call, edition, code), seen, **how))


@blueprint.creates(f"{ITEM}/group-copies", ForGroupsSchema, ItineraryItemsSchema, located_by=None, needs=EDIT)
def copy_item_for_groups(call: Call, values: dict[str, Any], edition: str, item_id: int) -> dict[str, Any]:
    """Copy an item for each of these groups. Send an `Idempotency-Key`, as for a day."""
    row = queries.get_itinerary_item(call.db, call.edition(edition).id, item_id, within=_within(call, edition))
    return _serialize(call, bulk_edits.spread_to_groups(call.db, row, values["groups"], **_by(call)))


@blueprint.creates(f"{ITEM}/previews", WishedItemSchema, TouchedPeopleSchema, located_by=None, needs=EDIT)
def preview_item_change(call: Call, changes: dict[str, Any], edition: str, item_id: int) -> dict[str, Any]:
    """Preview whom a change of the item affects, in other items too, the conflicts that it causes, and the
    transfers that can move along. With `transfers`, the conflicts are those that remain or arise when
    these transfers move along.

    Nothing is changed.
    """
    chosen = {transfer["item_id"]: transfer["version"] for transfer in changes.pop("transfers", ())}
    edition_id, within = call.edition(edition).id, _within(call, edition)
    row = queries.get_itinerary_item(call.db, edition_id, item_id, within=within)
    before = audiences.people_of(call.db, [row.id])[row.id]
    shared = audiences.people_of_branches(call.db, [row.id], within=within)
    moved = [item_id, *chosen]
    old_conflicts = open_of_items(call.db, edition_id, moved, within=within)
    trial = call.db.begin_nested()
    affected = change_with_transfers(call, row, changes, row.version, chosen)
    refuse_unaffected(chosen, affected)
    after = audiences.people_of(call.db, [item_id])[item_id]
    others = audiences.swayed(call.db, shared, but=[item_id])
    caused = new_conflicts(old_conflicts, open_of_items(call.db, edition_id, moved, within=within))
    conflicts = [serialize_clash(clash) for clash in caused]
    others_affected = [(dependent, minutes) for dependent, minutes in affected if dependent.item_id not in chosen]
    movable = {
        dependent.item_id
        for dependent, _shifted in move_where_allowed(call.db, edition_id, others_affected, **_by(call))
    }
    movable |= chosen.keys()
    trial.rollback()
    affected_items = [
        {"item_id": other.item_id, "came": sorted(other.came), "went": sorted(other.went)} for other in others
    ]
    people = {"came": after - before, "went": before - after, "stayed": before & after}
    touched = {name: sorted(those) for name, those in people.items()}
    transfers = [
        {"item_id": dependent.item_id, "version": dependent.version, "minutes": minutes}
        for dependent, minutes in affected
        if dependent.item_id in movable
    ]
    return {**touched, "others": affected_items, "conflicts": conflicts, "transfers": transfers}


def _serialize(call: Call, rows: Sequence[ItineraryItem]) -> dict[str, Any]:
    return {"items": serialize_items(call, rows)}


def _delegation(call: Call, edition: str, code: str) -> Delegation:
    return queries.get_delegation(call.db, call.edition(edition).id, code, within=_within(call, edition))


def _within(call: Call, edition: str) -> Any:
    return call.within(call.edition(edition).id)


def _by(call: Call) -> dict[str, Any]:
    return {"actor": call.actor, "now": call.now}
