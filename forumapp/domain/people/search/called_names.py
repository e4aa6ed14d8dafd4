"""Who is meant by a word, as the index knows it: by any spelling of a name, initials, or organizations as written.

Each way of looking selects the ids of people by a range of the index, so that the cost grows with those who are found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.values.phones import TAIL, digits_of
from forumapp.core.values.text import fold
from forumapp.domain.people.models import EditionTitle, OrganizationWord, Person, PersonWord
from forumapp.domain.people.names.spellings import INITIALS, LONGEST_WORD, OFFICE, is_han, name_readings
from forumapp.domain.people.search.suggestions import begins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

_WAYS = 6  # of reading a name; more are noise
_MOST_INITIALS = 6
# However a number is written; its parts are no words of their own.
_NUMBER = re.compile(r"[+(]?\d[\d ().\-/]*")


def words_in(search: str) -> list[str]:
    """The words of a search, each of which must be found."""
    text = search.strip()
    if _NUMBER.fullmatch(text) and len(digits_of(text)) >= TAIL:
        return [text]
    return text.split()


def people_called(edition_id: int, word: str) -> Iterator[Select[Any]]:
    """By a name or an organization. A word in which nothing counts, such as a hyphen, finds nobody."""
    folded = fold(word)[:LONGEST_WORD]
    if not folded:
        return
    yield select(PersonWord.person_id).where(begins(PersonWord, folded))
    yield select(PersonWord.person_id).where(begins(PersonWord, OFFICE + folded))
    offices = select(OrganizationWord.organization_id).where(begins(OrganizationWord, folded))
    here = select(EditionTitle.person_id).where(EditionTitle.edition_id == edition_id)
    yield here.where(EditionTitle.organization_id.in_(offices))
    if folded.isascii() and 1 < len(folded) <= _MOST_INITIALS:
        yield select(PersonWord.person_id).where(begins(PersonWord, INITIALS + folded))
    # As it is read, for those whose name stands in Latin letters alone.
    for way in name_readings(word)[:_WAYS] if is_han(word) and len(folded) > 1 else ():
        yield select(PersonWord.person_id).where(begins(PersonWord, "".join(way), written=True))


def by_wechat(word: str) -> Select[int]:
    """The index holds only the names that there are, so the condition says so as well."""
    return select(Person.id).where(Person.wechat.is_not(None), func.lower(Person.wechat) == word.lower())


def people_reached_by(word: str) -> Iterator[Select[Any]]:
    """By a WeChat name, the end of a phone number, or a part of an email address: only for readers who may see them."""
    yield by_wechat(word)
    digits = digits_of(word)
    if len(digits) >= TAIL and _NUMBER.fullmatch(word):
        number: Any = Person.phone
        for between in " -().":
            number = func.replace(number, between, "")
        tail = select(Person.id).where(Person.phone_tail == digits[-TAIL:])
        yield tail if len(digits) == TAIL else tail.where(number.endswith(digits.lstrip("0"), autoescape=True))
    if "@" in word or "." in word:
        yield select(Person.id).where(Person.email.contains(word.lower(), autoescape=True))
