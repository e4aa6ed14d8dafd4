"""Records with the same words in a name, or with one of some email addresses: found by index, so that a comparison
does not read the whole registry.
"""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.values.text import fold
from forumapp.domain.people.models import OrganizationWord, Person, PersonWord
from forumapp.domain.people.names.spellings import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

BATCH = 5000  # words of one statement, which both databases take
# Names of more words are looked up with their words in the given order alone, beginning at any of the first ones.
_ANY_ORDER, _MOST_STARTS = 4, 20


def lookup_words(name: str) -> set[str]:
    """Index words that a record has one of, if its name has the words of `name`, however they are spaced.

    The words of a short name may be in any order. Of a long one the last words may come first, as a family name does.
    """
    words = [folded for folded in map(fold, name.split()) if folded]
    if len(words) <= _ANY_ORDER:
        return {"".join(order)[:LONGEST_WORD] for order in permutations(words)} - {""}
    starts = range(min(len(words), _MOST_STARTS))
    return {"".join((*words[start:], *words[:start]))[:LONGEST_WORD] for start in starts}


def people_with_names(db: DbSession, names: Iterable[str]) -> set[int]:
    words = {word for name in names for word in lookup_words(name)}
    return _ids(db, select(PersonWord.person_id), PersonWord.word, words)


def people_with_emails(db: DbSession, emails: Iterable[str]) -> set[int]:
    """`emails` are in lower case, as they are stored."""
    return _ids(db, select(Person.id), Person.email, set(emails))


def organizations_with_names(db: DbSession, names: Iterable[str]) -> set[int]:
    words = {word for name in names for word in lookup_words(name)}
    return _ids(db, select(OrganizationWord.organization_id), OrganizationWord.word, words)


def _ids(db: DbSession, query: Select[int], column: Any, values: set[str]) -> set[int]:
    return {row_id for batch in batched_words(values) for row_id in db.scalars(query.where(column.in_(batch)))}


def batched_words(words: Iterable[str]) -> Iterator[list[str]]:
    """In order, as many at a time as one statement takes."""
    ordered = iter(sorted(words))
    while batch := list(islice(ordered, BATCH)):
        yield batch
