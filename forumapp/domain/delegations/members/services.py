"""Delegations, who is in them, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import AlreadyExists, Invalid, NotFound, Refusal
from forumapp.domain.accounts.access import access_to, require, require_row
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.accounts.editing.removals import get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, refuse_strangers, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import reached_among
from forumapp.domain.audit.removals import along_of, bring_back_along, claim, keep
from forumapp.domain.audit.services import change, record
from forumapp.domain.delegations.coaches.boardings import (
    lead_runs_again,
    leave_runs,
    runs_led,
    seats_left,
    seats_still_there,
)
from forumapp.domain.delegations.coaches.runs import runs_with_seats
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.groups.members import groups_led, lead_again, leave_groups, stays_of
from forumapp.domain.delegations.groups.queries import groups_of
from forumapp.domain.delegations.hotel.stays import leave_rooms, rooms_left
from forumapp.domain.delegations.models.coaches import Boarding
from forumapp.domain.delegations.models.delegations import (
    Delegation,
    DelegationMember,
    DelegationSupporter,
    ItineraryItem,
    MemberRole,
)
from forumapp.domain.delegations.models.groups import Partition
from forumapp.domain.delegations.models.notices import GivenOut
from forumapp.domain.delegations.models.rooms import HotelRoom
from forumapp.domain.delegations.notifications.recording import noticing_rooms
from forumapp.domain.delegations.queries import parents_of, parts_of_items
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import is_host
from forumapp.domain.forums.rules import RESERVED_CODES, free_code
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.people.records.services import is_of_theirs, name_of
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import PARTICIPATING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

# What a delegation is among the others, which those who are bound to it cannot change.
SET_UP = ("code", "parent_id", "liaison_id", "quota", "position")

# Beside what is kept of a member: of which groups and of which runs they were captain.
LED, LED_RUNS = "led", "led_runs"


class DelegationFull(Refusal):
    """The delegation, or one it is part of, has given all its places. `name` is of the one that is full."""

    code = "delegation-full"


def create_delegation(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Delegation:
    """`values` are columns of Delegation. One without a code gets it from its name; one without a place is the last."""
    require(db, edition_id, Permission.SET_UP_DELEGATIONS, actor=actor)
    here = Delegation.edition_id == edition_id
    codes = set(db.scalars(select(Delegation.code).where(here)))
    code = values.get("code") or free_code(values["name"], codes, "delegation")
    values = {"position": next_place(db, Delegation.position, here), **values, "code": code}
    _refuse_strange(db, edition_id, values)
    _refuse_backwards(values.get("arrives_on"), values.get("departs_on"))
    refuse_strangers(db, edition_id, {"liaison_id": values.get("liaison_id")}, actor=actor)
    _refuse_phone_of_nobody(values.get("liaison_phone"), values.get("liaison_id"))
    refuse_unseen(db, edition_id, "lead_organization_id", values.get("lead_organization_id"), actor=actor)
    row = Delegation(edition_id=edition_id, **values)
    create_in(db, row, Permission.SET_UP_DELEGATIONS, actor=actor, now=now)
    return row


def update_delegation(
    db: DbSession,
    edition_id: int,
    delegation_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """Change a delegation. It stays where it is in the tree: moving members counts against other quotas."""
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "delegation", delegation_id, actor=actor)
    row = get_in(db, Delegation, edition_id, delegation_id)
    if any(field in changes and changes[field] != getattr(row, field) for field in SET_UP):
        require(db, edition_id, Permission.SET_UP_DELEGATIONS, actor=actor)
    if "parent_id" in changes and changes["parent_id"] != row.parent_id and row.members:
        raise Invalid(fields={"parent_id": "has-members"})
    if changes.get("quota") is not None and changes["quota"] < row.members:
        raise Invalid(fields={"quota": "below-members"})
    _refuse_strange(db, edition_id, changes)
    _refuse_backwards(*(changes.get(field, getattr(row, field)) for field in ("arrives_on", "departs_on")))
    changes = _with_phone(row, changes)
    _refuse_phone_of_nobody(changes.get("liaison_phone", row.liaison_phone), changes.get("liaison_id", row.liaison_id))
    if changes.get("liaison_id") != row.liaison_id:
        refuse_strangers(db, edition_id, {"liaison_id": changes.get("liaison_id")}, actor=actor)
    if changes.get("lead_organization_id") != row.lead_organization_id:
        refuse_unseen(db, edition_id, "lead_organization_id", changes.get("lead_organization_id"), actor=actor)
    _refuse_circle(db, edition_id, delegation_id, changes)
    change_in(db, row, changes, Permission.EDIT_DELEGATIONS, version=version, actor=actor, now=now)
    return row


def remove_delegation(
    db: DbSession, edition_id: int, delegation_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """With its itinerary and the runs for that, supporters, groups and rooms; the lists that were brought for it go,
    and do not come back. Refused once anybody has ever been in it, and while it has parts or people bound to it, or a
    run for it has departed.
    """
    require(db, edition_id, Permission.SET_UP_DELEGATIONS, actor=actor)
    row = get_in(db, Delegation, edition_id, delegation_id)
    kinds: tuple[Any, ...] = (ItineraryItem, DelegationSupporter, Partition, HotelRoom, GivenOut)
    items, supporters, partitions, rooms, given = (
        list(db.scalars(select(kind).where(kind.delegation_id == row.id))) for kind in kinds
    )
    parts = parts_of_items(db, [item.id for item in items])
    along: list[Row] = [*items, *supporters, *partitions, *groups_of(db, partitions), *rooms, *given, *parts]
    along += runs_with_seats(db, [item.id for item in items])
    by: dict[str, Any] = {"actor": actor, "now": now}
    lists = reached_among(db, edition_id, "import_run", {row.id})
    removal = remove_in(db, row, along=along, label=row.name, delegation_id=row.id, version=version, **by)
    for list_id in sorted(lists):
        record(db, "removed", "import_run", list_id, edition_id=edition_id, **by)
    return removal


def add_member(
    db: DbSession,
    delegation: Delegation,
    registration_id: int,
    role: MemberRole = MemberRole.MEMBER,
    *,
    actor: Actor,
    now: datetime,
) -> DelegationMember:
    """Put an active registration into a delegation. It is in no other one, and the quotas above it hold."""
    require_row(db, delegation.edition_id, Permission.EDIT_DELEGATIONS, "registration", registration_id, actor=actor)
    return _add_member(db, delegation, registration_id, role, Permission.EDIT_DELEGATIONS, actor=actor, now=now)


def bring_member(
    db: DbSession, delegation: Delegation, registration: Registration, role: MemberRole, *, actor: Actor, now: datetime
) -> DelegationMember:
    """The same, of a registration that was just entered for this delegation (`brought_to`), by whoever may bring it
    members and reaches the registration only from then on.
    """
    may = Permission.BRING_MEMBERS
    require_row(db, delegation.edition_id, may, "delegation", delegation.id, actor=actor)
    return _add_member(db, delegation, registration.id, role, may, actor=actor, now=now)


def _add_member(
    db: DbSession,
    delegation: Delegation,
    registration_id: int,
    role: MemberRole,
    permission: Permission,
    *,
    actor: Actor,
    now: datetime,
) -> DelegationMember:
    _refuse_strange_member(db, delegation.edition_id, registration_id)
    _count(db, delegation, 1)
    hold_people(db, [registration_id])
    place = func.max(DelegationMember.position)
    last = db.scalar(select(place).where(DelegationMember.delegation_id == delegation.id)) or 0
    row = DelegationMember(
        edition_id=delegation.edition_id,
        delegation_id=delegation.id,
        registration_id=registration_id,
        role=role,
        position=last + 1,
    )
    create_in(db, row, permission, actor=actor, now=now)
    renew(db, row.edition_id, registration_ids=[registration_id])
    return row


def remove_member(
    db: DbSession, edition_id: int, member_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Let a member go. They stay on record with the day they left, and what they had here, in groups, in rooms and
    in coaches is free.
    """
    require_row(db, edition_id, Permission.EDIT_DELEGATIONS, "delegation_member", member_id, actor=actor)
    row = get_in(db, DelegationMember, edition_id, member_id)
    if row.left_on is not None:
        raise NotFound(entity="delegation_member")
    person = db.get_one(Person, get_in(db, Registration, edition_id, row.registration_id).person_id)
    of: dict[str, Any] = {"label": name_of(person).texts, "delegation_id": row.delegation_id}
    hold_people(db, [row.registration_id])
    one = row.registration_id
    along: list[Row] = [*stays_of(db, one), *rooms_left(db, one), *seats_left(db, one)]
    removal = keep(db, row, along=along, **of, actor=actor, now=now)
    removal.rows = [{**removal.rows[0], LED: groups_led(db, one), LED_RUNS: runs_led(db, one)}, *removal.rows[1:]]
    let_go(db, row, version=version, actor=actor, now=now)
    return removal


