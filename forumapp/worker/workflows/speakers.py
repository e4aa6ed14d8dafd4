"""The workflow that writes to speakers, a batch at a time.

Each batch is one transaction that also notes how far it is: a step that runs again doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.logs import logger
from forumapp.domain.agenda.speakers import mailing
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out

_log = logger("speakers")


@DBOS.workflow(name=mailing.WORKFLOW)
def write_to_speakers(writing_id: int) -> None:
    while write_batch(writing_id):
        pass


@DBOS.step()
def write_batch(writing_id: int) -> bool:
    """Waits while the database is away. Any other error ends the work, which then shows as failed."""
    try:
        return wait_out(lambda: _take_batch(writing_id))
    except Exception:  # noqa: BLE001 (any error must show on the page)
        _log.exception("writing to speakers failed", writing=writing_id)
    wait_out(lambda: _fail(writing_id))
    return False


def _take_batch(writing_id: int) -> bool:
    with in_app(), transaction() as db:
        return mailing.take_batch(db, writing_id, now=clock.now())


def _fail(writing_id: int) -> None:
    with in_app(), transaction() as db:
        mailing.give_up(db, writing_id, now=clock.now())
