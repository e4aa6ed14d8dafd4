"""The workflow that tells those whom a version of the agenda concerns, a batch at a time.

Each batch is one transaction that also notes how far it is, and each mail has a key of its own: a step that runs again
doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.logs import logger
from forumapp.domain.publishing import services as publishing
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

_log = logger("telling")


@DBOS.workflow(name=publishing.WORKFLOW)
def tell_of_agenda(telling_id: int) -> None:
    while tell_batch(telling_id):
        pass


@DBOS.step()
def tell_batch(telling_id: int) -> bool:
    """Waits while the database is away. Any other error ends the work, which then shows as failed."""
    try:
        return wait_out(lambda: _take_batch(telling_id))
    except Exception:  # noqa: BLE001 (any error must show on the page)
        _log.exception("telling of the agenda failed", telling=telling_id)
    wait_out(lambda: _fail(telling_id))
    return False


def _take_batch(telling_id: int) -> bool:
    with in_app(), transaction() as db:
        return publishing.take_batch(db, telling_id, now=clock.now())


def _fail(telling_id: int) -> None:
    with in_app(), transaction() as db:
        publishing.give_up(db, telling_id, now=clock.now())
