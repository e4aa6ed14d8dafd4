"""Reading the pages that WeasyPrint laid out. It and `stamp` are the modules that lean on private names."""

from __future__ import annotations

import gc
import zlib
from contextlib import contextmanager
from functools import lru_cache, partial, partialmethod
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydyf
import tinycss2
from weasyprint import document as setting
from weasyprint import layout
from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.page import set_page_type_computed_styles
from weasyprint.text.line_break import split_first_line

from forumapp.core.colors import WHITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from weasyprint.document import Document, Page

DECLARED = 4096  # short declarations that are kept as they were read
PACKED = 6  # by zlib: 9 takes twice the time, for 0.7 % of a book
NUMBER = [("counter()", ("page", "decimal"))]
AT_START = {"start", "left", "justify"}
HALF = 0.5  # what lets more than that through is no ground


@contextmanager
def in_one_pass() -> Iterator[None]:
    """Documents are laid out once, and nothing is worked out again that is known. For whoever holds TYPESETTING.

    WeasyPrint makes every page a second time because it is a new one, which is of use only where the text refers to
    pages (`target-counter`). It shares the styles of elements that are declared alike, but reads each `lang` anew, so
    that none with a language shared its own or what is in it; it lists all pages for each element that it tags; it
    lays head and foot out on every page, where they differ by a number; and it packs as small as zlib can.
    """
    with (
        _replaced(setting, "layout_document", partial(setting.layout_document, max_loops=1)),
        _replaced(tinycss2, "parse_one_declaration", lru_cache(DECLARED)(tinycss2.parse_one_declaration)),
        _replaced(pydyf.PDF, "page_references", property(_page_references)),
        _replaced(
            LayoutContext, "get_running_element_for", partialmethod(_head_of, LayoutContext.get_running_element_for)
        ),
        _replaced(layout, "make_margin_boxes", _kept_margins(layout.make_margin_boxes)),
        _replaced(pydyf, "zlib", SimpleNamespace(compress=zlib.compress, compressobj=_packer)),
    ):
        yield


def _packer(level: int) -> Any:
    return zlib.compressobj(min(level, PACKED))


def _kept_margins(usual: Callable[[Any, Any, Any], Iterator[Any]]) -> Callable[[Any, Any, Any], Iterator[Any]]:
    """Head and foot of a page, copied from the last one like it that shows the same, with another number."""
    kept: dict[Any, tuple[list[Any], list[int]]] = {}

    def margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:
        kind = page.page_type
        place = page.margin_left, page.margin_right, page.margin_top, page.margin_bottom, page.width, page.height
        key = context, kind.side, kind.name, kind.blank, kind.index == 0, place
        made, shown = kept.get(key, ([], []))
        if not made or shown != _shown_in(made, context, page):
            made = list(usual(context, page, state))
            kept[key] = made, _shown_in(made, context, page)
        elif all(_is_plain(box) for box in made):
            made = [_with_number(box.deepcopy(), str(state[1]["page"][-1])) for box in made]
        else:
            made = list(usual(context, page, state))
        yield from made

    return margin_boxes


def _shown_in(margins: Sequence[Any], context: Any, page: Any) -> list[int]:
    """Which running elements they show on this page."""
    names = [value for box in margins for what, value in box.style["content"] if what == "element()"]
    return [id(one) for name in names for one in context.get_running_element_for(page, *name)]


def _is_plain(margin: Any) -> bool:
    """Whether it shows running elements, or the number of the page and nothing else."""
    said = list(margin.style["content"])
    return said == NUMBER or all(what == "element()" for what, _ in said)


def _with_number(margin: Any, said: str) -> Any:
    if list(margin.style["content"]) == NUMBER:
        (text,) = (box for box in walk(margin) if isinstance(box, boxes.TextBox))
        _say(text, said, at_right=margin.style["text_align_all"] in {"right", "end"})
    return margin


@contextmanager
def numbered_late(supposed: int, when: Callable[[], int]) -> Iterator[None]:
    """What is laid out as if it began at the page `supposed` takes its numbers from `when`, which is asked after all
    pages are made and before they get head and foot. A page that comes to stand on the other side moves to its margins.
    """

    def late(html: Any, root_box: Any, context: Any, **more: Any) -> Iterator[Any]:
        told: list[int] = []

        def margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:
            if not told:
                told.append(when() - supposed)
            if told[0] % 2:
                _turn(page, html, context)
            quotes, counters, *others = state
            later = {**counters, "page": [number + told[0] for number in counters["page"]]}
            yield from with_margins(context, page, (quotes, later, *others))

        with_margins = layout.make_margin_boxes
        with _replaced(layout, "make_margin_boxes", margin_boxes):
            yield from usual(html, root_box, context, **more)

    usual = setting.layout_document
    with _replaced(setting, "layout_document", late):
        yield


