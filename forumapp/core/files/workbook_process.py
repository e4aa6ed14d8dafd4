"""Reads a workbook from standard input and writes its sheets to standard output as JSON.

`workbooks.py` runs this file as a process of its own with limits of memory and time, because the libraries that read
workbooks allocate a whole sheet before any limit of ours applies. It imports nothing of the application.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import resource
import sys
import zipfile
from array import array
from datetime import datetime, time
from itertools import compress, count
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 4_500_000  # of all sheets, blank ones within them included
MOST_ROWS = 40_000  # of a sheet: of a longer one no more are given, and it is refused when it is chosen
MOST_CHARACTERS = 30_000_000  # of all cells, each counted wherever it is shown
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet of an XLSX
FAR_ROWS, FAR_COLUMNS = 1_000, 100  # blank ones beyond which a cell is far from the list
MOST_FAR = 1_000  # cells far from the list: more are a list of their own
MOST_ERRORS = 1_000_000  # error cells of an ODS, which repeats cells by a number
ERROR = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")  # as spreadsheets show them
_XLS = b"\xd0\xcf\x11\xe0"
_CHUNK = 1024 * 1024
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/?)>(?:(?!</?(?:\w+:)?c[\s>]).){0,200}?<(?:\w+:)?v>([^<]{0,40})", re.DOTALL)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_REPEATED = re.compile(rb"number-(rows|columns)-repeated=[\"'](\d{1,20})")
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
_ODS_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_START = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?<!/)>")
_WHOLE = re.compile(rb"<((?:\w+:)?c)\s[^>]*?(?<!/)>.*?</\1>", re.DOTALL)

Errors = dict[tuple[int, int], str]
Merged = list[tuple[tuple[int, int], tuple[int, int]]]  # the first and the last cell of each range
Block = tuple[int, int]  # the last row and column of a list, from 1


class Unreadable(Exception):
    def __init__(self, why: str, **details: str) -> None:
        self.details = {"why": why, **details}


def main(largest: int) -> None:
    content = sys.stdin.buffer.read()
    try:
        answer: dict[str, Any] = _read(content, largest)
    except Unreadable as error:
        answer = error.details
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def _read(content: bytes, largest: int) -> dict[str, Any]:
    import python_calamine

    errors: dict[str, Errors] = {}
    merged: dict[str, Merged] = {}
    far: dict[str, list[str]] = {}
    kind = "xls"
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(member.file_size for member in archive.infolist()) > largest:
                    raise Unreadable("unpacked-too-large")
                kind, errors, merged = _look_over(archive)
                content, far = _without_far_cells(content, archive)
        except (zipfile.BadZipFile, ET.ParseError, SAXException, KeyError, OSError, EOFError, ValueError) as error:
            raise Unreadable("not-a-workbook") from error
    elif content.startswith(_XLS):
        errors = _xls_errors(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        budget, characters, sheets = MOST_CELLS, MOST_CHARACTERS, []
        for about in book.sheets_metadata:
            if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            budget -= sheet.total_height * sheet.total_width
            if budget < 0:
                raise Unreadable("too-many-cells")
            hidden = about.visible is not python_calamine.SheetVisibleEnum.Visible
            rows = _rows(sheet, errors.get(about.name, {}), merged.get(about.name, []))[: MOST_ROWS + 1]
            characters -= sum(len(cell) for _number, row in rows for cell in row)
            if characters < 0:
                raise Unreadable("too-much-text")
            left_out = far.get(about.name, [])
            sheets.append({"name": about.name, "is_hidden": hidden, "rows": rows, "left_out": left_out})
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        too_large = kind == "ods" and _repeats_too_much(content)
        raise Unreadable("too-many-cells" if too_large else "not-a-workbook") from error
    return {"read_as": kind, "sheets": sheets}


def _repeats_too_much(content: bytes) -> bool:
    """Whether an ODS that the library refuses repeats rows and columns beyond what can be read."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        repeats = _REPEATED.findall(archive.read("content.xml"))
    most = {b"rows": 1, b"columns": 1}
    for kind, number in repeats:
        most[kind] = max(most[kind], int(number))
    return most[b"rows"] * most[b"columns"] > MOST_CELLS


