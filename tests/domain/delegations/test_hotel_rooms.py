"""Hotel rooms: no more people in one than it holds, nobody in two on one night, and each liaison with their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.hotel.queries import days_of, get_room, nights_open, rooms_of, spans_of, stays_of
from forumapp.domain.delegations.hotel.services import create_rooms, remove_room, update_room
from forumapp.domain.delegations.hotel.stays import (
    HousedMeanwhile,
    InTwoRooms,
    RoomFull,
    add_stay,
    put_into_room,
    remove_stay,
    update_stay,
)
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.erasure import erase_requests
from forumapp.domain.delegations.members.services import bring_back_member, remove_delegation, remove_member
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_audiences import Party
from tests.domain.delegations.test_delegations import make_delegation
from tests.domain.delegations.test_group_scope import liaison

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from tests.domain.conftest import Forum

PLACE = {"code": "hotel", "kind": "hotel", "name": {"en": "Hotel"}, "zone": "America/Los_Angeles"}


def may(day: int) -> date:
    return date(2023, 5, day)


class House(Party):
    """The party with a hotel, where the whole has twins and the part a single, all from 20 to 26 May."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.forum = forum
        self.hotel = create_place(db, self.of, PLACE, **BY)
        self.twin, self.other = self.rooms(self.whole, "twin", 2)
        [self.single] = self.rooms(self.jiangsu, "single")

    def rooms(self, of: Delegation, kind: str, count: int = 1, **values: Any) -> list[HotelRoom]:
        nights = {"check_in": may(20), "check_out": may(26)}
        return create_rooms(self.db, of, {"place_id": self.hotel.id, "kind": kind, **nights, **values}, count, **BY)

    def house(self, room: HotelRoom, *names: str, by: Any = BY, **how: Any) -> bool:
        people = [self.people[one] for one in names]
        seen = {one: mark_of(rows) for one, rows in stays_of(self.db, people).items()}
        return put_into_room(self.db, self.of, room.id, seen, **how, **by)

    def nights(self, name: str) -> list[tuple[int, int, int]]:
        rows = stays_of(self.db, [self.people[name]])[self.people[name]]
        return sorted((one.room, one.start.day, one.end.day) for one in spans_of(self.db, rows))


@pytest.fixture
def house(session: DbSession, forum: Forum) -> House:
    return House(session, forum)


@pytest.mark.one_database
def test_people_are_put_and_moved_night_by_night(house: House) -> None:
    assert house.house(house.twin, "Adams", "Baker")
    assert not house.house(house.twin, "Adams")
    assert house.house(house.other, "Adams", start=may(23), end=may(24))
    twin, other = house.twin.id, house.other.id
    assert house.nights("Adams") == [(twin, 20, 23), (twin, 24, 26), (other, 23, 24)]
    house.house(house.twin, "Chen", start=may(23), end=may(24))
    # Chen has the one bed that is free on one night.
    with pytest.raises(RoomFull):
        house.house(house.twin, "Adams")
    with pytest.raises(InTwoRooms) as refusal:
        house.house(house.other, "Baker", "Chen", moves=False)
    assert refusal.value.details["registrations"] == [house.people["Baker"], house.people["Chen"]]
    house.house(house.other, "Adams")
    assert house.nights("Adams") == [(other, 20, 26)]
    with pytest.raises(HousedMeanwhile):
        put_into_room(house.db, house.of, twin, {house.people["Adams"]: ""}, **BY)
    with pytest.raises(Invalid) as outside:
        house.house(house.twin, "Adams", end=may(27))
    assert outside.value.fields == {"until_on": "outside-the-room"}


