"""Substitution: another person takes over a registrant's spot, which is counted as before.

The substitute gets a registration and a code of their own. Answers, VIP mark, plus-ones, sessions, letters and rank are
not transferred: the substitute gives their own answers, and organizers decide the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid, refuse_faults
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change, record
from forumapp.domain.people.index.registrants import add_title, find_or_add
from forumapp.domain.people.rules import name_faults
from forumapp.domain.registration.capacity import counters, options, statements
from forumapp.domain.registration.capacity.sessions import leave_sessions
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import AlreadyRegistered, NotTransferable, WrongStatus
from forumapp.domain.registration.forms.answers import snapshot
from forumapp.domain.registration.invitations.queries import today_in
from forumapp.domain.registration.lifecycle.decisions import lock_by_link, lock_version
from forumapp.domain.registration.lifecycle.self_service import refuse_unchangeable
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import RegistrationStatus, Source
from forumapp.domain.registration.waitlist.cancellation import end_plus_ones
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.rules import Applicant

TRANSFERS = Permission.DECIDE_REGISTRATIONS


def substitute(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    instead: Applicant,
    *,
    source: Source,
    language: str,
    reason: str = "",
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Give a registrant's spot to another person, and return the new registration.

    Raises AlreadyRegistered, NotTransferable, WrongStatus and Invalid.
    """
    require_all(db, edition_id, TRANSFERS, actor=actor)
    by: Any = {"actor": actor, "now": now}
    person_id = _person(db, instead, **by)  # before the capacity is locked, in the order of `register`
    row = lock_version(db, edition_id, registration_id, version, with_plus_ones=True)
    _refuse_unless_handed_on(db, row, person_id)
    if standing := statements.find_active(db, edition_id, person_id):
        raise AlreadyRegistered(registration_id=standing.id)
    return _hand_on(db, row, person_id, instead, source=source, language=language, reason=reason, **by)


def hand_over(
    db: DbSession,
    registration_id: int,
    link_number: int,
    instead: Applicant,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> Registration:
    """`substitute` by the registrant's signed link. Returns their registration, which has ended.

    The registrant does not learn whether the other person is registered already. In that case the spot goes to the
    waitlist, and the other person is mailed their link. Raises what `substitute` raises but AlreadyRegistered, and
    ChangesOver.
    """
    by: Any = {"actor": actor, "now": now}
    statements.refuse_too_many(db, instead.email, now=now)
    person_id = _person(db, instead, **by)
    row = lock_by_link(db, registration_id, link_number, with_plus_ones=True)
    refuse_unchangeable(db, row, now=now)
    _refuse_unless_handed_on(db, row, person_id)
    if standing := statements.find_active(db, row.edition_id, person_id):
        _give_up_for(db, row, db.get_one(Registration, standing.id), **by)
    else:
        _hand_on(db, row, person_id, instead, source=Source.FORM, language=language, **by)
    return row


def _person(db: DbSession, instead: Applicant, *, actor: Actor, now: datetime) -> int:
    if not is_visible(instead.latin_family + instead.latin_given):
        raise Invalid(fields={"latin_family": "required"})
    refuse_faults(name_faults(instead.as_person))
    return find_or_add(db, instead.as_person, actor=actor, now=now).person_id


def _refuse_unless_handed_on(db: DbSession, row: Registration, person_id: int) -> None:
    if not db.get_one(RegistrationType, row.type_id).is_transferable:
        raise NotTransferable
    if row.status != RegistrationStatus.CONFIRMED:
        raise WrongStatus(status=row.status.value)
    if row.person_id == person_id:
        raise Invalid(fields={"latin_family": "same-person"})


def _hand_on(
    db: DbSession,
    row: Registration,
    person_id: int,
    instead: Applicant,
    *,
    source: Source,
    language: str,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Registration:
    by: Any = {"actor": actor, "now": now}
    values = {
        "edition_id": row.edition_id,
        "person_id": person_id,
        "type_id": row.type_id,
        "status": row.status,
        "block_id": row.block_id,
        "over_capacity_by": row.over_capacity_by,  # the spot is counted as before
        "principal_id": row.principal_id,
        "group_id": row.group_id,
        "source": source,
        "language": language,
        "answers": snapshot([], {}),
        "registered_at": now,
    }
    new = db.get_one(Registration, statements.add_registration(db, values))
    statements.add_code(db, row.edition_id, new.id)
    titles: Any = {"title": instead.title, "organization": instead.organization}
    add_title(db, row.edition_id, person_id, **titles, **by)
    record(db, "registered", "registration", new.id, edition_id=row.edition_id, reason=reason.strip() or None, **by)
    _end(db, row, new, reason=reason, **by)
    tell(db, new, template="registration-substitute", now=now)
    return new


def _give_up_for(db: DbSession, row: Registration, standing: Registration, *, actor: Actor, now: datetime) -> None:
    before = row.status
    _end(db, row, standing, actor=actor, now=now)
    today = today_in(db, standing.edition_id, now=now)
    tell(db, standing, template="registration-known", occasion=today.isoformat(), now=now)
    counters.give_back(db, counters.hold(db, row.type_id), row, before)
    move_up_all(db, row.type_id, actor=actor, now=now)


def _end(
    db: DbSession, row: Registration, successor: Registration, *, reason: str = "", actor: Actor, now: datetime
) -> None:
    changes = {"status": RegistrationStatus.CANCELLED, "replaced_by_id": successor.id}
    why = reason.strip() or None
    change(db, row, changes, version=row.version, action="handed-on", reason=why, actor=actor, now=now)
    statements.revoke_code(db, row.id, now=now)
    leave_sessions(db, row, actor=actor, now=now)
    options.give_back(db, row)  # the substitute chooses anew
    for type_id in sorted(end_plus_ones(db, row, actor=actor, now=now)):
        move_up_all(db, type_id, actor=actor, now=now)
    tell(db, row, template="registration-replaced", now=now)
