"""Records with the same words in a name, in whichever order, or with one of some email addresses: found by index, so
that a comparison does not read the whole registry.
"""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.text import fold
from forumapp.domain.people.models import OrganizationWord, Person, PersonWord
from forumapp.domain.people.spellings import LONGEST_WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

WORDS = 5000  # at a time, which both databases take
# Names of more words than these are looked up by their last three words, and by their last two.
_WHOLE, _LAST_THREE = 5, 12


def name_ends(name: str) -> set[str]:
    """Index words that a record has one of, if its name has the words of `name` in any order.

    The index holds each name from each of its words to its end, so the last words of a long name are enough.
    """
    words = [folded for folded in map(fold, name.split()) if folded]
    count = len(words) if len(words) <= _WHOLE else 3 if len(words) <= _LAST_THREE else 2
    return {"".join(order)[:LONGEST_WORD] for order in permutations(words, count)} - {""}


def people_with_names(db: DbSession, names: Iterable[str]) -> set[int]:
    return _ids(db, select(PersonWord.person_id), PersonWord.word, {end for name in names for end in name_ends(name)})


def people_with_emails(db: DbSession, emails: Iterable[str]) -> set[int]:
    """`emails` are in lower case, as they are stored."""
    return _ids(db, select(Person.id), Person.email, set(emails))


def organizations_with_names(db: DbSession, names: Iterable[str]) -> set[int]:
    ends = {end for name in names for end in name_ends(name)}
    return _ids(db, select(OrganizationWord.organization_id), OrganizationWord.word, ends)


def _ids(db: DbSession, query: Select[int], column: Any, values: set[str]) -> set[int]:
    return {one for some in _parts(values) for one in db.scalars(query.where(column.in_(some)))}


def _parts(values: set[str]) -> Iterator[list[str]]:
    ordered = iter(sorted(values))
    while some := list(islice(ordered, WORDS)):
        yield some
