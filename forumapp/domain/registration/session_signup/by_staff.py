"""Signing someone up for sessions with limited places, in an organizer's name: also for what is not published yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import Session, SessionStatus
from forumapp.domain.registration.capacity.sessions import change_sessions, signed_up
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import WrongStatus
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ADMITTED
from forumapp.domain.registration.session_signup.self_service import refuse_clash

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def sessions_for(db: DbSession, row: Registration) -> list[tuple[Session, bool]]:
    """In order of time, what someone can be signed up for and what they are, which the second says."""
    mine = {one.session_id for one in signed_up(db, row)}
    open_ones = and_(
        Session.places.is_not(None), Session.status == SessionStatus.CONFIRMED, Session.start_utc.is_not(None)
    )
    query = select(Session).where(Session.edition_id == row.edition_id, or_(open_ones, Session.id.in_(mine)))
    query = query.order_by(Session.start_utc, Session.id).execution_options(populate_existing=True)
    return [(one, one.id in mine) for one in db.scalars(query)]


def sign_up(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    added: Collection[int],
    removed: Collection[int],
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Sign someone who has a place up for sessions, and take them off others; they are mailed the ticket as it is then.
    Whether anything was changed. Raises SessionFull and SessionsClash, which name the sessions.
    """
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    query = select(Registration).where(Registration.id == registration_id, Registration.edition_id == edition_id)
    row = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(entity="registration")
    offered = {one.id: is_mine for one, is_mine in sessions_for(db, row)}
    if not set(added) <= offered.keys():
        raise Invalid(fields={"sessions": "unknown"})
    mine = {session_id for session_id, is_mine in offered.items() if is_mine}
    added, removed = set(added) - mine, set(removed) & mine
    if not added and not removed:
        return False
    if added and row.status not in ADMITTED:
        raise WrongStatus(status=row.status.value)
    if added:
        refuse_clash(db, row, (mine - removed) | added)
    change_sessions(db, row, added, removed, actor=actor, now=now)
    tell(db, row, template="registration-changed", occasion=f"sessions-{now.isoformat()}", now=now)
    return True
