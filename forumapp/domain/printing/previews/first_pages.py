"""The first pages of what a print would make, read and laid out alone, so that they are there at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing import queries
from forumapp.domain.printing.agenda_papers import agenda_paper
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.cards.values import card_values
from forumapp.domain.printing.delegation_papers.registry import PAPERS, is_working, read_paper
from forumapp.domain.printing.delegation_papers.versions import shown_of, version_of
from forumapp.domain.printing.designs.choices import pictures_on
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.fallback_pack.values import first_of
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.letters.issued_letters import letter_books, list_to_print
from forumapp.domain.printing.list_papers.values import ListValues, Stamp, beginning_of
from forumapp.domain.printing.models import CARDS, FORMAL, OF_THE_AGENDA, Paper
from forumapp.domain.printing.paper.itinerary_documents import ItineraryValues
from forumapp.domain.printing.previews.previews import Beginning, Drawn, Readers, keep_preview
from forumapp.domain.printing.rules import chosen_stock, placing_for, stock_for
from forumapp.domain.printing.speaker_agendas import list_speaker_agendas, speaker_agenda_values

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.preview_cache import Rack
    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.sheet_layout import Placing
    from forumapp.domain.printing.paper.stocks import Stock
    from forumapp.domain.printing.previews.previews import Preview
    from forumapp.domain.printing.production.finished_papers import Book
    from forumapp.domain.printing.rules import Options

BADGES = 12
SESSIONS, SPEAKERS = 8, 4  # of a program, on its first day
DAYS, MEMBERS = 2, 8  # of the booklet of a delegation
AGENDAS = 2  # of speakers
LETTERS = 3
PIECES = 3  # of a working paper
LINES = 45  # of one that is a list


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is printed, of whom (`within`), and when. `folder` keeps cut fonts."""

    edition: Edition
    paper: Paper
    options: Options
    within: Collection[int] | None
    folder: Path
    now: datetime


def preview_print(
    db: DbSession,
    edition: Edition,
    paper: Paper,
    options: Options,
    *,
    rack: Rack,
    workshop: Workshop,
    folder: Path,
    actor: Actor,
    now: datetime,
) -> Preview:
    """The first pages of what a print with these options would make. Raises what `services.ask_print` would, and
    NothingToPrint or NothingPublished, and what `workshop` does of what is too much. `folder` keeps cut fonts.
    """
    within = services.require_paper(db, edition.id, paper, actor=actor)
    options = services.checked_options(db, edition.id, paper, options.plain, within=within)
    delegation_id = services.delegation_asked(db, edition.id, options)
    access = require(db, edition.id, Permission.PRINT, actor=actor)
    services.require_plan(access, options)
    options = services.for_reader(access, paper, delegation_id, options)
    first = beginning(db, Wanted(edition, paper, options, within, folder, now))
    needs = (Permission.PRINT, *services.reads_of(paper, options))
    readers = Readers(needs, delegation_id, paper in OF_THE_AGENDA)
    return keep_preview(edition.id, first, readers, rack=rack, workshop=workshop)


def beginning(db: DbSession, wanted: Wanted) -> Beginning:
    """Raises NothingToPrint and NothingPublished. Pages of a booklet stand by themselves, as one reads them."""
    if is_working(wanted.paper, wanted.options):
        return _of_working(db, wanted)
    agenda = {Paper.POCKET_AGENDA: _of_agenda, Paper.PROGRAM_ERRATUM: _of_agenda}
    agenda |= {Paper.FALLBACK_PACK: _of_pack, **dict.fromkeys(CARDS, _of_cards), **dict.fromkeys(FORMAL, _of_letters)}
    read = {Paper.BADGES: _of_badges, Paper.PROGRAM: _of_program, **agenda}.get(wanted.paper, _of_books)
    return read(db, wanted)


def _of_badges(db: DbSession, wanted: Wanted) -> Beginning:
    badges = queries.badges_to_print(db, wanted.edition, wanted.options, within=wanted.within)
    head = queries.edition_head(db, wanted.edition, wanted.options)
    stock, placing = stock_for(wanted.options, head.page_size), placing_for(wanted.options)
    first = badges[: on_whole_sheets(stock, placing)]
    looks = looks_of(db, wanted.edition.id, chosen_stock(wanted.options))
    backs = back_facts(db, wanted.edition, looks)

    held = contents_of(db, pictures_on(first, looks))
    of: dict[str, Any] = {"looks": looks, "backs": backs, "placing": placing, "folder": wanted.folder}
    make = Drawn("badges", first, stock, head, held, of)
    return Beginning((head, stock, first, looks, backs, placing), make, len(first) == len(badges))


