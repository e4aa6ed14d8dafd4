"""`forumapp print ...` and `forumapp check ...`"""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from forumapp.cli import seating
from forumapp.cli.finding_words import WORDS
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import refuse_faults
from forumapp.domain.agenda.queries import get_version
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing import queries
from forumapp.domain.printing.agenda_papers import agenda_paper
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.cards.print_log import note_cards
from forumapp.domain.printing.cards.values import card_values
from forumapp.domain.printing.checks.edition_checks import edition_findings, of_paper
from forumapp.domain.printing.checks.preflight import beside_badges, check_books, check_working
from forumapp.domain.printing.delegation_papers.registry import PAPERS, is_working, read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, next_version, shown_of
from forumapp.domain.printing.designs.choices import versions_of
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.jobs.services import PRINTABLE, Finished, checked_options, delegation_of, keep_made
from forumapp.domain.printing.letters import issued_letters
from forumapp.domain.printing.letters.address_checks import printing_findings
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import Stamp
from forumapp.domain.printing.models import CARDS, FORMAL, OF_THE_AGENDA, Paper, Reprint
from forumapp.domain.printing.paper.blocking_findings import blocked, mark_of, weighed
from forumapp.domain.printing.paper.card_documents import CardsValues
from forumapp.domain.printing.paper.handout_boxes import MOST_BOXES
from forumapp.domain.printing.paper.page_formats import SIZES
from forumapp.domain.printing.paper.sheet_layout import Flip
from forumapp.domain.printing.pdf import imposition, renderer
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.printing.rules import (
    Options,
    batches,
    chosen_stock,
    fault_of_anyway,
    fault_of_device,
    options_from,
    placing_for,
    stock_for,
)
from forumapp.domain.printing.selection import OFFERED
from forumapp.domain.printing.speaker_agendas import list_speaker_agendas, speaker_agenda_values
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forumapp.core.config import Config
    from forumapp.core.files.storage import Storage
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.checks.edition_checks import Found
    from forumapp.domain.printing.paper.card_documents import Card
    from forumapp.domain.printing.paper.documents import BadgeValues
    from forumapp.domain.printing.paper.layout import Finding

SEATING = "seating"
NOT_OF_SEATS = (
    "stock", "type", "delegation", "badge", "boxes", "imposed", "size", "large", "bleed", "marks", "agenda", "since",
    "speaking", "untitled", "session", "first_label", "offset_x", "offset_y", "flip", "guides", "printer",
)  # fmt: skip
STEP = 50  # badges between two moves of the progress bar


