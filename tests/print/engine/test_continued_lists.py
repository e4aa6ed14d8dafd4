"""A list that goes on says of what, above its columns; where nothing goes on, nothing is said."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forumapp.domain.printing.list_papers.lists import lay
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import (
    Column,
    Head,
    ListValues,
    Party,
    Row,
    Section,
    Stamp,
    plain,
    text,
)
from tests.print import sample

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2023, 5, 15, 17, 30, tzinfo=UTC)


def rows(of: str, count: int) -> tuple[Row, ...]:
    return tuple(Row(f"{of}:{n}", {"name": plain(f"{of}-{n:03}")}) for n in range(count))


def test_each_page_of_a_long_list_says_under_which_heads_it_stands(tmp_path: Path) -> None:
    columns = (Column("name"),)
    day = Head("", {"day": text({"en": "Mon 22 May", "zh-Hans": "5月22日"})})
    first, second = (
        Section((day, Head(f"run:{n}", {"vehicle": text({"en": f"Coach {n}"})})), columns, rows(f"of{n}", count), True)
        for n, count in ((1, 120), (2, 5))
    )
    values = ListValues(sample.HEAD, Party("js", {"en": "Jiangsu"}), "manifests", (first, second))
    file = tmp_path / "list.pdf"
    file.write_bytes(Setter(lay(values, Stamp(1, AT)), {}, tmp_path).pdf(0))
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    pages = told.split("\f")[:-1]
    assert len(pages) > 3
    heads = [page.strip().splitlines()[0] for page in pages[1:-1]]
    assert all("(continued)" in head and "Mon 22 May" in head and "Coach 1" in head for head in heads)
    assert "(continued)" not in pages[0] + pages[-1]
    assert [told.count(f"of1-{n:03}") for n in range(120)] == [1] * 120
