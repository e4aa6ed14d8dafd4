"""The pocket agenda: a sheet of eight panels that folds into a little book, with nobody's name in it."""

from __future__ import annotations

import io
import re
from itertools import pairwise

import pikepdf
import pytest
import sample

from forumapp.domain.printing.paper.documents import PocketValues
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.production import finished_papers


def test_panels_stand_where_folding_puts_them_in_the_order_of_reading():
    at = dict(enumerate(imposition.POCKET, start=1))
    # The cut runs between the rows of the two columns in the middle; leaves hang together by what is not cut.
    assert sorted(at.values()) == [(column, row) for column in range(4) for row in (0, 1)]
    for one, other in (*pairwise(range(1, 9)), (8, 1)):
        (column, row), (beside, other_row) = at[one], at[other]
        assert abs(column - beside) + abs(row - other_row) == 1, (one, other)  # they share a fold
        assert row == other_row or column in (0, 3)  # that was not cut
    # A leaf's two sides lie on each other's back once the sheet is folded along its length and pushed open.
    assert [(at[one][0], at[one + 1][0]) for one in (1, 5)] == [(1, 2), (2, 1)]
    assert [at[one][1] for one in range(1, 9)] == [0, 0, 0, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(("days", "sheets"), [(1, 1), (6, 2)])
def test_a_sheet_holds_the_days_and_no_names_and_a_longer_agenda_takes_another(days, sheets, font_folder, poppler):
    program = sample.program(days, 10, 6)
    pdf = finished_papers.make_book(PocketValues.of(program), font_folder)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == sheets
        assert [round(float(side) / 72 * 25.4) for side in opened.pages[0].mediabox] == [0, 0, 297, 210]
        drawn = b"".join(bytes(part.read_bytes()) for part in opened.pages[0].Contents)
        turned = re.findall(rb"q (-?1) 0 0 (-?1) ([\d.]+) ([\d.]+) cm", drawn)
        assert [int(one[0]) for one in turned] == [1, 1, 1, -1, -1, -1, -1, 1]
        assert str(opened.Root.Lang) == "en"
    text = re.sub(r"\s+", " ", poppler(pdf, "pdftotext", "-raw", "{}", "-"))
    assert text.count("version 3, printed 2023-05-15 10:30") == 2 * sheets
    assert (text.count("Opening ceremony"), text.count("开幕式")) == (days, days)
    assert [one.latin_name for one in program.speakers if one.latin_name in text] == []
    assert [one for one in poppler(pdf, "pdffonts", "{}").splitlines()[2:] if "Paper-" not in one] == []
