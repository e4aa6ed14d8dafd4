"""Papers: what can be printed, what to fix first, and running and finished prints."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing import queries
from forumapp.domain.printing.custom_stocks import with_geometry
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.rules import fitted, format_for, options_from
from forumapp.schemas.choices import Paper
from forumapp.web.forms.forms import Form
from forumapp.web.frame import unless_known
from forumapp.web.organizer.kit.display import by_kind
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.single_use_forms import FORM_KEY, new_key
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.organizer.printing import sheet_layout_fields
from forumapp.web.organizer.printing.paper_fields import DELEGATION, FIELDS, fields_of, is_working
from forumapp.web.organizer.printing.print_notes import DEVICE, REASON, about_print, ask_for, report_on, started
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from forumapp.core.files.storage import Storage
    from forumapp.domain.printing.checks.preflight import Report
    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.printing.rules import Options

SECTION = "paper"
SHORT_LIST = 5
# Submitted fields that do not belong to the paper.
NO_CHOICE = ("csrf_token", FORM_KEY, "anyway", "despite", DEVICE.name, REASON.name)
# Details that are kept for every paper. The reason for an override is asked again, for the current findings.
PRINT_DETAILS = (DEVICE.name, REASON.name)


def back_from(word: str, sent: Mapping[str, Any]) -> str:
    """Where a paper is printed from: a working paper from its delegation's page."""
    if is_working(word):
        return url_for("organizer.delegation_papers", code=sent[DELEGATION])
    return url_for("organizer.paper")


def papers() -> list[str]:
    """Those that the caller may read."""
    return [word for word in FIELDS if services.paper_within(access(), Paper(word)) != frozenset()]


def may_read(job: PrintJob) -> bool:
    """For templates: return whether the caller may read what a job made."""
    return services.may_read(access(), job)


@blueprint.get("/<edition>/paper")
@needs(Permission.PRINT)
def paper() -> str:
    chosen = request.args.get("paper", "")
    chosen = chosen if chosen in papers() else "badges"
    form = sent_form(chosen, request.args)
    if DELEGATION not in request.args:
        form.faults.pop(DELEGATION, None)  # nothing is wrong before anything was chosen
    return choose_page(chosen, form)


def choose_page(chosen: str, form: Form) -> str:
    """List the papers that can be printed, with the choices for one, and the prints."""
    number = request.args.get("page", 1, whole_number)
    jobs = queries.print_jobs_page(reading(), edition().id, within=within(Permission.PRINT), number=number)
    return render_template(
        "organizer/paper/list.html",
        section=SECTION,
        chosen=chosen,
        papers=papers(),
        folded=sheet_layout_fields.FOLDED if chosen == Paper.BADGES else (),
        form=form,
        details={name: request.values[name] for name in PRINT_DETAILS if request.values.get(name)},
        page=jobs,
    )


@blueprint.get("/<edition>/paper/progress")
@needs(Permission.PRINT)
def progress() -> Response:
    """Render the latest prints, which pages poll while one is running."""
    jobs = queries.print_jobs_page(reading(), edition().id, within=within(Permission.PRINT), size=SHORT_LIST)
    return unless_known(render_template("organizer/paper/progress.html", jobs=jobs.items))


@blueprint.get("/<edition>/paper/check")
@needs(Permission.PRINT)
def check() -> ResponseReturnValue:
    """Show what would be printed and what to fix first, by person."""
    chosen, form = asked(request.args)
    if form.faults:
        return redirect(f"{url_for('organizer.paper')}?{urlencode(request.args)}")
    report = report_on(chosen, given(form))
    return check_page(chosen, form.raw, report, to=url_for("organizer.start"), look=preview_of(request.args))


def preview_of(sent: MultiDict[str, str]) -> str:
    """Where the pages of a paper are shown that was asked for so."""
    choices: dict[str, Any] = {name: value for name, value in sent.items() if name not in NO_CHOICE}
    return url_for("organizer.paper_preview", **choices)


