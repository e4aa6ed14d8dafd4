"""Reading the pages that WeasyPrint laid out. It and `stamp` are the modules that lean on private names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from weasyprint.document import Document, Page


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


def is_planned(page: Page) -> bool:
    """Whether a page is meant to stand as it is: it holds a block with `data-planned`."""
    return any(box.element is not None and box.element.get("data-planned") is not None for box in on(page))


def thin_pages(document: Document, least: float = 1 / 3) -> int:
    """How many pages are less than `least` full without being planned so."""
    return sum(1 for page in document.pages if not is_planned(page) and fill(page) < least)
