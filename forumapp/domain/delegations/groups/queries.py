"""Reading partitions, their groups and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited, registrations_of
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.delegations.models.groups import DelegationGroup, GroupMember, Partition
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.audiences import Membership
from forumapp.domain.delegations.rules.delegations import with_parts, with_wholes
from forumapp.domain.delegations.rules.partitions import Stretch, clipped, stretches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Versioned


def get_partition(
    db: DbSession, edition_id: int, partition_id: int, *, within: Collection[int] | None = None
) -> Partition:
    """Also one of a whole that a delegation within reach is part of: its groups are theirs, too."""
    row = get_in(db, Partition, edition_id, partition_id)
    if within is not None and row.delegation_id not in seen_from(db, edition_id, within):
        raise NotFound(entity="partition")
    return row


def get_group(
    db: DbSession, edition_id: int, group_id: int, *, within: Collection[int] | None = None
) -> DelegationGroup:
    row = get_in(db, DelegationGroup, edition_id, group_id)
    if within is not None:
        partition = get_in(db, Partition, edition_id, row.partition_id)
        if partition.delegation_id not in seen_from(db, edition_id, within):
            raise NotFound(entity="delegation_group")
    return row


def get_group_member(
    db: DbSession, group: DelegationGroup, member_id: int, *, within: Collection[int] | None = None
) -> GroupMember:
    row = get_in(db, GroupMember, group.edition_id, member_id, within=within)
    if row.group_id != group.id:
        raise NotFound(entity="group_member")
    return row


def seen_from(db: DbSession, edition_id: int, within: Iterable[int]) -> set[int]:
    """These delegations and those that they are part of."""
    parents = parents_of(db, edition_id)
    return {whole for one in within if one in parents for whole in with_wholes(one, parents)}


def partitions_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Partition]:
    query = select(Partition).where(Partition.edition_id == edition_id, *_seen(db, edition_id, within))
    return paged(db, query.order_by(Partition.delegation_id, *_IN_ORDER), number=number, size=size)


def groups_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[DelegationGroup]:
    query = (
        select(DelegationGroup)
        .join(Partition, Partition.id == DelegationGroup.partition_id)
        .where(DelegationGroup.edition_id == edition_id, *_seen(db, edition_id, within))
    )
    ordered = query.order_by(DelegationGroup.partition_id, DelegationGroup.position, DelegationGroup.id)
    return paged(db, ordered, number=number, size=size)


def group_members_page(
    db: DbSession,
    group: DelegationGroup,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[GroupMember]:
    reached = limited(GroupMember.id, "group_member", group.edition_id, within)
    query = select(GroupMember).where(GroupMember.group_id == group.id, *reached)
    return paged(db, query.order_by(GroupMember.registration_id, GroupMember.id), number=number, size=size)


def partitions_of(db: DbSession, delegation: Delegation) -> list[Partition]:
    """Its own, and those of the wholes that it is part of, which come first."""
    wholes = with_wholes(delegation.id, parents_of(db, delegation.edition_id))
    rows = db.scalars(select(Partition).where(Partition.delegation_id.in_(wholes)).order_by(*_IN_ORDER))
    return sorted(rows, key=lambda row: -wholes.index(row.delegation_id))


def groups_of(db: DbSession, partitions: Iterable[Partition]) -> list[DelegationGroup]:
    query = select(DelegationGroup).where(DelegationGroup.partition_id.in_([one.id for one in partitions]))
    return list(db.scalars(query.order_by(DelegationGroup.position, DelegationGroup.id)))


def people_of(db: DbSession, partition: Partition, *, within: Collection[int] | None = None) -> set[int]:
    """The registrations that it divides: all now in its delegation and its parts, of those within reach."""
    return set(db.scalars(registrations_of(parts_of(db, partition, within=within))))


def parts_of(db: DbSession, partition: Partition, *, within: Collection[int] | None = None) -> list[int]:
    """Its delegation and all parts of that, of those within reach."""
    parts = with_parts(partition.delegation_id, parents_of(db, partition.edition_id))
    return parts if within is None else [one for one in parts if one in within]


@dataclass(frozen=True, slots=True)
class Ends:
    """From when to when a partition's people are divided."""

    start: datetime | None
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


