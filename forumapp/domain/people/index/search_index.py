"""Keeps words for finding people and organizations, and which are likely doubles, in step with their names, by the
call that changes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, bindparam, cast, delete, func, insert, select

from forumapp.core.database.columns import BigId, Json
from forumapp.core.database.compiled_statements import Prepared, connection_of
from forumapp.domain.people import rules
from forumapp.domain.people.index.likely_duplicates import compare_by_keys, compare_organization
from forumapp.domain.people.models import EditionTitle, NameOrder, OrganizationWord, PersonWord
from forumapp.domain.people.names.likeness import House, house_keys
from forumapp.domain.people.names.search_keys import known_by
from forumapp.domain.people.names.spellings import LAST, LONGEST_WORD, OFFICE, words_of_offices, words_of_organization

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Insert
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.people.models import Organization
    from forumapp.domain.people.names.spellings import Words

_EACH = {"sqlite": func.json_each, "postgresql": func.jsonb_each_text}


def _adding(table: type[PersonWord | OrganizationWord], key: str, dialect: str) -> Insert:
    """All words in one parameter: a parameter for each costs more than all the rest of it."""
    each = _EACH[dialect](bindparam("words", type_=Json)).table_valued("key", "value")
    row = select(each.c.key, bindparam("row", type_=BigId), cast(each.c.value, Boolean))
    return insert(table).from_select(["word", key, "is_read"], row)


_ADD = {
    (key, dialect): Prepared(_adding(table, key, dialect))
    for key, table in (("person_id", PersonWord), ("organization_id", OrganizationWord))
    for dialect in _EACH
}
_DROP: dict[str, Any] = {
    "person_id": delete(PersonWord).where(PersonWord.person_id == bindparam("row")),
    "organization_id": delete(OrganizationWord).where(OrganizationWord.organization_id == bindparam("row")),
}


def index_organization(db: DbSession, row: Organization) -> None:
    names = (row.legal or {}, row.short or {}, row.abbreviation or {})
    others = row.also_known_as or ()
    written = [text for texts in names[:2] for text in texts.values()]
    house = House(row.id, (*written, *others), tuple(names[2].values()), row.country_region)
    words = words_of_organization(*names, others=others)
    _keep(db, "organization_id", row.id, key_words(house) | words)
    compare_organization(db, row.id)


def key_words(house: House) -> Words:
    """By what an organization is held against others, such as its initials; found by as what nobody wrote."""
    return {key[:LONGEST_WORD]: True for key, _kind in house_keys(house)}


def index_person(
    db: DbSession,
    person_id: int,
    values: Mapping[str, Any],
    *,
    offices: Iterable[str] = (),
    is_new: bool = False,
) -> None:
    """`values` are columns of Person, of which those count that name them; `offices` are organizations as written."""
    others = (values.get("call_name") or "", tuple(values.get("also_known_as") or ()))
    known = known_by(name_in(values), *others, tuple(offices))
    _keep(db, "person_id", person_id, known.words, is_new=is_new)
    compare_by_keys(db, person_id, known.keys, is_new=is_new)


def index_offices(db: DbSession, person_id: int) -> None:
    """The organizations of a person that stand in no registry are others now."""
    theirs = (PersonWord.person_id == person_id, PersonWord.word >= OFFICE, PersonWord.word < OFFICE + LAST)
    db.connection().execute(delete(PersonWord).where(*theirs))
    _keep(db, "person_id", person_id, words_of_offices(offices_of(db, person_id)), is_new=True)


def offices_of(db: DbSession, person_id: int) -> list[str]:
    """Organizations as the person wrote them: they stand in no registry, so they are found through the person."""
    written = db.scalars(select(EditionTitle.organization_name).where(EditionTitle.person_id == person_id))
    return [text for texts in written for text in texts.values()]


def name_in(values: Mapping[str, Any]) -> rules.Name:
    return rules.Name(
        values.get("latin_family") or "",
        values.get("latin_given") or "",
        values.get("name_order") == NameOrder.FAMILY_FIRST,
        values.get("native_full") or "",
        values.get("native_language") or "zh-Hans",
    )


def _keep(db: DbSession, key: str, row_id: int, words: Words, *, is_new: bool = False) -> None:
    connection = connection_of(db)
    if not is_new:
        connection.execute(_DROP[key], {"row": row_id})
    if words:
        _ADD[key, connection.dialect.name].rows(db, {"words": words, "row": row_id})
