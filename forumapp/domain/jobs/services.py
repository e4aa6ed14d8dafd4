"""Work that follows a change: asked for inside the change's own transaction, done by a worker afterwards.

The work is kept by DBOS in the same database. Only `enqueue` may be called while a transaction is open: every other
call writes through a connection of DBOS's own, which on SQLite would wait for ever for the lock that we hold.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from forumapp.core.database.db import WRITING
from forumapp.domain.jobs.models import WorkerSeen

if TYPE_CHECKING:
    from datetime import datetime

    from dbos import DBOSClient, EnqueueOptions
    from sqlalchemy.orm import Session as DbSession

QUEUE = "print"
FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
PURGE_BATCH = 500


class InsideTransaction(RuntimeError):
    """A call that would lock this process up: do it before the transaction or after it."""


def enqueue(db: DbSession, name: str, *args: int | str, key: str) -> None:
    """Ask for the workflow `name` once this transaction is committed; without a commit it never runs.

    `key` names the work: asking twice for the same is asked once. Arguments are plain ids, since they are kept as
    JSON, and a worker never unpickles what it finds in the database.
    """
    # Late, as in _client: most processes start without asking for work, and DBOS takes a while to import.
    from dbos import WorkflowSerializationFormat

    options: EnqueueOptions = {
        "queue_name": QUEUE,
        "workflow_name": name,
        "workflow_id": key,
        "serialization_type": WorkflowSerializationFormat.PORTABLE,
    }
    _client(db).enqueue_in_transaction(db.connection(), options, *args)


def client_outside(db: DbSession) -> DBOSClient:
    """For every call but `enqueue`. Raises InsideTransaction where that call would never come back."""
    if WRITING in db.info:
        raise InsideTransaction
    return _client(db)


def take_over(db: DbSession, alive: list[str]) -> list[str]:
    """Hand the unfinished work of executors that are not `alive` to those that are; the keys of that work.

    Each resumes at the step it had reached.
    """
    client = client_outside(db)
    pending = client.list_workflows(status="PENDING", load_input=False, load_output=False)
    orphans = [one for one in pending if one.executor_id not in alive]
    for one in orphans:
        client.resume_workflow(one.workflow_id, queue_name=one.queue_name or QUEUE)
    return [one.workflow_id for one in orphans]


def purge(db: DbSession, *, finished_before: datetime) -> int:
    """Forget work that ended before then; DBOS keeps everything by itself. How many were forgotten."""
    client, count = client_outside(db), 0
    while True:
        old = client.list_workflows(
            status=FINISHED,
            completed_before=finished_before.isoformat(),
            load_input=False,
            load_output=False,
            limit=PURGE_BATCH,
        )
        client.delete_workflows([one.workflow_id for one in old])
        count += len(old)
        if len(old) < PURGE_BATCH:
            return count


def note_worker_seen(db: DbSession, name: str, *, now: datetime, instance: str | None = None) -> str | None:
    """Record a heartbeat of the process `instance`; the instance of the heartbeat before."""
    previous = db.scalar(select(WorkerSeen.instance).where(WorkerSeen.name == name))
    insert = postgresql.insert if db.connection().dialect.name == "postgresql" else sqlite.insert
    statement = insert(WorkerSeen).values(name=name, seen_at=now, instance=instance)
    new = {"seen_at": statement.excluded.seen_at, "instance": statement.excluded.instance}
    db.connection().execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))
    return previous


def list_workers_seen_since(db: DbSession, moment: datetime) -> list[str]:
    return list(db.scalars(select(WorkerSeen.name).where(WorkerSeen.seen_at >= moment).order_by(WorkerSeen.name)))


def forget_workers(db: DbSession, *, not_seen_since: datetime) -> None:
    db.execute(delete(WorkerSeen).where(WorkerSeen.seen_at < not_seen_since))


def close_clients() -> None:
    """Close what this process opened to ask for work, for whoever ends before the process; asking again opens anew."""
    own = [key for key in _clients if key[0] == os.getpid()]
    for key in own:
        _clients.pop(key).destroy()


# By process and database: a fork must not share its parent's connections.
_clients: dict[tuple[int, str], DBOSClient] = {}


def _client(db: DbSession) -> DBOSClient:
    """Connects when first needed."""
    from dbos import DBOSClient

    key = (os.getpid(), db.connection().engine.url.render_as_string(hide_password=False))
    if key not in _clients:
        _clients[key] = DBOSClient(system_database_url=key[1], lazy=True)
    return _clients[key]
