"""Partitions of a delegation's people, and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.ordering import next_place
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.groups.queries import groups_of, items_at_ends, people_of, rows_of
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.queries import itinerary
from forumapp.domain.forums.rules import RESERVED_CODES, free_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.models.delegations import ItineraryItem

EDIT = Permission.EDIT_DELEGATIONS
ENDS = ("split_item_id", "rejoin_item_id")
CAPTAIN = "captain_id"


def create_partition(
    db: DbSession, delegation: Delegation, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Partition:
    """`values` are columns of Partition. It divides the people of the delegation and of its parts."""
    edition_id = delegation.edition_id
    require_row(db, edition_id, EDIT, "delegation", delegation.id, actor=actor)
    place = next_place(db, Partition.position, Partition.delegation_id == delegation.id)
    row = Partition(edition_id=edition_id, delegation_id=delegation.id, **{"position": place, **values})
    _refuse_strange_ends(db, delegation, {field: values.get(field) for field in ENDS})
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_partition(
    db: DbSession,
    edition_id: int,
    partition_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Partition:
    require_row(db, edition_id, EDIT, "partition", partition_id, actor=actor)
    row = get_in(db, Partition, edition_id, partition_id)
    if changes.keys() & set(ENDS):
        ends = {field: changes.get(field, getattr(row, field)) for field in ENDS}
        _refuse_strange_ends(db, db.get_one(Delegation, row.delegation_id), ends, stands=items_at_ends(db, row))
    change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    if changes.keys() & set(ENDS):
        renew(db, edition_id)
    return row


def remove_partition(
    db: DbSession, edition_id: int, partition_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """With its groups, and who is in them."""
    require_row(db, edition_id, EDIT, "partition", partition_id, actor=actor)
    row = get_in(db, Partition, edition_id, partition_id)
    along: list[Row] = [*groups_of(db, [row]), *rows_of(db, row.id)]
    by: dict[str, Any] = {"version": version, "actor": actor, "now": now}
    return remove_in(db, row, along=along, label=row.name, delegation_id=row.delegation_id, **by)


def create_group(
    db: DbSession, partition: Partition, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> DelegationGroup:
    """`values` are columns of DelegationGroup. One without a code gets it from its name."""
    require_row(db, partition.edition_id, EDIT, "partition", partition.id, actor=actor)
    here = DelegationGroup.partition_id == partition.id
    codes = set(db.scalars(select(DelegationGroup.code).where(here)))
    code = values.get("code") or free_code(values["name"], codes, "group")
    _refuse_strange_group(db, partition, {**values, "code": code})
    place = next_place(db, DelegationGroup.position, here)
    values = {"position": place, **values, "code": code}
    row = DelegationGroup(edition_id=partition.edition_id, partition_id=partition.id, **values)
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_group(
    db: DbSession,
    edition_id: int,
    group_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> DelegationGroup:
    require_row(db, edition_id, EDIT, "delegation_group", group_id, actor=actor)
    row = get_in(db, DelegationGroup, edition_id, group_id)
    differing = {field: value for field, value in changes.items() if value != getattr(row, field)}
    _refuse_strange_group(db, get_in(db, Partition, edition_id, row.partition_id), differing)
    change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    return row


def remove_group(
    db: DbSession, edition_id: int, group_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Its people are without a group then."""
    require_row(db, edition_id, EDIT, "delegation_group", group_id, actor=actor)
    row = get_in(db, DelegationGroup, edition_id, group_id)
    along = list(db.scalars(select(GroupMember).where(GroupMember.group_id == row.id).order_by(GroupMember.id)))
    of = get_in(db, Partition, edition_id, row.partition_id).delegation_id
    return remove_in(db, row, along=along, label=row.name, delegation_id=of, version=version, actor=actor, now=now)


def bring_back_groups(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """A partition or a group, with those of its people who are still in the delegation and in no other group there."""
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    held = (one["values"] for one in map(dict[str, Any], removal.rows) if one["table"] == "group_member")
    hold_people(db, [one["registration_id"] for one in held])
    of = find_in(db, Delegation, edition_id, removal.delegation_id or 0)
    people = people_of(db, Partition(edition_id=edition_id, delegation_id=of.id)) if of else set()
    removal.rows = [one for one in map(dict, removal.rows) if _is_still(one, people)]
    removal = bring_back_in(db, edition_id, removal.id, may_miss={"group_member"}, actor=actor, now=now)
    renew(db, edition_id)
    return removal


def _is_still(kept: dict[str, Any], people: set[int]) -> bool:
    """Whether what was kept may come back; a captain who has left is none."""
    values = kept["values"]
    if values.get(CAPTAIN) is not None and values[CAPTAIN] not in people:
        kept["values"] = {**values, CAPTAIN: None}
        kept["refers"] = {name: made_at for name, made_at in kept["refers"].items() if name != CAPTAIN}
    return kept["table"] != "group_member" or values["registration_id"] in people


def _refuse_strange_ends(
    db: DbSession, delegation: Delegation, ends: Mapping[str, int | None], *, stands: Iterable[ItineraryItem] = ()
) -> None:
    """They are items of its people, or were when they were chosen, and the people rejoin after they split."""
    theirs = {one.id: one for one in (*itinerary(db, delegation), *stands)}
    starts: dict[str, datetime] = {}
    for field, item_id in ends.items():
        if item_id is not None and item_id not in theirs:
            raise Invalid(fields={field: "unknown"})
        if item_id is not None:
            starts[field] = theirs[item_id].start_utc
    split, rejoin = (starts.get(field) for field in ENDS)
    if split is not None and rejoin is not None and rejoin <= split:
        raise Invalid(fields={"rejoin_item_id": "not-after-split"})


def _refuse_strange_group(db: DbSession, partition: Partition, values: Mapping[str, Any]) -> None:
    if values.get("code") in RESERVED_CODES:
        raise Invalid(fields={"code": "reserved"})
    if values.get(CAPTAIN) is None:
        return
    hold_people(db, [values[CAPTAIN]])
    if values[CAPTAIN] not in people_of(db, partition):
        raise Invalid(fields={CAPTAIN: "unknown"})
