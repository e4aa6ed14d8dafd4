"""What someone answers to an invitation, by its own link. Looking changes nothing: mail scanners open links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forumapp.core.values.text import email_key
from forumapp.domain.audit.services import change
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.registration.errors import InvitationEnded
from forumapp.domain.registration.invitations.queries import state_of
from forumapp.domain.registration.lifecycle.register import register
from forumapp.domain.registration.models import Invitation, Registration
from forumapp.domain.registration.rules import UNANSWERED, InvitationState, Invited, RegistrationStatus, Source

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.rules import Applicant, Placed


def get_by_link(db: DbSession, invitation_id: int, link_number: int) -> Invitation:
    """The invitation that a link was signed for, with its type. Raises InvitationEnded."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.link_number == link_number)
    row = db.scalar(query.options(joinedload(Invitation.type)))
    if row is None:
        raise InvitationEnded
    return row


def accept_invitation(
    db: DbSession,
    invitation_id: int,
    link_number: int,
    applicant: Applicant,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> Placed:
    """Register by it, which uses it up. The place, or the number in the queue, is taken now. The link proves the email
    address that it was sent to: another one may have to be confirmed first.
    """
    row = _waiting(db, invitation_id, link_number, now=now)
    is_proven = row.email is not None and row.email == email_key(applicant.email or "")
    placed = register(
        db,
        row.edition_id,
        row.type.code,
        applicant,
        source=Source.INVITATION,
        language=language,
        actor=actor,
        now=now,
        invited=Invited(row.block_id),
        email_confirmed=is_proven,
    )
    changes = {
        "state": InvitationState.ACCEPTED,
        "answered_at": now,
        "registration_id": placed.registration_id or _unconfirmed_id(db, placed),
    }
    change(db, row, changes, version=row.version, actor=actor, now=now, action="accepted")
    return placed


def _unconfirmed_id(db: DbSession, placed: Placed) -> int | None:
    """The registration of the same person that waits to be confirmed: if it ends, the invitation is open again."""
    standing = db.get(Registration, placed.standing_id) if placed.standing_id else None
    return standing.id if standing is not None and standing.status == RegistrationStatus.UNCONFIRMED else None


def decline_invitation(
    db: DbSession, invitation_id: int, link_number: int, *, actor: Actor, now: datetime
) -> Invitation:
    row = _waiting(db, invitation_id, link_number, now=now)
    changes = {"state": InvitationState.DECLINED, "answered_at": now}
    change(db, row, changes, version=row.version, actor=actor, now=now, action="declined")
    return row


def _waiting(db: DbSession, invitation_id: int, link_number: int, *, now: datetime) -> Invitation:
    """The row, which nobody else answers or revokes until the transaction ends."""
    query = select(Invitation).where(Invitation.id == invitation_id, Invitation.link_number == link_number)
    row = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise InvitationEnded
    state = state_of(db, row, now=now)
    if state not in UNANSWERED:
        raise InvitationEnded(state=state.value)
    refuse_archived(db, row.edition_id)
    return row
