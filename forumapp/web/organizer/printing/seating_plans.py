"""A plan of seats as a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, redirect, render_template, request, url_for

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.core.serving.rate_limits import DRAWINGS, is_local, limiter
from forumapp.core.values.text import pick
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.seating import services
from forumapp.domain.printing.checks.preflight import Report
from forumapp.domain.printing.paper.blocking_findings import blocked, mark_of, weighed
from forumapp.domain.printing.previews.previews import Beginning, Drawn, Readers
from forumapp.domain.printing.queries import edition_head
from forumapp.domain.printing.rules import Options, options_from
from forumapp.web.drawing import drawn, fonts
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit.display import print_need
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.people.seating import SECTION
from forumapp.web.organizer.printing.previews import make_preview
from forumapp.web.organizer.printing.print_notes import ANYWAY, DESPITE, DEVICE, REASON, about_print, keeping_device
from forumapp.web.wording.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from forumapp.core.files.storage import Storage
    from forumapp.domain.delegations.models.seating import SeatingPlan
    from forumapp.domain.printing.paper.layout import Finding


@blueprint.get("/<edition>/seating/<code>/paper")
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_paper(code: str) -> str:
    """Show what to fix before printing the plan."""
    from forumapp.domain.printing.cards import seating_plans

    row = services.get_plan(reading(), edition().id, code)
    plan = seating_plans.read_plan(reading(), row, edition().zone)
    findings = weighed(seating_plans.check([plan], edition().languages), edition().print_blocks)
    return before_print(row, findings, what_to_say(row, findings))


def what_to_say(row: SeatingPlan, findings: list[Finding]) -> Form:
    """Return the form of the print, depending on its findings and earlier prints."""
    return about_print(Report(1, tuple(findings), 1 if row.printed_at else 0), {})


def before_print(row: SeatingPlan, findings: list[Finding], form: Form) -> str:
    shown: dict[str, Any] = {
        "needs": [print_need(finding) for finding in findings],
        "mark": mark_of(findings),
        "print_form": form,
    }
    return render_template("organizer/seating/paper.html", section=SECTION, row=row, **shown)


@blueprint.post("/<edition>/seating/<code>/paper")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def print_seating(code: str) -> ResponseReturnValue:
    """Draw the plan as seated now and send it; the print is logged."""
    from forumapp.domain.printing.cards import seating_plans
    from forumapp.domain.printing.jobs import plan_log

    row, now = services.get_plan(reading(), edition().id, code), clock.now()
    plan = seating_plans.read_plan(reading(), row, edition().zone)
    findings = weighed(seating_plans.check([plan], edition().languages), edition().print_blocks)
    form = Form.sent(what_to_say(row, findings).fields, request.form)
    options = options_from(
        {"plan": code, "anyway": form.values.get(ANYWAY.name), "despite": request.form.get(DESPITE) or None}
    )
    if not form.faults and blocked(findings, options):
        form.faults[""] = "findings-changed"
    if form.faults:
        return before_print(row, findings, form), Invalid.status
    pdf = drawn("seats", [plan], edition_head(reading(), edition(), Options()), at=now)
    made = plan_log.DrawnPlans(pdf, [plan], options, findings)
    storage: Storage = current_app.extensions["forumapp.storage"]
    by: Any = {"reason": form.values.get(REASON.name), "device": form.values[DEVICE.name], "storage": storage}
    with transaction() as db:
        job = plan_log.keep_plans(db, edition(), made, **by, actor=actor(), now=now)
    return keeping_device(redirect(url_for("organizer.download", job_id=job.id), 303), form)


@blueprint.get("/<edition>/seating/<code>/paper/preview")
@limiter.limit(DRAWINGS, exempt_when=is_local)
@needs(Permission.SEE_PRECEDENCE, everywhere=True)
def seating_preview(code: str) -> ResponseReturnValue:
    from forumapp.domain.printing.cards import seating_plans

    db = reading()
    row = services.get_plan(db, edition().id, code)
    plan, head = seating_plans.read_plan(db, row, edition().zone), edition_head(db, edition(), Options())
    first = Beginning((plan, head), Drawn("seats", [plan], head, at=clock.now(), folder=fonts()))
    readers = Readers((Permission.SEE_PRECEDENCE,))
    back = url_for("organizer.seating_paper", code=code)
    return make_preview(first, readers, pick(row.name, language()), back, section=SECTION)
