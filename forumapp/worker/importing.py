"""The workflow that takes the rows of a confirmed import, a batch at a time.

A step takes a batch in short transactions. Each also notes how far the file is taken, so a step that runs again goes on
there.
"""

from __future__ import annotations

from time import monotonic

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.errors import Refusal
from forumapp.core.logs import logger
from forumapp.core.transactions import reading, transaction
from forumapp.domain.importing import services
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

LOCK_SECONDS = 0.06  # aimed at for each transaction, so that it stays below 0.2 on a busy machine
FEWEST = 2  # rows
MISSES = 3

_log = logger("importing")


@DBOS.workflow(name=services.WORKFLOW)
def import_table(run_id: int) -> None:
    number = 0
    while take_batch(run_id, number):
        number += 1


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
    """In transactions of few rows, so that other writers never wait for long. Rows are compared before the write lock
    is taken; when others change too much meanwhile, within it.
    """
    planned, misses, rows = None, 0, FEWEST
    with in_app():
        while True:
            if planned is None and misses < MISSES:
                planned = services.plan_batch(reading(), run_id, number)
            try:
                with transaction() as db:
                    began = monotonic()
                    progress = services.take_rows(db, run_id, number, planned=planned, rows=rows, now=clock.now())
                seconds = monotonic() - began
            except services.PlanIsStale:
                planned, misses = None, misses + 1
                continue
            if progress.is_batch_over:
                return progress.more
            rows = rows_for_next(rows, seconds)
            misses = 0


def rows_for_next(rows: int, seconds: float) -> int:
    """How many rows to take next, when `rows` held the write lock for so long."""
    return max(FEWEST, min(rows * 2, int(rows * LOCK_SECONDS / max(seconds, 0.001)), services.BATCH))


def _fail(run_id: int, fault: str) -> None:
    with in_app(), transaction() as db:
        services.fail(db, run_id, fault, now=clock.now())
