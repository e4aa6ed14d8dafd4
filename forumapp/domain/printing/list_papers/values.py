"""What a working paper says, as plain values: heads, columns and rows, and the facts that they tell. Pure.

A cell is a few lines. A text stands in the languages of the paper, a name in the scripts in which it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.paper.changed_facts import UNDER
from forumapp.domain.printing.wording.dates import is_chinese

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from forumapp.domain.people.names.printed_names import Printed
    from forumapp.domain.printing.paper.documents import EditionHead, Logo, Texts

    Facts = dict[str, Any]
    Whom = dict[int, list[str]]

PLAIN = ""  # the language of a line that all read alike: a time, a number, a plate
LATIN = ("en", PLAIN)  # in whose letters a name may stand
TEXT, NAME = "text", "name"
SHORT = 12  # rows of a section that stands on one page whole


@dataclass(frozen=True, slots=True)
class Line:
    """Words by language. `kind` "text" is printed in the languages of the paper, "name" in each that it has. `style`
    is "strong", "quiet" or nothing.
    """

    words: Texts
    kind: str = TEXT
    style: str = ""

    @property
    def said(self) -> Any:
        return self.words[PLAIN] if PLAIN in self.words else dict(self.words)


Cell = tuple[Line, ...]


def text(words: Texts, style: str = "") -> Cell:
    """Nothing where nothing is said."""
    return (Line(words, TEXT, style),) if any(words.values()) else ()


def plain(words: str, style: str = "") -> Cell:
    return (Line({PLAIN: words}, NAME, style),) if words else ()


def name(one: Printed) -> Cell:
    """Both scripts, of whoever has both."""
    words = {"en": one.latin_name, one.native_language: one.native_name}
    return (Line({tag: said for tag, said in words.items() if said}, NAME, "strong"),)


def said_of(cell: Cell) -> Any:
    """What a cell says, as a fact keeps it: one line as its words, several as a list."""
    lines = [line.said for line in cell]
    return lines[0] if len(lines) == 1 else lines


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names its head (`words.COLUMNS`); `width` in mm, None takes what is left. `kind` "tick" is a box to tick
    by hand, "photo" a picture.
    """

    key: str
    width: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`key` names what it tells, once in the paper: "person:55". `cells` are by column. `people` are the registrations
    whom it concerns; `who` is whom a finding names.
    """

    key: str
    cells: Mapping[str, Cell]
    people: tuple[int, ...] = ()
    who: tuple[str, int] | None = None  # a person's name and id
    photo: Logo | None = None

    @property
    def said(self) -> dict[str, Any]:
        told = {column: said_of(cell) for column, cell in self.cells.items() if cell}
        return told | ({"photo": self.photo.key} if self.photo else {})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a section: a flight, a car, a day. Several sections may stand under one. `parts` are by the
    name of a column; the first is set large. Without a `key` it tells no fact, as a day or a count.
    """

    key: str
    parts: Mapping[str, Cell]

    @property
    def said(self) -> dict[str, Any]:
        return {part: said_of(cell) for part, cell in self.parts.items() if cell}


@dataclass(frozen=True, slots=True)
class Section:
    heads: tuple[Head, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    alone: bool = False  # begins on a page of its own


@dataclass(frozen=True, slots=True)
class Party:
    """The delegation that a paper is about."""

    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class ListValues:
    """A working paper that is a list. `title` names it in `words.TITLES`; `note` stands under it."""

    head: EditionHead
    party: Party
    title: str
    sections: tuple[Section, ...]
    note: Cell = ()
    lying: bool = False  # landscape

    @property
    def pictures(self) -> tuple[int, ...]:
        """The keys of those that are drawn: what is compared needs no bytes of them."""
        return tuple(sorted({row.photo.key for part in self.sections for row in part.rows if row.photo}))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of a paper it is, and when it was printed."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Laid:
    """A paper as it is to be set: one HTML document for each piece, under one style. Once it is laid out it needs the
    database no more, but for its pictures. `one_page`: each piece is set smaller until it is one page.
    """

    pieces: tuple[str, ...]
    css: str
    pictures: tuple[int, ...] = ()
    one_page: bool = False


def beginning_of(values: ListValues, lines: int) -> ListValues:
    """The first sections and rows, about so many lines, which stand as they do in the whole list. What is left of a
    long section is still a long one, which may go on on the next page.
    """
    kept = []
    for section in values.sections:
        if lines <= 0:
            break
        rows = section.rows[: max(lines, SHORT + 1)]
        kept.append(replace(section, rows=rows))
        lines -= len(rows) + len(section.heads)
    return replace(values, sections=tuple(kept))


def facts_of(values: ListValues) -> Facts:
    """By key, what the paper says of it; of a row also what it stands under, since whoever changes cars is another line
    although both cars stay as they were.
    """
    found: Facts = {}
    for section in values.sections:
        over = [head.key for head in section.heads if head.key]
        found |= {head.key: head.said for head in section.heads if head.key}
        found |= {row.key: row.said | ({UNDER: over} if over else {}) for row in section.rows}
    return found


def whom_of(values: ListValues) -> Whom:
    """By registration, in the order of the paper, the keys of what it tells of them or to them."""
    found: Whom = {}
    for section in values.sections:
        over = [head.key for head in section.heads if head.key]
        for row in section.rows:
            for one in row.people:
                keys = found.setdefault(one, [])
                keys += [key for key in (*over, row.key) if key not in keys]
    return found


def only(values: ListValues, changed: Collection[str], left: Sequence[Collection[str]]) -> ListValues:
    """The sections in which any of these facts stands, or stood. Whole, since their headings count what stands below;
    where nothing stands above, the rows alone. `left` is what is no more, each as a line on which it stood.
    """
    found: list[Section] = []
    day: Head | None = None
    for section in values.sections:
        day = next((head for head in section.heads if not head.key and "day" in head.parts), day)
        if not section.heads:
            rows = tuple(row for row in section.rows if row.key in changed)
            found += [replace(section, rows=rows)] if rows else []
        elif _differs(section, changed, left):
            over = day is None or day in section.heads or any(day in one.heads for one in found)
            found.append(section if over or day is None else replace(section, heads=(day, *section.heads)))
    return replace(values, sections=tuple(found))


def _differs(section: Section, changed: Collection[str], left: Sequence[Collection[str]]) -> bool:
    heads = {head.key for head in section.heads if head.key}
    if any(key in changed for key in (*heads, *(row.key for row in section.rows))):
        return True
    # Below what has no key of its own, anything may have stood.
    return any(heads <= set(line) for line in left)


def cells_of(values: ListValues) -> Iterator[tuple[str, Cell, Row | None]]:
    """Every cell, with the column that it stands in and, within a row, the row."""
    yield "edition", text(values.head.name), None
    yield "delegation", text(values.party.name), None
    yield "note", values.note, None
    for section in values.sections:
        for head in section.heads:
            yield from ((part, cell, None) for part, cell in head.parts.items())
        for row in section.rows:
            yield from ((column, cell, row) for column, cell in row.cells.items())


def in_languages(line: Line, languages: Sequence[str]) -> list[tuple[str, str]]:
    """What is printed of a line: each language with its words; a text that has none of them, in the one it has. A name
    stands in all of its scripts, on Chinese papers in its own one first.
    """
    if line.kind == NAME:
        names = [(tag, said) for tag, said in line.words.items() if said]
        return sorted(names, key=lambda one: one[0] in LATIN) if is_chinese(languages[0]) else names
    found = [(tag, line.words[tag]) for tag in languages if line.words.get(tag)]
    return found or [(tag, said) for tag, said in line.words.items() if said][:1]
