"""Files as other programs write them, and what they come back as."""

from __future__ import annotations

import io
import resource
import struct
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forumapp.core.files.spreadsheets import (
    LONGEST,
    WIDEST,
    UnreadableTable,
    bare,
    neutral,
    read_limited,
    read_table,
    write_csv,
    write_xlsx,
)
from forumapp.core.files.workbooks import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NAMES = "姓名,Name\n刘春,LIU Chun\n"


def rows_of(content):
    return [(row.number, tuple(row.cells.values())) for row in read_table(content).rows]


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        pytest.param(NAMES.encode(), "utf-8", id="utf-8"),
        pytest.param(NAMES.encode("utf-8-sig"), "utf-8", id="utf-8 with a BOM"),
        pytest.param(NAMES.encode("utf-16"), "utf-16", id="utf-16, as spreadsheets call Unicode text"),
        pytest.param((NAMES + "方伟,FANG Wei\n" * 5).encode("gb18030"), "gb18030", id="gb18030, as in China"),
    ],
)
def test_the_same_names_in_whatever_encoding(content: bytes, read_as: str) -> None:
    table = read_table(content)
    assert table.headings == ("姓名", "Name")
    assert table.rows[0].cells == {"姓名": "刘春", "Name": "LIU Chun"}
    assert table.read_as == read_as


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a,b\n1,2\n", id="commas"),
        pytest.param("a;b\n1;2\n", id="semicolons, where commas stand in numbers"),
        pytest.param("a\tb\n1\t2\n", id="tabs"),
        pytest.param("sep=;\na;b\n1;2\n", id="told in a first line"),
        pytest.param("a,b\r\n1,2\r\n", id="lines end as on Windows"),
        pytest.param("Title, with a comma\na;b\n1;2\n", id="semicolons below a title"),
        pytest.param('"a","b"\n"1","2"', id="all quoted, no line end at the end"),
    ],
)
def test_the_same_cells_by_whatever_delimiter(text: str) -> None:
    assert [tuple(row.cells.items()) for row in read_table(text.encode()).rows] == [(("a", "1"), ("b", "2"))]


def test_cells_are_kept_to_the_character() -> None:
    text = 'name,title\n"Hon Andrew LEUNG  Kwan-yuen","Dean\nPresident, ""X"""\n 𠮷野 ,x\n'
    assert rows_of(text.encode()) == [
        (2, ("Hon Andrew LEUNG  Kwan-yuen", 'Dean\nPresident, "X"')),
        (3, (" 𠮷野 ", "x")),
    ]


def test_headings_that_come_twice_or_are_missing_are_told_apart() -> None:
    assert read_table(b"Name,Name,,Email \n1,2,3,4\n").headings == ("Name", "Name (2)", "#3", "Email")


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    assert [row.number for row in read_table(b"\na,b\n\n1,2\n,\n3,4\n").rows] == [4, 6]


