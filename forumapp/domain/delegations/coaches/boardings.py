"""Who rides in which run of a transfer, and whether they have boarded: no more than there are seats, nobody twice."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Refusal
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import reached_among
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import change, remove
from forumapp.domain.delegations.coaches.queries import get_boarding, get_run, meant_seats, runs_of
from forumapp.domain.delegations.coaches.runs import (
    NoSeatLeft,
    RunClosed,
    held,
    lock,
    people_of_groups,
    people_of_item,
    refuse_full,
    seat,
    seated,
)
from forumapp.domain.delegations.groups.materialization import hold_people
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun
from forumapp.domain.delegations.models.delegations import DelegationMember, ItineraryItem
from forumapp.domain.delegations.notifications.recording import noticing_seats
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_DELEGATIONS
UNMARKED: dict[str, Any] = {"state": BoardingState.EXPECTED, "marked_at": None, "marked_by": None}


class SeatedMeanwhile(Refusal):
    """Someone else has seated or marked these people since they were looked at; `registrations` are theirs."""

    code = "seated-meanwhile"


def put_into_run(
    db: DbSession, edition_id: int, run_id: int, seen: Mapping[int, str], *, actor: Actor, now: datetime
) -> int:
    """Give people seats in a run, all of them or none, and tell how many were not there yet.

    `seen` has their registrations, each with the mark of what was seen of it (`seen_of`). Those who ride in another run
    of the transfer leave that, and are expected here. Liaisons seat their own people, also in runs of a whole.
    """
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    hold_people(db, seen)
    lock(db, [one.id for one in runs_of(db, [get_run(db, edition_id, run_id, within=within).item_id])])
    row = held(db, edition_id, run_id, any_of_theirs=True, actor=actor)
    reached = None if within is None else reached_among(db, edition_id, "registration", within)
    if seen.keys() - people_of_item(db, row.item_id) or (reached is not None and seen.keys() - reached):
        raise Invalid(fields={"registrations": "not-of-the-transfer"})
    seats = _seats(db, row.item_id, seen)
    if overtaken := sorted(one for one, mark in seen.items() if seen_of(seats.get(one)) != mark):
        raise SeatedMeanwhile(registrations=overtaken)
    moves = [one for one in seats.values() if one.run_id != row.id]
    new = sorted(seen.keys() - seats.keys())
    if moves or new:
        _refuse_closed(db, {row.id, *(one.run_id for one in moves)})
    refuse_full(db, row, len(moves) + len(new))
    with noticing_seats(db, edition_id, [row.item_id]):
        for one in moves:
            by: dict[str, Any] = {"version": one.version, "actor": actor, "now": now, "action": "moved"}
            change(db, one, {"run_id": row.id, **UNMARKED}, **by)
        seat(db, row, new, actor=actor, now=now)
    return len(moves) + len(new)


def seat_by_groups(db: DbSession, edition_id: int, item_ids: Iterable[int], *, actor: Actor, now: datetime) -> int:
    """Give everyone of these transfers who is in a group the seat that it has in the run that is for it, and tell how
    many seats were given. Nobody who has boarded is moved, and nobody in a run that has departed. Liaisons seat their
    own people also in runs of a whole.
    """
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    items = [get_in(db, ItineraryItem, edition_id, one) for one in sorted(set(item_ids))]
    people = {item.id: _movable(db, item, within) for item in items}
    hold_people(db, {one for those in people.values() for one in those})
    runs = runs_of(db, people)
    lock(db, [run.id for run in runs])
    given = 0
    with noticing_seats(db, edition_id, people):
        for item in items:
            of_item = [run for run in runs if run.item_id == item.id]
            given += _seat_by_groups(db, item, of_item, people[item.id], actor=actor, now=now)
    return given


def _movable(db: DbSession, item: ItineraryItem, within: Collection[int] | None) -> set[int]:
    """Those of a transfer whom someone who is limited like this may seat."""
    people = people_of_item(db, item.id)
    if within is None or item.delegation_id in within:
        return people
    own = people & reached_among(db, item.edition_id, "registration", within)
    if not own:
        raise NotFound(entity="itinerary_item")
    return own


def _seat_by_groups(
    db: DbSession,
    item: ItineraryItem,
    runs: Sequence[CoachRun],
    people: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Those of `people` who are not where their groups are, in runs that are held."""
    seats = _seats(db, item.id)
    meant = meant_seats(runs, people_of_groups(db, item), seats)
    new = {one: run_id for one, run_id in meant.items() if one in people}
    for one in sorted(new.keys() & seats.keys()):  # all leave first: two full coaches could change nobody else
        remove(db, seats[one], actor=actor, now=now)
    for run in runs:
        seat(db, run, sorted(one for one, run_id in new.items() if run_id == run.id), actor=actor, now=now)
    return len(new)


