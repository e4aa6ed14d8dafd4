"""The first screen: what the edition is, what needs someone now, and how far things are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forumapp.core.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.queries import agenda_findings, latest_version, working_agenda
from forumapp.domain.delegations.queries import delegations_page
from forumapp.domain.forums.queries import list_hosts
from forumapp.domain.mail.outbox import messages_page
from forumapp.domain.printing.queries import print_jobs_page
from forumapp.domain.registration.queries import counts
from forumapp.schemas.choices import JobStatus, MessageState, RegistrationStatus
from forumapp.web.labels import label
from forumapp.web.organizer.delegations import in_tree
from forumapp.web.organizer.guard import access, blueprint, edition, needs, within
from forumapp.web.organizer.paper import SHORT_LIST
from forumapp.web.organizer.shown import Need, agenda_need

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.models import PrintJob
    from forumapp.domain.registration.queries import Counts

ALL = 200
MOST_FINDINGS = 5
# The states of which the table of types has a column.
COLUMNS = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED, RegistrationStatus.APPLIED)


@blueprint.get("/<edition>/")
@needs(Permission.SEE_EDITION)
def overview() -> str:
    db = reading()
    counted = counts(db, edition().id, within=within(Permission.SEE_REGISTRATIONS))
    jobs = print_jobs_page(db, edition().id, within=within(Permission.PRINT), size=SHORT_LIST).items
    mine = delegations_page(db, edition().id, within=within(Permission.SEE_DELEGATIONS), size=ALL).items
    return render_template(
        "organizer/overview.html",
        section="overview",
        needs=[*agenda_needs(db), *registration_needs(counted), *mail_needs(db), *print_needs(jobs)],
        hosts=list_hosts(db, edition().id),
        counts=counted,
        columns=COLUMNS,
        delegations=in_tree(mine),
        latest=latest_version(db, edition().id),
        jobs=jobs,
    )


def agenda_needs(db: DbSession) -> list[Need]:
    """The first findings of the agenda, the blocking ones before the others; for those who can mend them."""
    if not access().allows(Permission.EDIT_AGENDA):
        return []
    findings = sorted(agenda_findings(db, edition().id), key=lambda finding: not finding.blocking)
    content = working_agenda(db, edition().id) if findings else {}
    shown = [agenda_need(finding, content) for finding in findings[:MOST_FINDINGS]]
    rest = len(findings) - len(shown)
    if rest:
        words = ngettext("%(num)s more finding in the agenda", "%(num)s more findings in the agenda", rest)
        shown.append(Need(words, url_for("organizer.agenda")))
    if latest_version(db, edition().id) is None:
        shown.append(Need(_("The agenda has not been published yet."), url_for("organizer.versions")))
    return shown


def registration_needs(counted: Counts) -> list[Need]:
    """Who waits for a decision, for those who decide."""
    if not access().allows(Permission.DECIDE_REGISTRATIONS):
        return []
    shown = []
    applied = counted.by_status[RegistrationStatus.APPLIED]
    if applied:
        words = ngettext(
            "%(num)s request waits for your decision.", "%(num)s requests wait for your decision.", applied
        )
        shown.append(Need(words, url_for("organizer.registrations", status="applied")))
    waiting = counted.by_status[RegistrationStatus.WAITLISTED]
    if waiting:
        words = ngettext("%(num)s person is on the waitlist.", "%(num)s people are on the waitlist.", waiting)
        shown.append(Need(words, url_for("organizer.registrations", status="waitlisted")))
    return shown


def mail_needs(db: DbSession) -> list[Need]:
    if not access().allows(Permission.SEE_MAIL):
        return []
    failed = messages_page(db, edition().id, state=MessageState.FAILED, size=1).total
    if not failed:
        return []
    words = ngettext("%(num)s mail could not be sent.", "%(num)s mails could not be sent.", failed)
    return [Need(words, url_for("organizer.mail", state="failed"))]


def print_needs(jobs: list[PrintJob]) -> list[Need]:
    """Prints that failed, unless a later one of the same kind came through."""
    over: set[str] = set()
    shown = []
    for job in jobs:
        if job.status == JobStatus.FAILED and job.paper not in over:
            words = _("The print of “%(paper)s” failed.", paper=label(job.paper))
            shown.append(Need(words, url_for("organizer.paper")))
        over.add(job.paper)
    return shown
