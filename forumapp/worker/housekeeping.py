"""What a worker does beside its work: says that it lives, takes over from the dead, forgets what is long done."""

from __future__ import annotations

from datetime import datetime, timedelta

from forumapp.core.logs import logger
from forumapp.core.transactions import reading, transaction
from forumapp.domain.accounts import allowances, sign_ins
from forumapp.domain.accounts.idempotency import forget_answers
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.images import services as images
from forumapp.domain.importing.services import forget_files
from forumapp.domain.jobs import services as jobs
from forumapp.domain.people import comparing
from forumapp.domain.people.models import Kept
from forumapp.domain.registration.files import sweep_files
from forumapp.domain.registration.former_files import forget_former_files

DEAD_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=7)

_log = logger("worker")


def beat(name: str, *, now: datetime) -> None:
    with transaction() as db:
        jobs.note_worker_seen(db, name, now=now)


def take_over(name: str, *, now: datetime) -> list[str]:
    """Resume what dead workers left. Only the first of the living does so, or two would take the same work."""
    db = reading()
    alive = jobs.list_workers_seen_since(db, now - DEAD_AFTER)
    db.rollback()
    if not alive or alive[0] != name:
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
        found = comparing.likely(db, kind)
        db.rollback()
        with transaction() as db:
            comparing.keep_all(db, kind, found)
