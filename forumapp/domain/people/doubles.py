"""Records that are likely of one person, or of one organization, read from the registry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.core.paging import PAGE_SIZE, Page
from forumapp.core.text import fold
from forumapp.domain.accounts.access import contacts_told
from forumapp.domain.accounts.reach import is_told
from forumapp.domain.people import likeness
from forumapp.domain.people.merging import KINDS, require_merging
from forumapp.domain.people.models import (
    Affiliation,
    DistinctPair,
    EditionTitle,
    Kept,
    Organization,
    OrganizationWord,
    Person,
    PersonWord,
)
from forumapp.domain.people.spellings import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.reach import Told
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.likeness import Double, Face, House, Reason

_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records with what speaks for their being one."""

    low: Any
    high: Any
    reason: Reason


def doubles_page(db: DbSession, kind: Kept, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE) -> Page[Pair]:
    """All that are likely one and of which nobody has said that they are not, the surest first: of people, those whom
    the actor may merge.
    """
    require_merging(db, kind, actor=actor)
    apart, told = _apart(db, kind), contacts_told(db, actor=actor)
    found = [one for one in _likely(db, kind, None, told) if (one.low, one.high) not in apart]
    here = found[(number - 1) * size : number * size]
    return Page(_pairs(db, kind, here), number, size, len(found))


def doubles_of(db: DbSession, kind: Kept, row_id: int, *, actor: Actor) -> list[Pair]:
    """Those that are likely one with this record. As many queries for many records as for few."""
    require_merging(db, kind, actor=actor)
    apart, told = _apart(db, kind, row_id), contacts_told(db, actor=actor)
    ids = {row_id, *(_candidates(db, row_id, told) if kind is Kept.PERSON else _house_candidates(db, row_id))}
    mine = [one for one in _likely(db, kind, ids, told) if row_id in (one.low, one.high)]
    return _pairs(db, kind, [one for one in mine if (one.low, one.high) not in apart])


def _likely(db: DbSession, kind: Kept, ids: Collection[int] | None, told: Told | None) -> list[Double]:
    if kind is Kept.PERSON:
        return likeness.like_people(list(_faces(db, ids, told)))
    return likeness.like_houses(list(_houses(db, ids)))


def _pairs(db: DbSession, kind: Kept, found: Collection[Double]) -> list[Pair]:
    table = KINDS[kind]
    ids = {row_id for one in found for row_id in (one.low, one.high)}
    rows = {row.id: row for row in db.scalars(select(table).where(table.id.in_(ids)))} if ids else {}
    return [Pair(rows[one.low], rows[one.high], one.reason) for one in found]


def _apart(db: DbSession, kind: Kept, row_id: int | None = None) -> set[tuple[int, int]]:
    query = select(DistinctPair.low_id, DistinctPair.high_id).where(DistinctPair.entity == kind)
    if row_id is not None:
        query = query.where(or_(DistinctPair.low_id == row_id, DistinctPair.high_id == row_id))
    return {(row.low_id, row.high_id) for row in db.execute(query)}


def _faces(db: DbSession, ids: Collection[int] | None, told: Told | None) -> Iterable[Face]:
    """Three queries. Only of those whose contacts are told, since what is shared tells of both."""
    bonds = defaultdict(set)
    posts = select(Affiliation.person_id, Affiliation.organization_id)
    titles = select(EditionTitle.person_id, EditionTitle.organization_id, EditionTitle.organization_name)
    names = select(
        Person.id, Person.latin_family, Person.latin_given, Person.native_full, Person.also_known_as,
        Person.call_name, Person.email, Person.phone,
    ).where(is_told(Person.id, told))  # fmt: skip
    if ids is not None:
        posts, titles = posts.where(Affiliation.person_id.in_(ids)), titles.where(EditionTitle.person_id.in_(ids))
        names = names.where(Person.id.in_(ids))
    for person_id, organization_id in db.execute(posts):
        bonds[person_id].add(f"house {organization_id}")
    for person_id, organization_id, written in db.execute(titles):
        bonds[person_id] |= {f"house {organization_id}", *(f"named {fold(text)}" for text in written.values())}
    for row in db.execute(names):
        own = {f"mail {row.email}" if row.email else "", f"phone {fold(row.phone)}" if row.phone else ""}
        shared = (bonds[row.id] | own) - {"", "house None"}
        latin = (row.latin_family, row.latin_given)
        yield likeness.Face(row.id, latin, row.native_full, tuple(row.also_known_as), frozenset(shared))


def _houses(db: DbSession, ids: Collection[int] | None) -> Iterable[House]:
    columns = (Organization.legal, Organization.short, Organization.also_known_as, Organization.abbreviation)
    query = select(Organization.id, *columns, Organization.country_region)
    if ids is not None:
        query = query.where(Organization.id.in_(ids))
    for row in db.execute(query):
        names = (*row.legal.values(), *row.short.values(), *row.also_known_as)
        yield likeness.House(row.id, names, tuple(row.abbreviation.values()), row.country_region)


def _candidates(db: DbSession, person_id: int, told: Told | None) -> set[int]:
    """Who has a word in common that is a whole name of this person."""
    faces = list(_faces(db, [person_id], told))
    words = {key[:LONGEST_WORD] for face in faces for key in likeness.person_keys(face).all}
    return set(db.scalars(select(PersonWord.person_id).where(PersonWord.word.in_(words))))


def _house_candidates(db: DbSession, organization_id: int) -> set[int]:
    """What begins like this organization without its form of law, or has its name or abbreviation."""
    keys = {key[:LONGEST_WORD] for house in _houses(db, [organization_id]) for key, _ in likeness.house_keys(house)}
    names = {fold(name)[:LONGEST_WORD] for house in _houses(db, [organization_id]) for name in house.names}
    word = OrganizationWord.word
    begins = [(word >= key) & (word < key + _LAST) for key in sorted(keys | names)]
    return (
        set(db.scalars(select(OrganizationWord.organization_id).where(or_(*begins)).limit(1000))) if begins else set()
    )
