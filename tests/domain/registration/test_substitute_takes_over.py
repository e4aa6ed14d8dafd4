"""What a substitute takes over from the first person: delegation, coach and room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.delegations.coaches import boardings, runs, vehicles
from forumapp.domain.delegations.groups.members import stays_of
from forumapp.domain.delegations.hotel.stays import update_stay
from forumapp.domain.delegations.members.leaving import give_place_back, hand_over_registration, substitute_registration
from forumapp.domain.delegations.members.services import update_delegation
from forumapp.domain.delegations.members.substitution import list_possessions
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItemKind, MemberRole
from forumapp.domain.delegations.models.rooms import RoomStay
from forumapp.domain.delegations.rules.delegations import TakenOver, takes_over_fault
from forumapp.domain.registration.capacity import statements
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Source
from tests.domain.conftest import BY
from tests.domain.delegations.test_audiences import Part, hours
from tests.domain.delegations.test_hotel_rooms import House
from tests.domain.registering import STRANGER, applicant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

ALL = tuple(TakenOver)
DELEGATION, COACH, ROOM = ALL


class Travelers(House):
    """Adams and Baker of Jiangsu have both seats of a coach and both beds of a twin; the quota is full."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        update_delegation(db, self.of, self.jiangsu.id, {"quota": 2}, version=self.jiangsu.version, **BY)
        statements.add_code(db, self.of, self.people["Adams"])
        self.house(self.twin, "Adams", "Baker")
        stay = db.scalars(select(RoomStay).where(RoomStay.registration_id == self.people["Adams"])).one()
        update_stay(db, self.of, stay.id, {"agreed": True}, version=stay.version, **BY)
        self.transfer = self.item(hours(24, 10, 11), kind=ItemKind.TRANSFER)
        coach: Vehicle = vehicles.create_vehicle(
            db, self.of, {"code": "two", "kind": "coach", "name": {"en": "Coach 2"}, "seats": 2}, **BY
        )
        self.coach: CoachRun = runs.create_run(db, self.of, self.transfer.id, {"vehicle_id": coach.id}, **BY)
        seen = {self.people[one]: "" for one in ("Adams", "Baker")}
        boardings.put_into_run(db, self.of, self.coach.id, seen, **BY)

    def substitute(self, name: str = "Adams", **how: Any) -> int:
        row = self.db.get_one(Registration, self.people[name])
        by: Any = {"source": Source.MANUAL, "language": "en", "version": row.version, **BY, **how}
        new = substitute_registration(self.db, self.of, row.id, applicant(7), **by)
        return new.id

    def give_back(self, new: int) -> None:
        give_place_back(self.db, self.of, new, version=self.db.get_one(Registration, new).version, **BY)

    def owned(self, one: int) -> tuple[TakenOver, ...]:
        return list_possessions(self.db, self.of, one, actor=BY["actor"]).parts

    def counts(self) -> tuple[int, int, int]:
        """Members, seats and beds."""
        self.db.expire_all()
        seats = list(self.db.scalars(select(Boarding.id)))
        beds = list(self.db.scalars(select(RoomStay.id).where(RoomStay.room_id == self.twin.id)))
        return self.db.get_one(Delegation, self.jiangsu.id).members, len(seats), len(beds)

    def member(self, one: int) -> DelegationMember | None:
        current = DelegationMember.registration_id == one, DelegationMember.left_on.is_(None)
        return self.db.scalar(select(DelegationMember).where(*current))


@pytest.fixture
def travelers(session: DbSession, forum: Forum) -> Travelers:
    return Travelers(session, forum)


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ((), None),
        (ALL, None),
        ((DELEGATION,), None),
        ((DELEGATION, ROOM), None),
        ((COACH,), "not-in-the-delegation"),
        ((ROOM, COACH), "not-in-the-delegation"),
    ],
)
def test_coach_and_room_need_the_delegation(parts: tuple[TakenOver, ...], fault: str | None) -> None:
    assert takes_over_fault(parts) == fault


@pytest.mark.parametrize(
    ("parts", "counts"),
    [(ALL, (2, 2, 2)), ((DELEGATION, ROOM), (2, 1, 2)), ((DELEGATION, COACH), (2, 2, 1)), ((), (1, 1, 1))],
)
def test_a_substitute_takes_over_what_is_ticked_and_headcounts_stay_right(
    travelers: Travelers, parts: tuple[TakenOver, ...], counts: tuple[int, int, int]
) -> None:
    old = travelers.people["Adams"]
    new = travelers.substitute(takes_over=parts)
    assert (travelers.counts(), travelers.owned(old), travelers.owned(new)) == (counts, (), parts_in_order(parts))
    assert travelers.db.get_one(Delegation, travelers.whole.id).members == counts[0] + 1


