"""What a liaison works with: a delegation's people on one day, by what begins and by branch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import NotFound
from forumapp.domain.accounts.scope import registrations_of
from forumapp.domain.delegations import queries
from forumapp.domain.delegations.groups import audiences
from forumapp.domain.delegations.groups.queries import (
    Ends,
    Picture,
    ends_by_partition,
    mark_of,
    partitions_of,
    picture_of,
)
from forumapp.domain.delegations.rules.reading_order import by_day
from forumapp.domain.delegations.rules.slots import slots
from forumapp.domain.people.models import Person
from forumapp.domain.people.queries import matches
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
    from forumapp.domain.delegations.models.groups import GroupMember, Partition
    from forumapp.domain.delegations.queries import MemberLine
    from forumapp.domain.delegations.rules.slots import Slot


@dataclass(frozen=True, slots=True)
class Workspace:
    """`picture` is of the partition by which the day is shown, if the people are divided at all; `day` is None where
    nothing is planned.
    """

    lines: list[MemberLine]
    days: Mapping[date, list[ItineraryItem]]
    day: date | None
    slots: list[Slot]
    partitions: list[Partition]
    partition: Partition | None
    picture: Picture | None

    @property
    def items(self) -> dict[int, ItineraryItem]:
        """Those of the day."""
        return {row.id: row for row in self.days[self.day]} if self.day else {}


def workspace_of(
    db: DbSession, delegation: Delegation, *, day: date | None = None, partition_id: int | None = None
) -> Workspace:
    """Of the people of this delegation and its parts alone; the first day, and a partition that divides them on the
    day, where none is named. A constant number of queries.
    """
    lines = queries.list_members(db, delegation)
    members = frozenset(line.registration_id for line in lines)
    days = by_day(queries.itinerary_with_parts(db, delegation), lambda row: row.span)
    day = day if day in days else next(iter(days), None)
    begins = [(row.start_utc, row.id) for row in days.get(day, ())] if day else []
    partitions = partitions_of(db, delegation)
    ends = ends_by_partition(db, partitions)
    partition = _chosen(partitions, partition_id, ends, [start for start, _item in begins])
    picture = picture_of(db, partition, members) if partition else None
    people = audiences.people_of(db, [item for _start, item in begins])
    parted, order = (picture.stretches, [group.id for group in picture.groups]) if picture else ([], [])
    found = slots(begins, people, members, parted, order)
    return Workspace(lines, days, day, found, partitions, partition, picture)


def found_in(db: DbSession, delegation: Delegation, search: str) -> set[int]:
    """The registrations of its people whose names, in any spelling, have these words."""
    query = select(Registration.id).join(Person, Person.id == Registration.person_id)
    theirs = Registration.id.in_(registrations_of(queries.list_parts(db, delegation)))
    return set(db.scalars(query.where(theirs, *matches(Person.search_text, search))))


def group_mark(people: Iterable[int], rows: Mapping[int, Iterable[GroupMember]]) -> str:
    """What one sees of all who are in a branch, as a word: who moves it whole names what they saw."""
    seen = ";".join(f"{one}:{mark_of(rows[one])}" for one in sorted(people))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _chosen(
    partitions: Sequence[Partition], partition_id: int | None, ends: Mapping[int, Ends], at: Collection[datetime]
) -> Partition | None:
    """One that divides them on the day alone says more of it than one for the whole stay."""
    if partition_id is not None:
        found = next((row for row in partitions if row.id == partition_id), None)
        if found is None:
            raise NotFound(entity="partition")
        return found

    def says(row: Partition) -> tuple[bool, bool]:
        lasts = ends[row.id]
        return (any(map(lasts.holds, at)), lasts != Ends(None, None))

    return max(partitions, key=says, default=None)  # the first of those that say as much
