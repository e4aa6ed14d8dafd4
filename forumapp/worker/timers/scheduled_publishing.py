"""Agendas whose set time of publishing has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.domain.publishing import planning

if TYPE_CHECKING:
    from datetime import datetime

_log = logger("publishing")


def publish_due(*, now: datetime) -> int:
    """Each in a transaction of its own; how many this worker came to. A second one finds none left.

    One that meets a fault is tried again the next time, and keeps none of the others waiting.
    """
    db = reading()
    due = planning.plans_due(db, now=now)
    db.rollback()
    count = 0
    for plan_id in due:
        try:
            with transaction() as db:
                came = planning.carry_out(db, plan_id, now=now)
        except Exception:  # noqa: BLE001 (other forums' agendas are not to wait for this one)
            _log.exception("a planned agenda met a fault", plan=plan_id)
            continue
        if came is not None:
            count += 1
            _log.info("a planned agenda came due", plan=plan_id, outcome=came.value)
    return count