def _turn(page: Any, html: Any, context: Any) -> None:
    """From the left to the right side of a book or back; both have the same margins, inside and outside."""
    side = "left" if page.page_type.side == "right" else "right"
    page.page_type = page.page_type._replace(side=side)
    set_page_type_computed_styles(page.page_type, html, context.style_for)
    page.style = context.style_for(page.page_type)
    page.margin_left, page.margin_right = page.margin_right, page.margin_left
    for child in page.children:
        child.translate(dx=page.margin_left - page.margin_right)


@contextmanager
def _replaced(owner: Any, name: str, ours: Any) -> Iterator[None]:
    usual = vars(owner)[name]
    setattr(owner, name, ours)
    try:
        yield
    finally:
        setattr(owner, name, usual)


def _page_references(pdf: Any) -> tuple[bytes, ...]:
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = getattr(pdf, "known_references", ())
    if len(known) != len(numbers):
        known = pdf.known_references = tuple(f"{number} 0 R".encode("ascii") for number in numbers)
    return known


def _head_of(context: Any, usual: Any, page: Any, name: str, keyword: str = "first") -> Any:
    """What runs at the head of a page. What was tried on it and went on to the next one is of that one alone: else a
    page that only lists members would be headed by the day that follows them.
    """
    pages = context.running_elements[name]
    here, following = context.current_page, pages.get(context.current_page + 1, ())
    if here in pages:
        stayed = [box for box in pages[here] if not any(box is other for other in following)]
        if stayed:
            pages[here] = stayed
        else:
            del pages[here]
    return usual(context, page, name, keyword)


@contextmanager
def no_collector(*, collects: bool = True) -> Iterator[None]:
    """Box trees are cycles that hold the fonts' bytes: gone through in the middle of the work they cost a tenth of it,
    and left to the collector's own time they pile up. Whoever lays out many collects after some of them, and a process
    that ends with its work not at all.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
        if was and collects:
            gc.collect()


def walk(box: Any) -> Iterator[Any]:
    """`box` and all that is in it, in drawing order."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001 - see the module's docstring
    yield box
    if isinstance(box, boxes.ParentBox):
        for child in box.children:
            yield from walk(child)


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


def _say_at_right(link: Any, said: str) -> None:
    (text,) = link.children
    link.position_x += _say(text, said, at_right=True)
    link.width = text.width


def _say(text: Any, said: str, *, at_right: bool) -> float:
    """Other words in the place of a text; how far it moved."""
    text.pango_layout, _, _, width, *_ = split_first_line(said, text.style, None, None, 0)
    moved: float = text.width - width if at_right else 0.0
    text.text, text.width = said, width
    text.position_x += moved
    return moved


def say_again(pages: Sequence[Page]) -> None:
    """What says that something goes on (`data-again`), in a head that stands on each page, is left out of the first."""
    seen: set[int] = set()
    for page in pages:
        here = [box for box in on(page) if box.element is not None and box.element.get("data-again") is not None]
        for text in (one for box in here if id(box.element) not in seen for one in walk(box)):
            if isinstance(text, boxes.TextBox):
                _say(text, "\u00a0", at_right=False)
        seen.update(id(box.element) for box in here)


def say_guides(pages: Sequence[Page]) -> None:
    """In a head with `data-guide`, the first and the last of what is listed on its page (`data-name`)."""
    for page in pages:
        rows = (box for box in on(page) if isinstance(box, boxes.TableRowBox))
        names = [one for one in (row.element.get("data-name") for row in rows) if one]
        for box in on(page):
            if names and isinstance(box, boxes.InlineBox) and box.element.get("data-guide") is not None:
                (text,) = (one for one in walk(box) if isinstance(one, boxes.TextBox))
                _say(text, " – ".join(dict.fromkeys((names[0], names[-1]))), at_right=False)


def people(pages: Sequence[Page], first: int) -> dict[str, list[int]]:
    """The pages on which each `data-person` stands, in order."""
    found: dict[str, list[int]] = {}
    for number, page in enumerate(pages, start=first):
        said = {box.element.get("data-person") for box in on(page) if box.element is not None}
        for one in said - {None}:
            found.setdefault(one, []).append(number)
    return found


def places(page: Page) -> list[tuple[int, int]]:
    """What stands on a page of what is listed: of which part, and which place in it (`data-place`), in order."""
    said = (box.element.get("data-place") for box in on(page) if box.element is not None)
    found = dict.fromkeys(one for one in said if one)
    return [(int(part), int(place)) for part, _, place in (one.partition("-") for one in found)]


def last_break(pages: Sequence[Page]) -> tuple[int, int, int] | None:
    """The last page, or the one before it, that begins with something of a list: how many pages come before it, and
    the part and place of what begins there.
    """
    for number in range(len(pages) - 1, max(len(pages) - 3, 0), -1):
        here, before = places(pages[number]), places(pages[number - 1])
        if here and before and here[0] not in before and here[0][0] == before[-1][0]:
            return number, *here[0]
    return None


def is_thin(page: Page, least: float = 1 / 3) -> bool:
    """Whether a page is less than `least` full without being planned so."""
    return fill(page) < least and not is_planned(page)


def thin_pages(document: Document) -> int:
    """How many pages are thin."""
    return sum(map(is_thin, document.pages))
