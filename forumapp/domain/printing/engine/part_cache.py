"""Parts of a book as they were laid out, kept by a hash of all that they follow from: their text with the number of
their first page, their style, and the typesetter with its fonts and pictures. A book in which a letter was changed is
laid out again in that part alone, and is the same to the last byte.

They are kept in the memory of the process alone, of one book at a time, and the process ends when it has rested for a
while: what names people outlives nobody's erasure there. For whoever holds TYPESETTING.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from weasyprint.document import Document


class Parts:
    """Of at most so many pages; of none, where a book is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._laid: dict[bytes, Document] = {}
        self._typesetter: Typesetter | None = None
        self._of = b""

    def typesetter(self, letters: Collection[str], folder: Path, pictures: Mapping[int, bytes]) -> Typesetter:
        """What was laid out by another one shares no fonts with this one, so it is forgotten."""
        if not self._most:
            return Typesetter(fonts.books_pair(), letters, folder, pictures)
        shown = [(key, hashlib.sha256(content).digest()) for key, content in sorted(pictures.items())]
        of = _hash(sorted(letters), folder, shown)
        if self._typesetter is None or of != self._of:
            self._laid.clear()
            self._typesetter, self._of = Typesetter(fonts.books_pair(), letters, folder, pictures), of
        return self._typesetter

    def lay(self, source: tuple[str, ...], lay: Callable[[], Document]) -> Document:
        """What `lay` makes, which follows from `said`. Nobody changes its pages afterwards."""
        if not self._most:
            return lay()
        key = _hash(*source)
        found = self._laid.pop(key, None) or lay()
        self._laid[key] = found  # what was used last comes last
        while sum(len(one.pages) for one in self._laid.values()) > self._most:
            del self._laid[next(iter(self._laid))]
        return found


def _hash(*source: object) -> bytes:
    return hashlib.sha256(repr(source).encode()).digest()
