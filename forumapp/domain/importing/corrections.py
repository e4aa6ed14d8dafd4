"""Corrections of single cells, kept next to the uploaded file, which stays as it was sent. Pure.

They are kept by row number and heading, as JSON has them: {"12": {"Diet": "halal"}}. An empty text empties the cell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forumapp.core.values.text import PARAGRAPHS, fold, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forumapp.core.files.spreadsheets import TableRow

Cells = dict[str, dict[str, str]]
MOST_CELLS = 5_000


def corrected(rows: Iterable[TableRow], cells: Mapping[str, Mapping[str, str]]) -> list[TableRow]:
    """The rows as they are read once their corrected cells replace those of the file."""
    return [
        replace(row, cells={**row.cells, **cells[str(row.number)]}) if str(row.number) in cells else row for row in rows
    ]


def with_words_replaced(
    cells: Mapping[str, Mapping[str, str]], rows: Iterable[TableRow], heading: str, meant: Mapping[str, str]
) -> Cells:
    """The corrections with each cell of a column that holds one of the words replaced by what it is `meant` to say.
    `rows` are those of the file; upper and lower case of a word do not matter.
    """
    by_word = {fold(word): text for word, text in meant.items()}
    found = {number: dict(texts) for number, texts in cells.items()}
    for row in rows:
        cell = found.get(str(row.number), {}).get(heading, row.cells.get(heading, ""))
        if text := by_word.get(fold(cell)):
            found.setdefault(str(row.number), {})[heading] = text
    return found


def without_unchanged(rows: Iterable[TableRow], cells: Mapping[str, Mapping[str, str]]) -> Cells:
    """The corrections that differ from what the file says."""
    sent = {str(row.number): row.cells for row in rows if str(row.number) in cells}
    changed = {
        number: {heading: text for heading, text in said.items() if sent.get(number, {}).get(heading) != text}
        for number, said in cells.items()
    }
    return {number: said for number, said in changed.items() if said}


def cell_faults(
    cells: Mapping[str, Mapping[str, str]], rows: Iterable[TableRow], headings: Sequence[str]
) -> dict[str, str]:
    """What is wrong with corrections, by "cells.12.Diet"."""
    if sum(map(len, cells.values())) > MOST_CELLS:
        return {"cells": "too-many"}
    numbers = {str(row.number) for row in rows} if cells else set()
    faults = {f"cells.{number}": "unknown" for number in cells.keys() - numbers}
    for number, said in cells.items():
        for heading, text in said.items():
            fault = _fault(heading, text, headings)
            if fault:
                faults[f"cells.{number}.{heading}"] = fault
    return faults


def _fault(heading: str, text: str, headings: Sequence[str]) -> str:
    if heading not in headings:
        return "unknown"
    if not is_plain(text):
        return "not-plain"
    return "too-long" if len(text) > PARAGRAPHS else ""
