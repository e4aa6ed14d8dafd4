"""Whether somebody who had a place came, as it is said once the forum is over."""

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


def say_attendance(
    db: DbSession, edition_id: int, registration_id: int, said: str, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """That they attended, that they did not, or that it is not known (`confirmed`). Their place stays theirs, and
    nobody is mailed. Raises WrongStatus for whoever had no place, and AlreadyExists where the same person takes part by
    another registration by now.
    """
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    if said not in ATTENDANCE:
        raise Invalid(fields={"value": "unknown"})
    row = decisions.as_seen(db, edition_id, registration_id, version)
    if row.status not in ATTENDANCE:
        raise WrongStatus(status=row.status.value)
    if row.status not in ACTIVE and said in ACTIVE:
        _refuse_another(db, row)
    change(db, row, {"status": RegistrationStatus(said)}, version=version, actor=actor, now=now)
    return row


def _refuse_another(db: DbSession, row: Registration) -> None:
    theirs = Registration.edition_id == row.edition_id, Registration.person_id == row.person_id
    if db.scalar(select(Registration.id).where(*theirs, Registration.status.in_(ACTIVE))) is not None:
        raise AlreadyExists(fields={"person_id": "taken"})
