"""What a program book is made of: its parts in order, what each of them says, and where a large book falls in two."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from forumapp.domain.agenda.content.snapshots import QUIET
from forumapp.domain.printing.books import book_layout, content_pages
from forumapp.domain.printing.engine import templates
from forumapp.domain.printing.paper.name_index import cast_of, channel_groups, index_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forumapp.domain.printing.paper.documents import ProgramValues
    from forumapp.domain.printing.paper.page_formats import Format

DIVISIBLE = ("day", "speakers")
UNSETTLED = ("cover", "contents", "index", "notes", "room")  # what they say hangs on how other parts are laid out
LARGE = 1000  # lines of a book that two processes lay out, about fifty pages
RULED = 8  # mm between the lines of a page for notes
PICTURE_SHARE = (112 / 121, 95 / 179)  # of the text's width and height, how large a picture may be


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the book, by its template and what that needs. `joins` says whether it may begin below another one,
    `follows` whether also that one is laid out again for it if it is short, `since` that what it lists goes on from
    that place, `number` which one it is of those between contents and end.
    """

    name: str
    holds: Any = None
    joins: bool = False
    follows: bool = True
    since: int = 0
    number: int = 0


def cut_of(pieces: Sequence[Piece], values: ProgramValues) -> int | None:
    """Where a large book falls in two: before a day or the speakers, as near to the middle as may be."""
    before = list(itertools.accumulate((_lines(piece, values) for piece in pieces), initial=0))
    places = [number for number, piece in enumerate(pieces) if piece.name in DIVISIBLE and before[number]]
    if before[-1] < LARGE:
        return None
    return min(places, key=lambda number: abs(2 * before[number] - before[-1]), default=None)


def _lines(piece: Piece, values: ProgramValues) -> int:
    """About how many there are in a part that can be long."""
    if piece.name == "speakers":
        return sum(9 if one.biography else 3 for one in values.speakers)
    sessions = piece.holds[1].sessions if piece.name == "day" else ()
    return sum(3 + 3 * len(one.items) + 2 * len(one.people) for one in sessions)


def pieces_of(values: ProgramValues) -> list[Piece]:
    """What stands between the contents and the blank pages, in order; last the hosts, who may not all have room on the
    cover.
    """
    letters = content_pages.letters_in_order(values.pages, values.head.hosts)
    information = [page for page in values.pages if not content_pages.is_letter(page)]
    channels = channel_groups(values)
    found = [Piece("letter", page) for page in letters]
    found += [Piece("day", (number, day), number > 1) for number, day in enumerate(values.days, start=1)]
    found += [Piece("channels", channels, joins=True)] if channels else []
    found += [Piece("speakers", joins=True)] if values.speakers else []
    found += [Piece("index", joins=True)] if values.speakers or any(cast_of(values)) else []
    found += [Piece("information", information, joins=True)] if information else []
    found += [Piece("venues", joins=True)] if values.venues else []
    cut = cut_of(found, values)
    if cut is not None:  # the halves of a large book are laid out at the same time, and the index when they are done
        found[cut] = replace(found[cut], joins=False)
        found = [replace(piece, follows=piece.name != "index") for piece in found]
    return [replace(piece, number=number) for number, piece in enumerate([*found, Piece("partners")], start=1)]


def context_of(values: ProgramValues, languages: tuple[str, ...], form: Format) -> dict[str, Any]:
    sides = zip(form.text_area, PICTURE_SHARE, strict=True)
    width, height = (side * share for side, share in sides)
    grows = form.growth.distances
    return book_layout.shared(values, languages, {
        "paper": "program",
        "roles": book_layout.hosts_by_role(values.head.hosts),
        "logo_size": partial(book_layout.logo_size, grows=grows),
        "timed_items": book_layout.timed_items,
        "marks": book_layout.marks,
        "legend": book_layout.legend(values),
        "quiet": QUIET,
        "small": book_layout.SMALL if form.room >= 1 else 0,
        "across": 2 if form.large else 3,
        "picture_size": partial(book_layout.picture_size, room=(width, height)),
        "letters": content_pages.letters_in_order(values.pages, values.head.hosts),
        "information": [page for page in values.pages if not content_pages.is_letter(page)],
        "channels": channel_groups(values),
        "indexed": bool(values.speakers) or any(cast_of(values)),
        "is_short": partial(content_pages.is_short, room=form.room),
        "is_brief": partial(content_pages.is_brief, room=form.room),
        "paragraphs": content_pages.paragraphs,
        "portraits": any(one.photo for one in values.speakers),
        "rows": partial(content_pages.rows, room=form.room),
        "prose": content_pages.prose,
        "ruled": int(form.text_area[1] / (RULED * grows)) - 2,
        "form": form,
        "beyond": "",
        "with_hosts": True,
        "on_cover": [],
        "tier": "plain",
    })  # fmt: skip


class Text:
    """What a book says. Each part is put in words once, whether its letters are asked for or it is laid out."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context
        self._kept: dict[tuple[int, int], Markup] = {}

    def page(self, pieces: Sequence[Piece]) -> str:
        """The parts as one document."""
        parts = [self._part(piece) for piece in pieces]
        return templates.page("program/document.html", **self.context, pieces=pieces, parts=parts)

    def letters(self, pieces: Iterable[Piece]) -> set[str]:
        """All that is in these parts. In an index nobody stands on any page yet."""
        blank = (
            replace(one, holds=index_of(self.context["values"], {})) if one.name == "index" else one for one in pieces
        )
        return set(self.page(list(blank)))

    def _part(self, piece: Piece) -> Markup:
        if piece.name in UNSETTLED:
            return self._said(piece)
        key = piece.number, piece.since
        if key not in self._kept:
            self._kept[key] = self._said(piece)
        return self._kept[key]

    def _said(self, piece: Piece) -> Markup:
        said = templates.page(f"program/{piece.name}.html", **self.context, piece=piece)
        return Markup(said)  # noqa: S704 (the template escapes what it is given)
