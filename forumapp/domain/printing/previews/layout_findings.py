"""What is to be mended of papers that is found by drawing them, which a process with limits does. What is more than
these allow ends in a finding, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forumapp.core.serving.render_pool import TookTooLong, TookTooMuch, Workshop
from forumapp.core.values.text import pick
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.designs.choices import pictures_on
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.previews.photo_checks import coarse_badges
from forumapp.domain.printing.previews.previews import Drawn
from forumapp.domain.printing.rules import batches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.designs.choices import Looks
    from forumapp.domain.printing.letters.values import LetterValues
    from forumapp.domain.printing.paper.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.paper.stocks import Stock
    from forumapp.domain.printing.production.finished_papers import Book

AT_ONCE = 4000  # badges
HERE = Workshop(None)  # for whoever is within limits already


def of_badges(
    db: DbSession,
    edition: Edition,
    badges: Sequence[BadgeValues],
    *,
    head: EditionHead,
    stock: Stock,
    looks: Looks,
    workshop: Workshop,
    folder: Path,
) -> list[Finding]:
    """What these badges would show on this stock, and photos that are too small for their places. The limits are for so
    many of them at a time, so that all badges of a large edition can be looked through.
    """
    of: Any = {"looks": looks, "backs": back_facts(db, edition, looks), "folder": folder}
    of["held"] = contents_of(db, pictures_on((), looks))
    found: dict[tuple[object, ...], Finding] = {}
    sizes: dict[str, tuple[float, float] | None] = {}
    for start, end in batches(len(badges), AT_ONCE):
        try:
            more, shown = workshop.run(Drawn("badge_findings", badges[start:end], stock, head, **of))
        except (TookTooLong, TookTooMuch) as refusal:
            return [*found.values(), _too_much(refusal, head)]
        for one in more:  # what badges of a type or all of them share is found in each batch
            found.setdefault(one.key, one)
        sizes |= shown
    return [*found.values(), *coarse_badges(db, sizes, badges)]


def of_books(books: Sequence[Book], *, workshop: Workshop) -> list[Finding]:
    """Pictures are not looked at here, so they are not sent."""
    without = [_without_pictures(one) for one in books]
    try:
        found: list[Finding] = workshop.run(Drawn("book_findings", without)) if books else []
    except (TookTooLong, TookTooMuch) as refusal:
        found = [_too_much(refusal, getattr(books[0], "head", None))]
    return found


def _without_pictures(book: Any) -> Any:
    if hasattr(book, "blanks"):  # a fallback pack has them there
        book = replace(book, blanks=_without_pictures(book.blanks))
    return replace(book, pictures={}) if hasattr(book, "pictures") else book


def of_letters(letters: Sequence[LetterValues], *, workshop: Workshop, folder: Path) -> list[Finding]:
    """Of those that would be issued together."""
    try:
        found: list[Finding] = workshop.run(Drawn("letter_findings", letters, folder)) if letters else []
    except (TookTooLong, TookTooMuch) as refusal:
        found = [_too_much(refusal)]
    return found


def _too_much(refusal: TookTooLong | TookTooMuch, head: EditionHead | None = None) -> Finding:
    """Nobody knows what else there is to mend, so nothing is printed before somebody has looked."""
    code = "drawing-too-long" if isinstance(refusal, TookTooLong) else "drawing-too-large"
    return Finding(code, True, None, pick(head.name, head.languages[0]) if head else "", {}, ("edition", ""))
