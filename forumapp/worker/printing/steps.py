"""The steps of a print: collect the values, make the parts, put them together. Done in processes with limits."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.agenda.queries import get_version, latest_version
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.images.queries import contents_of
from forumapp.domain.printing import queries
from forumapp.domain.printing.agenda_papers import agenda_paper
from forumapp.domain.printing.badges import json_values
from forumapp.domain.printing.badges.back_content import back_facts
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.cards.print_log import as_plain, from_plain, note_cards
from forumapp.domain.printing.cards.values import card_values, list_cards
from forumapp.domain.printing.checks.preflight import beside_badges, check_books, check_working
from forumapp.domain.printing.delegation_papers.registry import PAPERS, is_working, read_paper
from forumapp.domain.printing.delegation_papers.versions import Made, keep_made_for_all, keep_made_from, shown_of
from forumapp.domain.printing.designs.choices import Looks, pictures_on, versions_of
from forumapp.domain.printing.designs.queries import looks_of
from forumapp.domain.printing.fallback_pack import layout as fallback
from forumapp.domain.printing.fallback_pack.queries import pack_values
from forumapp.domain.printing.fallback_pack.typesetting import PackSetter
from forumapp.domain.printing.fallback_pack.values import Blanks
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.services import Finished
from forumapp.domain.printing.letters.address_checks import printing_findings
from forumapp.domain.printing.letters.issued_letters import letter_books, list_to_print, note_letters, revoked_letters
from forumapp.domain.printing.list_papers.typesetting import Setter
from forumapp.domain.printing.list_papers.values import Laid, Stamp
from forumapp.domain.printing.models import CARDS, FORMAL, OF_THE_AGENDA, JobStatus, Paper, PrintJob
from forumapp.domain.printing.paper.blocking_findings import blocked, weighed
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.pdf.renderer import RENDERER
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.production import finished_papers
from forumapp.domain.printing.rules import (
    CARD_PAPERS,
    Options,
    batches,
    chosen_stock,
    options_from,
    placing_for,
    stock_for,
)
from forumapp.domain.printing.speaker_agendas import list_speaker_agendas, speaker_agenda_values
from forumapp.worker.printing.files import clean_up, keep_values, kept_values, named, parts_of, storage_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flask import Flask

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.paper.documents import BadgeValues, EditionHead
    from forumapp.domain.printing.paper.layout import Finding
    from forumapp.domain.printing.paper.stocks import Stock
    from forumapp.domain.printing.production.finished_papers import Book

JOBS_KEPT = 4  # jobs with cached templates between batches; more than a worker prints at once


def begin(app: Flask, job_id: int) -> int:
    """Put aside what is to be printed, so that all parts show one moment; how many parts there are."""
    now = clock.now()
    db = reading()
    job, edition, options = _asked(job_id)
    if job.status not in services.UNFINISHED:
        return 0
    kept: dict[str, Any] = {"now": now.isoformat()}
    if is_working(job.paper, options):
        return _begin_working(app, job, edition, options)
    if job.paper is Paper.FALLBACK_PACK:
        return _begin_pack(app, job, edition, options)
    if job.paper is Paper.BADGES:
        badges = queries.badges_to_print(db, edition, options)
        looks = looks_of(db, edition.id, chosen_stock(options))
        backs = back_facts(db, edition, looks)
        kept |= json_values.as_plain(queries.edition_head(db, edition, options), badges, looks, backs)
    else:
        kept |= _books_of(edition, job.paper, options)
    keep_values(app, job, kept)
    if job.paper is Paper.BADGES:
        # An earlier try of this step may have laid out what it had put aside.
        _badge_run.cache_clear()
        run = _badge_run(app, job.id)
        total, parts = len(run.badges), len(batches(len(run.badges)))
        found = [*run.printer.check(run.badges), *beside_badges(db, edition.id, run.printer, run.badges)]
    else:
        total = parts = _pieces(kept)
        books = [_book_values(app, job, edition, options, number) for number in range(total)]
        found = printing_findings(db, edition, job.paper, options, now=now)
        found += check_books(db, edition.id, books, HERE)
        found += revoked_letters(db, edition, options.letters).values()
        if job.paper is Paper.ITINERARIES:
            with transaction() as session:
                keep_made_for_all(session, job, dict(zip(kept["codes"], books, strict=True)))
    return parts if _may_start(job, options, found, total=total, now=now) else 0


def _books_of(edition: Edition, paper: Paper, options: Options) -> dict[str, Any]:
    """What tells one book of a print from another."""
    db = reading()
    if paper in OF_THE_AGENDA:
        return {"numbers": [_agenda_number(edition.id, options)]}
    if paper in CARDS:
        return {"numbers": [0], "cards": as_plain(list_cards(db, edition.id, paper, options))}
    if paper in FORMAL:
        return {"letters": list_to_print(db, edition, paper, options)}
    if paper is Paper.SPEAKER_AGENDAS:
        number, people = list_speaker_agendas(db, edition, options)
        return {"people": people, "version": number}
    return {"codes": itineraries.list_booklets(db, edition.id, options)}


def _begin_working(app: Flask, job: PrintJob, edition: Edition, options: Options) -> int:
    """Lay out a working paper whole, so that every piece says what its facts are; how many pieces there are."""
    db, now, paper = reading(), clock.now(), PAPERS[job.paper]
    delegation = services.delegation_of(db, edition.id, options)
    values = read_paper(db, edition, delegation, job.paper, options)
    shown = shown_of(db, delegation, job.paper, options, values)
    found = check_working(db, edition.id, job.paper, shown)
    if not _may_start(job, options, found, total=1, now=now):
        return 0
    with transaction() as session:
        version = keep_made_from(session, job, Made(paper.facts(values), paper.whom(values)))
    laid = paper.lay(shown, Stamp(version, now))
    # An earlier try of this step may have been laid out already.
    _setter.cache_clear()
    keep_values(app, job, asdict(laid))
    with transaction() as session:
        return len(laid.pieces) * services.expect(session, job.id, len(laid.pieces), now=now)


def _begin_pack(app: Flask, job: PrintJob, edition: Edition, options: Options) -> int:
    """Lay out the lists, so that all of them say who was there at one moment, and put aside what blank badges need."""
    db, now = reading(), clock.now()
    values = pack_values(db, edition, options, now=now)
    pack, of = fallback.lay(values), values.blanks
    parts = len(pack.pieces) + bool(of.badges)
    if not _may_start(job, options, check_books(db, edition.id, [values], HERE), total=parts, now=now):
        return 0
    # An earlier try of this step may have been laid out already.
    _pack.cache_clear()
    blank = json_values.as_plain(values.head, list(of.badges), of.looks, of.backs)
    keep_values(app, job, {"pack": asdict(pack), "blank": blank, "version": values.version, "now": now.isoformat()})
    return parts


def _may_start(job: PrintJob, options: Options, found: Sequence[Finding], *, total: int, now: datetime) -> bool:
    """Whether to print: not in spite of findings that block, unless that was asked for; the job tells them."""
    found = weighed(found, get_edition_by_id(reading(), job.edition_id).print_blocks)
    findings = [one.plain for one in found]
    with transaction() as db:
        if blocked(found, options):
            services.fail(db, job.id, "findings", findings=findings, total=total, now=now)
            return False
        return services.start(db, job.id, total=total, findings=findings, now=now)


def lay(app: Flask, job_id: int, number: int) -> tuple[bytes, int]:
    """One part as a PDF, and how many pieces are there with it. It is nobody's yet: it may be made ahead."""
    job, edition, options = _asked(job_id)
    if job.paper is Paper.BADGES:
        run = _badge_run(app, job_id)
        start, done = batches(len(run.badges))[number]
        return run.printer.pages(run.badges[start:done]), done
    if is_working(job.paper, options):
        return _setter(app, job_id).pdf(number), number + 1
    if job.paper is Paper.FALLBACK_PACK:
        return _part_of_pack(app, job, options, number), number + 1
    values = _book_values(app, job, edition, options, number)
    return finished_papers.make_book(values, _fonts(app), options), number + 1


