"""Keeps in step which records are likely one person, or one organization.

A record is held against the others by the call that changes its name, its contacts or its posts, and all against all
once a day: that finds besides what titles of editions say, which names have become common, and those of one house among
more people of a name than are looked at at once.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Insert, Text, any_, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from forumapp.core.database.columns import Json
from forumapp.core.database.compiled_statements import Prepared, connection_of
from forumapp.core.values.text import fold
from forumapp.domain.people.models import (
    Affiliation,
    EditionTitle,
    Kept,
    Organization,
    OrganizationDouble,
    OrganizationWord,
    Person,
    PersonDouble,
    PersonWord,
)
from forumapp.domain.people.names import likeness
from forumapp.domain.people.names.spellings import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import BindParameter, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.names.likeness import Double, Face, House, Keys

DOUBLES: dict[Kept, type[Any]] = {Kept.PERSON: PersonDouble, Kept.ORGANIZATION: OrganizationDouble}
# Where two compare the same pair at the same moment, one of them has noted it.
_NOTE: dict[Kept, Insert] = {kind: insert(table).on_conflict_do_nothing() for kind, table in DOUBLES.items()}
# So many of those who share a name are looked at by the call: one more than are held against each other.
_AT_ONCE = likeness.MANY + 1


def _first_by(word: Any, owner: Any, dialect: str) -> Select[Any]:
    """Whoever is found by one of `words`, and of those by each word the first alone."""
    place = func.row_number().over(partition_by=word, order_by=owner).label("place")
    found = select(owner.label("owner"), place).where(_AMONG_WORDS[dialect](word)).subquery()
    return select(found.c.owner).where(found.c.place <= _AT_ONCE)


def _in_json(word: Any) -> Any:
    return word.in_(select(func.json_each(bindparam("words", type_=Json)).table_valued("value").c.value))


def _in_array(word: Any) -> Any:
    return word == any_(bindparam("words", type_=ARRAY(Text)))


# All words in one parameter, so that the statement is the same for any number of them.
_AMONG_WORDS: dict[str, Callable[[Any], Any]] = {"sqlite": _in_json, "postgresql": _in_array}
_FOUND_BY = {
    (kind, dialect): Prepared(_first_by(word, owner, dialect))
    for kind, word, owner in (
        (Kept.PERSON, PersonWord.word, PersonWord.person_id),
        (Kept.ORGANIZATION, OrganizationWord.word, OrganizationWord.organization_id),
    )
    for dialect in _AMONG_WORDS
}
_POSTS = select(Affiliation.person_id, Affiliation.organization_id)
_TITLES = select(EditionTitle.person_id, EditionTitle.organization_id, EditionTitle.organization_name)
_NAMES = select(
    Person.id, Person.latin_family, Person.latin_given, Person.native_full, Person.also_known_as, Person.email,
    Person.phone,
).order_by(Person.id)  # fmt: skip
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OF_ALL = (_POSTS, _TITLES, _NAMES)
_OF_SOME = (
    _POSTS.where(Affiliation.person_id.in_(_IDS)),
    _TITLES.where(EditionTitle.person_id.in_(_IDS)),
    _NAMES.where(Person.id.in_(_IDS)),
)


def compare_person(db: DbSession, person_id: int) -> None:
    """Hold a person against those who are found by a name of theirs."""
    for face in list(_faces(db, [person_id])):
        compare_by_keys(db, person_id, likeness.person_keys(face))


def compare_by_keys(db: DbSession, person_id: int, keys: Keys, *, is_new: bool = False) -> None:
    """The same, of someone whose keys are at hand. One query for a newcomer who resembles nobody."""
    if not is_new:
        _forget(db, Kept.PERSON, person_id)
    _compare(db, Kept.PERSON, person_id, keys.all)


def compare_organization(db: DbSession, organization_id: int) -> None:
    _forget(db, Kept.ORGANIZATION, organization_id)
    words = {key for house in _houses(db, [organization_id]) for key, _ in likeness.house_keys(house)}
    _compare(db, Kept.ORGANIZATION, organization_id, words)


def _compare(db: DbSession, kind: Kept, row_id: int, keys: Collection[str]) -> None:
    words = sorted({key[:LONGEST_WORD] for key in keys})
    found_by = _FOUND_BY[kind, connection_of(db).dialect.name]
    ids = {owner for (owner,) in found_by.rows(db, {"words": words})}
    if ids - {row_id}:
        _note(db, kind, [one for one in likely(db, kind, ids | {row_id}) if row_id in (one.low, one.high)])


def likely(db: DbSession, kind: Kept, ids: Collection[int] | None = None) -> list[Double]:
    """Those of these records, or of all, that are likely one."""
    if kind is Kept.PERSON:
        return likeness.like_people(list(_faces(db, ids)))
    return likeness.like_houses(list(_houses(db, ids)))


def keep_all(db: DbSession, kind: Kept, found: Iterable[Double]) -> None:
    """Make those the ones that are known; what stays as it is, is not written."""
    table = DOUBLES[kind]
    wanted = {(one.low, one.high): one for one in found}
    rows = db.execute(select(table.low_id, table.high_id, table.reason))
    known = {(low, high): reason for low, high, reason in rows}
    gone = [pair for pair, reason in known.items() if pair not in wanted or wanted[pair].reason != reason]
    if gone:
        this = (table.low_id == bindparam("low"), table.high_id == bindparam("high"))
        db.connection().execute(delete(table).where(*this), [{"low": low, "high": high} for low, high in gone])
    _note(db, kind, [one for pair, one in wanted.items() if known.get(pair) != one.reason])


def _forget(db: DbSession, kind: Kept, row_id: int) -> None:
    table = DOUBLES[kind]
    db.connection().execute(delete(table).where(or_(table.low_id == row_id, table.high_id == row_id)))


def _note(db: DbSession, kind: Kept, found: Collection[Double]) -> None:
    if found:
        rows = [{"low_id": one.low, "high_id": one.high, "reason": one.reason} for one in found]
        db.connection().execute(_NOTE[kind], rows)


def _faces(db: DbSession, ids: Collection[int] | None = None) -> Iterable[Face]:
    """Three queries."""
    of_all = ids is None
    posts, titles, names = (
        db.connection().execute(query, {} if of_all else {"ids": list(ids or ())})
        for query in (_OF_ALL if of_all else _OF_SOME)
    )
    bonds = defaultdict(set)
    for person_id, organization_id in posts:
        bonds[person_id].add(f"house {organization_id}")
    for person_id, organization_id, written in titles:
        bonds[person_id] |= {f"house {organization_id}", *(f"named {fold(text)}" for text in written.values())}
    for row in names:
        own = {f"mail {row.email}" if row.email else "", f"phone {fold(row.phone)}" if row.phone else ""}
        shared = (bonds[row.id] | own) - {"", "house None"}
        latin = (row.latin_family, row.latin_given)
        yield likeness.Face(row.id, latin, row.native_full, tuple(row.also_known_as), frozenset(shared))


def _houses(db: DbSession, ids: Collection[int] | None = None) -> Iterable[House]:
    columns = (Organization.legal, Organization.short, Organization.also_known_as, Organization.abbreviation)
    query = select(Organization.id, *columns, Organization.country_region).order_by(Organization.id)
    if ids is not None:
        query = query.where(Organization.id.in_(ids))
    for row in db.execute(query):
        names = (*row.legal.values(), *row.short.values(), *row.also_known_as)
        yield likeness.House(row.id, names, tuple(row.abbreviation.values()), row.country_region)
