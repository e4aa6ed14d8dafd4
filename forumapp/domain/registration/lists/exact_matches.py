"""People whom a search at the desk names exactly, or whose name begins with it.

They are looked up by index, so that thousands of other matches cannot hide them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text, union_all

from forumapp.core.tokens import READABLE, SHORT_CODE_LENGTH
from forumapp.core.values.phones import digits_of
from forumapp.core.values.text import fold
from forumapp.domain.accounts.scope import limited
from forumapp.domain.people.models import SINGLE_NAME, Person, PersonWord
from forumapp.domain.people.names.spellings import LONGEST_WORD
from forumapp.domain.people.search.called_names import by_wechat, people_reached_by, words_in
from forumapp.domain.people.search.suggestions import begins
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.lists.search_words import SearchWord

_SHORTEST_NUMBER = 7  # digits; fewer are the end of a number


@dataclass(frozen=True, slots=True)
class FirstMatches:
    """Ids of registrations: those of `exact` are also in `ids`."""

    exact: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()


def first_matches(
    db: DbSession,
    edition_id: int,
    others: Select[Any],
    search: str,
    words: Sequence[SearchWord],
    *,
    preferred: ColumnElement[bool],
    contacts_of: Collection[int] | None,
    size: int,
) -> FirstMatches:
    """Those of `others` (ids of registrations) that match all `words`, about `size` of each kind. Where there are more,
    the `preferred` of them are not left out.

    Exact are those whose full name, ticket code, email address, phone number or WeChat name was typed. The others have
    a name that begins so. `contacts_of` are the delegations whose members' contacts the reader may see; None means all.
    """
    queries = list(_by_code_or_address(edition_id, search, contacts_of))
    addressed = set(db.scalars(union_all(*queries).limit(size))) if queries else set()
    named = _named(db, others, search, size)
    if len(named) >= size:
        named |= _named(db, others.where(preferred), search, size)
    people = addressed | named
    if not people:
        return FirstMatches()
    columns = (Person.id.label("person_id"), Person.latin_family, Person.latin_given, Person.native_full)
    query = others.add_columns(*columns).join(Person, Person.id == Registration.person_id).where(Person.id.in_(people))
    rows = list(db.execute(query.where(*(word.is_matched_by_each() for word in words))))
    exact = [row.id for row in rows if row.person_id in addressed or _is_full_name(row, fold(search))]
    return FirstMatches(tuple(exact), tuple(row.id for row in rows))


def _is_full_name(row: Row[Any], folded: str) -> bool:
    family, given = row.latin_family, row.latin_given
    return folded in {fold(name) for name in (family + given, given + family, row.native_full)}


def _named(db: DbSession, others: Select[Any], search: str, size: int) -> set[int]:
    return _by_name(db, others, search, size) | _by_single_name(db, others, search, size)


def _by_name(db: DbSession, others: Select[Any], search: str, size: int) -> set[int]:
    """People with a name that begins so: the first in the index, where the shortest names are first.

    A query of its own: joined with the next one, SQLite reads all registrations and sorts them.
    """
    folded = fold(search)[:LONGEST_WORD]
    if not folded:
        return set()
    here = others.where(Registration.person_id == PersonWord.person_id).limit(1).correlate(PersonWord).scalar_subquery()
    first = select(PersonWord.person_id).where(begins(PersonWord, folded, written=True), here.is_not(None))
    return set(db.scalars(first.order_by(PersonWord.word).limit(size)))


def _by_single_name(db: DbSession, others: Select[Any], search: str, size: int) -> set[int]:
    """People with this name alone. The index of words has the name for all who have it as their family name as well."""
    here = others.where(Registration.person_id == Person.id).limit(1).correlate(Person).scalar_subquery()
    name = func.lower(Person.latin_family + Person.latin_given)
    query = select(Person.id).where(text(SINGLE_NAME), name == search.strip().lower(), here.is_not(None))
    return set(db.scalars(query.limit(size)))


def _by_code_or_address(edition_id: int, search: str, contacts_of: Collection[int] | None) -> Iterator[Select[Any]]:
    """Ids of people by a whole ticket code, email address, phone number or WeChat name."""
    typed = search.strip()
    code = typed.replace("-", "").upper()
    if len(code) == SHORT_CODE_LENGTH and set(code) <= set(READABLE):
        coded = select(Registration.person_id).join(TicketCode, TicketCode.registration_id == Registration.id)
        yield coded.where(
            TicketCode.edition_id == edition_id, TicketCode.revoked_at.is_(None), TicketCode.short == code
        )
    if len(words_in(typed)) != 1:
        return
    reachable = limited(Person.id, "person", edition_id, contacts_of)
    yield select(Person.id).where(Person.email == typed.lower(), *reachable)
    yield by_wechat(typed).where(*reachable)
    if len(digits_of(typed)) >= _SHORTEST_NUMBER and "@" not in typed:
        yield from (query.where(*reachable) for query in people_reached_by(typed))
