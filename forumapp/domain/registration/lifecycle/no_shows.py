"""Attendance set by hand after the event: attended, no-show or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change
from forumapp.domain.registration.errors import WrongStatus
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ACTIVE, ATTENDANCE, RegistrationStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def set_attendance(
    db: DbSession, edition_id: int, registration_id: int, value: str, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Mark a registrant as attended, as a no-show, or as unknown (`confirmed`). They keep their spot; sends no mail.

    Raises Invalid for another value, WrongStatus for registrations without a spot, and AlreadyExists if the person has
    another active registration by now.
    """
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    if value not in ATTENDANCE:
        raise Invalid(fields={"value": "unknown"})
    row = decisions.lock_version(db, edition_id, registration_id, version)
    if row.status not in ATTENDANCE:
        raise WrongStatus(status=row.status.value)
    if row.status not in ACTIVE and value in ACTIVE:
        _refuse_another(db, row)
    change(db, row, {"status": RegistrationStatus(value)}, version=version, actor=actor, now=now)
    return row


def _refuse_another(db: DbSession, row: Registration) -> None:
    theirs = Registration.edition_id == row.edition_id, Registration.person_id == row.person_id
    if db.scalar(select(Registration.id).where(*theirs, Registration.status.in_(ACTIVE))) is not None:
        raise AlreadyExists(fields={"person_id": "taken"})
