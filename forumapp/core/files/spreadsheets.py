"""Tables that people bring and take: CSV and XLSX, as the programs of this world write them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from forumapp.core.errors import Refusal
from forumapp.core.files.workbooks import (
    ERROR,
    MOST_CELLS,
    MOST_ROWS,
    Sheet,
    UnreadableWorkbook,
    is_workbook,
    read_workbook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

LONGEST = 20_000  # rows
WIDEST = 200  # columns
LARGEST = 12 * 1024 * 1024  # bytes of a file
LARGEST_CELL = 1_000_000  # characters of a cell, or of a line of text
LOOKED_AT = 30  # filled rows at the top of a sheet that are searched for the headings
DELIMITERS = ",;\t"
# Replaces bytes that are no character. Readers of a cell that holds it must report it.
LOST = "\ufffd"
_DETAIL = re.compile(r"[:：]\s*\S")  # a value behind a colon
_UNNAMED = re.compile(r"#\d+")
_RUNS = re.compile(rb"[\x80-\xff]{2,}")
_JUDGED_BY = 1_000_000  # bytes
_SINGLE = re.compile(rb"[\x80-\xff]")
# Text that a spreadsheet would take for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class UnreadableTable(Refusal):
    """A file that is no table, or too large a one. `why` is empty, no-rows, not-text, open-quotation-mark,
    not-a-workbook, xlsb, too-long (rows), too-wide (columns), too-large (bytes), unpacked-too-large, too-many-cells,
    too-much-text, too-much-work or line-too-long; hidden-sheets or unknown-sheet with `among`, the names of sheets; or
    no-such-row.
    """

    status, code = 422, "unreadable-table"


@dataclass(frozen=True, slots=True)
class SheetInfo:
    name: str
    rows: int  # with anything in them
    is_hidden: bool = False
    left_out: tuple[str, ...] = ()  # cells far from the list


class HiddenSheets(UnreadableTable):
    """All sheets with data are hidden, and none is named."""

    def __init__(self, read_as: str, sheets: tuple[SheetInfo, ...]) -> None:
        super().__init__(why="hidden-sheets", among=[sheet.name for sheet in sheets if sheet.rows])
        self.read_as, self.sheets = read_as, sheets


@dataclass(frozen=True, slots=True)
class TableRow:
    """`number` is the row as a spreadsheet counts it, headings being the first; `cells` are by heading."""

    number: int
    cells: dict[str, str]
    # Something is beyond the last heading.
    is_too_wide: bool = False
    # It ends before the last heading, as rows of text do that lost a cell.
    is_too_narrow: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`read_as` is the encoding, or the kind of workbook. Headings that come twice are numbered: "Name", "Name (2)".
    A column without a heading is called by its number: "#3".

    `sheet` and `heading_row` locate the table in the file, and `top` are the first filled rows of the sheet.
    """

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    read_as: str
    sheet: str = ""
    heading_row: int = 1
    sheets: tuple[SheetInfo, ...] = ()
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()


def _none(_cells: Sequence[str]) -> int:
    return 0


def read_table(
    content: bytes,
    *,
    sheet: str = "",
    heading_row: int | None = None,
    count_known: Callable[[Sequence[str]], int] = _none,
) -> Table:
    """The table in a file. Cells are not trimmed, empty rows are left out, and rows keep their numbers.

    Unless they are given, the sheet and the heading row are those in which `count_known` knows the most headings; if
    it knows none, the heading row is the first that has as many filled cells as the table below it. A hidden sheet is
    read only when it is named. Raises UnreadableTable.
    """
    if len(content) > LARGEST:
        raise UnreadableTable(why="too-large")
    if is_workbook(content):
        try:
            read_as, sheets = read_workbook(content)
        except UnreadableWorkbook as error:
            raise UnreadableTable(**error.details) from error
    else:
        text, read_as = decoded(content)
        sheets = [Sheet("", list(_within_limits(_records(text))))]
    if not any(other.rows for other in sheets):
        raise UnreadableTable(why="empty")
    shown = tuple(
        SheetInfo(sheet.name, len(sheet.rows), sheet.is_hidden, sheet.left_out) for sheet in sheets if sheet.name
    )
    if not sheet and all(other.is_hidden for other in sheets if other.rows):
        raise HiddenSheets(read_as, shown)
    chosen = _choose_sheet(sheets, sheet, count_known)
    at = _find_heading_row(chosen.rows, heading_row, count_known)
    return _table(chosen, at, read_as, shown)


