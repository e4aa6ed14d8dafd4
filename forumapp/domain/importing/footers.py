"""Rows below a list that are about the list: a total, who prepared it, a remark. They are skipped, and listed. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forumapp.core.files.spreadsheets import is_unnamed
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.spreadsheets.rows import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.core.files.spreadsheets import TableRow

# Alone in its cell, or with a number: "合计", "合计：133人", "Total 12".
_TOTAL = re.compile(
    r"(?:合\s*计|总\s*计|共\s*计|小\s*计|总人数|人数合计"
    r"|(?:grand |sub)?total(?: (?:number|people|persons|guests|rooms|pax))?)"
    r"\s*[:：]?\s*(?:共\s*)?(?:\d+\s*(?:人|名|位|间|people|persons|guests|rooms|pax)?)?",
    re.IGNORECASE,
)
# With what follows: "填表人：王芳", "Prepared by Ann Lee".
_SIGNED = re.compile(
    r"(?:填表|制表|填报|经办|审核|审批|复核|联系|负责)(?:人|单位|日期|时间)?\s*(?:[:：].*|$)"
    r"|(?:注|备注|说明|note|notes|remarks?)\s*[:：].*"
    r"|(?:prepared|compiled|reviewed|approved|checked|submitted|exported|generated) (?:by|on)\b.*",
    re.IGNORECASE | re.DOTALL,
)


def is_footer(row: TableRow) -> bool:
    """Whether a row is about the list. It fills at most half of the columns with headings or has nothing but such cells
    and numbers, so that a company named Total remains a company.
    """
    cells = [text for cell in row.cells.values() if (text := cell.strip())]
    if not cells or not _is_about_list(cells[0]):
        return False
    others = [one for one in cells if not (_is_about_list(one) or any(map(str.isdigit, one)))]
    return not others or len(cells) * 2 <= sum(not is_unnamed(heading) for heading in row.cells)


def _is_about_list(cell: str) -> bool:
    return bool(_TOTAL.fullmatch(cell) or _SIGNED.fullmatch(cell))


def skipped_line(row: TableRow) -> Line:
    shown = " ".join(text for cell in row.cells.values() if (text := cell.strip()))
    return Line(row.number, State.SKIPPED, shown, Draft(row.number, {}))


def split_footers(rows: Sequence[TableRow]) -> tuple[list[TableRow], list[Line]]:
    """The rows of the list, and a line for each row that is skipped."""
    return [row for row in rows if not is_footer(row)], [skipped_line(row) for row in rows if is_footer(row)]


def in_file_order(lines: Sequence[Line], skipped: Sequence[Line]) -> list[Line]:
    return sorted([*lines, *skipped], key=lambda line: line.number) if skipped else list(lines)
