"""How pressing an edition takes each finding of its agenda to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.findings.severity_settings import set_severities, severities_of
from forumapp.domain.agenda.severities import may_be
from forumapp.schemas.choices import FindingCode, Severity
from forumapp.web.forms.fields import Choice
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from enum import StrEnum

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.severities import Severities

SECTION = "settings"


@dataclass(frozen=True, kw_only=True)
class Weight(Choice):
    """The severity of one kind of finding."""

    kind: type[StrEnum] = Severity

    def get(self, row: Severities) -> Any:
        return row.of[self.name]


def fields() -> tuple[Weight, ...]:
    return tuple(
        Weight(
            name=code.value,
            label=labels.label(code),
            among=[severity for severity in Severity if may_be(code, severity)],
            required=True,
        )
        for code in FindingCode
    )


@blueprint.route("/<edition>/settings/findings", methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.PUBLISH_AGENDA)
def finding_severities() -> ResponseReturnValue:
    if request.method == "GET":
        return severities_page(Form.of(fields(), current()))
    form = Form.sent(fields(), request.form)

    def change(db: DbSession) -> None:
        set_severities(db, edition().id, form.values, version=form.based_on, actor=actor(), now=clock.now())

    if not saved(form, change, current):
        return severities_page(form), form.status
    flash(_("The severities have been saved."), "ok")
    return redirect(url_for("organizer.finding_severities"))


def current() -> Severities:
    return severities_of(reading(), edition().id)


def severities_page(form: Form) -> str:
    return render_template("organizer/agenda/severities.html", section=SECTION, form=form)
