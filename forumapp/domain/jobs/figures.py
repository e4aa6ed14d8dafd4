"""How background work stands: for those who run the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, column, func, inspect, select, table

from forumapp.domain.jobs.models import WorkerSeen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def last_seen_worker(db: DbSession) -> datetime | None:
    """The last heartbeat of any worker."""
    return db.scalar(select(func.max(WorkerSeen.seen_at)))


def heartbeats(db: DbSession, *, since: datetime) -> Mapping[str, datetime]:
    """The last heartbeat of each worker that was seen since then."""
    query = select(WorkerSeen.name, WorkerSeen.seen_at).where(WorkerSeen.seen_at >= since)
    return {row.name: row.seen_at for row in db.execute(query)}


def count_work(db: DbSession) -> dict[tuple[str, str], int]:
    """How much work there is, by its name and DBOS's word for its state. Finished work is kept for seven days."""
    schema = "dbos" if db.connection().dialect.name == "postgresql" else None
    if not inspect(db.connection()).has_table("workflow_status", schema=schema):
        return {}
    name, status = column("name", Text), column("status", Text)
    query = select(name, status, func.count()).select_from(table("workflow_status", name, status, schema=schema))
    return {(row[0] or "", row[1] or ""): row[2] for row in db.execute(query.group_by(name, status))}
