"""Details of a print: the printer, the reason for a reprint, and the reason to override findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid
from forumapp.domain.accounts.tokens.idempotency import AnsweredMeanwhile
from forumapp.domain.printing.checks.preflight import preflight_for
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.overrides import hold_stopped
from forumapp.domain.printing.paper.blocking_findings import blocked
from forumapp.domain.printing.rules import LONGEST_ANYWAY, LONGEST_DEVICE
from forumapp.schemas.choices import Badge, Reprint
from forumapp.web.drawing import fonts, lookers
from forumapp.web.forms.fields import Choice, Field
from forumapp.web.forms.forms import Form
from forumapp.web.organizer.kit.guard import edition
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import FORM_KEY, spend_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from forumapp.domain.printing.checks.preflight import Report
    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.printing.rules import Options
    from forumapp.schemas.choices import Paper

COOKIE = "print_device"
A_YEAR = 365 * 24 * 3600
DEVICE = Field(
    name="device",
    label=_l("Printer or station"),
    help=_l("Such as “Desk 2”. It stands in the print log, and this browser keeps it for the next time."),
    longest=LONGEST_DEVICE,
)
REASON = Choice(name="reason", label=_l("Why again"), kind=Reprint, empty=_l("Please choose"))
ANYWAY = Field(
    name="anyway",
    label=_l("Why print despite these problems"),
    help=_l("It stands with the print and in the log."),
    required=True,
    longest=LONGEST_ANYWAY,
)

DESPITE = "despite"  # the mark of the findings that were shown


def about_print(report: Report, sent: Mapping[str, Any]) -> Form:
    """Return the form of a print, filled from the request or from this browser's last print.

    It asks for a reason only if something is reprinted.
    """
    changed = sent.get("again") or sent.get("changed") or sent.get("badge") == Badge.CHANGED
    because = request.values.get(REASON.name) or (Reprint.CHANGED if changed else "")
    device = request.values.get(DEVICE.name) or request.cookies.get(COOKIE, "")
    why: tuple[Field, ...] = (replace(REASON, required=True),) if report.reprints else ()
    anyway = (ANYWAY,) if report.blocking else ()
    return Form.empty((DEVICE, *why, *anyway), device=device, reason=because)


def ask_for(
    paper: Paper, options: Mapping[str, Any], because: Reprint | None = None, *, stopped_job: PrintJob | None = None
) -> tuple[Form, Report | None]:
    """Queue a print as the form asks, once per form key. The returned form has faults if nothing was queued.

    `because` is the reason for a reprint when the form does not ask for one. An override must match the current
    findings; their report is returned too. For a `stopped_job` only the worker checks this, and it can be printed
    once: raises AskedMeanwhile.
    """
    report = None
    asks = ANYWAY.name in request.form
    form = Form.sent((DEVICE, REASON, ANYWAY) if asks else (DEVICE, REASON), request.form)
    if DEVICE.name not in request.form:
        form.values[DEVICE.name] = request.cookies.get(COOKIE, "")[:LONGEST_DEVICE]
    form.values[REASON.name] = form.values.get(REASON.name) or because
    values = dict(form.values)
    if asks and not form.faults:
        options = {**options, ANYWAY.name: values.pop(ANYWAY.name), DESPITE: request.form.get(DESPITE) or None}
        if stopped_job is None:
            report, wanted = run_preflight(paper, options)
            if blocked(report.findings, wanted):
                form.faults[""] = "findings-changed"
    if form.faults:
        form.fields = tuple(field for field in form.fields if field is DEVICE or field.name in request.form)
        return form, report
    try:
        ask_once(paper, options, values, stopped_job)
        flash(_("The print is in the queue. You may leave this page."), "ok")
    except AnsweredMeanwhile:
        flash(_("This print was asked for already. To print it once more, check it anew."), "warn")
    except Invalid as refusal:
        if not refusal.fields.keys() & {REASON.name, ""}:
            raise
        form.refuse(refusal)
    return form, report


def ask_once(paper: Paper, options: Mapping[str, Any], values: Mapping[str, Any], stopped_job: PrintJob | None) -> None:
    with transaction() as db:
        if stopped_job is not None:
            hold_stopped(db, stopped_job)
        if FORM_KEY in request.form:
            spend_key(db)
        services.ask_print(db, edition().id, paper, options, **values, actor=actor(), now=clock.now())


def report_on(chosen: Paper, options: Mapping[str, Any]) -> Report:
    """Return the preflight report of a paper."""
    return run_preflight(chosen, options)[0]


def run_preflight(chosen: Paper, options: Mapping[str, Any]) -> tuple[Report, Options]:
    how: Any = {"folder": fonts(), "workshop": lookers(), "actor": actor(), "now": clock.now()}
    return preflight_for(reading(), edition(), chosen, options, **how)


def started(form: Form, back: str) -> Response:
    return keeping_device(redirect(back), form)


def keeping_device(answer: Response, form: Form) -> Response:
    """Remember the printer's name in a cookie, to offer it the next time."""
    options: Any = {"max_age": A_YEAR, "path": "/organizer", "samesite": "Lax", "secure": request.is_secure}
    answer.set_cookie(COOKIE, form.values[DEVICE.name], httponly=True, **options)
    return answer
