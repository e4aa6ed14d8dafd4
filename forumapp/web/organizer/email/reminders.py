"""When those who have a place are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from flask import flash, redirect, render_template, url_for
from flask import request as sent_request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import reminders as services
from forumapp.domain.letters.rules import MOST_DAYS
from forumapp.web.forms.fields import Field, Number
from forumapp.web.forms.forms import Form, saved
from forumapp.web.organizer.kit.guard import blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal

SECTION = "mail-texts"


@dataclass(frozen=True, kw_only=True)
class ClockTime(Field):
    type: str = "time"
    control: ClassVar[str] = "field"


FIELDS = (
    Number(name="days_before", label=_l("Days before the forum"), most=MOST_DAYS, required=True),
    ClockTime(name="at_time", label=_l("At what time"), help=_l("By the clock at the forum's place."), required=True),
)


@blueprint.get("/<edition>/mail/reminders", endpoint="mail_reminders")
@needs(Permission.SEE_MAIL, to_change=Permission.SEND_MAIL)
def reminders_page(form: Form | None = None) -> str:
    return render_template(
        "organizer/letters/reminders.html",
        section=SECTION,
        lines=services.list_reminders(reading(), edition().id),
        form=form or Form.empty(FIELDS, days_before=7, at_time="09:00"),
    )


@blueprint.post("/<edition>/mail/reminders/new")
@needs(Permission.SEND_MAIL)
def new_reminder() -> ResponseReturnValue:
    form = Form.sent(FIELDS, sent_request.form)

    def add(db: DbSession) -> None:
        when = (form.values["days_before"], form.values["at_time"][:5])
        services.add_reminder(db, edition().id, *when, actor=actor(), now=clock.now())

    if not saved(form, add):
        return reminders_page(form), 422
    flash(_("The reminder is set."), "ok")
    return redirect(url_for("organizer.mail_reminders"))


@blueprint.post("/<edition>/mail/reminders/<id:reminder_id>/remove")
@needs(Permission.SEND_MAIL)
def remove_reminder(reminder_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return services.remove_reminder(db, edition().id, reminder_id, version=version or 0, actor=actor(), now=now)

    return removed(remove, _("The reminder has been removed."), url_for("organizer.mail_reminders"))
