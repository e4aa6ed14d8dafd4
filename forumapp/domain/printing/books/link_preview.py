"""The picture of a forum that chats and social networks show with a link to it: 1200 by 630 pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.text import pick
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts, raster

if TYPE_CHECKING:
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import EditionHead

WIDTH = 1200  # pixels; the height follows from the page in the style sheet
TEMPLATE, STYLE = "link_preview.html", "link_preview.css"
LOGO = 0  # its key among the pictures
# Class by the longest name that fits: a Han character takes the room of two letters.
SIZES = ((50, "large"), (95, "medium"))


def draw(head: EditionHead, logo: bytes | None, folder: Path) -> bytes:
    """A PNG with the forum's name in each of its languages, the days, the place and the logo."""
    html = templates.page(
        TEMPLATE,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        size=size_of([head.name.get(language, "") for language in head.languages]),
        logo=f"picture:{LOGO}" if logo else "",
    )
    css = templates.style(STYLE, colors=templates.accents(head))
    pdf = Typesetter(fonts.SANS, html, folder, {LOGO: logo} if logo else None).pdf(html, css)
    return raster.page_as_png(pdf, 1, WIDTH)


def size_of(names: list[str]) -> str:
    """The class that sets names as large as the picture has room for."""
    longest = max((sum(1 if ord(character) < 0x2E80 else 2 for character in name) for name in names), default=0)  # noqa: PLR2004 (where Han begins)
    return next((size for most, size in SIZES if longest <= most), "small")
