"""Clashes of people as pages and programs list them: with names, times, and the minutes that are lacking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.paging import PAGE_SIZE, Page, page_of, paged
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import limited, people_of
from forumapp.domain.agenda.findings.names import NAMED
from forumapp.domain.agenda.models import Session
from forumapp.domain.delegations.conflicts.detection import (
    diaries_of,
    key_of,
    list_clashes,
    override_of,
    overrides_of,
    state_of,
    timed_session,
)
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import CoachRun, Vehicle
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import Delegation, ItineraryItem
from forumapp.domain.delegations.queries import get_delegation, list_parts
from forumapp.domain.delegations.rules.commitments import ClashState, PartyKind
from forumapp.domain.people.models import Person
from forumapp.domain.people.queries import matches
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.times import Span
    from forumapp.domain.delegations.conflicts.detection import Overrides
    from forumapp.domain.delegations.rules.commitments import Clash, ClashKind, Party
    from forumapp.domain.people.rules import Name


@dataclass(frozen=True, slots=True)
class Side:
    """One of two commitments as people know it, with its time on the clocks of its place."""

    kind: PartyKind
    id: int
    title: Mapping[str, str]
    span: Span
    delegation_id: int | None = None  # whose itinerary it stands in
    delegation: str = ""  # its code


@dataclass(frozen=True, slots=True)
class ClashLine:
    """A person, both commitments in order of time, and the minutes that are lacking between them."""

    person_id: int
    name: Name
    kind: ClashKind
    minutes: int
    one: Side
    other: Side
    state: ClashState
    override: ClashOverride | None  # also one that does not allow so many minutes


def clashes_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    delegation: str = "",
    search: str = "",
    kind: str | None = None,
    state: str | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ClashLine]:
    """Those of everyone, or of a delegation with its parts, of people who are found, of one kind or in one state, in
    order of time.

    A constant number of queries.
    """
    people = reached(within)
    if delegation:
        whole = get_delegation(db, edition_id, delegation, within=within)
        people.append(people_of(list_parts(db, whole)))
    if search.strip():
        people.append(select(Person.id).where(*matches(Person.search_text, search)))
    allowed = overrides_of(db, edition_id)
    found = [
        one
        for one in list_clashes(db, edition_id, people)
        if kind in (None, one.lack.kind) and state in (None, state_of(one, allowed))
    ]
    page = page_of(found, number=number, size=size)
    return page.of(lines_of(db, page.items, allowed))


def clashes_of_items(
    db: DbSession, edition_id: int, item_ids: Collection[int], *, within: Collection[int] | None = None
) -> list[ClashLine]:
    """What keeps the people of these itinerary items from them, or from something else; only their days are loaded.
    The same number of queries for one item and for many. Items out of reach are left out.
    """
    there = (
        ItineraryItem.edition_id == edition_id,
        ItineraryItem.id.in_(item_ids),
        *limited(ItineraryItem.id, "itinerary_item", edition_id, within),
    )
    people = select(Registration.person_id).join(ItemPerson, ItemPerson.registration_id == Registration.id)
    diaries = diaries_of(db, edition_id, [people.where(ItemPerson.item_id.in_(item_ids)), *reached(within)])
    query = select(ItineraryItem.id, Session.id).outerjoin(Session, timed_session())
    keys = [key_of(*row) for row in db.execute(query.where(*there).order_by(ItineraryItem.id))]
    found = dict.fromkeys(clash for key in dict.fromkeys(keys) for clash in diaries.clashes_of(key))
    return lines_of(db, list(found), overrides_of(db, edition_id))


def open_of_items(
    db: DbSession, edition_id: int, item_ids: Collection[int], *, within: Collection[int] | None = None
) -> list[ClashLine]:
    found = clashes_of_items(db, edition_id, item_ids, within=within)
    return [one for one in found if one.state is ClashState.OPEN]


def new_conflicts(before: Iterable[ClashLine], after: Iterable[ClashLine]) -> list[ClashLine]:
    """What a change causes: conflicts that were not there before it, or lacked fewer minutes."""
    known = {_key(one): one.minutes for one in before}
    return list({_key(one): one for one in after if one.minutes > known.get(_key(one), -1)}.values())


def _key(one: ClashLine) -> tuple[object, ...]:
    """The same in either order of the two, since moving one may change which is first."""
    return (one.person_id, frozenset({(one.one.kind, one.one.id), (one.other.kind, one.other.id)}))


def open_of_delegation(
    db: DbSession, delegation: Delegation, *, within: Collection[int] | None = None
) -> list[ClashLine]:
    """What nobody has allowed of the people of a delegation and its parts, in order of time."""
    people = [people_of(list_parts(db, delegation)), *reached(within)]
    allowed = overrides_of(db, delegation.edition_id)
    found = list_clashes(db, delegation.edition_id, people)
    return lines_of(db, [one for one in found if state_of(one, allowed) is ClashState.OPEN], allowed)


def clashes_of_person(
    db: DbSession, edition_id: int, person_id: int, *, within: Collection[int] | None = None
) -> list[ClashLine]:
    """One person's. Of whoever is out of reach there is none."""
    one = select(Person.id).where(Person.id == person_id)
    return lines_of(db, list_clashes(db, edition_id, [one, *reached(within)]), overrides_of(db, edition_id))