@click.command("print")
@click.argument("paper", type=click.Choice([*(paper.value for paper in PRINTABLE), SEATING]))
@click.argument("edition")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--stock", metavar="NAME", help="What badges are printed on: a6-on-a4, or one of the edition's own.")
@click.option("--type", "type_code", metavar="CODE", help="Only the badges of this registration type.")
@click.option("--delegation", metavar="CODE", help="Only this delegation, with its parts.")
@click.option("--registration", type=int, metavar="ID", help="Only this person's badge, or corrections.")
@click.option("--badge", type=click.Choice([one.value for one in OFFERED]), help="Only badges printed so, or not yet.")
@click.option("--boxes", type=click.IntRange(1, MOST_BOXES), help="From how many boxes badges are handed out.")
@click.option("--device", default="", metavar="NAME", help="The printer or station, for the print log.")
@click.option("--reason", type=click.Choice([one.value for one in Reprint]), help="Why badges are printed again.")
@click.option("--changed", is_flag=True, help="Of badges or a working paper, only what the last print does not say.")
@click.option("--language", metavar="en,zh-Hans", help="The languages on paper; the first one leads.")
@click.option("--imposed", is_flag=True, help="Lay a book out for folding, two pages on a sheet.")
@click.option(
    "--size", type=click.Choice(sorted(SIZES)), help="The program's page; half the edition's paper if not said."
)
@click.option("--large", is_flag=True, help="The program in large print, 18 points, on whole sheets.")
@click.option("--bleed", is_flag=True, help="3 mm of art beyond the edge of a program or of single badges.")
@click.option("--marks", is_flag=True, help="Where a print shop cuts.")
@click.option("--agenda", type=int, metavar="NUMBER", help="The published agenda that is told, or the last one.")
@click.option("--since", type=int, metavar="NUMBER", help="The earlier agenda, of which an erratum tells what differs.")
@click.option("--plan", metavar="CODE", help="Only this plan of seats, or cards of its people.")
@click.option("--session", metavar="CODE", help="The session of a sign-in sheet.")
@click.option("--speaking", is_flag=True, help="Only cards of whoever has a part in the published agenda.")
@click.option("--untitled", is_flag=True, help="Of cards and signs, names alone.")
@click.option("--first-label", type=int, metavar="NUMBER", help="The first free label of a sheet already begun.")
@click.option("--offset-x", type=float, metavar="MM", help="How far to the right badges are moved on their sheets.")
@click.option("--offset-y", type=float, metavar="MM", help="How far down.")
@click.option("--flip", type=click.Choice([one.value for one in Flip]), help="About which edge the printer turns.")
@click.option("--printer", metavar="CODE", help="The edition's printer, whose offset is taken where none is said.")
@click.option("--guides", is_flag=True, help="Where to cut sheets of badges.")
@click.option("--anyway", metavar="WHY", help="Print in spite of findings that block; why, for the log.")
@click.option("--despite", metavar="MARK", help="Of the findings that block and were seen, as the refusal tells it.")
@click.pass_obj
def print_paper(
    config: Config,
    /,
    paper: str,
    edition: str,
    output: Path,
    *,
    stock: str | None,
    type_code: str | None,
    delegation: str | None,
    registration: int | None,
    badge: str | None,
    boxes: int | None,
    device: str,
    reason: str | None,
    changed: bool,
    language: str | None,
    imposed: bool,
    plan: str | None,
    anyway: str | None,
    **book: Any,
) -> None:
    """Print the badges, the program, the itinerary booklets, the speakers' agendas, a delegation's working paper or the
    seating plans of EDITION into a PDF file.
    """
    refuse_faults({"device": fault_of_device(device), "anyway": fault_of_anyway(anyway) if anyway else None})
    found = get_edition(reading(), edition)
    said = {
        "stock": stock,
        "type": type_code,
        "delegation": delegation,
        "registration": registration,
        "badge": badge,
        "boxes": boxes,
        "changed": changed,
        "languages": language.split(",") if language else None,
        "imposed": imposed,
        "anyway": anyway,
        **book,
    }
    if paper == SEATING:
        _seating(config, found, plan, said, output, reason=Reprint(reason) if reason else None, device=device)
        return
    options = checked_options(reading(), found.id, Paper(paper), {**said, "plan": plan})
    printed = _made(config, found, Paper(paper), options)
    _write(output, printed.pdf)
    made = _keep(found, Paper(paper), options, printed, reason=Reprint(reason) if reason else None, device=device)
    click.echo(f"{output}: {made.pages} pages")


@click.command()
@click.argument("edition")
@click.option("--json", "as_json", is_flag=True, help="As JSON, one list.")
@click.pass_obj
def check(config: Config, edition: str, *, as_json: bool) -> None:
    """List everything of EDITION that should be mended; exit status 1 when something blocks printing."""
    db = reading()
    how: Any = {"all_papers": True, "workshop": current_app.extensions["forumapp.lookers"], "now": clock.now()}
    found = edition_findings(db, get_edition(db, edition), fonts(config), **how)
    if as_json:
        click.echo(
            json.dumps([asdict(one) | {"severity": one.severity} for one in found], ensure_ascii=False, indent=2)
        )
    else:
        for one in found:
            click.echo(in_words(one))
    if any(one.blocking for one in found):
        sys.exit(1)


def fonts(config: Config) -> Path:
    return config.data_dir / "fonts"


def in_words(found: Found) -> str:
    """One line: whom it concerns, and what it is."""
    words = WORDS.get(found.code, found.code)
    mark = "BLOCKS " if found.blocking else ""
    return f"{mark}{found.subject}: {words % found.details if found.details else words}"


