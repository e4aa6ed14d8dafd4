"""The workflow that does one thing to many registrations, a batch at a time.

Each batch is one transaction that also notes what came of its rows, so a step that runs again goes on with the next.
"""

from __future__ import annotations

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError

from forumapp.core import clock
from forumapp.core.logs import logger
from forumapp.core.transactions import transaction
from forumapp.domain.delegations import bulk
from forumapp.worker.context import in_app

TRIES = 5

_log = logger("bulk")


@DBOS.workflow(name=bulk.WORKFLOW)
def change_registrations(run_id: int) -> None:
    try:
        while change_batch(run_id):
            pass
    except dbos_error.DBOSMaxStepRetriesExceeded:
        give_bulk_up(run_id)


@DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)
def change_batch(run_id: int) -> bool:
    """Tried again when the database is away; any other fault ends the run, visibly."""
    try:
        with in_app(), transaction() as db:
            return bulk.take_batch(db, run_id, now=clock.now())
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, it must show on the run)
        _log.exception("changing many registrations failed", run=run_id)
    give_bulk_up(run_id)
    return False


@DBOS.step()
def give_bulk_up(run_id: int) -> None:
    with in_app(), transaction() as db:
        bulk.fail(db, run_id, now=clock.now())
