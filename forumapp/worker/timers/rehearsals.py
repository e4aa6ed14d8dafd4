"""Ends the rehearsals that somebody forgot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.domain.checkin.rehearsal.services import end_forgotten, list_forgotten

if TYPE_CHECKING:
    from datetime import datetime

_log = logger("worker")


def end_rehearsals(*, now: datetime) -> None:
    """Each in a transaction of its own."""
    db = reading()
    forgotten = list_forgotten(db, now=now)
    db.rollback()
    for rehearsal_id in forgotten:
        with transaction() as db:
            end_forgotten(db, rehearsal_id, now=now)
    if forgotten:
        _log.warning("rehearsals that nobody had ended were ended", rehearsals=forgotten)
