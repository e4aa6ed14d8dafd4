"""What is told before a paper is printed: how many pieces there are, what is to be mended, and what is printed again.

Pages, the interface and the console ask here, and a worker checks the same once more before it prints.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import NotFound
from forumapp.domain.printing import queries
from forumapp.domain.printing.agenda_papers import agenda_paper, is_of_the_agenda
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.cards.values import card_values
from forumapp.domain.printing.checks.unapproved_names import unproofed_badges, unproofed_people, unproofed_registrations
from forumapp.domain.printing.delegation_papers.registry import PAPERS, is_working, read_paper
from forumapp.domain.printing.delegation_papers.versions import shown_of
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.jobs.reprints import count_again
from forumapp.domain.printing.jobs.services import as_allowed, delegation_of
from forumapp.domain.printing.letters.address_checks import printing_findings
from forumapp.domain.printing.letters.issued_letters import letter_books, list_to_print
from forumapp.domain.printing.models import CARDS, FORMAL, Paper
from forumapp.domain.printing.paper.blocking_findings import mark_of, weighed
from forumapp.domain.printing.paper.card_documents import CardsValues, SignInValues
from forumapp.domain.printing.paper.handout_boxes import boxes_of
from forumapp.domain.printing.previews import layout_findings
from forumapp.domain.printing.previews.photo_checks import coarse_badges
from forumapp.domain.printing.production.recipients import introduced, written_to
from forumapp.domain.printing.rules import chosen_stock, stock_for
from forumapp.domain.printing.speaker_agendas import list_speaker_agendas, speaker_agenda_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.serving.render_pool import Workshop
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.badges.printer import BadgePrinter
    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.printing.paper.handout_boxes import Box
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.production.finished_papers import Book
    from forumapp.domain.printing.rules import Options


@dataclass(frozen=True, slots=True)
class Report:
    """`count` pieces; findings with what blocks first; how many of the badges or cards have been printed before;
    the boxes from which they are handed out; why there is `nothing`, as its print would say, where there is.
    """

    count: int
    findings: tuple[Finding, ...] = ()
    reprints: int = 0
    boxes: tuple[Box, ...] = ()
    nothing: str | None = None

    @property
    def blocking(self) -> bool:
        return any(one.blocking for one in self.findings)

    @property
    def mark(self) -> str | None:
        """Of what blocks, which whoever prints in spite of it sends along; None where nothing does."""
        return mark_of(self.findings)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a paper is looked through with. `within` are the delegations that the caller may print it of; `folder` has
    the cut fonts.
    """

    db: DbSession
    edition: Edition
    options: Options
    within: Collection[int] | None
    folder: Path
    now: datetime
    workshop: Workshop


def preflight(
    db: DbSession,
    edition: Edition,
    paper: Paper,
    options: Options,
    *,
    within: Collection[int] | None = None,
    folder: Path,
    now: datetime,
    workshop: Workshop,
) -> Report:
    """The report on a paper as it would be printed now; one of nothing where there is nothing to print. What is found
    by drawing is found by `workshop`.
    """
    report = _report(Looked(db, edition, options, within, folder, now, workshop), paper)
    return replace(report, findings=in_order(weighed(report.findings, edition.print_blocks)))


def preflight_for(
    db: DbSession, edition: Edition, paper: Paper, submitted: Mapping[str, Any], *, actor: Actor, **how: Any
) -> tuple[Report, Options]:
    """The same of what somebody asks to be printed, as far as they may. Raises what `services.ask_print` would."""
    options, within = as_allowed(db, edition.id, paper, submitted, actor=actor)
    return preflight(db, edition, paper, options, within=within, **how), options


def _report(at: Looked, paper: Paper) -> Report:
    try:
        if paper is Paper.BADGES:
            return _of_badges(at)
        if is_working(paper, at.options):
            return _of_working(at, paper)
        again = count_again(at.db, at.edition.id, paper, at.options, within=at.within)
        report = _of_books(at, _books(at, paper))
        letter_findings = printing_findings(at.db, at.edition, paper, at.options, within=at.within, now=at.now)
        return replace(report, findings=in_order([*letter_findings, *report.findings]), reprints=again)
    except (queries.NothingPublished, queries.NothingToPrint) as refusal:
        return Report(0, nothing=refusal.code)


