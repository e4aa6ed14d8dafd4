"""Where an import's table is in its file, and the sheet and heading row to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core.values.numbers import whole_number
from forumapp.domain.importing.review import column_letter
from forumapp.domain.importing.runs.kinds import TablePlace

if TYPE_CHECKING:
    from forumapp.core.files.spreadsheets import SheetInfo
    from forumapp.domain.importing.models import ImportRun
    from forumapp.domain.importing.runs.kinds import Brought

SAMPLES, FIRST = 3, 10  # rows
_LONGEST = 80  # characters of a cell
_CELLS = 6  # of a row, as an option


def sheet_options(table: Brought) -> list[tuple[str, str]]:
    """List the sheets that have data, each with a note."""
    return [(sheet.name, _sheet_words(sheet)) for sheet in table.sheets if sheet.rows]


def _sheet_words(sheet: SheetInfo) -> str:
    rows = ngettext("%(num)s row", "%(num)s rows", sheet.rows)
    if sheet.is_hidden:
        return str(_("%(name)s (hidden, %(rows)s)", name=sheet.name, rows=rows))
    return str(_("%(name)s (%(rows)s)", name=sheet.name, rows=rows))


def heading_row_options(table: Brought) -> list[tuple[str, str]]:
    """List the first rows of the sheet, each a possible heading row."""
    chosen = next((at for at, (number, _row) in enumerate(table.top) if number == table.place.heading_row), 0)
    return [(str(number), _row_words(number, cells)) for number, cells in table.top[: max(FIRST, chosen + SAMPLES)]]


def _row_words(number: int, cells: tuple[str, ...]) -> str:
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    shown = " · ".join(filled[:_CELLS])[:_LONGEST]
    return str(_("Row %(number)s: %(cells)s", number=number, cells=shown))


def column_samples(table: Brought) -> list[tuple[str, list[str]]]:
    """By column, its letter and its first values."""
    return [
        (column_letter(place), [row.cells.get(heading, "")[:_LONGEST] for row in table.rows[:SAMPLES]])
        for place, heading in enumerate(table.headings)
    ]


def place_sent(run: ImportRun) -> TablePlace:
    """Return the submitted position. A different sheet looks for its own headings, because the rows shown are not its
    rows.
    """
    sheet = request.form.get("sheet", run.sheet)
    row = request.form.get("heading_row", None, whole_number)
    return TablePlace(sheet, row if sheet == run.sheet else None)
