"""Who comes to the desk otherwise than expected: unannounced, in another one's place, or with those they bring along.

What a rehearsal would leave behind is tried in one as on the day, and then refused, so that nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.access import require_all, require_row
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin.desk.check_in import check_in
from forumapp.domain.checkin.desk.search import at_desk
from forumapp.domain.checkin.rehearsal.services import refuse_in_rehearsal
from forumapp.domain.delegations.members.leaving import give_place_back, substitute_registration
from forumapp.domain.people.search.suggestions import suggest_same
from forumapp.domain.registration.capacity import statements
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.models import ACTIVE, Registration
from forumapp.domain.registration.rules import RegistrationStatus, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.desk.check_in import Kept
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.people.rules import Name
    from forumapp.domain.people.search.suggestions import SuggestedPerson
    from forumapp.domain.registration.rules import Applicant

MOST_LIKELY = 5


class HaveCome(Refusal):
    """The substitute has come, also if they left again, or has the badge: that is taken back first."""

    code = "have-come"


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody who may stand at the desk under this name, and their registration if they have one that stands."""

    person: SuggestedPerson
    registration_id: int | None
    status: RegistrationStatus | None


def list_likely(db: DbSession, edition_id: int, name: Name, *, actor: Actor) -> list[Likely]:
    """Whom to ask about before somebody is added: "Is it one of these?"."""
    people = suggest_same(db, name, actor=actor, most=MOST_LIKELY)
    standing = {one.id: statements.find_active(db, edition_id, one.id) for one in people}
    found = [Likely(one, row.id if (row := standing[one.id]) else None, row.status if row else None) for one in people]
    return sorted(found, key=lambda one: one.registration_id is None)


def usual_type(db: DbSession, edition_id: int) -> int | None:
    """The type of whoever walked in last, since the next one mostly comes as the same; else the one of most people."""
    of = Registration.edition_id == edition_id
    last = select(Registration.type_id).where(of, Registration.source == Source.WALK_IN)
    most = select(Registration.type_id).where(of).group_by(Registration.type_id).order_by(func.count().desc())
    return db.scalar(last.order_by(Registration.id.desc()).limit(1)) or db.scalar(most.limit(1))


def walk_in_at_desk(
    db: DbSession,
    edition_id: int,
    type_id: int,
    person: Mapping[str, Any],
    *,
    checkpoint_id: int | None,
    nonce: str,
    language: str,
    actor: Actor,
    now: datetime,
    **said: Any,
) -> tuple[Registration, Scanned | None]:
    """As `walk_in`, and at once let in at the desk's checkpoint, where there is one."""
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    by: Any = {"actor": actor, "now": now}
    row = walk_in(db, edition_id, type_id, person, language=language, **said, **by)
    here: Any = {"checkpoint_id": checkpoint_id, "nonce": nonce}
    scanned = check_in(db, edition_id, row.id, **here, **by) if checkpoint_id is not None else None
    refuse_in_rehearsal(db, edition_id, now=now, **({"result": scanned.result} if scanned else {}))
    return row, scanned


def substitute_at_desk(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    instead: Applicant,
    *,
    version: int,
    actor: Actor,
    now: datetime,
    **said: Any,
) -> Registration:
    """As `substitute_registration`: the old code is dead from then on."""
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    by: Any = {"version": version, "actor": actor, "now": now}
    row = substitute_registration(db, edition_id, registration_id, instead, **said, **by)
    refuse_in_rehearsal(db, edition_id, now=now)
    return row


def give_place_back_at_desk(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Undo `substitute_at_desk`, while the substitute has not come: answers the first one's registration, whose code is
    good again. Raises HaveCome.
    """
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    get_in(db, Registration, edition_id, registration_id)
    first = give_place_back(db, edition_id, registration_id, version=version, actor=actor, now=now)
    # Asked last: from here on nobody is let in by their code any more.
    if any(one.has_come or one.places for one in at_desk(db, edition_id, [registration_id], now=now)):
        raise HaveCome
    refuse_in_rehearsal(db, edition_id, now=now)
    return first


def list_party(db: DbSession, edition_id: int, registration_id: int) -> list[int]:
    """Someone with those who come along: the principal first, then the plus-ones as they were named; of whoever comes
    alone, themselves.
    """
    row = get_in(db, Registration, edition_id, registration_id)
    first = row.principal_id or row.id
    of_theirs = or_(Registration.id == first, Registration.principal_id == first)
    query = select(Registration.id).where(Registration.edition_id == edition_id, of_theirs)
    standing = or_(Registration.id == row.id, Registration.status.in_((*ACTIVE, RegistrationStatus.NO_SHOW)))
    return list(db.scalars(query.where(standing).order_by(Registration.id != first, Registration.id)))


def check_in_together(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    ids: Collection[int],
    *,
    checkpoint_id: int,
    nonce: str,
    rehearsal_id: int | None = None,
    kept: Kept | None = None,
    actor: Actor,
    now: datetime,
) -> dict[int, Scanned]:
    """Those of a party who are there, each by a scan of their own; by registration. Sent again, answered as it was."""
    require_row(db, edition_id, Permission.CHECK_IN, "registration", registration_id, actor=actor)
    party = list_party(db, edition_id, registration_id)
    if not ids or not set(ids) <= set(party):
        raise Invalid(fields={"people": "required" if not ids else "unknown"})
    of: Any = {"checkpoint_id": checkpoint_id, "rehearsal_id": rehearsal_id, "kept": kept, "actor": actor, "now": now}
    return {one: check_in(db, edition_id, one, nonce=f"{nonce}.{one}", **of) for one in party if one in ids}
