"""The workflow that writes to speakers, a batch at a time.

Each batch is one transaction that also notes how far it is: a step that runs again doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError

from forumapp.core import clock
from forumapp.core.logs import logger
from forumapp.core.transactions import transaction
from forumapp.domain.agenda import speaker_writing
from forumapp.worker.context import in_app

TRIES = 8

_log = logger("speakers")


@DBOS.workflow(name=speaker_writing.WORKFLOW)
def write_to_speakers(writing_id: int) -> None:
    try:
        while write_batch(writing_id):
            pass
    except dbos_error.DBOSMaxStepRetriesExceeded:
        give_writing_up(writing_id)


@DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)
def write_batch(writing_id: int) -> bool:
    """Tried again when the database is away; any other fault ends it, visibly."""
    try:
        with in_app(), transaction() as db:
            return speaker_writing.take_batch(db, writing_id, now=clock.now())
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, it must show on its page)
        _log.exception("writing to speakers failed", writing=writing_id)
    give_writing_up(writing_id)
    return False


@DBOS.step()
def give_writing_up(writing_id: int) -> None:
    with in_app(), transaction() as db:
        speaker_writing.give_up(db, writing_id, now=clock.now())