def on_whole_sheets(stock: Stock, placing: Placing) -> int:
    """How many badges are shown: so many that the last sheet is as full as it will be printed."""
    if stock.sheet is None:
        return BADGES
    used, places = placing.first - 1, stock.sheet.places
    return -(-(used + BADGES) // places) * places - used


def _of_program(db: DbSession, wanted: Wanted) -> Beginning:
    # Its foot says when it was printed, and this is no print: what did not change since the last look stays as it is.
    hour = wanted.now.replace(minute=0, second=0, microsecond=0)
    values = queries.program_values(db, wanted.edition, wanted.options, now=hour)
    days = tuple(replace(day, sessions=day.sessions[:SESSIONS]) for day in values.days[:1])
    first = replace(values, days=days, speakers=values.speakers[:SPEAKERS])
    return _books([first], wanted, is_whole=first == values)


def _of_agenda(db: DbSession, wanted: Wanted) -> Beginning:
    """A leaf or two, which are laid out whole."""
    values = agenda_paper(db, wanted.edition, wanted.paper, wanted.options, now=wanted.now)
    return _books([values], wanted, is_whole=True)


def _of_cards(db: DbSession, wanted: Wanted) -> Beginning:
    of: dict[str, Any] = {"within": wanted.within, "now": wanted.now}
    values = card_values(db, wanted.edition, wanted.paper, wanted.options, **of)
    first = replace(values, cards=values.cards[:BADGES])
    return _books([first], wanted, is_whole=first == values)


def _of_pack(db: DbSession, wanted: Wanted) -> Beginning:
    values = pack_values(db, wanted.edition, wanted.options, now=wanted.now)
    return _books([first_of(values, BADGES)], wanted, is_whole=False)


def _of_letters(db: DbSession, wanted: Wanted) -> Beginning:
    ids = list_to_print(db, wanted.edition, wanted.paper, wanted.options, within=wanted.within)
    books = letter_books(db, wanted.edition, ids[:LETTERS])
    return _books([*books], wanted, is_whole=len(books) == len(ids))


def _of_books(db: DbSession, wanted: Wanted) -> Beginning:
    edition, options, within, now = wanted.edition, wanted.options, wanted.within, wanted.now
    if wanted.paper is Paper.ITINERARIES:
        codes = itineraries.list_booklets(db, edition.id, options, within=within)
        whole = itineraries.itinerary_values(db, edition, codes[0], options, within=within, now=now)
        first = _of_itinerary(whole)
        return _books([first], wanted, is_whole=first == whole and len(codes) == 1)
    number, people = list_speaker_agendas(db, edition, options, within=within)
    head = queries.edition_head(db, edition, options)
    agendas = [speaker_agenda_values(db, edition, one, head, number=number, now=now) for one in people[:AGENDAS]]
    return _books(agendas, wanted, is_whole=len(agendas) == len(people))


def _books(values: list[Any], wanted: Wanted, *, is_whole: bool) -> Beginning:
    make = Drawn("books", values, wanted.folder, wanted.options)
    return Beginning(([_lasting(one) for one in values], wanted.options), make, is_whole)


def _lasting(values: Book) -> Book:
    """Without the moment, and without the bytes of pictures: their keys say which they are."""
    without: dict[str, Any] = {"printed_at": None} | ({"pictures": {}} if hasattr(values, "pictures") else {})
    return replace(values, **without)


def _of_working(db: DbSession, wanted: Wanted) -> Beginning:
    edition, options, paper = wanted.edition, wanted.options, PAPERS[wanted.paper]
    delegation = services.delegation_of(db, edition.id, options)
    values = read_paper(db, edition, delegation, wanted.paper, options)
    shown = shown_of(db, delegation, wanted.paper, options, values)
    of: dict[str, Any] = {"registration": options.registration}
    version = version_of(db, edition.id, wanted.paper, delegation.id, paper.facts(values), **of)
    part = _part_of(shown)
    laid = paper.lay(part, Stamp(version, wanted.now))
    first = replace(laid, pieces=laid.pieces[:PIECES])
    is_cut = isinstance(part, ListValues) and part != shown
    make = Drawn("working", first, contents_of(db, laid.pictures), wanted.folder, is_cut=is_cut)
    return Beginning((part, version), make, part == shown and len(first.pieces) == len(laid.pieces))


def _part_of(shown: Any) -> Any:
    """Of what a working paper says, the part with its first pages. A booklet is a book, of which one is enough."""
    if isinstance(shown, ItineraryValues):
        return _of_itinerary(shown)
    if isinstance(shown, ListValues):
        return beginning_of(shown, LINES)
    if isinstance(shown, list) and isinstance(shown[0], ItineraryValues):
        return [_of_itinerary(shown[0])]
    return shown


def _of_itinerary(values: ItineraryValues) -> ItineraryValues:
    return replace(values, days=values.days[:DAYS], members=values.members[:MEMBERS])
