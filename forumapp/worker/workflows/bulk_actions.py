"""The workflow that does one thing to many registrations, a batch at a time.

Each batch is one transaction that also notes what came of its rows, so a step that runs again goes on with the next.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.logs import logger
from forumapp.domain.delegations.members import bulk_actions
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

_log = logger("bulk")


@DBOS.workflow(name=bulk_actions.WORKFLOW)
def change_registrations(run_id: int) -> None:
    while change_batch(run_id):
        pass


@DBOS.step()
def change_batch(run_id: int) -> bool:
    """Waits while the database is away. Any other error ends the work, which then shows as failed."""
    try:
        return wait_out(lambda: _take_batch(run_id))
    except Exception:  # noqa: BLE001 (any error must show on the page)
        _log.exception("changing many registrations failed", run=run_id)
    wait_out(lambda: _fail(run_id))
    return False


def _take_batch(run_id: int) -> bool:
    with in_app(), transaction() as db:
        return bulk_actions.take_batch(db, run_id, now=clock.now())


def _fail(run_id: int) -> None:
    with in_app(), transaction() as db:
        bulk_actions.fail(db, run_id, now=clock.now())
