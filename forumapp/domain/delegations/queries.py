"""Reading delegations, their members and itineraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, or_, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.editing.rows import get_by_code, get_in
from forumapp.domain.accounts.scope import in_reach, limited, registrations_of
from forumapp.domain.delegations.models.audiences import ItemAudience, ItemPerson
from forumapp.domain.delegations.models.delegations import (
    Delegation,
    DelegationMember,
    DelegationSupporter,
    ItineraryItem,
    MemberRole,
)
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.delegations.rules.delegations import with_parts, with_wholes
from forumapp.domain.forums.models import EditionHost
from forumapp.domain.people.archive.archived_names import frozen_beside, person_printed
from forumapp.domain.people.models import EditionTitle, FrozenName, Person
from forumapp.domain.people.queries import TitleLine, matches, precedence, titles_in_edition
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import ACTIVE, Registration, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Row
    from forumapp.domain.people.rules import Name

PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member as lists and booklets show them."""

    member_id: int
    version: int
    registration_id: int
    person_id: int
    role: MemberRole
    status: RegistrationStatus
    delegation_id: int
    delegation: dict[str, str]
    name: Name
    form_of_address: dict[str, str]
    titles: tuple[TitleLine, ...]


def delegations_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Delegation]:
    reached = limited(Delegation.id, "delegation", edition_id, within)
    query = select(Delegation).where(Delegation.edition_id == edition_id, *reached)
    return paged(db, query.order_by(Delegation.position, Delegation.id), number=number, size=size)


def delegation_names(
    db: DbSession, edition_id: int, *, within: Collection[int] | None = None
) -> list[tuple[str, dict[str, str]]]:
    """Every delegation of the edition by code and name, however many."""
    reached = limited(Delegation.id, "delegation", edition_id, within)
    query = select(Delegation.code, Delegation.name).where(Delegation.edition_id == edition_id, *reached)
    return [(row.code, row.name) for row in db.execute(query.order_by(Delegation.position, Delegation.id))]


