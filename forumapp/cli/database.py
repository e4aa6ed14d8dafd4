"""`forumapp db ...`"""

from __future__ import annotations

import click
from flask import current_app

from forumapp.core.db import db as database
from forumapp.core.health import is_migrated
from forumapp.core.paths import ROOT
from forumapp.core.transactions import reading


@click.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to what this version of the product needs."""
    upgrade_all()


def upgrade_all() -> None:
    """Our own tables and those of the background work, which share one database."""
    if not is_migrated(reading()):
        migrate("upgrade")
    reading().rollback()  # ends the look at the database, which the next migration would wait for
    # Late: only this command needs it, and it takes a while to import.
    from dbos import run_dbos_database_migrations

    url = database.engine.url.render_as_string(hide_password=False)
    run_dbos_database_migrations(system_database_url=url)


def migrate(direction: str, **options: str) -> None:
    """Alembic's "upgrade" or "downgrade" of the application's database."""
    # Late: only migrations need it, and it takes half a second to import.
    import flask_migrate

    directory = str(ROOT / "migrations")
    flask_migrate.Migrate(current_app, database, directory=directory, render_as_batch=True)
    getattr(flask_migrate, direction)(directory=directory, **options)