@pytest.mark.one_database
def test_the_nights_of_a_room_change_with_those_who_have_them_all(house: House) -> None:
    db, room = house.db, house.twin
    house.house(room, "Adams")
    house.house(house.other, "Adams", start=may(24))
    house.house(room, "Baker")
    update_room(db, house.of, room.id, {"check_in": may(19)}, version=room.version, **BY)
    assert (house.nights("Adams")[0], house.nights("Baker")) == ((room.id, 19, 24), [(room.id, 19, 26)])
    for changes, wrong in (
        ({"check_out": may(23)}, {"check_in": "outside-the-room"}),
        ({"capacity": 1}, {"capacity": "room-full"}),
        ({"capacity": 0}, {"capacity": "not-a-capacity"}),
        ({"check_out": may(19)}, {"check_out": "ends-before-start"}),
    ):
        with pytest.raises(Invalid) as refusal:
            update_room(db, house.of, room.id, changes, version=room.version, **BY)
        assert refusal.value.fields == wrong
    with pytest.raises(Stale):
        update_room(db, house.of, room.id, {"number": "501"}, version=1, **BY)
    update_room(db, house.of, room.id, {"number": "501"}, version=room.version, **BY)
    with pytest.raises(Invalid, match="room-number-taken"):
        house.rooms(house.jiangsu, "twin", number="501", check_in=may(25), check_out=may(27))
    assert house.rooms(house.jiangsu, "twin", number="501", check_in=may(26), check_out=may(27))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"registration_id": "Baker", "from_on": may(24)}, "in-two-rooms"),
        ({"registration_id": "Baker", "until_on": may(24)}, None),
        ({"room_id": "single"}, "room-full"),
        ({"room_id": "single", "until_on": may(23)}, None),
        ({"from_on": may(19)}, "outside-the-room"),
        ({"until_on": may(27)}, "outside-the-room"),
    ],
)
def test_the_database_refuses_it_by_itself(house: House, changes: dict[str, Any], told: str | None) -> None:
    db = house.db
    house.house(house.single, "Adams", start=may(23))
    house.house(house.other, "Baker", start=may(24))
    row = RoomStay(edition_id=house.of, room_id=house.twin.id, registration_id=house.people["Chen"], agreed=False)
    db.add(row)
    db.flush()
    meant = {"Baker": house.people["Baker"], "single": house.single.id}
    for name, value in changes.items():
        setattr(row, name, meant.get(value, value))
    if told is None:
        db.flush()
    else:
        with pytest.raises(IntegrityError, match=told):
            db.flush()


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"capacity": 1}, "room-full"), ({"check_out": may(25)}, "outside-the-room"), ({"check_in": may(19)}, "in-two")],
)
def test_the_database_refuses_a_room_that_no_longer_fits(house: House, changes: dict[str, Any], told: str) -> None:
    early = house.rooms(house.whole, "single", check_in=may(18), check_out=may(20))[0]
    house.house(early, "Adams")
    house.house(house.twin, "Adams", "Baker")
    [row] = stays_of(house.db, [house.people["Baker"]])[house.people["Baker"]]
    update_stay(house.db, house.of, row.id, {"until_on": may(26), "agreed": True}, version=1, **BY)
    for name, value in changes.items():
        setattr(house.twin, name, value)
    with pytest.raises(IntegrityError, match=told):
        house.db.flush()


def test_a_number_is_one_room_on_a_night_also_for_whatever_comes_back(house: House) -> None:
    numbered = house.rooms(house.whole, "single", number="501", check_in=may(20), check_out=may(22))[0]
    removal = remove_room(house.db, house.of, numbered.id, version=1, **BY)
    other = house.rooms(house.jiangsu, "single", number="501", check_in=may(21), check_out=may(23))[0]
    with pytest.raises(Invalid, match="room-number-taken"):
        restore(house.db, house.of, removal.id, **BY)
    update_room(house.db, house.of, other.id, {"check_in": may(22)}, version=1, **BY)
    restore(house.db, house.of, removal.id, **BY)
    other.check_in = may(21)
    with pytest.raises(IntegrityError, match="room-number-taken"):
        house.db.flush()


@pytest.mark.one_database
def test_who_leaves_the_delegation_leaves_the_room_and_comes_back_to_it(house: House) -> None:
    db = house.db
    house.house(house.twin, "Adams", "Baker")
    removal = remove_member(db, house.of, house.members["Adams"].id, version=1, **BY)
    assert house.nights("Adams") == []
    assert not house.house(house.twin, "Baker")
    bring_back_member(db, house.of, removal.id, **BY)
    assert house.nights("Adams") == [(house.twin.id, 20, 26)]

    gone = remove_member(db, house.of, house.members["Adams"].id, version=house.members["Adams"].version, **BY)
    house.house(house.twin, "Chen")
    bring_back_member(db, house.of, gone.id, **BY)  # without the bed, which someone else has by now
    assert house.nights("Adams") == []
    with pytest.raises(Invalid):
        house.house(house.single, "Chen")  # who is in another part


