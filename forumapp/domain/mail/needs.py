"""Mail that did not leave."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.database.counting import Asked, counted
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.mail.models import Message, MessageState

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

# A worker that runs takes what is due within seconds.
STUCK = timedelta(minutes=15)


def mail_needs(db: DbSession, edition_id: int, *, now: datetime) -> list[Need]:
    """For those who may see the edition's mail, which the caller has asked."""
    here = select(Message.id).where(Message.edition_id == edition_id)
    stuck = here.where(Message.state == MessageState.QUEUED, Message.due_at < now - STUCK)
    asked = [
        Asked("mail-failed", Severity.FAILED, here.where(Message.state == MessageState.FAILED)),
        Asked("mail-stuck", Severity.WAITING, stuck),
    ]
    return counted(db, Section.MAIL, asked)
