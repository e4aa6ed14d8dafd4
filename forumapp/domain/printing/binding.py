"""Parts of one book, each a file, made into one as if it had been written at once: structure, bookmarks, places that
are referred to, and each font once.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Name

from forumapp.domain.printing import cutting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

# How a part refers to a place in another one, which it does not know.
BEYOND = "part:"
OURS = re.compile(r"Paper-(Latin|Han)(-Bold)?$")
SAID, BLOCKS = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>\n"), re.compile(rb"\d+ beginbfchar")
FILES = (Name.FontFile2, Name.FontFile3)


def bound(parts: Iterable[bytes], face: Callable[[str, int], Path]) -> bytes:
    """The parts of a book one after another, each added as soon as it is there; `face` answers the file of a font by
    its kind and weight.
    """
    coming, common = iter(parts), Common(face)
    with pikepdf.open(io.BytesIO(next(coming))) as whole:
        common.take(whole.pages)
        for content in coming:
            with pikepdf.open(io.BytesIO(content)) as part:
                common.take(_added(whole, part))
        for page in whole.pages:
            _aim(page)
        out = io.BytesIO()
        whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _added(whole: pikepdf.Pdf, part: pikepdf.Pdf) -> list[pikepdf.Page]:
    """The pages of a part, which are the last of the whole now."""
    count = len(whole.pages)
    whole.pages.extend(part.pages)
    added = whole.pages[count:]
    if "/StructTreeRoot" in whole.Root:
        _join_structure(whole, part, added)
    _join_bookmarks(whole, part)
    _join_places(whole, part)
    return added


def _brought(whole: pikepdf.Pdf, part: pikepdf.Pdf, what: Any) -> Any:
    """A copy of what a part holds. Pages that were copied already are meant by it, and not copied again."""
    return whole.copy_foreign(what if what.is_indirect else part.make_indirect(what))


def _join_structure(whole: pikepdf.Pdf, part: pikepdf.Pdf, added: list[pikepdf.Page]) -> None:
    """The tagged structure: pages and links name what they belong to by numbers, which go on where the first ends."""
    ours, theirs = whole.Root.StructTreeRoot, _brought(whole, part, part.Root.StructTreeRoot)
    known = ours.ParentTree.Nums
    onward = max(int(known[n]) for n in range(0, len(known), 2)) + 1
    for n, one in enumerate(theirs.ParentTree.Nums):
        known.append(one if n % 2 else int(one) + onward)
    for page in added:
        page.StructParents = int(page.StructParents) + onward
        for link in page.get("/Annots", ()):
            if "/StructParent" in link:
                link.StructParent = int(link.StructParent) + onward
    document = ours.K[0]
    for element in theirs.K[0].K:
        element.P = document
        document.K.append(element)


def _join_bookmarks(whole: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
    if "/Outlines" not in part.Root:
        return
    theirs = _brought(whole, part, part.Root.Outlines)
    if "/Outlines" not in whole.Root:
        whole.Root.Outlines = theirs
        return
    ours, mark = whole.Root.Outlines, theirs.First
    ours.Last.Next, theirs.First.Prev = theirs.First, ours.Last
    while mark is not None:
        mark.Parent = ours
        mark = mark.get("/Next")
    ours.Last = theirs.Last
    ours.Count = int(ours.Count) + int(theirs.Count)


def _join_places(whole: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
    """What can be referred to by name, in the order of the names."""
    places = dict(_places(whole.Root))
    if "/Names" in part.Root and "/Dests" in part.Root.Names:
        places |= dict(_places({"/Names": {"/Dests": _brought(whole, part, part.Root.Names.Dests)}}))
    if places:
        names = Array([one for name in sorted(places) for one in (pikepdf.String(name), places[name])])
        whole.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=names))


def _places(root: Any) -> Iterator[tuple[str, Any]]:
    if "/Names" in root and "/Dests" in root["/Names"]:
        names = root["/Names"]["/Dests"]["/Names"]
        yield from ((str(names[n]), names[n + 1]) for n in range(0, len(names), 2))


def places_in(pdf: pikepdf.Pdf) -> dict[str, int]:
    """By its name, on which page, from 0, something is that can be referred to."""
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return {name: pages[place[0].objgen] for name, place in _places(pdf.Root)}


def _aim(page: pikepdf.Page) -> None:
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

    def take(self, pages: Iterable[pikepdf.Page]) -> None:
        """Have pages show what is there already. Those that were written at once have it all in one place."""
        for resources in {page.Resources.objgen: page.Resources for page in pages}.values():
            for name, font in dict(resources.Font.items()).items():
                ours = self._fonts.setdefault(name, font)
                if ours.objgen != font.objgen and self._holds(ours, font):
                    resources.Font[name] = ours
            for name, picture in dict(resources.XObject.items()).items():
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
    content = cutting.glyphs_of(face(found[1], 700 if found[2] else 400), [0, *widths])
    file = next(ours.FontDescriptor[kind] for kind in FILES if kind in ours.FontDescriptor)
    if "/Length1" in file:
        file.Length1 = len(content)
    file.write(content)
    ours.W = Array([part for glyph in sorted(widths) for part in (glyph, Array([widths[glyph]]))])
    one.ToUnicode.write(_said_by_both(one.ToUnicode.read_bytes(), other.ToUnicode.read_bytes()))
    return True


def _widths(runs: Any) -> Iterator[tuple[int, Any]]:
    """Of the glyphs in use: runs of widths, each after the number of its first glyph."""
    for n in range(0, len(runs), 2):
        yield from enumerate(runs[n + 1], start=int(runs[n]))


def _said_by_both(one: bytes, other: bytes) -> bytes:
    """The letters that glyphs stand for, as both tell them, a hundred at a time."""
    said = dict(SAID.findall(one)) | dict(SAID.findall(other))
    head, tail = one[: BLOCKS.search(one).start()], one[one.rindex(b"endbfchar") + len(b"endbfchar") :]  # type: ignore[union-attr]
    lines = [b"<%s> <%s>" % pair for pair in sorted(said.items())]
    blocks = [lines[n : n + 100] for n in range(0, len(lines), 100)]
    told = (b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return head + b"\n".join(told) + tail