def parts_in_order(parts: tuple[TakenOver, ...]) -> tuple[TakenOver, ...]:
    return tuple(part for part in ALL if part in parts)


def test_everything_is_taken_over_unless_somebody_says_otherwise(travelers: Travelers) -> None:
    new = travelers.substitute()
    assert travelers.owned(new) == ALL
    # Groups come with the delegation; the substitute has not agreed to share the room.
    assert [one.group_id for one in stays_of(travelers.db, new)] == [travelers.bay.id]
    stay = travelers.db.scalars(select(RoomStay).where(RoomStay.registration_id == new)).one()
    assert stay.agreed is False


def test_a_selection_without_the_delegation_is_refused(travelers: Travelers) -> None:
    with pytest.raises(Invalid) as refused:
        travelers.substitute(takes_over=(COACH,))
    assert refused.value.fields == {"takes_over": "not-in-the-delegation"}


def test_giving_the_place_back_moves_everything_back(travelers: Travelers) -> None:
    old = travelers.people["Adams"]
    member = travelers.members["Adams"]
    travelers.db.refresh(member)
    member.role = MemberRole.HEAD
    travelers.db.flush()
    new = travelers.substitute()
    taken = travelers.member(new)
    assert taken is not None
    assert taken.role is MemberRole.MEMBER  # a rank does not pass

    travelers.give_back(new)

    assert (travelers.counts(), travelers.owned(new), travelers.owned(old)) == ((2, 2, 2), (), ALL)
    back = travelers.member(old)
    assert back is not None
    assert (back.id, back.role) == (member.id, MemberRole.HEAD)
    assert [one.group_id for one in stays_of(travelers.db, old)] == [travelers.bay.id]


def test_a_substitute_named_by_the_registrant_takes_over_everything(travelers: Travelers) -> None:
    old = travelers.people["Adams"]
    by: Any = {"language": "en", "actor": STRANGER, "now": BY["now"]}
    row = hand_over_registration(travelers.db, old, 1, applicant(7), **by)
    assert row.replaced_by_id is not None
    assert (travelers.counts(), travelers.owned(row.replaced_by_id)) == ((2, 2, 2), ALL)


def test_a_substitute_is_expected_in_coaches_that_have_not_departed(travelers: Travelers) -> None:
    old = travelers.people["Adams"]
    seat = travelers.db.scalars(select(Boarding).where(Boarding.registration_id == old)).one()
    boardings.mark_boarding(travelers.db, travelers.of, seat.id, BoardingState.BOARDED, version=seat.version, **BY)
    new = travelers.substitute()
    travelers.db.refresh(seat)
    assert (seat.registration_id, seat.state, seat.marked_at) == (new, BoardingState.EXPECTED, None)


def test_the_seat_of_someone_absent_passes_only_while_one_is_free(travelers: Travelers) -> None:
    old, chen = travelers.people["Adams"], travelers.people["Chen"]
    seat = travelers.db.scalars(select(Boarding).where(Boarding.registration_id == old)).one()
    boardings.mark_boarding(travelers.db, travelers.of, seat.id, BoardingState.ABSENT, version=seat.version, **BY)
    boardings.put_into_run(travelers.db, travelers.of, travelers.coach.id, {chen: ""}, **BY)
    new = travelers.substitute()
    assert travelers.owned(new) == (DELEGATION, ROOM)


def test_coaches_that_have_departed_stay_as_they_were(travelers: Travelers) -> None:
    for seat in travelers.db.scalars(select(Boarding)):
        boardings.mark_boarding(travelers.db, travelers.of, seat.id, BoardingState.BOARDED, version=seat.version, **BY)
    travelers.db.refresh(travelers.coach)
    runs.close_run(travelers.db, travelers.of, travelers.coach.id, version=travelers.coach.version, **BY)
    travelers.substitute()
    riders = set(travelers.db.scalars(select(Boarding.registration_id)))
    assert riders == {travelers.people["Adams"], travelers.people["Baker"]}


def test_items_that_name_the_person_pass_except_flights(travelers: Travelers) -> None:
    only = Part(True, registration_id=travelers.people["Adams"])
    meal = travelers.item(hours(24, 12, 13), only, kind=ItemKind.MEAL)
    flight = travelers.item(hours(25, 12, 13), only, kind=ItemKind.FLIGHT)
    new = travelers.substitute()
    assert (meal.id, new) in travelers.kept()
    assert (flight.id, new) not in travelers.kept()
