"""Who does what where the people of a booklet do not do it all together: groups, and for whom an item is.

A booklet names nobody but those whom it is for, and no group in which none of them is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from forumapp.core.values.times import moment_at
from forumapp.domain.delegations.groups.queries import groups_of
from forumapp.domain.delegations.models.audiences import ItemAudience, ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.delegations.models.delegations import ItineraryItem as Item
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.printing.paper import itinerary_documents as paper

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Moment
    from forumapp.domain.delegations.rules.audiences import Membership
    from forumapp.domain.printing.paper.documents import PersonValues, Texts

    People = Mapping[int, PersonValues]


def divisions_of(
    db: DbSession, delegation_ids: Collection[int], people: People, stays: Iterable[Membership], zone: str
) -> tuple[paper.Division, ...]:
    """How these people are divided by the delegations named, in this order. `people` are by registration, in the
    order in which they are named; `zone` is the edition's. Three queries.
    """
    query = select(Partition).where(Partition.delegation_id.in_(delegation_ids))
    order = list(delegation_ids)
    rows = sorted(
        db.scalars(query.order_by(Partition.position, Partition.id)), key=lambda row: order.index(row.delegation_id)
    )
    groups: dict[int, list[DelegationGroup]] = defaultdict(list)
    for group in groups_of(db, rows):
        groups[group.partition_id].append(group)
    ends = [one for row in rows for one in (row.split_item_id, row.rejoin_item_id) if one is not None]
    starts = {item.id: item.span.start for item in db.scalars(select(Item).where(Item.id.in_(ends)))}
    by_group: dict[int, list[Membership]] = defaultdict(list)
    for stay in stays:
        by_group[stay.group].append(stay)
    found = []
    for row in rows:
        both = (starts.get(row.split_item_id or 0), starts.get(row.rejoin_item_id or 0))
        if branches := tuple(_branches(groups[row.id], by_group, people, both, zone)):
            found.append(paper.Division(row.name, branches, *both))
    return tuple(found)


def _branches(
    groups: Iterable[DelegationGroup],
    stays: Mapping[int, list[Membership]],
    people: People,
    ends: tuple[Moment | None, Moment | None],
    zone: str,
) -> Iterator[paper.Branch]:
    start, end = ends
    places = {one: place for place, one in enumerate(people)}

    def told(one: Membership) -> paper.Stay:
        since = None if one.start is None or (start and one.start == start.utc) else one.start
        until = None if one.end is None or (end and one.end == end.utc) else one.end
        moments = (moment_at(at, start.zone if start else zone) if at else None for at in (since, until))
        return paper.Stay(people[one.registration], *moments)

    for group in groups:
        ours = sorted(
            (one for one in stays.get(group.id, ()) if one.registration in people),
            key=lambda one: places[one.registration],
        )
        if ours:
            yield paper.Branch(group.name, people.get(group.captain_id or 0), tuple(map(told, ours)))


class Audience(NamedTuple):
    """`for_whom` and `without` are empty where it is for all."""

    people: tuple[int, ...]
    for_whom: list[Texts]
    without: list[Texts]

    @property
    def is_said(self) -> bool:
        return bool(self.for_whom or self.without)


def for_whom(
    db: DbSession,
    items: Collection[Item],
    people: People,
    stays: Iterable[Membership],
    parts: Collection[int],
) -> dict[int, Audience]:
    """By item for whom of these people it is and, where that is not all of them, how to say so.

    Two queries.
    """
    ids = [item.id for item in items]
    resolved: dict[int, set[int]] = defaultdict(set)
    query = select(ItemPerson.item_id, ItemPerson.registration_id).where(ItemPerson.item_id.in_(ids))
    for item_id, registration_id in db.execute(query):
        if registration_id in people:
            resolved[item_id].add(registration_id)
    ours = {one.group for one in stays}
    audiences = (
        select(ItemAudience, DelegationGroup.name.label("group"), Delegation.name.label("delegation"))
        .outerjoin(DelegationGroup, DelegationGroup.id == ItemAudience.group_id)
        .outerjoin(Delegation, Delegation.id == ItemAudience.delegation_id)
        .where(ItemAudience.item_id.in_(ids))
        .order_by(Delegation.position, DelegationGroup.position, ItemAudience.id)
    )
    found = {one: Audience(tuple(sorted(resolved[one])), [], []) for one in ids}
    for row, group, delegation in db.execute(audiences):
        if len(resolved[row.item_id]) == len(people):
            continue
        said: Texts | None = None
        if row.group_id in ours:
            said = group
        elif row.delegation_id in parts:
            said = delegation
        elif row.registration_id is not None and row.registration_id in people:
            said = people[row.registration_id].as_text
        if said:
            (found[row.item_id].for_whom if row.includes else found[row.item_id].without).append(said)
    return found
