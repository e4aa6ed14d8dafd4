"""Before and after a print: what is to be mended first, how many there are, and what has been printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import Number, SearchQuery
from forumapp.api.v1.findings import PaperFindingSchema
from forumapp.api.v1.printing.jobs import OFFERED_WORDS, looked_through
from forumapp.api.v1.shapes import NameSchema, Slug
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.jobs.print_log import Piece, PieceFilters, pieces_page
from forumapp.domain.printing.jobs.services import PRINTABLE
from forumapp.domain.printing.paper.handout_boxes import MOST_BOXES
from forumapp.domain.printing.selection import BadgeCounts, count_badges
from forumapp.schemas.choices import Paper, Reprint
from forumapp.schemas.fields import Choice, Id, Instant, Part, Shape, Text, WholeNumber, Word

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.printing.checks.preflight import Report

PREFLIGHT = "/editions/<slug:edition>/print-preflight"
YES = Word(("yes", "no"), load_default="no")
LONGEST_LETTERS = 4000  # characters of an address that name letters

blueprint = ApiBlueprint("Print log", __name__, description="Checks before a print, and the log of what was printed.")


class PreflightQuery(Shape):
    """What would be printed, as the options of a print job say it."""

    paper = Choice(Paper, among=PRINTABLE, required=True)
    stock = Slug()
    type = Slug()
    delegation = Slug()
    registration = Number(None, LARGEST_ID)
    badge = Word(OFFERED_WORDS)
    boxes = Number(None, MOST_BOXES)
    plan = Slug()
    session = Slug()
    agenda = Number(None, LARGEST_ID)
    since = Number(None, LARGEST_ID)
    speaking = YES
    untitled = YES
    languages = Text(metadata={"description": "With commas between them, as `en,zh-Hans`."})
    letters = Text(
        longest=LONGEST_LETTERS,
        pattern=r"\d{1,18}(,\d{1,18})*",
        metadata={"description": "Ids of formal letters, separated by commas; all by default."},
    )
    changed = YES


class BoxSchema(Shape):
    letter = ma.fields.String(required=True)
    count = WholeNumber(required=True)
    registrations = ma.fields.List(Id(), metadata={"description": "In the order of the badges."})


class PreflightSchema(Shape):
    count = WholeNumber(required=True, metadata={"description": "How many pieces would be printed."})
    blocking = ma.fields.Boolean(
        required=True, metadata={"description": "Nothing is printed unless `anyway` says why, with the `mark`."}
    )
    mark = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the findings that block, for the option `despite`; null where none does."},
    )
    reprints = WholeNumber(
        required=True,
        metadata={"description": "Of badges, cards or letters, how many were printed before; a reason is asked then."},
    )
    nothing = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why there is nothing to print, as the fault of its job; null where there is."},
    )
    findings = ma.fields.List(Part(PaperFindingSchema), required=True)
    boxes = ma.fields.List(Part(BoxSchema), required=True)


class BadgeCountsSchema(Shape):
    """The pieces of everyone whose badge the caller may print."""

    total = WholeNumber(required=True)
    types = ma.fields.Dict(keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "By code."})
    delegations = ma.fields.Dict(
        keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "By code, each with its parts."}
    )
    badges = ma.fields.Dict(
        keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "By what was printed so far."}
    )


class PieceQuery(SearchQuery):
    paper = Choice(Paper)
    registration = Number(None, LARGEST_ID)
    reprints = YES


class PieceSchema(Shape):
    job_id = Id(required=True)
    paper = Choice(Paper, required=True)
    registration_id = Id(allow_none=True, metadata={"description": "null of a paper that is for nobody in particular."})
    name = Part(NameSchema, allow_none=True)
    printed_at = Instant(allow_none=True)
    printed_by = Id(attribute="printed_by_id", allow_none=True, metadata={"description": "An account."})
    device = ma.fields.String()
    copy = WholeNumber(
        allow_none=True,
        metadata={"description": "The how manieth badge or card of this person, or of this letter."},
    )
    version = WholeNumber(
        allow_none=True, metadata={"description": "Counts up whenever what it says is another; null where none counts."}
    )
    reason = Choice(Reprint, allow_none=True, metadata={"description": "Why it was printed again."})
    box = ma.fields.String(allow_none=True)
    letter_id = Id(allow_none=True, metadata={"description": "Of a formal letter."})
    serial = ma.fields.String(allow_none=True)
    edited = ma.fields.Dict(
        keys=ma.fields.String(),
        metadata={"description": "Of a badge, what the desk worded otherwise on this one piece."},
    )


@blueprint.reads(PREFLIGHT, PreflightSchema, query=PreflightQuery, needs=Permission.PRINT)
def read_print_preflight(call: Call, query: dict[str, Any], edition: str) -> dict[str, Any]:
    """What is to be mended before a paper is printed, by person, and what printing it would do."""
    options = {**query, **{name: query[name] == "yes" for name in ("changed", "speaking", "untitled")}}
    paper, languages = options.pop("paper"), options.pop("languages", "")
    if languages:
        options["languages"] = languages.split(",")
    if letters := options.pop("letters", ""):
        options["letters"] = [int(letter_id) for letter_id in letters.split(",")]
    return _serialize(looked_through(call, call.edition(edition), paper, options)[0])


def _serialize(report: Report) -> dict[str, Any]:
    boxes = [
        {"letter": box.letter, "count": box.count, "registrations": [badge.registration_id for badge in box.badges]}
        for box in report.boxes
    ]
    findings = [finding.told for finding in report.findings]
    counts = {"count": report.count, "blocking": report.blocking, "mark": report.mark, "reprints": report.reprints}
    return {**counts, "nothing": report.nothing, "findings": findings, "boxes": boxes}


@blueprint.reads("/editions/<slug:edition>/badge-counts", BadgeCountsSchema, needs=Permission.PRINT)
def read_badge_counts(call: Call, edition: str) -> BadgeCounts:
    """How many badges there are of each type and delegation, and how many were printed so far."""
    edition_id = call.edition(edition).id
    return count_badges(call.db, edition_id, within=call.within(edition_id))


@blueprint.lists("/editions/<slug:edition>/printed-pieces", PieceSchema, query=PieceQuery, needs=Permission.PRINT)
def list_printed_pieces(call: Call, query: dict[str, Any], edition: str) -> Page[Piece]:
    """Every piece that was printed, the newest print first."""
    edition_id = call.edition(edition).id
    filters = PieceFilters(search=query["q"], reprints=query["reprints"] == "yes")
    filters = replace(filters, paper=query.get("paper"), registration=query.get("registration"))
    return pieces_page(
        call.db, edition_id, filters, within=call.within(edition_id), number=query["page"], size=query["page_size"]
    )