def in_order(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """What blocks before what does not."""
    return tuple(sorted(found, key=lambda one: not one.blocking))


def _of_badges(at: Looked) -> Report:
    badges = queries.badges_to_print(at.db, at.edition, at.options, within=at.within)
    head = queries.edition_head(at.db, at.edition, at.options)
    looks = looks_of(at.db, at.edition.id, chosen_stock(at.options))
    of: Any = {"stock": stock_for(at.options, head.page_size), "workshop": at.workshop, "folder": at.folder}
    found = layout_findings.of_badges(at.db, at.edition, badges, head=head, looks=looks, **of)
    found += unproofed_badges(at.db, at.edition.id, badges)
    again = count_again(at.db, at.edition.id, Paper.BADGES, at.options, within=at.within)
    return Report(len(badges), in_order(found), again, tuple(boxes_of(badges, at.options.boxes)))


def beside_badges(
    db: DbSession, edition_id: int, printer: BadgePrinter, badges: Sequence[BadgeValues]
) -> list[Finding]:
    """What is to be mended of badges that they do not say themselves: names that nobody approved, and photos."""
    return [*unproofed_badges(db, edition_id, badges), *coarse_badges(db, printer.photo_sizes(badges), badges)]


def _of_working(at: Looked, paper: Paper) -> Report:
    row = delegation_of(at.db, at.edition.id, at.options)
    if at.within is not None and row.id not in at.within:
        raise NotFound(entity="delegation")
    values = read_paper(at.db, at.edition, row, paper, at.options)
    shown = shown_of(at.db, row, paper, at.options, values)
    return Report(1, in_order(check_working(at.db, at.edition.id, paper, shown)))


def check_working(db: DbSession, edition_id: int, paper: Paper, shown: Any) -> list[Finding]:
    """What to mend before a working paper is printed, with the names that no office has approved of whom it tells."""
    maker = PAPERS[paper]
    return [*maker.check(shown), *unproofed_registrations(db, edition_id, maker.whom(shown))]


def _of_books(at: Looked, books: Sequence[Book]) -> Report:
    count = sum(len(one.cards) if isinstance(one, CardsValues | SignInValues) else 1 for one in books)
    return Report(count, in_order(check_books(at.db, at.edition.id, books, at.workshop)))


def check_books(db: DbSession, edition_id: int, books: Sequence[Book], workshop: Workshop) -> list[Finding]:
    """What to mend before books are printed, with the names that no office has approved of whomever they name."""
    named = [person for one in books for person in introduced(one)]
    names = {one.person_id: one.shown_name for one in named}
    cards = (card for one in books if isinstance(one, CardsValues | SignInValues) for card in one.cards)
    names |= {one.person_id: one.shown_name for one in cards if one.person_id is not None}
    written = written_to(books)
    registered = unproofed_registrations(db, edition_id, written) if written else []
    return [*layout_findings.of_books(books, workshop=workshop), *unproofed_people(db, edition_id, names), *registered]


def _books(at: Looked, paper: Paper) -> list[Book]:
    if is_of_the_agenda(paper):
        return [agenda_paper(at.db, at.edition, paper, at.options, now=at.now)]
    if paper in CARDS:
        return [card_values(at.db, at.edition, paper, at.options, within=at.within, now=at.now)]
    if paper is Paper.FALLBACK_PACK:
        return [pack_values(at.db, at.edition, at.options, now=at.now)]
    if paper in FORMAL:
        return [*letter_books(at.db, at.edition, list_to_print(at.db, at.edition, paper, at.options, within=at.within))]
    if paper is Paper.ITINERARIES:
        codes = itineraries.list_booklets(at.db, at.edition.id, at.options, within=at.within)
        when: Any = {"within": at.within, "now": at.now}
        return [itineraries.itinerary_values(at.db, at.edition, code, at.options, **when) for code in codes]
    number, people = list_speaker_agendas(at.db, at.edition, at.options, within=at.within)
    head = queries.edition_head(at.db, at.edition, at.options)
    of: Any = {"number": number, "now": at.now}
    return [speaker_agenda_values(at.db, at.edition, one, head, **of) for one in people]