def _book_values(app: Flask, job: PrintJob, edition: Edition, options: Options, number: int) -> Book:
    kept = kept_values(app, job)
    now = datetime.fromisoformat(kept["now"])
    if job.paper in OF_THE_AGENDA:
        version = kept["numbers"][number]
        return agenda_paper(reading(), edition, job.paper, options, number=version, now=now)
    if job.paper in CARDS:
        return card_values(reading(), edition, job.paper, options, cards=from_plain(kept["cards"]), now=now)
    if job.paper in FORMAL:
        return letter_books(reading(), edition, [kept["letters"][number]])[0]
    if job.paper is Paper.SPEAKER_AGENDAS:
        head, person_id = queries.edition_head(reading(), edition, options), kept["people"][number]
        return speaker_agenda_values(reading(), edition, person_id, head, number=kept["version"], now=now)
    return itineraries.itinerary_values(reading(), edition, kept["codes"][number], options, now=now)


def _agenda_number(edition_id: int, options: Options) -> int:
    """Of the published agenda that is asked for, or of the last one."""
    version = latest_version(reading(), edition_id, with_content=False)
    if version is None:
        raise queries.NothingPublished
    return options.agenda or version.number


def _pieces(kept: dict[str, Any]) -> int:
    return len(kept.get("codes") or kept.get("people") or kept.get("letters") or kept["numbers"])


