"""Reminders for confirmed people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.v1.shapes import RemovalSchema, page_from
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.letters import reminders
from forumapp.domain.letters.rules import MOST_DAYS
from forumapp.schemas.fields import Flag, Id, Instant, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.letters.reminders import ReminderLine

REMINDERS = "/editions/<slug:edition>/mail-reminders"
REMINDER = f"{REMINDERS}/<id:reminder_id>"

blueprint = ApiBlueprint("Reminders", __name__, description="Mails at set times before the forum.")


class NewReminderSchema(Shape):
    days_before = WholeNumber(least=0, most=MOST_DAYS, required=True)
    at_time = Text(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        longest=5,
        required=True,
        metadata={"description": "By the clock at the forum's place, as in 09:00."},
    )


class ReminderSchema(NewReminderSchema):
    id = Id(required=True)
    due_at = Instant(required=True)
    sent_at = Instant(allow_none=True)
    is_missed = Flag(required=True, metadata={"description": "No worker ran in time, so no reminders were sent."})
    version = WholeNumber(required=True)


def shown(line: ReminderLine) -> dict[str, Any]:
    names = ("id", "days_before", "at_time", "sent_at", "is_missed", "version")
    return {**{name: getattr(line.row, name) for name in names}, "due_at": line.due_at}


@blueprint.lists(REMINDERS, ReminderSchema, needs=Permission.SEE_MAIL)
def list_mail_reminders(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """The reminders in the order in which they go out."""
    lines = reminders.list_reminders(call.db, call.whole_edition(edition).id)
    return page_from([shown(line) for line in lines], query)


@blueprint.creates(REMINDERS, NewReminderSchema, ReminderSchema, needs=Permission.SEND_MAIL)
def add_mail_reminder(call: Call, values: dict[str, Any], edition: str) -> dict[str, Any]:
    """Remind everyone who has a place by then, once."""
    edition_id = call.whole_edition(edition).id
    row = reminders.add_reminder(call.db, edition_id, **values, actor=call.actor, now=call.now)
    return shown(reminders.get_reminder(call.db, edition_id, row.id))


@blueprint.reads(REMINDER, ReminderSchema, needs=Permission.SEE_MAIL)
def read_mail_reminder(call: Call, edition: str, reminder_id: int) -> dict[str, Any]:
    """One reminder."""
    return shown(reminders.get_reminder(call.db, call.whole_edition(edition).id, reminder_id))


@blueprint.removes(REMINDER, RemovalSchema, needs=Permission.SEND_MAIL)
def remove_mail_reminder(call: Call, version: int, edition: str, reminder_id: int) -> Removal:
    """Cancel a reminder."""
    edition_id = call.whole_edition(edition).id
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return reminders.remove_reminder(call.db, edition_id, reminder_id, **by)
