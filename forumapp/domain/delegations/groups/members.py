"""Who is in which group of a partition, from when to when: nobody in two at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import claim_part, keep_part, values_of
from forumapp.domain.audit.services import change, create, remove
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.groups.queries import (
    as_stay,
    ends_of,
    get_group,
    groups_of,
    mark_of,
    people_of,
    rows_of,
)
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.queries import delegation_now, parents_of
from forumapp.domain.delegations.rules.audiences import Membership
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.delegations.rules.partitions import overlaid, overlap
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_DELEGATIONS


MOVES = "group_moves"


class MovedMeanwhile(Refusal):
    """Someone else has put these people into groups since they were looked at; `registrations` are theirs."""

    code = "moved-meanwhile"


class InTwoGroups(Invalid):
    """Someone would be in two groups of one partition at an instant; `registrations` are theirs."""

    code = "in-two-groups"


def put_into_group(
    db: DbSession,
    edition_id: int,
    group_id: int,
    seen: Mapping[int, str],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    moves: bool = True,
    actor: Actor,
    now: datetime,
) -> Removal | None:
    """Put people into a group from one instant up to another, all of them or none.

    `seen` has their registrations, each with the mark of what was seen of it (`mark_of`). Those who are in other groups
    then leave these for that time, or are refused where nobody `moves` them. Liaisons put their own people also into
    groups of a whole that their delegation is part of. Where anybody was moved, it can be taken back by the removal.
    """
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    group = get_group(db, edition_id, group_id, within=within)
    partition = get_in(db, Partition, edition_id, group.partition_id)
    hold_people(db, seen)
    if set(seen) - people_of(db, partition, within=within):
        raise Invalid(fields={"registrations": "not-in-the-delegation"})
    _refuse_times(db, partition, start, end)
    rows = _by_person(db, partition.id, seen)
    if overtaken := sorted(one for one, mark in seen.items() if mark_of(rows[one]) != mark):
        raise MovedMeanwhile(registrations=overtaken)
    if not moves:
        _refuse_doubles(rows, lambda one: Membership(group.id, one, start, end))
    before = {one: _kept(theirs) for one, theirs in rows.items()}
    for one, theirs in rows.items():
        wanted = overlaid(map(as_stay, theirs), Membership(group.id, one, start, end))
        _settle(db, partition, theirs, wanted, actor=actor, now=now)
    renew(db, edition_id, registration_ids=seen.keys())
    left = _by_person(db, partition.id, seen)
    moved = {one: held for one, held in before.items() if held != _kept(left[one])}
    if not moved:
        return None
    values = [{"registration_id": one, "before": moved[one], "mark": mark_of(left[one])} for one in sorted(moved)]
    said: dict[str, Any] = {"label": group.name, "delegation_id": _whose(db, partition, moved, within)}
    return keep_part(db, partition, MOVES, {"moved": values}, **said, actor=actor, now=now)


def take_moves_back(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """Those whom nobody has moved since are again where they were, as far as the groups are still there: all of them by
    whoever reaches all of them.
    """
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    partition = find_in(db, Partition, edition_id, removal.entity_id)
    claim_part(db, removal, partition, now=now)
    assert partition is not None  # noqa: S101 (claimed)
    moved = {one["registration_id"]: one for one in values_of(removal)["moved"]}
    hold_people(db, moved)
    groups = {group.id for group in groups_of(db, [partition])}
    people, rows = people_of(db, partition), _by_person(db, partition.id, moved)
    back = {one: theirs for one, theirs in rows.items() if mark_of(theirs) == moved[one]["mark"] and one in people}
    if back.keys() - people_of(db, partition, within=within):
        raise NotFound(entity="removal")
    for one, theirs in back.items():
        stays = [Membership(group, one, *map(_instant, ends)) for group, *ends in moved[one]["before"]]
        wanted = [stay for stay in stays if stay.group in groups]
        _settle(db, partition, theirs, wanted, actor=actor, now=now)
    renew(db, edition_id, registration_ids=moved.keys())
    return removal


def add_group_member(
    db: DbSession,
    group: DelegationGroup,
    registration_id: int,
    *,
    from_utc: datetime | None = None,
    until_utc: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> GroupMember:
    """Put one person into a group for a time in which they are in no other one."""
    edition_id = group.edition_id
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    partition = get_in(db, Partition, edition_id, get_group(db, edition_id, group.id, within=within).partition_id)
    hold_people(db, [registration_id])
    if registration_id not in people_of(db, partition, within=within):
        raise Invalid(fields={"registration_id": "not-in-the-delegation"})
    row = GroupMember(
        edition_id=edition_id,
        partition_id=partition.id,
        group_id=group.id,
        registration_id=registration_id,
        from_utc=from_utc,
        until_utc=until_utc,
    )
    _refuse_times(db, partition, from_utc, until_utc)
    _refuse_doubles({registration_id: rows_of(db, partition.id, [registration_id])}, lambda _one: as_stay(row))
    create(db, row, actor=actor, now=now)
    renew(db, edition_id, registration_ids=[registration_id])
    return row


def update_group_member(
    db: DbSession,
    edition_id: int,
    member_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> GroupMember:
    """`changes` are `from_utc` and `until_utc`."""
    require_row(db, edition_id, EDIT, "group_member", member_id, actor=actor)
    row = get_in(db, GroupMember, edition_id, member_id)
    hold_people(db, [row.registration_id])
    start, end = (changes.get(field, getattr(row, field)) for field in ("from_utc", "until_utc"))
    _refuse_times(db, get_in(db, Partition, edition_id, row.partition_id), start, end)
    others = [one for one in rows_of(db, row.partition_id, [row.registration_id]) if one.id != row.id]
    _refuse_doubles({row.registration_id: others}, lambda one: Membership(row.group_id, one, start, end))
    change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    renew(db, edition_id, registration_ids=[row.registration_id])
    return row


def remove_group_member(
    db: DbSession, edition_id: int, member_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require_row(db, edition_id, EDIT, "group_member", member_id, actor=actor)
    row = get_in(db, GroupMember, edition_id, member_id)
    person = db.get_one(Person, get_in(db, Registration, edition_id, row.registration_id).person_id)
    registration_id = row.registration_id
    hold_people(db, [registration_id])
    of = delegation_now(db, registration_id)
    by: dict[str, Any] = {"version": version, "actor": actor, "now": now}
    removal = remove_in(db, row, label=name_of(person).texts, delegation_id=of, **by)
    renew(db, edition_id, registration_ids=[registration_id])
    return removal


def bring_back_group_member(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    values = values_of(removal)
    partition = db.scalar(select(Partition).where(Partition.id == values["partition_id"]))
    if partition is not None and removal.restored_at is None:  # or else it is told why it can't be
        one = int(values["registration_id"])
        hold_people(db, [one])
        if one not in people_of(db, partition):
            raise Invalid(fields={"registration_id": "not-in-the-delegation"})
        require_row(db, edition_id, EDIT, "registration", one, actor=actor)  # who may be another delegation's by now
        new = Membership(int(values["group_id"]), one, _instant(values["from_utc"]), _instant(values["until_utc"]))
        _refuse_doubles({one: rows_of(db, partition.id, [one])}, lambda _one: new)
    removal = bring_back_in(db, edition_id, removal_id, actor=actor, now=now)
    renew(db, edition_id, registration_ids=[int(values["registration_id"])])
    return removal


def stays_of(db: DbSession, registration_id: int) -> list[GroupMember]:
    """Someone's memberships in all groups."""
    query = select(GroupMember).where(GroupMember.registration_id == registration_id)
    return list(db.scalars(query.order_by(GroupMember.id)))


