"""The program book: its parts laid out one by one, and bound with right page numbers.

A part is laid out once, at the page on which it begins; the contents and the index learn from the finished pages where
things stand. Nothing is laid out a second time but a part whose last page would be nearly empty, and the contents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.domain.agenda.versions import QUIET
from forumapp.domain.printing import books, boxtree, fonts, impose, templates, written
from forumapp.domain.printing.badges import font_folder
from forumapp.domain.printing.formats import BLEED, Format, grown
from forumapp.domain.printing.indexing import cast_of, channel_groups, index_of
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from weasyprint import CSS
    from weasyprint.document import Document, Page

    from forumapp.domain.printing.documents import EditionHead, ProgramValues

CLOSER, WIDER = 0.95, 1.07  # what lines may be set to, so that a last page is not nearly empty
FEW_PAGES = 12  # a part with more is not laid out again for the sake of its last page
SIGNATURE = impose.SIGNATURE
RULED = 8  # mm between the lines of a page for notes
PICTURE_SHARE = (112 / 121, 95 / 179)  # of the text's width and height, how large a picture may be


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the book, by its template and what that needs. `joins` says whether it may begin below another one."""

    name: str
    holds: Any = None
    joins: bool = False


def program(
    values: ProgramValues, languages: Sequence[str], folder: Path | None = None, *, form: Format | None = None
) -> bytes:
    """The program in `languages`, the first of which leads, as single pages in order, a multiple of four."""
    form = form or Format(books.half_of(values.head))
    with TYPESETTING, boxtree.no_collector():
        pages, document = laid_out(values, tuple(languages), folder or font_folder(), form)
        pdf = bytes(document.copy(pages).write_pdf(pdf_tags=True))
    return impose.with_bleed(pdf, BLEED if form.bleed else 0) if form.around else pdf


def laid_out(
    values: ProgramValues, languages: Sequence[str], folder: Path, form: Format
) -> tuple[list[Page], Document]:
    """All pages, and the document that holds what they share. For whoever holds TYPESETTING."""
    with boxtree.in_one_pass():
        return _laid_out(values, tuple(languages), folder, form)


def _laid_out(
    values: ProgramValues, languages: tuple[str, ...], folder: Path, form: Format
) -> tuple[list[Page], Document]:
    context = _context(values, languages, form)
    ways = list(books.covers(values.head.hosts))
    everything = pieces_of(values, with_hosts=True)
    every_word = {**context, **ways[0], "pieces": _all(everything, values)}
    letters = set(templates.page("program/document.html", **every_word))
    press = Press(Typesetter(fonts.books_pair(), letters, folder, values.pictures), context, form, values)
    cover = press.cover(ways)
    contents = press.contents({}, 2)
    inside = press.bound(pieces_of(values, with_hosts=press.context["with_hosts"]), 2 + len(contents.pages))
    pages = [page for document in inside for page in document.pages]
    first = 2 + len(contents.pages)
    contents = press.contents(boxtree.anchors(pages, first), 2)
    pages = [*cover.pages, *contents.pages, *pages]
    if lacking := -len(pages) % SIGNATURE:
        pages += press.lay([Piece("notes", lacking)], len(pages) + 1).pages
    return pages, cover


def _all(pieces: Sequence[Piece], values: ProgramValues) -> list[Piece]:
    """Whatever may be said anywhere, so that fonts are cut once."""
    index = Piece("index", index_of(values, {}))
    return [Piece("cover"), Piece("contents"), *(piece for piece in pieces if piece.name != "index"), index,
            Piece("notes", 1)]  # fmt: skip


def pieces_of(values: ProgramValues, *, with_hosts: bool) -> list[Piece]:
    """What stands between the contents and the blank pages, in order."""
    letters = written.letters_in_order(values.pages, values.head.hosts)
    information = [page for page in values.pages if not written.is_letter(page)]
    channels = channel_groups(values)
    found = [Piece("letter", page) for page in letters]
    found += [Piece("day", (number, day), number > 1) for number, day in enumerate(values.days, start=1)]
    found += [Piece("channels", channels, joins=True)] if channels else []
    found += [Piece("speakers", joins=True)] if values.speakers else []
    found += [Piece("index", joins=True)] if values.speakers or any(cast_of(values)) else []
    found += [Piece("information", information, joins=True)] if information else []
    found += [Piece("venues", joins=True)] if values.venues else []
    return [*found, *([Piece("partners")] if with_hosts else [])]


def _context(values: ProgramValues, languages: tuple[str, ...], form: Format) -> dict[str, Any]:
    sides = zip(form.text_area, PICTURE_SHARE, strict=True)
    width, height = (side * share for side, share in sides)
    grows = form.growth.distances
    return books.shared(values, languages, {
        "paper": "program",
        "roles": books.hosts_by_role(values.head.hosts),
        "logo_size": partial(books.logo_size, grows=grows),
        "timed_items": books.timed_items,
        "marks": books.marks,
        "legend": books.legend(values),
        "quiet": QUIET,
        "small": books.SMALL if form.room >= 1 else 0,
        "across": 2 if form.large else 3,
        "picture_size": partial(books.picture_size, room=(width, height)),
        "letters": written.letters_in_order(values.pages, values.head.hosts),
        "information": [page for page in values.pages if not written.is_letter(page)],
        "channels": channel_groups(values),
        "indexed": bool(values.speakers) or any(cast_of(values)),
        "is_short": partial(written.is_short, room=form.room),
        "is_brief": partial(written.is_brief, room=form.room),
        "paragraphs": written.paragraphs,
        "portraits": any(one.photo for one in values.speakers),
        "rows": partial(written.rows, room=form.room),
        "prose": written.prose,
        "ruled": int(form.text_area[1] / (RULED * grows)) - 2,
        "form": form,
        "numbers": {},
        "with_hosts": True,
        "on_cover": [],
        "tier": "plain",
    })  # fmt: skip