def test_short_rows_are_filled_up_and_long_ones_are_told() -> None:
    rows = read_table(b"a,b\n1\n1,2,3\n1,2,\n").rows
    assert [(tuple(row.cells.values()), row.is_too_wide) for row in rows] == [
        (("1", ""), False),
        (("1", "2"), True),
        (("1", "2"), False),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \n,,\n", "empty", id="blanks"),
        pytest.param(b"a,b\n", "no-rows", id="headings alone"),
        pytest.param(b"a,b\n1,\x00\n", "not-text", id="NUL"),
        pytest.param(b"\xff\xfe\x00", "not-text", id="half of a UTF-16 character"),
        pytest.param(b'a,b\n"1,2\n3,4\n', "open-quotation-mark", id="a quotation mark that never ends"),
        pytest.param(b"PK\x03\x04 and then nothing", "not-a-workbook", id="an archive cut off"),
        pytest.param(b"a\n" + b"1\n" * (LONGEST + 1), "too-long", id="too many rows"),
        pytest.param(b",".join([b"a"] * 201) + b"\n1\n", "too-wide", id="too many columns"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read_table(content)
    assert refusal.value.details == {"why": why}


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(201):  # not all at once: the memory would stay with the process of the tests
            sheet.write(b"0" * (1024 * 1024))
    with pytest.raises(UnreadableTable) as refusal:
        read_table(out.getvalue())
    assert refusal.value.details == {"why": "unpacked-too-large"}


SHEET = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{}</sheetData>{}</worksheet>"
STRINGS = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>{}</sst>"
ODS = (
    "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
    "xmlns:calcext='urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0' "
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:spreadsheet>"
    "<table:table table:name='a'>{}</table:table></office:spreadsheet></office:body></office:document-content>"
)
CELL = "<table:table-cell office:value-type='string'{}><text:p>x</text:p></table:table-cell>"


def xlsx(sheet: str, strings: str = "") -> bytes:
    """A workbook whose only sheet is this one, in a file that packs well."""
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write(0, 0, "x")
    with zipfile.ZipFile(plain) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    parts["xl/sharedStrings.xml"] = (strings or STRINGS.format("<si><t>x</t></si>")).encode()
    return packed(parts)


def ods(rows: str) -> bytes:
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{mimetype.decode()}'/></manifest:manifest>"
    )
    parts = {"mimetype": mimetype, "META-INF/manifest.xml": manifest.encode()}
    return packed({**parts, "content.xml": ODS.format(rows).encode()})


def xls(cells: dict[tuple[int, int], str]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    for (row, column), text in cells.items():
        sheet.write(row, column, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_dimensions(content: bytes, *, rows: int, columns: int) -> bytes:
    """An XLS whose only sheet claims these dimensions, whatever cells it has."""
    at = content.index(b"\x00\x02\x0e\x00") + 4  # the record DIMENSIONS, of 14 bytes
    return content[:at] + struct.pack("<IIHH", 0, rows, 0, columns) + content[at + 12 :]


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def shared_strings() -> bytes:
    """Cells that each show the same long text."""
    row = "".join(f"<c r='{column}{{0}}' t='s'><v>0</v></c>" for column in "ABCDEFGHIJ")
    rows = "".join(f"<row r='{n}'>{row.format(n)}</row>" for n in range(1, 301))
    return xlsx(SHEET.format(rows, ""), STRINGS.format(f"<si><t>{'x' * 30_000}</t></si>"))


def merged_text() -> bytes:
    """A long text in a merged cell that covers many rows."""
    rows = f"<row r='1'><c r='A1' t='inlineStr'><is><t>{'x' * 30_000}</t></is></c></row><row r='1001'><c r='A1001'><v>1</v></c></row>"
    return xlsx(SHEET.format(rows, "<mergeCells count='1'><mergeCell ref='A1:A18999'/></mergeCells>"))


def nested_sheet() -> bytes:
    return xlsx(SHEET.format("<row r='1'><c r='A1'><v>1</v></c></row>" + "<x>" * 2_000_000, ""))


TOO_MUCH = {"too-many-cells", "too-much-work", "too-much-text", "unpacked-too-large"}


def test_an_xls_that_claims_the_largest_dimensions_is_read() -> None:
    content = with_dimensions(xls({(0, 0): "Name", (1, 0): "Liu"}), rows=65_536, columns=256)
    assert [row.cells for row in read_table(content).rows] == [{"Name": "Liu"}]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(shared_strings, {"too-much-text"}, id="shared strings"),
        pytest.param(merged_text, {"too-much-text"}, id="a merged cell"),
        pytest.param(nested_sheet, {"no-rows"}, id="nested XML"),
        pytest.param(
            lambda: ods(
                "<table:table-row>" + CELL.format(" table:number-columns-repeated='2000000000'") + "</table:table-row>"
            ),
            {"no-rows", *TOO_MUCH},
            id="repeated columns",
        ),
        pytest.param(
            lambda: ods(
                f"<table:table-row table:number-rows-repeated='2000000000'>{CELL.format('')}</table:table-row>"
            ),
            {"too-long"},
            id="repeated rows",
        ),
        pytest.param(
            lambda: ods(
                "<table:table-row table:number-rows-repeated='1000000'>"
                + CELL.format(" table:number-columns-repeated='16384'")
                + "</table:table-row>"
            ),
            {"too-many-cells"},
            id="repeated rows and columns",
        ),
        pytest.param(
            lambda: ods(
                "<table:table-row table:number-rows-repeated='1000000'>"
                + CELL.format(" table:number-columns-repeated='16384' calcext:value-type='error'")
                + "</table:table-row>"
            ),
            {"too-many-cells"},
            id="repeated errors",
        ),
        pytest.param(lambda: xls({(0, 0): "Name", (65_535, 255): "x"}), TOO_MUCH, id="XLS with a cell far away"),
        pytest.param(
            lambda: with_dimensions(xls({(0, 0): "Name", (1, 0): "Liu"}), rows=2**32 - 1, columns=65_535),
            TOO_MUCH,
            id="XLS with forged dimensions",
        ),
    ],
)
def test_a_file_that_unfolds_without_end_is_refused_within_limits(make: Callable[[], bytes], why: set[str]) -> None:
    content = make()
    assert len(content) < 1_000_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableTable) as refusal:
            read_table(content)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refusal.value.details["why"] in why
    assert used.ru_utime - before.ru_utime <= SECONDS + 2


