"""The workflow that takes the rows of a confirmed import, a batch at a time.

Each batch is one transaction that also notes how far the file is taken, so a step that runs again finds it done.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.errors import Refusal
from forumapp.core.logs import logger
from forumapp.core.transactions import transaction
from forumapp.domain.importing import services
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

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
    with in_app(), transaction() as db:
        return services.take_batch(db, run_id, number, now=clock.now())


def _fail(run_id: int, fault: str) -> None:
    with in_app(), transaction() as db:
        services.fail(db, run_id, fault, now=clock.now())
