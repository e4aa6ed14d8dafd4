"""Rooms that a delegation has at its hotels."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, refuse_faults
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.delegations.groups.materialization import hold_people
from forumapp.domain.delegations.hotel.queries import as_stay, people_for, spans_of, stays_in, stays_of
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomKind
from forumapp.domain.delegations.notifications.recording import noticing_rooms
from forumapp.domain.delegations.rules.rooming import MOST_SHARERS, most_at_once, overlap
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, PlaceKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.models.delegations import Delegation

EDIT = Permission.EDIT_DELEGATIONS
MOST_AT_ONCE = 200
# How many sleep in a room of which nothing else is said.
SLEEPS = {RoomKind.SINGLE: 1, RoomKind.TWIN: 2, RoomKind.DOUBLE: 2, RoomKind.SUITE: 2}
NIGHTS = ("check_in", "check_out")


def create_rooms(
    db: DbSession, delegation: Delegation, values: Mapping[str, Any], count: int = 1, *, actor: Actor, now: datetime
) -> list[HotelRoom]:
    """So many alike, which follow the last one. `values` are columns of HotelRoom; a number is that of one room."""
    edition_id = delegation.edition_id
    require_row(db, edition_id, EDIT, "delegation", delegation.id, actor=actor)
    _refuse_strange(db, edition_id, values)
    fits = 1 <= count <= (1 if values.get("number") else MOST_AT_ONCE)
    refuse_faults({"count": None if fits else "too-many-rooms"})
    lock_name(db, f"hotel-rooms:{delegation.id}")  # two who add some at once follow each other
    place = next_place(db, HotelRoom.position, HotelRoom.delegation_id == delegation.id)
    given = {"capacity": SLEEPS[values["kind"]], **values}
    rows = [
        HotelRoom(edition_id=edition_id, delegation_id=delegation.id, **{**given, "position": place + one})
        for one in range(count)
    ]
    for row in rows:
        _refuse_taken(db, row)
        create_in(db, row, EDIT, actor=actor, now=now)
    return rows


def update_room(
    db: DbSession,
    edition_id: int,
    room_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> HotelRoom:
    """Whoever is in it for all its nights stays so when these change."""
    require_row(db, edition_id, EDIT, "hotel_room", room_id, actor=actor)
    row = get_in(db, HotelRoom, edition_id, room_id)
    _refuse_strange(db, edition_id, {**{name: getattr(row, name) for name in NIGHTS}, **changes})
    hold_people(db, {stay.registration_id for stay in stays_in(db, [row.id])})
    hold_room(db, row.id)
    said = ("number", "place_id", "capacity", *NIGHTS)
    wanted = HotelRoom(id=row.id, **{name: changes.get(name, getattr(row, name)) for name in said})
    _refuse_taken(db, wanted)
    _refuse_unfit(db, wanted)
    with noticing_rooms(db, edition_id):
        change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    return row


def remove_room(db: DbSession, edition_id: int, room_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Its people are without a room then."""
    require_row(db, edition_id, EDIT, "hotel_room", room_id, actor=actor)
    row = get_in(db, HotelRoom, edition_id, room_id)
    along = stays_in(db, [row.id])
    hold_people(db, {stay.registration_id for stay in along})
    of: dict[str, Any] = {"label": label_of(db, row), "delegation_id": row.delegation_id}
    with noticing_rooms(db, edition_id):
        return remove_in(db, row, along=along, **of, version=version, actor=actor, now=now)


def bring_back_room(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """With those of its people who are still in the delegation and have no other room for these nights."""
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    rows = [dict[str, Any](one) for one in removal.rows]
    hold_people(db, {one["values"]["registration_id"] for one in rows if one["table"] == "room_stay"})
    room = HotelRoom(edition_id=edition_id, delegation_id=removal.delegation_id)
    if removal.restored_at is None:  # or else it is told why it can't be
        _refuse_taken(db, _kept(values_of(removal)))
    people = people_for(db, room) if removal.delegation_id else set()
    removal.rows = [one for one in rows if one["table"] != "room_stay" or one["values"]["registration_id"] in people]
    with noticing_rooms(db, edition_id):
        return bring_back_in(db, edition_id, removal.id, may_miss={"room_stay"}, actor=actor, now=now)


def _kept(values: Mapping[str, Any]) -> HotelRoom:
    """What of a room that was removed says which one it is, and when it is there."""
    nights = {name: date.fromisoformat(values[name]) for name in NIGHTS}
    return HotelRoom(place_id=values["place_id"], number=values["number"], **nights)


def hold_room(db: DbSession, room_id: int) -> None:
    """Until the transaction ends, nobody else changes it or puts anyone into it."""
    held = select(HotelRoom).where(HotelRoom.id == room_id).with_for_update(key_share=True)
    db.scalar(held.execution_options(populate_existing=True))


def label_of(db: DbSession, row: HotelRoom) -> dict[str, str]:
    """By its hotel and its number, or else its place among the rooms of its delegation."""
    hotel = db.get_one(ItineraryPlace, row.place_id).name
    return {language: f"{name} {row.number or f'#{row.position}'}" for language, name in hotel.items()}


def _refuse_strange(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> None:
    place = find_in(db, ItineraryPlace, edition_id, values["place_id"]) if "place_id" in values else None
    strange = "place_id" in values and (place is None or place.kind != PlaceKind.HOTEL)
    first, last, holds = (values.get(name) for name in (*NIGHTS, "capacity"))
    refuse_faults(
        {
            "place_id": "unknown" if strange else None,
            "check_out": "ends-before-start" if first and last and last <= first else None,
            "capacity": "not-a-capacity" if holds is not None and not 1 <= holds <= MOST_SHARERS else None,
        }
    )


def _refuse_taken(db: DbSession, row: HotelRoom) -> None:
    """A number at a hotel is one room, whosever it is, and there on a night once."""
    if not row.number:
        return
    lock_name(db, f"hotel-rooms-at:{row.place_id}")
    here = HotelRoom.place_id == row.place_id, HotelRoom.number == row.number, HotelRoom.id != (row.id or 0)
    if db.scalar(
        select(HotelRoom.id).where(*here, HotelRoom.check_in < row.check_out, row.check_in < HotelRoom.check_out)
    ):
        raise Invalid(fields={"number": "room-number-taken"})


def _refuse_unfit(db: DbSession, room: HotelRoom) -> None:
    """Those who are in it are still on nights that it is there, not too many, and in no other room."""
    rows = stays_in(db, [room.id])
    held = [as_stay(row, room) for row in rows]
    if any(one.start < room.check_in or one.end > room.check_out or one.end <= one.start for one in held):
        raise Invalid(fields={"check_in": "outside-the-room"})
    if most_at_once(held) > room.capacity:
        raise Invalid(fields={"capacity": "room-full"})
    theirs = stays_of(db, {row.registration_id for row in rows})
    others = spans_of(db, (row for held in theirs.values() for row in held if row.room_id != room.id))
    if any(overlap(one, other) for one in held for other in others if one.registration == other.registration):
        raise Invalid(fields={"check_in": "in-two-rooms"})
