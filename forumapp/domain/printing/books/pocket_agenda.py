"""Papers of the agenda beside the book: the pocket agenda on one folded sheet, and the erratum of a printed program."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.content.snapshots import QUIET
from forumapp.domain.printing.books import book_layout, content_pages
from forumapp.domain.printing.engine import one_pass, templates
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.paper.name_index import channel_groups
from forumapp.domain.printing.paper.page_formats import LEADING, SIZES, WHOLE
from forumapp.domain.printing.pdf import fonts, imposition
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from weasyprint.document import Document

    from forumapp.domain.printing.paper.documents import EditionHead, ErratumValues, PocketValues

# Points that a pocket agenda tries in turn: a smaller one would not be read, so what is longer takes another sheet.
POINTS = (8.0, 7.5, 7.0)
INSIDE = imposition.PANELS - 2  # between the front and the back
CLOSER = (1.0, 0.94, 0.88)  # what an erratum tries, so that it is one page


def panel(head: EditionHead) -> tuple[float, float]:
    """mm, how wide and high an eighth of the edition's sheet is, held across."""
    height, width = SIZES[WHOLE.get(head.page_size, "A4")]
    return width / 4, height / 2


def pocket_agenda(values: PocketValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """The agenda on as few sheets as it takes, each of eight panels with a front and a back of its own."""
    context: dict[str, Any] = book_layout.shared(values, languages, {
        "paper": "pocket-agenda", "quiet": QUIET, "channels": channel_groups(values),
        "legend": book_layout.legend(values), "marks": book_layout.marks,
    })  # fmt: skip
    parts = ("front", "days", "back", "own-notes")
    letters = set("".join(templates.page("pocket.html", **context, part=part) for part in parts))
    setter = Typesetter(fonts.books_pair(), letters, folder or font_folder())
    with TYPESETTING, one_pass.in_one_pass():
        for points in POINTS:
            css = setter.css(_panel_style(values.head, points))
            days = setter.document(templates.page("pocket.html", **context, part="days"), css)
            if len(days.pages) <= INSIDE:
                break
        front, back, own = (
            setter.document(templates.page("pocket.html", **context, part=part), css)
            for part in ("front", "back", "own-notes")
        )
        pdf = _panels(front, days, back, own)
    gc.collect()
    return imposition.pocket(pdf)


def _panels(front: Document, days: Document, back: Document, own: Document) -> bytes:
    """Eight pages a sheet, in the order of reading."""
    pages = []
    for start in range(0, len(days.pages), INSIDE):
        inside = days.pages[start : start + INSIDE]
        blank = [own.pages[0]] * (INSIDE - len(inside))
        pages += [front.pages[0], *inside, *blank, back.pages[0]]
    return bytes(front.copy(pages).write_pdf())


def _panel_style(head: EditionHead, points: float) -> str:
    width, height = panel(head)
    lengths = {"points": f"{points}pt", "leading": f"{points * 1.28:.2f}pt"}
    page = f"@page{{size:{width}mm {height}mm}}"
    return page + templates.style("pocket.css", colors=templates.accents(head), lengths=lengths)


def erratum(values: ErratumValues, languages: Sequence[str], folder: Path | None = None) -> bytes:
    """A slip as large as the book that it goes into; one page, where what changed has room there. What takes most of a
    page goes on on the next one, so that the page before it is not left empty.
    """
    context = book_layout.shared(values, languages, {"paper": "program-erratum", "is_brief": content_pages.is_brief})
    html = templates.page("erratum.html", **context)
    setter = Typesetter(fonts.books_pair(), set(html), folder or font_folder())
    width, height = SIZES[book_layout.half_of(values.head)]
    with TYPESETTING, one_pass.in_one_pass():
        for spacing in CLOSER:
            leading = LEADING * spacing
            lengths = {"leading": f"{leading:.3f}mm", "gap": f"{leading / 2:.3f}mm", "bleed": "0mm"}
            sheets = ("book.css", "erratum.css")
            css = templates.style(*sheets, colors=templates.accents(values.head), lengths=lengths)
            page = f"@page{{size:{width}mm {height}mm}}html{{font-size:{9.25 * spacing:.2f}pt}}"
            document = setter.document(html, setter.css(css + page))
            if len(document.pages) == 1:
                break
        pdf = bytes(document.write_pdf(pdf_tags=True))
    gc.collect()
    return pdf
