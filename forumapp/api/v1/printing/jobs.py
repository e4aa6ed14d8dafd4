"""Print jobs: a paper is asked for, its progress read, and its file fetched."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.findings import PaperFindingSchema
from forumapp.api.v1.printing.badge_stocks import BadgeStockSchema
from forumapp.api.v1.shapes import KeptSchema, Slug, With, page_from
from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.printing import queries
from forumapp.domain.printing.cards.stale_cards import outdated_cards
from forumapp.domain.printing.checks.preflight import preflight_for
from forumapp.domain.printing.delegation_papers.versions import paper_states
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.stale_badges import outdated_badges
from forumapp.domain.printing.paper.handout_boxes import MOST_BOXES
from forumapp.domain.printing.paper.page_formats import SIZES
from forumapp.domain.printing.paper.sheet_layout import LARGEST_OFFSET, Flip
from forumapp.domain.printing.rules import LONGEST_ANYWAY, LONGEST_DEVICE, MARK
from forumapp.domain.printing.selection import OFFERED
from forumapp.schemas.choices import JobStatus, Paper, Reprint
from forumapp.schemas.fields import Choice, Flag, Id, Instant, ListOf, Numeral, Part, Shape, Text, WholeNumber, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forumapp.api.auth import Call
    from forumapp.core.files.storage import Storage
    from forumapp.core.values.paging import Page
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.checks.preflight import Report
    from forumapp.domain.printing.delegation_papers.versions import PaperState
    from forumapp.domain.printing.jobs.stale_badges import Outdated
    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.printing.rules import Options

MOST_LETTERS = 1000
JOBS = "/editions/<slug:edition>/print-jobs"
OFFERED_WORDS = [paper.value for paper in OFFERED]

blueprint = ApiBlueprint("Printing", __name__, description="Badges, programs and itinerary booklets.")


class NotPrinted(Refusal):
    """The job has made no file, or none yet; `details` says in which state it is."""

    code = "not-printed"


class InSpiteSchema(Shape):
    anyway = Text(
        longest=LONGEST_ANYWAY,
        metadata={
            "description": "Why it is made in spite of findings that block, in words. It stands in the log; where "
            "nothing blocks, it is ignored."
        },
    )
    despite = Text(
        pattern=MARK,
        metadata={
            "description": "The mark of the findings that block and were seen, as a preflight, a print job and a "
            "refusal return it. Where the findings differ by now, nothing is printed, and they are returned anew."
        },
    )


class OptionsSchema(InSpiteSchema):
    stock = Slug(metadata={"description": "One of the stocks that stand ready, or of the edition's own."})
    type = Slug(metadata={"description": "A registration type's code."})
    delegation = Slug(metadata={"description": "A delegation's code; its parts are printed too."})
    registration = Id(metadata={"description": "A single registration's badge, or corrections for one person."})
    languages = ListOf(Word(LANGUAGES), most=len(LANGUAGES))
    imposed = Flag(metadata={"description": "A book's pages laid out for the office copier."})
    badge = Word(
        OFFERED_WORDS,
        metadata={"description": "Of what has been printed so far; `to-print` is not printed, or changed since."},
    )
    boxes = WholeNumber(
        least=1,
        most=MOST_BOXES,
        metadata={"description": "From how many boxes badges are handed out; the list of each comes first."},
    )
    changed = Flag(metadata={"description": "Of badges or a working paper, only what the last print does not say."})
    size = Word(
        sorted(SIZES), metadata={"description": "The program's page size; half the edition's paper by default."}
    )
    large = Flag(metadata={"description": "The program in large print, 18 points, on whole sheets."})
    bleed = Flag(metadata={"description": "3 mm of art beyond the edge of a program or of single badges."})
    marks = Flag(metadata={"description": "Where a print shop cuts."})
    agenda = WholeNumber(least=1, metadata={"description": "A published agenda's number; the last one by default."})
    since = WholeNumber(least=1, metadata={"description": "An earlier one, of which an erratum tells what differs."})
    plan = Slug(metadata={"description": "A seating plan whose people the cards and signs name. Not with a filter."})
    session = Slug(metadata={"description": "A session's code, of a sign-in sheet: who signed up for it, or everyone."})
    letters = ListOf(Id(), most=MOST_LETTERS, metadata={"description": "Letters by their ids; all by default."})
    speaking = Flag(metadata={"description": "Of cards and signs, those of people with a part in the agenda."})
    untitled = Flag(metadata={"description": "Of cards and signs, names alone."})
    first_label = WholeNumber(least=1, metadata={"description": "The first free label of a sheet already begun."})
    offset_x = Numeral(
        most=LARGEST_OFFSET, metadata={"description": "mm by which badges are moved to the right on their sheets."}
    )
    offset_y = Numeral(most=LARGEST_OFFSET, metadata={"description": "mm by which they are moved down."})
    flip = Word(
        [flip.value for flip in Flip],
        metadata={"description": "The edge the printer flips on; `long` by default."},
    )
    guides = Flag(metadata={"description": "Where to cut sheets of badges."})
    printer = Slug(metadata={"description": "One of the edition's printers, whose offset applies where none is given."})
    geometry = Part(
        BadgeStockSchema,
        dump_only=True,
        metadata={"description": "Of a stock of the edition's own, as it was when this was asked."},
    )


class NewJobSchema(Shape):
    paper = Choice(
        Paper,
        among=services.PRINTABLE,
        required=True,
        metadata={"description": "Plans of seats are drawn at once, by their page and the command line."},
    )
    options = Part(OptionsSchema, load_default=dict)
    device = Text(
        longest=LONGEST_DEVICE,
        load_default="",
        metadata={"description": "The printer or station, for the print log. It names nobody."},
    )
    reason = Choice(
        Reprint, metadata={"description": "Required where any of the badges or cards has been printed before."}
    )


class JobSchema(KeptSchema):
    paper = Choice(Paper, required=True)
    options = Part(OptionsSchema)
    device = ma.fields.String()
    reason = Choice(Reprint, allow_none=True)
    status = Choice(JobStatus, required=True)
    done = WholeNumber(required=True)
    total = WholeNumber(required=True)
    pages = WholeNumber(allow_none=True)
    sha256 = ma.fields.String(allow_none=True)
    fault = ma.fields.String(
        allow_none=True,
        metadata={
            "description": (
                "Why it failed. Where there is nothing to print: `nothing-published` without a published agenda,"
                " `nothing-earlier` where no version before it was published, `nothing-differs` where the two read the"
                " same, `nothing-changed` where only what has changed is wanted and nothing that is chosen was printed"
                " before and has changed since, `nothing-to-print` in any other case."
            )
        },
    )
    findings = ma.fields.List(Part(PaperFindingSchema), attribute="told")
    mark = ma.fields.String(
        allow_none=True,
        metadata={"description": "Of the findings that block, for the option `despite`; null where none does."},
    )
    created_at = Instant()
    started_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)
    paper_version = WholeNumber(
        allow_none=True,
        metadata={"description": "Of a working paper; prints of one that say the same bear the same number."},
    )


class PaperStateSchema(Shape):
    """A working paper of a delegation, and whether its last print still says what stands."""

    paper = Choice(Paper, required=True)
    state = Word(("current", "stale", "gone", "never", "empty"))
    job_id = Id(allow_none=True, metadata={"description": "Its last print that is done."})
    version = WholeNumber(allow_none=True)
    printed_at = Instant(allow_none=True)
    changed = ma.fields.List(ma.fields.String(), metadata={"description": "Keys of what differs since, as `item:17`."})
    registrations = ma.fields.List(Id(), metadata={"description": "The registrations it concerns."})


class OutdatedSchema(Shape):
    """A badge that says something else by now than when it was printed."""

    registration_id = Id(required=True, attribute="badge.registration_id")
    latin_name = ma.fields.String(attribute="badge.latin_name")
    native_name = ma.fields.String(attribute="badge.native_name")
    printed_at = Instant()
    parts = ma.fields.List(ma.fields.String(), metadata={"description": "What differs, such as `title`."})
    was = ma.fields.Dict(metadata={"description": "These parts as they were printed."})
    now = ma.fields.Dict(metadata={"description": "These parts as they are now."})


class OutdatedCardSchema(Shape):
    """A card or a sign that says something else by now. A print with its paper, its plan and `changed` prints it."""

    paper = Choice(Paper, required=True)
    plan = ma.fields.String(allow_none=True, metadata={"description": "The plan of seats it was printed from."})
    person_id = Id(required=True, attribute="one.card.person_id")
    latin_name = ma.fields.String(attribute="who.latin_name")
    native_name = ma.fields.String(attribute="who.native_name")
    printed_at = Instant(attribute="one.printed_at")
    was = ma.fields.Dict(attribute="one.was", metadata={"description": "What differs, as it was printed."})
    now = ma.fields.Dict(attribute="one.now", metadata={"description": "The same as it is now."})


@blueprint.lists(JOBS, JobSchema, needs=Permission.PRINT)
def list_print_jobs(call: Call, query: dict[str, Any], edition: str) -> Page[PrintJob | With]:
    """Print jobs, the newest first."""
    edition_id = call.edition(edition).id
    page = queries.print_jobs_page(
        call.db, edition_id, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )
    return page.of([_serialize(call, job) for job in page.items])


def looked_through(call: Call, edition: Edition, paper: Paper, options: Mapping[str, Any]) -> tuple[Report, Options]:
    """What is to be mended of a paper that the caller asks for."""
    extensions = current_app.extensions
    how: Any = {"folder": extensions["forumapp.config"].data_dir / "fonts", "workshop": extensions["forumapp.lookers"]}
    return preflight_for(call.db, edition, paper, options, **how, actor=call.actor, now=call.now)


@blueprint.creates(JOBS, NewJobSchema, JobSchema, needs=Permission.PRINT)
def ask_print(call: Call, values: dict[str, Any], edition: str) -> PrintJob:
    """Ask for a paper; a worker makes it.

    It is the worker who looks it through, which may take minutes. Where something is to be mended first, the job ends
    as `failed` with the fault `findings`, and tells these with their `mark`. Asked again with that mark as `despite`
    and with `anyway`, it is printed unless there is something else by then. `print-preflight` tells the same before.
    Send an `Idempotency-Key`, in spite of findings as well: asked twice without one, it is printed twice.
    """
    edition_id = call.edition(edition).id
    options = {"reason": values.get("reason"), "device": values["device"], "actor": call.actor, "now": call.now}
    with _placed():
        return services.ask_print(call.db, edition_id, values["paper"], values["options"], **options)


@contextmanager
def _placed() -> Iterator[None]:
    """Report faults of options under their place in the body: no schema knows which stocks there are."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(fields={_place(name): fault for name, fault in refusal.fields.items()}) from refusal


