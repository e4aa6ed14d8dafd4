"""The words of a search in a list of registrations.

A word matches a person by any spelling of their name, by their organization, by their ticket code or its beginning,
or, where the reader may see these, by email address and phone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, intersect, or_, select, true, union_all

from forumapp.core.database.aliases import alias_named
from forumapp.core.tokens import READABLE, SHORT_CODE_LENGTH
from forumapp.core.values.paging import LARGEST_PAGE, counted_along, uncounted
from forumapp.domain.accounts.scope import limited
from forumapp.domain.people.models import Person
from forumapp.domain.people.search.called_names import people_called, people_reached_by, words_in
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.paging import Page

# What one word may cost in rows of the index before it counts as common.
_FEW_ROWS = 8_000
# Where all words are common: how many of the newest registrations are checked for each row up to the end of the page.
_CHECKED_FOR_EACH, _MOST_CHECKED = 40, 8_000
# The same at the desk, which shows few and does not say how many there are.
_FEW_AT_DESK, _CHECKED_AT_DESK = 2_000, 100
# This part of them is checked first. With less than so much of its share of the matches, the rest is not checked.
_SAMPLE, _ENOUGH = 0.2, 0.8
_ALL_ROWS = 2**31
_SHORTEST_CODE = 4
_LAST = max(READABLE)


@dataclass(frozen=True, slots=True)
class SearchWord:
    """Each of `lookups` and `scans` selects ids of people. A lookup reads a range of an index, a scan everyone."""

    lookups: tuple[Select[Any], ...]
    scans: tuple[Select[Any], ...]

    def people(self) -> Select[Any]:
        """The ids of all people that the word matches."""
        ways = (*self.lookups, *self.scans)
        return select(union_all(*ways).subquery().c[0]) if ways else select(Person.id).where(false())

    def is_matched_by_each(self) -> ColumnElement[bool]:
        """A condition checked for one registration after another: for a word that many match.

        A subquery with a limit, not EXISTS: PostgreSQL would read all matches into a hash table first.
        """
        return or_(false(), *(_matches_here(way).is_not(None) for way in (*self.lookups, *self.scans)))

    def count_rows(self, db: DbSession, most: int) -> int:
        """What reading its matches costs, in rows, at most `most`. A scan always costs as much."""
        if self.scans or not self.lookups:
            return most if self.scans else 0
        counted = union_all(*self.lookups).limit(most).subquery()
        return db.execute(select(func.count()).select_from(counted)).scalar_one()


def search_words(edition_id: int, search: str, *, details_within: Collection[int] | None = None) -> list[SearchWord]:
    """The words of a search, each of which must match. Email addresses and phone numbers match for members of the
    delegations `details_within` only; None means all.
    """
    return [_search_word(edition_id, word, details_within) for word in words_in(search)]


def all_match(words: Sequence[SearchWord]) -> ColumnElement[bool]:
    """A condition that reads all matches of each word once: for words that few match."""
    if not words:
        return true()
    people = [word.people() for word in words]
    return Registration.person_id.in_(intersect(*people) if len(people) > 1 else people[0])


def newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(Registration.registered_at.desc(), Registration.id.desc())


def search_newest(
    db: DbSession, others: Select[Any], words: Sequence[SearchWord], *, number: int, size: int, must_count: bool
) -> Page[int]:
    """A page of those of `others` (ids of registrations) that match all words, newest first.

    The cost does not grow with the number of registrations: rare words are looked up and the common ones checked for
    what the rare ones match. Where all are common, the newest registrations are checked until the page is full, and
    the matches stay uncounted unless `must_count`.
    """
    words, counts = _rarest_first(db, words)
    common = _common(words, counts, _FEW_ROWS)
    if len(common) == len(words):
        page = None if must_count else _check_newest(db, others, words, number=number, size=size)
        if page:
            return page
        common = []
    return counted_along(db, newest_first(_matching(others, words, common)), number=number, size=size)


def newest_matches(
    db: DbSession,
    others: Select[Any],
    words: Sequence[SearchWord],
    *,
    preferred: ColumnElement[bool],
    size: int,
    also: Sequence[int],
) -> Select[Any]:
    """Those of `others` that match all words. Where very many do, only some, for a caller to sort: those of `also` and,
    unless these are `size` already, `size` others: the `preferred` before the rest, the newest first.
    """
    words, counts = _rarest_first(db, words)
    common = _common(words, counts, _FEW_ROWS)
    if len(common) == len(words):
        common = []
    if not words or counts[0] <= _FEW_AT_DESK:
        return _matching(others, words, common)
    if len(also) >= size:
        return others.where(Registration.id.in_(also))

    is_rare, rows = counts[0] <= _FEW_ROWS, others.where(preferred)
    page = None if is_rare else _check_newest(db, rows, words, number=1, size=size, for_each=_CHECKED_AT_DESK)
    newest = page.items if page else _newest_of_rare(db, others, words, common, preferred=preferred, size=size)
    return others.where(Registration.id.in_({*also, *newest}))


def _newest_of_rare(
    db: DbSession,
    others: Select[Any],
    words: Sequence[SearchWord],
    common: Sequence[SearchWord],
    *,
    preferred: ColumnElement[bool],
    size: int,
) -> list[int]:
    """The `preferred` before the rest, the newest first. The common words are checked one row after another until there
    are enough.

    The limit of the inner query keeps a database from checking all rows before it sorts them. The order, which no index
    has, keeps it from walking through all registrations.
    """
    rare = _matching(others, [word for word in words if word not in common], [])
    rare = newest_first(rare.order_by(preferred.desc())).limit(_ALL_ROWS)
    rows = rare.add_columns(preferred.label("is_preferred"), Registration.registered_at).subquery()
    query = select(rows.c.id).join(Registration, Registration.id == rows.c.id)
    query = query.where(*(word.is_matched_by_each() for word in common))
    query = query.order_by(rows.c.is_preferred.desc(), rows.c.registered_at.desc(), rows.c.id.desc())
    return list(db.scalars(query.limit(size)))


def _rarest_first(db: DbSession, words: Sequence[SearchWord]) -> tuple[list[SearchWord], list[int]]:
    """With the rows of each, counted to one more than few. A person without the rarest word is not checked further."""
    counts = [word.count_rows(db, _FEW_ROWS + 1) for word in words]
    order = sorted(range(len(words)), key=counts.__getitem__)
    return [words[at] for at in order], [counts[at] for at in order]


def _common(words: Sequence[SearchWord], counts: Sequence[int], few: int) -> list[SearchWord]:
    return [word for word, count in zip(words, counts, strict=True) if count > few]


def _matching(others: Select[Any], words: Sequence[SearchWord], common: Sequence[SearchWord]) -> Select[Any]:
    """The rare words are looked up, the common ones checked for what the rare ones match."""
    rare = all_match([word for word in words if word not in common])
    return others.where(rare, *(word.is_matched_by_each() for word in common))


def _check_newest(
    db: DbSession,
    others: Select[Any],
    words: Sequence[SearchWord],
    *,
    number: int,
    size: int,
    for_each: int = _CHECKED_FOR_EACH,
) -> Page[int] | None:
    """None where matches are so rare among the newest that they do not fill the page and begin the next."""
    size, first = min(max(size, 1), LARGEST_PAGE), max(number - 1, 0) * size
    matched = [word.is_matched_by_each() for word in words]

    wanted = first + size + 1

    def matches(start: int, end: int, most: int) -> list[int]:
        newest = newest_first(others).offset(start).limit(end - start)
        query = select(Registration.id).where(Registration.id.in_(newest), *matched)
        return list(db.scalars(newest_first(query).limit(most)))

    checked = min(wanted * for_each, _MOST_CHECKED)
    sample = int(checked * _SAMPLE)
    rows = matches(0, sample, wanted)
    if len(rows) < wanted * _SAMPLE * _ENOUGH:
        return None
    if len(rows) < wanted:
        rows += matches(sample, checked, wanted - len(rows))
    rows = list(dict.fromkeys(rows))[first:]  # a registration added meanwhile moves the others on
    return uncounted(rows, number=max(number, 1), size=size) if len(rows) > size else None


def _search_word(edition_id: int, word: str, details_within: Collection[int] | None) -> SearchWord:
    reachable = limited(Person.id, "person", edition_id, details_within)
    contacts = [way.where(*reachable) for way in people_reached_by(word)]
    is_email = "@" in word or "." in word
    lookups = (*people_called(edition_id, word), *_by_code(edition_id, word), *(() if is_email else contacts))
    return SearchWord(lookups, tuple(contacts) if is_email else ())


def _by_code(edition_id: int, word: str) -> Iterator[Select[Any]]:
    code = word.replace("-", "").upper()
    if len(code) >= _SHORTEST_CODE and set(code) <= set(READABLE):
        coded = alias_named("with_code", Registration)
        query = select(coded.person_id).join(TicketCode, TicketCode.registration_id == coded.id)
        yield query.where(
            TicketCode.edition_id == edition_id,
            TicketCode.revoked_at.is_(None),
            TicketCode.short.between(code, code.ljust(SHORT_CODE_LENGTH, _LAST)),
        )


def _matches_here(way: Select[Any]) -> ColumnElement[Any]:
    person_id = way.selected_columns[0]
    return way.where(person_id == Registration.person_id).limit(1).correlate(Registration).scalar_subquery()
