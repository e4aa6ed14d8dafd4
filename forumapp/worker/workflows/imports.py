"""The workflow that takes the rows of a confirmed import, a batch at a time.

A step takes a batch in short transactions. Each also notes how far the file is taken, so a step that runs again goes on
there. Files are read and rows compared before the write lock is taken.
"""

from __future__ import annotations

from time import monotonic, sleep

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction, transaction_without_gc
from forumapp.core.errors import Refusal
from forumapp.core.logs import logger
from forumapp.domain.importing.runs import batches, services
from forumapp.domain.importing.runs.files import FileCache
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

FILES = 2  # that are kept in memory

_log = logger("importing")
_files = FileCache(FILES)


@DBOS.workflow(name=services.WORKFLOW)
def import_table(run_id: int) -> None:
    number = 0
    while take_batch(run_id, number):
        number += 1
    _files.drop(run_id)


@DBOS.step()
def take_batch(run_id: int, number: int) -> bool:
    """Waits while the database is away. Any other error ends the import, which then shows as failed."""
    try:
        return wait_out(lambda: _take_batch(run_id, number))
    except Refusal as refusal:
        # Of a value that is refused it says more why than that it is.
        fault = next(iter(refusal.fields.values()), refusal.code)
    except Exception:  # noqa: BLE001 (any error must show on the import)
        _log.exception("an import failed", run=run_id)
        fault = "error"
    wait_out(lambda: _fail(run_id, fault))
    return False


def _take_batch(run_id: int, number: int) -> bool:
    """In transactions of few rows, so that other writers never wait for long. Where others change too much between the
    comparison and the transaction, fewer rows are compared at a time, which is quicker, and at last one row under the
    write lock.
    """
    planned, pace = None, batches.Pace()
    with in_app():
        while True:
            if planned is None and not pace.must_lock:
                planned = batches.plan_batch(reading(), run_id, number, _files, most=pace.compared)
            try:
                with transaction_without_gc() as db:
                    began = monotonic()
                    if pace.must_lock:
                        planned = batches.plan_batch(db, run_id, number, _files, most=1, is_locked=True)
                    progress = batches.take_rows(db, run_id, number, planned, rows=pace.taken, now=clock.now())
                pace.note_lock(monotonic() - began)
                pace.note_taken()
            except batches.PlanIsStale:
                planned = None
                pace.note_stale()
                sleep(batches.PAUSE)
                continue
            if progress.is_batch_over:
                return progress.more
            if planned is None or progress.done >= planned.end:
                planned = None
                pace.note_fresh()


def _fail(run_id: int, fault: str) -> None:
    with in_app(), transaction() as db:
        services.fail(db, run_id, fault, now=clock.now())