def delegations_by_registration(db: DbSession, edition_id: int, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The names of the delegations in which these registrations are now. One query, and none for none."""
    if not ids:
        return {}
    query = select(DelegationMember.registration_id, Delegation.name).join(
        Delegation, Delegation.id == DelegationMember.delegation_id
    )
    now = (DelegationMember.registration_id.in_(ids), DelegationMember.left_on.is_(None))
    found = db.execute(query.where(Delegation.edition_id == edition_id, *now))
    return {row.registration_id: row.name for row in found}


def get_delegation(db: DbSession, edition_id: int, code: str, *, within: Collection[int] | None = None) -> Delegation:
    return get_by_code(db, Delegation, edition_id, code, within=within)


def code_of(db: DbSession, edition_id: int, delegation_id: int) -> str:
    return get_in(db, Delegation, edition_id, delegation_id).code


def is_still_of(db: DbSession, edition_id: int | None, entity: str, row_id: int, within: Collection[int]) -> bool:
    """Whether a row is in these delegations, or a registration was there until it was given up: whoever takes it back
    lets it go from the delegation by the same act.
    """
    if in_reach(db, edition_id, entity, row_id, within):
        return True
    last = select(DelegationMember.delegation_id).join(
        Registration, Registration.id == DelegationMember.registration_id
    )
    gone = (Registration.id == row_id, Registration.edition_id == edition_id, Registration.status.not_in(ACTIVE))
    last = last.where(*gone).order_by(DelegationMember.id.desc()).limit(1)
    return entity == Registration.__tablename__ and db.scalar(last) in within


def delegation_now(db: DbSession, registration_id: int) -> int | None:
    """The id of the delegation in which a registration is."""
    theirs = DelegationMember.registration_id == registration_id, DelegationMember.left_on.is_(None)
    return db.scalar(select(DelegationMember.delegation_id).where(*theirs))


def parents_of(db: DbSession, edition_id: int) -> dict[int, int | None]:
    """Every delegation of the edition with the one it is part of."""
    query = select(Delegation.id, Delegation.parent_id).where(Delegation.edition_id == edition_id)
    return {row.id: row.parent_id for row in db.execute(query)}


def list_parts(db: DbSession, delegation: Delegation) -> list[int]:
    """The ids of the delegation and all its parts."""
    return with_parts(delegation.id, parents_of(db, delegation.edition_id))


def members_page(
    db: DbSession, delegation: Delegation, *, search: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[MemberLine]:
    """Members with those of the parts: heads first, then in the order of the office that sent the list."""
    ids = list_parts(db, delegation)
    return members_of_page(db, delegation.edition_id, ids, search=search, number=number, size=size)


def members_of_page(
    db: DbSession,
    edition_id: int,
    delegation_ids: list[int],
    *,
    search: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[MemberLine]:
    """Those of these delegations, without their parts."""
    query = _members(delegation_ids).where(*matches(Person.search_text, search))
    page = paged(db, query, number=number, size=size)
    return page.of(_lines(db, edition_id, page.items))


def get_member(db: DbSession, delegation: Delegation, member_id: int) -> DelegationMember:
    """A member of the delegation or of one of its parts, now or in the past."""
    member = get_in(db, DelegationMember, delegation.edition_id, member_id)
    if member.delegation_id not in list_parts(db, delegation):
        raise NotFound(entity="delegation_member")
    return member


def list_members(db: DbSession, delegation: Delegation) -> list[MemberLine]:
    """All members with those of the parts, in precedence order: those of the approved list, then as in the page."""
    lines = members_of(db, delegation.edition_id, list_parts(db, delegation))
    rank = {person: place for place, person in enumerate(precedence(db, delegation.edition_id, PROGRAM))}
    return sorted(lines, key=lambda line: rank.get(line.person_id, len(rank)))


def members_of(db: DbSession, edition_id: int, delegation_ids: list[int]) -> list[MemberLine]:
    """All of these delegations, without their parts, as in the page. Two queries."""
    return _lines(db, edition_id, list(db.execute(_members(delegation_ids))))


def itinerary(db: DbSession, delegation: Delegation) -> list[ItineraryItem]:
    """What the delegation does, with what those do that it is part of and that is for any of its people, in order of
    time. While it has nobody, that is what is for whoever comes to be in it.
    """
    parents = parents_of(db, delegation.edition_id)
    wholes, parts = with_wholes(delegation.id, parents), with_parts(delegation.id, parents)
    query = select(ItineraryItem).where(ItineraryItem.delegation_id.in_(wholes))
    own = registrations_of(parts)
    if len(wholes) > 1:
        has_people = db.scalar(own.limit(1)) is not None
        theirs = select(ItemPerson.item_id).where(ItemPerson.registration_id.in_(own))
        shared = theirs if has_people else _for_all_of(wholes)
        query = query.where(or_(ItineraryItem.delegation_id == delegation.id, ItineraryItem.id.in_(shared)))
    return list(db.scalars(query.order_by(ItineraryItem.start_utc, ItineraryItem.end_utc, ItineraryItem.id)))


def itinerary_with_parts(db: DbSession, delegation: Delegation) -> list[ItineraryItem]:
    """What the delegation does, and what its parts do by themselves, in order of time."""
    found = {item.id: item for item in itinerary(db, delegation)}
    if parts := list_parts(db, delegation)[1:]:
        rows = db.scalars(select(ItineraryItem).where(ItineraryItem.delegation_id.in_(parts)))
        found |= {item.id: item for item in rows}
    return sorted(found.values(), key=lambda one: (one.start_utc, one.end_utc, one.id))


def _for_all_of(wholes: list[int]) -> Select[int]:
    """The ids of the items that are for one of these delegations, and that leave none of them out."""
    said = select(ItemAudience.item_id).where(ItemAudience.delegation_id.in_(wholes))
    left_out = said.where(ItemAudience.includes.is_(False))
    return said.where(ItemAudience.includes, ItemAudience.item_id.not_in(left_out))


def get_itinerary_item(
    db: DbSession, edition_id: int, item_id: int, *, within: Collection[int] | None = None
) -> ItineraryItem:
    return get_in(db, ItineraryItem, edition_id, item_id, within=within)


def parts_of_items(db: DbSession, item_ids: Collection[int]) -> list[Row]:
    """What stands in rows of its own and goes with these items: legs, and for whom they are."""
    kinds: tuple[Any, ...] = (TravelLeg, ItemAudience) if item_ids else ()
    return [row for kind in kinds for row in db.scalars(select(kind).where(kind.item_id.in_(item_ids)))]


def get_delegation_of(db: DbSession, item: ItineraryItem) -> Delegation:
    return db.get_one(Delegation, item.delegation_id)


def itinerary_page(
    db: DbSession,
    edition_id: int,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ItineraryItem]:
    reached = limited(ItineraryItem.id, "itinerary_item", edition_id, within)
    query = select(ItineraryItem).where(ItineraryItem.edition_id == edition_id, *reached)
    return paged(db, query.order_by(ItineraryItem.start_utc, ItineraryItem.id), number=number, size=size)


def _members(delegation_ids: list[int]) -> Select[DelegationMember, Registration, Person, Delegation, dict[str, Any]]:
    by_role = case({role: place for place, role in enumerate(MemberRole)}, value=DelegationMember.role)
    return (
        select(DelegationMember, Registration, Person, Delegation, FrozenName.said)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Delegation, Delegation.id == DelegationMember.delegation_id)
        .outerjoin(FrozenName, frozen_beside(Registration))
        .where(DelegationMember.delegation_id.in_(delegation_ids), DelegationMember.left_on.is_(None))
        .order_by(Delegation.position, Delegation.id, by_role, DelegationMember.position, DelegationMember.id)
    )


def _lines(
    db: DbSession,
    edition_id: int,
    rows: list[tuple[DelegationMember, Registration, Person, Delegation, dict[str, Any] | None]],
) -> list[MemberLine]:
    titles = titles_in_edition(db, edition_id, [person.id for _, _, person, *_ in rows])
    found = []
    for member, registration, person, delegation, said in rows:
        one = person_printed(said, name_of(person), titles.get(person.id, ()))
        found.append(
            MemberLine(
                member.id,
                member.version,
                registration.id,
                person.id,
                member.role,
                registration.status,
                delegation.id,
                delegation.name,
                one.name,
                person.form_of_address,
                one.titles,
            )
        )
    return found


def editions_of_organization(db: DbSession, organization_id: int, *, among: Collection[int]) -> dict[int, set[str]]:
    """By edition, the tables in which it has a part there: as a host, in titles, leading or supporting a
    delegation, receiving it.
    """
    parts = (
        (EditionHost, EditionHost.organization_id),
        (EditionTitle, EditionTitle.organization_id),
        (Delegation, Delegation.lead_organization_id),
        (DelegationSupporter, DelegationSupporter.organization_id),
        (ItineraryItem, ItineraryItem.host_id),
    )
    found: dict[int, set[str]] = {}
    for table, column in parts:
        kind: Any = table
        of = select(kind.edition_id).where(column == organization_id, kind.edition_id.in_(among)).distinct()
        for edition_id in db.scalars(of):
            found.setdefault(edition_id, set()).add(kind.__tablename__)
    return found
