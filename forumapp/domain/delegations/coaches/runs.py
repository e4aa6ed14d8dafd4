"""The runs that vehicles make for a transfer: who leads them, and when they have departed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound, Refusal, refuse_faults
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import reached_among
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.delegations.coaches.double_booking import twice_at_once
from forumapp.domain.delegations.coaches.queries import by_group, counts_of, get_run, runs_of
from forumapp.domain.delegations.groups.materialization import hold_people
from forumapp.domain.delegations.groups.queries import memberships_in
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.delegations.notifications.recording import noticing_seats
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_parts, with_wholes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_DELEGATIONS


class RunClosed(Refusal):
    """The run has departed. Whoever was mistaken reopens it, with a reason."""

    code = "run-closed"


class StillExpected(Refusal):
    """People are still expected; `registrations` are theirs, of those whom the caller reaches, and `expected` counts
    all.
    """

    code = "still-expected"


class NoSeatLeft(Invalid):
    """More would ride than there are seats: `wanted` of `seats`."""

    code = "no-seat-left"


def create_run(
    db: DbSession, edition_id: int, item_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> CoachRun:
    """`values` are columns of CoachRun. Where it is for a group, that group's people of the transfer who have no seat
    yet get theirs here.
    """
    require_row(db, edition_id, EDIT, "itinerary_item", item_id, actor=actor)
    item = get_in(db, ItineraryItem, edition_id, item_id)
    if item.kind != ItemKind.TRANSFER:
        raise Invalid(fields={"item_id": "not-a-transfer"})
    _refuse_strange(db, item, values)
    row = CoachRun(edition_id=edition_id, item_id=item.id, **values)
    row.captain_may_be_rung = bool(row.captain_may_be_rung and row.captain_id is not None)
    create_in(db, row, EDIT, actor=actor, now=now)
    _refuse_twice(db, row)
    if row.group_id is not None:
        theirs = people_of_groups(db, item).get(row.group_id, set())
        hold_people(db, theirs)
        with noticing_seats(db, edition_id, [item.id]):
            seat(db, row, sorted(theirs - seated(db, item.id)), actor=actor, now=now)
    return row


def update_run(
    db: DbSession,
    edition_id: int,
    run_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> CoachRun:
    """`changes` are vehicle_id, group_id, captain_id, captain_may_be_rung and beside_reason; who rides in it stays."""
    row = held(db, edition_id, run_id, actor=actor)
    changes = _as_agreed(row, changes)
    differing = {field: value for field, value in changes.items() if value != getattr(row, field)}
    if differing and row.closed_at is not None:
        raise RunClosed
    _refuse_strange(db, get_in(db, ItineraryItem, edition_id, row.item_id), differing)
    if "vehicle_id" in differing:
        vehicle = get_in(db, Vehicle, edition_id, differing["vehicle_id"])
        if counts_of(db, [row])[row.id].seats_taken > vehicle.seats:
            raise Invalid(fields={"vehicle_id": "too-few-seats"})
    with noticing_seats(db, edition_id, [row.item_id]):
        change(db, row, changes, version=version, actor=actor, now=now)
    if differing.keys() & {"vehicle_id", "beside_reason"}:
        _refuse_twice(db, row)
    return row


def _as_agreed(row: CoachRun, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """That a captain may be rung was said of them alone: as it stands in a form, it says nothing of the next one."""
    captain_id = changes.get("captain_id", row.captain_id)
    if captain_id is None or (captain_id != row.captain_id and row.captain_may_be_rung):
        return {**changes, "captain_may_be_rung": False}
    return changes


def _refuse_twice(db: DbSession, row: CoachRun) -> None:
    """A vehicle runs once at a time, unless someone says why that is right. Whoever sends it elsewhere meanwhile waits
    for its row, and sees this run then.
    """
    db.execute(select(Vehicle.id).where(Vehicle.id == row.vehicle_id).with_for_update(key_share=True))
    twice = twice_at_once(db, [row]).get(row.id)
    if twice and not twice.is_allowed:
        raise Invalid(fields={"vehicle_id": "runs-elsewhere"})


def remove_run(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Those who ride in it have no seat then. One that has departed is reopened first."""
    row = held(db, edition_id, run_id, actor=actor)
    if row.closed_at is not None:
        raise RunClosed
    riding = select(Boarding).where(Boarding.run_id == row.id).order_by(Boarding.id)
    vehicle = get_in(db, Vehicle, edition_id, row.vehicle_id)
    of = get_in(db, ItineraryItem, edition_id, row.item_id).delegation_id
    by: dict[str, Any] = {"version": version, "actor": actor, "now": now}
    with noticing_seats(db, edition_id, [row.item_id]):
        return remove_in(db, row, along=list(db.scalars(riding)), label=vehicle.name, delegation_id=of, **by)


