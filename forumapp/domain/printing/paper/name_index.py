"""Who stands on which pages of a book, in the order of their names, and what is heard on which channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forumapp.domain.printing.paper.documents import PersonValues, ProgramSession, ProgramValues

Channels = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Someone in the index. `introduced` is the page of their biography, `named` are the others."""

    person: PersonValues
    introduced: int | None
    named: tuple[int, ...]


def cast_of(values: ProgramValues) -> Iterator[PersonValues]:
    """Everyone with a part, as often as they have one."""
    for session in (session for day in values.days for session in day.sessions):
        yield from (appearance.person for appearance in session.people)
        yield from (appearance.person for item in session.items for appearance in item.people)


def index_of(values: ProgramValues, pages: Mapping[str, list[int]]) -> list[Entry]:
    """Everyone in the book, by their own Latin family name, which is how Chinese names are read, too.

    `pages` are those on which someone is named, under `p7`, or introduced, under `b7`.
    """
    people = {one.person_id: one for one in (*cast_of(values), *values.speakers)}
    ordered = sorted(people.values(), key=lambda one: (one.sort_key or (fold(one.shown_name),), one.person_id))
    return [_entry(one, pages) for one in ordered]


def together(one: Mapping[str, list[int]], other: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """The pages on which someone stands, of two parts of a book in order."""
    return {key: [*one.get(key, ()), *other.get(key, ())] for key in {*one, *other}}


def _entry(person: PersonValues, pages: Mapping[str, list[int]]) -> Entry:
    at = pages.get(f"b{person.person_id}", [])
    introduced = at[0] if at else None
    named = dict.fromkeys(page for page in pages.get(f"p{person.person_id}", ()) if page != introduced)
    return Entry(person, introduced, tuple(named))


def channel_groups(values: ProgramValues) -> list[tuple[Channels, list[ProgramSession]]]:
    """The channels on which sessions are heard, each set of them with its sessions, in order of time."""
    found: dict[Channels, list[ProgramSession]] = {}
    for session in (session for day in values.days for session in day.sessions):
        if session.channels:
            found.setdefault(session.channels, []).append(session)
    return list(found.items())
