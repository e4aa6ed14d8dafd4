"""A fallback pack set as one document, so that its pages are numbered through; blank badges are laid upon its last."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

import pikepdf

from forumapp.core.text import pick
from forumapp.domain.printing import book_checks, fonts, templates
from forumapp.domain.printing.badges import BadgePrinter
from forumapp.domain.printing.boxtree import in_one_pass, no_collector
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.working.lists import HEIGHT, stamp_texts, style
from forumapp.domain.printing.working.values import Line, Stamp, in_languages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from forumapp.domain.printing.documents import EditionHead
    from forumapp.domain.printing.fallback.values import Blanks, PackValues
    from forumapp.domain.printing.layout import Finding

WALK_INS = 16  # lines on each page of the empty list
WALK_IN_PAGES = 2
BLANKS = 6  # badges of each type at least
MM = 72 / 25.4
ABOVE, BELOW = 34, 22  # mm of a page of badges that are not theirs
GUIDE = b"q 0.4 w 0.55 G [3 3] 0 d %.2f %.2f %.2f %.2f re S Q\n"


@dataclass(frozen=True, slots=True)
class Grid:
    """How many badges of one size, in points, stand on a page, and where it begins, from the bottom left."""

    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float

    @property
    def places(self) -> int:
        return self.columns * self.rows

    @property
    def rectangles(self) -> list[tuple[float, float]]:
        return [
            (self.left + column * self.width, self.top - (row + 1) * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


def pack(values: PackValues, folder: Path) -> bytes:
    """Lists, an empty list for walk-ins, and blank badges to be cut out."""
    head = values.head
    badges = _blank_badges(values.blanks, head, folder)
    grids = [_grid(one, head) for one in badges]
    counts = [ceil(BLANKS / grid.places) for grid in grids]
    html = templates.page(
        "fallback.html",
        values=values,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        stamps=stamp_texts(Stamp(values.version, values.printed_at), head),
        lines=partial(in_languages, languages=head.languages),
        line_of=Line,
        walk_ins=WALK_INS,
        walk_in_pages=WALK_IN_PAGES,
        sheets=list(zip(values.blanks.badges, counts, strict=True)),
    )
    typesetter = Typesetter(fonts.SANS, html, folder)
    with TYPESETTING, no_collector(collects=True), in_one_pass():
        document = typesetter.document(html, typesetter.css(style(head, "fallback.css")))
        made = bytes(document.write_pdf(pdf_tags=True))
    return _with_badges(made, [(pdf, grid) for pdf, grid, count in zip(badges, grids, counts, strict=True)
                               for _page in range(count)])  # fmt: skip


def check(values: PackValues) -> list[Finding]:
    """Characters that no font has, by whom they name."""
    found: list[Finding] = []
    for one in values.people:
        shown = "".join((one.latin_name, one.native_name, *one.organization.values(), *one.delegation.values()))
        missing = book_checks.missing_glyphs(shown, one.shown_name, ("person", ""))
        found += [replace(each, registration_id=one.registration_id) for each in missing]
    return found


def _blank_badges(blanks: Blanks, head: EditionHead, folder: Path) -> list[bytes]:
    """A page for each type: the front alone, since names are written on it by hand."""

    def pictures(keys: Collection[int]) -> Mapping[int, bytes]:
        return {key: blanks.pictures[key] for key in keys if key in blanks.pictures}

    of: Any = {"pictures": pictures, "backs": blanks.backs}
    printer = BadgePrinter(head, blanks.stock, blanks.badges, folder, blanks.looks, **of)
    return [printer.pages([one]) for one in blanks.badges]


def _grid(badge: bytes, head: EditionHead) -> Grid:
    """As many as a page has room for, but one; what is larger than that room is made smaller."""
    with pikepdf.open(io.BytesIO(badge)) as pdf:
        left, bottom, right, top = (float(one) for one in pdf.pages[0].mediabox)
    page_width, page_height = (one * MM for one in HEIGHT[head.page_size])
    width, height, room = right - left, top - bottom, page_height - (ABOVE + BELOW) * MM
    share = min(1, page_width / width, room / height)
    width, height = width * share, height * share
    columns, rows = int(page_width / width + 1e-6), int(room / height + 1e-6)
    return Grid(width, height, columns, rows, (page_width - columns * width) / 2, page_height - ABOVE * MM)


def _with_badges(made: bytes, sheets: list[tuple[bytes, Grid]]) -> bytes:
    """Upon the last pages, one for each of `sheets`."""
    if not sheets:
        return made
    with pikepdf.open(io.BytesIO(made)) as whole:
        for page, (badge, grid) in zip(list(whole.pages)[-len(sheets) :], sheets, strict=True):
            with pikepdf.open(io.BytesIO(badge)) as source:
                for x, y in grid.rectangles:
                    page.add_overlay(source.pages[0], pikepdf.Rectangle(x, y, x + grid.width, y + grid.height))
                    page.contents_add(GUIDE % (x, y, grid.width, grid.height))
        held = io.BytesIO()
        whole.save(held)
        return held.getvalue()