def _place(name: str) -> str:
    return f"options.{name}" if name in OptionsSchema().fields else name


@blueprint.reads(f"{JOBS}/<id:job_id>", JobSchema, needs=Permission.PRINT)
def read_print_job(call: Call, edition: str, job_id: int) -> PrintJob | With:
    """One print job with its progress, `done` of `total`."""
    edition_id = call.edition(edition).id
    return _serialize(call, queries.get_print_job(call.db, edition_id, job_id, within=call.within(edition_id)))


@blueprint.acts(f"{JOBS}/<id:job_id>/cancel", JobSchema, tagged=True, needs=Permission.PRINT)
def cancel_print_job(call: Call, version: int, edition: str, job_id: int) -> PrintJob | With:
    """Stop after the batch in hand."""
    edition_id = call.edition(edition).id
    return _serialize(
        call, services.cancel(call.db, edition_id, job_id, version=version, actor=call.actor, now=call.now)
    )


@blueprint.downloads(f"{JOBS}/<id:job_id>/file", "application/pdf", needs=Permission.PRINT)
def download_print(call: Call, edition: str, job_id: int) -> tuple[bytes, str]:
    """The PDF of a job that is done."""
    edition_id = call.edition(edition).id
    job = queries.get_print_job(call.db, edition_id, job_id, within=call.within(edition_id))
    services.require_readable(call.db, job, actor=call.actor)
    if job.file is None:
        raise NotPrinted(status=job.status.value)
    storage: Storage = current_app.extensions["forumapp.storage"]
    try:
        return storage.get(job.file), f"{edition}-{job.paper.value}-{job.id}.pdf"
    except FileNotFoundError as error:
        raise NotFound(entity="file") from error