def complete(app: Flask, job_id: int) -> int:
    """Put the parts together, keep the file, and note what was printed."""
    job, edition, options = _asked(job_id)
    if job.status is JobStatus.RUNNING:
        badges: Sequence[BadgeValues] = ()
        designs: dict[str, int] = {}
        books = Bound()
        if job.paper is Paper.BADGES:
            run = _badge_run(app, job_id)
            badges, designs = run.badges, versions_of(run.looks)
            parts = parts_of(app, job, len(batches(len(badges))))
            of: Any = {"two_sided": run.printer.is_two_sided, "options": options, "folder": _fonts(app)}
            pdf = finished_papers.badge_file(imposition.merge(parts), badges, run.head, run.stock, **of)
        elif is_working(job.paper, options):
            pdf = finished_papers.bound(parts_of(app, job, job.total), imposed=options.imposed)
        elif job.paper is Paper.FALLBACK_PACK:
            pdf = _pack(app, job_id)[0].bound(parts_of(app, job, job.total))
        else:
            books = _bound(app, job, edition, options)
            pdf = books.pdf
        file = named(job, f"{edition.slug}-{job.paper.value}.pdf")
        storage_of(app).put(file, pdf)
        made = Finished(file, hashlib.sha256(pdf).hexdigest(), imposition.pages_in(pdf), RENDERER)
        with transaction() as db:
            late = [finding.plain for finding in books.late_findings]
            sources: dict[str, Any] = {"designs": designs, "agenda_version_id": books.version_id}
            if services.finish(db, job, made, badges, **sources, new_findings=late, now=clock.now()):
                if job.paper.value in CARD_PAPERS:
                    note_cards(db, job, from_plain(books.kept["cards"]), options.languages or edition.languages)
                elif job.paper in FORMAL:
                    note_letters(db, job, books.kept["letters"])
    clean_up(app, job)
    return 1


@dataclass(frozen=True, slots=True)
class Bound:
    """Bound books: their sources, the version of the agenda, and the findings that came up while they were made."""

    pdf: bytes = b""
    kept: dict[str, Any] = field(default_factory=dict)
    version_id: int | None = None
    late_findings: Sequence[Finding] = ()


