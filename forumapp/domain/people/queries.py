"""Reading people and organizations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import joinedload

from forumapp.core.errors import Merged, NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import fold
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.scope import NOBODY, has_open_contacts, in_reach, limited
from forumapp.domain.people.models import (
    Affiliation,
    ApprovedPlace,
    EditionTitle,
    Kept,
    Merge,
    Organization,
    OrganizationKind,
    Person,
    PrecedenceEntry,
    PrecedenceList,
)
from forumapp.domain.people.search_conditions import called, says, written_first

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.people.models import PrecedencePurpose


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A title and organization under which a person appears in an edition."""

    title: dict[str, str]
    organization: dict[str, str]


def matches(column: InstrumentedAttribute[str], search: str) -> list[ColumnElement[bool]]:
    """Every word of `search` somewhere in a search text."""
    return [says(column, word) for word in search.split() if fold(word)]


def people_page(
    db: DbSession,
    *,
    search: str = "",
    within: Collection[int] | None = None,
    contact_scope: ContactScope | None = NOBODY,
    only: Select[Any] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Person]:
    """People by family name; names written as searched come before names that are only read so. `within` limits them
    to members of delegations. Email addresses and phone numbers are searched for people in `contact_scope`. `only`
    selects the ids to which the list is narrowed.
    """
    query = (
        select(Person)
        .where(*limited(Person.id, "person", None, within))
        .order_by(*([written_first(search)] if fold(search) else []))
        .order_by(Person.latin_family, Person.latin_given, Person.id)
    )
    if only is not None:
        query = query.where(Person.id.in_(only))
    reachable = has_open_contacts(Person.id, contact_scope)
    for word in search.split():
        here: list[ColumnElement[bool]] = [found & reachable for found in reached_by(word)]
        query = query.where(or_(called(word), *here))
    return paged(db, query, number=number, size=size)


def reached_by(word: str) -> list[ColumnElement[bool]]:
    """Conditions that match a word of an email address, or a part of a phone number however it is spaced. Combine them
    with the contact scope: a search for numbers would let a caller guess one digit by digit.
    """
    digits = func.replace(func.replace(Person.phone, " ", ""), "-", "")
    found = [Person.email.contains(word.lower(), autoescape=True)]
    return [*found, digits.contains(folded, autoescape=True)] if (folded := fold(word)) else found


def organizations_page(
    db: DbSession,
    *,
    search: str = "",
    only: Select[Any] | None = None,
    kind: OrganizationKind | None = None,
    region: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Organization]:
    """`only` selects the ids of those to whom the list is narrowed down."""
    query = select(Organization).where(*matches(Organization.search_text, search)).order_by(Organization.id)
    if only is not None:
        query = query.where(Organization.id.in_(only))
    if kind is not None:
        query = query.where(Organization.kind == kind)
    if region:
        query = query.where(Organization.country_region == region)
    return paged(db, query, number=number, size=size)


def list_regions(db: DbSession) -> list[str]:
    """The codes of the countries and regions that organizations are of."""
    found = select(Organization.country_region).where(Organization.country_region.is_not(None)).distinct()
    return [code for code in db.scalars(found) if code]


def list_parts(db: DbSession, organization_id: int) -> list[Organization]:
    """The organizations that are directly below this one."""
    return list(
        db.scalars(select(Organization).where(Organization.parent_id == organization_id).order_by(Organization.id))
    )


def people_of_organization(db: DbSession, organization_id: int, *, most: int = PAGE_SIZE) -> list[Person]:
    """Who has a post there, or had, by family name."""
    held = select(Affiliation.person_id).where(Affiliation.organization_id == organization_id)
    query = select(Person).where(Person.id.in_(held))
    return list(db.scalars(query.order_by(Person.latin_family, Person.latin_given, Person.id).limit(most)))


def get_person(db: DbSession, person_id: int, *, within: Collection[int] | None = None) -> Person:
    person = db.scalar(select(Person).where(Person.id == person_id, *limited(Person.id, "person", None, within)))
    if person is None:
        _lead_on(db, Kept.PERSON, person_id, within)
        raise NotFound(entity="person")
    return person


def people_in_photo(db: DbSession, image_id: int, *, within: Collection[int] | None = None) -> list[int]:
    """The ids of the people of whom this is the photo, as far as they are within reach."""
    reached = limited(Person.id, "person", None, within)
    return list(db.scalars(select(Person.id).where(Person.photo_id == image_id, *reached)))


def _lead_on(db: DbSession, kind: Kept, gone_id: int, within: Collection[int] | None = None) -> None:
    """Raises Merged, for whoever may see the record that is kept; it may have become one with a further one since."""
    into = kept_instead(db, kind, gone_id)
    if into is not None and (within is None or in_reach(db, None, kind.value, into, within)):
        raise Merged(entity=kind.value, into=into)


def kept_instead(db: DbSession, kind: Kept, gone_id: int) -> int | None:
    """The id of the record that one has become a part of; None where it has not. One query for each merge."""
    into: int | None = None
    one: int | None = gone_id
    while one is not None:
        one = db.scalar(select(Merge.kept_id).where(Merge.entity == kind, Merge.gone_id == one))
        into = one or into
    return into