@blueprint.lists("/editions/<slug:edition>/outdated-badges", OutdatedSchema, needs=Permission.PRINT)
def list_outdated_badges(call: Call, query: dict[str, Any], edition: str) -> Page[Outdated]:
    """Badges to be printed again, in the order of printing."""
    edition_id = call.edition(edition).id
    return page_from(outdated_badges(call.db, edition_id, within=call.within(edition_id)), query)


@blueprint.lists("/editions/<slug:edition>/outdated-cards", OutdatedCardSchema, needs=Permission.PRINT)
def list_outdated_cards(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Cards and signs to reprint, by paper. Those of seating plans only for callers who see the plans."""
    edition_id = call.edition(edition).id
    seen = call.access(edition_id).reach(Permission.SEE_PRECEDENCE) is Reach.ALL
    stale = outdated_cards(call.db, edition_id, within=call.within(edition_id), with_plans=seen)
    cards = [
        {"paper": group.paper, "plan": group.options.plan, "one": card, "who": card.card.who}
        for group in stale
        for card in group.cards
    ]
    return page_from(cards, query)


@blueprint.lists("/editions/<slug:edition>/delegations/<slug:code>/papers", PaperStateSchema, needs=Permission.PRINT)
def list_working_papers(call: Call, query: dict[str, Any], edition: str, code: str) -> Page[dict[str, Any]]:
    """The working papers of a delegation that the caller may read, each with its last print."""
    edition_row = call.edition(edition)
    row = get_delegation(call.db, edition_row.id, code, within=call.within(edition_row.id))
    states = paper_states(call.db, edition_row, row, services.papers_of(call.access(edition_row.id), row.id))
    return page_from([_state(state) for state in states], query)


def _state(state: PaperState) -> dict[str, Any]:
    last = state.last
    return {
        "paper": state.paper,
        "state": state.state,
        "job_id": last.id if last and state.is_own else None,
        "version": last.paper_version if last else None,
        "printed_at": state.printed_at,
        "changed": [difference.key for difference in state.differences],
        "registrations": [registration_id for registration_id, _name in state.people],
    }


def _serialize(call: Call, job: PrintJob) -> PrintJob | With:
    """What was found to be mended names what the paper tells."""
    return job if services.may_read(call.access(job.edition_id), job) else With(job, told=[], mark=None)
