"""Saying for whom an item is: the rows of its audience, checked against its delegation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import Invalid
from forumapp.domain.accounts.scope import registrations_of
from forumapp.domain.audit.services import create, remove
from forumapp.domain.delegations.models.audiences import ItemAudience, ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.delegations.models.groups import DelegationGroup, Partition
from forumapp.domain.delegations.queries import list_parts, parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.models.delegations import ItemKind
    from forumapp.domain.people.rules import Name

MOST = 500
TARGETS = ("delegation_id", "group_id", "registration_id")


@dataclass(frozen=True, slots=True)
class Part:
    """One row of an audience: exactly one of the three ids, and whether it comes or is left out."""

    includes: bool
    delegation_id: int | None = None
    group_id: int | None = None
    registration_id: int | None = None

    @property
    def target(self) -> tuple[str, int] | None:
        found = [(name, getattr(self, name)) for name in TARGETS if getattr(self, name) is not None]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a change touches, by name: who comes to be in it, who is no longer, and who stays."""

    came: list[Name]
    went: list[Name]
    stayed: list[Name]

    @property
    def everyone(self) -> list[Name]:
        return [*self.came, *self.went, *self.stayed]


@dataclass(frozen=True, slots=True)
class Swayed:
    """An item that is itself left as it is, and for other people all the same."""

    item_id: int
    title: dict[str, str]
    came: frozenset[int]
    went: frozenset[int]


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom an item of a delegation may be for: the delegation and its parts, groups of its people, and its members."""

    delegations: dict[int, dict[str, str]]
    groups: dict[int, tuple[dict[str, str], dict[str, str]]]  # each with its partition's name
    people: dict[int, Name]

    def knows(self, target: tuple[str, int]) -> bool:
        kind, row_id = target
        return any(kind == name and row_id in rows for name, rows in zip(TARGETS, self._each, strict=True))

    @property
    def _each(self) -> tuple[Collection[int], ...]:
        return (self.delegations, self.groups, self.people)


def choices_for(db: DbSession, delegation: Delegation) -> Choices:
    """Four queries. Groups may be of a partition of a whole; of these count those of its own people alone."""
    parts = list_parts(db, delegation)
    wholes = with_wholes(delegation.id, parents_of(db, delegation.edition_id))
    named = select(Delegation.id, Delegation.name).where(Delegation.id.in_(parts))
    names = {row.id: row.name for row in db.execute(named.order_by(Delegation.position, Delegation.id))}
    divided = (
        select(DelegationGroup.id, DelegationGroup.name, Partition.name.label("of"))
        .join(Partition, Partition.id == DelegationGroup.partition_id)
        .where(Partition.delegation_id.in_([*parts, *wholes]))
        .order_by(Partition.position, Partition.id, DelegationGroup.position, DelegationGroup.id)
    )
    members = (
        select(Registration.id, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_(registrations_of(parts)))
        .order_by(Person.latin_family, Person.latin_given, Registration.id)
    )
    return Choices(
        {one: names[one] for one in (delegation.id, *names)},
        {row.id: (row.name, row.of) for row in db.execute(divided)},
        {row_id: name_of(person) for row_id, person in db.execute(members)},
    )


def audience_of(db: DbSession, item_ids: Collection[int]) -> dict[int, list[Part]]:
    """By item, wholes first and people last."""
    found: dict[int, list[Part]] = {one: [] for one in item_ids}
    for row in _rows(db, item_ids):
        found[row.item_id].append(_part(row))
    return found


def people_of(db: DbSession, item_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """By item, the registrations for which it is."""
    found: dict[int, set[int]] = {one: set() for one in item_ids}
    query = select(ItemPerson.item_id, ItemPerson.registration_id).where(ItemPerson.item_id.in_(item_ids))
    for item_id, registration_id in db.execute(query) if item_ids else ():
        found[item_id].add(registration_id)
    return {one: frozenset(people) for one, people in found.items()}


def people_of_branches(
    db: DbSession, item_ids: Collection[int], *, within: Collection[int] | None = None
) -> dict[int, frozenset[int]]:
    """As `people_of`, of items within reach for groups that split or rejoin at any of these items: changing its
    times brings others into them.
    """
    groups = select(DelegationGroup.id).join(Partition, Partition.id == DelegationGroup.partition_id)
    groups = groups.where(Partition.split_item_id.in_(item_ids) | Partition.rejoin_item_id.in_(item_ids))
    query = select(ItineraryItem.id).where(
        ItineraryItem.id.in_(select(ItemAudience.item_id).where(ItemAudience.group_id.in_(groups)))
    )
    if within is not None:
        query = query.where(ItineraryItem.delegation_id.in_(within))
    return people_of(db, db.scalars(query).all()) if item_ids else {}


def swayed(db: DbSession, before: Mapping[int, frozenset[int]], *, but: Collection[int]) -> list[Swayed]:
    """Which of these items, but those that are told of anyhow, are for others now than `before`, in their order."""
    after = people_of(db, before.keys() - set(but))
    differing = [one for one, people in after.items() if people != before[one]]
    query = select(ItineraryItem.id, ItineraryItem.title).where(ItineraryItem.id.in_(differing))
    rows = db.execute(query.order_by(ItineraryItem.start_utc, ItineraryItem.id)) if differing else ()
    return [Swayed(one, title, after[one] - before[one], before[one] - after[one]) for one, title in rows]


def touched(db: DbSession, before: Collection[int], after: Collection[int]) -> Touched:
    """By the registrations for which an item was before and is after. One query."""
    query = select(Registration.id, Person).join(Person, Person.id == Registration.person_id)
    query = query.where(Registration.id.in_({*before, *after}))
    named = db.execute(query.order_by(Person.latin_family, Person.latin_given, Registration.id)).all()
    names = [(row_id, name_of(person)) for row_id, person in named]
    return Touched(
        [name for one, name in names if one not in before],
        [name for one, name in names if one not in after],
        [name for one, name in names if one in before and one in after],
    )


def keep_audience(
    db: DbSession,
    item: ItineraryItem,
    parts: Sequence[Part],
    *,
    known: Choices | None = None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Let the item be for these; whether it was for others. Rows that stay as they were are left alone. `known` is whom
    it may be for, where that has been read.
    """
    stands = {_part(row): row for row in _rows(db, [item.id])}
    if stands.keys() == set(parts):
        return False
    _refuse_strange(db, item, [one for one in parts if one not in stands], parts, known)
    for part, row in stands.items():
        if part not in parts:
            remove(db, row, actor=actor, now=now)
    for part in parts:
        if part not in stands:
            of = {name: getattr(part, name) for name in ("includes", *TARGETS)}
            create(db, ItemAudience(edition_id=item.edition_id, item_id=item.id, **of), actor=actor, now=now)
    return True