def merged_by(db: DbSession, entity: str, ids: Collection[int]) -> dict[int, int]:
    """Of those ids whose records have become one with another, the id of that. One query, and none for other tables."""
    if entity not in set(Kept) or not ids:
        return {}
    query = select(Merge.gone_id, Merge.kept_id).where(Merge.entity == Kept(entity), Merge.gone_id.in_(ids))
    return {row.gone_id: row.kept_id for row in db.execute(query)}


def kept_instead_of(db: DbSession, kind: Kept, ids: Iterable[int]) -> dict[int, int]:
    """Of those ids whose records have become one with another, the id of the record that stands in the end."""
    instead: dict[int, int] = {}
    asked = set(ids)
    while asked and (found := merged_by(db, kind, asked)):
        instead = {**{gone: found.get(kept, kept) for gone, kept in instead.items()}, **found}
        asked = set(found.values())
    return instead


def merged_into(db: DbSession, kind: Kept, kept_id: int) -> list[int]:
    """The ids of all records that have become this one."""
    merges = select(Merge.gone_id).where(Merge.entity == kind, Merge.kept_id == kept_id).cte("merged", recursive=True)
    further = select(Merge.gone_id).join(merges, Merge.kept_id == merges.c.gone_id).where(Merge.entity == kind)
    return list(db.scalars(select(merges.union(further).c.gone_id)))


def sharing_mail(db: DbSession, email: str | None, *, but: int, contact_scope: ContactScope | None) -> list[Person]:
    """The other people with this email address, by family name, in `contact_scope` only. Offices often share one."""
    if not email:
        return []
    query = select(Person).where(Person.email == email, Person.id != but, has_open_contacts(Person.id, contact_scope))
    return list(db.scalars(query.order_by(Person.latin_family, Person.latin_given, Person.id)))


def list_people(db: DbSession, person_ids: Collection[int]) -> list[Person]:
    """The people with these ids. One query."""
    return list(db.scalars(select(Person).where(Person.id.in_(person_ids)))) if person_ids else []


def list_organizations(db: DbSession, organization_ids: Collection[int]) -> list[Organization]:
    """The organizations with these ids. One query."""
    return (
        list(db.scalars(select(Organization).where(Organization.id.in_(organization_ids)))) if organization_ids else []
    )


def get_organization(db: DbSession, organization_id: int) -> Organization:
    organization = db.get(Organization, organization_id)
    if organization is None:
        _lead_on(db, Kept.ORGANIZATION, organization_id)
        raise NotFound(entity="organization")
    return organization


def organization_name(
    short: dict[str, str] | None, legal: dict[str, str] | None, written: dict[str, str] | None
) -> dict[str, str]:
    """The name to print, language by language: the short one, else the legal one, else what the person wrote."""
    return {**(written or {}), **(legal or {}), **(short or {})}


def titles_in_edition(db: DbSession, edition_id: int, person_ids: Collection[int]) -> dict[int, list[TitleLine]]:
    """By person, their titles in the edition, the office in which they attend first. One query."""
    if not person_ids:
        return {}
    query = (
        select(
            EditionTitle.person_id,
            EditionTitle.title,
            EditionTitle.organization_name,
            Organization.short,
            Organization.legal,
        )
        .outerjoin(Organization, Organization.id == EditionTitle.organization_id)
        .where(EditionTitle.edition_id == edition_id, EditionTitle.person_id.in_(person_ids))
        .order_by(EditionTitle.person_id, EditionTitle.position)
    )
    found: dict[int, list[TitleLine]] = {}
    for person_id, title, written, short, legal in db.execute(query):
        found.setdefault(person_id, []).append(TitleLine(title, organization_name(short, legal, written)))
    return found


def main_posts(db: DbSession, person_ids: Collection[int]) -> dict[int, TitleLine]:
    """By person, their main post in the registry, whichever edition they attend. One query."""
    if not person_ids:
        return {}
    query = (
        select(Affiliation.person_id, Affiliation.title, Organization.short, Organization.legal)
        .outerjoin(Organization, Organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(person_ids))
        .order_by(Affiliation.person_id, Affiliation.position)
    )
    found: dict[int, TitleLine] = {}
    for person_id, title, short, legal in db.execute(query):
        found.setdefault(person_id, TitleLine(title, organization_name(short, legal, None)))
    return found


def affiliations_page(db: DbSession, person_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Affiliation]:
    """A person's posts, the main one first."""
    query = select(Affiliation).where(Affiliation.person_id == person_id).options(joinedload(Affiliation.organization))
    return paged(db, query.order_by(Affiliation.position), number=number, size=size)


def organizations_of(db: DbSession, person_id: int) -> list[Organization]:
    """Those that a person has a post or a title of."""
    held = [select(kind.organization_id).where(kind.person_id == person_id) for kind in (Affiliation, EditionTitle)]
    query = select(Organization).where(or_(*(Organization.id.in_(ids) for ids in held)))
    return list(db.scalars(query.order_by(Organization.id)))


