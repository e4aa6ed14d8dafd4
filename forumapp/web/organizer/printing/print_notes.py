"""What is said of a print besides what is printed: on which printer, why badges and cards are printed again, and why in
spite of what was found.
"""

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

DESPITE = "despite"  # the mark of what was shown


def about_print(report: Report, sent: Mapping[str, Any]) -> Form:
    """Filled with what was said before, or by this browser the last time. Why something is printed again is asked where
    it is.
    """
    changed = sent.get("again") or sent.get("changed") or sent.get("badge") == Badge.CHANGED
    because = request.values.get(REASON.name) or (Reprint.CHANGED if changed else "")
    device = request.values.get(DEVICE.name) or request.cookies.get(COOKIE, "")
    why: tuple[Field, ...] = (replace(REASON, required=True),) if report.reprints else ()
    anyway = (ANYWAY,) if report.blocking else ()
    return Form.empty((DEVICE, *why, *anyway), device=device, reason=because)


def ask_for(
    paper: Paper, options: Mapping[str, Any], because: Reprint | None = None, *, of: PrintJob | None = None
) -> tuple[Form, Report | None]:
    """Ask for a print, as the form says it, once for each form that has a key; where nothing is printed it has faults.
    `because` is why it is printed again where the form does not ask. Whoever prints in spite of what was found has seen
    what is found now, which is told as well. Of a job that was stopped the worker alone holds them to it, and it is
    printed once in spite of that: raises AskedMeanwhile.
    """
    report = None
    asks = ANYWAY.name in request.form
    form = Form.sent((DEVICE, REASON, ANYWAY) if asks else (DEVICE, REASON), request.form)
    if DEVICE.name not in request.form:
        form.values[DEVICE.name] = request.cookies.get(COOKIE, "")[:LONGEST_DEVICE]
    form.values[REASON.name] = form.values.get(REASON.name) or because
    said = dict(form.values)
    if asks and not form.faults:
        options = {**options, ANYWAY.name: said.pop(ANYWAY.name), DESPITE: request.form.get(DESPITE) or None}
        if of is None:
            report, wanted = looked_through(paper, options)
            if blocked(report.findings, wanted):
                form.faults[""] = "findings-changed"
    if form.faults:
        form.fields = tuple(one for one in form.fields if one is DEVICE or one.name in request.form)
        return form, report
    try:
        ask_once(paper, options, said, of)
        flash(_("The print is in the queue. You may leave this page."), "ok")
    except AnsweredMeanwhile:
        flash(_("This print was asked for already. To print it once more, check it anew."), "warn")
    except Invalid as refusal:
        if not refusal.fields.keys() & {REASON.name, ""}:
            raise
        form.refuse(refusal)
    return form, report


def ask_once(paper: Paper, options: Mapping[str, Any], said: Mapping[str, Any], of: PrintJob | None) -> None:
    with transaction() as db:
        if of is not None:
            hold_stopped(db, of)
        if FORM_KEY in request.form:
            spend_key(db)
        services.ask_print(db, edition().id, paper, options, **said, actor=actor(), now=clock.now())


def report_on(chosen: Paper, said: Mapping[str, Any]) -> Report:
    """What is told of a paper before it is printed."""
    return looked_through(chosen, said)[0]


def looked_through(chosen: Paper, said: Mapping[str, Any]) -> tuple[Report, Options]:
    how: Any = {"folder": fonts(), "workshop": lookers(), "actor": actor(), "now": clock.now()}
    return preflight_for(reading(), edition(), chosen, said, **how)


def started(said: Form, back: str) -> Response:
    return keeping_device(redirect(back), said)


def keeping_device(answer: Response, said: Form) -> Response:
    """What this browser said its printer is called is offered the next time."""
    options: Any = {"max_age": A_YEAR, "path": "/organizer", "samesite": "Lax", "secure": request.is_secure}
    answer.set_cookie(COOKIE, said.values[DEVICE.name], httponly=True, **options)
    return answer
