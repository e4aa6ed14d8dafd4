"""Files as other programs write them, and what they come back as."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from forumapp.core.tables import LONGEST, UnreadableTable, bare, neutral, read_table, write_csv, write_xlsx

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
        pytest.param(b"x" * (12 * 1024 * 1024 + 1), "too-large", id="too many bytes"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        read_table(content)
    assert refusal.value.details == {"why": why}


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
    with pytest.raises(UnreadableTable) as refusal:
        read_table(out.getvalue())
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


@example([("'-Hooft", "'=1+1"), ("''@", "=1+1")])
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_what_was_written_is_read_again_to_the_character(written: list[tuple[str, str]]) -> None:
    for content in (write_csv(["a", "b"], written), write_xlsx(["a", "b"], written)):
        assert [tuple(row.cells.values()) for row in read_table(content).rows] == written
