"""Vehicles run for transfers: nobody has two seats, no more ride than there are seats, and nothing departs while
somebody is expected.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import AlreadyExists, InUse, Invalid, LinkHasEnded, NotFound, Refusal, Stale
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.coaches import boardings, captain, runs, vehicles
from forumapp.domain.delegations.coaches import queries as coaches_queries
from forumapp.domain.delegations.conflicts.detection import list_clashes
from forumapp.domain.delegations.conflicts.findings import itinerary_findings, names_beside, vehicles_twice
from forumapp.domain.delegations.conflicts.queries import clashes_page
from forumapp.domain.delegations.groups.queries import mark_of, rows_of
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members.services import remove_delegation, remove_member
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.models import Registration, RegistrationStatus
from tests.domain.conftest import BY, NOW, make_forum
from tests.domain.delegations.test_audiences import Part, Party, hours
from tests.domain.delegations.test_delegations import make_delegation
from tests.domain.delegations.test_moves_at_once import at_once

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.coaches.queries import Transfer
    from tests.domain.conftest import Forum

EXPECTED, BOARDED, ABSENT = BoardingState


class Coaches(Party):
    """The three are driven on 24 May, when they are in groups, by coaches of two seats."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.transfer = self.item(hours(24, 10, 11), kind=ItemKind.TRANSFER)
        self.north, self.south = (self.vehicle(code) for code in ("north", "south"))

    def vehicle(self, code: str, seats: int = 2) -> Vehicle:
        told = {"code": code, "kind": "coach", "name": {"en": code}, "seats": seats}
        return vehicles.create_vehicle(self.db, self.of, told, **BY)

    def run(self, vehicle: Vehicle, **values: Any) -> CoachRun:
        told = {"vehicle_id": vehicle.id, **values}
        return runs.create_run(self.db, self.of, self.transfer.id, told, **BY)

    def seat(self, run: CoachRun, *names: str) -> int:
        seen = {self.people[one]: boardings.seen_of(self.boarding(one)) for one in names}
        return boardings.put_into_run(self.db, self.of, run.id, seen, **BY)

    def boarding(self, name: str) -> Boarding | None:
        return self.db.scalar(select(Boarding).where(Boarding.registration_id == self.people[name]))

    def mark(self, name: str, state: BoardingState, version: int | None = None) -> Boarding:
        row = self.boarding(name)
        assert row is not None
        by: dict[str, Any] = {"version": row.version if version is None else version, **BY}
        return boardings.mark_boarding(self.db, self.of, row.id, state, **by)

    def close(self, run: CoachRun) -> CoachRun:
        return runs.close_run(self.db, self.of, run.id, version=run.version, **BY)

    def seen(self) -> tuple[dict[str, set[str]], set[str]]:
        """By vehicle who rides in it, and who has no seat."""
        names = {one: name for name, one in self.people.items()}
        (found,) = self.all()
        rides = {one.vehicle.code: {names[each.registration_id] for each in one.riders} for one in found.rides}
        return rides, {names[one.registration_id] for one in found.without}

    def all(self) -> list[Transfer]:
        return coaches_queries.transfers_of(self.db, self.of, [self.transfer])


@pytest.fixture
def driven(session: DbSession, forum: Forum) -> Coaches:
    return Coaches(session, forum)


def test_a_run_for_a_group_seats_its_people_and_others_are_moved_at_once(driven: Coaches) -> None:
    south = driven.run(driven.south, group_id=driven.stay.id)
    assert driven.seen() == ({"south": {"Baker", "Chen"}}, {"Adams"})
    north = driven.run(driven.north)
    assert driven.seat(north, "Adams", "Baker") == 2
    assert driven.seen() == ({"south": {"Chen"}, "north": {"Adams", "Baker"}}, set())
    assert driven.seat(north, "Adams") == 0
    with pytest.raises(runs.NoSeatLeft) as full:
        driven.seat(north, "Chen")
    assert full.value.details == {"seats": 2, "wanted": 3}
    # A full swap by groups, though neither coach has a seat to spare meanwhile.
    driven.put(driven.bay.id, "Chen", Chen=driven_mark(driven, "Chen"))
    runs.update_run(driven.db, driven.of, north.id, {"group_id": driven.bay.id}, version=north.version, **BY)
    theirs = {name: driven.people[name] for name in ("Baker", "Chen")}
    assert coaches_queries.beside_groups(driven.db, driven.of) == {
        driven.transfer.id: {theirs["Baker"]: south.id, theirs["Chen"]: north.id}
    }
    assert boardings.seat_by_groups(driven.db, driven.of, [driven.transfer.id], **BY) == 2
    assert driven.seen() == ({"south": {"Baker"}, "north": {"Adams", "Chen"}}, set())
    assert coaches_queries.beside_groups(driven.db, driven.of) == {}
    ids = {driven.people["Baker"]}
    assert [one.run_id for one in coaches_queries.coaches_of(driven.db, driven.of, ids)[driven.people["Baker"]]] == [
        south.id
    ]


