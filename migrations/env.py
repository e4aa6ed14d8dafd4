"""Runs the migrations on the application's own engine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alembic import context

from forumapp.core.database.db import Base, db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

config = context.config


def of_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables of the background work, which share the database and migrate by themselves.

    It hides our own dropped tables too: a migration that drops one says so by hand.
    """
    return kind != "table" or name in Base.metadata.tables


def options() -> dict[str, Any]:
    return {"target_metadata": Base.metadata, "include_name": of_ours, "render_as_batch": True, "compare_type": True}


def run() -> None:
    joined = config.attributes.get("connection")
    if joined is not None:
        context.configure(connection=joined, **options())
        with context.begin_transaction():
            context.run_migrations()
        return
    with db.engine.connect().execution_options(writer=True) as connection, references_unchecked(connection):
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)


@contextmanager
def references_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by making the table anew, and would refuse to drop the old one while rows refer to it.

    The setting counts between transactions alone, hence past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Before the commit: no row refers to one that is not there. PostgreSQL looks at it all along."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(
                f"the migration would leave {len(broken)} references to nothing, first in {broken[0][0]}"
            )


run()
