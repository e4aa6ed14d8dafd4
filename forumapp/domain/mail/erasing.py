"""Taking out to whom mails went and what they said. That they were sent stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, update

from forumapp.domain.audit.services import batched
from forumapp.domain.mail.models import Message, MessageState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def erase_messages(db: DbSession, about: str, ids: Collection[int], *, now: datetime, dry_run: bool = False) -> int:
    """Empty the mails about these records; how many. One that still waits has no address any more, so it fails."""
    count = 0
    for batch in batched(ids):
        which = (Message.about == about, Message.about_id.in_(batch), Message.recipient != "")
        if dry_run:
            count += db.execute(select(func.count()).select_from(Message).where(*which)).scalar_one()
            continue
        ended = case((Message.state == MessageState.QUEUED, MessageState.FAILED), else_=Message.state)
        # A server's refusal often repeats the address.
        emptied = update(Message).where(*which).values(recipient="", values={}, fault=None, state=ended, updated_at=now)
        count += int(db.connection().execute(emptied).rowcount)
    return count
