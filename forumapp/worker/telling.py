"""The workflow that tells those whom a version of the agenda concerns, a batch at a time.

Each batch is one transaction that also notes how far it is, and each mail has a key of its own: a step that runs again
doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError

from forumapp.core import clock
from forumapp.core.logs import logger
from forumapp.core.transactions import transaction
from forumapp.domain.publishing import services as publishing
from forumapp.worker.context import in_app

TRIES = 8

_log = logger("telling")


@DBOS.workflow(name=publishing.WORKFLOW)
def tell_of_agenda(telling_id: int) -> None:
    try:
        while tell_batch(telling_id):
            pass
    except dbos_error.DBOSMaxStepRetriesExceeded:
        give_telling_up(telling_id)


@DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)
def tell_batch(telling_id: int) -> bool:
    """Tried again when the database is away; any other fault ends it, visibly."""
    try:
        with in_app(), transaction() as db:
            return publishing.take_batch(db, telling_id, now=clock.now())
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, it must show with the version)
        _log.exception("telling of the agenda failed", telling=telling_id)
    give_telling_up(telling_id)
    return False


@DBOS.step()
def give_telling_up(telling_id: int) -> None:
    with in_app(), transaction() as db:
        publishing.give_up(db, telling_id, now=clock.now())
