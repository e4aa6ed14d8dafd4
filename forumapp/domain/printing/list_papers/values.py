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
    """A cell with one text, empty when there are no words."""
    return (Line(words, TEXT, style),) if any(words.values()) else ()


def plain(words: str, style: str = "") -> Cell:
    return (Line({PLAIN: words}, NAME, style),) if words else ()


def name(one: Printed) -> Cell:
    """The name in both scripts, or in the one it has."""
    words = {"en": one.latin_name, one.native_language: one.native_name}
    return (Line({tag: word for tag, word in words.items() if word}, NAME, "strong"),)


def cell_value(cell: Cell) -> Any:
    """The value of a cell as a fact stores it: one line as its words, several as a list."""
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
        values = {column: cell_value(cell) for column, cell in self.cells.items() if cell}
        return values | ({"photo": self.photo.key} if self.photo else {})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a section: a flight, a car, a day. Several sections may stand under one. `parts` are by the
    name of a column; the first is set large. Without a `key` it tells no fact, as a day or a count.
    """

    key: str
    parts: Mapping[str, Cell]

    @property
    def said(self) -> dict[str, Any]:
        return {part: cell_value(cell) for part, cell in self.parts.items() if cell}


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
    """The facts of the paper by key.

    The fact of a row includes the keys of its headings: a person who changes cars has changed, although both cars
    stay the same.
    """
    facts: Facts = {}
    for section in values.sections:
        over = [head.key for head in section.heads if head.key]
        facts |= {head.key: head.said for head in section.heads if head.key}
        facts |= {row.key: row.said | ({UNDER: over} if over else {}) for row in section.rows}
    return facts


def whom_of(values: ListValues) -> Whom:
    """The keys of the facts that concern each registration, in the order of the paper."""
    whom: Whom = {}
    for section in values.sections:
        over = [head.key for head in section.heads if head.key]
        for row in section.rows:
            for registration_id in row.people:
                keys = whom.setdefault(registration_id, [])
                keys += [key for key in (*over, row.key) if key not in keys]
    return whom


def only(values: ListValues, changed: Collection[str], left: Sequence[Collection[str]]) -> ListValues:
    """Keep the sections that contain, or used to contain, a changed fact.

    A section with headings stays whole, since they count its rows; without headings only the changed rows stay.
    `left` holds the removed facts, each as the keys of the line it was on.
    """
    kept: list[Section] = []
    day: Head | None = None
    for section in values.sections:
        day = next((head for head in section.heads if not head.key and "day" in head.parts), day)
        if not section.heads:
            rows = tuple(row for row in section.rows if row.key in changed)
            kept += [replace(section, rows=rows)] if rows else []
        elif _differs(section, changed, left):
            over = day is None or day in section.heads or any(day in previous.heads for previous in kept)
            kept.append(section if over or day is None else replace(section, heads=(day, *section.heads)))
    return replace(values, sections=tuple(kept))


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
    """The printed words of a line, each with its language.

    A text without any of the languages is printed in the first one it has. A name is printed in all its scripts, with
    the native one first on Chinese papers.
    """
    written = [(tag, words) for tag, words in line.words.items() if words]
    if line.kind == NAME:
        return sorted(written, key=lambda name: name[0] in LATIN) if is_chinese(languages[0]) else written
    return [(tag, line.words[tag]) for tag in languages if line.words.get(tag)] or written[:1]