class Press:
    """Lays parts of one book out, each as a document of its own that begins at a page's number."""

    def __init__(self, setter: Typesetter, context: dict[str, Any], form: Format, values: ProgramValues) -> None:
        self.setter, self.context, self.form, self.values = setter, context, form, values
        self._styles: dict[float, CSS] = {}
        self._done: list[tuple[list[Piece], Document]] = []

    def cover(self, ways: Sequence[dict[str, Any]]) -> Document:
        """The first way of setting the hosts whose cover is one page; what it leaves out stands at the end."""
        for way in ways:
            self.context |= way
            document = self.lay([Piece("cover")], 1)
            if len(document.pages) == 1:
                break
        return document

    def contents(self, numbers: dict[str, int], start: int) -> Document:
        self.context["numbers"] = numbers
        return self.lay([Piece("contents")], start)

    def lay(self, pieces: Sequence[Piece], start: int, spacing: float = 1.0) -> Document:
        html = templates.page("program/document.html", **self.context, pieces=pieces)
        return self.setter.document(html, self._style(spacing), self.setter.css(self._at(pieces, start)))

    def _at(self, pieces: Sequence[Piece], start: int) -> str:
        """Where a part begins. Below an agenda there is room for its marks' legend."""
        side = "left" if start % 2 == 0 else "right"
        with_legend = self.context["legend"] and any(one.name == "day" for one in pieces)
        room = self.form.foot(len(self.context["legend"]) if with_legend else 0)
        below = "".join(f"@page {which}{{margin-bottom:{room:.2f}mm}}" for which in ("", ":left", ":right", "cover"))
        return f"@page :first{{counter-reset:page {start}}}html{{break-before:{side}}}{below}"

    def _style(self, spacing: float) -> CSS:
        if spacing not in self._styles:
            self._styles[spacing] = self.setter.css(style(self.values.head, self.form, spacing))
        return self._styles[spacing]

    def bound(self, pieces: Sequence[Piece], start: int) -> list[Document]:
        """The parts in order. One whose last page would be nearly empty is set closer, goes on with the next one, or
        follows the one before.
        """
        waiting, self._done = list(pieces), []
        while waiting:
            group = [waiting.pop(0)]
            document = self._filled(group, start, waiting)
            if boxtree.thin_pages(document) and self._may_follow(group):
                before, _laid = self._done.pop()
                group = [*before, *group]
                document = self._evened(group, start, self._known(group, start))
            self._done.append((group, document))
        return [document for _group, document in self._done]

    def _filled(self, group: list[Piece], start: int, waiting: list[Piece]) -> Document:
        """What `group` gives; it takes from `waiting` what goes on on its last page."""
        document = self._known(group, start)
        while boxtree.thin_pages(document) and len(document.pages) <= FEW_PAGES:
            if closer := self._closer(group, start, document):
                return closer
            if not waiting or not waiting[0].joins:
                return self._evened(group, start, document)
            group.append(waiting.pop(0))
            document = self._known(group, start)
        return document

    def _known(self, group: list[Piece], start: int, spacing: float = 1.0) -> Document:
        """The parts after those that are done; an index of names says where in all of these people are."""
        before = [page for _group, document in self._done for page in document.pages]
        places = [place for place, piece in enumerate(group) if piece.name == "index"]
        self._index(group, places, before, start)
        document = self.lay(group, start + len(before), spacing)
        if self._index(group, places, [*before, *document.pages], start):
            document = self.lay(group, start + len(before), spacing)
        return document

    def _index(self, group: list[Piece], places: Sequence[int], pages: Sequence[Page], start: int) -> bool:
        """Have it say where people are on these pages; whether that is news."""
        if not places:
            return False
        entries = index_of(self.values, boxtree.people(pages, start))
        news = any(group[place].holds != entries for place in places)
        for place in places:
            group[place] = replace(group[place], holds=entries)
        return news

    def _may_follow(self, group: Sequence[Piece]) -> bool:
        if not self._done or not group[0].joins:
            return False
        before, document = self._done[-1]
        return before[0].name != "letter" and len(document.pages) <= FEW_PAGES

    def _closer(self, group: list[Piece], start: int, document: Document) -> Document | None:
        """With lines a little closer together, where that may well save the last page."""
        full = len(document.pages) - 1
        if boxtree.fill(document.pages[-1]) > full * (1 - CLOSER) * 1.2:
            return None
        closer = self._known(group, start, CLOSER)
        return None if boxtree.thin_pages(closer) else closer

    def _evened(self, group: list[Piece], start: int, document: Document) -> Document:
        """Where nothing may follow: a little closer or wider, if one of them leaves no page nearly empty."""
        if not boxtree.thin_pages(document) or not 1 < len(document.pages) <= FEW_PAGES:
            return document
        tried = (self._known(group, start, spacing) for spacing in (CLOSER, WIDER))
        return next((one for one in tried if not boxtree.thin_pages(one)), document)


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
