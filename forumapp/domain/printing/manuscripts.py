"""Many booklets of one kind: written as pages first, then set one by one with the same fonts and the same styles.

What is written is put aside as it is, so that a print that is taken up again prints what it began with.
"""

from __future__ import annotations

import gc
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing import books, fonts
from forumapp.domain.printing.boxtree import in_one_pass
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.itinerary_documents import ItineraryValues

# Box trees are cycles that hold the fonts' bytes: some are let pile up, since looking for them takes a while, too.
TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Manuscripts:
    """`pages` are HTML, one for each booklet; `letters` are all that stand in any of them."""

    pages: tuple[str, ...]
    style: str
    letters: str

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)


def from_plain(plain: Mapping[str, Any]) -> Manuscripts:
    return Manuscripts(tuple(plain["pages"]), plain["style"], plain["letters"])


def written_down(values: Sequence[ItineraryValues]) -> Manuscripts:
    """Booklets of one edition in its languages, without pictures."""
    pages = tuple(books.itinerary_page(one, one.head.languages) for one in values)
    return Manuscripts(pages, books.style(values[0].head), "".join(sorted(set("".join(pages)))))


class Setter:
    """Sets booklets one by one; fonts and styles are read once for all of them."""

    def __init__(self, manuscripts: Manuscripts, folder: Path) -> None:
        self._pages = manuscripts.pages
        self._typesetter = Typesetter(fonts.books_pair(), manuscripts.letters, folder)
        self._set = 0
        with TYPESETTING:
            self._style = self._typesetter.css(manuscripts.style)

    def pdf(self, number: int) -> bytes:
        with TYPESETTING, in_one_pass():
            made = bytes(self._typesetter.document(self._pages[number], self._style).write_pdf(pdf_tags=True))
        self._set += 1
        if self._set % TOGETHER == 0:
            gc.collect()
        return made