def mark_boarding(
    db: DbSession,
    edition_id: int,
    boarding_id: int,
    state: BoardingState,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Boarding:
    """Who taps twice, or later than someone else who said the same, changes nothing; who says something else must have
    seen what stands.
    """
    row = _own(db, edition_id, boarding_id, actor=actor)
    return mark(db, row, state, version=version, actor=actor, now=now)


def mark(
    db: DbSession,
    row: Boarding,
    state: BoardingState,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    action: str = "changed",
) -> Boarding:
    """Mark somebody; whoever calls it holds the run and has asked."""
    if row.state is state:
        return row
    _refuse_closed(db, [row.run_id])
    if row.state is BoardingState.ABSENT:
        refuse_full(db, get_in(db, CoachRun, row.edition_id, row.run_id), 1)
    is_marked = state is not BoardingState.EXPECTED
    marked = {"state": state, "marked_at": now, "marked_by": actor.account_id} if is_marked else UNMARKED
    change(db, row, marked, version=version, actor=actor, now=now, action=action)
    return row


def remove_boarding(
    db: DbSession, edition_id: int, boarding_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take somebody's seat away: they have none in any run of the transfer then."""
    row = _own(db, edition_id, boarding_id, actor=actor)
    _refuse_closed(db, [row.run_id])
    person = db.get_one(Person, get_in(db, Registration, edition_id, row.registration_id).person_id)
    now_in = DelegationMember.registration_id == row.registration_id, DelegationMember.left_on.is_(None)
    of = db.scalar(select(DelegationMember.delegation_id).where(*now_in))
    by: dict[str, Any] = {"version": version, "actor": actor, "now": now}
    with noticing_seats(db, edition_id, [row.item_id]):
        return remove_in(db, row, label=name_of(person).texts, delegation_id=of, **by)


def bring_back_boarding(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    values = values_of(removal)
    run = find_in(db, CoachRun, edition_id, int(values["run_id"]))
    if run is not None and removal.restored_at is None:  # or else it is told why it can't be
        one = int(values["registration_id"])
        hold_people(db, [one])
        lock(db, [run.id])
        if run.closed_at is not None:
            raise Invalid(fields={"registration_id": "run-closed"})
        if one not in people_of_item(db, run.item_id):
            raise Invalid(fields={"registration_id": "not-of-the-transfer"})
        require_row(db, edition_id, EDIT, "registration", one, actor=actor)  # who may be another delegation's by now
        if one in seated(db, run.item_id):
            raise AlreadyExists(fields={"registration_id": "has-a-seat"})
        refuse_full(db, run, 1)
    with noticing_seats(db, edition_id, [int(values["item_id"])]):
        return bring_back_in(db, edition_id, removal_id, actor=actor, now=now)


def leave_runs(db: DbSession, registration_id: int, *, actor: Actor, now: datetime) -> None:
    """Who leaves the delegation gives up their seats, and is captain of none; what has departed stays as it was."""
    for row in seats_left(db, registration_id):
        remove(db, row, actor=actor, now=now)
    _lead(db, registration_id, None, actor=actor, now=now)


def seats_left(db: DbSession, registration_id: int) -> list[Boarding]:
    """What goes along with whoever leaves the delegation: their seats in what has not departed."""
    rows = select(Boarding).join(CoachRun, CoachRun.id == Boarding.run_id).where(CoachRun.closed_at.is_(None))
    return list(db.scalars(rows.where(Boarding.registration_id == registration_id).order_by(Boarding.id)))


def seats_still_there(db: DbSession, registration_id: int, kept: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of what `seats_left` gave up, as it is kept, what has not departed since and still is for whoever is back; where
    no seat is free the database refuses it.
    """
    held = [dict(one) for one in kept if one["table"] == Boarding.__tablename__]
    lock(db, (one["values"]["run_id"] for one in held))
    runs = select(CoachRun.id).join(ItemPerson, ItemPerson.item_id == CoachRun.item_id)
    theirs = ItemPerson.registration_id == registration_id, CoachRun.closed_at.is_(None)
    there = set(db.scalars(runs.where(*theirs)))
    return [one for one in held if one["values"]["run_id"] in there]


def runs_led(db: DbSession, registration_id: int) -> list[list[Any]]:
    """Of which runs someone is captain, as `groups_led` says it of groups."""
    return [[run.id, run.created_at.isoformat()] for run in _led_by(db, registration_id)]


def lead_runs_again(
    db: DbSession, edition_id: int, registration_id: int, led: Iterable[list[Any]], *, actor: Actor, now: datetime
) -> None:
    """Whoever is back is again captain of the runs that are still there, for them, and have no other one."""
    for run_id, made_at in led:
        run = find_in(db, CoachRun, edition_id, run_id)
        is_free = run is not None and run.captain_id is None and run.created_at.isoformat() == made_at
        if run is not None and is_free and registration_id in people_of_item(db, run.item_id):
            change(db, run, {"captain_id": registration_id}, version=run.version, actor=actor, now=now)


def pass_runs_on(db: DbSession, registration_id: int, to_id: int, *, actor: Actor, now: datetime) -> None:
    """Another registration takes someone's place in the delegation, and with it that in its runs."""
    of = select(Boarding).where(Boarding.registration_id == registration_id).order_by(Boarding.id)
    taken = set(db.scalars(select(Boarding.item_id).where(Boarding.registration_id == to_id)))
    for row in db.scalars(of):
        if row.item_id not in taken:
            new = {"registration_id": to_id}
            change(db, row, new, version=row.version, actor=actor, now=now, action="moved")
    _lead(db, registration_id, to_id, actor=actor, now=now)


def pass_open_seats_on(db: DbSession, registration_id: int, to_id: int, *, actor: Actor, now: datetime) -> None:
    """A substitute is expected in the runs that have not departed, of transfers that are for them. The seat of
    someone marked absent counts as free: it passes only while the run has one left.
    """
    lock(db, [row.run_id for row in seats_left(db, registration_id)])
    taken = set(db.scalars(select(Boarding.item_id).where(Boarding.registration_id == to_id)))
    meant = set(db.scalars(select(ItemPerson.item_id).where(ItemPerson.registration_id == to_id)))
    for row in seats_left(db, registration_id):
        if row.item_id not in meant - taken:
            continue
        with suppress(NoSeatLeft):
            if row.state is BoardingState.ABSENT:
                refuse_full(db, get_in(db, CoachRun, row.edition_id, row.run_id), 1)
            new = {"registration_id": to_id, **UNMARKED}
            change(db, row, new, version=row.version, actor=actor, now=now, action="moved")


def seen_of(row: Boarding | None) -> str:
    """What one sees of somebody's seat in a transfer, as a word: who moves them names what they saw."""
    return f"{row.id}.{row.version}" if row else ""


def _lead(db: DbSession, registration_id: int, to_id: int | None, *, actor: Actor, now: datetime) -> None:
    for run in _led_by(db, registration_id):
        new = {"captain_id": to_id, "captain_may_be_rung": False}
        change(db, run, new, version=run.version, actor=actor, now=now)


def _led_by(db: DbSession, registration_id: int) -> list[CoachRun]:
    led = select(CoachRun).where(CoachRun.captain_id == registration_id).order_by(CoachRun.id)
    return list(db.scalars(led))


def _own(db: DbSession, edition_id: int, boarding_id: int, *, actor: Actor) -> Boarding:
    """A boarding of somebody within reach, whose run nobody else changes until the transaction ends."""
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    row = get_in(db, Boarding, edition_id, boarding_id, within=within)
    run = held(db, edition_id, row.run_id, any_of_theirs=True, actor=actor)
    db.refresh(row)
    if row.run_id != run.id:  # moved in this very moment
        raise NotFound(entity="boarding")
    return get_boarding(db, run, boarding_id, within=within)


def _seats(db: DbSession, item_id: int, people: Iterable[int] | None = None) -> dict[int, Boarding]:
    query = select(Boarding).where(Boarding.item_id == item_id)
    if people is not None:
        query = query.where(Boarding.registration_id.in_(list(people)))
    rows = db.scalars(query.order_by(Boarding.id).execution_options(populate_existing=True))
    return {row.registration_id: row for row in rows}


def _refuse_closed(db: DbSession, run_ids: Iterable[int]) -> None:
    closed = select(CoachRun.id).where(CoachRun.id.in_(set(run_ids)), CoachRun.closed_at.is_not(None))
    if db.scalar(closed.limit(1)) is not None:
        raise RunClosed
