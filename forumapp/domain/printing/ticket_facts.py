"""What a ticket says besides what stands on the badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.paper.documents import TicketSession
from forumapp.domain.registration.session_signup.self_service import chosen_sessions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def ticket_sessions(db: DbSession, edition_id: int, registration_id: int) -> list[TicketSession]:
    """Those that the holder has chosen, in order of time; what is tentative or cancelled is marked so."""
    return [
        TicketSession(one.title, one.room, one.starts, one.ends, one.status)
        for one in chosen_sessions(db, edition_id, registration_id)
    ]
