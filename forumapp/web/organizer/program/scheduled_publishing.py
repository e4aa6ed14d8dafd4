"""Publish the agenda at a set time: schedule, change, cancel, and show the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Stale
from forumapp.core.values.numbers import whole_number
from forumapp.core.values.times import is_reckonable, zone_named
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.findings.detection import agenda_findings
from forumapp.domain.publishing import planning
from forumapp.schemas.choices import PlanStatus
from forumapp.web.forms.fields import Fault, Field, Flag, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.versioned_actions import ask_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.publishing.models import AgendaPlan

SECTION = "agenda"
# Why publishing failed at its time, by the code of the refusal.
AGAINST: dict[str, Any] = {
    "agenda-blocked": _l("Something in the agenda blocked it."),
    "agenda-empty": _l("No session had a time, so there was nothing to publish."),
    "too-late": _l("No worker ran in time, and it would have come more than a day late."),
    "archived": _l("The edition has been archived."),
}


@dataclass(frozen=True, kw_only=True)
class WallTime(Field):
    """A time by the clocks of the forum's place."""

    type: str = "datetime-local"

    def write(self, value: datetime) -> dict[str, Any]:
        return {self.name: value.isoformat(timespec="minutes")}

    def parse(self, raw: Mapping[str, Any]) -> datetime:
        try:
            wall = datetime.fromisoformat(super().parse(raw))
        except ValueError as error:
            raise Fault("not-a-time") from error
        if wall.tzinfo is not None:
            raise Fault("not-a-time")
        if not is_reckonable(wall):
            raise Fault("out-of-years")
        return wall

    def words(self, value: datetime) -> str:
        return f"{value:%Y-%m-%d %H:%M}"


FIELDS = (
    WallTime(
        name="at_wall",
        label=_l("When to publish"),
        help=_l("By the clocks at the forum's place. The agenda is published as it stands then."),
        required=True,
    ),
    Field(name="label", label=_l("Label"), help=_l("How people speak of it, such as “Version for print”.")),
    Texts(name="note", label=_l("What has changed"), multiline=True),
    Flag(name="tell", label=_l("Tell those whom it concerns by e-mail")),
)


@blueprint.route("/<edition>/agenda/plans/new", methods=["GET", "POST"])
@needs(Permission.PUBLISH_AGENDA)
def new_agenda_plan() -> ResponseReturnValue:
    if request.method == "GET":
        return plan_page(Form.empty(FIELDS, tell=True), None)
    form = Form.sent(FIELDS, request.form)

    def add(db: DbSession) -> None:
        planning.set_plan(db, edition().id, form.values, actor=actor(), now=clock.now())

    try:
        if not saved(form, add):
            return plan_page(form, None), 422
    except planning.AlreadyPlanned:
        flash(_("A time is set already. Change that one."), "info")
    else:
        say_set()
    return redirect(url_for("organizer.versions"))


@blueprint.route("/<edition>/agenda/plans/<id:plan_id>", methods=["GET", "POST"])
@needs(Permission.SEE_AGENDA, to_change=Permission.PUBLISH_AGENDA)
def agenda_plan(plan_id: int) -> ResponseReturnValue:
    def current() -> AgendaPlan:
        return planning.get_plan(reading(), edition().id, plan_id)

    row = current()
    if request.method == "GET":
        return plan_page(Form.of(FIELDS, row), row)
    form = Form.sent(FIELDS, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        planning.change_plan(db, edition().id, plan_id, form.values, **by)

    try:
        if not saved(form, change, current):
            return plan_page(form, current()), form.status
    except planning.PlanIsOver:
        flash(_("It is over: it was published, stopped or taken back."), "bad")
        return redirect(url_for("organizer.agenda_plan", plan_id=plan_id))
    say_set()
    return redirect(url_for("organizer.versions"))


@blueprint.post("/<edition>/agenda/plans/<id:plan_id>/take-back")
@needs(Permission.PUBLISH_AGENDA)
def take_agenda_plan_back(plan_id: int) -> ResponseReturnValue:
    here = url_for("organizer.agenda_plan", plan_id=plan_id)
    version = request.form.get("version", 0, whole_number)
    try:
        with transaction() as db:
            values: Any = {"version": version, "actor": actor(), "now": clock.now()}
            planning.take_plan_back(db, edition().id, plan_id, **values)
    except Stale as refusal:
        return ask_again(refusal, _("Take it back"), here)
    except planning.PlanIsOver:
        flash(_("It is over: it was published, stopped or taken back."), "bad")
        return redirect(here)
    flash(_("It is taken back: nothing is published at a set time."), "ok")
    return redirect(url_for("organizer.versions"))


def say_set() -> None:
    """Flash the schedule, and warn if publishing would fail as the agenda is now."""
    if blocking := count_blocking():
        text = ngettext(
            "The time is set, but %(num)s finding blocks the agenda. Mend it by then, or nothing will be published.",
            "The time is set, but %(num)s findings block the agenda. Mend them by then, or nothing will be published.",
            blocking,
        )
        flash(text, "warn")
    else:
        flash(_("The agenda will be published then."), "ok")


def count_blocking() -> int:
    return sum(finding.blocking for finding in agenda_findings(reading(), edition().id))


def meant(form: Form, row: AgendaPlan | None) -> datetime:
    """Return the time that determines the displayed zone: the typed one, else the scheduled one, else now."""
    try:
        return FIELDS[0].parse(form.raw).replace(tzinfo=zone_named(edition().zone))
    except Fault:
        return row.at_utc if row else clock.now()


def plan_page(form: Form, row: AgendaPlan | None) -> str:
    return render_template(
        "organizer/publishing/plan.html",
        section=SECTION,
        form=form,
        row=row,
        at=meant(form, row),
        blocking=count_blocking() if row is None or row.status is PlanStatus.PLANNED else 0,
        against=against(row),
        history=past("agenda_plan", row.id) if row else [],
    )


def against(row: AgendaPlan | None) -> str:
    """Return why publishing failed."""
    if row is None or not row.stopped_by:
        return ""
    return str(AGAINST.get(row.stopped_by, _("Whoever had set it no longer has the permission that it takes.")))
