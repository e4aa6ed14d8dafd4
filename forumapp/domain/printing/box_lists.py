"""A list for each box from which badges are handed out, as plain pages: it lies in the box, and tells who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.text import pick
from forumapp.domain.printing import fonts, templates
from forumapp.domain.printing.typeset import Typesetter
from forumapp.domain.printing.working.lists import HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forumapp.domain.printing.documents import EditionHead
    from forumapp.domain.printing.hand_out import Box


def lists_of(boxes: Sequence[Box], head: EditionHead, folder: Path) -> bytes:
    """Each begins on a page of its own, of the edition's size."""
    html = templates.page(
        "box_lists.html",
        boxes=boxes,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
    )
    width, height = HEIGHT[head.page_size]
    lengths = {"page": f"{width}mm {height}mm"}
    css = templates.style("box_lists.css", colors=templates.accents(head), lengths=lengths)
    return Typesetter(fonts.SANS, html, folder).pdf(html, css)
