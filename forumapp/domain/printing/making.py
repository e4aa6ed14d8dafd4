"""Papers made whole, for whoever prints them: a worker or a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing import (
    book_checks,
    books,
    box_lists,
    cards,
    hand_out,
    impose,
    joining,
    photos,
    pocket,
    render,
    sign_in,
)
from forumapp.domain.printing.card_documents import CardsValues, SignInValues
from forumapp.domain.printing.documents import ErratumValues, PocketValues, ProgramValues, SpeakerAgendaValues
from forumapp.domain.printing.fallback import laying as fallback
from forumapp.domain.printing.fallback import setting
from forumapp.domain.printing.fallback.values import PackValues
from forumapp.domain.printing.formal import laying
from forumapp.domain.printing.formal.values import LetterBook
from forumapp.domain.printing.itinerary_documents import ItineraryValues
from forumapp.domain.printing.rules import Options, format_for, placing_for
from forumapp.domain.printing.working.setting import Setter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forumapp.domain.printing.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.layout import Finding
    from forumapp.domain.printing.stocks import Stock

Book = (
    ProgramValues | PocketValues | ErratumValues | ItineraryValues | SpeakerAgendaValues | CardsValues | SignInValues
    | LetterBook | PackValues
)  # fmt: skip


def make_book(values: Book, folder: Path, options: Options | None = None) -> bytes:
    """The book in its edition's languages, its pages in order; `folder` keeps cut fonts."""
    if isinstance(values, SpeakerAgendaValues):
        return books.speaker_agenda(values, values.head.languages, folder)
    if isinstance(values, CardsValues | SignInValues | LetterBook | PackValues):
        return _naming(values, folder)
    if isinstance(values, ItineraryValues):
        return render.render_itineraries([values], folder=folder)
    if isinstance(values, PocketValues):
        return pocket.pocket_agenda(values, values.head.languages, folder)
    if isinstance(values, ErratumValues):
        return pocket.erratum(values, values.head.languages, folder)
    form = format_for(options or Options(), values.head.page_size)
    return render.render_program(values, form=form, folder=folder, again=True)


def _letter(book: LetterBook, folder: Path) -> bytes:
    """One formal letter. The same one is the same file each time, made by the same renderer."""
    return Setter(laying.lay(book.letter, book.revoked_on), book.pictures, folder, book.characters).pdf(0)


def _naming(values: CardsValues | SignInValues | LetterBook | PackValues, folder: Path) -> bytes:
    if isinstance(values, PackValues):
        return setting.pack(values, folder)
    if isinstance(values, LetterBook):
        return _letter(values, folder)
    if isinstance(values, SignInValues):
        return sign_in.sheets(values, folder)
    return cards.CardPrinter(values, folder).pdf()


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
    filled = hand_out.boxes_of(badges, options.boxes)
    lists = [box_lists.lists_of(filled, head, folder)] if filled else []
    return impose.merge([*lists, impose.onto_sheets(pages, stock, placing_for(options), two_sided=two_sided)])


def check(values: Sequence[Book]) -> list[Finding]:
    """What to mend before these books are printed, for whoever prints them or asks first."""
    itineraries = [one for one in values if isinstance(one, ItineraryValues)]
    programs = [one for one in values if isinstance(one, ProgramValues)]
    agendas = [one for one in values if isinstance(one, SpeakerAgendaValues)]
    found = [finding for one in programs for finding in render.preflight_program(one)]
    found += [one for each in values if isinstance(each, ErratumValues)
              for one in book_checks.check_erratum(each, each.head.languages)]  # fmt: skip
    found += photos.coarse_of((person for one in programs for person in one.speakers), photos.SPEAKER)
    found += [one for each in values if isinstance(each, CardsValues) for one in cards.CardPrinter(each).check()]
    found += [one for each in values if isinstance(each, SignInValues) for one in sign_in.check(each)]
    found += [one for each in values if isinstance(each, PackValues) for one in fallback.check(each)]
    found += laying.check([one.letter for one in values if isinstance(one, LetterBook)])
    members = {member.person.person_id: member.person for one in itineraries for member in one.members}
    found += photos.coarse_of(members.values(), photos.MEMBER)
    return [*found, *render.preflight_itineraries(itineraries), *render.preflight_speaker_agendas(agendas)]


def bound(parts: Sequence[bytes], *, imposed: bool) -> bytes:
    """Books one after another, each from the front of a sheet on; `imposed`, each is laid out for the office copier by
    itself.
    """
    if imposed:
        return impose.merge([impose.booklet(part) for part in parts])
    return joining.books(impose.on_fronts(parts))
