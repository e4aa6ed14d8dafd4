"""Whether a registrant's address takes mail, and sending them a mail once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import NotFound, Refusal
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import record
from forumapp.domain.mail import outbox, suppressing
from forumapp.domain.mail.models import Message, MessageState, Suppressed
from forumapp.domain.mail.services import ask
from forumapp.domain.mail.wording import MailKind
from forumapp.domain.people.models import Person
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.errors import ChangesOver, WrongStatus
from forumapp.domain.registration.lifecycle.reminders import NothingToAnswer, describe_missing, list_missing
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus as Status

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

# What is told by mails that say how things stand: once they stand otherwise, it would no longer be true.
TELLS = {
    MailKind.UNCONFIRMED: Status.UNCONFIRMED,
    MailKind.APPLIED: Status.APPLIED,
    MailKind.WAITLISTED: Status.WAITLISTED,
    MailKind.OFFERED: Status.OFFERED,
    MailKind.CONFIRMED: Status.CONFIRMED,
    MailKind.PROMOTED: Status.CONFIRMED,
    MailKind.CHANGED: Status.CONFIRMED,
    MailKind.SUBSTITUTE: Status.CONFIRMED,
    MailKind.REMINDER: Status.CONFIRMED,
    MailKind.DECLINED: Status.DECLINED,
    MailKind.CANCELLED: Status.CANCELLED,
}


class NoLongerTrue(Refusal):
    """The mail says how things stood, and they stand otherwise."""

    code = "no-longer-true"


@dataclass(frozen=True, slots=True)
class AddressState:
    """Whether there is an address, and why it takes no mail, if it does not."""

    has_address: bool
    why: Suppressed | None = None
    since: datetime | None = None

    @property
    def takes_mail(self) -> bool:
        return self.has_address and self.why is None


def address_state(db: DbSession, registration: Registration) -> AddressState:
    email = _email_of(db, registration)
    if not email:
        return AddressState(has_address=False)
    found = suppressing.find_suppression(db, suppressing.key_of(email))
    return AddressState(True, found.why, found.created_at) if found else AddressState(has_address=True)


def stop_address(
    db: DbSession, edition_id: int, registration_id: int, *, reason: str = "", actor: Actor, now: datetime
) -> AddressState:
    """Send nothing to this person's address any more, from any edition: letters came back from it. Both this and the
    way back keep in the log why.
    """
    row, email = _reached(db, edition_id, registration_id, actor=actor)
    suppressing.suppress(db, suppressing.key_of(email), Suppressed.MARKED, now=now)
    said: Any = {"edition_id": edition_id, "reason": reason.strip() or None}
    record(db, "address-stopped", "registration", row.id, actor=actor, now=now, **said)
    return address_state(db, row)


def clear_address(
    db: DbSession, edition_id: int, registration_id: int, *, reason: str = "", actor: Actor, now: datetime
) -> AddressState:
    """Send to it again, once it works or its owner has asked for it."""
    row, email = _reached(db, edition_id, registration_id, actor=actor)
    if suppressing.clear(db, suppressing.key_of(email)):
        said: Any = {"edition_id": edition_id, "reason": reason.strip() or None}
        record(db, "address-cleared", "registration", row.id, actor=actor, now=now, **said)
    return address_state(db, row)


def send_once_more(db: DbSession, edition_id: int, message_id: int, *, actor: Actor, now: datetime) -> Message:
    """Send a mail about a registration again, to the address that the person has now and with what is true now; the
    mail that leaves.
    """
    message = db.scalar(select(Message).where(Message.id == message_id, Message.edition_id == edition_id))
    if message is None or message.about != "registration" or message.about_id is None:
        raise NotFound(entity="message")
    row, email = _reached(db, edition_id, message.about_id, actor=actor)
    suppressing.refuse_suppressed(db, email)
    true_now = _true_now(db, row, message.template, now=now)
    if message.state is MessageState.QUEUED and message.recipient == email:
        return message  # it is on its way
    if message.state is MessageState.FAILED and message.recipient == email:
        outbox.send_again(db, edition_id, message_id, actor=actor, now=now)
        return db.get_one(Message, message_id, populate_existing=True)
    letter = letters_about(db, [row.id])[row.id]
    number = db.scalar(select(func.count()).where(Message.key.startswith(f"{message.key}~", autoescape=True))) or 0
    key = f"{message.key}~{number + 1}"
    ask(
        db,
        key=key,
        template=message.template,
        recipient=email,
        language=letter.language,
        values={**message.values, **letter.values_for(message.template), **true_now},
        edition_id=edition_id,
        about="registration",
        about_id=row.id,
        mailing_id=message.mailing_id,
        now=now,
    )
    record(db, "sent-again", "message", message_id, actor=actor, now=now, edition_id=edition_id)
    return db.scalars(select(Message).where(Message.key == key)).one()


def _true_now(db: DbSession, row: Registration, template: str, *, now: datetime) -> dict[str, Any]:
    """What the mail says beside the usual. Raises NoLongerTrue."""
    if template in TELLS and TELLS[MailKind(template)] != row.status:
        raise NoLongerTrue(status=row.status.value)
    if template != MailKind.MISSING:
        return {}
    try:
        return {"missing": describe_missing(list_missing(db, row, now=now))}
    except (NothingToAnswer, WrongStatus, ChangesOver) as refusal:
        raise NoLongerTrue(status=row.status.value) from refusal


def _reached(db: DbSession, edition_id: int, registration_id: int, *, actor: Actor) -> tuple[Registration, str]:
    require_row(db, edition_id, Permission.SEND_MAIL, "registration", registration_id, actor=actor)
    row = get_in(db, Registration, edition_id, registration_id)
    email = _email_of(db, row)
    if not email:
        raise NotFound(entity="address")
    return row, email


def _email_of(db: DbSession, registration: Registration) -> str:
    return db.scalar(select(Person.email).where(Person.id == registration.person_id)) or ""
