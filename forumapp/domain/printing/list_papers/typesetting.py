"""A working paper set piece by piece: its fonts are cut and its style is read once for all of them, and what pieces
have in common is laid out once.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from forumapp.core.database.gc_pauses import no_collections
from forumapp.domain.printing.engine.boxtree import holds, say_again
from forumapp.domain.printing.engine.one_pass import in_one_pass
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from weasyprint.document import Document

    from forumapp.domain.printing.list_papers.values import Laid

SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)  # pt, for what is to stand on one page
# Box trees are cycles that hold the fonts' bytes. Looking for them takes a while, too, so some may pile up.
TOGETHER = 8


# Where the part of a piece begins and ends that other pieces may have as well, word for word.
SHARED, END_OF_SHARED = "<!--shared-->", "<!--/shared-->"
STANDS_IN = '<div data-stands-in style="break-after:page">\u00a0</div>'
KEPT = 16  # shared parts whose pages are kept
AGAIN = "data-again"
FRONT = 2  # the pages before it, as they usually are


class Setter:
    """`pictures` are those that the paper names; `folder` keeps cut fonts, cut to what stands in the pieces and to
    `characters`.
    """

    def __init__(self, laid: Laid, pictures: Mapping[int, bytes], folder: Path, characters: str = "") -> None:
        self._pieces = laid.pieces
        self._typesetter = Typesetter(fonts.books_pair(), {*"".join(laid.pieces), *characters}, folder, pictures)
        self._set = 0
        self._shared: dict[tuple[str, int], list[Any]] = {}
        sizes = (f"html{{font-size:{size}pt}}" for size in SIZES) if laid.one_page else ("",)
        with TYPESETTING:
            self._styles = [self._typesetter.css(laid.css + size) for size in sizes]

    def pdf(self, number: int) -> bytes:
        """What is to stand on one page, in the first size in which it does."""
        piece = self._pieces[number]
        with TYPESETTING, no_collections(), in_one_pass():
            document = self._document_of_parts(piece) if SHARED in piece else self._document(piece)
            if AGAIN in piece:
                say_again(document.pages)
            made = bytes(document.write_pdf(pdf_tags=True))
        self._set += 1
        if self._set % TOGETHER == 0:
            gc.collect()
        return made

    def _document(self, piece: str) -> Document:
        for style in self._styles:
            document = self._typesetter.document(piece, style)
            if len(document.pages) == 1:
                break
        return document

    def _document_of_parts(self, piece: str) -> Document:
        """Its own pages are laid out with blank ones in the place of those that it shares, so that all are numbered as
        if it had been laid out whole.
        """
        own, rest = piece.split(SHARED)
        shared, end = rest.split(END_OF_SHARED)
        front = FRONT
        while True:
            pages = self._shared_pages(own, shared, front)
            blank = '<div style="break-before:page"></div>' + STANDS_IN * len(pages)
            document = self._document(own + blank + end)
            before = next(place for place, page in enumerate(document.pages) if holds(page, "data-stands-in"))
            if before == front:
                break
            front = before
        return document.copy([*document.pages[:front], *pages, *document.pages[front + len(pages) :]])

    def _shared_pages(self, own: str, shared: str, front: int) -> list[Any]:
        """Laid out once for all pieces that have it after as many pages."""
        found = self._shared.pop((shared, front), None)
        if found is None:
            head = own[: own.index("<section")]  # with what stands at the foot of pages
            found = self._document(head + STANDS_IN * front + shared + "</body></html>").pages[front:]
        self._shared[shared, front] = found  # the one that was used last comes last
        if len(self._shared) > KEPT:
            del self._shared[next(iter(self._shared))]
        return found
