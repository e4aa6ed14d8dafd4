"""A fallback pack, set part by part; its pages are numbered through, and blank badges are laid upon its last ones."""

from __future__ import annotations

import gc
import io
import itertools
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

import pikepdf

from forumapp.core.text import pick
from forumapp.domain.printing import book_checks, fonts, impose, templates, words
from forumapp.domain.printing.badges import BadgePrinter
from forumapp.domain.printing.boxtree import in_one_pass, no_collector
from forumapp.domain.printing.rules import batches
from forumapp.domain.printing.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.working.lists import HEIGHT, stamp_texts, style
from forumapp.domain.printing.working.values import Line, Stamp, in_languages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.fallback.values import Blanks, Coach, Group, PackValues
    from forumapp.domain.printing.layout import Finding

WALK_INS = 16  # lines on each page of the empty list
WALK_IN_PAGES = 2
ROWS, RUNS = 250, 6  # people and coaches that are laid out at once
BLANKS = 6  # badges of each type at least
MM = 72 / 25.4
ABOVE, BELOW = 34, 22  # mm of a page of badges that are not theirs
GUIDE = b"q 0.4 w 0.55 G [3 3] 0 d %.2f %.2f %.2f %.2f re S Q\n"


@dataclass(frozen=True, slots=True)
class Grid:
    """How many badges of one size, in points, stand on a page, and where it begins, from the bottom left."""

    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float

    @property
    def places(self) -> int:
        return self.columns * self.rows

    @property
    def rectangles(self) -> list[tuple[float, float]]:
        return [
            (self.left + column * self.width, self.top - (row + 1) * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is laid out at once: a part of the pack, or some of one. `groups` are of a list, `sheets` types of badges
    with how many pages they take.
    """

    part: str
    groups: tuple[Group, ...] = ()
    coaches: tuple[Coach, ...] = ()
    sheets: tuple[tuple[BadgeValues, int], ...] = ()
    is_first: bool = True


def pack(values: PackValues, folder: Path) -> bytes:
    """Lists, an empty list for walk-ins, and blank badges to be cut out. Long lists are laid out a few pages at a time,
    since the boxes of all of them at once would fill the memory.
    """
    head = values.head
    badges = _blank_badges(values.blanks, head, folder)
    grids = [_grid(one, head) for one in badges]
    counts = [ceil(BLANKS / grid.places) for grid in grids]
    sheets = tuple(zip(values.blanks.badges, counts, strict=True))
    chunks = [*_chunks(values), *([Chunk("blank-badges", sheets=sheets)] if sheets else [])]
    pages = [_html(values, one) for one in chunks]
    typesetter = Typesetter(fonts.SANS, {*"".join(pages), *"0123456789/ "}, folder)
    made = [_set(typesetter, html, style(head, "fallback.css")) for html in pages]
    whole = _with_numbers(made, [one.part for one in chunks], typesetter, head)
    return _with_badges(whole, [(pdf, grid) for pdf, grid, count in zip(badges, grids, counts, strict=True)
                                for _page in range(count)])  # fmt: skip


def _chunks(values: PackValues) -> Iterator[Chunk]:
    yield Chunk("fallback-pack")
    for part, groups in (
        ("by-name", values.by_name),
        ("by-chinese-name", values.by_native),
        ("by-delegation", values.by_delegation),
    ):
        for number, some in enumerate(_cut(groups)):
            yield Chunk(part, groups=some, is_first=number == 0)
    for start, end in batches(len(values.coaches), RUNS):
        yield Chunk("by-coach", coaches=values.coaches[start:end])
    yield Chunk("walk-ins")


def _cut(groups: Iterable[Group]) -> Iterator[tuple[Group, ...]]:
    """So many people at a time, or more by less than as many."""
    some: list[Group] = []
    for group in groups:
        for start, end in batches(len(group.people), ROWS):
            some.append(replace(group, people=group.people[start:end]))
            if sum(len(one.people) for one in some) >= ROWS:
                yield tuple(some)
                some = []
    if some:
        yield tuple(some)


def _html(values: PackValues, chunk: Chunk) -> str:
    head = values.head
    return templates.page(
        "fallback.html",
        values=values,
        chunk=chunk,
        head=head,
        languages=head.languages,
        title=pick(head.name, head.languages[0]),
        stamps=stamp_texts(Stamp(values.version, values.printed_at), head),
        lines=partial(in_languages, languages=head.languages),
        line_of=Line,
        walk_ins=WALK_INS,
        walk_in_pages=WALK_IN_PAGES,
    )


def _set(typesetter: Typesetter, html: str, css: str) -> bytes:
    with TYPESETTING, no_collector(collects=False), in_one_pass():
        made = bytes(typesetter.document(html, typesetter.css(css)).write_pdf(pdf_tags=True))
    gc.collect()
    return made


def _with_numbers(made: Sequence[bytes], parts: Sequence[str], typesetter: Typesetter, head: EditionHead) -> bytes:
    """One document whose pages are numbered through, with an outline of its parts."""
    begins = list(itertools.accumulate((impose.pages_in(one) for one in made), initial=0))
    blank = "<html><body>" + '<div style="break-after:page">\u00a0</div>' * (begins[-1] - 1) + "\u00a0</body></html>"
    numbers = typesetter.pdf(blank, style(head))
    lead, held = head.languages[0], io.BytesIO()
    with pikepdf.open(io.BytesIO(impose.merge(made))) as whole, pikepdf.open(io.BytesIO(numbers)) as behind:
        for page, number in zip(whole.pages, behind.pages, strict=True):
            page.add_overlay(number, pikepdf.Rectangle(*map(float, page.mediabox)))
        with whole.open_outline() as outline:
            for place, (part, at) in enumerate(zip(parts, begins, strict=False)):
                if part not in parts[:place]:
                    outline.root.append(pikepdf.OutlineItem(words.word(part, lead), at))
        whole.save(held)
    return held.getvalue()


def check(values: PackValues) -> list[Finding]:
    """Characters that no font has, by whom they name."""
    found: list[Finding] = []
    for one in values.people:
        shown = "".join((one.latin_name, one.native_name, *one.organization.values(), *one.delegation.values()))
        missing = book_checks.missing_glyphs(shown, one.shown_name, ("person", ""))
        found += [replace(each, registration_id=one.registration_id) for each in missing]
    return found


def _blank_badges(blanks: Blanks, head: EditionHead, folder: Path) -> list[bytes]:
    """A page for each type: the front alone, since names are written on it by hand."""

    def pictures(keys: Collection[int]) -> Mapping[int, bytes]:
        return {key: blanks.pictures[key] for key in keys if key in blanks.pictures}

    of: Any = {"pictures": pictures, "backs": blanks.backs}
    printer = BadgePrinter(head, blanks.stock, blanks.badges, folder, blanks.looks, **of)
    return [printer.pages([one]) for one in blanks.badges]


def _grid(badge: bytes, head: EditionHead) -> Grid:
    """As many as a page has room for, but one; what is larger than that room is made smaller."""
    with pikepdf.open(io.BytesIO(badge)) as pdf:
        left, bottom, right, top = (float(one) for one in pdf.pages[0].mediabox)
    page_width, page_height = (one * MM for one in HEIGHT[head.page_size])
    width, height, room = right - left, top - bottom, page_height - (ABOVE + BELOW) * MM
    share = min(1, page_width / width, room / height)
    width, height = width * share, height * share
    columns, rows = int(page_width / width + 1e-6), int(room / height + 1e-6)
    return Grid(width, height, columns, rows, (page_width - columns * width) / 2, page_height - ABOVE * MM)


def _with_badges(made: bytes, sheets: list[tuple[bytes, Grid]]) -> bytes:
    """Upon the last pages, one for each of `sheets`."""
    if not sheets:
        return made
    with pikepdf.open(io.BytesIO(made)) as whole:
        for page, (badge, grid) in zip(list(whole.pages)[-len(sheets) :], sheets, strict=True):
            with pikepdf.open(io.BytesIO(badge)) as source:
                for x, y in grid.rectangles:
                    page.add_overlay(source.pages[0], pikepdf.Rectangle(x, y, x + grid.width, y + grid.height))
                    page.contents_add(GUIDE % (x, y, grid.width, grid.height))
        held = io.BytesIO()
        whole.save(held)
        return held.getvalue()
