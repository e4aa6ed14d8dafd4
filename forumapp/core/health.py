"""Whether this process can do its work."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from forumapp.core.paths import ROOT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def answers(db: DbSession) -> bool:
    """Whether the database answers; raises what the driver raises when it does not."""
    return bool(db.execute(text("SELECT 1")).scalar_one())


def is_migrated(db: DbSession) -> bool:
    """Whether the database has this code's migrations.

    Read from the names of the migrations, which are numbered (a test holds that): importing Alembic for it would cost
    every web process half a second at its start.
    """
    return find_migration(db) == newest_migration()


def find_migration(db: DbSession) -> str | None:
    """The number of the last migration that the database has run; None if it names none or several."""
    if not inspect(db.connection()).has_table("alembic_version"):
        return None
    numbers = db.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return numbers[0] if len(numbers) == 1 else None


@cache
def newest_migration() -> str:
    return max(path.name for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py")).partition("_")[0]
