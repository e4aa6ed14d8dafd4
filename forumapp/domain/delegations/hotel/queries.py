"""Reading hotel rooms: whose they are, who sleeps in which, and who has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited, registrations_of
from forumapp.domain.delegations.groups.queries import seen_from
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.models.rooms import HotelRoom, MealPlan, RoomKind, RoomStay
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_parts, with_wholes
from forumapp.domain.delegations.rules.rooming import Stay, lacking, overlap
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, PlaceKind
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import FrozenName, Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.forms.answers import answered
from forumapp.domain.registration.forms.list_questions import is_about_hotel
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.forms.questions import Question

_IN_ORDER = (HotelRoom.delegation_id, HotelRoom.position, HotelRoom.id)


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """A room of someone's own: what they are told of it, with who is there on any of the same nights."""

    stay_id: int
    room_id: int
    hotel: dict[str, str]
    address: dict[str, str]
    number: str
    kind: RoomKind
    meal_plan: MealPlan
    check_in: date
    check_out: date
    agreed: bool
    sharers: tuple[Name, ...]

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days


def rooms_of(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[OwnRoom]]:
    """The rooms of these people in order of their nights; whoever has none is left out. Two queries."""
    if not registration_ids:
        return {}
    rooms = select(RoomStay.room_id).where(RoomStay.registration_id.in_(registration_ids))
    query = (
        select(RoomStay, HotelRoom, ItineraryPlace, Person, FrozenName.said)
        .join(HotelRoom, HotelRoom.id == RoomStay.room_id)
        .join(ItineraryPlace, ItineraryPlace.id == HotelRoom.place_id)
        .join(Registration, Registration.id == RoomStay.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .where(RoomStay.edition_id == edition_id, RoomStay.room_id.in_(rooms))
        .order_by(RoomStay.id)
    )
    rows = db.execute(query.execution_options(populate_existing=True)).all()
    there: dict[int, list[tuple[Stay, Name]]] = {}
    for row, room, _place, person, said in rows:
        name = person_printed(said, name_of(person), ()).name
        there.setdefault(room.id, []).append((as_stay(row, room), name))
    found: dict[int, list[OwnRoom]] = {}
    for row, room, place, *_person in rows:
        if row.registration_id in registration_ids:
            own = as_stay(row, room)
            beside = (
                name for stay, name in there[room.id] if stay.registration != own.registration and overlap(stay, own)
            )
            found.setdefault(own.registration, []).append(_own(row, room, place, own, tuple(dict.fromkeys(beside))))
    return {one: sorted(theirs, key=lambda room: room.check_in) for one, theirs in found.items()}


def _own(row: RoomStay, room: HotelRoom, place: ItineraryPlace, stay: Stay, sharers: tuple[Name, ...]) -> OwnRoom:
    where = (place.name, place.address, room.number, room.kind, room.meal_plan)
    return OwnRoom(row.id, room.id, *where, stay.start, stay.end, row.agreed, sharers)


def get_room(db: DbSession, edition_id: int, room_id: int, *, within: Collection[int] | None = None) -> HotelRoom:
    """Also one of a whole that a delegation within reach is part of: its people may sleep there, too."""
    row = get_in(db, HotelRoom, edition_id, room_id)
    if within is not None and row.delegation_id not in seen_from(db, edition_id, within):
        raise NotFound(entity="hotel_room")
    return row


def get_stay(db: DbSession, room: HotelRoom, stay_id: int, *, within: Collection[int] | None = None) -> RoomStay:
    row = get_in(db, RoomStay, room.edition_id, stay_id, within=within)
    if row.room_id != room.id:
        raise NotFound(entity="room_stay")
    return row


def wishes_of(db: DbSession, registration_ids: Collection[int]) -> dict[int, list[tuple[Question, Any]]]:
    """What these people, or the list that brought them, said about hotel rooms, by registration. One query."""
    found: dict[int, list[tuple[Question, Any]]] = {}
    query = select(Registration.id, Registration.answers).where(Registration.id.in_(registration_ids))
    for registration_id, kept in db.execute(query) if registration_ids else ():
        asked = [one for one in kept.get("questions", ()) if is_about_hotel(one)]
        if wishes := answered({"questions": asked, "values": kept.get("values", {})}):
            found[registration_id] = wishes
    return found


def rooms_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    delegation: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[HotelRoom]:
    """`delegation` is a code: its rooms alone, without those of its parts."""
    query = select(HotelRoom).where(HotelRoom.edition_id == edition_id, *_seen(db, edition_id, within))
    if delegation:
        of = select(Delegation.id).where(Delegation.edition_id == edition_id, Delegation.code == delegation)
        query = query.where(HotelRoom.delegation_id.in_(of))
    return paged(db, query.order_by(*_IN_ORDER), number=number, size=size)


def stays_page(
    db: DbSession, room: HotelRoom, *, within: Collection[int] | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[RoomStay]:
    reached = limited(RoomStay.id, "room_stay", room.edition_id, within)
    query = select(RoomStay).where(RoomStay.room_id == room.id, *reached)
    return paged(db, query.order_by(RoomStay.registration_id, RoomStay.id), number=number, size=size)


def rooms_for(db: DbSession, delegation: Delegation) -> list[HotelRoom]:
    """Where its people may sleep: its own rooms, those of its parts, and those of the wholes that it is part of."""
    parents = parents_of(db, delegation.edition_id)
    of = {*with_wholes(delegation.id, parents), *with_parts(delegation.id, parents)}
    return list(db.scalars(select(HotelRoom).where(HotelRoom.delegation_id.in_(of)).order_by(*_IN_ORDER)))


def stays_in(db: DbSession, room_ids: Collection[int]) -> list[RoomStay]:
    query = select(RoomStay).where(RoomStay.room_id.in_(room_ids)).order_by(RoomStay.id)
    query = query.execution_options(populate_existing=True)
    return list(db.scalars(query)) if room_ids else []


def stays_of(db: DbSession, registration_ids: Collection[int]) -> dict[int, list[RoomStay]]:
    """All stays of these people, by person."""
    found: dict[int, list[RoomStay]] = {one: [] for one in registration_ids}
    query = select(RoomStay).where(RoomStay.registration_id.in_(registration_ids)).order_by(RoomStay.id)
    query = query.execution_options(populate_existing=True)
    for row in db.scalars(query) if found else ():
        found[row.registration_id].append(row)
    return found


def spans_of(db: DbSession, rows: Iterable[RoomStay]) -> list[Stay]:
    """The stays with the nights that they come to."""
    held = list(rows)
    rooms = rooms_by_id(db, {row.room_id for row in held})
    return [as_stay(row, rooms[row.room_id]) for row in held]


def spans_by_person(db: DbSession, rows: Mapping[int, Iterable[RoomStay]]) -> dict[int, list[Stay]]:
    """The same of the stays of several people. One query."""
    found: dict[int, list[Stay]] = {one: [] for one in rows}
    for stay in spans_of(db, (row for theirs in rows.values() for row in theirs)):
        found[stay.registration].append(stay)
    return found


def rooms_by_id(db: DbSession, room_ids: Collection[int]) -> dict[int, HotelRoom]:
    query = select(HotelRoom).where(HotelRoom.id.in_(room_ids))
    return {row.id: row for row in db.scalars(query)} if room_ids else {}


def as_stay(row: RoomStay, room: HotelRoom) -> Stay:
    return Stay(row.room_id, row.registration_id, row.from_on or room.check_in, row.until_on or room.check_out)


def people_for(db: DbSession, room: HotelRoom, *, within: Collection[int] | None = None) -> set[int]:
    """The registrations that may sleep there: all now in its delegation and its parts, of those within reach."""
    parts = with_parts(room.delegation_id, parents_of(db, room.edition_id))
    reached = parts if within is None else [one for one in parts if one in within]
    return set(db.scalars(registrations_of(reached)))


def list_hotels(db: DbSession, edition_id: int) -> list[ItineraryPlace]:
    here = ItineraryPlace.edition_id == edition_id, ItineraryPlace.kind == PlaceKind.HOTEL
    return list(db.scalars(select(ItineraryPlace).where(*here).order_by(ItineraryPlace.code)))


def days_of(db: DbSession, edition_id: int) -> dict[int, tuple[date, date]]:
    """By delegation, from when to when it is there, or else the whole that it is part of; who says nothing is left
    out.
    """
    query = select(Delegation).where(Delegation.edition_id == edition_id)
    rows = {row.id: row for row in db.scalars(query)}
    parents, found = {one: row.parent_id for one, row in rows.items()}, {}
    for one in rows:
        wholes = (rows[whole] for whole in with_wholes(one, parents))
        said = ((row.arrives_on, row.departs_on) for row in wholes if row.arrives_on and row.departs_on)
        first, last = next(said, (None, None))
        if first and last and first < last:
            found[one] = (first, last)
    return found


def nights_open(
    stays: Mapping[int, Iterable[Stay]], days: Mapping[int, tuple[date, date]]
) -> dict[int, list[tuple[date, date]]]:
    """Of people with their stays, by person, the nights of `days` (likewise by person) for which they have no room."""
    found = {one: lacking(theirs, *days[one]) for one, theirs in stays.items() if one in days}
    return {one: nights for one, nights in found.items() if nights}


def _seen(db: DbSession, edition_id: int, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if within is None else [HotelRoom.delegation_id.in_(seen_from(db, edition_id, within))]
