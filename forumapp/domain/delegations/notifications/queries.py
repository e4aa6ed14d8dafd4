"""Reading whom something is to be told, what it is, and who was told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.scope import limited, people_with_open_contacts, registrations_in
from forumapp.domain.audit.services import batched
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem
from forumapp.domain.delegations.models.notices import GivenOut, ItemNotice, ItineraryTelling
from forumapp.domain.delegations.notifications.personal_changes import rooms_said, seats_said
from forumapp.domain.delegations.notifications.recording import said_by_item
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.delegations.rules.item_changes import ItemChange, mark_of, sharers_in, with_names
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class Looked:
    """A delegation as those who are to be rung see it: who looks after it, or after the one that it is part of."""

    id: int
    code: str
    name: dict[str, str]
    liaison: str
    liaison_phone: str


@dataclass(frozen=True, slots=True)
class ToTell:
    """Someone who has not been told yet what changed. `email` and `phone` are None for whoever may not see them."""

    registration_id: int
    person_id: int
    name: Name
    email: str | None
    phone: str | None
    delegation: Looked
    changes: tuple[ItemChange, ...]

    @property
    def notices(self) -> list[int]:
        return [one.notice_id for one in self.changes]

    @property
    def seen(self) -> str:
        """What whoever tells them has seen."""
        return mark_of(self.changes)


@dataclass(frozen=True, slots=True)
class Told:
    telling: ItineraryTelling
    name: Name
    delegation: Looked | None
    by: str


def list_to_tell(
    db: DbSession,
    edition_id: int,
    *,
    delegation: str = "",
    until: datetime | None = None,
    within: Collection[int] | None = None,
    actor: Actor,
    now: datetime,
) -> list[ToTell]:
    """Of everyone, or of a delegation with its parts; with `until`, of what begins by then or was to. What is over is
    told nobody. In order of what comes first, by a constant number of queries.
    """
    changes = open_changes(db, edition_id, _reached(edition_id, delegation, within), now=now)
    if until is not None:
        changes = {one: [change for change in those if change.is_before(until)] for one, those in changes.items()}
    changes = {one: those for one, those in changes.items() if those}
    people = _people(db, edition_id, changes.keys()) if changes else []
    visible = people_with_open_contacts(db, [person.id for person, *_ in people], contact_scope_of(db, actor=actor))
    looked = looked_after(db, edition_id) if people else {}
    found = [
        ToTell(
            registration_id,
            person.id,
            name_of(person),
            (person.email or "") if person.id in visible else None,
            (person.phone or "") if person.id in visible else None,
            looked[delegation_id],
            tuple(changes[registration_id]),
        )
        for person, registration_id, delegation_id in people
    ]
    return sorted(found, key=lambda one: one.changes[0].span.start.utc)


def has_untold(db: DbSession, edition_id: int, *, delegation: str = "", within: Collection[int] | None = None) -> bool:
    """Whether anything has changed that someone was not told, also of what is over."""
    return bool(open_changes(db, edition_id, _reached(edition_id, delegation, within)))


def open_changes(
    db: DbSession, edition_id: int, registrations: Select[Any], *, now: datetime | None = None
) -> dict[int, list[ItemChange]]:
    """By registration, what is to be told, in order of time. What was changed back is not, nor what another delegation
    did in which they are no more; with `now`, nor what is over.
    """
    query = select(ItemNotice).where(ItemNotice.edition_id == edition_id, ItemNotice.telling_id.is_(None))
    still = (DelegationMember.delegation_id == ItemNotice.delegation_id) & DelegationMember.left_on.is_(None)
    query = query.join(DelegationMember, (DelegationMember.registration_id == ItemNotice.registration_id) & still)
    query = query.where(ItemNotice.registration_id.in_(registrations))
    notes = list(db.scalars(query.execution_options(populate_existing=True)))
    now_said = _as_they_are(db, edition_id, notes)
    found: dict[int, list[ItemChange]] = defaultdict(list)
    rooms: dict[int, tuple[ItemChange, int]] = {}
    for one in notes:
        change = ItemChange(one.id, one.item_id, one.was, now_said[one.id])
        if change.was != change.now and not (now and change.is_over(now)):
            found[one.registration_id].append(change)
            rooms |= {one.id: (change, one.delegation_id)} if change.item_id is None else {}
    named = _named(db, edition_id, rooms)
    return {
        one: sorted((named.get(change.notice_id, change) for change in those), key=_in_time)
        for one, those in found.items()
    }


def list_told(
    db: DbSession,
    edition_id: int,
    *,
    since: datetime,
    delegation: str = "",
    within: Collection[int] | None = None,
) -> list[Told]:
    """Who was told lately, the last one first."""
    there = ItineraryTelling.registration_id.in_(_reached(edition_id, delegation, within))
    query = (
        select(ItineraryTelling, Person, Account.name, DelegationMember.delegation_id)
        .join(Registration, Registration.id == ItineraryTelling.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .outerjoin(Account, Account.id == ItineraryTelling.told_by)
        .where(ItineraryTelling.edition_id == edition_id, ItineraryTelling.created_at >= since, there)
        .where(DelegationMember.left_on.is_(None))
        .order_by(ItineraryTelling.created_at.desc(), ItineraryTelling.id.desc())
    )
    rows = db.execute(query).all()
    looked = looked_after(db, edition_id) if rows else {}
    return [Told(telling, name_of(person), looked.get(of), by or "") for telling, person, by, of in rows]


def tellings_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ItineraryTelling]:
    limit = limited(ItineraryTelling.id, "itinerary_telling", edition_id, within)
    query = select(ItineraryTelling).where(ItineraryTelling.edition_id == edition_id, *limit)
    return paged(db, query.order_by(ItineraryTelling.id.desc()), number=number, size=size)


def get_telling(
    db: DbSession, edition_id: int, telling_id: int, *, within: Collection[int] | None = None
) -> ItineraryTelling:
    return get_in(db, ItineraryTelling, edition_id, telling_id, within=within)


def given_out(db: DbSession, delegation: Delegation) -> GivenOut | None:
    """Since when its people have their itineraries, by itself or as part of a whole."""
    wholes = with_wholes(delegation.id, parents_of(db, delegation.edition_id))
    rows = {row.delegation_id: row for row in db.scalars(select(GivenOut).where(GivenOut.delegation_id.in_(wholes)))}
    return next((rows[one] for one in wholes if one in rows), None)


def not_given_out(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[Delegation]:
    """Delegations with people of their own who do not have their itineraries yet."""
    given = set(db.scalars(select(GivenOut.delegation_id).where(GivenOut.edition_id == edition_id)))
    parents = parents_of(db, edition_id)
    members = select(DelegationMember.delegation_id).where(DelegationMember.left_on.is_(None))
    query = select(Delegation).where(Delegation.edition_id == edition_id, Delegation.id.in_(members))
    query = query.where(*limited(Delegation.id, "delegation", edition_id, within))
    rows = db.scalars(query.order_by(Delegation.position, Delegation.id))
    return [row for row in rows if given.isdisjoint(with_wholes(row.id, parents))]


def looked_after(db: DbSession, edition_id: int) -> dict[int, Looked]:
    """All delegations of the edition, by id."""
    parents = parents_of(db, edition_id)
    columns = (Delegation.id, Delegation.code, Delegation.name, Delegation.liaison_phone)
    query = select(*columns, Account.name.label("liaison"))
    query = query.outerjoin(Account, Account.id == Delegation.liaison_id).where(Delegation.edition_id == edition_id)
    rows = {row.id: row for row in db.execute(query)}

    def looked(one: Any) -> Looked:
        by = next((rows[each] for each in with_wholes(one.id, parents) if rows[each].liaison), None)
        return Looked(one.id, one.code, one.name, *((by.liaison, by.liaison_phone) if by else ("", "")))

    return {row.id: looked(row) for row in rows.values()}


def _reached(edition_id: int, delegation: str, within: Collection[int] | None) -> Select[Any]:
    """The ids of those who are in a delegation now: who has left is told nothing."""
    there = registrations_in(edition_id, [delegation] if delegation else None)
    limit = limited(Registration.id, "registration", edition_id, within)
    return select(Registration.id).where(Registration.id.in_(there), *limit)


def _people(db: DbSession, edition_id: int, registrations: Collection[int]) -> list[tuple[Person, int, int]]:
    query = (
        select(Person, Registration.id, DelegationMember.delegation_id)
        .join(Registration, Registration.person_id == Person.id)
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(Registration.edition_id == edition_id, DelegationMember.left_on.is_(None))
        .order_by(Person.latin_family, Person.latin_given, Registration.id)
    )
    rows: list[Any] = []
    for some in batched(registrations):
        rows += db.execute(query.where(Registration.id.in_(some)))
    return rows


def _as_they_are(db: DbSession, edition_id: int, notes: Sequence[ItemNotice]) -> dict[int, dict[str, Any] | None]:
    """By notice, what it is for that person now."""
    ids = {one.item_id for one in notes if one.item_id is not None}
    items: dict[int, tuple[datetime, dict[str, Any]]] = {}
    theirs: set[tuple[int, int]] = set()
    for some in batched(ids):
        query = select(ItineraryItem).where(ItineraryItem.id.in_(some)).execution_options(populate_existing=True)
        rows = list(db.scalars(query))
        said = said_by_item(db, rows)
        items |= {row.id: (row.created_at, said[row.id]) for row in rows}
        people = select(ItemPerson.item_id, ItemPerson.registration_id).where(ItemPerson.item_id.in_(some))
        theirs |= {(item_id, one) for item_id, one in db.execute(people)}
    seats = seats_said(db, ids)
    rooms = rooms_said(db, edition_id) if any(one.item_id is None for one in notes) else {}

    def stands(one: ItemNotice) -> dict[str, Any] | None:
        if one.item_id is None:
            return rooms.get(one.registration_id)
        made, said = items.get(one.item_id, (None, None))
        pair = one.item_id, one.registration_id
        return said | seats.get(pair, {}) if said and made == one.item_made_at and pair in theirs else None

    return {one.id: stands(one) for one in notes}


def _named(db: DbSession, edition_id: int, changes: Mapping[int, tuple[ItemChange, int]]) -> dict[int, ItemChange]:
    """By notice, what changed of rooms with the names of whoever shares them in the same delegation: of others it is
    told how many there are.
    """
    ids = {one for change, _of in changes.values() for said in (change.was, change.now) for one in sharers_in(said)}
    names: dict[int, dict[int, dict[str, str]]] = defaultdict(dict)
    for person, registration_id, delegation_id in _people(db, edition_id, ids) if ids else ():
        called = name_of(person)
        names[delegation_id][registration_id] = {language: called.shown(language) for language in LANGUAGES}
    return {
        one: replace(change, was=with_names(change.was, names[of]), now=with_names(change.now, names[of]))
        for one, (change, of) in changes.items()
    }


def _in_time(change: ItemChange) -> tuple[Any, ...]:
    return change.span.start.utc, change.span.end.utc, change.item_id or 0
