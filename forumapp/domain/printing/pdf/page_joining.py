"""What a file tells of its pages besides how they look, joined with what others tell of theirs: the tagged structure,
bookmarks, and places that are referred to by name.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from forumapp.domain.printing.pdf import imposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def books(parts: Sequence[bytes]) -> bytes:
    """Books one after another, under the first one's title and language. Each has a bookmark with its own title, above
    those that it has itself, and its links lead to its own places.
    """
    if len(parts) == 1:
        return parts[0]
    with pikepdf.open(io.BytesIO(parts[0])) as whole:
        joined = Joined(whole)
        joined.entitle()
        for number, content in enumerate(parts[1:], 2):
            with pikepdf.open(io.BytesIO(content)) as part:
                joined.add_book(part, imposition.hang(whole, part), f"{number}:")
        joined.finish()
        return imposition.saved(whole)


class Joined:
    """One file, to which others are added whose pages are in it already."""

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self._whole = whole
        self._places = dict(places(whole.Root))
        self._next = _numbers(whole.Root.get("/StructTreeRoot"))  # which nothing of the structure has yet

    def add(self, part: pikepdf.Pdf, pages: Sequence[Any]) -> None:
        """A part of the same book."""
        self._add_structure(part, pages)
        if "/Outlines" in part.Root:
            self._add_bookmarks(self._brought(part, part.Root.Outlines))
        self._places |= self._places_of(part)

    def add_book(self, part: pikepdf.Pdf, pages: Sequence[Any], own: str) -> None:
        """Another book, whose places are told apart from those of others by what is `own`."""
        self._add_structure(part, pages)
        theirs = self._brought(part, part.Root.Outlines) if "/Outlines" in part.Root else None
        self._add_bookmarks(self._titled(part, pages[0], theirs))
        self._places |= {own + name: place for name, place in self._places_of(part).items()}
        for link in _links(pages):
            if isinstance(link.get("/Dest"), String):
                link.Dest = String(own + str(link.Dest))

    def entitle(self) -> None:
        """Put the file's own bookmarks below one with its title, before books are added."""
        whole = self._whole
        whole.Root.Outlines = self._titled(whole, whole.pages[0].obj, whole.Root.get("/Outlines"))

    def finish(self) -> None:
        """What can be referred to by name, in the order of the names."""
        if self._places:
            named = sorted(self._places.items())
            names = Array([one for name, place in named for one in (String(name), place)])
            self._whole.Root.Names = Dictionary(Dests=Dictionary(Names=names))

    def _brought(self, part: pikepdf.Pdf, what: Any) -> Any:
        """A copy of what a part holds. Pages that were copied already are meant by it, and not copied again."""
        return self._whole.copy_foreign(what if what.is_indirect else part.make_indirect(what))

    def _add_structure(self, part: pikepdf.Pdf, pages: Sequence[Any]) -> None:
        """Pages and links name what they belong to by numbers, which go on where the first ones end."""
        root = self._whole.Root
        if "/StructTreeRoot" not in root or "/StructTreeRoot" not in part.Root:
            return
        ours, theirs = root.StructTreeRoot, self._brought(part, part.Root.StructTreeRoot)
        for n, one in enumerate(theirs.ParentTree.Nums):
            ours.ParentTree.Nums.append(one if n % 2 else int(one) + self._next)
        for page in pages:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + self._next
        for link in _links(pages):
            if "/StructParent" in link:
                link.StructParent = int(link.StructParent) + self._next
        document = ours.K[0]
        language = part.Root.get("/Lang")
        for element in theirs.K[0].K:
            element.P = document
            if language is not None and language != root.get("/Lang") and "/Lang" not in element:
                element.Lang = language
            document.K.append(element)
        self._next += _numbers(theirs)

    def _titled(self, part: pikepdf.Pdf, page: Any, theirs: Any) -> Any:
        """Bookmarks of a file, closed below one with its title."""
        title = String(str(part.docinfo.get("/Title", "")))
        mark = self._whole.make_indirect(Dictionary(Title=title, Dest=Array([page, Name.Fit])))
        if theirs is not None:
            mark.First, mark.Last, mark.Count = theirs.First, theirs.Last, -int(theirs.Count)
            for one in _siblings(theirs.First):
                one.Parent = mark
        root = self._whole.make_indirect(Dictionary(Type=Name.Outlines, First=mark, Last=mark, Count=1))
        mark.Parent = root
        return root

    def _add_bookmarks(self, theirs: Any) -> None:
        if "/Outlines" not in self._whole.Root:
            self._whole.Root.Outlines = theirs
            return
        ours = self._whole.Root.Outlines
        for mark in _siblings(theirs.First):
            mark.Parent = ours
        ours.Last.Next, theirs.First.Prev = theirs.First, ours.Last
        ours.Last = theirs.Last
        ours.Count = int(ours.Count) + int(theirs.Count)

    def _places_of(self, part: pikepdf.Pdf) -> dict[str, Any]:
        if "/Names" not in part.Root or "/Dests" not in part.Root.Names:
            return {}
        return dict(places({"/Names": {"/Dests": self._brought(part, part.Root.Names.Dests)}}))


def places(root: Any) -> Iterator[tuple[str, Any]]:
    """What can be referred to by name, and where on a page that is."""
    if "/Names" in root and "/Dests" in root["/Names"]:
        names = root["/Names"]["/Dests"]["/Names"]
        yield from ((str(names[n]), names[n + 1]) for n in range(0, len(names), 2))


def _numbers(structure: Any) -> int:
    """How many numbers a tagged structure has given, from 0 on."""
    if structure is None:
        return 0
    given = structure.ParentTree.Nums
    return max((int(given[n]) for n in range(0, len(given), 2)), default=-1) + 1


def _links(pages: Sequence[Any]) -> Iterator[Any]:
    for page in pages:
        yield from page.get("/Annots", ())


def _siblings(mark: Any) -> Iterator[Any]:
    """A bookmark and those after it that stand below the same one."""
    while mark is not None:
        yield mark
        mark = mark.get("/Next")
