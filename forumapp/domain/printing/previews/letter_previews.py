"""Looking at letters: at those that would be issued, before they are, and at one that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing.letter_models import LetterKind
from forumapp.domain.printing.letters.address_checks import sending_findings
from forumapp.domain.printing.letters.attendance import attended
from forumapp.domain.printing.letters.forms import get_letter_form
from forumapp.domain.printing.letters.issued_letters import KINDS, altered, letter_books, lines_to_print
from forumapp.domain.printing.letters.queries import Selection, candidates
from forumapp.domain.printing.letters.values import LetterBook
from forumapp.domain.printing.paper.blocking_findings import weighed
from forumapp.domain.printing.previews.layout_findings import of_letters
from forumapp.domain.printing.previews.previews import Beginning, Drawn, Readers
from forumapp.domain.printing.rules import Options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.letters.values import LetterValues
    from forumapp.domain.printing.paper.layout import Finding

FIRST = 6
READERS = Readers((Permission.DECIDE_REGISTRATIONS,))  # of letters that are not issued yet


def check(
    db: DbSession,
    edition: Edition,
    letters: Sequence[LetterValues],
    *,
    workshop: Workshop,
    folder: Path,
    now: datetime,
) -> list[Finding]:
    """What to mend before they are issued, what blocks first."""
    drawn = of_letters(letters, workshop=workshop, folder=folder)
    found = weighed([*drawn, *sending_findings(db, edition, letters, now=now)], edition.print_blocks)
    return sorted(found, key=lambda one: not one.blocking)


def edition_letters(
    db: DbSession, edition: Edition, folder: Path, *, workshop: Workshop, now: datetime
) -> list[Finding]:
    """What to mend of the letters that an edition has begun to write: of those that might be issued now, and those that
    are not as they were issued. Nothing of a kind of which nobody has said anything.
    """
    found: list[Finding] = []
    for paper, kind in KINDS.items():
        if get_letter_form(db, edition.id, kind).version == 0:
            continue
        to = [Selection(kind), *([Selection(kind, invited=True)] if kind is LetterKind.INVITATION else [])]
        letters = [one for each in to for one in candidates(db, edition, each, now=now)]
        found += of_letters(letters, workshop=workshop, folder=folder)
        found += sending_findings(db, edition, letters, now=now)
        found += altered(lines_to_print(db, edition, paper, Options()))
    return found


def first_of(db: DbSession, letters: Sequence[LetterValues], folder: Path) -> Beginning | None:
    """The pages of the first ones, the longest names among them; None where there are none."""
    first = sorted(letters, key=lambda one: -len(one.said.in_passport_order + one.said.native_full))[:FIRST]
    if not first:
        return None
    pictures = contents_of(db, first[0].content.pictures)
    make = Drawn("books", [LetterBook(one, "", pictures) for one in first], folder, Options())
    return Beginning([one.seal for one in first], make, len(first) == len(letters))


def letter_pdf(db: DbSession, edition: Edition, letter_id: int, *, workshop: Workshop, folder: Path) -> bytes:
    """One letter as it was issued, made at once, and marked where it is revoked. Raises what `workshop` does of what is
    too much.
    """
    books = letter_books(db, edition, [letter_id], marked=True)
    pdf: bytes = workshop.run(Drawn("books", books, folder, Options()))
    return pdf


def seen_of(db: DbSession, edition: Edition, letters: Sequence[LetterValues]) -> tuple[bool, bool]:
    """Of certificates, whether it is known who was there, and whether anybody was of those whom they would be for."""
    there = attended(db, edition)
    return there is not None, any(one.registration_id in (there or ()) for one in letters)