def leave_groups(db: DbSession, registration_id: int, *, actor: Actor, now: datetime) -> None:
    """Who leaves the delegation leaves its groups, and is captain of none."""
    for row in stays_of(db, registration_id):
        remove(db, row, actor=actor, now=now)
    for group in _led_by(db, registration_id):
        change(db, group, {"captain_id": None}, version=group.version, actor=actor, now=now)


def groups_led(db: DbSession, registration_id: int) -> list[list[Any]]:
    """Of which groups someone is captain, as JSON holds it: ids are used again (on SQLite), so with when each was
    made.
    """
    return [[group.id, group.created_at.isoformat()] for group in _led_by(db, registration_id)]


def lead_again(
    db: DbSession, edition_id: int, registration_id: int, led: Iterable[list[Any]], *, actor: Actor, now: datetime
) -> None:
    """Whoever is back in the delegation is again captain of those groups that are still there and have no other one."""
    for group_id, made_at in led:
        group = find_in(db, DelegationGroup, edition_id, group_id)
        if group is not None and group.captain_id is None and group.created_at.isoformat() == made_at:
            change(db, group, {"captain_id": registration_id}, version=group.version, actor=actor, now=now)


def pass_groups_on(
    db: DbSession, registration_id: int, to_id: int, *, is_same_person: bool = True, actor: Actor, now: datetime
) -> None:
    """Another registration takes someone's place in the delegation, and with it that in its groups, while it is in no
    other one of the partition. Captaincies pass only to another registration of the same person.
    """
    taken = stays_of(db, to_id)
    for row in stays_of(db, registration_id):
        theirs = (one for one in taken if one.partition_id == row.partition_id)
        if any(overlap(as_stay(one), as_stay(row)) for one in theirs):
            continue
        change(db, row, {"registration_id": to_id}, version=row.version, actor=actor, now=now, action="moved")
    for group in _led_by(db, registration_id) if is_same_person else ():
        change(db, group, {"captain_id": to_id}, version=group.version, actor=actor, now=now)


