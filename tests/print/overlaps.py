"""Where words stand on a page, and which of them stand upon each other."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from lxml import etree
from weasyprint.formatting_structure import boxes

from forumapp.domain.printing.engine import boxtree

if TYPE_CHECKING:
    from collections.abc import Callable

    Line = tuple[float, float, float, float, str]

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def flat(text: str) -> str:
    """Without line breaks, spaces and case: where a line breaks is the layout's business."""
    return re.sub(r"\s+", "", text).casefold()


def lines(pdf: bytes, poppler: Callable[..., str], of: str = "line") -> list[list[Line]]:
    """The lines of each page, or its words: left, top, right, bottom and what is written."""
    tree = etree.fromstring(poppler(pdf, "pdftotext", "-bbox-layout", "{}", "-").encode())
    return [
        [
            (*(float(box.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")), " ".join(box.itertext()))
            for box in page.iter(f"{NAMESPACE}{of}")
        ]
        for page in tree.iter(f"{NAMESPACE}page")
    ]


def divided(pages, *, but: tuple[str, ...] = (), groups_of: str = "") -> list[set[int]]:
    """The pages of each row that stands on several, unless it is of a head that is repeated, or of a class in `but`; or
    of each group of rows in tables whose first class is `groups_of`.
    """
    found: dict[int, set[int]] = {}
    for number, table in _tables(pages):
        for group in (one for one in table.children if not one.is_header):
            of_these = (table.element.get("class") or "").split(" ")[0] == groups_of
            for one in ([group] if of_these else []) if groups_of else group.children:
                if one.element.get("class") not in but:
                    found.setdefault(id(one.element), set()).add(number)
    return [numbers for numbers in found.values() if len(numbers) > 1]


def heads_alone(pages) -> list[int]:
    """The pages on which a table has its head and nothing below it."""
    return [number for number, table in _tables(pages) if all(group.is_header for group in table.children)]


def _tables(pages):
    for number, page in enumerate(pages, 1):
        yield from ((number, box) for box in boxtree.on(page) if isinstance(box, boxes.TableBox))


def overlapping(pdf: bytes, poppler: Callable[..., str]) -> list[tuple[int, Line, Line]]:
    """Each page's words that stand upon each other."""
    found = []
    for number, page in enumerate(lines(pdf, poppler, of="word"), 1):
        for one, other in itertools.combinations(page, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            lower, higher = sorted((one[3] - one[1], other[3] - other[1]))
            # Boxes of words reach above and below their letters, so neighbors touch by a little.
            if across > 1 and down > max(0.3 * lower, 0.1 * higher):
                found.append((number, one, other))
    return found
