"""Reading the pages that WeasyPrint laid out. As `one_pass`, `shaping`, `source`, `stamp`, `styling`, `tagging` and
`typeset` do, it leans on private names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint import document as setting
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text.line_break import split_first_line

from forumapp.core.values.colors import WHITE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from weasyprint.document import Document, Page

AT_START = {"start", "left", "justify"}
HALF = 0.5  # what lets more than that through is no ground


def walk(box: Any) -> Iterator[Any]:
    """`box` and all that is in it, in drawing order."""
    waiting = [box]
    while waiting:
        one = waiting.pop()
        if isinstance(one, AbsolutePlaceholder):
            one = one._box  # noqa: SLF001 - see the module's docstring
        yield one
        if isinstance(one, boxes.ParentBox):
            waiting.extend(reversed(one.children))


def on(page: Page) -> Iterator[Any]:
    """The boxes of a page's own text, without its margins."""
    for child in page._page_box.children:  # noqa: SLF001
        if not isinstance(child, boxes.MarginBox):
            yield from walk(child)


def fill(page: Page) -> float:
    """How far down its own area the text of a page reaches, 0 to 1."""
    area = page._page_box  # noqa: SLF001
    bottoms = [box.position_y + box.height for box in on(page) if isinstance(box, boxes.LineBox)]
    return (max(bottoms) - area.content_box_y()) / area.height if bottoms else 0.0


def inks(page: Page) -> dict[tuple[str, str], list[str]]:
    """The colors in which words stand, each with that of the ground behind them: white, or what was painted last; and
    in which stacks they do, by the last of their classes.

    Samples in a stack may reach beyond its foot, where the words they stand for never do.
    """
    foot = float("inf")
    painted = [(0.0, 0.0, float("inf"), float("inf"), WHITE)]
    found: dict[tuple[str, str], list[str]] = {}
    where = ""
    for box in walk(page._page_box):  # noqa: SLF001
        if isinstance(box, boxes.BlockBox) and box.element is not None and box.element.get("data-stack") is not None:
            foot = box.content_box_y() + box.height - 1
            where = box.element.get("class", "").rpartition(" ")[2]
        if isinstance(box, boxes.TextBox) and box.text.strip():
            x, y = box.position_x + box.width / 2, min(foot, box.position_y + box.height / 2)
            under = [color for left, top, right, low, color in painted if left <= x <= right and top <= y <= low]
            stacks = found.setdefault((_hex(box.style["color"]), under[-1]), [])
            if where not in stacks:
                stacks.append(where)
        elif isinstance(box, boxes.BlockLevelBox) and box.style["background_color"].alpha > HALF:
            left, top = box.border_box_x(), box.border_box_y()
            lower_right = left + box.border_width(), top + box.border_height()
            painted.append((left, top, *lower_right, _hex(box.style["background_color"])))
    return found


def _hex(color: Any) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in color.coordinates)


def is_planned(page: Page) -> bool:
    """Whether a page is meant to stand as it is: it holds a block with `data-planned`."""
    return holds(page, "data-planned")


def holds(page: Page, attribute: str) -> bool:
    return any(box.element is not None and box.element.get(attribute) is not None for box in on(page))


def without_gaps_at_the_edge(pages: Sequence[Page]) -> None:
    """A line that begins with Latin or digits begins at the edge: what keeps them from the Chinese before them stands
    at the end of the line above.
    """
    for line in (box for page in pages for box in on(page) if isinstance(box, boxes.LineBox)):
        gap = gap_before(line) if line.style["text_align_all"] in AT_START else 0
        if gap:
            for child in line.children:
                child.translate(dx=-gap)


def gap_before(line: Any) -> float:
    box = line
    while isinstance(box, boxes.ParentBox) and box.children:
        box = box.children[0]
        if isinstance(box, boxes.InlineBox) and {"latin", "after"} <= {*box.element.get("class", "").split()}:
            return float(box.margin_left)
    return 0.0


