"""Locks on things that have no row yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from forumapp.core.database.compiled_statements import Prepared, connection_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession

_LOCK = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key"), 0))))
_SHARED = Prepared(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(bindparam("key"), 0))))


def lock_name(db: DbSession, name: str, *, shared: bool = False) -> None:
    """Lock `name` until the transaction ends, exclusively or shared. Does nothing on SQLite, which has one writer."""
    if connection_of(db).dialect.name == "postgresql":
        (_SHARED if shared else _LOCK).rows(db, {"key": name})


def lock_names(db: DbSession, names: Iterable[str]) -> None:
    """Lock several names, in one order to avoid deadlocks."""
    keys = [{"key": name} for name in sorted(set(names))]
    if keys and connection_of(db).dialect.name == "postgresql":
        _LOCK.many(db, keys)
