"""Parts of one book, each a file, made into one as if it had been written at once: structure, bookmarks, places that
are referred to, and each font once.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Name

from forumapp.domain.printing.pdf import font_subsets, imposition
from forumapp.domain.printing.pdf.page_joining import Joined, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# How a part refers to a place in another one, which it does not know.
BEYOND = "part:"
OURS = re.compile(r"Paper-(Latin|Han)(-Bold)?$")
MAPPING, BLOCKS = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>\n"), re.compile(rb"\d+ beginbfchar")
FILES = (Name.FontFile2, Name.FontFile3)


def bound(parts: Iterable[bytes], face: Callable[[str, int], Path]) -> bytes:
    """The parts of a book one after another, each added as soon as it is there; `face` answers the file of a font by
    its kind and weight.
    """
    coming, common = iter(parts), Common(face)
    with pikepdf.open(io.BytesIO(next(coming))) as whole:
        pages = [page.obj for page in whole.pages]
        joined = Joined(whole)
        common.take(pages)
        for content in coming:
            with pikepdf.open(io.BytesIO(content)) as part:
                added = imposition.hang(whole, part)
                joined.add(part, added)
                common.take(added)
                pages += added
        joined.finish()
        for page in pages:
            _aim(page)
        return imposition.saved(whole)


def places_in(pdf: pikepdf.Pdf) -> dict[str, int]:
    """By its name, on which page, from 0, something is that can be referred to."""
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return {name: pages[place[0].objgen] for name, place in places(pdf.Root)}


def _aim(page: Any) -> None:
    """What a part referred to beyond itself is in the same file now."""
    for link in page.get("/Annots", ()):
        target = str(link.A.get("/URI", "")) if "/A" in link else ""
        if target.startswith(BEYOND):
            name = target.removeprefix(BEYOND).removeprefix("#")
            del link["/A"]
            link.Dest = link.Contents = pikepdf.String(name)


class Common:
    """Fonts and pictures that parts have in common, each as the first part had it that has it at all."""

    def __init__(self, face: Callable[[str, int], Path]) -> None:
        self._face = face
        self._fonts: dict[str, Any] = {}
        self._pictures: dict[str, Any] = {}
        self._held: set[tuple[int, int]] = set()  # fonts whose letters another one holds as well

    def take(self, pages: Iterable[Any]) -> None:
        """Have pages show what is there already. Those that were written at once have it all in one place."""
        for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
            fonts: dict[str, Any] = dict(resources.Font.items())
            pictures: dict[str, Any] = dict(resources.XObject.items())
            for name, font in fonts.items():
                ours = self._fonts.setdefault(name, font)
                if ours.objgen != font.objgen and self._holds(ours, font):
                    resources.Font[name] = ours
            for name, picture in pictures.items():
                ours = self._pictures.setdefault(name, picture)
                if ours.objgen != picture.objgen and ours.read_raw_bytes() == picture.read_raw_bytes():
                    resources.XObject[name] = ours

    def _holds(self, one: Any, other: Any) -> bool:
        if other.objgen not in self._held and _hold_both(one, other, self._face):
            self._held.add(other.objgen)
        return other.objgen in self._held


def _hold_both(one: Any, other: Any, face: Callable[[str, int], Path]) -> bool:
    """Have a font hold what another one holds as well, if both are cut from one of our files."""
    found = OURS.search(str(one.BaseFont))
    if not found or {one.Encoding, other.Encoding} != {Name("/Identity-H")}:
        return False
    ours, theirs = one.DescendantFonts[0], other.DescendantFonts[0]
    widths = dict(_widths(ours.W)) | dict(_widths(theirs.W))
    content = font_subsets.glyphs_of(face(found[1], 700 if found[2] else 400), [0, *widths])
    file = next(ours.FontDescriptor[kind] for kind in FILES if kind in ours.FontDescriptor)
    if "/Length1" in file:
        file.Length1 = len(content)
    file.write(content)
    ours.W = Array([part for glyph in sorted(widths) for part in (glyph, Array([widths[glyph]]))])
    one.ToUnicode.write(_merge_mappings(one.ToUnicode.read_bytes(), other.ToUnicode.read_bytes()))
    return True


def _widths(runs: Any) -> Iterator[tuple[int, Any]]:
    """Of the glyphs in use: runs of widths, each after the number of its first glyph."""
    for n in range(0, len(runs), 2):
        yield from enumerate(runs[n + 1], start=int(runs[n]))


def _merge_mappings(one: bytes, other: bytes) -> bytes:
    """The letters that glyphs stand for, as both tell them, a hundred at a time."""
    pairs = dict(MAPPING.findall(one)) | dict(MAPPING.findall(other))
    head, tail = one[: BLOCKS.search(one).start()], one[one.rindex(b"endbfchar") + len(b"endbfchar") :]  # type: ignore[union-attr]
    lines = [b"<%s> <%s>" % pair for pair in sorted(pairs.items())]
    blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
    mappings = (b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return head + b"\n".join(mappings) + tail
