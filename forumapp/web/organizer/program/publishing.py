"""Publish the agenda: preview of the changes, changes of each version, and past versions."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import NotFound
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.paging import page_of
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda import queries
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.agenda.publishing.publication import left_out
from forumapp.domain.agenda.publishing.refusals import (
    AgendaBlocked,
    ChangedMeanwhile,
    EmptyAgenda,
    PublishedMeanwhile,
    Seen,
)
from forumapp.domain.mail.render import Sender
from forumapp.domain.publishing import letters, recipients, services
from forumapp.domain.publishing.planning import find_plan
from forumapp.domain.publishing.queries import (
    find_published,
    find_telling,
    first_like,
    version_compared,
    working_compared,
)
from forumapp.schemas.choices import EditionStatus
from forumapp.web.forms.fields import Field, Texts
from forumapp.web.forms.forms import Form, read_seen
from forumapp.web.frame import unless_known
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, may, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.program.finding_words import agenda_needs, sees_orders
from forumapp.web.organizer.program.scheduled_publishing import against
from forumapp.web.wording.changes import ChangedSession, describe_changes, marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue

    from forumapp.domain.publishing.queries import Compared

SECTION = "agenda"
FIRST = 20  # changes shown next to the form
LONGEST_SEARCH = 100

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


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What changed since the form was opened: a version, if it has a number, and sessions with new content."""

    published: int
    changes: list[ChangedSession]


@blueprint.get("/<edition>/agenda/versions")
@needs(Permission.SEE_AGENDA, to_change=Permission.PUBLISH_AGENDA)
def versions() -> str:
    return versions_page(number=request.args.get("page", 1, whole_number))


def versions_page(number: int = 1, asked: Mapping[str, Any] | None = None, meanwhile: Meanwhile | None = None) -> str:
    """`asked` are the ticks where the form is shown as it was sent. A reason is asked for where something blocks."""
    db = reading()
    compared = working_compared(db, edition().id)
    findings = agenda_findings(db, edition().id, orders=sees_orders())
    blocking = [finding for finding in findings if finding.blocking]
    fields = (*PUBLISH_FIELDS, REASON) if blocking else PUBLISH_FIELDS
    differences = compared.differences
    plan = find_plan(db, edition().id)
    page = queries.versions_page(db, edition().id, number=number)
    return render_template(
        "organizer/publishing/list.html",
        section=SECTION,
        page=page,
        like=first_like(db, edition().id, page.items),
        form=Form.empty(fields) if asked is None else sent(fields),
        left_out=left_out(db, edition().id),
        findings=len(findings),
        blocking=agenda_needs(blocking),
        since=compared.since,
        is_empty=not compared.session_ids,
        seen=json.dumps({"sha256": compared.seal, "sessions": marks(differences)}) if may("publish-agenda") else "",
        meanwhile=meanwhile,
        count=len(differences),
        **count_people(compared),
        asked=asked,
        plan=plan,
        against=against(plan),
        changes=describe_changes(differences[:FIRST], compared.session_ids) if compared.since else [],
    )


@blueprint.get("/<edition>/agenda/versions/next")
@needs(Permission.SEE_AGENDA)
def next_version() -> str:
    """Everything that would change, were the agenda published now."""
    compared = working_compared(reading(), edition().id)
    page = page_of(compared.differences, number=request.args.get("page", 1, whole_number))
    return render_template(
        "organizer/publishing/next.html",
        section=SECTION,
        since=compared.since,
        page=page.of(describe_changes(page.items, compared.session_ids)),
    )


@blueprint.get("/<edition>/agenda/versions/<id:number>")
@needs(Permission.SEE_AGENDA)
def version(number: int) -> str:
    """Show one version and its differences from the previous one or any other."""
    db = reading()
    row = queries.get_version(db, edition().id, number)
    numbers = queries.version_numbers(db, edition().id)
    since = request.args.get("since", number - 1, whole_number)
    compared = version_compared(db, edition().id, number, since if since in numbers else 0)
    page = page_of(compared.differences, number=request.args.get("page", 1, whole_number))
    back = None if number == numbers[0] else version_compared(db, edition().id, number, numbers[0])
    return render_template(
        "organizer/publishing/version.html",
        section=SECTION,
        row=row,
        others=[other for other in numbers if other != number],
        since=compared.since,
        page=page.of(describe_changes(page.items, queries.session_ids(db, edition().id))),
        telling=find_telling(db, edition().id, number),
        like=first_like(db, edition().id, [row]).get(number),
        is_latest=back is None,
        **count_people(back),
        latest=numbers[0],
        history=past("agenda_version", row.id),
    )


@blueprint.get("/<edition>/agenda/versions/<id:number>/progress")
@needs(Permission.SEE_AGENDA)
def telling_progress(number: int) -> Response:
    """How far the telling is, which the page asks for again while it goes on."""
    telling = find_telling(reading(), edition().id, number)
    if telling is None:
        raise NotFound(entity="agenda_telling")
    return unless_known(render_template("organizer/publishing/progress.html", telling=telling, number=number))


@blueprint.get("/<edition>/agenda/versions/next/recipients")
@needs(Permission.PUBLISH_AGENDA)
def agenda_recipients() -> str:
    """List who would get an email if the agenda, or a version again, were published now."""
    search = request.args.get("search", "")[:LONGEST_SEARCH]
    number = request.args.get("page", 1, whole_number)
    which: dict[str, Any] = {"search": search, "again": request.args.get("again", None, whole_number)}
    page = recipients.list_recipients(reading(), edition().id, **which, number=number, actor=actor())
    return render_template("organizer/publishing/recipients.html", section=SECTION, page=page, **which)


