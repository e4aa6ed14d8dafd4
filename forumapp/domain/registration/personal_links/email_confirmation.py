"""Confirming the email address of a registration by the link that was mailed to it, and mailing that link again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.text import email_key
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.people.models import Person
from forumapp.domain.registration.emails import RESENT_SECONDS, mail_confirmation_link
from forumapp.domain.registration.errors import ConfirmationEnded, RegistrationCanceled
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups import emails
from forumapp.domain.registration.lifecycle.decisions import lock_by_link
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import PARTICIPATING, RegistrationStatus
from forumapp.domain.registration.waitlist.cancellation import active_plus_ones, lock_with_plus_ones
from forumapp.domain.registration.waitlist.unconfirmed import continue_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

# The newest registrations of an address whose links are sent again at once.
MOST_RESENT = 5


def confirm_email(
    db: DbSession, registration_id: int, link_number: int, *, actor: Actor, now: datetime
) -> Registration:
    """Confirm the address of a registration, of the people who come along, and of those in the care of the same group
    contact, also after the registration itself has ended. Confirming twice changes nothing. Raises ConfirmationEnded
    after the time is over, released or not, and RegistrationCanceled where someone canceled it.
    """
    _lock_group(db, registration_id)
    row = lock_by_link(db, registration_id, link_number, with_plus_ones=True)
    refuse_archived(db, row.edition_id)
    group = _group_in_care(db, row)
    waiting = list_waiting(db, row, now=now)
    if waiting:
        continue_all(db, waiting, actor=actor, now=now, notify=group is None)
        if group is not None:
            emails.send(db, group, [one.id for one in waiting], now=now)
    elif row.status not in PARTICIPATING:
        raise RegistrationCanceled if was_canceled(row) else ConfirmationEnded
    return row


def list_waiting(db: DbSession, row: Registration, *, now: datetime) -> list[Registration]:
    """The registrations that the link of `row` confirms now; `row` comes first if it waits itself."""
    group = _group_in_care(db, row)
    together = [row, *active_plus_ones(db, row)] if group is None else _same_contact(db, row, group)
    if group is None and not _waits(row, now):
        return []
    return [one for one in together if _waits(one, now)]


def was_canceled(row: Registration) -> bool:
    """Whether someone canceled it before the address was confirmed, and the time did not end it."""
    return row.status != RegistrationStatus.UNCONFIRMED and row.offer_ends_at is None


def _waits(row: Registration, now: datetime) -> bool:
    return row.status == RegistrationStatus.UNCONFIRMED and row.offer_ends_at is not None and row.offer_ends_at > now


def _lock_group(db: DbSession, registration_id: int) -> None:
    """Lock the types of all whom the link confirms, in one order."""
    row = db.get(Registration, registration_id)
    group = None if row is None else _group_in_care(db, row)
    if row is not None and group is not None:
        lock_with_plus_ones(db, row.edition_id, [row.id, *(one.id for one in _same_contact(db, row, group))])


def resend_confirmation_links(db: DbSession, edition_id: int, email: str, *, now: datetime) -> None:
    """Mail the links of the registrations that wait for this address to be confirmed. Does nothing where none waits,
    and the caller must not let the public see the difference.
    """
    query = (
        select(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(
            Registration.edition_id == edition_id,
            Person.email == email_key(email),
            Registration.status == RegistrationStatus.UNCONFIRMED,
            Registration.principal_id.is_(None),
            Registration.offer_ends_at > now,
        )
        .order_by(Registration.id.desc())
        .limit(MOST_RESENT)
    )
    groups: set[int] = set()
    for row in db.scalars(query):
        group = _group_in_care(db, row)
        if group is not None and group.id in groups:  # one link confirms for all of them
            continue
        groups |= {group.id} if group is not None else set()
        mail_confirmation_link(db, row.id, every=RESENT_SECONDS, now=now)


def _same_contact(db: DbSession, row: Registration, group: RegistrationGroup) -> list[Registration]:
    """Those of the group whose mail goes to its contact, and who wait as well; `row` comes first."""
    query = (
        select(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(
            Registration.edition_id == row.edition_id,
            Registration.group_id == group.id,
            Registration.status == RegistrationStatus.UNCONFIRMED,
            Person.email == group.email,
        )
        .order_by(Registration.id != row.id, Registration.id)
    )
    return list(db.scalars(query.execution_options(populate_existing=True)))


def _group_in_care(db: DbSession, row: Registration) -> RegistrationGroup | None:
    """The group whose contact gets the mail about `row`."""
    query = select(RegistrationGroup).join(Person, Person.email == RegistrationGroup.email)
    return db.scalar(query.where(RegistrationGroup.id == row.group_id, Person.id == row.person_id))