def runs_with_seats(db: DbSession, item_ids: Collection[int]) -> list[Row]:
    """What goes along with these items. What has departed is reopened first."""
    runs = runs_of(db, item_ids)
    if any(run.closed_at is not None for run in runs):
        raise RunClosed
    riding = select(Boarding).where(Boarding.run_id.in_([run.id for run in runs])).order_by(Boarding.id)
    return [*runs, *(db.scalars(riding) if runs else ())]


def bring_back_run(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """With those of its people for whom the transfer still is, who have no seat by now and find one free. A captain
    for whom it is no more is none.
    """
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    if removal.restored_at is None:  # or else it is told why it can't be
        item_id = int(values_of(removal)["item_id"])
        rows = [dict[str, Any](one) for one in removal.rows]
        hold_people(db, (one["values"]["registration_id"] for one in rows if one["table"] == "boarding"))
        people = people_of_item(db, item_id)
        free = people - seated(db, item_id)
        first, *others = rows
        riding = [one for one in others if one["table"] != "boarding" or one["values"]["registration_id"] in free]
        removal.rows = [_led_by_one_of(people, first), *riding]
    with noticing_seats(db, edition_id, [int(values_of(removal)["item_id"])]):
        return bring_back_in(db, edition_id, removal.id, may_miss={"boarding"}, actor=actor, now=now)


def _led_by_one_of(people: Collection[int], kept: Mapping[str, Any]) -> dict[str, Any]:
    """A run as it is kept, without a captain who is none of these."""
    if kept["values"]["captain_id"] in people:
        return dict(kept)
    refers = {name: made_at for name, made_at in kept["refers"].items() if name != "captain_id"}
    led_by_nobody = {"captain_id": None, "captain_may_be_rung": False}
    return {**kept, "values": {**kept["values"], **led_by_nobody}, "refers": refers}


def close_run(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, now: datetime) -> CoachRun:
    """It departs. Refused while anyone is expected; closing it twice is the same. By whoever reaches the transfer, or
    all who ride in it.
    """
    row = held(db, edition_id, run_id, leads=True, actor=actor)
    return depart(db, row, version=version, actor=actor, now=now)


def depart(
    db: DbSession, row: CoachRun, *, version: int, actor: Actor, now: datetime, action: str = "departed"
) -> CoachRun:
    """Close a run that whoever calls it holds, and has asked for."""
    if row.closed_at is not None:
        return row
    if row.version != version:
        raise stale(row)
    expected = select(Boarding.registration_id).where(
        Boarding.run_id == row.id, Boarding.state == BoardingState.EXPECTED
    )
    if lacking := sorted(db.scalars(expected)):
        raise StillExpected(registrations=lacking, expected=len(lacking))
    closed = {"closed_at": now, "closed_by": actor.account_id}
    change(db, row, closed, version=version, actor=actor, now=now, action=action)
    return row


def reopen_run(
    db: DbSession, edition_id: int, run_id: int, *, reason: str, version: int, actor: Actor, now: datetime
) -> CoachRun:
    """Whoever closed it was mistaken, or it came back."""
    row = held(db, edition_id, run_id, leads=True, actor=actor)
    if row.version != version:
        raise stale(row)
    if row.closed_at is None:
        return row
    if not reason.strip():
        raise Invalid(fields={"reason": "required"})
    opened = {"closed_at": None, "closed_by": None}
    change(db, row, opened, version=version, actor=actor, now=now, action="reopened", reason=reason.strip())
    return row


def held(
    db: DbSession, edition_id: int, run_id: int, *, leads: bool = False, any_of_theirs: bool = False, actor: Actor
) -> CoachRun:
    """A run that nobody else changes, nor who rides in it, until the transaction ends.

    Whoever is limited to delegations changes the runs of their transfers; `leads` also those in which they reach all,
    and `any_of_theirs` (who seats and marks their own people alone) any that they see.
    """
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    row = get_run(db, edition_id, run_id, within=within)
    lock(db, [row.id])
    if within is None or any_of_theirs:
        return row
    own = get_in(db, ItineraryItem, edition_id, row.item_id).delegation_id in within
    if not own and not (leads and _reaches_all(db, row, within)):
        raise NotFound(entity="coach_run")
    return row


def lock(db: DbSession, run_ids: Iterable[int]) -> None:
    """In one order, so that no two who do so wait for each other; with what stands there now."""
    query = select(CoachRun).where(CoachRun.id.in_(set(run_ids))).order_by(CoachRun.id)
    db.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def leads_all(db: DbSession, row: CoachRun, within: Collection[int] | None) -> bool:
    """Whether someone who is limited like this closes and reopens the run."""
    if within is None:
        return True
    own = get_in(db, ItineraryItem, row.edition_id, row.item_id).delegation_id in within
    return own or _reaches_all(db, row, within)


def _reaches_all(db: DbSession, row: CoachRun, within: Collection[int]) -> bool:
    riding = set(db.scalars(select(Boarding.registration_id).where(Boarding.run_id == row.id)))
    return bool(riding) and riding <= reached_among(db, row.edition_id, "registration", within)


def people_of_item(db: DbSession, item_id: int) -> set[int]:
    return set(db.scalars(select(ItemPerson.registration_id).where(ItemPerson.item_id == item_id)))


def seated(db: DbSession, item_id: int) -> set[int]:
    """Those who have a seat in any run of a transfer."""
    return set(db.scalars(select(Boarding.registration_id).where(Boarding.item_id == item_id)))


def people_of_groups(db: DbSession, item: ItineraryItem) -> dict[int, set[int]]:
    """By group, those of its people for whom the transfer is, as they are when it begins."""
    people = people_of_item(db, item.id)
    return by_group(memberships_in(db, item.edition_id, people), item.start_utc, people)


def seat(db: DbSession, row: CoachRun, people: Collection[int], *, actor: Actor, now: datetime) -> None:
    """Give people who have none a seat in a run, all of them or none; whoever calls it holds the run."""
    refuse_full(db, row, len(people))
    for one in people:
        of = {"edition_id": row.edition_id, "item_id": row.item_id, "run_id": row.id, "registration_id": one}
        create(db, Boarding(**of, state=BoardingState.EXPECTED), actor=actor, now=now)


def refuse_full(db: DbSession, row: CoachRun, more: int) -> None:
    seats = get_in(db, Vehicle, row.edition_id, row.vehicle_id).seats
    wanted = counts_of(db, [row])[row.id].seats_taken + more
    if more and wanted > seats:
        raise NoSeatLeft(seats=seats, wanted=wanted)


def _refuse_strange(db: DbSession, item: ItineraryItem, values: Mapping[str, Any]) -> None:
    vehicle_id, group_id, captain_id = (values.get(field) for field in ("vehicle_id", "group_id", "captain_id"))
    unknown: dict[str, bool] = {
        "vehicle_id": "vehicle_id" in values and find_in(db, Vehicle, item.edition_id, vehicle_id or 0) is None,
        "group_id": group_id is not None and group_id not in {one.id for one in groups_offered(db, item)},
        "captain_id": captain_id is not None and captain_id not in people_of_item(db, item.id),
    }
    refuse_faults({field: "unknown" if is_unknown else None for field, is_unknown in unknown.items()})


def groups_offered(db: DbSession, item: ItineraryItem) -> list[DelegationGroup]:
    """Those of the transfer's delegation, of what it is part of and of its parts."""
    parents = parents_of(db, item.edition_id)
    of = {*with_wholes(item.delegation_id, parents), *with_parts(item.delegation_id, parents)}
    query = select(DelegationGroup).join(Partition, Partition.id == DelegationGroup.partition_id)
    query = query.where(DelegationGroup.edition_id == item.edition_id, Partition.delegation_id.in_(of))
    return list(
        db.scalars(query.order_by(Partition.kind, Partition.position, DelegationGroup.position, DelegationGroup.id))
    )
