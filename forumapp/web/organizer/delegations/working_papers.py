"""A delegation's working papers: the purpose of each, and whether its last print is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.printing.delegation_papers.errata import describe_change
from forumapp.domain.printing.delegation_papers.versions import paper_states
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.rooming_export import take_rooming_list
from forumapp.domain.printing.list_papers.values import in_languages
from forumapp.domain.printing.rules import takes
from forumapp.schemas.choices import Paper
from forumapp.web.organizer.delegations.delegations import SECTION
from forumapp.web.organizer.imports.imports import table_file
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from forumapp.domain.printing.paper.changed_facts import Difference

# The purpose of each paper, in a sentence.
PURPOSES: Mapping[Paper, Any] = {
    Paper.ITINERARIES: _l("One booklet for the whole delegation, with everyone in it."),
    Paper.BOOKLETS: _l("One booklet for each person, with their own days only."),
    Paper.ARRIVALS: _l("For those who wait at the airport: who arrives when, by which flight, and in which car."),
    Paper.DEPARTURES: _l("For those who see them off: who leaves when, by which flight, and in which car."),
    Paper.FACE_SHEET: _l("For greeters: faces, names, titles, and how names are said."),
    Paper.ROOMING_LIST: _l("For the hotel: rooms, nights, who shares, and requests."),
    Paper.MANIFESTS: _l("For captains: who rides in which coach."),
    Paper.COACH_SIGNS: _l("For windscreens."),
    Paper.AIRPORT_SIGNS: _l("To hold up at the airport."),
    Paper.CONTACT_LIST: _l("For members: how to reach those who agreed to be listed."),
    Paper.HEAD_DAYS: _l("For the head of the delegation: one page a day."),
    Paper.DIET_SHEET: _l("For the kitchen: of each meal, how many eat what, and who."),
    Paper.ERRATA: _l("For inserting: what has changed since a paper was printed."),
}


@blueprint.get("/<edition>/delegations/<code>/papers/rooming-list.<form>")
@needs(Permission.EXPORT)
def rooming_table(code: str, form: str) -> Response:
    """For the hotel's own list: CSV or XLSX."""
    with transaction() as db:
        row = get_delegation(db, edition().id, code, within=within(Permission.EXPORT))
        headings, rows = take_rooming_list(db, edition(), row, actor=actor(), now=clock.now())
    return table_file(form, headings, rows, f"{edition().slug}-{code}-rooming-list")


@blueprint.get("/<edition>/delegations/<code>/papers")
@needs(Permission.PRINT)
def delegation_papers(code: str) -> str:
    db = reading()
    row = get_delegation(db, edition().id, code, within=within(Permission.PRINT))
    papers = services.papers_of(access(), row.id)
    return render_template(
        "organizer/delegations/papers.html",
        section=SECTION,
        row=row,
        states_of=paper_states(db, edition(), row, papers),
        purposes=PURPOSES,
        changeable=[paper for paper in papers if takes(paper.value, "changed")],
        corrects=Paper.ERRATA in papers,
        describe_correction=describe_correction,
    )


def describe_correction(change: Difference) -> dict[str, list[str]]:
    """Describe a corrected fact in the page's language: its subject, the old value and the new one."""
    cells = describe_change(change).items()
    return {part: [text for line in cell for _tag, text in in_languages(line, [language()])] for part, cell in cells}
