"""Passes on the places that were offered and not taken in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.delegations.members.leaving import end_offers
from forumapp.domain.registration.waitlist.promotion import types_with_ended_offers

if TYPE_CHECKING:
    from datetime import datetime

_log = logger("worker")


def pass_on(*, now: datetime) -> int:
    """Each type in a transaction of its own; how many offers ended. Whoever runs at the same time finds none left."""
    db = reading()
    types = types_with_ended_offers(db, now=now)
    db.rollback()
    count = 0
    for type_id in types:
        with transaction() as db:
            count += len(end_offers(db, type_id, actor=SYSTEM, now=now))
    if count:
        _log.info("offers ended", count=count)
    return count
