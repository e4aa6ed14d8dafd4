"""A fallback pack set piece by piece, and bound: pages numbered through, each font once, and contents that lead to
what begins there.
"""

from __future__ import annotations

import gc
import io
import re
from typing import TYPE_CHECKING

import pikepdf

from forumapp.core.database.gc_pauses import no_collections
from forumapp.core.values.text import pick
from forumapp.domain.printing.engine import boxtree, one_pass
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.fallback_pack import blank_badges as fallback_pack_blank_badges
from forumapp.domain.printing.fallback_pack import layout, row_flow
from forumapp.domain.printing.pdf import binding, fonts, imposition
from forumapp.domain.printing.rules import batches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.fallback_pack.layout import Pack
    from forumapp.domain.printing.fallback_pack.values import Blanks, PackValues
    from forumapp.domain.printing.list_papers.values import Stamp
    from forumapp.domain.printing.paper.documents import EditionHead

MOST = 250  # rows that are laid out at once
NUMBER = re.compile(r"@@([a-z0-9-]+)@@")


class PackSetter:
    """Fonts are cut to all pieces and the style is read once, so keep it for a run."""

    def __init__(self, pack: Pack, folder: Path) -> None:
        self._pack, self._folder = pack, folder
        self._typesetter = Typesetter(fonts.SANS, pack.characters, folder)
        with TYPESETTING:
            self._style = self._typesetter.css(pack.css)

    def piece(self, number: int) -> bytes:
        """Some rows at a time, as boxes take room. The last of their pages is left out, and what stood on it begins
        the next ones, so that nobody sees where they end.
        """
        rows, parts = row_flow.Rows.of(self._pack.pieces[number]), []
        begin: row_flow.Place | None = row_flow.BEGIN
        while begin:
            html, after = rows.some(begin, MOST)
            part, begin = self._laid(html, after)
            parts.append(part)
        return binding.bound(parts, self._typesetter.face) if parts[1:] else part

    def blank_badges(self, of: Blanks, head: EditionHead, stamp: Stamp) -> bytes:
        return fallback_pack_blank_badges.sheets(of, head, stamp, self._folder, self._set)

    def bound(self, parts: Sequence[bytes]) -> bytes:
        """All pieces and the blank badges after them, with the contents before."""
        ahead, counts = 1, [imposition.pages_in(one) for one in parts]
        while True:
            numbers = _begins(parts, counts, ahead + 1)
            contents = self._contents(numbers)
            if imposition.pages_in(contents) == ahead:
                break
            ahead = imposition.pages_in(contents)
        whole = binding.bound([contents, *parts], self._typesetter.face)
        return self._finished(whole, ahead + sum(counts), numbers)

    def _contents(self, numbers: Mapping[str, int]) -> bytes:
        return self._set(NUMBER.sub(lambda found: str(numbers[found[1]]), self._pack.contents))

    def _set(self, html: str) -> bytes:
        return self._laid(html)[0]

    def _laid(self, html: str, after: row_flow.Place | None = None) -> tuple[bytes, row_flow.Place | None]:
        """If more comes `after` it, without the last page, and what that one begins with. A row that is longer than a
        page is never divided so: what is left out begins with a page that begins with a row, if there is one.
        """
        with TYPESETTING, no_collections(), one_pass.in_one_pass():
            document = self._typesetter.document(html, self._style)
            end = boxtree.last_break(document.pages, anywhere=True) if after else None
            if end:
                document, after = document.copy(document.pages[: end[0]]), row_flow.Place(*end[1:])
            boxtree.say_guides(document.pages)
            boxtree.say_again(document.pages)
            # Without a structure: it is paper to tick on, and that of a thousand pages would not go into the memory.
            made = bytes(document.write_pdf())
        del document
        gc.collect()
        return made, after

    def _finished(self, made: bytes, count: int, numbers: Mapping[str, int]) -> bytes:
        """With a number on each page, and an outline."""
        held = io.BytesIO()
        with pikepdf.open(io.BytesIO(made)) as whole:
            for start, end in batches(count):
                with pikepdf.open(io.BytesIO(self._numbers(start, end, count))) as numbered:
                    for page, number in zip(list(whole.pages)[start:end], numbered.pages, strict=True):
                        page.add_overlay(number, pikepdf.Rectangle(*map(float, page.mediabox)))
            self._outline(whole, numbers)
            whole.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return held.getvalue()

    def _numbers(self, start: int, end: int, count: int) -> bytes:
        """Pages with nothing but their numbers, from that after `start` on; some at a time, as boxes take room."""
        blank = '<div style="break-after:page">\u00a0</div>' * (end - start - 1) + "\u00a0"
        said = f"@page :first{{counter-reset:page {start + 1}}}"
        said += f'@page number{{@bottom-right{{content:counter(page) " / {count}"}}}}'
        return self._set(
            f'<html lang="{self._pack.lead}" class="numbers"><style>{said}</style><body>{blank}</body></html>'
        )

    def _outline(self, whole: pikepdf.Pdf, numbers: Mapping[str, int]) -> None:
        with whole.open_outline() as outline:
            for one in (entry for entry in self._pack.entries if entry.key):
                item = pikepdf.OutlineItem(
                    " ".join(filter(None, (one.at, pick(one.called, self._pack.lead)))), numbers[one.key] - 1
                )
                if one.under:
                    outline.root[-1].children.append(item)
                    outline.root[-1].is_closed = True
                else:
                    outline.root.append(item)


def _begins(parts: Sequence[bytes], counts: Sequence[int], first: int) -> dict[str, int]:
    """The number of the page on which each key begins, where the parts begin at `first`."""
    found: dict[str, int] = {}
    for content, count in zip(parts, counts, strict=True):
        with pikepdf.open(io.BytesIO(content)) as part:
            found |= {key: first + page for key, page in binding.places_in(part).items()}
        first += count
    return found


def pack(values: PackValues, folder: Path) -> bytes:
    """All of it at once."""
    laid = layout.lay(values)
    setter = PackSetter(laid, folder)
    parts = [setter.piece(number) for number in range(len(laid.pieces))]
    if values.blanks.badges:
        parts.append(setter.blank_badges(values.blanks, values.head, values.stamp))
    return setter.bound(parts)