def _bound(app: Flask, job: PrintJob, edition: Edition, options: Options) -> Bound:
    """Raises NothingToPrint where all letters were revoked since the print began."""
    kept = kept_values(app, job)
    parts = parts_of(app, job, _pieces(kept))
    if job.paper in FORMAL:
        revoked = revoked_letters(reading(), edition, kept["letters"])
        parts = [part for part, one in zip(parts, kept["letters"], strict=True) if one not in revoked]
        if not parts:
            raise queries.NothingToPrint(edition=edition.slug)
        left = {**kept, "letters": [one for one in kept["letters"] if one not in revoked]}
        return Bound(finished_papers.bound(parts, imposed=options.imposed), left, late_findings=[*revoked.values()])
    version_id = None
    if "codes" not in kept and job.paper not in CARDS:
        number = kept["numbers"][0] if "numbers" in kept else kept["version"]
        version_id = get_version(reading(), edition.id, number).id
    return Bound(finished_papers.bound(parts, imposed=options.imposed), kept, version_id)


@dataclass(frozen=True, slots=True)
class BadgeRun:
    """What the batches of one job share."""

    head: EditionHead
    stock: Stock
    badges: list[BadgeValues]
    options: Options
    looks: Looks
    printer: BadgePrinter


@functools.lru_cache(maxsize=JOBS_KEPT)
def _badge_run(app: Flask, job_id: int) -> BadgeRun:
    """Read back what was put aside, with the templates laid out once for all batches of this process."""
    job, _, options = _asked(job_id)
    kept = kept_values(app, job)
    head, badges, looks = json_values.from_plain(kept)
    stock = stock_for(options, head.page_size)
    more: dict[str, Any] = {
        "pictures": lambda keys: contents_of(reading(), keys),
        "backs": json_values.backs_from_plain(kept.get("backs") or {}),
        "bleed": placing_for(options).beyond,
    }
    printer = BadgePrinter(head, stock, badges, _fonts(app), looks, **more)
    return BadgeRun(head, stock, badges, options, looks, printer)


@functools.lru_cache(maxsize=JOBS_KEPT)
def _setter(app: Flask, job_id: int) -> Setter:
    """A working paper as it was laid out, with its fonts, for all pieces that this process sets."""
    kept = kept_values(app, _asked(job_id)[0])
    laid = Laid(tuple(kept["pieces"]), kept["css"], tuple(kept["pictures"]), kept["one_page"])
    return Setter(laid, contents_of(reading(), laid.pictures), _fonts(app))


@functools.lru_cache(maxsize=JOBS_KEPT)
def _pack(app: Flask, job_id: int) -> tuple[PackSetter, int]:
    """A fallback pack as it was laid out, and how many pieces of it are lists."""
    pack = fallback.Pack.from_plain(kept_values(app, _asked(job_id)[0])["pack"])
    return PackSetter(pack, _fonts(app)), len(pack.pieces)


def _part_of_pack(app: Flask, job: PrintJob, options: Options, number: int) -> bytes:
    """Blank badges come after the lists."""
    setter, lists = _pack(app, job.id)
    if number < lists:
        return setter.piece(number)
    kept = kept_values(app, job)
    head, badges, looks = json_values.from_plain(kept["blank"])
    backs, pictures = (
        json_values.backs_from_plain(kept["blank"]["backs"]),
        contents_of(reading(), pictures_on(badges, looks)),
    )
    blanks = Blanks(stock_for(options, head.page_size), tuple(badges), looks, backs, pictures)
    return setter.blank_badges(blanks, head, Stamp(kept["version"], datetime.fromisoformat(kept["now"])))


def _asked(job_id: int) -> tuple[PrintJob, Edition, Options]:
    """As the database has it now: the session may hold what an earlier transaction of this step read."""
    db = reading()
    job = db.get_one(PrintJob, job_id, populate_existing=True)
    return job, get_edition_by_id(db, job.edition_id), options_from(job.options)


def _fonts(app: Flask) -> Path:
    folder: Path = app.extensions["forumapp.config"].data_dir / "fonts"
    return folder
