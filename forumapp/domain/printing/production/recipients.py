"""Whom the books of a print name. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.fallback_pack.values import PackValues
from forumapp.domain.printing.letters.values import LetterBook
from forumapp.domain.printing.paper.documents import ProgramValues, SpeakerAgendaValues
from forumapp.domain.printing.paper.itinerary_documents import ItineraryValues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.domain.printing.paper.documents import PersonValues
    from forumapp.domain.printing.production.finished_papers import Book


def introduced(book: Book) -> Sequence[PersonValues]:
    """Whom a book names as those who are heard, or whose booklet it is."""
    if isinstance(book, ProgramValues):
        return book.speakers
    if isinstance(book, ItineraryValues):
        return [one.person for one in book.members]
    return [book.person] if isinstance(book, SpeakerAgendaValues) else []


def written_to(books: Sequence[Book]) -> list[int]:
    """The registrations of whom letters are written, and of those in a fallback pack."""
    letters = [book.letter.registration_id for book in books if isinstance(book, LetterBook)]
    people = [one.registration_id for book in books if isinstance(book, PackValues) for one in book.people]
    return list(dict.fromkeys(one for one in [*letters, *people] if one is not None))
