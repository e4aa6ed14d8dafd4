"""What a fallback pack is set from: a page of contents, and HTML of a few pages for each part or some of one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.books import checks
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.fallback_pack import blank_badges
from forumapp.domain.printing.fallback_pack.page_texts import said_on
from forumapp.domain.printing.list_papers.lists import style
from forumapp.domain.printing.rules import batches
from forumapp.domain.printing.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forumapp.domain.printing.fallback_pack.values import Coach, Group, PackValues
    from forumapp.domain.printing.paper.documents import Texts
    from forumapp.domain.printing.paper.layout import Finding

WALK_INS = 16  # lines on each page of the empty list
WALK_IN_PAGES = 2
PEOPLE, RUNS = 1000, 6  # people of a list and coaches that are one piece of work
BLANK_BADGES = "blank-badges"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: what begins where a page has `key`, and how many there are of what. `under` the line of
    its part, the one of a "letter", of a "group" or of a "day", which begins nowhere.
    """

    part: str
    key: str
    called: Texts
    count: int = 0
    of: str = "people"
    under: str = ""
    at: str = ""  # from when to when


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is to be set, which needs the database no more. `pieces` are set one by one; `contents` says
    `@@key@@` where the number of a page is to stand, which is known when all of them are.
    """

    contents: str
    pieces: tuple[str, ...]
    css: str
    entries: tuple[Entry, ...]
    lead: str
    letters: str  # of the pages of blank badges

    @property
    def characters(self) -> set[str]:
        return {*"0123456789/ –", *self.letters, *self.contents, *itertools.chain.from_iterable(map(set, self.pieces))}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Pack:
        entries = tuple(Entry(**one) for one in plain["entries"])
        said = (plain["css"], entries, plain["lead"], plain["letters"])
        return cls(plain["contents"], tuple(plain["pieces"]), *said)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is one piece: a part of the pack, or some of one. `groups` are of a list."""

    part: str
    groups: tuple[Group, ...] = ()
    coaches: tuple[Coach, ...] = ()
    is_first: bool = True


def lay(values: PackValues) -> Pack:
    """In pieces, each of which is made within the limits of one piece of work."""
    values = _with_keys(values)
    entries = tuple(_entries(values))
    pieces = tuple(_html(values, one) for one in _chunks(values))
    contents = _html(values, Chunk("fallback-pack"), entries)
    of_blanks = blank_badges.html(values.blanks, [1] * len(values.blanks.badges), said_on(values.head, values.stamp))
    letters = "".join(sorted({*of_blanks}))
    return Pack(contents, pieces, style(values.head, "fallback.css"), entries, values.head.languages[0], letters)


def _lists(values: PackValues) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    return (
        ("by-name", values.by_name),
        ("by-chinese-name", values.by_native),
        ("by-delegation", values.by_delegation),
    )


def _with_keys(values: PackValues) -> PackValues:
    """What begins somewhere is found by its key."""
    keyed = {part: _keyed(groups, part) for part, groups in _lists(values)}
    return replace(
        values,
        by_name=keyed["by-name"],
        by_native=keyed["by-chinese-name"],
        by_delegation=keyed["by-delegation"],
        coaches=_keyed(values.coaches, "by-coach"),
    )


def _keyed(some: Iterable[Any], part: str) -> tuple[Any, ...]:
    return tuple(replace(one, key=f"{part}-{number}") for number, one in enumerate(some))


def _entries(values: PackValues) -> Iterator[Entry]:
    for part, groups in _lists(values):
        if groups:
            yield _of_part(part, sum(one.count for one in groups))
            under = "group" if part == "by-delegation" else "letter"
            yield from (Entry(part, one.key, one.head, one.count, under=under) for one in groups)
    if values.coaches:
        yield _of_part("by-coach", len(values.coaches), "runs")
        for day, coaches in itertools.groupby(values.coaches, lambda one: one.day):
            yield Entry("by-coach", "", day, under="day")
            for one in coaches:
                yield Entry("by-coach", one.key, one.called, len(one.riders), under="group", at=one.at)
    yield _of_part("walk-ins")
    if values.blanks.badges:
        yield _of_part(BLANK_BADGES)


def _of_part(part: str, count: int = 0, of: str = "people") -> Entry:
    return Entry(part, part, words.WORDS[part], count, of)


def _chunks(values: PackValues) -> Iterator[Chunk]:
    for part, groups in _lists(values):
        for number, some in enumerate(_cut(groups)):
            yield Chunk(part, groups=some, is_first=number == 0)
    for start, end in batches(len(values.coaches), RUNS):
        yield Chunk("by-coach", coaches=values.coaches[start:end], is_first=start == 0)
    yield Chunk("walk-ins")


def _cut(groups: Iterable[Group]) -> Iterator[tuple[Group, ...]]:
    """So many people at a time: a print tells how far it is, and is cancelled and gone on with, between two pieces."""
    some: list[Group] = []
    room = PEOPLE
    for group in groups:
        start = 0
        while start < len(group.people):
            people = group.people[start : start + room]
            some.append(replace(group, people=people, goes_on=start > 0))
            start, room = start + len(people), room - len(people)
            if not room:
                yield tuple(some)
                some, room = [], PEOPLE
    if some:
        yield tuple(some)


def _html(values: PackValues, chunk: Chunk, entries: tuple[Entry, ...] = ()) -> str:
    return templates.page(
        "fallback.html",
        chunk=chunk,
        entries=entries,
        walk_ins=WALK_INS,
        walk_in_pages=WALK_IN_PAGES,
        **said_on(values.head, values.stamp),
    )


def check(values: PackValues) -> list[Finding]:
    """Characters that no font has, by whom they name."""
    found: list[Finding] = []
    for one in values.people:
        shown = "".join((one.latin_name, one.native_name, *one.organization.values(), *one.delegation.values()))
        missing = checks.missing_glyphs(shown, one.shown_name, ("person", ""))
        found += [replace(each, registration_id=one.registration_id) for each in missing]
    return found
