"""Publishing the agenda: what would change, what each version changed, and the versions so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.numbers import whole_number
from forumapp.core.paging import page_of
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries, services
from forumapp.domain.agenda.checking import agenda_findings
from forumapp.domain.publishing.queries import version_compared, working_compared
from forumapp.web.changes import told
from forumapp.web.fields import Field, Texts
from forumapp.web.forms import Form
from forumapp.web.organizer.finding_words import agenda_needs
from forumapp.web.organizer.guard import blueprint, edition, needs
from forumapp.web.organizer.identity import actor
from forumapp.web.organizer.log import past

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "agenda"
FIRST = 20  # of the changes, beside the form

PUBLISH_FIELDS = (
    Field(name="label", label=_l("Label"), help=_l("How people speak of it, such as “Version for print”.")),
    Texts(name="note", label=_l("What has changed"), multiline=True),
)
REASON = Field(
    name="reason",
    label=_l("Reason to publish all the same"),
    help=_l("It is kept in the log."),
    required=True,
)


@blueprint.get("/<edition>/agenda/versions")
@needs(Permission.SEE_AGENDA, to_change=Permission.PUBLISH_AGENDA)
def versions() -> str:
    return versions_page(Form.empty(publish_fields()), number=request.args.get("page", 1, whole_number))


def publish_fields() -> tuple[Field, ...]:
    """A reason is asked for where something blocks."""
    blocked = any(finding.blocking for finding in agenda_findings(reading(), edition().id))
    return (*PUBLISH_FIELDS, REASON) if blocked else PUBLISH_FIELDS


def versions_page(form: Form, number: int = 1) -> str:
    db = reading()
    compared = working_compared(db, edition().id)
    findings = agenda_findings(db, edition().id)
    found = compared.differences
    return render_template(
        "organizer/publishing/list.html",
        section=SECTION,
        page=queries.versions_page(db, edition().id, number=number),
        form=form,
        findings=len(findings),
        blocking=agenda_needs([finding for finding in findings if finding.blocking]),
        since=compared.since,
        count=len(found),
        changes=told(found[:FIRST], compared.session_ids) if compared.since else [],
    )


@blueprint.get("/<edition>/agenda/versions/next")
@needs(Permission.SEE_AGENDA)
def next_version() -> str:
    """Everything that would change, were the agenda published now."""
    compared = working_compared(reading(), edition().id)
    found = page_of(compared.differences, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/publishing/next.html",
        section=SECTION,
        since=compared.since,
        page=found.of(told(found.items, compared.session_ids)),
    )


@blueprint.get("/<edition>/agenda/versions/<id:number>")
@needs(Permission.SEE_AGENDA)
def version(number: int) -> str:
    """One version, with what is different in it from the one before or from any other."""
    db = reading()
    row = queries.get_version(db, edition().id, number)
    numbers = queries.version_numbers(db, edition().id)
    since = request.args.get("since", number - 1, whole_number)
    compared = version_compared(db, edition().id, number, since if since in numbers else 0)
    found = page_of(compared.differences, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/publishing/version.html",
        section=SECTION,
        row=row,
        others=[one for one in numbers if one != number],
        since=compared.since,
        page=found.of(told(found.items, queries.session_ids(db, edition().id))),
        history=past("agenda_version", row.id),
    )


@blueprint.post("/<edition>/agenda/versions")
@needs(Permission.PUBLISH_AGENDA)
def publish() -> ResponseReturnValue:
    form = Form.sent(publish_fields(), request.form)
    if not request.form.get("sure"):
        form.faults["sure"] = "required"
    if form.faults:
        return versions_page(form), 422
    try:
        with transaction() as db:
            number = services.publish(db, edition().id, **form.values, actor=actor(), now=clock.now()).number
    except services.AgendaBlocked:  # since the page was asked for
        return versions_page(Form.sent(publish_fields(), request.form)), 409
    flash(_("Version %(number)s of the agenda is published.", number=number), "ok")
    return redirect(url_for("organizer.versions"))
