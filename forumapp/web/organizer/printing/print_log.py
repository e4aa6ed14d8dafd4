"""The print log, piece by piece, as a list and as an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing.jobs.print_log import PieceFilters, pieces_page, take_out_pieces
from forumapp.domain.registration.lists.filters import LONGEST_SEARCH
from forumapp.schemas.choices import Paper
from forumapp.web.organizer.imports.imports import table_file
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from flask import Response

SECTION = "paper"


@blueprint.get("/<edition>/paper/log")
@needs(Permission.PRINT)
def print_log() -> str:
    filters, kept = wanted()
    number = request.args.get("page", 1, whole_number)
    page = pieces_page(reading(), edition().id, filters, within=within(Permission.PRINT), number=number)
    return render_template(
        "organizer/paper/log.html",
        section=SECTION,
        page=page,
        filters=filters,
        kept=kept,
        papers=labels.options(Paper),
    )


@blueprint.get("/<edition>/paper/log.<form>")
@needs(Permission.EXPORT)
def print_log_table(form: str) -> Response:
    with transaction() as db:
        headings, rows = take_out_pieces(db, edition().id, wanted()[0], actor=actor(), now=clock.now())
    return table_file(form, headings, rows, f"{edition().slug}-print-log")


def wanted() -> tuple[PieceFilters, dict[str, str]]:
    """Return the filters of the address, and the same as URL parameters."""
    asked = request.args
    paper = asked.get("paper", "")
    filters = PieceFilters(
        search=asked.get("search", "").strip()[:LONGEST_SEARCH],
        paper=Paper(paper) if paper in tuple(Paper) else None,
        registration=asked.get("registration", 0, whole_number) or None,
        reprints=bool(asked.get("reprints")),
    )
    kept = {"search": filters.search, "paper": filters.paper, "registration": filters.registration}
    query = {key: str(value) for key, value in kept.items() if value}
    return filters, query | ({"reprints": "1"} if filters.reprints else {})
