"""What of an import is for a person to look at before it is confirmed, cell by cell. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumapp.core.values.text import fold
from forumapp.domain.people.imports.services import ADDRESS_IN_ROW, ADDRESS_OF_ANOTHER, State
from forumapp.domain.people.spreadsheets.rows import (
    BLANKS_LEFT_OUT,
    LINES_JOINED,
    NAME_PROPOSED,
    NAME_SPLIT,
    NAME_WHOLE,
    PHONE_NOTES,
    TITLE_MOVED,
)
from forumapp.domain.registration.spreadsheets.group_cells import UNCLEAR, UNKNOWN
from forumapp.domain.registration.spreadsheets.rows import KEPT_AS_NOTE, UNKNOWN_PART

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forumapp.domain.people.imports.services import Line
    from forumapp.domain.people.spreadsheets.rows import RowFault

# Notices that ask for a look, the most important first.
REVIEWED = (
    NAME_PROPOSED,
    NAME_WHOLE,
    ADDRESS_OF_ANOTHER,
    ADDRESS_IN_ROW,
    "unknown-role",
    UNKNOWN_PART,
    UNKNOWN,
    UNCLEAR,
    KEPT_AS_NOTE,
    "not-asked",
    *sorted(PHONE_NOTES),
    NAME_SPLIT,
    TITLE_MOVED,
    BLANKS_LEFT_OUT,
    LINES_JOINED,
    "phone-without-country-code",
)
_NAMES = ("latin", "latin_family", "latin_given", "native", "native_family", "native_given")
# Where nothing is decided yet, and where the row would be taken.
_OPEN = frozenset({State.NEW, State.DOUBLE, State.MORE})


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is said about one cell, or about the row as a whole where `heading` is empty. `column` is the letter that a
    spreadsheet shows above it; `is_open` says that the cell can be corrected.
    """

    heading: str
    column: str
    faults: tuple[RowFault, ...]
    notices: tuple[RowFault, ...]
    is_open: bool


def to_review(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.state in _OPEN and any(one.code in REVIEWED for one in line.notices)]


def review_counts(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """In how many rows each notice stands, in the order of importance."""
    counted = Counter(code for line in to_review(lines) for code in {one.code for one in line.notices})
    return [(code, counted[code]) for code in REVIEWED if counted[code]]


def unknown_parts(lines: Iterable[Line]) -> list[str]:
    """What rows call parts of a delegation and none is called, each word once, in the order of the file."""
    found: dict[str, str] = {}
    for line in lines:
        for notice in line.notices:
            if notice.code == UNKNOWN_PART:
                for word in notice.among:
                    found.setdefault(fold(word), word)
    return list(found.values())


def problems(line: Line, headings: Sequence[str], mapping: Mapping[str, str]) -> list[CellProblem]:
    """By cell, in the order in which they are said. A row without a name is corrected at its columns of names."""
    said = dict.fromkeys(one.heading for one in (*line.faults, *line.notices))
    if any(one.code == "no-name" for one in line.faults):
        said |= dict.fromkeys(heading for heading in headings if mapping.get(heading) in _NAMES)
    return [
        CellProblem(
            heading,
            column_letter(headings.index(heading)) if heading in headings else "",
            tuple(one for one in line.faults if one.heading == heading),
            tuple(one for one in line.notices if one.heading == heading),
            heading in headings,
        )
        for heading in said
    ]


def column_letter(index: int) -> str:
    """As spreadsheets count columns: A to Z, then AA."""
    letters, number = "", index + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