def driven_mark(driven: Coaches, name: str) -> str:
    return mark_of(rows_of(driven.db, driven.partition.id, [driven.people[name]]))


def test_what_a_run_cannot_be(driven: Coaches) -> None:
    visit = driven.item(hours(24, 12, 13))
    for item, values, fault in (
        (visit, {"vehicle_id": driven.north.id}, {"item_id": "not-a-transfer"}),
        (driven.transfer, {"vehicle_id": 10**6}, {"vehicle_id": "unknown"}),
        (driven.transfer, {"vehicle_id": driven.north.id, "group_id": 10**6}, {"group_id": "unknown"}),
        (driven.transfer, {"vehicle_id": driven.north.id, "captain_id": 10**6}, {"captain_id": "unknown"}),
    ):
        with pytest.raises(Invalid) as refusal:
            runs.create_run(driven.db, driven.of, item.id, values, **BY)
        assert refusal.value.fields == fault
    driven.run(driven.north)
    with pytest.raises(InUse):
        vehicles.remove_vehicle(driven.db, driven.of, driven.north.id, version=1, **BY)
    with pytest.raises(InUse):
        items.remove_itinerary_item(driven.db, driven.of, driven.transfer.id, version=1, **BY)
    with pytest.raises(Invalid) as kept:
        items.update_itinerary_item(driven.db, driven.of, driven.transfer.id, {"kind": ItemKind.VISIT}, version=1, **BY)
    assert kept.value.fields == {"kind": "has-coach-runs"}
    with pytest.raises(AlreadyExists):
        driven.run(driven.north)


def test_the_roll_call_adds_up_and_nothing_departs_while_anyone_is_expected(driven: Coaches) -> None:
    run = driven.run(driven.south, group_id=driven.stay.id, captain_id=driven.people["Baker"])
    marked = driven.mark("Baker", BOARDED)
    assert (marked.version, marked.marked_at) == (2, NOW)
    assert driven.mark("Baker", BOARDED, version=1).version == 2  # a stale tap that says the same
    with pytest.raises(Stale):
        driven.mark("Baker", ABSENT, version=1)
    with pytest.raises(runs.StillExpected) as waits:
        driven.close(run)
    assert waits.value.details == {"registrations": [driven.people["Chen"]], "expected": 1}
    driven.mark("Chen", ABSENT)
    driven.seat(run, "Adams")  # the seat of whoever is absent is free
    with pytest.raises(runs.NoSeatLeft):
        driven.mark("Chen", BOARDED)
    driven.mark("Adams", BOARDED)
    counts = driven.all()[0].rides[0].counts
    assert (counts.expected, counts.boarded, counts.absent, counts.all) == (0, 2, 1, 3)
    driven.close(run)
    assert driven.close(run).closed_at == NOW
    changes: list[Any] = [
        lambda: driven.mark("Chen", EXPECTED),
        lambda: driven.seat(driven.run(driven.north), "Adams"),
        lambda: runs.remove_run(driven.db, driven.of, run.id, version=run.version, **BY),
        lambda: runs.update_run(driven.db, driven.of, run.id, {"captain_id": None}, version=run.version, **BY),
    ]
    for change in changes:
        with pytest.raises(runs.RunClosed):
            change()
    with pytest.raises(Invalid):
        runs.reopen_run(driven.db, driven.of, run.id, reason=" ", version=run.version, **BY)
    runs.reopen_run(driven.db, driven.of, run.id, reason="Forgot one", version=run.version, **BY)
    driven.mark("Chen", EXPECTED) if driven.boarding("Adams") is None else driven.mark("Adams", ABSENT)
    told = driven.db.execute(
        select(AuditEvent.action, AuditEvent.reason)
        .where(AuditEvent.entity == "coach_run", AuditEvent.entity_id == run.id)
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(one) for one in told] == [("created", None), ("departed", None), ("reopened", "Forgot one")]


