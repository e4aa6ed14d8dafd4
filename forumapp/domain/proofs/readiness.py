"""How ready a delegation is: of each member what is missing before papers can be made.

Stands here because names are approved on proofs; no domain below knows all that is asked.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, false, func, or_, select
from sqlalchemy.orm import aliased

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.hotel.queries import days_of
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import (
    TRAVEL,
    Delegation,
    DelegationMember,
    ItineraryItem,
    MemberRole,
)
from forumapp.domain.delegations.models.rooms import RoomStay
from forumapp.domain.delegations.queries import list_parts
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.queries import matches
from forumapp.domain.people.records.services import name_of
from forumapp.domain.proofs.models import ProofEntry
from forumapp.domain.registration.lists.conditions import conditions_of
from forumapp.domain.registration.lists.filters import Lack
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.people.rules import Name


class Gap(enum.StrEnum):
    """What a member lacks."""

    LATIN_NAME = "latin-name"
    TITLE = "title"
    FLIGHT = "flight"  # a leg of the itinerary that brings them, or one that takes them back
    ROOM = "room"  # at a hotel, on any night
    DIET = "diet"
    PHOTO = "photo"
    PROOF = "proof"  # their office has not approved how they are printed


LACKS = {Gap.LATIN_NAME: Lack.LATIN_NAME, Gap.DIET: Lack.DIET, Gap.PHOTO: Lack.PHOTO}
# What is told of to those alone who see that much of the people.
NEEDS = {
    Gap.FLIGHT: Permission.SEE_ITINERARIES,
    Gap.ROOM: Permission.SEE_ITINERARIES,
    Gap.DIET: Permission.SEE_ANSWERS,
    Gap.PROOF: Permission.SEE_PROOFS,
}


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """A member and what they lack, in the order of the columns."""

    member_id: int
    registration_id: int
    person_id: int
    name: Name
    role: MemberRole
    delegation_id: int
    delegation: dict[str, str]
    missing: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """One page of the members, and of all of them how many lack what; `ready` lack nothing."""

    page: Page[ReadyLine]
    counts: Mapping[Gap, int]
    members: int
    ready: int


def gaps_told(access: Access, delegation_id: int) -> list[Gap]:
    """What the caller may know of this delegation's people."""

    def sees(permission: Permission) -> bool:
        within = access.within(permission)
        return within is None or delegation_id in within

    return [gap for gap in Gap if gap not in NEEDS or sees(NEEDS[gap])]


def readiness(
    db: DbSession,
    delegation: Delegation,
    gaps: Collection[Gap],
    days: tuple[date, date],
    *,
    missing: Gap | None = None,
    search: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Readiness:
    """Of a delegation and its parts. `days` are the edition's first and last; `missing` narrows the page down to those
    who lack it. Six queries, however many members.
    """
    who = aliased(Person)  # what is asked of a registration looks for its person itself
    lacks = _lacks(db, delegation.edition_id, gaps, days)
    within = DelegationMember.delegation_id.in_(list_parts(db, delegation))
    now = (within, DelegationMember.left_on.is_(None), *matches(who.search_text, search))
    columns = [lacks[gap].label(f"lacks_{gap.name}") for gap in lacks]
    by_role = case({role: place for place, role in enumerate(MemberRole)}, value=DelegationMember.role)
    query: Any = (
        select(DelegationMember, who, Delegation.name, *columns)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .join(who, who.id == Registration.person_id)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(*now)
    )
    counted = query.order_by(None).with_only_columns(
        func.count(),
        func.sum(case((or_(false(), *lacks.values()), 0), else_=1)),
        *(func.sum(case((lack, 1), else_=0)) for lack in lacks.values()),
        maintain_column_froms=True,
    )
    members, ready, *counts = (int(one or 0) for one in db.execute(counted).one())
    wanted = query if missing is None else query.where(lacks.get(missing, false()))
    places = (Delegation.position, Delegation.id, by_role, DelegationMember.position, DelegationMember.id)
    page: Page[Any] = paged(db, wanted.order_by(*places), number=number, size=size)
    lines = [_line(row, list(lacks)) for row in page.items]
    return Readiness(page.of(lines), dict(zip(lacks, counts, strict=True)), members, ready)


def missing_of(
    db: DbSession, delegation: Delegation, gaps: Collection[Gap], days: tuple[date, date]
) -> dict[int, tuple[Gap, ...]]:
    """What each member lacks, by registration; those who lack nothing are left out. Four queries at most."""
    lacks = _lacks(db, delegation.edition_id, gaps, days)
    query: Any = (
        select(Registration.id, *(lack.label(f"lacks_{gap.name}") for gap, lack in lacks.items()))
        .join(DelegationMember, DelegationMember.registration_id == Registration.id)
        .where(DelegationMember.delegation_id.in_(list_parts(db, delegation)), DelegationMember.left_on.is_(None))
        .where(or_(false(), *lacks.values()))
    )
    return {
        row_id: tuple(gap for gap, lack in zip(lacks, said, strict=True) if lack) for row_id, *said in db.execute(query)
    }


def _line(row: Any, gaps: list[Gap]) -> ReadyLine:
    member, person, delegation, *said = row
    missing = tuple(gap for gap, lacks in zip(gaps, said, strict=True) if lacks)
    return ReadyLine(
        member.id,
        member.registration_id,
        person.id,
        name_of(person),
        member.role,
        member.delegation_id,
        delegation,
        missing,
    )


def _lacks(
    db: DbSession, edition_id: int, gaps: Collection[Gap], days: tuple[date, date]
) -> dict[Gap, ColumnElement[bool]]:
    asked = conditions_of(db, edition_id, [LACKS[gap] for gap in gaps if gap in LACKS])
    titled = select(EditionTitle.person_id).where(EditionTitle.edition_id == edition_id)
    approved = select(ProofEntry.person_id).where(
        ProofEntry.edition_id == edition_id, ProofEntry.approved_at.is_not(None)
    )
    first, last = _ends(db, edition_id, days)
    others: dict[Gap, ColumnElement[bool]] = {
        Gap.TITLE: Registration.person_id.not_in(titled),
        Gap.PROOF: Registration.person_id.not_in(approved),
        Gap.ROOM: ~select(RoomStay.id).where(RoomStay.registration_id == Registration.id).exists(),
        Gap.FLIGHT: or_(
            ~_travels(ItineraryItem.end_wall < first),
            ~_travels(ItineraryItem.start_wall >= last),
        ),
    }
    return {gap: asked[LACKS[gap]] if gap in LACKS else others[gap] for gap in Gap if gap in gaps}


def _ends(db: DbSession, edition_id: int, days: tuple[date, date]) -> tuple[Any, Any]:
    """Of a member, by when they must have come and from when on they go back: as their delegation says, or what it is
    part of, and else by the edition's `days`.
    """

    def told(first: date, last: date) -> tuple[datetime, datetime]:
        return datetime.combine(first, time.min) + timedelta(days=1), datetime.combine(last, time.min)

    there = {one: told(*said) for one, said in days_of(db, edition_id).items()}
    come, go = told(*days)
    if not there:
        return come, go
    of = DelegationMember.delegation_id
    return (
        case({one: first for one, (first, _) in there.items()}, value=of, else_=come),
        case({one: last for one, (_, last) in there.items()}, value=of, else_=go),
    )


def _travels(when: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a flight or train of theirs is there, at such a time."""
    legs = select(ItemPerson.id).join(ItineraryItem, ItineraryItem.id == ItemPerson.item_id)
    return legs.where(ItemPerson.registration_id == Registration.id, ItineraryItem.kind.in_(TRAVEL), when).exists()
