"""WeasyPrint without the work whose result nobody sees, or is known already. It leans on private names."""

from __future__ import annotations

import zlib
from contextlib import ExitStack, contextmanager
from functools import cached_property, lru_cache, partial, partialmethod
from operator import attrgetter, methodcaller
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydyf
import tinycss2
from cssselect2 import ElementWrapper
from weasyprint import css, layout
from weasyprint import document as setting
from weasyprint.draw import text as drawn_text
from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext, absolute, block, inline, percent, preferred, table
from weasyprint.layout import float as floating
from weasyprint.layout import page as pages
from weasyprint.layout.page import set_page_type_computed_styles
from weasyprint.text import line_break

from forumapp.domain.printing.engine import shaping, styling
from forumapp.domain.printing.engine.boxtree import say, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DECLARED = 4096  # short declarations that are kept as they were read
PACKED = 6  # by zlib: 9 takes twice the time, for 0.7 % of a book
NUMBER = [("counter()", ("page", "decimal"))]
SIDES = ("top", "right", "bottom", "left")
SIZES = ("width", "min_width", "max_width", "height", "min_height", "max_height")
MEASURES = (*(f"{what}_{side}" for what in ("margin", "padding") for side in SIDES), *SIZES)
USUALLY_WRITTEN = pydyf._to_bytes  # noqa: SLF001 - see above
WRITTEN: dict[type, Callable[[Any], bytes]] = {bytes: bytes, str: methodcaller("encode", "ascii"), int: b"%d".__mod__}
BORDERS = tuple(f"border_{side}_width" for side in SIDES)


@contextmanager
def in_one_pass() -> Iterator[None]:
    """Documents are laid out once, and nothing is worked out again that is known. For whoever holds TYPESETTING.

    WeasyPrint makes every page a second time because it is a new one, which is of use only where the text refers to
    pages (`target-counter`). It shares the styles of elements that are declared alike, but reads each `lang` anew, so
    that none with a language shared its own or what is in it, and does so for each part of a book; it measures each box
    for itself, and asks how narrow it may be where it is as wide as its words; it shapes words to measure them and
    again to draw them; it lists all pages for each bookmark; it lays head and foot out on every page, where
    they differ by a number; and it packs as small as zlib can.
    """
    with ExitStack() as stack:
        for owner, name, ours in _cheaper():
            stack.enter_context(_replaced(owner, name, ours))
        yield


def _cheaper() -> Iterator[tuple[Any, str, Any]]:
    """What stands in the place of WeasyPrint's own: of whom, by what name, and ours."""
    yield setting, "layout_document", partial(setting.layout_document, max_loops=1)
    yield css, "StyleFor", partial(styling.StyleFor, {})
    yield tinycss2, "parse_one_declaration", lru_cache(DECLARED)(tinycss2.parse_one_declaration)
    yield pydyf.PDF, "page_references", property(_page_references)
    yield LayoutContext, "get_running_element_for", partialmethod(_head_of, LayoutContext.get_running_element_for)
    yield layout, "make_margin_boxes", _kept_margins(layout.make_margin_boxes)
    yield pydyf, "_to_bytes", _written
    for name, usual in list(vars(ElementWrapper).items()):
        if isinstance(usual, cached_property):
            yield ElementWrapper, name, _Found(name, usual.func)
    yield pydyf, "zlib", SimpleNamespace(compress=zlib.compress, compressobj=_packer)
    yield line_break, "Layout", shaping.Layout
    yield drawn_text, "draw_first_line", shaping.draw_first_line
    yield inline, "strut", _asked_once(inline.strut, lambda style: style)
    yield boxes.Box, "is_in_normal_flow", _asked_once(boxes.Box.is_in_normal_flow, attrgetter("style"))
    for module in (absolute, floating, inline):
        yield module, "shrink_to_fit", _width_of
    for module in (absolute, block, floating, inline, pages, table):
        yield module, "resolve_percentages", _measured


def _measured(box: Any, containing_block: Any) -> None:
    """Its margins, padding and sizes, worked out once for all boxes of a style with the same room. Borders that cells
    share were settled before. A place at the edge of a page that holds nothing has none.
    """
    if isinstance(box, boxes.MarginBox) and not box.is_generated:
        return
    held = isinstance(containing_block, boxes.Box)
    room = (containing_block.width, containing_block.height) if held else tuple(containing_block)
    is_collapsed = box.style["border_collapse"] == "collapse"
    if isinstance(box, boxes.PageBox) or (is_collapsed and box.style["box_sizing"] != "content-box"):
        percent.resolve_percentages(box, room)
        return
    known = vars(box.style).setdefault("known", {})
    if room not in known:
        percent.resolve_percentages(box, room)
        known[room] = {name: getattr(box, name) for name in (MEASURES if is_collapsed else (*MEASURES, *BORDERS))}
    else:
        vars(box).update(known[room])
        if is_collapsed:
            vars(box).update((name, box.style[name]) for name in BORDERS if name not in vars(box))


def _width_of(context: Any, box: Any, room: float) -> float:
    """As wide as its words on one line, if there is room for them. Only otherwise is it asked how narrow it may be,
    which breaks them wherever they can be broken.
    """
    widest: float = preferred.max_content_width(context, box, outer=False)
    if widest <= room:
        return widest
    narrowest: float = preferred.min_content_width(context, box, outer=False)
    return min(max(narrowest, room), widest)


def _asked_once(usual: Callable[[Any], Any], style_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What follows from a style alone, for all that have it."""
    name = usual.__name__

    def asked(one: Any) -> Any:
        known = vars(style_of(one))
        if name not in known:
            known[name] = usual(one)
        return known[name]

    return asked


class _Found:
    """What an element is found to have, kept with it: as Python keeps it, without a lock for each."""

    def __init__(self, name: str, find: Callable[[Any], Any]) -> None:
        self._name, self._find = name, find

    def __get__(self, element: Any, _kind: type) -> Any:
        found = vars(element)[self._name] = self._find(element)
        return found


def _written(item: Any) -> bytes:
    """What stands in a PDF, most of which is of few types."""
    write = WRITTEN.get(type(item))
    return write(item) if write else USUALLY_WRITTEN(item)


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
    content = list(margin.style["content"])
    return content == NUMBER or all(what == "element()" for what, _ in content)


def _with_number(margin: Any, content: str) -> Any:
    if list(margin.style["content"]) == NUMBER:
        (text,) = (box for box in walk(margin) if isinstance(box, boxes.TextBox))
        say(text, content, at_right=margin.style["text_align_all"] in {"right", "end"})
    return margin


@contextmanager
def numbered_late(supposed: int, when: Callable[[], int]) -> Iterator[None]:
    """What is laid out as if it began at the page `supposed` takes its numbers from `when`, which is asked after all
    pages are made and before they get head and foot. A page that comes to stand on the other side moves to its margins.
    """

    def late(html: Any, root_box: Any, context: Any, **more: Any) -> Iterator[Any]:
        shift: list[int] = []

        def margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:
            if not shift:
                shift.append(when() - supposed)
            if shift[0] % 2:
                _turn(page, html, context)
            quotes, counters, *others = state
            later = {**counters, "page": [number + shift[0] for number in counters["page"]]}
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