def _choose_sheet(sheets: Sequence[Sheet], name: str, count_known: Callable[[Sequence[str]], int]) -> Sheet:
    if name:
        named = next((sheet for sheet in sheets if sheet.name == name), None)
        if named is None or not named.rows:
            raise UnreadableTable(why="unknown-sheet", among=[sheet.name for sheet in sheets if sheet.rows])
        return named
    visible = [sheet for sheet in sheets if sheet.rows and not sheet.is_hidden]
    return max(visible, key=lambda sheet: max(count_known(row) for _number, row in sheet.rows[:LOOKED_AT]))


def _find_heading_row(
    rows: Sequence[tuple[int, list[str]]], number: int | None, count_known: Callable[[Sequence[str]], int]
) -> int:
    """The index of the row with the headings: the one with the most known headings, then with the most cells.

    "电话：025-86630000" above the table is a detail of the sender, no heading.
    """
    if number is not None:
        at = next((at for at, (row_number, _row) in enumerate(rows) if row_number == number), None)
        if at is None:
            raise UnreadableTable(why="no-such-row")
        return at
    top = rows[:LOOKED_AT]
    headings = [[cell for cell in row if cell.strip() and not _DETAIL.search(cell)] for _number, row in top]
    known = [count_known(row) for row in headings]
    if max(known) > 0:
        return max(range(len(top)), key=lambda at: (known[at], len(headings[at]), -at))
    filled = [sum(bool(cell.strip()) for cell in row) for _number, row in top]
    usual = Counter(filled).most_common(1)[0][0]
    return next((at for at, count in enumerate(filled) if count * 2 > usual), 0)


def read_limited(path: Path) -> bytes:
    """Read a file of the console, up to the size limit. Raises UnreadableTable."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableTable(why="too-large")
    return content


def is_error(cell: str) -> bool:
    """Whether a cell holds what a spreadsheet shows for a formula that failed, as #N/A."""
    return ERROR.fullmatch(cell.strip()) is not None