@pytest.mark.parametrize("rule", ["no-seat-left", "run-closed", "still-expected"])
def test_the_database_refuses_it_whoever_writes(driven: Coaches, rule: str) -> None:
    db, run = driven.db, driven.run(driven.south, group_id=driven.stay.id)
    if rule == "run-closed":
        driven.mark("Baker", BOARDED)
        driven.mark("Chen", ABSENT)
        driven.close(run)
    adams = {"edition_id": driven.of, "item_id": driven.transfer.id, "registration_id": driven.people["Adams"]}
    statements: dict[str, list[Any]] = {
        "no-seat-left": [
            lambda: db.add(Boarding(run_id=run.id, **adams)),
            lambda: db.execute(update(Vehicle).where(Vehicle.id == driven.south.id).values(seats=1)),
            lambda: db.execute(
                update(CoachRun).where(CoachRun.id == run.id).values(vehicle_id=driven.vehicle("car", seats=1).id)
            ),
        ],
        "run-closed": [
            lambda: db.add(Boarding(run_id=run.id, **adams)),
            lambda: db.execute(
                update(Boarding).where(Boarding.run_id == run.id).values(state="boarded", marked_at=NOW)
            ),
            lambda: db.execute(text(f"DELETE FROM boarding WHERE run_id = {run.id}")),
        ],
        "still-expected": [lambda: db.execute(update(CoachRun).where(CoachRun.id == run.id).values(closed_at=NOW))],
    }
    for write in statements[rule]:
        savepoint = db.begin_nested()
        with pytest.raises(IntegrityError, match=rule):
            _written(db, write)
        savepoint.rollback()
    if rule == "run-closed":
        return
    with pytest.raises(Invalid) as few:
        vehicles.update_vehicle(db, driven.of, driven.south.id, {"seats": 1}, version=1, **BY)
    assert few.value.fields == {"seats": "too-few-seats"}


def _written(db: DbSession, write: Any) -> None:
    write()
    db.flush()


def test_who_leaves_gives_up_the_seat_and_comes_back_to_it_unless_it_is_taken(driven: Coaches) -> None:
    run = driven.run(driven.south, group_id=driven.stay.id, captain_id=driven.people["Chen"])

    def leave() -> int:
        version = driven.members["Chen"].version
        removal = remove_member(driven.db, driven.of, driven.members["Chen"].id, version=version, **BY)
        assert driven.seen() == ({"south": {"Baker"}}, {"Adams"})
        assert run.captain_id is None
        return removal.id

    restore(driven.db, driven.of, leave(), **BY)
    assert driven.seen() == ({"south": {"Baker", "Chen"}}, {"Adams"})
    assert run.captain_id == driven.people["Chen"]
    removal_id = leave()
    driven.seat(run, "Adams")
    restore(driven.db, driven.of, removal_id, **BY)
    assert driven.seen() == ({"south": {"Adams", "Baker"}}, {"Chen"})
    with pytest.raises(Invalid):
        boardings.put_into_run(driven.db, driven.of, run.id, {10**6: ""}, **BY)
    with pytest.raises(NotFound):
        coaches_queries.get_run(driven.db, driven.of, run.id, within=set())


def test_what_is_taken_away_comes_back_as_far_as_it_can(driven: Coaches) -> None:
    run = driven.run(driven.south, group_id=driven.stay.id)
    baker = driven.boarding("Baker")
    assert baker is not None
    seat = boardings.remove_boarding(driven.db, driven.of, baker.id, version=1, **BY)
    restore(driven.db, driven.of, seat.id, **BY)
    removal = runs.remove_run(driven.db, driven.of, run.id, version=1, **BY)
    assert driven.seen() == ({}, {"Adams", "Baker", "Chen"})
    driven.seat(driven.run(driven.north), "Baker")
    restore(driven.db, driven.of, removal.id, **BY)
    assert driven.seen() == ({"south": {"Chen"}, "north": {"Baker"}}, {"Adams"})


