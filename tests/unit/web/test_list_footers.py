"""Rows below a list that are about the list."""

from __future__ import annotations

import pytest

from forumapp.core.files.spreadsheets import TableRow
from forumapp.domain.importing.footers import in_file_order, is_footer, split_footers
from forumapp.domain.people.imports.services import State


def row(*cells: str, number: int = 9) -> TableRow:
    filled = [*cells, *[""] * (6 - len(cells))]
    return TableRow(number, dict(zip("ABCDEF", filled, strict=True)))


@pytest.mark.parametrize(
    "cells",
    [
        ("合计",),
        ("合 计", "", "12人"),
        ("", "总计：133人"),
        ("小计", "3", "4", "5", "6", "7"),
        ("填表人：王芳", "", "", "联系电话：025-12345678"),
        ("制表：李敏", "审核：张伟", "复核：陈杰", "日期：2023-04-01"),
        ("填表日期：2023年4月1日",),
        ("注：请于5月1日前报送",),
        ("Total", "20"),
        ("TOTAL 15 PAX",),
        ("Total rooms: 10",),
        ("Prepared by: Front Office",),
        ("Prepared by", "Ann Lee"),
        ("Note: subject to change",),
    ],
)
def test_totals_signatures_and_remarks_are_about_the_list(cells: tuple[str, ...]) -> None:
    assert is_footer(row(*cells))


@pytest.mark.parametrize(
    "cells",
    [
        ("何丽", "He Li"),
        ("Total SE", "Ann Lee"),  # a company
        ("Total", "Ann", "Lee", "Sales", "ann@example.org"),
        ("合计林", "He Jilin"),  # a person
        ("Totalwar", "1"),
        ("1", "合计林", "2"),
        ("Prepared", "1"),
        ("联系人", "Ann", "Lee", "Sales"),
        (),
    ],
)
def test_people_and_companies_are_none_of_these(cells: tuple[str, ...]) -> None:
    assert not is_footer(row(*cells))


def test_columns_without_headings_do_not_count() -> None:
    company = dict(zip("ABC", ("Total", "Ann", "Lee"), strict=True))
    further = {f"#{number}": "" for number in range(4, 12)}
    assert not is_footer(TableRow(9, {**company, **further}))


def test_skipped_rows_keep_their_place_in_the_file() -> None:
    people, skipped = split_footers([row("He Li", number=2), row("合计", "1", number=3), row("Li He", number=4)])
    assert [one.number for one in people] == [2, 4]
    assert [(one.number, one.state, one.name) for one in in_file_order([], skipped)] == [(3, State.SKIPPED, "合计 1")]
