"""The workflow that takes the rows of a confirmed import, a batch at a time.

Each batch is one transaction that also notes how far the file is taken, so a step that runs again finds it done.
"""

from __future__ import annotations

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError

from forumapp.core import clock
from forumapp.core.errors import Refusal
from forumapp.core.logs import logger
from forumapp.core.transactions import transaction
from forumapp.domain.importing import services
from forumapp.worker.context import in_app

TRIES = 5

_log = logger("importing")


@DBOS.workflow(name=services.WORKFLOW)
def import_table(run_id: int) -> None:
    number = 0
    try:
        while take_batch(run_id, number):
            number += 1
    except dbos_error.DBOSMaxStepRetriesExceeded:
        give_import_up(run_id)


@DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)
def take_batch(run_id: int, number: int) -> bool:
    """Tried again when the database is away; any other fault ends the import, visibly."""
    try:
        with in_app(), transaction() as db:
            return services.take_batch(db, run_id, number, now=clock.now())
    except OperationalError:
        raise
    except Refusal as refusal:
        # Of a value that is refused it says more why than that it is.
        fault = next(iter(refusal.fields.values()), refusal.code)
    except Exception:  # noqa: BLE001 (whatever it is, it must show on the import)
        _log.exception("an import failed", run=run_id)
        fault = "error"
    _fail(run_id, fault)
    return False


@DBOS.step()
def give_import_up(run_id: int) -> None:
    _fail(run_id, "unavailable")


def _fail(run_id: int, fault: str) -> None:
    with in_app(), transaction() as db:
        services.fail(db, run_id, fault, now=clock.now())