def _by_person(db: DbSession, partition_id: int, people: Iterable[int]) -> dict[int, list[GroupMember]]:
    rows: dict[int, list[GroupMember]] = {one: [] for one in people}
    for row in rows_of(db, partition_id, list(rows)):
        rows[row.registration_id].append(row)
    return rows


def _kept(rows: Iterable[GroupMember]) -> list[list[Any]]:
    """The memberships of one person as JSON holds them."""
    return [[row.group_id, *(at and at.isoformat() for at in (row.from_utc, row.until_utc))] for row in rows]


def _instant(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _whose(db: DbSession, partition: Partition, moved: Collection[int], within: Collection[int] | None) -> int:
    """The delegation whose liaisons may take a move back: the smallest within reach that has all of those moved in it,
    or else that of the partition.
    """
    if within is None:
        return partition.delegation_id
    there = DelegationMember.registration_id.in_(moved), DelegationMember.left_on.is_(None)
    parents, of = parents_of(db, partition.edition_id), db.scalars(select(DelegationMember.delegation_id).where(*there))
    first, *others = [with_wholes(one, parents) for one in of]
    shared = (one for one in first if one in within and all(one in wholes for wholes in others))
    return next(shared, partition.delegation_id)


def _led_by(db: DbSession, registration_id: int) -> list[DelegationGroup]:
    query = select(DelegationGroup).where(DelegationGroup.captain_id == registration_id)
    return list(db.scalars(query.order_by(DelegationGroup.id)))


def _refuse_times(db: DbSession, partition: Partition, start: datetime | None, end: datetime | None) -> None:
    """A place in a group begins before it ends, and for some of its time at least the people are divided."""
    if start is not None and end is not None and end <= start:
        raise Invalid(fields={"until_utc": "ends-before-start"})
    divided = ends_of(db, partition)
    if end is not None and divided.start is not None and end <= divided.start:
        raise Invalid(fields={"until_utc": "before-split"})
    if start is not None and divided.end is not None and divided.end <= start:
        raise Invalid(fields={"from_utc": "after-rejoin"})


def _refuse_doubles(rows: Mapping[int, Collection[GroupMember]], new: Callable[[int], Membership]) -> None:
    twice = [one for one, theirs in rows.items() if any(overlap(as_stay(row), new(one)) for row in theirs)]
    if twice:
        raise InTwoGroups(fields={"registration_id": "in-two-groups"}, registrations=sorted(twice))


def _settle(
    db: DbSession,
    partition: Partition,
    rows: Iterable[GroupMember],
    wanted: Iterable[Membership],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make one person's memberships those that are wanted: what goes and what shortens first, so that none overlap."""
    left = list(rows)
    kept: list[tuple[GroupMember, Membership]] = []
    new: list[Membership] = []
    for stay in wanted:
        row = next((one for one in left if one.group_id == stay.group and overlap(as_stay(one), stay)), None)
        if row is None:
            new.append(stay)
        else:
            left.remove(row)
            kept.append((row, stay))
    for row in left:
        remove(db, row, actor=actor, now=now)
    for row, stay in sorted(kept, key=lambda one: _grows(*one)):
        times = {"from_utc": stay.start, "until_utc": stay.end}
        change(db, row, times, version=row.version, actor=actor, now=now)
    for stay in new:
        times = {"from_utc": stay.start, "until_utc": stay.end}
        who: dict[str, Any] = {"group_id": stay.group, "registration_id": stay.registration, **times}
        row = GroupMember(edition_id=partition.edition_id, partition_id=partition.id, **who)
        create(db, row, actor=actor, now=now)


def _grows(row: GroupMember, stay: Membership) -> bool:
    earlier = row.from_utc is not None and (stay.start is None or stay.start < row.from_utc)
    later = row.until_utc is not None and (stay.end is None or stay.end > row.until_utc)
    return earlier or later
