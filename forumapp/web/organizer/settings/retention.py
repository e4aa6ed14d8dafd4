"""Data retention: the dates, what would be deleted now, and what has been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.retention import queries, services
from forumapp.domain.retention.purging import what_would_go
from forumapp.schemas.choices import RetentionKind
from forumapp.web.forms.fields import Day
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.history.log_values import counted
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs, reaches
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels
from forumapp.web.wording.choice_words import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.retention.rules import Rule

SECTION = "retention"
FIELDS = (
    Day(
        name="purge_on",
        label=_l("Deleted on"),
        help=_l("Not before the forum's last day, and not later than a year after it."),
        required=True,
    ),
)
WHAT: Mapping[str, Any] = {
    RetentionKind.DIET: _l("Answers to questions about food and access needs. The questions stay."),
    RetentionKind.FLIGHTS: _l(
        "Flights in the itineraries, printed itineraries, drivers and contacts on site, and answers to questions about"
        " flights. Everything else that delegations do stays."
    ),
    RetentionKind.IDENTITY: _l("Answers to questions about passports, visas and dates of birth. The questions stay."),
    RetentionKind.FILES: _l(
        "Files and photos that people sent with their answers, and printed papers with photos. The questions stay."
    ),
    RetentionKind.OFFICIALS: _l(
        "E-mail address, phone number and WeChat name of VIPs and of people with a government title in this forum,"
        " their answers to questions about these, and the mail sent to them. For people who take part in a later forum,"
        " the date of that forum applies."
    ),
    RetentionKind.CONTACTS: _l(
        "Email addresses, phone numbers, WeChat names, emergency contacts and assistants of attendees, speakers and"
        " invited people, of groups and liaisons, the mail log and imported files. For people in a later forum, the"
        " date of that forum applies."
    ),
}


@blueprint.get("/<edition>/retention")
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def retention() -> str:
    db, edition_id = reading(), edition().id
    now, whole = clock.now(), reaches(access(), Permission.SEE_REGISTRATIONS, everywhere=True)
    return render_template(
        "organizer/retention/list.html",
        section=SECTION,
        rules=[
            (rule, counted(what_would_go(db, edition_id, rule.kind, now=now)) if whole else [])
            for rule in queries.rules_of(db, edition_id)
        ],
        whole=whole,  # numbers of the whole edition are for those who see all of it
        page=queries.reports_page(db, edition_id, number=request.args.get("page", 1, whole_number)) if whole else None,
        names=LABELS[RetentionKind],
        what=WHAT,
        describe_counts=counted,
    )


@blueprint.route("/<edition>/retention/<kind>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.EDIT_EDITION)
def retention_rule(kind: str) -> ResponseReturnValue:
    rule = queries.get_rule(reading(), edition().id, kind)
    if request.method == "GET":
        return rule_page(rule, Form.of(FIELDS, rule))
    form = Form.sent(FIELDS, request.form)

    def change(db: DbSession) -> None:
        day, version = form.values["purge_on"], form.based_on
        services.set_rule(db, edition().id, rule.kind, day, version=version, actor=actor(), now=clock.now())

    if not saved(form, change, lambda: queries.get_rule(reading(), edition().id, kind)):
        return rule_page(rule, form), form.status
    flash(_("The date has been saved."), "ok")
    return redirect(url_for("organizer.retention"))


def rule_page(rule: Rule, form: Form) -> str:
    return render_template(
        "organizer/retention/one.html",
        section=SECTION,
        form=form,
        name=labels.label(rule.kind),
        what=WHAT[rule.kind],
        history=past("retention_rule", rule.id) if rule.id else [],
    )
