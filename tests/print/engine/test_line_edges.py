"""What a line begins with stands at its edge, be it Chinese, Latin or a number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sample
from weasyprint.formatting_structure import boxes

from forumapp.domain.printing.engine import boxtree
from forumapp.domain.printing.engine.templates import ended, spaced
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.paper.documents import Appearance, PocketValues, ProgramItem
from forumapp.domain.printing.paper.page_formats import Format
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.production import finished_papers

if TYPE_CHECKING:
    from pathlib import Path

GAP = ".latin.after{margin-left:.22em}.latin.before{margin-right:.22em}"


def test_no_line_begins_with_the_gap_between_chinese_and_a_number(tmp_path: Path) -> None:
    text = spaced("论坛定于2023年5月22日在洛杉矶举行，2024年5月21日再聚。" * 6, "zh-Hans")
    setter = Typesetter(fonts.SANS, {*text}, tmp_path)

    for align in ("start", "justify"):
        style = setter.css(f"{GAP}p{{width:61mm;text-align:{align}}}")
        document = setter.document(f'<html lang="zh-Hans"><p lang="zh-Hans">{text}</p></html>', style)
        assert any(boxtree.gap_before(line) for line in lines(document.pages))
        assert len(edges(document.pages)) == 1


def lines(pages: list[object]) -> list[boxes.LineBox]:
    return [box for page in pages for box in boxtree.on(page) if isinstance(box, boxes.LineBox)]


def edges(pages: list[object]) -> set[float]:
    first = [next(one for one in boxtree.walk(line) if isinstance(one, boxes.TextBox)) for line in lines(pages)]
    return {round(one.position_x, 2) for one in first}


def test_a_space_that_was_typed_between_chinese_and_a_number_is_the_gap() -> None:
    told = [str(spaced(text, "zh-Hans")) for text in ("1号90045", "1号 90045", "路 1号")]
    assert [" after" in one.rpartition("号")[2] for one in told[:2]] == [True, False]
    assert [(" after" in one, " before" in one) for one in told[2:]] == [(False, True)]


@pytest.mark.parametrize("count", [14, 15, 16])
def test_no_title_ends_in_a_line_of_one_character_or_a_short_word(count: int, laid_out: Any) -> None:
    name = {"en": "The First International Harbor Forum", "zh-Hans": ("论坛" * count)[:count]}
    values = sample.program(1, 1, 0)
    cover, *_ = laid_out(replace(values, head=replace(values.head, name=name)))

    titles = (box for box in boxtree.on(cover) if isinstance(box, boxes.BlockBox) and box.element is not None)
    told = {
        box.element.get("lang"): [said(line) for line in box.children]
        for box in titles
        if "h1" in (box.element.tag, box.element.get("class"))
    }
    assert told["en"] == ["The First International", "Harbor Forum"]
    assert ("".join(told["zh-Hans"]), min(map(len, told["zh-Hans"])) >= 3) == (name["zh-Hans"], True)


EN, ZH = ("en", "zh-Hans"), ("zh-Hans", "en")


@pytest.mark.parametrize(
    ("languages", "form"), [(EN, Format("A5")), (ZH, Format("half-letter")), (ZH, Format("A4", large=True))]
)
def test_no_title_in_a_book_ends_in_a_line_of_one_character_or_a_short_word(
    languages: tuple[str, ...], form: Format, laid_out: Any
) -> None:
    values = sample.program(1, 1, 1)
    (day,), (person,) = values.days, values.speakers
    (session,) = day.sessions
    titles = [sample.both((f"Forum {'on ports ' * n}in Sha", ("论坛" * n)[: n + 3])) for n in range(1, 16)]
    items = tuple(ProgramItem(title, 10, (Appearance("speaker", person),)) for title in titles)
    sessions = tuple(
        replace(session, code=f"S{n}", title=title, items=items[n : n + 1]) for n, title in enumerate(titles)
    )
    pages = laid_out(replace(values, days=(replace(day, sessions=sessions),)), languages, form)

    cells = [box for page in pages for box in boxtree.on(page) if isinstance(box, boxes.TableCellBox)]
    told = [[said(line) for line in boxtree.walk(cell) if isinstance(line, boxes.LineBox)] for cell in cells]
    ends = [
        lines[-1]
        for cell, lines in zip(cells, told, strict=True)
        if lines[1:] and ("Forum on" in lines[0] or lines[0].startswith("论坛")) and cell.element.get("lang")
    ]
    assert len(ends) > 10
    assert [one for one in ends if len(one) < 3 or one in {"Sha", "10 min", "10分钟", "坛 10分钟", "论 10分钟"}] == []


@pytest.mark.parametrize("count", [14, 15])
def test_no_title_of_a_pocket_agenda_ends_in_a_line_of_one_or_two(count: int, font_folder: Path, poppler: Any) -> None:
    values = sample.program(1, 1, 0)
    name = {"en": "Harbor Forum", "zh-Hans": ("论坛" * count)[:count]}
    pdf = finished_papers.make_book(PocketValues.of(replace(values, head=replace(values.head, name=name))), font_folder)
    told = poppler(pdf, "pdftotext", "-raw", "{}", "-").split()
    assert 3 <= min(len(line) for line in told if {*line} == {*"论坛"}) < count


def said(line: boxes.LineBox) -> str:
    return "".join(box.text for box in boxtree.walk(line) if isinstance(box, boxes.TextBox)).strip()


def test_what_ends_a_title_is_kept_whole_and_nothing_else_is_changed() -> None:
    whole = '<span class="unbroken">洋论坛</span>'
    assert ended(spaced("2023年太平洋论坛", "zh-Hans")).endswith(f"太平{whole}")
    for text, language in (("论坛 2023", "zh-Hans"), ("R & D", "en"), ("Forum", "en"), ("<b>三四五</b>", "zh-Hans")):
        assert ended(spaced(text, language)) == spaced(text, language)
