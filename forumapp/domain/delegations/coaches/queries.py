"""Reading the runs of vehicles, who rides in which, and who of a transfer has no seat yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import find_in, get_in
from forumapp.domain.accounts.scope import limited, registrations_of
from forumapp.domain.delegations.coaches.double_booking import Twice, twice_at_once
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import FrozenName, Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.rules.audiences import Membership
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are in a run; whoever is in it is one of the three."""

    expected: int = 0
    boarded: int = 0
    absent: int = 0

    @property
    def all(self) -> int:
        return self.expected + self.boarded + self.absent

    @property
    def seats_taken(self) -> int:
        return self.expected + self.boarded


@dataclass(frozen=True, slots=True)
class Rider:
    """Somebody of a transfer: with their seat, or without one yet (`boarding_id` None)."""

    registration_id: int
    name: Name
    delegation_id: int | None
    delegation: dict[str, str]
    boarding_id: int | None = None
    version: int = 0
    run_id: int | None = None
    state: BoardingState | None = None
    is_stray: bool = False  # has a seat, and the transfer is not for them any more
    meant_run_id: int | None = None  # in which they would sit as their group does, where they do not

    @property
    def seen(self) -> str:
        """What one sees of them, as a word: who moves them names what they saw."""
        return f"{self.boarding_id}.{self.version}" if self.boarding_id else ""