def edition_titles_page(
    db: DbSession, edition_id: int, person_id: int, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[EditionTitle]:
    """A person's titles in an edition, the office in which they attend first."""
    query = select(EditionTitle).where(EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id)
    return paged(db, query.order_by(EditionTitle.position), number=number, size=size)


def get_edition_title(db: DbSession, edition_id: int, person_id: int, position: int) -> EditionTitle:
    query = select(EditionTitle).where(EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id)
    row = db.scalar(query.where(EditionTitle.position == position))
    if row is None:
        raise NotFound(entity="edition_title")
    return row


def precedence_lists_page(
    db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[PrecedenceList]:
    query = select(PrecedenceList).where(PrecedenceList.edition_id == edition_id)
    return paged(db, query.order_by(PrecedenceList.scope), number=number, size=size)


def get_precedence_list(db: DbSession, edition_id: int, scope: str) -> PrecedenceList:
    query = select(PrecedenceList).where(PrecedenceList.edition_id == edition_id, PrecedenceList.scope == scope)
    row = db.scalar(query)
    if row is None:
        raise NotFound(entity="precedence_list")
    return row


def precedence_entries_page(
    db: DbSession,
    precedence_list: PrecedenceList,
    *,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[PrecedenceEntry]:
    """The entries of a list in order, approved or not."""
    reached = limited(PrecedenceEntry.person_id, "person", None, within)
    query = select(PrecedenceEntry).where(PrecedenceEntry.list_id == precedence_list.id, *reached)
    return paged(db, query.order_by(PrecedenceEntry.sort_key), number=number, size=size)


def get_precedence_entry(
    db: DbSession, precedence_list: PrecedenceList, entry_id: int, *, within: Collection[int] | None = None
) -> PrecedenceEntry:
    """An entry of the list; one of another list does not exist here."""
    entry = get_in(db, PrecedenceEntry, precedence_list.edition_id, entry_id, within=within)
    if entry.list_id != precedence_list.id:
        raise NotFound(entity="precedence_entry")
    return entry


def precedence(db: DbSession, edition_id: int, scope: str) -> list[int]:
    """The people of a list in the order that was approved last; none before the first approval."""
    query = (
        select(ApprovedPlace.person_id)
        .join(PrecedenceList, PrecedenceList.id == ApprovedPlace.list_id)
        .where(PrecedenceList.edition_id == edition_id, PrecedenceList.scope == scope)
        .order_by(ApprovedPlace.sort_key)
    )
    return list(db.scalars(query))


def order_for(db: DbSession, edition_id: int, purpose: PrecedencePurpose) -> list[int]:
    """The people in the order that was approved last for a purpose of the whole edition; none where it has no such
    list.
    """
    return orders_for(db, edition_id, purpose).get(None, [])


def orders_for(db: DbSession, edition_id: int, purpose: PrecedencePurpose) -> dict[int | None, list[int]]:
    """By session, or None of the whole edition, the people in the order that was approved last for a purpose; what has
    no such list is not in it. One query.
    """
    query = (
        select(PrecedenceList.session_id, ApprovedPlace.person_id)
        .join(PrecedenceList, PrecedenceList.id == ApprovedPlace.list_id)
        .where(PrecedenceList.edition_id == edition_id, PrecedenceList.purpose == purpose)
        .order_by(PrecedenceList.id, ApprovedPlace.sort_key)
    )
    found: dict[int | None, dict[int, None]] = {}
    for session_id, person_id in db.execute(query):
        found.setdefault(session_id, {})[person_id] = None
    return {session_id: list(people) for session_id, people in found.items()}


def lists_for(
    db: DbSession, edition_id: int, purpose: PrecedencePurpose, session_id: int | None
) -> list[PrecedenceList]:
    """The lists that `orders_for` reads for a session, or for the whole edition."""
    kept = select(ApprovedPlace.id).where(ApprovedPlace.list_id == PrecedenceList.id).exists()
    query = select(PrecedenceList).where(PrecedenceList.edition_id == edition_id, PrecedenceList.purpose == purpose)
    return list(db.scalars(query.where(PrecedenceList.session_id == session_id, kept).order_by(PrecedenceList.id)))


def approved_at(db: DbSession, edition_id: int, scope: str) -> datetime | None:
    """When the order was approved to which papers keep, also while a newer one is a draft."""
    kept = select(ApprovedPlace.id).where(ApprovedPlace.list_id == PrecedenceList.id).exists()
    when = func.coalesce(PrecedenceList.approved_at, case((kept, PrecedenceList.was_approved_at)))
    return db.scalar(select(when).where(PrecedenceList.edition_id == edition_id, PrecedenceList.scope == scope))


def is_kept_to(db: DbSession, row: PrecedenceList) -> bool:
    """Whether papers and seats have an order of this list: of one that changed long ago nobody noted which it was."""
    if row.approved_at is not None:
        return True
    return db.scalar(select(ApprovedPlace.id).where(ApprovedPlace.list_id == row.id).limit(1)) is not None
