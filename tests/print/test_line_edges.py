"""What a line begins with stands at its edge, be it Chinese, Latin or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weasyprint.formatting_structure import boxes

from forumapp.domain.printing import boxtree, fonts
from forumapp.domain.printing.templates import spaced
from forumapp.domain.printing.typeset import Typesetter

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
