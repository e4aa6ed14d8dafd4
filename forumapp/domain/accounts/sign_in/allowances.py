"""Taking tries from the buckets of guess_limits.py. They stand in the database and hold over all processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.database.locks import lock_name
from forumapp.domain.accounts.models import Allowance
from forumapp.domain.accounts.sign_in.guess_limits import LONGEST_REFILL, Spent, chosen, given_back, taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.sign_in.guess_limits import Way, Ways

_PUT = insert(Allowance)
_PUT = _PUT.on_conflict_do_update(
    index_elements=["key"],
    set_={"spent": _PUT.excluded.spent, "since": _PUT.excluded.since, "updated_at": _PUT.excluded.updated_at},
)


def is_left(db: DbSession, ways: Ways, *, now: datetime) -> bool:
    """Whether a try can be taken at all: asked first, so that one who is refused costs a read and nothing more."""
    return chosen(ways, _read(db, _keys(ways)), now=now) is not None


def take(db: DbSession, ways: Ways, *, now: datetime) -> Way | None:
    """Take a try; None when there is none left.

    In a transaction of its own, and before what it pays for: nobody who tries at the same time gets the same one.
    """
    _lock(db, _keys(ways))
    spent = _read(db, _keys(ways))
    way = chosen(ways, spent, now=now)
    if way is not None:
        _write(db, taken(way, spent, now=now), now=now)
    return way


def give_back(db: DbSession, way: Way, *, now: datetime) -> None:
    """Put a try back, because it was none of a guesser."""
    keys = _keys((way,))
    _lock(db, keys)
    _write(db, given_back(way, _read(db, keys), now=now), now=now)


def forget_full(db: DbSession, *, now: datetime) -> None:
    """Buckets that are full again need no row."""
    db.execute(delete(Allowance).where(Allowance.since <= now - LONGEST_REFILL))


def _keys(ways: Ways) -> list[str]:
    return sorted({bucket.key for way in ways for bucket in way})


def _lock(db: DbSession, keys: Iterable[str]) -> None:
    """In order, so that two who lock some of the same keys never wait for each other."""
    for key in keys:
        lock_name(db, f"allowance:{key}")


def _read(db: DbSession, keys: Iterable[str]) -> dict[str, Spent]:
    query = select(Allowance.key, Allowance.spent, Allowance.since).where(Allowance.key.in_(keys))
    return {key: Spent(tries, since) for key, tries, since in db.execute(query)}


def _write(db: DbSession, spent: Mapping[str, Spent], *, now: datetime) -> None:
    rows = [
        {"key": key, "spent": one.tries, "since": one.since, "created_at": now, "updated_at": now}
        for key, one in sorted(spent.items())
    ]
    db.connection().execute(_PUT, rows)
