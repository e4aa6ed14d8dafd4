"""Reminders whose time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.domain.letters import reminders

if TYPE_CHECKING:
    from datetime import datetime

_log = logger("worker")


def remind(*, now: datetime) -> int:
    """Each batch in a transaction of its own; how many reminders were due. A second worker finds none left."""
    db = reading()
    due = reminders.reminders_due(db, now=now)
    db.rollback()
    for reminder_id in due:
        more = True
        while more:
            with transaction() as db:
                more = reminders.take_batch(db, reminder_id, now=now)
    if due:
        _log.info("reminders asked for", count=len(due))
    return len(due)
