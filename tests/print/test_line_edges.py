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

    def starts(align: str) -> set[float]:
        style = setter.css(f"{GAP}p{{width:61mm;text-align:{align}}}")
        document = setter.document(f'<html lang="zh-Hans"><p lang="zh-Hans">{text}</p></html>', style)
        found.append(edges(document.pages))
        boxtree.without_gaps_at_the_edge(document.pages)
        return edges(document.pages)

    found: list[set[float]] = []
    for align in ("start", "justify"):
        assert len(starts(align)) == 1
    assert [len(one) for one in found] == [2, 2]  # there are lines that began with one


def edges(pages: list[object]) -> set[float]:
    lines = [box for page in pages for box in boxtree.on(page) if isinstance(box, boxes.LineBox)]
    first = [next(one for one in boxtree.walk(line) if isinstance(one, boxes.TextBox)) for line in lines]
    return {round(one.position_x, 2) for one in first}