def _report(edition: Edition, findings: Sequence[Finding], options: Options) -> None:
    """Name everyone concerned before anything is printed; stop where a finding blocks."""
    findings = weighed(findings, edition.print_blocks)
    for finding in findings:
        click.echo(in_words(of_paper(finding)), err=True)
    if blocked(findings, options):
        raise Blocked(findings, options.despite)


class Unprinted(click.ClickException):
    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=True)


class Blocked(Unprinted):
    def __init__(self, findings: Sequence[Finding], seen: str | None) -> None:
        """`seen` is the mark of those that were seen before."""
        found = f"findings that block printing{' have changed' if seen else ''}"
        unless = f"--anyway WHY --despite {mark_of(findings)}"
        super().__init__(f"{found}: {sum(one.blocking for one in findings)}; mend them, or say {unless}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper, and what its print job keeps of how it was made."""

    pdf: bytes
    findings: Sequence[Finding] = ()
    badges: Sequence[BadgeValues] = ()
    designs: Mapping[str, int] = field(default_factory=dict)
    agenda_version_id: int | None = None
    made_from: Made | None = None
    made_for_all: Mapping[str, Any] | None = None
    cards: Sequence[Card] = ()
    letters: Sequence[int] = ()


def _keep(edition: Edition, paper: Paper, options: Options, printed: Printed, **said: Any) -> Finished:
    """The file and its job stand beside those that workers made, so that a later change shows what is out of date."""
    sha256 = hashlib.sha256(printed.pdf).hexdigest()
    name = f"print/{edition.id}/console/{sha256}.pdf"
    storage: Storage = current_app.extensions["forumapp.storage"]
    storage.put(name, printed.pdf)
    made = Finished(name, sha256, imposition.pages_in(printed.pdf), renderer.RENDERER)
    with transaction() as db:
        job = keep_made(
            db,
            edition.id,
            paper,
            options,
            made,
            badges=printed.badges,
            designs=printed.designs,
            findings=[one.plain for one in printed.findings],
            agenda_version_id=printed.agenda_version_id,
            made_from=printed.made_from,
            made_for_all=printed.made_for_all,
            **said,
            actor=Actor(None, Via.COMMAND),
            now=clock.now(),
        )
        if printed.cards:
            note_cards(db, job, printed.cards, options.languages or edition.languages)
        if printed.letters:
            issued_letters.note_letters(db, job, printed.letters)
    return made


def _made(config: Config, edition: Edition, paper: Paper, options: Options) -> Printed:
    """Where there is nothing to print, it says why in the words of the pages."""
    make = _badges if paper is Paper.BADGES else _working if is_working(paper, options) else _books
    try:
        return make(config, edition, paper, options)
    except (queries.NothingPublished, queries.NothingToPrint) as refusal:
        raise Unprinted(labels.why_not_printed(paper, refusal.code)) from refusal


def _badges(config: Config, edition: Edition, _: Paper, options: Options) -> Printed:
    db = reading()
    head = queries.edition_head(db, edition, options)
    badges = queries.badges_to_print(db, edition, options)
    stock = stock_for(options, head.page_size)
    looks = looks_of(db, edition.id, chosen_stock(options))
    more: dict[str, Any] = {"pictures": partial(contents_of, db), "backs": back_facts(db, edition, looks)}
    more["bleed"] = placing_for(options).beyond
    printer = BadgePrinter(head, stock, badges, fonts(config), looks, **more)
    findings: list[Finding] = []
    # Checking sets every text, and the pages use what it set, so it is where the time goes.
    with _progress(batches(len(badges), STEP), "Badges") as steps:
        for start, end in steps:
            findings += printer.check(badges[start:end])
    findings += beside_badges(db, edition.id, printer, badges)
    _report(edition, findings, options)
    made: Any = {"two_sided": printer.is_two_sided, "options": options, "folder": fonts(config)}
    pdf = finished_papers.badge_file(printer.pages(badges), badges, head, stock, **made)
    return Printed(pdf, findings, badges, designs=versions_of(looks))


def _books(config: Config, edition: Edition, paper: Paper, options: Options) -> Printed:
    db, now = reading(), clock.now()
    version, codes, letters = None, [], []
    values: list[finished_papers.Book]
    if paper in OF_THE_AGENDA:
        values = [told := agenda_paper(db, edition, paper, options, now=now)]
        version = get_version(db, edition.id, told.version).id
    elif paper in CARDS:
        values = [card_values(db, edition, paper, options, now=now)]
    elif paper is Paper.FALLBACK_PACK:
        values = [pack_values(db, edition, options, now=now)]
    elif paper in FORMAL:
        letters = issued_letters.list_to_print(db, edition, paper, options)
        values = [*issued_letters.letter_books(db, edition, letters)]
    elif paper is Paper.SPEAKER_AGENDAS:
        number, people = list_speaker_agendas(db, edition, options)
        head = queries.edition_head(db, edition, options)
        values = [speaker_agenda_values(db, edition, one, head, number=number, now=now) for one in people]
        version = get_version(db, edition.id, number).id
    else:
        codes = itineraries.list_booklets(db, edition.id, options)
        values = [itineraries.itinerary_values(db, edition, code, options, now=now) for code in codes]
    findings = printing_findings(db, edition, paper, options, now=now)
    findings += check_books(db, edition.id, values, HERE)
    _report(edition, findings, options)
    with _progress(values, "Books") as steps:
        parts = [finished_papers.make_book(one, fonts(config), options) for one in steps]
    if letters:
        with transaction() as session:
            for letter_id, pdf in zip(letters, parts, strict=True):
                issued_letters.note_paper(session, letter_id, pdf, renderer.RENDERER, now=now)
    of_each = dict(zip(codes, values, strict=True)) if codes else None
    pdf = finished_papers.bound(parts, imposed=options.imposed)
    cards = [card for one in values if isinstance(one, CardsValues) for card in one.cards]
    return Printed(pdf, findings, agenda_version_id=version, made_for_all=of_each, cards=cards, letters=letters)


def _seating(
    config: Config, edition: Edition, code: str | None, said: Mapping[str, Any], output: Path, **of: Any
) -> None:
    """Drawn at once, and kept as other prints are."""
    if wrong := [name for name in NOT_OF_SEATS if said[name]]:
        raise click.UsageError(f"a seating plan has no --{wrong[0]}")
    options = options_from({**said, "plan": code})
    plans = seating.read_plans(edition, code)
    found = seating.check_plans(edition, plans, options)
    _report(edition, found, options)
    drawn = seating.draw_plans(edition, plans, options, found, fonts(config))
    _write(output, drawn.pdf)
    pages = seating.keep_drawn(edition, drawn, current_app.extensions["forumapp.storage"], **of)
    click.echo(f"{output}: {pages} pages")


def _write(output: Path, pdf: bytes) -> None:
    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from error


def _working(config: Config, edition: Edition, paper: Paper, options: Options) -> Printed:
    db, now, maker = reading(), clock.now(), PAPERS[paper]
    delegation = delegation_of(db, edition.id, options)
    values = read_paper(db, edition, delegation, paper, options)
    shown = shown_of(db, delegation, paper, options, values)
    findings = check_working(db, edition.id, paper, shown)
    _report(edition, findings, options)
    facts = maker.facts(values)
    with transaction() as session:
        version = next_version(session, edition.id, paper, delegation.id, facts, registration=options.registration)
    laid = maker.lay(shown, Stamp(version, now))
    setter = Setter(laid, contents_of(db, laid.pictures), fonts(config))
    with _progress(range(len(laid.pieces)), "Pieces") as steps:
        parts = [setter.pdf(number) for number in steps]
    made = Made(facts, maker.whom(values), version)
    return Printed(finished_papers.bound(parts, imposed=options.imposed), findings, made_from=made)


def _progress(items: Sequence[Any], label: str) -> Any:
    """The items, with a bar on standard error where someone looks."""
    if sys.stderr.isatty():
        return click.progressbar(items, label=label, file=sys.stderr)
    return nullcontext(items)
