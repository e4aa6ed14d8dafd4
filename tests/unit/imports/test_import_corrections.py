"""Corrections of single cells, and what of an import is to be reviewed."""

from __future__ import annotations

import pytest

from forumapp.core.files.spreadsheets import TableRow
from forumapp.domain.importing.corrections import (
    MOST_CELLS,
    cell_faults,
    corrected,
    with_words_replaced,
    without_unchanged,
)
from forumapp.domain.importing.review import column_letter, problems, review_counts, to_review, unknown_parts
from forumapp.domain.people.imports.services import Line, State
from forumapp.domain.people.spreadsheets.rows import Draft, RowFault

ROWS = [TableRow(4, {"Name": "Li", "Diet": "fish"}), TableRow(7, {"Name": "Wu", "Diet": ""})]


def line(number: int, state: State, faults: tuple[RowFault, ...] = (), notices: tuple[RowFault, ...] = ()) -> Line:
    return Line(number, state, "Li", Draft(number, {}), faults, None, notices)


def test_a_corrected_cell_replaces_that_of_the_file() -> None:
    read = corrected(ROWS, {"4": {"Diet": "halal"}, "7": {"Name": ""}})
    assert [row.cells for row in read] == [{"Name": "Li", "Diet": "halal"}, {"Name": "", "Diet": ""}]
    assert [row.number for row in read] == [4, 7]


@pytest.mark.parametrize(
    ("before", "meant", "after"),
    [
        ({}, {}, {}),
        ({}, {"FISH": "halal"}, {"4": {"Diet": "halal"}}),
        ({"7": {"Diet": "Fish"}}, {"fish": "halal"}, {"4": {"Diet": "halal"}, "7": {"Diet": "halal"}}),
        ({"4": {"Diet": "none", "Name": "Lu"}}, {"fish": "halal"}, {"4": {"Diet": "none", "Name": "Lu"}}),
    ],
    ids=["no choice", "in the file", "also a correction", "corrected otherwise"],
)
def test_one_choice_replaces_a_word_in_every_row(
    before: dict[str, dict[str, str]], meant: dict[str, str], after: dict[str, dict[str, str]]
) -> None:
    assert with_words_replaced(before, ROWS, "Diet", meant) == after


def test_unknown_parts_are_listed_once_in_the_order_of_the_file() -> None:
    words = ("港口组", "Energy", "ENERGY", "港口组")
    notices = [RowFault("Part", "unknown-part", (word,)) for word in words]
    lines = [line(number, State.FAULTY, notices=(notice,)) for number, notice in enumerate(notices, 2)]
    assert unknown_parts(lines) == ["港口组", "Energy"]


def test_a_cell_that_is_as_in_the_file_is_no_correction() -> None:
    assert without_unchanged(ROWS, {"4": {"Name": "Li", "Diet": ""}, "7": {"Diet": ""}}) == {"4": {"Diet": ""}}


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({}, {}),
        ({"4": {"Diet": "halal"}}, {}),
        ({"5": {"Diet": "halal"}}, {"cells.5": "unknown"}),
        ({"4": {"Wish": "x"}}, {"cells.4.Wish": "unknown"}),
        ({"4": {"Diet": "\x00"}}, {"cells.4.Diet": "not-plain"}),
        ({"4": {"Diet": "\ud800"}}, {"cells.4.Diet": "not-plain"}),
        ({"4": {"Diet": "x" * 20_001}}, {"cells.4.Diet": "too-long"}),
        ({"4": {str(number): "" for number in range(MOST_CELLS + 1)}}, {"cells": "too-many"}),
    ],
)
def test_what_a_correction_may_be(cells: dict[str, dict[str, str]], faults: dict[str, str]) -> None:
    assert cell_faults(cells, ROWS, ("Name", "Diet")) == faults


def test_rows_that_would_be_taken_are_reviewed_and_counted_by_what_they_have() -> None:
    split, note, other = (
        RowFault("Name", "name-split"),
        RowFault("Diet", "kept-as-note"),
        RowFault("Name", "registered"),
    )
    lines = [
        line(2, State.NEW, notices=(split, note, note)),
        line(3, State.DOUBLE, notices=(split,)),
        line(4, State.SAME, notices=(split,)),
        line(5, State.FAULTY, notices=(split,)),
        line(6, State.NEW, notices=(other,)),
    ]
    assert [one.number for one in to_review(lines)] == [2, 3]
    assert review_counts(lines) == [("kept-as-note", 1), ("name-split", 2)]


def test_problems_name_the_column_and_a_row_without_a_name_its_columns_of_names() -> None:
    fault, notice = RowFault("Diet", "required"), RowFault("Diet", "kept-as-note")
    found = problems(
        line(4, State.FAULTY, (fault, RowFault("", "no-name")), (notice,)), ("Name", "Diet"), {"Name": "latin"}
    )
    assert [(one.heading, one.column, one.faults, one.notices, one.is_open) for one in found] == [
        ("Diet", "B", (fault,), (notice,), True),
        ("", "", (RowFault("", "no-name"),), (), False),
        ("Name", "A", (), (), True),
    ]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (16383, "XFD")])
def test_columns_are_lettered_as_in_a_spreadsheet(index: int, letter: str) -> None:
    assert column_letter(index) == letter
