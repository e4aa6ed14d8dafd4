"""The program book: its parts laid out one by one, and bound with right page numbers.

A part is laid out once, at the page on which it begins; the contents and the index learn from the finished pages where
things stand. Nothing is laid out a second time but a part whose last page would be nearly empty, and the index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from forumapp.core.database.gc_pauses import no_collections
from forumapp.domain.printing.books import book_layout
from forumapp.domain.printing.books.program_parts import DIVISIBLE, Piece, Text, context_of, cut_of, pieces_of
from forumapp.domain.printing.engine import boxtree, forked_process, one_pass, templates
from forumapp.domain.printing.engine.part_cache import Parts
from forumapp.domain.printing.engine.typeset import TYPESETTING
from forumapp.domain.printing.paper import photo_resolution
from forumapp.domain.printing.paper.name_index import index_of, together
from forumapp.domain.printing.paper.page_formats import BLEED, Format, grown
from forumapp.domain.printing.pdf import binding, imposition
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from weasyprint import CSS
    from weasyprint.document import Document, Page

    from forumapp.domain.printing.engine.typeset import Typesetter
    from forumapp.domain.printing.paper.documents import EditionHead, ProgramValues

CLOSER, WIDER = 0.95, 1.07  # what lines may be set to, so that a last page is not nearly empty
SHORT, FEW_PAGES = 2, 6  # a part with more pages is not laid out again for the sake of its last one
KEPT = 60  # pages of parts that are not laid out again, in a process that makes one book after another
TWO = 2  # processes that lay out a large book
SUPPOSED = 2  # where a second half begins until that is known
SIGNATURE = imposition.SIGNATURE
PARTS = Parts(KEPT)
CONTENTS = Piece("contents")
BEFORE, AFTER = (Piece("cover"), CONTENTS), (Piece("notes", 1),)  # what every book has before and behind its parts


def program(
    values: ProgramValues,
    languages: Sequence[str],
    folder: Path | None = None,
    *,
    form: Format | None = None,
    processes: int | None = None,
    again: bool = False,
) -> bytes:
    """The program in `languages`, the first of which leads, as single pages in order, a multiple of four. Where it may
    be made `again`, its parts are kept.
    """
    form = form or Format(book_layout.half_of(values.head))
    values = _with_photos_ready(values, form)
    cut = cut_of(pieces_of(values), values)
    two = processes == TWO if processes else forked_process.has_room()

    def make() -> bytes:
        with no_collections(), one_pass.in_one_pass():
            kept = PARTS if again and cut is None else Parts(0)
            book = Book(values, tuple(languages), folder or font_folder(), form, kept)
            return book.in_two(cut) if cut and two else _written(*book.whole())

    apart = cut is not None and forked_process.is_possible()
    two = two and apart
    with TYPESETTING:
        pdf = forked_process.apart(make) if apart else make()
    return imposition.with_bleed(pdf, BLEED if form.bleed else 0) if form.around else pdf


def _with_photos_ready(values: ProgramValues, form: Format) -> ProgramValues:
    side = max(photo_resolution.SPEAKER) * form.growth.distances
    faces = {one.photo.key for one in values.speakers if one.photo} & set(values.pictures)
    ready = {key: photo_resolution.made_ready(values.pictures[key], side) for key in faces}
    return replace(values, pictures={**values.pictures, **ready})


def laid_out(
    values: ProgramValues, languages: Sequence[str], folder: Path, form: Format
) -> tuple[list[Page], Document]:
    """All pages, and the document that holds what they share. For whoever holds TYPESETTING."""
    with one_pass.in_one_pass():
        return Book(values, tuple(languages), folder, form, Parts(0)).whole()


def _written(pages: list[Page], document: Document) -> bytes:
    return bytes(document.copy(pages).write_pdf(pdf_tags=True))


@dataclass(frozen=True, slots=True)
class Before:
    """What the second half of a book is told of the first: the page after it, who stands where, and whether hosts
    stand at the end.
    """

    start: int
    people: Mapping[str, list[int]]
    with_hosts: bool


@dataclass(frozen=True, slots=True)
class After:
    """What the first half of a book is told of the second: on which pages its places are, who stands where, and the
    page after it, if it leaves the index and what comes after that to whoever is done first.
    """

    places: Mapping[str, int]
    people: Mapping[str, list[int]]
    end: int | None


class Book:
    """A program that is laid out whole, or in two halves by two processes."""

    def __init__(
        self, values: ProgramValues, languages: tuple[str, ...], folder: Path, form: Format, parts: Parts
    ) -> None:
        self.values, self.form, self.folder, self.parts = values, form, folder, parts
        self.ways = list(book_layout.covers(values.head.hosts))
        self.text = Text(context_of(values, languages, form) | self.ways[0])
        self.pieces = pieces_of(values)

    def _press(self, letters: set[str]) -> Press:
        setter = self.parts.typesetter(letters, self.folder, self.values.pictures)
        return Press(setter, self.text, self.form, self.values, self.parts)

    def whole(self) -> tuple[list[Page], Document]:
        press = self._press(self.text.letters([*BEFORE, *self.pieces, *AFTER]))
        cover = press.cover(self.ways)
        contents = press.lay([CONTENTS], 2).pages
        first = 2 + len(contents)
        pages = press.bound(self._to_lay(with_hosts=press.with_hosts), first)
        pages = [*cover.pages, *boxtree.numbered(contents, boxtree.anchors(pages, first)), *pages]
        return press.filled(pages), cover

    def _to_lay(self, *, with_hosts: bool) -> list[Piece]:
        return [piece for piece in self.pieces if with_hosts or piece.name != "partners"]

    def in_two(self, cut: int) -> bytes:
        """The same, where what comes before the piece at `cut` is laid out here, and the rest beside it. That one binds
        all of it as well.
        """
        with forked_process.beside(lambda channel: self._rest(cut, channel)) as other:
            self._first(cut, other)
            book: bytes = other.hear()
            return book

    def _letters(self, ours: Iterable[Piece], other: forked_process.Channel, *, hears_first: bool = False) -> set[str]:
        """Those of both halves, each of which has put its own parts in words. One of them hears first: what both told
        at once might not have room between them.
        """
        letters = self.text.letters(ours)
        if not hears_first:
            other.tell(letters)
        heard: set[str] = other.hear()
        if hears_first:
            other.tell(letters)
        return letters | heard

    def _first(self, cut: int, other: forked_process.Channel) -> None:
        """Cover and contents, the first half, and what the second one leaves. The first half is written while the other
        one looks where its names stand, the index is laid out while that one writes, and written while it binds.
        """
        press = self._press(self._letters([*BEFORE, *self.pieces[:cut]], other))
        cover = press.cover(self.ways)
        press.text.context["beyond"] = binding.BEYOND
        contents = press.lay([CONTENTS], 2).pages
        first = 2 + len(contents)
        pages = press.bound(self.pieces[:cut], first)
        before = Before(first + len(pages), boxtree.people(pages, first), press.with_hosts)
        other.tell(before)
        half = _written(pages, cover)
        after: After = other.hear()
        end = self._end(press, before, after)
        numbers = {**after.places, **boxtree.anchors(pages, first), **boxtree.anchors(end, after.end or 0)}
        other.tell(_written([*cover.pages, *boxtree.numbered(contents, numbers)], cover))
        other.tell(half)
        if end:
            other.tell(_written(end, cover))

    def _end(self, press: Press, before: Before, after: After) -> list[Page]:
        """Of the index and what comes after it, if that is left to the first half."""
        if after.end is None:
            return []
        pieces = self._to_lay(with_hosts=before.with_hosts)
        press.people_before = together(before.people, after.people)
        return press.filled(press.bound(pieces[_index_in(pieces) :], after.end), after.end)

    def _rest(self, cut: int, channel: forked_process.Channel) -> None:
        """The second half begins before anybody knows at which page."""
        press = self._press(self._letters([*self.pieces[cut:], *AFTER], channel, hears_first=True))
        heard: Callable[[], Before] = cache(channel.hear)
        with one_pass.numbered_late(SUPPOSED, lambda: heard().start):
            document = press.lay([self.pieces[cut]], SUPPOSED)
        before = heard()
        press.ahead, press.people_before = document.pages, before.people
        pages = press.bound(self._to_lay(with_hosts=before.with_hosts)[cut:], before.start, until="index")
        end = before.start + len(pages) if press.waiting else None
        channel.tell(After(boxtree.anchors(pages, before.start), boxtree.people(pages, before.start), end))
        half = _written(pages if end else press.filled(pages, before.start), document)
        channel.tell(binding.bound(self._in_order(half, channel, with_end=end is not None), press.setter.face))

    def _in_order(self, half: bytes, channel: forked_process.Channel, *, with_end: bool) -> Iterator[bytes]:
        """Cover and contents, the first half, and this one; what comes after it last."""
        yield channel.hear()
        yield channel.hear()
        yield half
        if with_end:
            yield channel.hear()


class Press:
    """Lays parts of one book out, each as a document of its own that begins at a page's number."""

    def __init__(self, setter: Typesetter, text: Text, form: Format, values: ProgramValues, parts: Parts) -> None:
        self.setter, self.text, self.form, self.values, self.parts = setter, text, form, values, parts
        self._styles: dict[float, tuple[str, CSS]] = {}
        self._done: list[tuple[list[Piece], list[Page]]] = []
        self.waiting: list[Piece] = []
        # Of a second half: its first part, which is laid out already, and where people stand before it.
        self.ahead: list[Page] = []
        self.people_before: Mapping[str, list[int]] = {}

    def cover(self, ways: Sequence[dict[str, Any]]) -> Document:
        """The first way of setting the hosts whose cover is one page; what it leaves out stands at the end."""
        for way in ways:
            self.text.context |= way
            document = self.lay([Piece("cover")], 1)
            if len(document.pages) == 1:
                break
        return document

    def lay(self, pieces: Sequence[Piece], start: int, spacing: float = 1.0) -> Document:
        html = self.text.page(pieces)
        page_style, style = self._style(spacing)
        at = self._at(pieces, start)

        def lay() -> Document:
            return self.setter.document(html, style, *map(self.setter.css, at))

        # The contents get their numbers when they are laid out.
        return lay() if pieces[0].name == "contents" else self.parts.lay((html, page_style, *at), lay)

    def _at(self, pieces: Sequence[Piece], start: int) -> tuple[str, str]:
        """Where a part begins: on which side, as many others do, and at what page. Below an agenda there is room for
        its marks' legend.
        """
        side = "left" if start % 2 == 0 else "right"
        with_legend = self.text.context["legend"] and any(one.name == "day" for one in pieces)
        room = self.form.foot(len(self.text.context["legend"]) if with_legend else 0)
        below = "".join(f"@page {which}{{margin-bottom:{room:.2f}mm}}" for which in ("", ":left", ":right", "cover"))
        return f"html{{break-before:{side}}}", f"@page :first{{counter-reset:page {start}}}{below}"

    def _style(self, spacing: float) -> tuple[str, CSS]:
        if spacing not in self._styles:
            page_style = style(self.values.head, self.form, spacing)
            self._styles[spacing] = page_style, self.setter.css(page_style)
        return self._styles[spacing]

    @property
    def with_hosts(self) -> bool:
        """Whether hosts stand at the end, since not all have room on the cover."""
        return bool(self.text.context["with_hosts"])

    def filled(self, pages: list[Page], start: int = 1) -> list[Page]:
        """With blank pages after them, that all to the last one are a multiple of four."""
        count = start - 1 + len(pages)
        lacking = -count % SIGNATURE
        return [*pages, *self.lay([Piece("notes", lacking)], count + 1).pages] if lacking else pages

    def bound(self, pieces: Sequence[Piece], start: int, *, until: str = "") -> list[Page]:
        """The pages of all parts in order. Where one would end in a page that is nearly empty, the next one goes on
        there; what has nothing after it follows what stands before it, is set a little closer or wider, or has room for
        notes below it. The part called `until`, unless it goes on below another one, and those after it are left
        `waiting`.
        """
        self.waiting = waiting = list(pieces)
        self._done = []
        while waiting and waiting[0].name != until:
            group = [waiting.pop(0)]
            pages = self._known(group, start)
            while boxtree.is_thin(pages[-1]) and waiting and waiting[0].joins:
                group = [*self._end_of(group, pages), waiting.pop(0)]
                pages = self._known(group, start)
            if boxtree.is_thin(pages[-1]) and self._may_follow(group, pages):
                group = [*self._end_of(*self._done.pop()), *group]
                pages = self._known(group, start)
            self._done.append(self._evened(group, start, pages))
        return [page for _group, pages in self._done for page in pages]

    def _end_of(self, group: list[Piece], pages: Sequence[Page]) -> list[Piece]:
        """What of a group is laid out again with what comes after it: where it can be divided, its last page or two."""
        end = boxtree.last_break(pages)
        if group[-1].name not in DIVISIBLE or end is None or end[1] != group[-1].number:
            return group
        kept, _nth, place = end
        self._done.append((group, list(pages[:kept])))
        return [replace(group[-1], since=place)]

    def _known(self, group: list[Piece], start: int, spacing: float = 1.0) -> list[Page]:
        """The parts after those that are done; an index of names says where in all of these people are."""
        before = [page for _group, pages in self._done for page in pages]
        self._index(group, before, start)
        if self.ahead:
            ahead, self.ahead = self.ahead, []
            return ahead
        pages: list[Page] = self.lay(group, start + len(before), spacing).pages
        if self._index(group, [*before, *pages], start):
            pages = self.lay(group, start + len(before), spacing).pages
        return pages

    def _index(self, group: list[Piece], pages: Sequence[Page], start: int) -> bool:
        """Have it say where people are on these pages; whether that is news."""
        place = next((place for place, piece in enumerate(group) if piece.name == "index"), None)
        if place is None:
            return False
        here = boxtree.people(pages, start)
        entries = index_of(self.values, together(self.people_before, here))
        news: bool = group[place].holds != entries
        group[place] = replace(group[place], holds=entries)
        return news

    def _may_follow(self, group: Sequence[Piece], pages: Sequence[Page]) -> bool:
        """Whether it is short, and may begin below what stands before it."""
        may = group[0].joins and group[0].follows
        return bool(self._done) and may and len(pages) <= SHORT and self._done[-1][0][0].name != "letter"

    def _evened(self, group: list[Piece], start: int, pages: list[Page]) -> tuple[list[Piece], list[Page]]:
        """A little closer or wider, if that leaves no last page nearly empty; else with room for notes, where nothing
        goes on below it.
        """
        if not boxtree.is_thin(pages[-1]):
            return group, pages
        spacings = (CLOSER, WIDER) if 1 < len(pages) <= FEW_PAGES else ()
        tried = (self._known(group, start, spacing) for spacing in spacings)
        even = next((one for one in tried if not boxtree.is_thin(one[-1])), None)
        if even or (self.waiting and self.waiting[0].joins):
            return group, even or pages
        with_room = [*self._end_of(group, pages), Piece("room", 1 - boxtree.fill(pages[-1]))]
        return with_room, self._known(with_room, start)


def _index_in(pieces: Sequence[Piece]) -> int:
    return next(number for number, piece in enumerate(pieces) if piece.name == "index")


def style(head: EditionHead, form: Format, spacing: float = 1.0) -> str:
    """The style sheet of a program book of this size."""
    width, height = form.sides
    leading = form.leading(spacing)
    lengths = {
        "leading": f"{leading:.3f}mm",
        "gap": f"{leading / 2:.3f}mm",
        "bleed": f"{BLEED if form.bleed else 0}mm",
    }
    page = f"@page{{size:{width}mm {height}mm;bleed:{form.around}mm;marks:{'crop cross' if form.marks else 'none'}}}"
    sheets = templates.style("book.css", "written.css", "program.css", colors=templates.accents(head), lengths={})
    own = "".join(f"--{name}:{value};" for name, value in lengths.items())
    return f"{grown(sheets, form.growth)}\n:root{{{own}}}{page}"
