"""What a worker does beside its work: says that it lives, takes over from the dead, forgets what is long done."""

from __future__ import annotations

import math
import secrets
from datetime import datetime, timedelta
from time import monotonic

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.core.serving import rate_counts
from forumapp.domain.accounts.sign_in import allowances, sign_ins
from forumapp.domain.accounts.tokens.idempotency import forget_answers
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.images import services as images
from forumapp.domain.importing.runs.services import forget_files
from forumapp.domain.jobs import services as jobs
from forumapp.domain.people.index import likely_duplicates
from forumapp.domain.people.models import Kept
from forumapp.domain.registration.uploads.replaced_files import forget_former_files
from forumapp.domain.registration.uploads.services import sweep_files

DEAD_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=7)
GAP = 20.0  # seconds without a heartbeat of our own
WARN_AGAIN = 600.0

_log = logger("worker")


class Heartbeat:
    """Records that this worker runs, warns of another one with the same name, and knows of gaps in its own record."""

    def __init__(self, name: str, *, has_waited: bool = False) -> None:
        """`has_waited` says that the database was away when the worker started."""
        self.name = name
        self._instance = secrets.token_hex(8)
        self._last = 0.0
        self._gap_until = monotonic() if has_waited else None
        self._warned = -math.inf

    def beat(self, *, now: datetime) -> None:
        with transaction() as db:
            previous = jobs.note_worker_seen(db, self.name, now=now, instance=self._instance)
        moment = monotonic()
        if self._last and moment - self._last > GAP:
            self._gap_until = moment
        if self._last and previous != self._instance and moment - self._warned > WARN_AGAIN:
            _log.warning("another worker has the same name; set FORUMAPP_WORKER_ID", worker=self.name)
            self._warned = moment
        self._last = moment

    def can_judge(self) -> bool:
        """Whether a worker that is silent can be called dead: after an outage all are silent for a moment."""
        return self._gap_until is None or monotonic() - self._gap_until > DEAD_AFTER.total_seconds()


def take_over(heartbeat: Heartbeat, *, now: datetime) -> list[str]:
    """Resume what dead workers left. Only the first of the living does so, or two would take the same work."""
    if not heartbeat.can_judge():
        return []
    db = reading()
    alive = jobs.list_workers_seen_since(db, now - DEAD_AFTER)
    db.rollback()
    if not alive or alive[0] != heartbeat.name:
        return []
    keys = jobs.take_over(db, alive)
    if keys:
        _log.warning("took over from a dead worker", work=keys)
    return keys


def purge(*, now: datetime) -> None:
    """Forget finished work, workers that are long gone, what was removed too long ago, and files that were imported.
    What came of the work stands in our own tables.
    """
    count = jobs.purge(reading(), finished_before=now - KEPT)
    with transaction() as db:
        jobs.forget_workers(db, not_seen_since=now - KEPT)
        forget_answers(db, before=now - KEPT)
        allowances.forget_full(db, now=now)
        rate_counts.forget_ended(db, now=now)
        sign_ins.forget_ended(db, now=now)
        forget_former_files(db, before=now - removals.KEPT)
        removals.forget_removals(db, before=now - removals.KEPT)
        forget_files(db, brought_before=now - KEPT, now=now)
        sweep_files(db, now=now)
        images.forget_unused(db, before=now - images.KEPT, actor=SYSTEM, now=now)
    _log.info("purged", finished=count)


def compare_all() -> None:
    """Which records are likely doubles. Nobody waits for the comparing, only for what it changes."""
    for kind in Kept:
        db = reading()
        found = likely_duplicates.likely(db, kind)
        db.rollback()
        with transaction() as db:
            likely_duplicates.keep_all(db, kind, found)