@pytest.mark.parametrize(
    ("start", "part", "times", "end", "why"),
    [
        pytest.param(b"", b"x", 12 * 1024 * 1024 + 1, b"", "too-large", id="too many bytes"),
        pytest.param(b"a,b\n", b"x", 1_100_000, b",1\n", "line-too-long", id="one endless cell"),
        pytest.param(b"a,b\n", b",", 1_100_000, b"\n", "line-too-long", id="a line of blank cells"),
        pytest.param(b"", b"1" + b"," * 500 + b"\n", 10_000, b"", "too-many-cells", id="many wide lines"),
    ],
)
def test_text_without_end_is_refused(start: bytes, part: bytes, times: int, end: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read_table(start + part * times + end)
    assert refusal.value.details == {"why": why}


def test_of_a_file_on_the_console_no_more_is_taken_than_can_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(5 * 1024**3)
    with pytest.raises(UnreadableTable) as refusal:
        read_limited(large)
    assert refusal.value.details == {"why": "too-large"}


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", b"hello")
    with pytest.raises(UnreadableTable) as refusal:
        read_table(out.getvalue())
    assert refusal.value.details == {"why": "not-a-workbook"}


def test_the_first_filled_sheet_of_a_workbook_as_it_is_read_on_the_screen() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("people")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, heading in enumerate(("姓名", "places", "share", "day", "at", "vip")):
            sheet.write(1, column, heading)
        sheet.write(3, 0, "刘春")
        sheet.write(3, 1, 3)
        sheet.write(3, 2, 0.5)
        sheet.write_datetime(3, 3, datetime.combine(date(2023, 5, 22), datetime.min.time()), day)
        sheet.write_datetime(3, 4, datetime(2023, 5, 22, 9, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write(3, 5, True)
    assert rows_of(out.getvalue()) == [(4, ("刘春", "3", "0.5", "2023-05-22", "2023-05-22 09:30:00", "TRUE"))]


@pytest.mark.parametrize("formula", ["=1+1", "+86 10", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1"])
def test_what_a_spreadsheet_would_reckon_is_written_as_text_and_comes_back(formula: str) -> None:
    assert neutral(formula).startswith("'")
    assert bare(neutral(formula)) == formula
    assert b"\r\n'" in write_csv(["a"], [[formula]]) or b"\r\n\"'" in write_csv(["a"], [[formula]])


cells = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=20)  # each starts two processes
@example([("'-Hooft", "'=1+1"), ("''@", "=1+1")])
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_what_was_written_is_read_again_to_the_character(written: list[tuple[str, str]]) -> None:
    for content in (write_csv(["a", "b"], written), write_xlsx(["a", "b"], written)):
        assert [tuple(row.cells.values()) for row in read_table(content).rows] == written


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        fill(book)
    return out.getvalue()


def test_cells_far_from_the_list_are_left_out_and_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Email"])
        sheet.write_row(1, 0, ["LI Ming", "li@example.org"])
        sheet.write(1, 16_383, "x")
        sheet.write(1_048_575, 16_383, "x")

    content = workbook(fill)
    assert len(content) < 6_000
    table = read_table(content)
    assert [(row.cells, row.is_too_wide) for row in table.rows] == [
        ({"Name": "LI Ming", "Email": "li@example.org"}, False)
    ]
    assert table.sheets[0].left_out == ("XFD2", "XFD1048576")


def test_far_cells_and_error_cells_are_seen_within_either_quotes() -> None:
    row = "<row r='{0}'><c r='A{0}' t='inlineStr'><is><t>{1}</t></is></c>{2}</row>"
    error, stray = "<c r='B2' t='e'><v>#N/A</v></c>", "<c r='XFD1048576' t='inlineStr'><is><t>x</t></is></c>"
    rows = row.format(1, "Name", "<c r='B1' t='inlineStr'><is><t>Email</t></is></c>") + row.format(2, "LI Ming", error)
    table = read_table(xlsx(SHEET.format(f"{rows}<row r='1048576'>{stray}</row>", "")))
    assert [row.cells for row in table.rows] == [{"Name": "LI Ming", "Email": "#N/A"}]
    assert table.sheets[0].left_out == ("XFD1048576",)


def test_people_behind_blank_rows_are_no_cells_far_from_the_list() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Name", *(f"LI Ming {number}" for number in range(5))])
        sheet.write_column(5_000, 0, [f"WU Gang {number}" for number in range(9)])

    table = read_table(workbook(fill))
    assert (len(table.rows), table.sheets[0].left_out) == (14, ())


def test_two_lists_that_span_more_than_can_be_read_are_refused() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Name", "LI Ming"])
        sheet.write_column(300_000, 50, ["Name", "WU Gang", "YU Na"])

    with pytest.raises(UnreadableTable) as refusal:
        read_table(workbook(fill))
    assert refusal.value.details == {"why": "too-many-cells"}


def test_a_file_of_line_ends_alone_is_read_lazily() -> None:
    tracemalloc.start()
    table = read_table(b"a,b\n1,2\n" + b"\n" * 200_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table.rows) == 1
    assert peak < 6_000_000  # 13.6 MB where all lines are read first


def test_merged_cells_give_their_value_to_each_row_and_error_cells_keep_theirs() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["分团", "Name", "Email"])
        sheet.merge_range(1, 0, 2, 0, "经贸分团")
        sheet.write(1, 1, "LI Ming")
        sheet.write(2, 1, "WU Gang")
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")

    assert rows_of(workbook(fill)) == [(2, ("经贸分团", "LI Ming", "")), (3, ("经贸分团", "WU Gang", "#N/A"))]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_cell_to_the_right_of_a_workbook_is_in_a_column_without_heading(kind: str) -> None:
    cells = {(0, 0): "Name", (0, 1): "Email", (1, 0): "LI Ming", (2, 0): "WU Gang", (2, 4): "ask again"}

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for (row, column), text in cells.items():
            sheet.write(row, column, text)

    table = read_table(xls(cells) if kind == "xls" else workbook(fill))
    assert table.headings == ("Name", "Email", "#3", "#4", "#5")
    assert [(tuple(row.cells.values()), row.is_too_wide) for row in table.rows] == [
        (("LI Ming", "", "", "", ""), False),
        (("WU Gang", "", "", "", "ask again"), False),
    ]


def test_a_cell_beyond_the_widest_table_is_reported() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Name", "LI Ming", "WU Gang"])
        sheet.write_row(2, WIDEST // 2, ["x", *[""] * (WIDEST // 2 - 1), "x"])

    table = read_table(workbook(fill))
    assert [row.is_too_wide for row in table.rows] == [False, True]


def ods_row(*cells: tuple[str, str], repeated: int = 1) -> str:
    """A row of cells, each with its attributes and its text; a covered cell has the text "(covered)"."""
    made = [
        "<table:covered-table-cell/>"
        if text == "(covered)"
        else f"<table:table-cell office:value-type='string' {attributes}><text:p>{text}</text:p></table:table-cell>"
        for attributes, text in cells
    ]
    return f"<table:table-row table:number-rows-repeated='{repeated}'>{''.join(made)}</table:table-row>"


# As LibreOffice writes the result of a formula that failed; as OpenOffice does.
ODS_ERROR = "table:formula='of:=NA()' office:string-value='' calcext:value-type='error'"
OLD_ODS_ERROR = "table:formula='of:=1/0' office:value='0'"
PEOPLE_ODS = "".join([
    ods_row(("", "Group"), ("", "Name"), ("", "Phone"), ("", "Email")),
    ods_row((ODS_ERROR, "#N/A"), ("", "LI Ming"), (f"{ODS_ERROR} table:number-columns-repeated='2'", "#值!"), repeated=2),
    ods_row(("", "A"), (OLD_ODS_ERROR, "Err:502"), ("", "1"), (ODS_ERROR, "#N/A")),
    "<table:table-row><table:table-cell/></table:table-row>",
    ods_row(("table:number-columns-spanned='1' table:number-rows-spanned='3'", "Trade"), ("", "WU Gang"), ("", "2")),
    ods_row(("", "(covered)"), ("table:number-rows-spanned='2'", "HE Li"), ("", "3")),
    ods_row(("", "(covered)"), ("", "(covered)"), ("", "4")),
    ods_row(("", "After"), ("", "FANG Wei"), ("", "Err:502")),
])  # fmt: skip


def test_merged_cells_of_an_ods_give_their_value_to_each_row_and_error_cells_keep_theirs() -> None:
    assert rows_of(ods(PEOPLE_ODS)) == [
        (2, ("#N/A", "LI Ming", "#N/A", "#N/A")),
        (3, ("#N/A", "LI Ming", "#N/A", "#N/A")),
        (4, ("A", "Err:502", "1", "#N/A")),
        (6, ("Trade", "WU Gang", "2", "")),
        (7, ("Trade", "HE Li", "3", "")),
        (8, ("Trade", "HE Li", "4", "")),
        (9, ("After", "FANG Wei", "Err:502", "")),
    ]


def test_the_error_of_an_ods_is_read_below_a_comment() -> None:
    cell = "<table:table-cell table:formula='of:=1/0' office:value-type='float' office:value='0'>"
    cell += "<office:annotation><text:p>why?</text:p></office:annotation><text:p>#DIV/0!</text:p></table:table-cell>"
    content = ods(ods_row(("", "Name"), ("", "Phone")) + f"<table:table-row>{CELL.format('')}{cell}</table:table-row>")
    assert rows_of(content) == [(2, ("x", "#DIV/0!"))]


def test_an_ods_with_declarations_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(ods(PEOPLE_ODS))) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts["content.xml"] = b"<!DOCTYPE a [<!ENTITY b 'x'>]>" + parts["content.xml"]
    with pytest.raises(UnreadableTable) as refusal:
        read_table(packed(parts))
    assert refusal.value.details == {"why": "not-a-workbook"}


def test_an_xlsb_is_refused_by_name() -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read_table(packed({"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": b""}))
    assert refusal.value.details == {"why": "xlsb"}


def test_the_heading_row_is_found_below_titles_and_can_be_chosen() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, 3, "代表团名单")
        sheet.write_row(1, 0, ["填表单位：", "商会"])
        sheet.write_row(2, 0, ["序号", "姓名", "Name", "手机"])
        sheet.write_row(3, 0, [1, "李明", "LI Ming", "+86 10 1"])
        sheet.write_row(4, 0, [2, "吴刚", "WU Gang", "+86 10 2"])

    content = workbook(fill)
    table = read_table(content, count_known=lambda cells: len({"姓名", "Name"} & set(cells)))
    assert (table.sheet, table.heading_row, table.headings) == ("名单", 3, ("序号", "姓名", "Name", "手机"))
    assert [row.number for row in table.rows] == [4, 5]
    assert read_table(content, heading_row=4).headings == ("1", "李明", "LI Ming", "+86 10 1")


@pytest.mark.parametrize(
    "details",
    [
        "填表单位：商会,联系人：王芳,电话：025-86630000,邮箱：office@example.org",
        "Company: Bay,Name: Bob,Email: bob@example.org,Phone: 1",
        "姓名,,,",
    ],
)
def test_details_of_the_sender_are_no_headings(details: str) -> None:
    known = frozenset({"姓名", "手机", "电话", "邮箱", "name", "email", "phone"})

    def count_known(cells: Sequence[str]) -> int:
        return sum(any(word in cell.lower() for word in known) for cell in cells)

    content = f"代表团名单,,,\n{details}\n序号,姓名,职务,单位\n1,李明,会长,商会\n".encode()
    assert read_table(content, count_known=count_known).heading_row == 3


def test_a_hidden_sheet_is_read_only_when_it_is_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden = book.add_worksheet("old")
        hidden.write_column(0, 0, ["Name", "A"])
        shown = book.add_worksheet("new")
        shown.write_column(0, 0, ["Name", "B"])
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()

    content = workbook(fill)
    table = read_table(content)
    assert (table.sheet, [(one.name, one.is_hidden) for one in table.sheets]) == (
        "new",
        [("old", True), ("new", False)],
    )
    assert read_table(content, sheet="old").rows[0].cells == {"Name": "A"}
    with pytest.raises(UnreadableTable) as refusal:
        read_table(content, sheet="none")
    assert refusal.value.details == {"why": "unknown-sheet", "among": ["old", "new"]}