def _xls_errors(content: bytes) -> dict[str, Errors]:
    """The error cells of an XLS by sheet, which the library gives as blanks; none where it cannot be read so."""
    import xlrd

    try:
        with xlrd.open_workbook(file_contents=content, logfile=io.StringIO()) as book:
            return {
                sheet.name: {
                    (row, column): xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
                    for row in range(sheet.nrows)
                    for column, kind in enumerate(sheet.row_types(row))
                    if kind == xlrd.XL_CELL_ERROR
                }
                for sheet in book.sheets()
            }
    except Exception:  # noqa: BLE001 (it raises any error for a broken file, and the other library decides)
        return {}


def _rows(sheet: Any, errors: Errors, merged: Merged) -> list[tuple[int, list[str]]]:
    """Filled rows with their numbers from 1. A merged cell gives its value to each row that it covers."""
    cells = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), error in errors.items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = error
    for (top, left), (bottom, _right) in [*(sheet.merged_cell_ranges or ()), *merged]:
        if top < len(cells) and left < len(cells[top]) and cells[top][left]:
            for covered in cells[top + 1 : bottom + 1]:
                covered[left] = covered[left] or cells[top][left]
    return [(number, row) for number, row in enumerate(cells, start=1) if any(cell.strip() for cell in row)]


