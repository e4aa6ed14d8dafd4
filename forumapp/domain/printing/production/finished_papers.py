"""Papers made whole, for whoever prints them: a worker or a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.books import book_layout, checks, pocket_agenda
from forumapp.domain.printing.cards import printer, sign_in_sheets
from forumapp.domain.printing.fallback_pack import layout as fallback
from forumapp.domain.printing.fallback_pack import typesetting
from forumapp.domain.printing.fallback_pack.values import PackValues
from forumapp.domain.printing.letters import layout
from forumapp.domain.printing.letters.values import LetterBook
from forumapp.domain.printing.list_papers import handout_lists
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.paper import handout_boxes, photo_resolution
from forumapp.domain.printing.paper.card_documents import CardsValues, SignInValues
from forumapp.domain.printing.paper.documents import ErratumValues, PocketValues, ProgramValues, SpeakerAgendaValues
from forumapp.domain.printing.paper.itinerary_documents import ItineraryValues
from forumapp.domain.printing.pdf import imposition, page_joining
from forumapp.domain.printing.production import render
from forumapp.domain.printing.rules import Options, format_for, placing_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forumapp.domain.printing.paper.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.paper.stocks import Stock

Book = (
    ProgramValues | PocketValues | ErratumValues | ItineraryValues | SpeakerAgendaValues | CardsValues | SignInValues
    | LetterBook | PackValues
)  # fmt: skip


def make_book(values: Book, folder: Path, options: Options | None = None) -> bytes:
    """The book in its edition's languages, its pages in order; `folder` keeps cut fonts."""
    if isinstance(values, SpeakerAgendaValues):
        return book_layout.speaker_agenda(values, values.head.languages, folder)
    if isinstance(values, CardsValues | SignInValues | LetterBook | PackValues):
        return _naming(values, folder)
    if isinstance(values, ItineraryValues):
        return render.render_itineraries([values], folder=folder)
    if isinstance(values, PocketValues):
        return pocket_agenda.pocket_agenda(values, values.head.languages, folder)
    if isinstance(values, ErratumValues):
        return pocket_agenda.erratum(values, values.head.languages, folder)
    form = format_for(options or Options(), values.head.page_size)
    return render.render_program(values, form=form, folder=folder, again=True)


def _letter(book: LetterBook, folder: Path) -> bytes:
    """One formal letter. The same one is the same file each time, made by the same renderer."""
    return Setter(layout.lay(book.letter, book.revoked_on), book.pictures, folder, book.characters).pdf(0)


def _naming(values: CardsValues | SignInValues | LetterBook | PackValues, folder: Path) -> bytes:
    if isinstance(values, PackValues):
        return typesetting.pack(values, folder)
    if isinstance(values, LetterBook):
        return _letter(values, folder)
    if isinstance(values, SignInValues):
        return sign_in_sheets.sheets(values, folder)
    return printer.CardPrinter(values, folder).pdf()


def badge_file(
    pages: bytes,
    badges: Sequence[BadgeValues],
    head: EditionHead,
    stock: Stock,
    *,
    two_sided: bool,
    options: Options,
    folder: Path,
) -> bytes:
    """Single badges, in order, on the stock's sheets. Where they are handed out from boxes, the lists of these come
    first, on pages of the edition's size: they go to another tray.
    """
    filled = handout_boxes.boxes_of(badges, options.boxes)
    lists = [handout_lists.lists_of(filled, head, folder)] if filled else []
    return imposition.merge([*lists, imposition.onto_sheets(pages, stock, placing_for(options), two_sided=two_sided)])


def check(values: Sequence[Book]) -> list[Finding]:
    """What to mend before these books are printed, for whoever prints them or asks first."""
    itineraries = [one for one in values if isinstance(one, ItineraryValues)]
    programs = [one for one in values if isinstance(one, ProgramValues)]
    agendas = [one for one in values if isinstance(one, SpeakerAgendaValues)]
    found = [finding for one in programs for finding in render.preflight_program(one)]
    found += [one for each in values if isinstance(each, ErratumValues)
              for one in checks.check_erratum(each, each.head.languages)]  # fmt: skip
    found += photo_resolution.coarse_of(
        (person for one in programs for person in one.speakers), photo_resolution.SPEAKER
    )
    found += [one for each in values if isinstance(each, CardsValues) for one in printer.CardPrinter(each).check()]
    found += [one for each in values if isinstance(each, SignInValues) for one in sign_in_sheets.check(each)]
    found += [one for each in values if isinstance(each, PackValues) for one in fallback.check(each)]
    found += layout.check([one.letter for one in values if isinstance(one, LetterBook)])
    members = {member.person.person_id: member.person for one in itineraries for member in one.members}
    found += photo_resolution.coarse_of(members.values(), photo_resolution.MEMBER)
    return [*found, *render.preflight_itineraries(itineraries), *render.preflight_speaker_agendas(agendas)]


def bound(parts: Sequence[bytes], *, imposed: bool) -> bytes:
    """Books one after another, each from the front of a sheet on; `imposed`, each is laid out for the office copier by
    itself.
    """
    if imposed:
        return imposition.merge([imposition.booklet(part) for part in parts])
    return page_joining.books(imposition.on_fronts(parts))