@pytest.mark.one_database
def test_an_empty_delegation_goes_and_comes_back_with_the_runs_of_its_transfers(driven: Coaches, forum: Forum) -> None:
    empty = make_delegation(driven.db, forum, "empty")
    told = {"kind": ItemKind.TRANSFER, "title": {"en": "To the port"}}
    driven.transfer = items.add_itinerary_item(driven.db, empty, told, hours(24, 12, 13), **BY)
    driven.run(driven.south)
    removal = remove_delegation(driven.db, driven.of, empty.id, version=empty.version, **BY)
    restore(driven.db, driven.of, removal.id, **BY)
    assert driven.seen() == ({"south": set()}, set())


def test_a_run_comes_back_without_a_captain_who_has_left_and_as_full_as_its_vehicle_is(driven: Coaches) -> None:
    run = driven.run(driven.south, captain_id=driven.people["Chen"])
    driven.seat(run, "Adams", "Baker")
    removal = runs.remove_run(driven.db, driven.of, run.id, version=run.version, **BY)
    remove_member(driven.db, driven.of, driven.members["Chen"].id, version=1, **BY)
    vehicles.update_vehicle(driven.db, driven.of, driven.south.id, {"seats": 1}, version=1, **BY)
    restore(driven.db, driven.of, removal.id, **BY)
    assert driven.seen() == ({"south": {"Adams"}}, {"Baker"})
    (found,) = driven.all()
    assert found.rides[0].run.captain_id is None


@pytest.mark.one_database
def test_a_captain_for_whom_the_transfer_is_no_more_is_none(driven: Coaches, forum: Forum) -> None:
    run = driven.run(driven.south, captain_id=driven.people["Baker"])
    driven.seat(run, "Adams", "Baker")
    run_id, captain_id, number = captain.link_of(driven.db, run, forum.edition)["values"]
    whom, version = [Part(True, registration_id=driven.people["Adams"])], driven.transfer.version
    items.update_itinerary_item(driven.db, driven.of, driven.transfer.id, {"audience": whom}, version=version, **BY)
    with pytest.raises(LinkHasEnded):
        captain.get_led_run(driven.db, (run_id, captain_id, number))
    with pytest.raises(Invalid):
        captain.link_of(driven.db, run, forum.edition)


def test_a_seat_in_a_coach_is_a_commitment(driven: Coaches) -> None:
    """Also of somebody for whom the transfer is not any more; of whoever is absent nobody says where they are."""
    driven.run(driven.south, group_id=driven.stay.id)
    driven.item(hours(24, 10, 12), Part(True, registration_id=driven.people["Chen"]), kind=ItemKind.MEETING)
    assert len(list_clashes(driven.db, driven.of)) == 1
    whole = Part(True, delegation_id=driven.whole.id)
    without = {"audience": [whole, Part(False, registration_id=driven.people["Chen"])]}
    items.update_itinerary_item(driven.db, driven.of, driven.transfer.id, without, version=1, **BY)
    (clash,) = list_clashes(driven.db, driven.of)
    assert {clash.lack.one[0], clash.lack.other[0]} == {"itinerary_item"}
    (found,) = driven.all()
    assert [one.is_stray for one in found.rides[0].riders] == [False, True]
    driven.mark("Chen", ABSENT)
    assert list_clashes(driven.db, driven.of) == []


def test_whoever_has_a_seat_in_two_coaches_of_one_transfer_clashes_by_their_names(driven: Coaches) -> None:
    """As someone who was registered anew after the coach of their first registration had departed."""
    driven.run(driven.south, group_id=driven.stay.id)
    driven.seat(driven.run(driven.north), "Adams")
    first, anew = (driven.db.get_one(Registration, driven.people[one]) for one in ("Baker", "Adams"))
    first.status, first.person_id = RegistrationStatus.CANCELLED, anew.person_id
    driven.db.flush()
    (line,) = clashes_page(driven.db, driven.of).items
    assert [(one.kind, one.title) for one in (line.one, line.other)] == [
        ("coach_run", {"en": "south"}), ("coach_run", {"en": "north"}),
    ]  # fmt: skip
    found = itinerary_findings(driven.db, driven.of)
    names = names_beside(driven.db, found)
    assert {names.of(*party)["en"] for one in found for party in one.parties} >= {"south", "north"}