def overrides_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ClashOverride]:
    """All that were allowed, also where nothing clashes any more."""
    limit = limited(ClashOverride.id, "clash_override", edition_id, within)
    query = select(ClashOverride).where(ClashOverride.edition_id == edition_id, *limit)
    return paged(db, query.order_by(ClashOverride.id), number=number, size=size)


def get_override(
    db: DbSession, edition_id: int, override_id: int, *, within: Collection[int] | None = None
) -> ClashOverride:
    return get_in(db, ClashOverride, edition_id, override_id, within=within)


def reached(within: Collection[int] | None) -> list[Select[Any]]:
    """Whom a caller who is limited to these delegations is told of."""
    return [] if within is None else [people_of(within)]


def lines_of(db: DbSession, clashes: Collection[Clash], allowed: Overrides) -> list[ClashLine]:
    """With the names of all that are concerned. At most four queries."""
    sides = dict(_sides(db, {party for one in clashes for party in (one.lack.one, one.lack.other)}))
    ids = {one.person for one in clashes}
    people: Any = db.execute(select(*NAMED).where(Person.id.in_(ids))) if ids else ()
    names = {row.id: name_of(row) for row in people}
    return [
        ClashLine(
            one.person,
            names[one.person],
            one.lack.kind,
            one.lack.minutes,
            sides[one.lack.one],
            sides[one.lack.other],
            state_of(one, allowed),
            override_of(one, allowed),
        )
        for one in clashes
    ]


def _sides(db: DbSession, parties: Collection[Party]) -> Iterator[tuple[Party, Side]]:
    by_kind = {of: [one for kind, one in parties if kind == of] for of in PartyKind}
    if ids := by_kind[PartyKind.SESSION]:
        for row in db.scalars(select(Session).where(Session.id.in_(ids))):
            title = row.title if any(row.title.values()) else {"en": row.code}
            if row.span:  # what has no time clashes with nothing
                yield (PartyKind.SESSION, row.id), Side(PartyKind.SESSION, row.id, title, row.span)
    if ids := by_kind[PartyKind.ITEM]:
        query = select(ItineraryItem, Delegation.code).join(Delegation, Delegation.id == ItineraryItem.delegation_id)
        for item, code in db.execute(query.where(ItineraryItem.id.in_(ids))):
            side = Side(PartyKind.ITEM, item.id, item.title, item.span, item.delegation_id, code)
            yield (PartyKind.ITEM, item.id), side
    if ids := by_kind[PartyKind.COACH]:
        yield from _runs(db, ids)


def _runs(db: DbSession, ids: Collection[int]) -> Iterator[tuple[Party, Side]]:
    """By the vehicle and when it drives: whoever is registered twice may have a seat in two of one transfer."""
    query = (
        select(CoachRun.id, Vehicle.name, ItineraryItem, Delegation.code)
        .join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
        .join(ItineraryItem, ItineraryItem.id == CoachRun.item_id)
        .join(Delegation, Delegation.id == ItineraryItem.delegation_id)
        .where(CoachRun.id.in_(ids))
    )
    for run_id, name, item, code in db.execute(query):
        yield (PartyKind.COACH, run_id), Side(PartyKind.COACH, run_id, name, item.span, item.delegation_id, code)
