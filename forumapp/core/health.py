"""Whether this process can do its work."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from forumapp.core.paths import ROOT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def answers(db: DbSession) -> bool:
    """Whether the database answers; raises what the driver raises when it does not."""
    return bool(db.execute(text("SELECT 1")).scalar_one())


def is_migrated(db: DbSession) -> bool:
    """Whether the database's tables are those this code was written for."""
    return set(MigrationContext.configure(db.connection()).get_current_heads()) == _heads()


@lru_cache(maxsize=1)
def _heads() -> set[str]:
    return set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
