"""Runs the migrations on the application's own engine."""

from __future__ import annotations

from typing import Any

from alembic import context

from forumapp.core.db import Base, db

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
    with db.engine.connect().execution_options(writer=True) as connection:
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()


run()