def bring_back_member(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Put a member back whom `remove_member` let go, on the conditions of `add_member`, and into the groups,
    rooms and coaches that are still there, as far as there is room; of these they may be captain again.
    """
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    claim(db, removal, now=now)
    row = get_in(db, DelegationMember, edition_id, removal.entity_id)
    _refuse_strange_member(db, edition_id, row.registration_id)
    come_back(db, row, actor=actor, now=now)
    along, kept = along_of(removal), dict[str, Any](removal.rows[0])
    by: dict[str, Any] = {"actor": actor, "now": now}
    with noticing_rooms(db, edition_id):
        bring_back_along(db, (one for one in along if one["table"] != Boarding.__tablename__), **by)
    lead_again(db, edition_id, row.registration_id, kept.get(LED, []), **by)
    renew(db, edition_id, registration_ids=[row.registration_id])  # so that it is known what they ride to
    bring_back_along(db, seats_still_there(db, row.registration_id, along), **by)
    lead_runs_again(db, edition_id, row.registration_id, kept.get(LED_RUNS, []), **by)
    return removal


def come_back(db: DbSession, row: DelegationMember, *, actor: Actor, now: datetime) -> None:
    """Of a member who left and is to be there again, for whoever was found to be allowed it. Raises DelegationFull."""
    _count(db, get_in(db, Delegation, row.edition_id, row.delegation_id), 1)
    hold_people(db, [row.registration_id])
    change(db, row, {"left_on": None}, version=row.version, actor=actor, now=now, action="restored")


def let_go(db: DbSession, row: DelegationMember, *, version: int, actor: Actor, now: datetime) -> None:
    """`remove_member` for whoever was found to be allowed it already."""
    hold_people(db, [row.registration_id])
    today = today_at(db.get_one(Edition, row.edition_id), now)
    change(db, row, {"left_on": today}, version=version, actor=actor, now=now)
    leave_groups(db, row.registration_id, actor=actor, now=now)
    leave_rooms(db, row.registration_id, actor=actor, now=now)
    leave_runs(db, row.registration_id, actor=actor, now=now)
    _count(db, get_in(db, Delegation, row.edition_id, row.delegation_id), -1)
    renew(db, row.edition_id, registration_ids=[row.registration_id])


def _count(db: DbSession, delegation: Delegation, step: int) -> None:
    """Add to the count of the delegation and of each it is part of, in one order, so that no two wait in a circle."""
    wholes = with_wholes(delegation.id, parents_of(db, delegation.edition_id))
    for one in reversed(wholes):
        room = Delegation.quota.is_(None) | (Delegation.members + step <= Delegation.quota)
        counted = db.execute(
            update(Delegation)
            .where(Delegation.id == one, room)
            .values(members=Delegation.members + step)
            .returning(Delegation.id)
            .execution_options(synchronize_session="fetch")
        ).first()
        if counted is None:
            name = db.get_one(Delegation, one).name
            raise DelegationFull(delegation_id=one, name=" · ".join(name.values()))


def _refuse_strange(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> None:
    if values.get("code") in RESERVED_CODES:
        raise Invalid(fields={"code": "reserved"})
    parent_id = values.get("parent_id")
    if parent_id is not None and find_in(db, Delegation, edition_id, parent_id) is None:
        raise Invalid(fields={"parent_id": "unknown"})


def _refuse_backwards(arrives_on: date | None, departs_on: date | None) -> None:
    if arrives_on and departs_on and departs_on < arrives_on:
        raise Invalid(fields={"departs_on": "ends-before-start"})


def _with_phone(row: Delegation, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whoever comes as another liaison does not answer the number of the one before."""
    changed = changes.get("liaison_id", row.liaison_id) != row.liaison_id
    if changed and changes.get("liaison_phone", row.liaison_phone) == row.liaison_phone:
        return {**changes, "liaison_phone": ""}
    return changes


def _refuse_phone_of_nobody(phone: str | None, liaison_id: int | None) -> None:
    if phone and liaison_id is None:
        raise Invalid(fields={"liaison_phone": "no-liaison"})


def _refuse_strange_member(db: DbSession, edition_id: int, registration_id: int) -> None:
    if get_in(db, Registration, edition_id, registration_id).status not in PARTICIPATING:
        raise Invalid(fields={"registration_id": "not-active"})
    current = select(DelegationMember.id).where(
        DelegationMember.registration_id == registration_id, DelegationMember.left_on.is_(None)
    )
    if db.scalar(current):
        raise AlreadyExists(fields={"registration_id": "in-a-delegation"})


def _refuse_circle(db: DbSession, edition_id: int, delegation_id: int, changes: Mapping[str, Any]) -> None:
    if changes.get("parent_id") is None:
        return
    # Two changes that each close half of a circle would both look right alone.
    lock_name(db, f"delegation-parents:{edition_id}")
    parents = {**parents_of(db, edition_id), delegation_id: changes["parent_id"]}
    try:
        with_wholes(delegation_id, parents)
    except ValueError as error:
        raise Invalid(fields={"parent_id": "loop"}) from error


def refuse_unseen(db: DbSession, edition_id: int, field: str, organization_id: int | None, *, actor: Actor) -> None:
    """An organization that the actor cannot see is none: an id that was guessed would tell its name. Who is limited to
    delegations sees those of their people, and the hosts that everyone sees.
    """
    if organization_id is None:
        return
    within = access_to(db, edition_id, actor=actor).within(Permission.EDIT_DELEGATIONS)
    if within is None:
        seen = db.get(Organization, organization_id) is not None
    else:
        seen = is_of_theirs(db, organization_id, within) or is_host(db, edition_id, organization_id)
    if not seen:
        raise Invalid(fields={field: "unknown"})