@dataclass(frozen=True, slots=True)
class Ride:
    """A run with its vehicle, its captain and those who ride in it, as far as the caller reaches."""

    run: CoachRun
    vehicle: Vehicle
    riders: tuple[Rider, ...]
    free: int  # the seats that nobody has, also of those beyond reach
    twice: Twice | None = None  # where the vehicle runs elsewhere at the same time

    @property
    def counts(self) -> Counts:
        states = [one.state for one in self.riders]
        return Counts(*(states.count(state) for state in BoardingState))


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer with its runs, and those of its people who have no seat."""

    item: ItineraryItem
    rides: tuple[Ride, ...]
    without: tuple[Rider, ...]

    @property
    def beside_groups(self) -> int:
        """How many would sit elsewhere if all sat where their groups do."""
        everyone = (*self.without, *(one for ride in self.rides for one in ride.riders))
        return sum(one.meant_run_id is not None for one in everyone)


@dataclass(frozen=True, slots=True)
class OwnCoach:
    """The vehicle in which somebody rides, as their itinerary tells it."""

    item_id: int
    run_id: int
    kind: str
    name: dict[str, str]
    plate: str
    driver: str
    driver_mobile: str


def get_run(db: DbSession, edition_id: int, run_id: int, *, within: Collection[int] | None = None) -> CoachRun:
    """Also one of a whole that people within reach ride in, or could."""
    row = get_in(db, CoachRun, edition_id, run_id)
    if db.scalar(select(CoachRun.id).where(CoachRun.id == run_id, *runs_within(within))) is None:
        raise NotFound(entity="coach_run")
    return row


def open_runs(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[CoachRun]:
    """Those that have not departed, of what people within reach could ride in."""
    query = select(CoachRun).where(CoachRun.edition_id == edition_id, CoachRun.closed_at.is_(None))
    return list(db.scalars(query.where(*runs_within(within)).order_by(CoachRun.id)))


def runs_page(
    db: DbSession,
    edition_id: int,
    *,
    item_id: int | None = None,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[CoachRun]:
    query = select(CoachRun).join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
    query = query.where(CoachRun.edition_id == edition_id, *runs_within(within))
    if item_id is not None:
        query = query.where(CoachRun.item_id == item_id)
    ordered = query.order_by(ItineraryItem.start_utc, ItineraryItem.id, CoachRun.id)
    return paged(db, ordered, number=number, size=size)


def runs_of(db: DbSession, item_ids: Collection[int]) -> list[CoachRun]:
    """The runs of these transfers, as they were added."""
    query = select(CoachRun).where(CoachRun.item_id.in_(item_ids)).order_by(CoachRun.item_id, CoachRun.id)
    return list(db.scalars(query)) if item_ids else []


def boardings_page(
    db: DbSession,
    run: CoachRun,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Boarding]:
    reached = limited(Boarding.id, "boarding", run.edition_id, within)
    query = select(Boarding).where(Boarding.run_id == run.id, *reached)
    return paged(db, query.order_by(Boarding.registration_id), number=number, size=size)


def get_boarding(db: DbSession, run: CoachRun, boarding_id: int, *, within: Collection[int] | None = None) -> Boarding:
    row = find_in(db, Boarding, run.edition_id, boarding_id, within=within)
    if row is None or row.run_id != run.id:
        raise NotFound(entity="boarding")
    return row


def counts_of(db: DbSession, runs: Iterable[CoachRun], *, within: Collection[int] | None = None) -> dict[int, Counts]:
    """By run, of the people within reach. One query."""
    ids = [run.id for run in runs]
    reached = [] if within is None else [Boarding.registration_id.in_(registrations_of(within))]
    states: dict[int, list[BoardingState]] = {one: [] for one in ids}
    for run_id, state in db.execute(select(Boarding.run_id, Boarding.state).where(Boarding.run_id.in_(ids), *reached)):
        states[run_id].append(state)
    return {one: Counts(*(found.count(state) for state in BoardingState)) for one, found in states.items()}


def by_group(stays: Iterable[Membership], at: datetime, people: Collection[int]) -> dict[int, set[int]]:
    """By group, those of these people who are in it at an instant."""
    found: dict[int, set[int]] = defaultdict(set)
    for one in stays:
        if one.registration in people and one.holds(at):
            found[one.group].add(one.registration)
    return found


def meant_seats(
    runs: Iterable[CoachRun], of_group: Mapping[int, Collection[int]], seats: Mapping[int, Boarding]
) -> dict[int, int]:
    """By registration, the run of a transfer that is for their group, where they have no seat in it. Whoever has
    boarded or is absent stays where they are, and whoever is in a run that has departed.
    """
    is_open = {run.id for run in runs if run.closed_at is None}
    stays = {
        one for one, held in seats.items() if held.run_id not in is_open or held.state is not BoardingState.EXPECTED
    }
    wanted: dict[int, int] = {}
    for run in runs:
        if run.id in is_open and run.group_id is not None:
            for one in of_group.get(run.group_id, ()):
                if one not in stays:
                    wanted.setdefault(one, run.id)
    return {one: run_id for one, run_id in wanted.items() if one not in seats or seats[one].run_id != run_id}


def beside_groups(
    db: DbSession,
    edition_id: int,
    items: Iterable[ItineraryItem] | None = None,
    *,
    within: Collection[int] | None = None,
) -> dict[int, dict[int, int]]:
    """By transfer, of these items or of all, who within reach does not sit where their group does, as in `meant_seats`.
    A constant number of queries, and one where no run is for a group.
    """
    query = select(CoachRun, ItineraryItem).join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
    query = query.where(CoachRun.edition_id == edition_id, CoachRun.closed_at.is_(None), CoachRun.group_id.is_not(None))
    if items is not None:
        query = query.where(CoachRun.item_id.in_([one.id for one in items]))
    rows = {item.id: item for _run, item in db.execute(query)}
    if not rows:
        return {}
    meant = {one: filled.meant for one, filled in _filled(db, edition_id, rows.values()).items()}
    if within is not None:
        reached = set(db.scalars(registrations_of(within)))
        meant = {one: {who: those[who] for who in those.keys() & reached} for one, those in meant.items()}
    return {one: those for one, those in meant.items() if those}


def transfers_of(
    db: DbSession,
    edition_id: int,
    items: Iterable[ItineraryItem],
    *,
    within: Collection[int] | None = None,
) -> list[Transfer]:
    """These transfers with their runs and people, as far as the caller reaches. A constant number of queries."""
    rows = list(items)
    filled = _filled(db, edition_id, rows)
    runs = {one: held.runs for one, held in filled.items()}
    vehicles = vehicles_of(db, edition_id, (run for some in runs.values() for run in some))
    taken = counts_of(db, (run for some in runs.values() for run in some))
    riders = _riders(db, edition_id, filled, within)
    twice = twice_at_once(db, (run for some in runs.values() for run in some))
    found = []
    for item in rows:
        of_run: dict[int | None, list[Rider]] = defaultdict(list)
        for one in riders[item.id]:
            of_run[one.run_id].append(one)
        rides = [
            Ride(
                run,
                vehicle,
                tuple(of_run[run.id]),
                vehicle.seats - taken[run.id].seats_taken,
                twice.get(run.id),
            )
            for run in runs[item.id]
            for vehicle in (vehicles[run.vehicle_id],)
        ]
        found.append(Transfer(item, tuple(rides), tuple(of_run[None])))
    return found


def vehicles_of(db: DbSession, edition_id: int, runs: Iterable[CoachRun]) -> dict[int, Vehicle]:
    ids = {run.vehicle_id for run in runs}
    rows = db.scalars(select(Vehicle).where(Vehicle.edition_id == edition_id, Vehicle.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def coaches_of(db: DbSession, edition_id: int, registration_ids: Collection[int]) -> dict[int, list[OwnCoach]]:
    """By registration, in what they ride, in order of time. One query."""
    query = (
        select(
            Boarding.registration_id, CoachRun.item_id, CoachRun.id, Vehicle.kind, Vehicle.name, Vehicle.plate,
            Vehicle.driver, Vehicle.driver_mobile,
        )
        .join(CoachRun, CoachRun.id == Boarding.run_id)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
        .join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
        .where(Boarding.edition_id == edition_id, Boarding.registration_id.in_(registration_ids))
        .order_by(ItineraryItem.start_utc, CoachRun.id)
    )  # fmt: skip
    found: dict[int, list[OwnCoach]] = {one: [] for one in registration_ids}
    for row in db.execute(query) if registration_ids else ():
        values: tuple[Any, ...] = tuple(row)
        found[values[0]].append(OwnCoach(*values[1:]))
    return found


def runs_within(within: Collection[int] | None) -> list[ColumnElement[bool]]:
    """Runs of these delegations' items, and of those of a whole that are for any of their people."""
    if within is None:
        return []
    own = select(ItineraryItem.id).where(ItineraryItem.delegation_id.in_(within))
    theirs = select(ItemPerson.item_id).where(ItemPerson.registration_id.in_(registrations_of(within)))
    return [or_(CoachRun.item_id.in_(own), CoachRun.item_id.in_(theirs))]