def _text(cell: object) -> str:
    """As a person reads it in the sheet: 3.0 is 3, a day has no time of midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell)


def _look_over(archive: zipfile.ZipFile) -> tuple[str, dict[str, Errors], dict[str, Merged]]:
    """The kind of workbook, and by sheet the cells the library does not report: errors, and merged ones of an ODS.

    Refuses an XLSB: the library gives its error cells as blanks and does not say which cells are merged.
    """
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        kind = "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
        return kind, {name: _errors_in(archive, path) for name, path in _xlsx_sheets(archive).items()}, {}
    if "xl/workbook.bin" in map(str.lower, names):
        raise Unreadable("xlsb")
    if "content.xml" in names:
        return "ods", *_look_over_ods(archive)
    return "xlsx", {}, {}


def _xlsx_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The path of each sheet in the archive, by the sheet's name."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        return {}
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("xl", one.get("Target", ""))).lstrip("/")
        for one in ET.fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))  # noqa: S314 (without declarations)
    }
    found: dict[str, str] = {}
    for one in ET.fromstring(_small(archive, "xl/workbook.xml")).iter():  # noqa: S314 (without declarations)
        if one.tag.rpartition("}")[2] == "sheet":
            path = targets.get(one.get(f"{{{_OFFICE}}}id"), "")
            path = path.removeprefix("xl/") if path not in names and path.startswith("xl/xl/") else path
            if path in names:
                found[one.get("name", "")] = path
    return found


def _without_far_cells(content: bytes, archive: zipfile.ZipFile) -> tuple[bytes, dict[str, list[str]]]:
    """The workbook without the filled cells that are far from the list of their sheet, and these cells by sheet.

    Refuses a sheet if its other cells span more than can be read, before anything is allocated for it.
    """
    sheets = _xlsx_sheets(archive)
    blocks = {name: _block_of(archive, path) for name, path in sheets.items()}
    cut = {sheets[name]: block for name, block in blocks.items() if block}
    if not cut:
        return content, {}
    far: dict[str, list[str]] = {path: [] for path in cut}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for name in dict.fromkeys(archive.namelist()):
            with archive.open(name) as source, copy.open(name, "w", force_zip64=True) as target:
                pieces = _without_cells(source, cut[name], far[name]) if name in cut else _chunks(source)
                for piece in pieces:
                    target.write(piece)
    return out.getvalue(), {name: far[path] for name, path in sheets.items() if path in cut}


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet in pieces that end behind a cell or a row."""
    rest = b""
    for chunk in _chunks(file):
        text = rest + chunk
        cut = max(text.rfind(end) + len(end) if end in text else 0 for end in (b"</row>", b"</c>", b":c>"))
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _filled_cells(text: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The row and the column from 1 of each filled cell, and the text from where the cell starts."""
    for match in _START.finditer(text):
        start = text[match.start() : match.start() + 400]
        place = _REFERENCE.search(start)
        if place is not None and _FILLED.search(start):
            yield int(place[2]), _column(place[1]), start


def _block_of(archive: zipfile.ZipFile, path: str) -> Block | None:
    """Where the list of a sheet ends, if filled cells are far beyond it."""
    rows, columns = array("H", bytes(2 * (LAST_ROW + 1))), array("H", bytes(2 * (LAST_COLUMN + 1)))
    with archive.open(path) as file:
        for text in _pieces(file):
            for row, column, _start in _filled_cells(text):
                for counted, at in ((rows, min(row, LAST_ROW)), (columns, min(column, LAST_COLUMN))):
                    counted[at] = min(counted[at] + 1, 65_535)
    (row, is_row), (column, is_column) = _end_of(rows, FAR_ROWS), _end_of(columns, FAR_COLUMNS)
    if row * column > MOST_CELLS:
        raise Unreadable("too-many-cells")
    return (row, column) if is_row or is_column else None


def _end_of(counted: array[int], gap: int) -> tuple[int, bool]:
    """The last row or column of a list, and whether anything is beyond it. `counted` are the filled cells of each."""
    total, before, last = sum(counted), 0, 0
    for at in compress(count(), counted):
        if last and at - last > gap and total - before <= min(MOST_FAR, before):
            return last, True
        before, last = before + counted[at], at
    return last, False


def _without_cells(file: IO[bytes], block: Block, far: list[str]) -> Iterator[bytes]:
    """The text of a sheet without the filled cells outside of its `block`, which are added to `far`."""

    def kept(cell: re.Match[bytes]) -> bytes:
        for row, column, start in _filled_cells(cell[0]):
            if row > block[0] or column > block[1]:
                place = _REFERENCE.search(start)
                far.append((place[1] + place[2]).decode() if place else "")
                return b""
        return cell[0]

    for text in _pieces(file):
        yield _WHOLE.sub(kept, text)


def _look_over_ods(archive: zipfile.ZipFile) -> tuple[dict[str, Errors], dict[str, Merged]]:
    from defusedxml.sax import parse

    reader = _OdsReader()
    with archive.open("content.xml") as file:
        parse(file, reader, forbid_dtd=True)
    return reader.errors, reader.merged


class _OdsReader(ContentHandler):
    """Finds the error cells and the merged cells of each sheet of an ODS."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[str, Errors] = {}
        self.merged: dict[str, Merged] = {}
        self._sheet = ""
        self._row, self._rows, self._column = 0, 1, 0
        self._cell: Any = {}
        self._text: list[str] = []
        self._budget = MOST_ERRORS

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (SAX's name)
        if name in _ODS_CELLS:
            self._cell, self._text = attrs, []
        elif name == "table:table-row":
            self._rows, self._column = _times(attrs, "table:number-rows-repeated"), 0
        elif name == "table:table":
            self._sheet, self._row = attrs.get("table:name", ""), 0

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 (SAX's name)
        if name in _ODS_CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._row += self._rows
        elif name == "office:annotation":  # comes before the text of its cell
            self._text.clear()

    def _end_cell(self) -> None:
        columns = _times(self._cell, "table:number-columns-repeated")
        is_error = self._cell.get("calcext:value-type") == "error"
        if is_error or "table:formula" in self._cell:
            shown = "".join(self._text).strip()
            if ERROR.fullmatch(shown):
                self._add_error(columns, shown)
            elif is_error:  # LibreOffice writes errors in the language of its user
                self._add_error(columns, "#N/A")
        if (covered := _times(self._cell, "table:number-rows-spanned")) > 1:
            last = self._row + covered - 1, self._column
            self.merged.setdefault(self._sheet, []).append(((self._row, self._column), last))
        self._column += columns

    def _add_error(self, columns: int, error: str) -> None:
        self._budget -= self._rows * columns
        if self._budget < 0:
            raise Unreadable("too-many-cells")
        errors = self.errors.setdefault(self._sheet, {})
        for row in range(self._row, self._row + self._rows):
            errors |= {(row, column): error for column in range(self._column, self._column + columns)}


def _times(attributes: Any, name: str) -> int:
    return max(int(attributes[name]), 1) if name in attributes else 1


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """Parts that list sheets; one that is large or declares entities is no workbook of an office."""
    content = archive.read(name) if archive.getinfo(name).file_size <= _CHUNK else b""
    if not content or b"<!" in content.replace(b"<!--", b""):
        raise Unreadable("not-a-workbook")
    return content


def _errors_in(archive: zipfile.ZipFile, path: str) -> Errors:
    errors: Errors = {}
    with archive.open(path) as file:
        for text in _pieces(file):
            for row, column, start in _filled_cells(text):
                if (filled := _CELL.match(start)) and _IS_ERROR.search(filled[1]):
                    errors[row - 1, column - 1] = filled[3].decode("ascii", "replace")
    return errors


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _limit(megabytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(int(sys.argv[2]), int(sys.argv[3]))
    main(int(sys.argv[1]))