def items_at_ends(db: DbSession, partition: Partition) -> list[ItineraryItem]:
    """With which its people split and rejoin."""
    ids = [one for one in (partition.split_item_id, partition.rejoin_item_id) if one is not None]
    return list(db.scalars(select(ItineraryItem).where(ItineraryItem.id.in_(ids)))) if ids else []


def ends_of(db: DbSession, partition: Partition) -> Ends:
    return ends_by_partition(db, [partition])[partition.id]


def ends_by_partition(db: DbSession, partitions: Collection[Partition]) -> dict[int, Ends]:
    """One query."""
    ids = {one for row in partitions for one in (row.split_item_id, row.rejoin_item_id) if one is not None}
    query = select(ItineraryItem.id, ItineraryItem.start_utc).where(ItineraryItem.id.in_(ids))
    starts = {row.id: row.start_utc for row in db.execute(query)} if ids else {}
    return {row.id: Ends(starts.get(row.split_item_id or 0), starts.get(row.rejoin_item_id or 0)) for row in partitions}


@dataclass(frozen=True, slots=True)
class Picture:
    """A partition of some people as it stands: their branches over time, and the memberships of each of them."""

    ends: Ends
    groups: list[DelegationGroup]
    people: frozenset[int]
    stretches: list[Stretch]
    rows: dict[int, list[GroupMember]]


def picture_of(db: DbSession, partition: Partition, people: Collection[int]) -> Picture:
    ends = ends_of(db, partition)
    rows: dict[int, list[GroupMember]] = {one: [] for one in people}
    for row in rows_of(db, partition.id, people):
        rows[row.registration_id].append(row)
    stays = [as_stay(row) for theirs in rows.values() for row in theirs]
    parted = stretches(people, stays, ends.start, ends.end)
    return Picture(ends, groups_of(db, [partition]), frozenset(people), parted, rows)


def memberships_in(db: DbSession, edition_id: int, registrations: Collection[int] | None = None) -> list[Membership]:
    """Who is in which group when, of all partitions of the edition or of these people alone: as far as each of these
    lasts. One query.
    """
    split, rejoin = aliased(ItineraryItem), aliased(ItineraryItem)
    query = (
        select(GroupMember, split.start_utc.label("split"), rejoin.start_utc.label("rejoin"))
        .join(Partition, Partition.id == GroupMember.partition_id)
        .outerjoin(split, split.id == Partition.split_item_id)
        .outerjoin(rejoin, rejoin.id == Partition.rejoin_item_id)
        .where(GroupMember.edition_id == edition_id)
        .order_by(GroupMember.id)
    )
    if registrations is not None:
        query = query.where(GroupMember.registration_id.in_(registrations))
    stays = (clipped(as_stay(row), start, end) for row, start, end in db.execute(query))
    return [one for one in stays if one is not None]


def as_stay(row: GroupMember) -> Membership:
    return Membership(row.group_id, row.registration_id, row.from_utc, row.until_utc)


def rows_of(db: DbSession, partition_id: int, registrations: Collection[int] | None = None) -> list[GroupMember]:
    """The memberships in a partition, of these people, in order of time."""
    query = select(GroupMember).where(GroupMember.partition_id == partition_id)
    if registrations is not None:
        query = query.where(GroupMember.registration_id.in_(registrations))
    rows = db.scalars(query.order_by(GroupMember.registration_id, GroupMember.id))
    return sorted(rows, key=lambda row: (row.registration_id, row.from_utc is not None, row.from_utc))


def mark_of(rows: Iterable[Versioned]) -> str:
    """What one sees of a person in a partition or in rooms, as a word: who changes it names what they saw."""
    return ",".join(f"{row.id}.{row.version}" for row in sorted(rows, key=lambda row: row.id))


_IN_ORDER = (Partition.position, Partition.id)


def _seen(db: DbSession, edition_id: int, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if within is None else [Partition.delegation_id.in_(seen_from(db, edition_id, within))]
