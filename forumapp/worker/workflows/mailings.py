"""The workflow that puts the mails of a mailing into the outbox, a batch at a time.

Each batch is one transaction that also notes how far it is, and each mail has a key of its own: a step that runs again
doubles nothing.
"""

from __future__ import annotations

from dbos import DBOS

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.letters import mailings
from forumapp.worker.context import in_app
from forumapp.worker.waiting import wait_out


@DBOS.workflow(name=mailings.WORKFLOW)
def send_mailing(mailing_id: int) -> None:
    while ask_for_batch(mailing_id):
        pass


@DBOS.step()
def ask_for_batch(mailing_id: int) -> bool:
    """Waits while the database is away."""
    return wait_out(lambda: _take_batch(mailing_id))


def _take_batch(mailing_id: int) -> bool:
    with in_app(), transaction() as db:
        return mailings.take_batch(db, mailing_id, now=clock.now())
