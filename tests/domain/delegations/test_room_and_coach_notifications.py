"""Whoever sleeps or rides elsewhere is told of it as of a changed item."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.domain.audit.services import change
from forumapp.domain.delegations.coaches.boardings import put_into_run, remove_boarding, seen_of
from forumapp.domain.delegations.coaches.runs import create_run, update_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle, update_vehicle
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.hotel.queries import stays_of
from forumapp.domain.delegations.hotel.services import bring_back_room, create_rooms, remove_room, update_room
from forumapp.domain.delegations.hotel.stays import put_into_room
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.models.coaches import Boarding, VehicleKind
from forumapp.domain.delegations.models.delegations import BulkAction, ItemKind
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomKind
from forumapp.domain.delegations.rules.change_wording import in_words, lines_of
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lists.filters import EVERYONE
from forumapp.domain.registration.models import Registration
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_audiences import hours
from tests.domain.delegations.test_hotel_rooms import PLACE
from tests.domain.delegations.test_itinerary_notifications import Told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

pytestmark = pytest.mark.one_database


def now_and_before(told: Told, name: str) -> list[tuple[str, str, str]]:
    row = next(one for one in told.rows() if one.registration_id == told.people[name])
    return [tuple(line) for one in row.changes for line in lines_of(one, "en")]


@pytest.fixture
def told(session: DbSession, forum: Forum) -> Told:
    return Told(session, forum)


def put(told: Told, room: HotelRoom, *names: str) -> None:
    seen = {one: mark_of(rows) for one, rows in stays_of(told.db, [told.people[name] for name in names]).items()}
    put_into_room(told.db, told.of, room.id, seen, **BY)


def test_a_room_is_told_by_number_hotel_nights_and_those_of_ones_own_delegation_who_share_it(told: Told) -> None:
    """Adams and Baker are of one delegation, Chen of another part."""
    db, of = told.db, told.of
    hotel = create_place(db, of, PLACE, **BY)
    nights = {"place_id": hotel.id, "check_in": date(2023, 5, 20), "check_out": date(2023, 5, 26), "capacity": 3}
    first, other = create_rooms(db, told.whole, {"kind": RoomKind.TWIN, **nights}, 2, **BY)
    put(told, first, "Adams", "Baker")
    assert told.waiting() == {"Adams": ["New: Hotel room"], "Baker": ["New: Hotel room"]}
    [new] = told.rows()[0].changes
    assert in_words([new], "en") == "New: Hotel room\nHotel, May 20 to May 26, shared with Ann Baker"
    told.tell("Adams")
    told.tell("Baker")

    update_room(db, of, first.id, {"number": "501"}, version=1, **BY)
    put(told, first, "Chen")
    was = "Hotel, May 20 to May 26, shared with Ann Baker"
    now = "Hotel, room 501, May 20 to May 26, shared with Ann Baker and 1 of another delegation"
    assert now_and_before(told, "Adams") == [("Hotel room", was, now)]
    put(told, other, "Chen")
    update_room(db, of, first.id, {"number": ""}, version=first.version, **BY)
    assert set(told.waiting()) == {"Chen"}  # for Adams and Baker all of it was taken back
    removal = remove_room(db, of, other.id, version=other.version, **BY)
    assert told.waiting() == {}
    bring_back_room(db, of, removal.id, **BY)
    assert told.waiting() == {"Chen": ["New: Hotel room"]}

    person = db.get_one(Person, db.get_one(Registration, told.people["Chen"]).person_id)
    change(db, person, {"email": "chen@example.org"}, version=person.version, **BY)
    run = bulk_actions.ask(db, of, BulkAction.TELL, EVERYONE, [told.people["Chen"]], **BY)
    bulk_actions.take_batch(db, run.id, now=NOW)
    [mail] = db.scalars(select(Message).where(Message.template == "itinerary-changed"))
    assert mail.values["changes"]["zh-Hans"] == "新增：客房\nHotel，5月20日至5月26日"
    assert told.waiting() == {}


def test_a_seat_is_told_with_its_transfer_and_taken_back_with_it(told: Told) -> None:
    db, of = told.db, told.of
    item = told.item(hours(24, 8, 9), *(Part(True, registration_id=told.people[one]) for one in ("Adams", "Baker")),
                     kind=ItemKind.TRANSFER)  # fmt: skip
    vans = []
    for number in (1, 2):
        said = {"code": f"v{number}", "kind": VehicleKind.VAN, "name": {"en": f"Van {number}"}, "seats": 3}
        vans.append(create_vehicle(db, of, said, **BY))
    one, other = (create_run(db, of, item.id, {"vehicle_id": van.id}, **BY) for van in vans)
    put_into_run(db, of, one.id, {told.people[name]: "" for name in ("Adams", "Baker")}, **BY)
    for name in ("Adams", "Baker"):
        told.tell(name)

    def seat() -> Boarding:
        db.expire_all()
        return db.scalars(select(Boarding).where(Boarding.registration_id == told.people["Adams"])).one()

    def move(run: Any) -> None:
        put_into_run(db, of, run.id, {told.people["Adams"]: seen_of(seat())}, **BY)

    move(other)
    assert told.waiting() == {"Adams": ["Changed: Visit"]}
    assert now_and_before(told, "Adams") == [("Vehicle", "Van 1", "Van 2")]
    told.move(item, hours(24, 9, 10))  # one change with what else there is of it
    assert [line[0] for line in now_and_before(told, "Adams")] == ["When", "Vehicle"]
    assert [line[0] for line in now_and_before(told, "Baker")] == ["When"]
    told.move(item, hours(24, 8, 9))
    move(one)
    assert told.waiting() == {}

    update_vehicle(db, of, vans[0].id, {"plate": "8ABC123"}, version=1, **BY)
    assert now_and_before(told, "Baker") == [("Vehicle", "Van 1", "Van 1 (8ABC123)")]
    third = create_vehicle(db, of, {**said, "code": "v3", "name": {"en": "Van 3"}}, **BY)
    update_run(db, of, one.id, {"vehicle_id": third.id}, version=one.version, **BY)
    assert now_and_before(told, "Adams") == [("Vehicle", "Van 1", "Van 3")]
    remove_boarding(db, of, seat().id, version=seat().version, **BY)
    assert now_and_before(told, "Adams") == [("Vehicle", "Van 1", "—")]
