"""Tables that people bring and take: CSV and XLSX, as the programs of this world write them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from forumapp.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 20_000  # rows
WIDEST = 200  # columns
LARGEST = 12 * 1024 * 1024  # bytes of a file
LARGEST_CELL = 1_000_000  # characters
LARGEST_UNPACKED = 200 * 1024 * 1024  # bytes of a workbook, which is a packed archive
DELIMITERS = ",;\t"
_ZIP = b"PK\x03\x04"
# What stands where bytes are no character; whoever reads a cell that holds it has to say so.
LOST = "\ufffd"
_RUNS = re.compile(rb"[\x80-\xff]{2,}")
_SINGLE = re.compile(rb"[\x80-\xff]")
# What a spreadsheet would take for a formula.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class UnreadableTable(Refusal):
    """A file that is no table, or too large a one. `why` is empty, no-rows, not-text, open-quotation-mark,
    not-a-workbook, too-long, too-wide or too-large.
    """

    status, code = 422, "unreadable-table"


@dataclass(frozen=True, slots=True)
class TableRow:
    """`number` is the row as a spreadsheet counts it, headings being the first; `cells` are by heading."""

    number: int
    cells: dict[str, str]
    # Something stands beyond the last heading.
    is_too_wide: bool = False
    # It ends before the last heading, as rows of text do that lost a cell.
    is_too_narrow: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`read_as` is the encoding, or xlsx. A heading that comes again is told apart: "Name", "Name (2)"."""

    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]
    read_as: str


def read_table(content: bytes) -> Table:
    """The table in a file, its first filled row being the headings. Cells are kept to the character.

    Empty rows are left out, and the others keep their numbers. Raises UnreadableTable.
    """
    if len(content) > LARGEST:
        raise UnreadableTable(why="too-large")
    if content.startswith(_ZIP):
        return _table(_sheet(content), "xlsx")
    text, encoding = decoded(content)
    return _table(_records(text), encoding)


def pasted(text: str) -> bytes:
    """Rows copied out of a spreadsheet, as the content of a file: between their cells stand tabs, whatever else is in
    them.
    """
    lead = "sep=\t\n" if "\t" in text else ""
    return (lead + text).encode("utf-8", "replace")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """With a BOM, without which spreadsheets misread Chinese, and with what they would take for formulas made text."""
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


def _table(records: Iterable[tuple[int, list[str]]], read_as: str) -> Table:
    filled = [(number, cells) for number, cells in records if any(cell.strip() for cell in cells)]
    if not filled:
        raise UnreadableTable(why="empty")
    head, *body = filled
    if not body:
        raise UnreadableTable(why="no-rows")
    if len(body) > LONGEST:
        raise UnreadableTable(why="too-long")
    names = head[1]
    while names and not names[-1].strip():
        names = names[:-1]
    if len(names) > WIDEST:
        raise UnreadableTable(why="too-wide")
    headings = _apart(names)
    # Only CSV is written with marks; in a workbook a cell is text without any, and an apostrophe its own.
    said = str if read_as == "xlsx" else bare
    rows = (
        TableRow(
            number,
            dict(zip(headings, map(said, [*cells, *[""] * (len(headings) - len(cells))]), strict=False)),
            any(cell.strip() for cell in cells[len(headings) :]),
            len(cells) < len(headings),
        )
        for number, cells in body
    )
    return Table(headings, tuple(rows), read_as)


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
    return (_plain(text), "utf-8") if _is_readable(text) else _guessed(content)


def _guessed(content: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # late: most files are UTF-8

    best = from_bytes(content, cp_isolation=["gb18030", "big5", "cp1252"]).best()
    if best is None or best.encoding == "cp1252":
        # Bytes of Chinese stand in pairs, those of accents alone.
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


def _records(text: str) -> list[tuple[int, list[str]]]:
    delimiter = ""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:  # how some spreadsheets are told, in a first line
        delimiter, text = text[4], text.partition("\n")[2]
    csv.field_size_limit(LARGEST_CELL)
    try:
        chosen = delimiter or max(DELIMITERS, key=lambda one: _columns(text, one))
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True), start=1))
    except csv.Error as error:
        # Of a quotation mark that never ends, in which the rest of the file would vanish; or of a boundless cell.
        why = "open-quotation-mark" if '"' in text else "not-text"
        raise UnreadableTable(why=why) from error


def _columns(text: str, delimiter: str) -> int:
    """How many columns the first filled line has, were this the delimiter."""
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if any(cell.strip(f" {DELIMITERS}") for cell in cells):
            return len(cells)
    return 0


def _sheet(content: bytes) -> list[tuple[int, list[str]]]:
    """The first sheet of a workbook that has anything in it."""
    import python_calamine  # late: few processes read workbooks

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTable(why="too-large")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(any(cell != "" for cell in row) for row in rows):
                return [(number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
    except (zipfile.BadZipFile, python_calamine.CalamineError) as error:
        raise UnreadableTable(why="not-a-workbook") from error
    raise UnreadableTable(why="empty")


def _text(cell: object) -> str:
    """As a person reads it in the sheet: 3.0 is 3, a day has no time of midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell)
