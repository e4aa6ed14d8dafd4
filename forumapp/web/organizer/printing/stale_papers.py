"""Stale papers: badges, cards, the program, seating plans, and delegation papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import page_of
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.delegations.seating.printed_plans import stale_plans
from forumapp.domain.delegations.seating.services import plans_page
from forumapp.domain.printing.cards.stale_cards import outdated_cards
from forumapp.domain.printing.delegation_papers.registry import PAPERS
from forumapp.domain.printing.delegation_papers.review import is_due, stale_papers
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.stale_badges import of_older_agenda, outdated_badges
from forumapp.domain.printing.queries import print_jobs_page
from forumapp.schemas.choices import Paper, Reprint
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.kit.single_use_forms import new_key
from forumapp.web.organizer.printing.papers import SHORT_LIST, check_page
from forumapp.web.organizer.printing.print_notes import ask_for, report_on, started
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "paper"
MOST, ALL = 100, 200
PARTS: dict[str, Any] = {
    "latin_name": _l("Latin name"),
    "native_name": _l("Name in its own script"),
    "title": _l("Title"),
    "organization": _l("Organization"),
    "type_code": _l("Registration type"),
    "type_name": _l("Name of the type"),
    "short_code": _l("Code"),
}


@blueprint.get("/<edition>/paper/outdated")
@needs(Permission.PRINT)
def outdated() -> str:
    """Of badges here, as they were and are; of a delegation's papers on their own page."""
    db, edition_id = reading(), edition().id
    badges = outdated_badges(db, edition_id, within=within(Permission.PRINT))
    papers: dict[Paper, Any] = {
        paper: services.paper_within(access(), paper) for paper in PAPERS if paper is not Paper.ERRATA
    }
    agendas = [
        paper for paper in (Paper.PROGRAM, Paper.SPEAKER_AGENDAS) if services.paper_within(access(), paper) is None
    ]
    seen = access().reach(Permission.SEE_PRECEDENCE) is Reach.ALL
    cards = outdated_cards(db, edition_id, within=within(Permission.PRINT), with_plans=seen)
    return render_template(
        "organizer/paper/outdated.html",
        section=SECTION,
        page=page_of(badges, number=request.args.get("page", 1, whole_number), size=MOST),
        parts=PARTS,
        value_text=value_text,
        most=MOST,
        key=new_key(),
        plan_names={plan.code: plan.name for plan in plans_page(db, edition_id, size=ALL).items}
        if cards and seen
        else {},
        programs=of_older_agenda(db, edition_id, agendas),
        cards=cards,
        plans=stale_plans(db, edition_id) if seen else [],
        papers=stale_papers(db, edition_id, papers),
        is_due=is_due(db, edition_id),
        jobs=print_jobs_page(db, edition_id, within=within(Permission.PRINT), size=SHORT_LIST).items,
    )


def value_text(value: Any) -> str:
    """A part of a badge, in the page's language."""
    return pick(value, language()) if isinstance(value, dict) else str(value)


@blueprint.post("/<edition>/registrations/<id:registration_id>/badge")
@needs(Permission.PRINT)
def print_badge(registration_id: int) -> ResponseReturnValue:
    """Print or reprint one badge, after showing its findings."""
    options: dict[str, Any] = {"registration": registration_id}
    again = request.form.get("again")
    back = url_for("organizer.outdated", _anchor="prints") if again else url_for("organizer.paper")
    asked_how = None
    if request.form.get("checked"):
        asked_how, report = ask_for(Paper.BADGES, options)
    else:
        report = report_on(Paper.BADGES, options)
        if not report.findings and (again or not report.reprints):
            asked_how, _looked = ask_for(Paper.BADGES, options, because=Reprint.CHANGED if again else None)
    if asked_how is not None and not asked_how.faults:
        return started(asked_how, back)
    report = report or report_on(Paper.BADGES, options)
    look = url_for("organizer.paper_preview", paper="badges", registration=registration_id)
    sent = {"checked": 1, "again": again}
    return check_page(Paper.BADGES, sent, report, asked_how, to=request.path, look=look), 422 if asked_how else 200
