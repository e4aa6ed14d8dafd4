"""What organizers may do with mail, asked here, since the outbox knows of no accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.mail import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def send_mail_again(db: DbSession, edition_id: int, message_id: int, *, actor: Actor, now: datetime) -> None:
    """Put a mail that could not be sent into the outbox once more."""
    require(db, edition_id, Permission.SEND_MAIL, actor=actor)
    outbox.send_again(db, edition_id, message_id, actor=actor, now=now)