def check_page(
    chosen: Paper,
    sent: Mapping[str, Any],
    report: Report,
    asked_how: Form | None = None,
    *,
    to: str,
    look: str = "",
    back: str = "",
) -> str:
    """Render the findings of a paper. Its button sends what was `sent`, and the form of the print itself, `asked_how`.
    `look` shows its pages.
    """
    shown = {"chosen": chosen, "sent": sent, "report": report, "groups": by_kind(report.findings), "to": to}
    shown |= {
        "print_form": asked_how or about_print(report, sent),
        "back": back or back_from(chosen, sent),
        "look": look,
    }
    shown |= {"key": new_key()}
    return render_template("organizer/paper/check.html", section=SECTION, **shown)


@blueprint.post("/<edition>/paper/jobs")
@needs(Permission.PRINT)
def start() -> ResponseReturnValue:
    chosen, form = asked(request.form)
    if form.faults:
        return choose_page(chosen, form), Invalid.status
    try:
        asked_how, report = ask_for(chosen, given(form))
    except Invalid as refusal:  # from the previous check
        form.refuse(refusal)
        return choose_page(chosen, form), Invalid.status
    if asked_how.faults:
        report = report or report_on(chosen, given(form))
        where = {"to": url_for("organizer.start"), "look": preview_of(request.form)}
        return check_page(chosen, form.raw, report, asked_how, **where), Invalid.status
    return started(asked_how, back_from(chosen, form.values))


@blueprint.post("/<edition>/paper/jobs/<id:job_id>/cancel")
@needs(Permission.PRINT)
def cancel_job(job_id: int) -> ResponseReturnValue:
    try:
        with transaction() as db:
            version = request.form.get("version", 0, whole_number)
            services.cancel(db, edition().id, job_id, version=version, actor=actor(), now=clock.now())
    except services.JobIsOver:
        flash(_("The print has ended already."), "warn")
    except Stale as refusal:
        return ask_again(refusal, _("Cancel this print"), url_for("organizer.paper"))
    else:
        flash(_("The print is cancelled."), "ok")
    return redirect(url_for("organizer.paper"))


@blueprint.get("/<edition>/paper/jobs/<id:job_id>/file")
@needs(Permission.PRINT)
def download(job_id: int) -> Response:
    job = queries.get_print_job(reading(), edition().id, job_id, within=within(Permission.PRINT))
    services.require_readable(reading(), job, actor=actor())
    if job.file is None:
        raise NotFound(entity="file")
    storage: Storage = current_app.extensions["forumapp.storage"]
    try:
        content = storage.get(job.file)
    except FileNotFoundError:
        abort(410)
    name = f"{edition().slug} {labels.label(job.paper)} {job.id}.pdf"
    values: Any = {"download_name": name, "etag": job.sha256 or True}
    answer = send_file(BytesIO(content), "application/pdf", as_attachment=True, **values)
    # The ASCII name leaves out Chinese words; collapse the spaces around them.
    answer.headers["Content-Disposition"] = " ".join(answer.headers["Content-Disposition"].split())
    return answer


def asked(sent: MultiDict[str, str]) -> tuple[Paper, Form]:
    """Which paper, and its form as it was filled in. A delegation out of reach does not exist."""
    word = sent.get("paper", "badges")
    if word not in services.PRINTABLE:
        raise NotFound(entity="paper")
    services.require_paper(reading(), edition().id, Paper(word), actor=actor())
    form = sent_form(word, sent)
    if form.faults.get(DELEGATION) == "not-a-choice":
        raise NotFound(entity="delegation")
    return Paper(word), form


def sent_form(word: str, sent: MultiDict[str, str]) -> Form:
    """Return a paper's submitted form, with faults for values that contradict each other."""
    form = Form.sent(fields_of(word), sent)
    if not form.faults:
        try:
            options = fitted(word, options_of(given(form)))
            if word == Paper.PROGRAM:
                format_for(options, edition().page_size.value)
        except Invalid as refusal:
            form.faults |= refusal.fields
    return form


def given(form: Form) -> dict[str, Any]:
    """Return the chosen values; others use the edition's. An offset of 0 counts as chosen and replaces the printer's
    own.
    """
    return {name: value for name, value in form.values.items() if value or (value == 0 and value is not False)}


def options_of(values: Mapping[str, Any]) -> Options:
    """Return the options with the edition's own stocks and printers. Raises Invalid."""
    return options_from(with_geometry(reading(), edition().id, values))
