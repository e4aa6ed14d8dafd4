"""Who and what is meant, while someone types: by any name, in any script and order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import require_anywhere, require_somewhere
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.people.index.resemblance import found_by_name
from forumapp.domain.people.models import Affiliation, Organization, OrganizationWord, Person, PersonWord
from forumapp.domain.people.names.likeness import RANKS, Face, person_keys, why_person
from forumapp.domain.people.names.spellings import LAST, is_han, prefixes, reading
from forumapp.domain.people.queries import organization_name
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.rules import Name

MOST, _FEWEST = 10, 2
# A record stands in the index under several words that begin alike.
_ROWS = 6 * MOST
_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class SuggestedPerson:
    """`title` and `organization` are of their first post, to tell apart who has the same name."""

    id: int
    name: Name
    title: dict[str, str]
    organization: dict[str, str]


@dataclass(frozen=True, slots=True)
class SuggestedOrganization:
    """`name` is the one to print, `legal` and `abbreviation` what else it is called."""

    id: int
    name: dict[str, str]
    legal: dict[str, str]
    abbreviation: dict[str, str]
    country_region: str | None


def suggest_people(db: DbSession, search: str, *, actor: Actor, most: int = MOST) -> list[SuggestedPerson]:
    """Those within the caller's reach, who are called so exactly first, by how Chinese is read last."""
    within = require_somewhere(db, Permission.SEE_PEOPLE, actor=actor)
    reached = limited(PersonWord.person_id, "person", None, within)
    ids = _found(db, PersonWord, "person_id", search, reached=reached, most=most)
    return list_with_posts(db, ids)


def suggest_same(db: DbSession, name: Name, *, actor: Actor, most: int = MOST) -> list[SuggestedPerson]:
    """Those within the caller's reach who are likely the one of this name, the surest first: before somebody is added
    who is there already.
    """
    within = require_somewhere(db, Permission.SEE_PEOPLE, actor=actor)
    face = Face(0, (name.latin_family, name.latin_given), name.native_full)
    ids = found_by_name(db, {0: face})[0]
    reached = select(Person).where(Person.id.in_(ids), *limited(Person.id, "person", None, within))
    others = [
        Face(one.id, (one.latin_family, one.latin_given), one.native_full, tuple(one.also_known_as))
        for one in db.scalars(reached)
    ]
    keys = person_keys(face)
    reasons = {one.id: why_person(face, one, (keys, person_keys(one))) for one in others}
    likely = sorted((RANKS[reason], one) for one, reason in reasons.items() if reason is not None)
    return list_with_posts(db, [one for _rank, one in likely[:most]])


def suggest_organizations(db: DbSession, search: str, *, actor: Actor, most: int = MOST) -> list[SuggestedOrganization]:
    require_anywhere(db, Permission.SEE_PEOPLE, actor=actor)
    return _organizations(db, _found(db, OrganizationWord, "organization_id", search, most=most))


def suggest_organization_names(
    db: DbSession, search: str, *, among: CompoundSelect[int], most: int = MOST
) -> list[dict[str, str]]:
    """For everyone who fills in a form: what organizations are called, and nothing else of them. `among` are the ids of
    those that may be told. One letter names none, so that nobody reads the list by its beginnings.
    """
    if len(fold(search)) < _FEWEST:
        return []
    reached = [OrganizationWord.organization_id.in_(among)]
    ids = _found(db, OrganizationWord, "organization_id", search, reached=reached, most=most)
    return [one.name for one in _organizations(db, ids)]


def find_suggested_person(db: DbSession, person_id: int, *, actor: Actor) -> SuggestedPerson | None:
    """The one with this id, as they are suggested."""
    within = require_somewhere(db, Permission.SEE_PEOPLE, actor=actor)
    reached = select(Person.id).where(Person.id == person_id, *limited(Person.id, "person", None, within))
    return next(iter(list_with_posts(db, list(db.scalars(reached)))), None)


def find_suggested_organization(db: DbSession, organization_id: int, *, actor: Actor) -> SuggestedOrganization | None:
    require_anywhere(db, Permission.SEE_PEOPLE, actor=actor)
    return next(iter(_organizations(db, [organization_id])), None)


def _found(
    db: DbSession, kind: Any, key: str, search: str, *, reached: Sequence[ColumnElement[bool]] = (), most: int
) -> list[int]:
    """The ids of what is called so, the nearest first. Each way of looking is tried only while there is room."""
    found: dict[int, None] = {}
    for words, written in _ways(search):
        if len(found) < most:
            query = _looking(kind, key, _rarest_first(db, kind, words, written), written).where(*reached)
            found |= dict.fromkeys(db.scalars(query.limit(_ROWS)))
    return list(found)[:most]


def _ways(search: str) -> Iterator[tuple[list[str], bool]]:
    """The beginnings of words to look for, and whether among those alone that someone has written."""
    whole, words = prefixes(search)
    if not words:
        return
    yield [whole], True
    if len(words) > 1:
        yield words, True
    yield words, False
    if any(map(is_han, words)):
        # As it is read, for those whose name stands in Latin letters alone.
        yield [fold("".join(reading(word))) for word in words], False


def _rarest_first(db: DbSession, kind: Any, words: list[str], written: bool) -> list[str]:
    """So that two words that many names have, but none has together, are looked for from the rarer one."""
    if len(words) == 1:
        return words
    counts: dict[str, int] = {}
    for word in words:
        some = select(kind.word).where(begins(kind, word, written)).limit(_COUNTED).subquery()
        counts[word] = db.execute(select(func.count()).select_from(some)).scalar_one()
    return sorted(words, key=counts.__getitem__)


def _looking(kind: Any, key: str, words: list[str], written: bool) -> Select[Any]:
    """Rows of the index in its order, of what has all the words."""
    query = select(getattr(kind, key)).where(begins(kind, words[0], written))
    for word in words[1:]:
        also = aliased(kind)
        same = getattr(also, key) == getattr(kind, key)
        query = query.where(select(1).where(same, begins(also, word, written)).exists())
    return query.order_by(kind.word, getattr(kind, key))


def begins(at: Any, prefix: str, written: bool = False) -> ColumnElement[bool]:
    here = and_(at.word >= prefix, at.word < prefix + LAST)
    return and_(here, at.is_read.is_(False)) if written else here


def list_with_posts(db: DbSession, ids: Sequence[int]) -> list[SuggestedPerson]:
    """In this order, each with the first post. Two queries."""
    if not ids:
        return []
    post = select(Affiliation.person_id, Affiliation.title, Organization.short, Organization.legal)
    post = post.outerjoin(Organization, Organization.id == Affiliation.organization_id)
    main = post.where(Affiliation.person_id.in_(ids), Affiliation.position == 1)
    posts = {row.person_id: row for row in db.execute(main)}
    rows = {row.id: row for row in db.scalars(select(Person).where(Person.id.in_(ids)))}
    return [_suggested(rows[one], posts.get(one)) for one in ids if one in rows]


def _suggested(row: Person, post: Any) -> SuggestedPerson:
    organization = organization_name(post.short, post.legal, None) if post else {}
    return SuggestedPerson(row.id, name_of(row), post.title if post else {}, organization)


def _organizations(db: DbSession, ids: Collection[int]) -> list[SuggestedOrganization]:
    rows = {row.id: row for row in db.scalars(select(Organization).where(Organization.id.in_(ids)))} if ids else {}
    return [
        SuggestedOrganization(
            one.id, organization_name(one.short, one.legal, None), one.legal, one.abbreviation, one.country_region
        )
        for one in (rows[row_id] for row_id in ids if row_id in rows)
    ]