def anchors(pages: Sequence[Page], first: int) -> dict[str, int]:
    """By its id, the number of the page on which something begins; `first` is that of the first of these pages."""
    found: dict[str, int] = {}
    for number, page in enumerate(pages, start=first):
        for name in page.anchors:
            found.setdefault(name, number)
    return found


def numbered(pages: Sequence[Page], numbers: Mapping[str, int]) -> list[Page]:
    """Pages whose links say the number of the page they lead to, in the place of what stood there. Nothing else moves:
    it is for numbers at the right edge of a place that has room for any.
    """
    for link in (box for page in pages for box in on(page)):
        if isinstance(link, boxes.InlineBox) and link.element_tag == "a":
            number = numbers.get(link.element.get("href").rpartition("#")[2])
            if number is not None:
                _say_at_right(link, str(number))
    return [setting.Page(page._page_box) for page in pages]  # noqa: SLF001 - links are where they are now


def _say_at_right(link: Any, words: str) -> None:
    (text,) = link.children
    link.position_x += say(text, words, at_right=True)
    link.width = text.width


def say(text: Any, words: str, *, at_right: bool) -> float:
    """Other words in the place of a text; how far it moved."""
    text.pango_layout, _, _, width, *_ = split_first_line(words, text.style, None, None, 0)
    moved: float = text.width - width if at_right else 0.0
    text.text, text.width = words, width
    text.position_x += moved
    return moved


def say_again(pages: Sequence[Page]) -> None:
    """What says that something goes on (`data-again`), in a head that stands on each page, is left out of the first."""
    seen: set[int] = set()
    for page in pages:
        here = [box for box in on(page) if box.element is not None and box.element.get("data-again") is not None]
        for text in (one for box in here if id(box.element) not in seen for one in walk(box)):
            if isinstance(text, boxes.TextBox):
                say(text, "\u00a0", at_right=False)
        seen.update(id(box.element) for box in here)


def say_guides(pages: Sequence[Page]) -> None:
    """In a head with `data-guide`, the first and the last of what is listed on its page (`data-name`)."""
    for page in pages:
        rows = (box for box in on(page) if isinstance(box, boxes.TableRowBox))
        names = [one for one in (row.element.get("data-name") for row in rows) if one]
        for box in on(page):
            if names and isinstance(box, boxes.InlineBox) and box.element.get("data-guide") is not None:
                (text,) = (one for one in walk(box) if isinstance(one, boxes.TextBox))
                say(text, " – ".join(dict.fromkeys((names[0], names[-1]))), at_right=False)


def people(pages: Sequence[Page], first: int) -> dict[str, list[int]]:
    """The pages on which each `data-person` stands, in order."""
    found: dict[str, list[int]] = {}
    for number, page in enumerate(pages, start=first):
        words = {box.element.get("data-person") for box in on(page) if box.element is not None}
        for one in words - {None}:
            found.setdefault(one, []).append(number)
    return found


def places(page: Page) -> list[tuple[int, int]]:
    """What stands on a page of what is listed: of which part, and which place in it (`data-place`), in order."""
    words = (box.element.get("data-place") for box in on(page) if box.element is not None)
    found = dict.fromkeys(one for one in words if one)
    return [(int(part), int(place)) for part, _, place in (one.partition("-") for one in found)]


def last_break(pages: Sequence[Page], *, anywhere: bool = False) -> tuple[int, int, int] | None:
    """The last page, or the one before it, that begins with something of a list: how many pages come before it, and
    the part and place of what begins there. `anywhere`: on whatever page, and even if a part begins there.
    """
    for number in range(len(pages) - 1, 0 if anywhere else max(len(pages) - 3, 0), -1):
        here, before = places(pages[number]), places(pages[number - 1])
        if here and before and here[0] not in before and (anywhere or here[0][0] == before[-1][0]):
            return number, *here[0]
    return None


def is_thin(page: Page, least: float = 1 / 3) -> bool:
    """Whether a page is less than `least` full without being planned so."""
    return fill(page) < least and not is_planned(page)


def thin_pages(document: Document) -> int:
    """How many pages are thin."""
    return sum(map(is_thin, document.pages))