def test_two_who_seat_people_at_once_never_exceed_the_seats(own_app: Flask, backend: str) -> None:
    """With a twin without the triggers and the lock, which does exceed them."""
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as db:
        driven = Coaches(db, make_forum(db))
        car, bus = driven.run(driven.vehicle("car", seats=1)).id, driven.run(driven.vehicle("bus", seats=1)).id
        of, item = driven.of, driven.transfer.id
        adams, baker = driven.people["Adams"], driven.people["Baker"]

    def put(db: DbSession, who: int) -> Any:
        return boardings.put_into_run(db, of, car, {who: ""}, **BY)

    (refusal,) = at_once(own_app, lambda db: put(db, adams), lambda db: put(db, baker))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-seat-left"

    def write(db: DbSession, who: int) -> None:
        """Nobody asks before."""
        db.add(Boarding(edition_id=of, item_id=item, run_id=bus, registration_id=who))
        db.flush()

    with transaction() as db:
        db.execute(text("DELETE FROM boarding"))
    (refusal,) = at_once(own_app, lambda db: write(db, adams), lambda db: write(db, baker))
    assert isinstance(refusal, IntegrityError)

    with transaction() as db:
        db.execute(text("DELETE FROM boarding"))
        db.execute(text("ALTER TABLE boarding DISABLE TRIGGER USER"))
    assert at_once(own_app, lambda db: write(db, adams), lambda db: write(db, baker)) == []
    with transaction() as db:
        assert db.scalar(select(func.count()).select_from(Boarding).where(Boarding.run_id == bus)) == 2


def test_it_does_not_depart_while_someone_is_seated(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as db:
        driven = Coaches(db, make_forum(db))
        run, of, adams = driven.run(driven.south).id, driven.of, driven.people["Adams"]
    later = {**BY, "now": NOW + timedelta(minutes=1)}

    def close(db: DbSession) -> None:
        runs.close_run(db, of, run, version=1, **later)

    (refusal,) = at_once(own_app, lambda db: boardings.put_into_run(db, of, run, {adams: ""}, **BY), close)
    assert isinstance(refusal, runs.StillExpected)


@pytest.mark.one_database
def test_a_vehicle_runs_once_at_a_time_unless_someone_says_why(session: DbSession, forum: Forum) -> None:
    party = Coaches(session, forum)
    party.run(party.north)
    elsewhere = party.item(hours(24, 10, 12), kind=ItemKind.TRANSFER)
    after = party.item(hours(24, 11, 12), kind=ItemKind.TRANSFER)
    told = {"vehicle_id": party.north.id}
    with pytest.raises(Invalid) as twice, session.begin_nested():
        runs.create_run(session, party.of, elsewhere.id, told, **BY)
    assert twice.value.fields == {"vehicle_id": "runs-elsewhere"}
    runs.create_run(session, party.of, after.id, told, **BY)  # it follows at once
    said = {**told, "beside_reason": "It turns round"}
    run = runs.create_run(session, party.of, elsewhere.id, said, **BY)
    rides = [one.rides[0] for one in coaches_queries.transfers_of(session, party.of, [party.transfer, elsewhere])]
    # Why is told of the run of which it was said: the other may be another delegation's.
    assert [one.twice for one in rides] == [(True, ""), (True, "It turns round")]
    assert vehicles_twice(session, party.of) == []
    with pytest.raises(Invalid):
        runs.update_run(session, party.of, run.id, {"beside_reason": ""}, version=run.version, **BY)
    session.connection().execute(update(CoachRun).values(beside_reason=""))  # as an item that was moved leaves it
    session.expire_all()
    (found,) = vehicles_twice(session, party.of)
    items = [one for kind, one in found.parties if kind == "itinerary_item"]
    assert items == [party.transfer.id, after.id, elsewhere.id]
