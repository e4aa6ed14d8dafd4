"""Taking out flights, and trains alike, with whom to ring on the way; and what was asked of hotels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from forumapp.domain.audit.erasing import list_logged_with, list_removed, scrub_removals
from forumapp.domain.audit.services import batched, erase_values
from forumapp.domain.delegations.groups.materialization import renew
from forumapp.domain.delegations.models.coaches import Vehicle
from forumapp.domain.delegations.models.delegations import TRAVEL, Delegation, ItineraryItem
from forumapp.domain.delegations.models.groups import Partition
from forumapp.domain.delegations.models.notices import ItemNotice
from forumapp.domain.delegations.models.rooms import HotelRoom
from forumapp.domain.delegations.models.seating import SeatingPlan
from forumapp.domain.people.archive.archived_names import forget_frozen

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

ENTITY, LEG = "itinerary_item", "travel_leg"
# By table, the columns that tell whom to ring on the way: drivers, and contacts on site.
REACHED: dict[str, tuple[str, ...]] = {"vehicle": ("driver", "driver_mobile"), ENTITY: ("contact",)}


def erase_flights(db: DbSession, edition_id: int, *, dry_run: bool = False) -> dict[str, int]:
    """Take the edition's flights out of the itineraries, of the log, and of what was removed; and who drove, and whom
    to ring on site.

    The items go for good and not only their texts: when a group was in the air tells which flight it was, and an item
    without a title would stand as a gap in every paper made later. Their legs go with them, and so do the carriers and
    numbers of what was a journey once. A partition that began or ended with one is open there, and a plan of
    seats is of none.
    """
    standing = ItineraryItem.edition_id == edition_id, ItineraryItem.kind.in_(TRAVEL)
    ids = set(db.scalars(select(ItineraryItem.id).where(*standing)))
    if not dry_run:
        for batch in batched(ids):
            db.connection().execute(update(SeatingPlan).where(SeatingPlan.item_id.in_(batch)).values(item_id=None))
            for end in (Partition.split_item_id, Partition.rejoin_item_id):
                db.connection().execute(update(Partition).where(end.in_(batch)).values({end: None}))
            db.connection().execute(delete(ItineraryItem).where(ItineraryItem.id.in_(batch)))
            forget_frozen(db, ENTITY, batch)
        renew(db, edition_id)

    logged = ids | list_past_flights(db, edition_id)
    drivers = _clear(db, Vehicle, edition_id, dry_run=dry_run)
    reached = _clear(db, ItineraryItem, edition_id, ItineraryItem.id.not_in(ids), dry_run=dry_run)
    reached_once = ItemNotice.edition_id == edition_id, ItemNotice.was["contact"].as_string().is_not(None)
    named = reached.union(one for one in db.scalars(select(ItemNotice.item_id).where(*reached_once)) if one)
    notices = _erase_notices(db, edition_id, logged | named, dry_run=dry_run)
    removed = {row["id"] for row in list_removed(db, edition_id, ENTITY) if is_flight(row)}

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any] | None:
        if values.get("edition_id") != edition_id:
            return values
        gone = table == LEG or (table == ENTITY and is_flight(values))
        gone = gone or (table == "item_audience" and values["item_id"] in removed)
        return None if gone else {**values, **dict.fromkeys(REACHED.get(table, ()), "")}

    return {
        ENTITY: len(ids) + len(reached),
        "vehicle": len(drivers),
        "item_notice": notices,
        "audit_value": erase_values(db, ENTITY, logged, dry_run=dry_run),
        "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run),
    }


def _clear(
    db: DbSession, model: type[Vehicle | ItineraryItem], edition_id: int, *which: ColumnElement[bool], dry_run: bool
) -> set[int]:
    """Take out whom to ring of the edition's rows; the ids of those that named someone. An old form can't bring it
    back.
    """
    columns = [getattr(model, field) for field in REACHED[model.__tablename__]]
    named = model.edition_id == edition_id, or_(*(column != "" for column in columns))
    ids = set(db.scalars(select(model.id).where(*named, *which)))
    if not dry_run:
        for batch in batched(ids):
            values = {column.key: "" for column in columns} | {"version": model.version + 1}
            db.connection().execute(update(model).where(model.id.in_(batch)).values(values))
    return ids


def erase_liaison_phones(db: DbSession, edition_id: int, *, dry_run: bool = False) -> dict[str, int]:
    """Empty the liaisons' phone numbers, also of removed delegations. The log never held them."""

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any]:
        here = table == Delegation.__tablename__ and values["edition_id"] == edition_id
        return {**values, "liaison_phone": ""} if here else values

    given = Delegation.edition_id == edition_id, Delegation.liaison_phone != ""
    count = db.execute(select(func.count()).select_from(Delegation).where(*given)).scalar_one()
    if not dry_run:
        emptied = update(Delegation).where(*given).values(liaison_phone="", version=Delegation.version + 1)
        db.connection().execute(emptied)
    return {"delegation": count, "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run)}


def erase_requests(db: DbSession, edition_id: int, *, dry_run: bool = False) -> dict[str, int]:
    """Take out what hotels were asked for somebody, also of what was removed: it may tell of religion or health."""
    rows = db.execute(select(HotelRoom.id, HotelRoom.requests).where(HotelRoom.edition_id == edition_id))
    ids = [row.id for row in rows if row.requests]
    if not dry_run:
        for batch in batched(ids):
            db.connection().execute(update(HotelRoom).where(HotelRoom.id.in_(batch)).values(requests={}))

    def scrub(table: str, values: dict[str, Any]) -> dict[str, Any] | None:
        here = table == HotelRoom.__tablename__ and values["edition_id"] == edition_id
        return {**values, "requests": {}} if here else values

    return {"hotel_room": len(ids), "removal": scrub_removals(db, edition_id, scrub, dry_run=dry_run)}


def _erase_notices(db: DbSession, edition_id: int, item_ids: Collection[int], *, dry_run: bool) -> int:
    """What people were told of these; those that were told keep that they were."""
    count = 0
    for batch in batched(item_ids):
        which = ItemNotice.edition_id == edition_id, ItemNotice.item_id.in_(batch)
        count += db.execute(select(func.count()).select_from(ItemNotice).where(*which)).scalar_one()
        if not dry_run:
            db.connection().execute(delete(ItemNotice).where(*which))
    return count


def list_past_flights(db: DbSession, edition_id: int) -> set[int]:
    """The ids of items that were flights at some time, and may have been printed as such."""
    removed = {row["id"] for row in list_removed(db, edition_id, ENTITY) if is_flight(row)}
    kinds = (list_logged_with(db, edition_id, ENTITY, "kind", kind.value) for kind in TRAVEL)
    return removed.union(*kinds)


def is_flight(values: dict[str, Any]) -> bool:
    return values.get("kind") in {kind.value for kind in TRAVEL}
