"""The workflow that puts the mails of a mailing into the outbox, a batch at a time.

Each batch is one transaction that also notes how far it is, and each mail has a key of its own: a step that runs again
doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.letters import mailings
from forumapp.worker.context import in_app

TRIES = 8


@DBOS.workflow(name=mailings.WORKFLOW)
def send_mailing(mailing_id: int) -> None:
    while ask_for_batch(mailing_id):
        pass


@DBOS.step(retries_allowed=True, max_attempts=TRIES, interval_seconds=1.0)
def ask_for_batch(mailing_id: int) -> bool:
    """Tried again when the database is away."""
    with in_app(), transaction() as db:
        return mailings.take_batch(db, mailing_id, now=clock.now())
