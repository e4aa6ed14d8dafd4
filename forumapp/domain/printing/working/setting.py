"""A working paper set piece by piece: its fonts are cut and its style is read once for all of them."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from forumapp.domain.printing import fonts
from forumapp.domain.printing.boxtree import in_one_pass
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forumapp.domain.printing.working.values import Laid

SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)  # pt, for what is to stand on one page
# Box trees are cycles that hold the fonts' bytes. Looking for them takes a while, too, so some may pile up.
TOGETHER = 8


class Setter:
    """`pictures` are those that the paper names; `folder` keeps cut fonts."""

    def __init__(self, laid: Laid, pictures: Mapping[int, bytes], folder: Path) -> None:
        self._pieces = laid.pieces
        self._typesetter = Typesetter(fonts.books_pair(), set("".join(laid.pieces)), folder, pictures)
        self._set = 0
        sizes = (f"html{{font-size:{size}pt}}" for size in SIZES) if laid.one_page else ("",)
        with TYPESETTING:
            self._styles = [self._typesetter.css(laid.css + size) for size in sizes]

    def pdf(self, number: int) -> bytes:
        """What is to stand on one page, in the first size in which it does."""
        with TYPESETTING, in_one_pass():
            for style in self._styles:
                document = self._typesetter.document(self._pieces[number], style)
                if len(document.pages) == 1:
                    break
            made = bytes(document.write_pdf(pdf_tags=True))
        self._set += 1
        if self._set % TOGETHER == 0:
            gc.collect()
        return made