@pytest.mark.one_database
def test_a_room_and_a_stay_are_taken_away_and_come_back(house: House) -> None:
    db = house.db
    house.house(house.twin, "Adams", "Baker")
    removal = remove_room(db, house.of, house.twin.id, version=1, **BY)
    assert removal.label == {"en": "Hotel #1"}
    house.house(house.single, "Adams")
    restore(db, house.of, removal.id, **BY)
    assert (house.nights("Adams"), house.nights("Baker")) == (
        [(house.single.id, 20, 26)],
        [(removal.entity_id, 20, 26)],
    )

    [stay] = stays_of(db, [house.people["Baker"]])[house.people["Baker"]]
    taken = remove_stay(db, house.of, stay.id, version=stay.version, **BY)
    house.house(get_room(db, house.of, removal.entity_id), "Adams", "Chen")
    with pytest.raises(RoomFull):
        restore(db, house.of, taken.id, **BY)

    empty = make_delegation(db, house.forum, "empty")
    house.rooms(empty, "double")
    back = remove_delegation(db, house.of, empty.id, version=1, **BY)
    assert [one["table"] for one in back.rows] == ["delegation", "hotel_room"]


@pytest.mark.one_database
def test_a_liaison_has_their_own_people_and_rooms(house: House) -> None:
    db, by = house.db, liaison(house, house.jiangsu)
    house.house(house.twin, "Chen")
    assert house.house(house.twin, "Adams", by=by)  # of the whole
    [chen] = stays_of(db, [house.people["Chen"]])[house.people["Chen"]]
    [mine] = stays_of(db, [house.people["Adams"]])[house.people["Adams"]]
    update_stay(db, house.of, mine.id, {"agreed": True}, version=1, **by)
    [theirs] = house.rooms(house.hubei, "single")
    for refused in (
        lambda: house.house(house.other, "Chen", by=by),
        lambda: house.house(theirs, "Adams", by=by),
        lambda: update_stay(db, house.of, chen.id, {"agreed": True}, version=1, **by),
        lambda: remove_stay(db, house.of, chen.id, version=1, **by),
        lambda: update_room(db, house.of, house.twin.id, {"number": "1"}, version=1, **by),
        lambda: update_room(db, house.of, theirs.id, {"number": "1"}, version=1, **by),
        lambda: remove_room(db, house.of, theirs.id, version=1, **by),
        lambda: create_rooms(db, house.hubei, {"place_id": house.hotel.id}, **by),
        lambda: add_stay(db, theirs, house.people["Adams"], {}, **by),
    ):
        with pytest.raises((NotFound, Invalid)):
            refused()
    with pytest.raises(NotFound):
        get_room(db, house.of, theirs.id, within=[house.jiangsu.id])


@pytest.mark.one_database
def test_what_one_is_told_of_ones_room_and_who_has_none(house: House) -> None:
    db = house.db
    house.whole.arrives_on, house.whole.departs_on = may(20), may(26)
    db.flush()
    house.house(house.twin, "Adams", "Baker")
    house.house(house.other, "Baker", start=may(24), end=may(25))
    adams, baker, chen = (house.people[one] for one in ("Adams", "Baker", "Chen"))
    told = rooms_of(db, house.of, [adams, chen])
    [own] = told.pop(adams)
    assert (own.hotel, own.nights, [one.latin_family for one in own.sharers], told) == (
        {"en": "Hotel"},
        6,
        ["Baker"],
        {},
    )
    assert [(one.check_in.day, len(one.sharers)) for one in rooms_of(db, house.of, [baker])[baker]] == [
        (20, 1),
        (24, 0),
        (25, 1),
    ]
    days = days_of(db, house.of)
    of = {adams: days[house.jiangsu.id], chen: days[house.hubei.id]}
    spans = {one: spans_of(db, rows) for one, rows in stays_of(db, list(of)).items()}
    assert nights_open(spans, of) == {chen: [(may(20), may(26))]}


@pytest.mark.one_database
def test_requests_are_in_no_log_and_go_with_diet_and_access_needs(house: House) -> None:
    db = house.db
    wish = {"requests": {"en": "Roll-in shower"}}
    update_room(db, house.of, house.twin.id, wish, version=1, **BY)
    [told] = db.execute(select(AuditValue.after).where(AuditValue.field == "requests", AuditValue.before.is_not(None)))
    assert "shower" not in str(told)
    removal = remove_room(db, house.of, house.twin.id, version=2, **BY)
    update_room(db, house.of, house.other.id, wish, version=1, **BY)
    assert erase_requests(db, house.of, dry_run=True) == {"hotel_room": 1, "removal": 1}
    purge(db, house.of, Kind.DIET, now=NOW + timedelta(days=4000))
    db.expire_all()
    assert (house.other.requests, removal.rows[0]["values"]["requests"]) == ({}, {})  # type: ignore[index]
    assert db.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.entity == "hotel_room"))
