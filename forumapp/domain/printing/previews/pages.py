"""What previews show and what a request or a mail hands over, from plain values: done in a process of its own, which
needs no database.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.badges.calibration import calibration_page, test_page
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.badges.rehearsal_mark import marked
from forumapp.domain.printing.badges.tickets import render_tickets
from forumapp.domain.printing.books import link_preview
from forumapp.domain.printing.cards import door_signs as cards_door_signs
from forumapp.domain.printing.cards import seating_plans
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.letters import layout
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.pdf import fonts, imposition, raster
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.printing.production.render import render_badges

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.designs.choices import Chosen
    from forumapp.domain.printing.letters.values import LetterValues
    from forumapp.domain.printing.list_papers.values import Laid
    from forumapp.domain.printing.paper.documents import BackFacts, BadgeValues, EditionHead
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.paper.sheet_layout import Placing
    from forumapp.domain.printing.paper.stocks import Stock
    from forumapp.domain.printing.production.finished_papers import Book
    from forumapp.domain.printing.rules import Options

# Printers of desks by what they print on and how, with the pictures that they were handed: a process keeps them.
_DESKS: dict[str, tuple[BadgePrinter, dict[int, bytes]]] = {}
MOST_DESKS = 4


PAGES_UNKNOWN = "@page{@bottom-right{content:counter(page)}}"


def get_ready(folder: Path) -> None:
    """What the first page in a process would wait for: fonts are found and loaded, and styles read."""
    for pair in dict.fromkeys((fonts.SANS, fonts.books_pair())):
        words = "<html lang='en'><p>Aa <b>Aa</b> <span lang='zh-Hans'>永<b>永</b></span></p></html>"
        Typesetter(pair, words, folder).pdf(words, "p{margin:0}")


def badges(people: Sequence[BadgeValues], stock: Stock, head: EditionHead, held: Mapping[int, bytes], of: Any) -> bytes:
    return render_badges(people, stock, head, pictures=partial(_among, held), **of)


def _printer(
    people: Sequence[BadgeValues],
    stock: Stock,
    head: EditionHead,
    *,
    looks: Mapping[str, Chosen],
    backs: BackFacts,
    held: Mapping[int, bytes],
    folder: Path,
) -> BadgePrinter:
    return BadgePrinter(head, stock, people, folder, looks, pictures=partial(_among, held), backs=backs)


def trial(people: Sequence[BadgeValues], *arguments: Any, **of: Any) -> tuple[bytes, list[Finding]]:
    """Badges without regard to sheets, and what would be told of them."""
    printer = _printer(people, *arguments, **of)
    return printer.pages(people), printer.check(people)


def badge_findings(
    people: Sequence[BadgeValues], *arguments: Any, **of: Any
) -> tuple[list[Finding], dict[str, tuple[float, float] | None]]:
    """What would be told of these badges, and how large those of each type show a photo."""
    printer = _printer(people, *arguments, **of)
    return printer.check(people), printer.photo_sizes(people)


def book_findings(values: Sequence[Book]) -> list[Finding]:
    return finished_papers.check(values)


def letter_findings(letters: Sequence[LetterValues], folder: Path) -> list[Finding]:
    return layout.check(letters, folder)


def one_badge(
    values: BadgeValues,
    stock: Stock,
    head: EditionHead,
    *,
    looks: Mapping[str, Chosen],
    held: Mapping[int, bytes],
    folder: Path,
) -> tuple[bytes, list[Finding]]:
    """As a picture of the badge as it is cut, and what would be told of it."""
    cut = {code: replace(one, design=replace(one.design, bleed=0.0)) for code, one in looks.items()}
    printer = BadgePrinter(head, stock, [values], folder, cut, pictures=partial(_among, held))
    return raster.page_as_picture(printer.pages([values]), 1, raster.PAGE), printer.check([values])


def at_the_desk(
    key: str,
    values: BadgeValues,
    options: Options,
    *,
    held: Mapping[int, bytes],
    folder: Path,
    kind: tuple[Stock, EditionHead, Mapping[str, Chosen], BackFacts, str] | None = None,
) -> tuple[bytes, int, list[Finding]] | None:
    """One badge as it goes to the printer, how many pages that is, and what would be told of it. Its printer stays laid
    out in this process under the `key` of all that badges share (`kind`); None where it is not, and nobody says that.
    """
    if key not in _DESKS and kind is None:
        return None
    if key not in _DESKS:
        stock, head, looks, backs, letters = kind  # type: ignore[misc]  # said, as was asked above
        pictures = dict(held)
        more: Any = {"pictures": partial(_among, pictures), "backs": backs, "letters": letters}
        if len(_DESKS) >= MOST_DESKS:
            _DESKS.clear()
        _DESKS[key] = (BadgePrinter(head, stock, [values], folder, looks, **more), pictures)
    printer, pictures = _DESKS[key]
    pictures.clear()
    pictures.update(held)
    shared: Any = {"two_sided": printer.is_two_sided, "options": options, "folder": folder}
    pdf = finished_papers.badge_file(printer.pages([values]), [values], printer.head, printer.stock, **shared)
    return pdf, imposition.pages_in(pdf), printer.check([values])


def books(values: Sequence[Book], folder: Path, options: Options | None = None) -> bytes:
    return finished_papers.bound([finished_papers.make_book(one, folder, options) for one in values], imposed=False)


def working(laid: Laid, held: Mapping[int, bytes], folder: Path, *, is_cut: bool = False) -> bytes:
    """`is_cut`: the list goes on, so nobody knows how many pages it has, and on the last of these there is more."""
    laid = replace(laid, css=laid.css + PAGES_UNKNOWN) if is_cut else laid
    setter = Setter(laid, held, folder)
    pdf = finished_papers.bound([setter.pdf(number) for number in range(len(laid.pieces))], imposed=False)
    return imposition.without_last(pdf) if is_cut else pdf


def run_of_show(*arguments: Any, **of: Any) -> bytes:
    return cards_door_signs.render_run_of_show(*arguments, **of)


def door_signs(*arguments: Any, **of: Any) -> bytes:
    return cards_door_signs.render_door_signs(*arguments, **of)


def seats(*arguments: Any, **of: Any) -> bytes:
    return seating_plans.render(*arguments, **of)


def tickets(*arguments: Any, **of: Any) -> bytes:
    return render_tickets(*arguments, **of)


def calibration(stock: Stock, placing: Placing, *, folder: Path) -> bytes:
    return calibration_page(stock, folder, placing)


def a_test_page(stock: Stock, *, folder: Path) -> bytes:
    return test_page(stock, folder)


def picture_for_links(head: EditionHead, logo: bytes | None, *, folder: Path) -> bytes:
    return link_preview.draw(head, logo, folder)


def rehearsed(pdf: bytes, *, folder: Path) -> bytes:
    return marked(pdf, folder)


def _among(held: Mapping[int, bytes], keys: Collection[int]) -> dict[int, bytes]:
    return {key: held[key] for key in keys if key in held}
