"""One badge on the screen, as it will print, of someone who is not registered yet. Nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forumapp.domain.printing.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.layout import Finding
    from forumapp.domain.printing.stocks import Stock


def draw_badge(values: BadgeValues, stock: Stock, head: EditionHead) -> tuple[str, list[Finding]]:
    """The badge as SVG, and what would be told of it before printing."""
    from forumapp.domain.printing.badges import BadgePrinter  # with the typesetter, which few requests need
    from forumapp.domain.printing.drawing import page_as_svg

    printer = BadgePrinter(head, stock, [values])
    return page_as_svg(printer.pages([values])), printer.check([values])
