"""How often each address or network has asked, counted in the database: one limit holds over all processes and hosts.

flask-limiter counts through DatabaseStorage. A row's key holds a keyed hash, never an address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from limits.storage import Storage
from limits.strategies import STRATEGIES, FixedWindowRateLimiter
from sqlalchemy import CheckConstraint, Integer, case, delete, select
from sqlalchemy.dialects.postgresql import insert  # compiles for both databases
from sqlalchemy.orm import Mapped, mapped_column

from forumapp.core import clock
from forumapp.core.database.columns import Row, UtcDateTime, Words
from forumapp.core.database.db import Base
from forumapp.core.database.transactions import counting_transaction, let_go, reading

if TYPE_CHECKING:
    from limits import RateLimitItem
    from sqlalchemy.orm import Session as DbSession

STORAGE_URI, STRATEGY = "forumapp-database://", "forumapp-database"


class RateCount(Row, Base):
    """How many requests a limit has counted in its current window."""

    __tablename__ = "rate_count"
    __table_args__ = (CheckConstraint("count >= 0", name="count_not_negative"),)

    key: Mapped[Words] = mapped_column(unique=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


_INSERT = insert(RateCount)
_HAS_ENDED = RateCount.ends_at <= _INSERT.excluded.updated_at
_COUNT = _INSERT.on_conflict_do_update(
    index_elements=["key"],
    set_={
        "count": case((_HAS_ENDED, _INSERT.excluded.count), else_=RateCount.count + _INSERT.excluded.count),
        "ends_at": case((_HAS_ENDED, _INSERT.excluded.ends_at), else_=RateCount.ends_at),
        "updated_at": _INSERT.excluded.updated_at,
    },
).returning(RateCount.count)


class DatabaseStorage(Storage):
    """Fixed windows that begin with the first request, as in the memory storage of `limits`."""

    STORAGE_SCHEME = ["forumapp-database"]  # noqa: RUF012 (declared so by the base)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = clock.now()
        row = {"key": key, "count": amount, "ends_at": now + timedelta(seconds=expiry)}
        let_go()  # a request never holds two connections
        with counting_transaction() as connection:
            return int(connection.execute(_COUNT, {**row, "created_at": now, "updated_at": now}).scalar_one())

    def get(self, key: str) -> int:
        query = select(RateCount.count).where(RateCount.key == key, RateCount.ends_at > clock.now())
        return reading().scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        now = clock.now()
        ends_at = reading().scalar(select(RateCount.ends_at).where(RateCount.key == key, RateCount.ends_at > now))
        return (ends_at or now).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        let_go()
        with counting_transaction() as connection:
            return connection.execute(delete(RateCount)).rowcount

    def clear(self, key: str) -> None:
        let_go()
        with counting_transaction() as connection:
            connection.execute(delete(RateCount).where(RateCount.key == key))


class ReadFirst(FixedWindowRateLimiter):
    """Fixed windows in which a refused request only reads: a flood takes no write lock."""

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        return self.test(item, *identifiers, cost=cost) and super().hit(item, *identifiers, cost=cost)


STRATEGIES[STRATEGY] = ReadFirst


def forget_ended(db: DbSession, *, now: datetime) -> None:
    """Delete the counts of windows that are over."""
    db.execute(delete(RateCount).where(RateCount.ends_at <= now))
