"""What an emergency card says: whom to ring, where one sleeps, and what to show to whoever helps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.models import Account
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, ItinerarySettings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session as DbSession

    Texts = dict[str, str]

# The usual times at a hotel: a room knows its nights alone.
CHECK_IN, CHECK_OUT = time(15), time(11)


@dataclass(frozen=True, slots=True)
class HotelStay:
    """A hotel in which they stay. Its nights are those of their room; without a room, those of their itinerary.
    `item_id` is the first item that says so, None where only a room does.
    """

    item_id: int | None
    name: Texts
    address: Texts
    phone: str
    span: Span


@dataclass(frozen=True, slots=True)
class Liaison:
    """Whoever looks after a delegation, by the number that is kept for its members."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """Plain values. `delegation` is what the one is called in which they are, and empty for who is in none; the liaison
    is its own, or else that of the one that it is part of. `stays` are in order of time.
    """

    delegation: Texts
    liaison: Liaison | None
    contact_email: str
    stays: tuple[HotelStay, ...]
    emergency_numbers: Texts
    consulate: Texts

    @property
    def says_anything(self) -> bool:
        return bool(self.liaison or self.contact_email or self.stays or self.emergency_numbers or self.consulate)


def emergency_card(db: DbSession, edition_id: int, registration_id: int) -> EmergencyCard:
    return emergency_cards(db, edition_id, [registration_id])[registration_id]


def emergency_cards(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, EmergencyCard]:
    """By registration. Six queries, however many they are."""
    settings = ItinerarySettings.edition_id == Edition.id
    query = select(Edition.contact_email, ItinerarySettings.emergency_numbers, ItinerarySettings.consulate)
    email, numbers, consulate = db.execute(
        query.outerjoin(ItinerarySettings, settings).where(Edition.id == edition_id)
    ).one()
    parties = _parties(db, edition_id, registration_ids)
    stays = _stays(db, edition_id, registration_ids)
    rooms = _room_stays(db, edition_id, registration_ids)
    cards = {}
    for one in registration_ids:
        delegation, liaison = parties.get(one, ({}, None))
        told = tuple(with_room_nights(stays.get(one, []), rooms.get(one, [])))
        cards[one] = EmergencyCard(delegation, liaison, email or "", told, numbers or {}, consulate or {})
    return cards


def _parties(
    db: DbSession, edition_id: int, registration_ids: Collection[int]
) -> dict[int, tuple[Texts, Liaison | None]]:
    member = DelegationMember
    query = select(member.registration_id, member.delegation_id).where(
        member.edition_id == edition_id, member.registration_id.in_(registration_ids), member.left_on.is_(None)
    )
    of = {row.registration_id: row.delegation_id for row in db.execute(query)}
    parents = parents_of(db, edition_id)
    told = select(Delegation.id, Delegation.name, Delegation.liaison_phone, Account.name.label("liaison"))
    told = told.outerjoin(Account, Account.id == Delegation.liaison_id).where(Delegation.edition_id == edition_id)
    rows = {row.id: row for row in db.execute(told)}

    def liaison_of(wholes: Sequence[int]) -> Liaison | None:
        row = next((rows[one] for one in wholes if rows[one].liaison), None)
        return Liaison(row.liaison, row.liaison_phone) if row else None

    found = {own: (rows[own].name, liaison_of(with_wholes(own, parents))) for own in set(of.values())}
    return {registration_id: found[own] for registration_id, own in of.items()}


def _stays(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[HotelStay]]:
    query = (
        select(ItemPerson.registration_id, ItineraryItem)
        .join(ItineraryItem, and_(ItineraryItem.id == ItemPerson.item_id, ItineraryItem.kind == ItemKind.HOTEL))
        .where(ItemPerson.edition_id == edition_id, ItemPerson.registration_id.in_(registration_ids))
        .order_by(ItineraryItem.start_utc, ItineraryItem.id)
    )
    stays: dict[int, list[HotelStay]] = defaultdict(list)
    for registration_id, item in db.execute(query):
        _stay_on(stays[registration_id], item)
    return stays


def _room_stays(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[HotelStay]]:
    """The nights for which these people have rooms, one stay for rooms at one hotel that follow each other."""
    query = (
        select(RoomStay, HotelRoom, ItineraryPlace)
        .join(HotelRoom, HotelRoom.id == RoomStay.room_id)
        .join(ItineraryPlace, ItineraryPlace.id == HotelRoom.place_id)
        .where(RoomStay.edition_id == edition_id, RoomStay.registration_id.in_(registration_ids))
    )
    found: dict[int, list[HotelStay]] = defaultdict(list)
    for row, room, place in db.execute(query):
        nights = (row.from_on or room.check_in, row.until_on or room.check_out)
        start, end = (
            Moment(datetime.combine(day, hour), place.zone)
            for day, hour in zip(nights, (CHECK_IN, CHECK_OUT), strict=True)
        )
        found[row.registration_id].append(HotelStay(None, place.name, place.address, place.phone, Span(start, end)))
    return {one: joined_stays(theirs) for one, theirs in found.items()}


def joined_stays(stays: Collection[HotelStay]) -> list[HotelStay]:
    """In order of time; stays at one hotel, of which one begins on the day on which the other ends, are one."""
    found: list[HotelStay] = []
    for stay in sorted(stays, key=lambda one: one.span.start.utc):
        last = found[-1] if found else None
        if last and _hotel(last) == _hotel(stay) and stay.span.start.wall.date() <= last.span.end.wall.date():
            end = max(last.span.end, stay.span.end, key=lambda one: one.utc)
            found[-1] = replace(last, span=Span(last.span.start, end))
        else:
            found.append(stay)
    return found


def with_room_nights(planned: Collection[HotelStay], rooms: Collection[HotelStay]) -> list[HotelStay]:
    """The stays as rooms have them, with those of the itinerary at hotels where there is no room. Pure."""
    booked = {_hotel(one) for one in rooms}
    items = {_hotel(one): one.item_id for one in reversed(list(planned))}
    known = [replace(one, item_id=items.get(_hotel(one))) for one in rooms]
    return sorted([*known, *(one for one in planned if _hotel(one) not in booked)], key=lambda one: one.span.start.utc)


def _hotel(stay: HotelStay) -> tuple[object, ...]:
    return (*sorted(stay.name.items()), None, *sorted(stay.address.items()))


def _stay_on(stays: list[HotelStay], item: ItineraryItem) -> None:
    """Arriving and leaving may be items of their own: what follows at the same hotel is one stay there."""
    # Words of its own say another place than the one that it leads to.
    phone = item.begins_at.phone if item.begins_at and not item.place else ""
    stay = HotelStay(item.id, item.where or item.title, item.full_address, phone, item.span)
    last = stays[-1] if stays else None
    if last and (last.name, last.address) == (stay.name, stay.address):
        end = max(last.span.end, stay.span.end, key=lambda one: one.utc)
        stays[-1] = replace(last, span=Span(last.span.start, end))
    else:
        stays.append(stay)
