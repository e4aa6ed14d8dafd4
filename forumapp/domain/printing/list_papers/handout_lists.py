"""A list for each box from which badges are handed out, as plain pages: it lies in the box, and tells who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import pick
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.list_papers.lists import HEIGHT
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import EditionHead
    from forumapp.domain.printing.paper.handout_boxes import Box


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
