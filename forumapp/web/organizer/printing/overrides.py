"""The findings that stopped a print in the worker, and printing despite them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from forumapp.core.database.transactions import reading
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.printing import queries
from forumapp.domain.printing.checks.preflight import Report, in_order
from forumapp.domain.printing.jobs import services
from forumapp.domain.printing.jobs.overrides import FAULT, AskedMeanwhile, asked, refuse_asked, still_stopped
from forumapp.domain.printing.jobs.reprints import count_again
from forumapp.web.organizer.kit.guard import blueprint, edition, needs, within
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.printing.paper_fields import counted
from forumapp.web.organizer.printing.papers import check_page, may_read
from forumapp.web.organizer.printing.print_notes import DESPITE, about_print, ask_for, started
from forumapp.web.wording import labels
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from werkzeug import Response

    from forumapp.domain.printing.models import PrintJob


@blueprint.route("/<edition>/paper/jobs/<id:job_id>/anyway", methods=["GET", "POST"])
@needs(Permission.PRINT)
def print_anyway(job_id: int) -> ResponseReturnValue:
    """Repeat the print. The worker checks it again; here the check can take too long."""
    job = queries.get_print_job(reading(), edition().id, job_id, within=within(Permission.PRINT))
    back, options = url_for("organizer.paper"), asked(job.options)
    services.require_readable(reading(), job, actor=actor())
    try:
        wanted, reach = services.as_allowed(reading(), edition().id, job.paper, options, actor=actor())
    except (Invalid, NotFound):
        flash(_("What this print was asked for is not there any more. Choose anew what to print."), "warn")
        return redirect(back)
    form = None
    try:
        if request.method == "POST":
            form, _report = ask_for(job.paper, options, stopped_job=job)
        else:
            refuse_asked(reading(), job)
    except AskedMeanwhile as refusal:
        return printed_meanwhile(refusal.details["job_id"])
    if form and not form.faults:
        return started(form, back)
    again = count_again(reading(), edition().id, job.paper, wanted, within=reach)
    report = Report(job.total or 1, in_order(job.found), again)
    asked_how = form or about_print(report, options)
    return check_page(job.paper, {}, report, asked_how, to=request.path, back=back), Invalid.status if form else 200


def printed_meanwhile(job_id: int) -> Response:
    """Return the prints, including one that somebody has already started with an override."""
    if job_id:
        flash(_("This print was asked for again meanwhile: it is No. %(number)s.", number=job_id), "info")
    else:
        flash(_("This print is not stopped any more."), "info")
    return redirect(url_for("organizer.paper"))


def stopped_of(jobs: Sequence[PrintJob]) -> frozenset[int]:
    """For templates: return the jobs that may be printed despite findings."""
    return still_stopped(reading(), jobs)


def why_failed(job: PrintJob) -> str:
    """For templates: return why a print failed, with the kinds of problems for those who may see them."""
    kinds = Counter(finding.code for finding in job.found if finding.blocking)
    if job.fault != FAULT or not kinds or not may_read(job):
        return labels.why_not_printed(job.paper, job.fault or "")
    kinds_text = listed(counted(str(labels.PRINT_FINDINGS.get(code, code)), number) for code, number in kinds.items())
    if job.options.get(DESPITE):
        return str(_("What is to be fixed has changed since it was checked: %(kinds)s.", kinds=kinds_text))
    return str(_("Something must be fixed first: %(kinds)s.", kinds=kinds_text))
