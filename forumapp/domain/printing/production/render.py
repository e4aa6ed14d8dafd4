"""From plain values to finished paper. It needs no database and no application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.badges.printer import NO_BACKS, BadgePrinter, Pictures
from forumapp.domain.printing.books import book_layout, checks, program
from forumapp.domain.printing.paper.sheet_layout import USUAL, Placing
from forumapp.domain.printing.pdf import imposition, page_joining

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forumapp.domain.printing.designs.choices import Chosen
    from forumapp.domain.printing.paper.documents import (
        BackFacts,
        BadgeValues,
        EditionHead,
        ProgramValues,
        SpeakerAgendaValues,
    )
    from forumapp.domain.printing.paper.itinerary_documents import ItineraryValues
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.paper.page_formats import Format
    from forumapp.domain.printing.paper.stocks import Stock


def render_badges(
    values: Sequence[BadgeValues],
    stock: Stock,
    head: EditionHead,
    *,
    placing: Placing = USUAL,
    folder: Path | None = None,
    looks: Mapping[str, Chosen] | None = None,
    pictures: Pictures | None = None,
    backs: BackFacts = NO_BACKS,
) -> bytes:
    """The badges as one PDF, in order, on the stock's sheets where it has them.

    `folder` keeps cut fonts from one run to the next.
    `looks` are the designs of registration types by their codes, `pictures` answers logos and photos by their keys,
    `backs` is what backs tell.
    """
    printer = BadgePrinter(head, stock, values, folder, looks, pictures=pictures, backs=backs, bleed=placing.beyond)
    return imposition.onto_sheets(printer.pages(values), stock, placing, two_sided=printer.is_two_sided)


def preflight(
    values: Sequence[BadgeValues],
    stock: Stock,
    head: EditionHead,
    *,
    folder: Path | None = None,
    looks: Mapping[str, Chosen] | None = None,
    pictures: Pictures | None = None,
    backs: BackFacts = NO_BACKS,
) -> list[Finding]:
    """What to mend before these badges are printed, by person, in the order of the badges."""
    return BadgePrinter(head, stock, values, folder, looks, pictures=pictures, backs=backs).check(values)


def render_program(
    values: ProgramValues,
    languages: Sequence[str] | None = None,
    *,
    form: Format | None = None,
    folder: Path | None = None,
    processes: int | None = None,
    again: bool = False,
) -> bytes:
    """The program as a book of single pages; `languages` are the edition's unless others are named, the first leads.

    A large one is made by two `processes` where there are processors for them, unless one is asked for. Of another one
    the parts are kept where it may be made `again` soon.
    """
    how: Any = {"form": form, "processes": processes, "again": again}
    return program.program(values, languages or values.head.languages, folder, **how)


def preflight_program(values: ProgramValues, languages: Sequence[str] | None = None) -> list[Finding]:
    """What to mend before the program is printed, by person or session."""
    return checks.check(values, languages or values.head.languages)


def preflight_itineraries(values: Sequence[ItineraryValues], languages: Sequence[str] | None = None) -> list[Finding]:
    """What to mend before these booklets are printed, by member, item or delegation; nothing is told twice."""
    found = (one for each in values for one in checks.check_itinerary(each, languages or each.head.languages))
    told = {(one.code, one.name, tuple(sorted(one.details.items()))): one for one in found}
    return list(told.values())


def preflight_speaker_agendas(values: Sequence[SpeakerAgendaValues]) -> list[Finding]:
    """What to mend before these agendas are printed, by person or session; nothing is told twice."""
    found = (one for each in values for one in checks.check_speaker_agenda(each, each.head.languages))
    told = {(one.code, one.name, tuple(sorted(one.details.items()))): one for one in found}
    return list(told.values())


def render_itineraries(
    values: Sequence[ItineraryValues], languages: Sequence[str] | None = None, *, folder: Path | None = None
) -> bytes:
    """The booklets of the delegations one after another."""
    return page_joining.books(
        [book_layout.itinerary(each, languages or each.head.languages, folder) for each in values]
    )
