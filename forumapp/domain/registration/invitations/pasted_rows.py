"""Rows that someone pastes: who is to be invited, or whose names fill places. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forumapp.core.files.spreadsheets import DELIMITERS, UnreadableTable, read_table
from forumapp.core.values.text import has_han
from forumapp.domain.people.names.name_split import without_commas
from forumapp.domain.people.spreadsheets.rows import (
    PERSON_HEADINGS,
    TITLE_MOVED,
    guess,
    read_person,
    refuse_other_scripts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.people.spreadsheets.rows import Draft, RowFault

WANTED = ("latin", "latin_family", "latin_given", "name_order", "native", "native_family", "native_given", "email")
TAKEN = ("latin_family", "latin_given", "name_order", "native_full", "email")
HEADINGS = {name: PERSON_HEADINGS[name] for name in WANTED}


@dataclass(frozen=True, slots=True)
class Pasted:
    """`people` are columns of a person; `faults` are by the number of the row as it was pasted. `unreadable` says why
    it is no table.
    """

    people: tuple[dict[str, Any], ...] = ()
    faults: tuple[tuple[int, RowFault], ...] = ()
    unreadable: str = ""


def read_people(text: str) -> Pasted:
    """A whole name with a title before it is neither split nor shortened: an invitation has no field for the title."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    between = max(DELIMITERS, key=first.count)
    cells = [cell.strip().strip('"') for cell in first.split(between)]
    headless = not any(guess(cells, HEADINGS).values())
    head = between.join(_headings_over(cells)) + "\n" if headless else ""
    try:
        table = read_table((head + text).encode())
    except UnreadableTable as refusal:
        return Pasted(unreadable=str(refusal.details["why"]))
    mapping = guess(table.headings, HEADINGS)
    drafts = [refuse_other_scripts(read_person(row, mapping)) for row in table.rows]
    moved = 1 if headless else 0
    faults = tuple((one.number - moved, fault) for one in drafts for fault in one.faults if not _has_mail(one, fault))
    values = (_with_title(draft, row) for draft, row in zip(drafts, table.rows, strict=True))
    people = tuple({name: person[name] for name in TAKEN if person.get(name)} for person in values)
    return Pasted(people, faults)


def _with_title(draft: Draft, row: TableRow) -> dict[str, Any]:
    titled = next((notice.heading for notice in draft.notices if notice.code == TITLE_MOVED), None)
    if titled is None:
        return draft.values
    return {**draft.values, "latin_family": "", "latin_given": without_commas(row.cells[titled])}


def _has_mail(draft: Draft, fault: RowFault) -> bool:
    """A mail address alone is enough."""
    return fault.code == "no-name" and bool(draft.values.get("email"))


def _headings_over(cells: Sequence[str]) -> list[str]:
    """What the columns are where no row says so, by what stands in the first one."""
    latin = [at for at, cell in enumerate(cells) if "@" not in cell and not has_han(cell)]
    names = dict(zip(latin, ("family name", "given name") if len(latin) > 1 else ("name",), strict=False))
    return [
        "email" if "@" in cell else "native name" if has_han(cell) else names.get(at, "")
        for at, cell in enumerate(cells)
    ]