def pasted(text: str) -> bytes:
    """Rows copied out of a spreadsheet, as the content of a file: between their cells stand tabs, whatever else is in
    them.
    """
    lead = "sep=\t\n" if "\t" in text else ""
    return (lead + text).encode("utf-8", "replace")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Write CSV with a BOM, without which spreadsheets misread Chinese, and with formulas escaped as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([cell if isinstance(cell, int) else neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """One sheet with a bold, fixed head. A number is one, and every text is text: nothing is ever reckoned."""
    import xlsxwriter  # late: few processes write workbooks

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                (sheet.write_number if isinstance(cell, int) else sheet.write_string)(number, column, cell)
    return out.getvalue()


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `bare` takes the mark off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _within_limits(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Filled records, up to the limits of a table."""
    filled = ((number, cells) for number, cells in records if any(cell.strip() for cell in cells))
    cells = 0
    for record in islice(filled, LONGEST + LOOKED_AT + 1):
        cells += len(record[1])
        if cells > MOST_CELLS:
            raise UnreadableTable(why="too-many-cells")
        yield record


def _table(sheet: Sheet, at: int, read_as: str, sheets: tuple[SheetInfo, ...]) -> Table:
    number, names = sheet.rows[at]
    body = sheet.rows[at + 1 :]
    if not body:
        raise UnreadableTable(why="no-rows")
    if len(body) > LONGEST or len(sheet.rows) > MOST_ROWS:
        raise UnreadableTable(why="too-long")
    while names and not names[-1].strip():
        names = names[:-1]
    if len(names) > WIDEST:
        raise UnreadableTable(why="too-wide")
    headings = _apart(_with_unnamed(names, body) if sheet.name else names)
    # Only CSV is written with marks; in a workbook a cell is text without any, and an apostrophe its own.
    unmark = str if sheet.name else bare
    rows = (
        TableRow(
            number,
            dict(zip(headings, map(unmark, [*cells, *[""] * (len(headings) - len(cells))]), strict=False)),
            any(cell.strip() for cell in cells[len(headings) :]),
            len(cells) < len(headings),
        )
        for number, cells in body
    )
    top = tuple((number, tuple(cells[:WIDEST])) for number, cells in sheet.rows[:LOOKED_AT])
    return Table(headings, tuple(rows), read_as, sheet.name, number, sheets, top)


def _with_unnamed(names: Sequence[str], body: Iterable[tuple[int, list[str]]]) -> list[str]:
    """With a blank heading for each further column, up to the last filled one of the first `WIDEST`.

    In a workbook a cell cannot shift, so a remark to the right of the table is a column of its own.
    """
    further = (at for _number, cells in body for at, cell in enumerate(cells[len(names) : WIDEST], 1) if cell.strip())
    return [*names, *[""] * max(further, default=0)]


def is_unnamed(heading: str) -> bool:
    """Whether the column has no heading of its own, so that it is called by its number."""
    return bool(_UNNAMED.fullmatch(heading))


def _apart(names: Sequence[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    apart = []
    for number, name in enumerate(names, start=1):
        heading = " ".join(name.split()) or f"#{number}"
        seen[heading] += 1
        apart.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(apart)


def decoded(content: bytes) -> tuple[str, str]:
    """By its mark, as UTF-8, else by what its bytes look most like: many programs in China write GB18030.

    A few bytes that are no characters spoil their cells (LOST), and not the file.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return _plain(content.decode("utf-8-sig", "replace")), "utf-8"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16"), "utf-16"
    text = content.decode("utf-8", "replace")
    return (_plain(text), "utf-8") if _is_readable(text) else _guess_encoding(content)


def _guess_encoding(content: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # late: most files are UTF-8

    best = from_bytes(content, cp_isolation=["gb18030", "big5", "cp1252"]).best()
    if best is None or best.encoding == "cp1252":
        # Bytes of Chinese come in pairs, those of accents alone.
        in_pairs = sum(map(len, _RUNS.findall(content))) * 4 > len(_SINGLE.findall(content)) * 3
        text = content.decode("gb18030", "replace")
        if in_pairs and _is_readable(text):
            return _plain(text), "gb18030"
    if best is None:
        raise UnreadableTable(why="not-text")
    return _strictly(content, best.encoding), best.encoding


def _is_readable(text: str) -> bool:
    """Whether what is beyond ASCII is mostly there."""
    lost = text.count(LOST)
    return lost == 0 or 2 * lost <= sum(not character.isascii() for character in text) - lost


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return _plain(content.decode(encoding))
    except UnicodeDecodeError:
        raise UnreadableTable(why="not-text") from None


def _plain(text: str) -> str:
    if "\x00" in text:
        raise UnreadableTable(why="not-text")
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = ""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:  # a hint for spreadsheet programs in the first line
        delimiter, text = text[4], text.partition("\n")[2]
    csv.field_size_limit(LARGEST_CELL)
    if any(len(line) > LARGEST_CELL for line in io.StringIO(text, newline="")):
        raise UnreadableTable(why="line-too-long")
    try:
        chosen = delimiter or max(DELIMITERS, key=lambda candidate: _agreement(text, candidate))
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True), start=1)
    except csv.Error as error:
        # Of a quotation mark that never ends, in which the rest of the file would vanish; or of a cell over many lines.
        why = "open-quotation-mark" if '"' in text else "line-too-long"
        raise UnreadableTable(why=why) from error


def _agreement(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first filled lines agree on a number of columns, and on how many, if this is the delimiter.
    Titles above the headings have one column.
    """
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    filled = (len(cells) for cells in lines if any(cell.strip(f" {DELIMITERS}") for cell in cells))
    counted = Counter(columns for columns in islice(filled, LOOKED_AT) if columns > 1)
    return max(((lines, columns) for columns, lines in counted.items()), default=(0, 0))