@dataclass(frozen=True, slots=True)
class _Filled:
    """A transfer's runs, those for whom it is, who has a seat, and who is meant to have another one."""

    runs: list[CoachRun]
    wanted: set[int]
    seats: dict[int, Boarding]
    meant: dict[int, int]


def _filled(db: DbSession, edition_id: int, items: Iterable[ItineraryItem]) -> dict[int, _Filled]:
    begins = {one.id: one.start_utc for one in items}
    runs: dict[int, list[CoachRun]] = {one: [] for one in begins}
    for run in runs_of(db, begins):
        runs[run.item_id].append(run)
    wanted: dict[int, set[int]] = {one: set() for one in begins}
    people = select(ItemPerson.item_id, ItemPerson.registration_id).where(ItemPerson.item_id.in_(begins))
    for item_id, one in db.execute(people):
        wanted[item_id].add(one)
    seats: dict[int, dict[int, Boarding]] = {one: {} for one in begins}
    for row in db.scalars(select(Boarding).where(Boarding.item_id.in_(begins))):
        seats[row.item_id][row.registration_id] = row
    for_groups = any(run.group_id is not None for some in runs.values() for run in some)
    stays = memberships_in(db, edition_id, set().union(*wanted.values())) if for_groups else []
    found = {}
    for one, start in begins.items():
        meant = meant_seats(runs[one], by_group(stays, start, wanted[one]), seats[one])
        found[one] = _Filled(runs[one], wanted[one], seats[one], meant)
    return found


def _riders(
    db: DbSession, edition_id: int, filled: Mapping[int, _Filled], within: Collection[int] | None
) -> dict[int, list[Rider]]:
    """By transfer, all for whom it is and whoever has a seat, by delegation and in the order of that."""
    everyone: set[int] = set().union(*(held.wanted | held.seats.keys() for held in filled.values()))
    people = _people(db, edition_id, everyone, within)
    return {
        item_id: [
            Rider(
                **said,
                **_seat(held.seats.get(one), is_stray=one not in held.wanted),
                meant_run_id=held.meant.get(one),
            )
            for one, said in people.items()
            if one in held.wanted or one in held.seats
        ]
        for item_id, held in filled.items()
    }


def _seat(row: Boarding | None, *, is_stray: bool) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "boarding_id": row.id, "version": row.version, "run_id": row.run_id, "state": row.state, "is_stray": is_stray,
    }  # fmt: skip


def _people(
    db: DbSession, edition_id: int, ids: Collection[int], within: Collection[int] | None
) -> dict[int, dict[str, Any]]:
    query = (
        select(Registration.id, Person, DelegationMember.delegation_id, Delegation.name, FrozenName.said)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(
            DelegationMember,
            (DelegationMember.registration_id == Registration.id) & DelegationMember.left_on.is_(None),
        )
        .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .where(Registration.edition_id == edition_id, Registration.id.in_(ids))
        .order_by(Delegation.position, Delegation.id, DelegationMember.position, Registration.id)
    )
    if within is not None:
        query = query.where(DelegationMember.delegation_id.in_(within))
    return {
        row_id: {
            "registration_id": row_id,
            "name": person_printed(said, name_of(person), ()).name,
            "delegation_id": delegation_id,
            "delegation": name or {},
        }
        for row_id, person, delegation_id, name, said in (db.execute(query) if ids else ())
    }