@blueprint.get("/<edition>/agenda/versions/next/recipients/<id:person_id>")
@needs(Permission.PUBLISH_AGENDA)
def agenda_recipient(person_id: int) -> str:
    """Show the email as one recipient would read it."""
    again = request.args.get("again", None, whole_number)
    recipient, number = recipients.get_recipient(reading(), edition().id, person_id, again=again, actor=actor())
    config = current_app.extensions["forumapp.config"]
    sender = Sender(config.mail_from, config.base_url)
    written, paragraphs = letters.previewed(reading(), edition(), recipient, number, sender=sender)
    values: dict[str, Any] = {"one": recipient, "written": written, "paragraphs": paragraphs, "again": again}
    return render_template("organizer/publishing/recipient.html", section=SECTION, **values)


@blueprint.post("/<edition>/agenda/versions/<id:number>/again")
@needs(Permission.PUBLISH_AGENDA)
def publish_again(number: int) -> ResponseReturnValue:
    """Publish a new version with the content of this one."""
    sealed = queries.get_version(reading(), edition().id, number).sha256
    based_on = request.form.get("version", -1, whole_number)
    values: Any = {"note": {}, "again": number, "tell": bool(request.form.get("tell")), "seen": Seen(based_on)}
    try:
        with transaction() as db:
            made = services.publish(db, edition().id, **values, actor=actor(), now=clock.now()).number
    except PublishedMeanwhile:
        mine = find_published(reading(), edition().id, Seen(based_on, sealed), actor().account_id)
        if mine is not None:
            return published_already(mine)
        flash(
            _("Another version was published in the meantime, so nothing was. See what going back changes now."), "warn"
        )
        return redirect(url_for("organizer.version", number=number))
    except EmptyAgenda:  # from before such versions were refused
        flash(_("No session of this version has a time, so it cannot be published again."), "warn")
        return redirect(url_for("organizer.version", number=number))
    flash_published(made)
    return redirect(url_for("organizer.version", number=made))


@blueprint.post("/<edition>/agenda/versions")
@needs(Permission.PUBLISH_AGENDA)
def publish() -> ResponseReturnValue:
    """Publish. The service checks whether a reason is required, on the agenda that it stores."""
    form = sent((*PUBLISH_FIELDS, replace(REASON, required=False)))
    asked: dict[str, Any] = {"tell": bool(request.form.get("tell"))}
    opened = read_seen(request.form.get("seen"))
    seen = Seen(request.form.get("version", -1, whole_number), str(opened.get("sha256", "")))
    if form.faults:
        return not_published(asked, seen, opened, 422)
    values: Any = {**form.values, **asked, "seen": seen}
    try:
        with transaction() as db:
            number = services.publish(db, edition().id, **values, actor=actor(), now=clock.now()).number
    except AgendaBlocked:
        return not_published(asked, seen, opened, 422)
    except (EmptyAgenda, PublishedMeanwhile, ChangedMeanwhile):
        return not_published(asked, seen, opened, 409)
    flash_published(number)
    return redirect(url_for("organizer.version", number=number) if asked["tell"] else url_for("organizer.versions"))


def flash_published(number: int) -> None:
    """Flash what the public sees now: nothing while the edition is a draft."""
    words = _("Version %(number)s of the agenda is published.", number=number)
    if edition().status == EditionStatus.DRAFT:
        hidden = _("The edition is a draft: the public cannot see it yet.")
        flash(f"{words} {hidden}", "warn")
        return
    flash(words, "ok")


def sent(fields: tuple[Field, ...]) -> Form:
    form = Form.sent(fields, request.form)
    if not request.form.get("sure"):
        form.faults["sure"] = "not-ticked"
    return form


def not_published(asked: Mapping[str, Any], seen: Seen, opened: Mapping[str, Any], status: int) -> ResponseReturnValue:
    """Render the form as sent. It asks again if something else would be published than the user saw; a second click
    gets the result of the first.
    """
    db = reading()
    mine = find_published(db, edition().id, seen, actor().account_id)
    if mine is not None:
        return published_already(mine)
    compared = working_compared(db, edition().id)
    if seen == (compared.since, compared.seal):
        return versions_page(asked=asked), status
    if seen.number != compared.since:  # the baseline has changed since it was shown
        return versions_page(asked=asked, meanwhile=Meanwhile(compared.since, [])), 412
    before, differences = opened.get("sessions"), compared.differences
    known = before if isinstance(before, dict) else {}
    now = marks(differences)
    anew = [difference for difference in differences if known.get(str(difference.id)) != now[str(difference.id)]]
    changes = describe_changes(anew[:FIRST], compared.session_ids)
    return versions_page(asked=asked, meanwhile=Meanwhile(0, changes)), 412


def published_already(number: int) -> ResponseReturnValue:
    flash(
        _("You have published this already, as version %(number)s. Nothing more was published.", number=number), "info"
    )
    return redirect(url_for("organizer.version", number=number))


def count_people(compared: Compared | None) -> dict[str, int]:
    """How many would be written to, and how many more no mail can reach."""
    if compared is None or not may("publish-agenda"):
        return {"people": 0, "unreached": 0}
    notices = recipients.notices(reading(), edition().id, compared)
    unreached = recipients.without_address(reading(), notices)
    return {"people": len(notices) - unreached, "unreached": unreached}