def pass_items_on(
    db: DbSession,
    registration_id: int,
    to_id: int,
    *,
    without: Collection[ItemKind] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """What an item says of one by name, it says of the registration that takes their place. Items of the kinds
    `without` stay as they are.
    """
    of = ItemAudience.registration_id
    there = set(db.scalars(select(ItemAudience.item_id).where(of == to_id)))
    query = select(ItemAudience).join(ItineraryItem, ItineraryItem.id == ItemAudience.item_id)
    query = query.where(of == registration_id, ItineraryItem.kind.not_in(without))
    for row in list(db.scalars(query.order_by(ItemAudience.id))):
        item_id = row.item_id
        part = {"edition_id": row.edition_id, "item_id": item_id, "includes": row.includes, "registration_id": to_id}
        remove(db, row, actor=actor, now=now)
        if item_id not in there:
            create(db, ItemAudience(**part), actor=actor, now=now)


def _refuse_strange(
    db: DbSession, item: ItineraryItem, new: Sequence[Part], parts: Sequence[Part], known: Choices | None
) -> None:
    targets = [one.target for one in parts]
    if None in targets or len(set(targets)) < len(targets) or len(targets) > MOST:
        raise Invalid(fields={"audience": "each-once"})
    if not any(one.includes for one in parts):
        raise Invalid(fields={"audience": "nobody-comes"})
    if new and known is None:
        known = choices_for(db, db.get_one(Delegation, item.delegation_id))
    if known and not all(known.knows(one.target) for one in new if one.target):
        raise Invalid(fields={"audience": "unknown"})


def _rows(db: DbSession, item_ids: Collection[int]) -> list[ItemAudience]:
    if not item_ids:
        return []
    rows = db.scalars(select(ItemAudience).where(ItemAudience.item_id.in_(item_ids)).order_by(ItemAudience.id))
    return sorted(rows, key=lambda row: (row.registration_id is not None, row.group_id is not None))


def _part(row: ItemAudience) -> Part:
    return Part(row.includes, row.delegation_id, row.group_id, row.registration_id)
