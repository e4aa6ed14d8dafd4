"""Reminding those who have a place at set times before the forum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from forumapp.core.errors import refuse_faults
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.letters.models import MailReminder
from forumapp.domain.letters.rules import LATE, due_at, reminder_faults
from forumapp.domain.mail.services import ask, asking_for_many
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.models import Person
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

BATCH = 100
HELD = (EditionStatus.OPEN, EditionStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class ReminderLine:
    row: MailReminder
    due_at: datetime


def list_reminders(db: DbSession, edition_id: int) -> list[ReminderLine]:
    """In the order in which they go out."""
    edition = get_edition_by_id(db, edition_id)
    rows = db.scalars(select(MailReminder).where(MailReminder.edition_id == edition_id))
    return sorted((_line(row, edition) for row in rows), key=lambda line: line.due_at)


def get_reminder(db: DbSession, edition_id: int, reminder_id: int) -> ReminderLine:
    return _line(get_in(db, MailReminder, edition_id, reminder_id), get_edition_by_id(db, edition_id))


def _line(row: MailReminder, edition: Edition) -> ReminderLine:
    return ReminderLine(row, due_at(edition.starts_on, row.days_before, row.at_time, edition.zone))


def add_reminder(
    db: DbSession, edition_id: int, days_before: int, at_time: str, *, actor: Actor, now: datetime
) -> MailReminder:
    require_all(db, edition_id, Permission.SEND_MAIL, actor=actor)
    edition = get_edition_by_id(db, edition_id)
    refuse_faults(reminder_faults(edition.starts_on, days_before, at_time, edition.zone, now=now))
    row = MailReminder(edition_id=edition_id, days_before=days_before, at_time=at_time)
    create_in(db, row, Permission.SEND_MAIL, actor=actor, now=now)
    return row


def remove_reminder(
    db: DbSession, edition_id: int, reminder_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    require_all(db, edition_id, Permission.SEND_MAIL, actor=actor)
    row = get_in(db, MailReminder, edition_id, reminder_id)
    return remove_in(db, row, label={"en": row.at_time}, version=version, actor=actor, now=now)


def reminders_due(db: DbSession, *, now: datetime) -> list[int]:
    """Of forums that are ahead, those whose time has come."""
    query = select(MailReminder, Edition).join(Edition, Edition.id == MailReminder.edition_id)
    query = query.where(MailReminder.sent_at.is_(None), Edition.status.in_(HELD), Edition.is_sample.is_(False))
    rows: Any = db.execute(query.order_by(MailReminder.id)).all()
    return [row.id for row, edition in rows if _line(row, edition).due_at <= now]


def take_batch(db: DbSession, reminder_id: int, *, now: datetime) -> bool:
    """Ask for the next mails of a reminder, and note how far it is; whether there are more.

    Whoever registered after its time is not reminded of it, and nobody is reminded of what is long past.
    """
    row = db.scalar(select(MailReminder).where(MailReminder.id == reminder_id).with_for_update())
    if row is None or row.sent_at is not None:
        return False
    due = get_reminder(db, row.edition_id, row.id).due_at
    if now - due > LATE:
        return _note(db, row.id, sent_at=now, is_missed=True)
    ids = _to_remind(db, row, due)
    with asking_for_many(db):
        for letter in letters_about(db, ids).values():
            ask(
                db,
                key=f"{MailKind.REMINDER}-{row.id}-{due:%Y%m%d%H%M}-{letter.registration_id}",
                template=MailKind.REMINDER,
                recipient=letter.recipient,
                language=letter.language,
                values=letter.values,
                edition_id=row.edition_id,
                about="registration",
                about_id=letter.registration_id,
                now=now,
            )
    if len(ids) == BATCH:
        _note(db, row.id, reached_id=ids[-1])
        return True
    return _note(db, row.id, sent_at=now)


def _to_remind(db: DbSession, row: MailReminder, due: datetime) -> list[int]:
    query = (
        select(Registration.id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.edition_id == row.edition_id, Registration.status == RegistrationStatus.CONFIRMED)
        .where(Registration.id > row.reached_id, Registration.registered_at <= due)
        .where(func.coalesce(Person.email, "") != "")
    )
    return list(db.scalars(query.order_by(Registration.id).limit(BATCH)))


def _note(db: DbSession, reminder_id: int, **values: Any) -> bool:
    """Progress is no edit: the version stays."""
    db.connection().execute(update(MailReminder).where(MailReminder.id == reminder_id).values(**values))
    db.expire_all()
    return False
