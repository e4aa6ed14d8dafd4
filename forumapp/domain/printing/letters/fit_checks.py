"""Which letters only stand on their page in small type, or take a second one. Most are far from it, which is told by
how much they say; only those that are not, or nearly, are laid out to see.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumapp.core.values.text import pick
from forumapp.domain.printing.engine.typeset import TYPESETTING, Typesetter
from forumapp.domain.printing.letters import layout, wording
from forumapp.domain.printing.list_papers.lists import HEIGHT
from forumapp.domain.printing.list_papers.typesetting import SIZES
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from forumapp.domain.printing.letters.values import LetterValues

FLOOR = 8.5  # pt, under which a letter is hard to read
# Of a page, as it is guessed: what takes less stands on it for certain. Found by trying texts of all lengths on either
# page, in one language and in two: the first that took a second page was guessed to be 1.4, and 1.8 of a certificate.
SAFE = {wording.INVITATION: 1.25, wording.CERTIFICATE: 1.6}
HAN, LATIN = 1.0, 0.55  # em that a character is wide
AROUND = {wording.INVITATION: 137, wording.CERTIFICATE: 117}  # mm that all but the text takes, without hosts
BESIDE = 0.3  # what two languages beneath each other are guessed too high
NARROW = {wording.INVITATION: 75, wording.CERTIFICATE: 230}  # mm, a column of text
GAP = 3.5  # mm after a paragraph
# What stands for pictures: they are as high as they are in print.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501"
    "0127186d660000000049454e44ae426082"
)


def too_long(letters: Sequence[LetterValues], folder: Path | None = None) -> list[Finding]:
    """Of letters that were issued together, a finding for each that is set too small to read well, or takes more than
    its page. `folder` keeps cut fonts.
    """
    guessed = sorted(((_guess(one, FLOOR), place) for place, one in enumerate(letters)), reverse=True)
    near = [letters[place] for guess, place in guessed if guess > SAFE[letters[0].content.kind]]
    small = near[: _count(near, FLOOR, folder)]
    more = _count(small, SIZES[-1], folder)
    return [*(_found(one, "letter-overfull") for one in small[:more]),
            *(_found(one, "text-under-floor") for one in small[more:])]  # fmt: skip


def _count(ordered: Sequence[LetterValues], size: float, folder: Path | None) -> int:
    """How many of them take more than a page: they are in order, the longest first, so few need be laid out."""
    if not ordered or _pages(ordered[0], size, folder) == 1:
        return 0
    least, most = 1, len(ordered)
    while least < most:
        middle = (least + most) // 2
        if _pages(ordered[middle], size, folder) > 1:
            least = middle + 1
        else:
            most = middle
    return least


def _pages(letter: LetterValues, size: float, folder: Path | None) -> int:
    laid = layout.lay(letter)
    held = dict.fromkeys(laid.pictures, DOT)
    typesetter = Typesetter(fonts.books_pair(), {*laid.pieces[0]}, folder or font_folder(), held)
    with TYPESETTING:
        style = typesetter.css(f"{laid.css}html{{font-size:{size}pt}}")
        return len(typesetter.document(laid.pieces[0], style).pages)


def _guess(letter: LetterValues, size: float) -> float:
    """What share of the page it takes in that size: the longer of two columns, or what stands beneath each other."""
    content = letter.content
    each = [_height(_texts(letter, one), size, NARROW[content.kind]) for one in content.languages]
    width, height = HEIGHT[content.page_size]
    if content.kind == wording.INVITATION:
        return max(each) / (height - AROUND[content.kind] - layout.letterhead(content))
    lines = sum(each) / (1 + BESIDE * (len(each) - 1))
    return lines / max(1, width - AROUND[content.kind] - layout.letterhead(content))


def _texts(letter: LetterValues, language: str) -> Iterable[str]:
    said = letter.said
    yield from (part for text in letter.parts(language) for part in text.splitlines())
    yield from (said.shown_name, pick(said.title, language), pick(said.organization, language))
    yield from (pick(letter.content.office, language), *(pick(one.name, language) for one in letter.content.hosts))


def _height(texts: Iterable[str], size: float, width: float) -> float:
    em = size * layout.POINT
    wide = (sum(HAN if ord(c) > ord("⺀") else LATIN for c in text) * em for text in texts if text.strip())
    return sum(math.ceil(one / width) * 1.75 * em + GAP for one in wide)


def _found(letter: LetterValues, code: str) -> Finding:
    details = {} if code == "letter-overfull" else {"part": "letter", "floor": f"{FLOOR:g}"}
    return Finding(code, False, letter.registration_id, letter.said.shown_name, details, layout.about_person(letter))
