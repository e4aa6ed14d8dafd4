"""Undoing a substitution: the spot goes back to the person who had it before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from forumapp.core.errors import Refusal
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change
from forumapp.domain.registration.capacity import options, statements
from forumapp.domain.registration.capacity.sessions import leave_sessions
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import AlreadyRegistered, WrongStatus
from forumapp.domain.registration.lifecycle.decisions import lock_version
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.domain.registration.waitlist.cancellation import end_plus_ones
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


class NoSubstitute(Refusal):
    """The registration did not come from a substitution, or changed its type since."""

    code = "no-substitute"


def find_predecessor(db: DbSession, registration_id: int) -> Registration | None:
    """The registration that this one substitutes. Merged duplicates are no substitution: there the old code was revoked
    after the other registration began, not at the same moment.
    """
    new = aliased(Registration)
    query = (
        select(Registration)
        .join(new, (new.id == Registration.replaced_by_id) & (new.type_id == Registration.type_id))
        .join(TicketCode, TicketCode.registration_id == Registration.id)
        .where(new.id == registration_id, Registration.status == RegistrationStatus.CANCELLED)
        .where(TicketCode.revoked_at == new.registered_at)
    )
    return db.scalar(query)


def give_back(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Undo `substitute`, and return the first registration. Its code is valid again and the substitute's is revoked.
    Sessions and plus-ones are not restored.

    Raises NoSubstitute, WrongStatus, AlreadyRegistered, and NoPlacesLeft if a chosen option is full by now.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    by: Any = {"actor": actor, "now": now}
    row = lock_version(db, edition_id, registration_id, version, with_plus_ones=True)
    first = find_predecessor(db, row.id)
    if first is None:
        raise NoSubstitute
    if row.status != RegistrationStatus.CONFIRMED:
        raise WrongStatus(status=row.status.value)
    if standing := statements.find_active(db, edition_id, first.person_id):
        raise AlreadyRegistered(registration_id=standing.id)
    # Locked against scans of the code that ends: it admits before this change and not after.
    live = select(TicketCode.id).where(TicketCode.registration_id == row.id, TicketCode.revoked_at.is_(None))
    db.execute(live.with_for_update()).all()
    _swap(db, row, first, **by)
    options.give_back(db, row)
    options.take_or_refuse(db, first)
    leave_sessions(db, row, **by)
    for type_id in sorted(end_plus_ones(db, row, **by)):
        move_up_all(db, type_id, **by)
    tell(db, row, template="registration-replaced", now=now)
    tell(db, first, now=now)
    return first


def _swap(db: DbSession, row: Registration, first: Registration, *, actor: Actor, now: datetime) -> None:
    by: Any = {"actor": actor, "now": now}
    began = row.registered_at
    ended = {"status": RegistrationStatus.CANCELLED, "replaced_by_id": first.id}
    change(db, row, ended, version=row.version, action="replaced", **by)
    statements.revoke_code(db, row.id, now=now)
    again = {"status": RegistrationStatus.CONFIRMED, "replaced_by_id": None}
    change(db, first, again, version=first.version, action="given-back", **by)
    code = update(TicketCode).where(TicketCode.registration_id == first.id, TicketCode.revoked_at == began)
    db.connection().execute(code.values(revoked_at=None))
