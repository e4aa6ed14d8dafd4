"""Changing the type or the language of a registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.capacity import counters, options
from forumapp.domain.registration.errors import PlaceOfItsOwn, WrongStatus
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import PARTICIPATING, PLACED, RegistrationStatus
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def change_type(
    db: DbSession, edition_id: int, registration_id: int, type_code: str, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Move a registration with its spot to another type; the old spot goes to the waitlist of the old type. Answers
    stay as they were asked, and chosen options are counted with the new type.

    Raises NoPlacesLeft, WrongStatus, NotFound, Invalid for an unknown type, and PlaceOfItsOwn if the change could not
    be undone.
    """
    require_row(db, edition_id, Permission.DECIDE_REGISTRATIONS, "registration", registration_id, actor=actor)
    into = _type_named(db, edition_id, type_code)
    here = (Registration.id == registration_id, Registration.edition_id == edition_id)
    before = db.scalar(select(Registration.type_id).where(*here))
    if before is None:
        raise NotFound(entity="registration")
    held = counters.hold_all(db, (before, into))
    row = decisions.lock_version(db, edition_id, registration_id, version)
    if row.type_id == into:
        return row
    if row.status not in PARTICIPATING or row.type_id not in held:
        raise WrongStatus(status=row.status.value)
    if row.status == RegistrationStatus.WAITLISTED or row.block_id is not None or row.over_capacity_by is not None:
        raise PlaceOfItsOwn
    if row.is_media and not db.get_one(RegistrationType, into).is_media:
        raise PlaceOfItsOwn
    left = row.type_id
    counters.give_back(db, held[left], row, row.status)
    options.give_back(db, row)
    if row.status in PLACED:
        counters.seat(db, held[into])
    # A queue number from an earlier wait may be taken in the other type.
    change(db, row, {"type_id": into, "queue_number": None}, version=version, actor=actor, now=now)
    options.take_or_refuse(db, row)
    move_up_all(db, left, actor=actor, now=now)
    return row


def change_language(
    db: DbSession, edition_id: int, registration_id: int, language: str, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Set the language of the mails to a registrant. Raises Invalid for an unknown one."""
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    if language not in LANGUAGES:
        raise Invalid(fields={"language": "not-an-option"})
    row = decisions.lock_version(db, edition_id, registration_id, version)
    change(db, row, {"language": language}, version=version, actor=actor, now=now)
    return row


def _type_named(db: DbSession, edition_id: int, code: str) -> int:
    here = (RegistrationType.edition_id == edition_id, RegistrationType.code == code)
    type_id: int | None = db.scalar(select(RegistrationType.id).where(*here))
    if type_id is None:
        raise Invalid(fields={"type": "unknown"})
    return type_id
