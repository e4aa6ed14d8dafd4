"""`forumapp db ...`"""

from __future__ import annotations

import click
from flask import current_app
from sqlalchemy import text

from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.health import find_migration, is_migrated
from forumapp.core.paths import ROOT

# Development versions before the first release had migrations 0001 to 0116. Those of the baseline, 0201 to 0207, make
# the same schema as 0116.
FIRST_OF_BASELINE, LAST_OF_BASELINE = "0201", "0207"
LAST_BEFORE_BASELINE, COMMIT_BEFORE_BASELINE = "0116", "0d853661"


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
        move_to_baseline(find_migration(reading()))
        migrate("upgrade")
    reading().rollback()  # ends the look at the database, which the next migration would wait for
    # Late: only this command needs it, and it takes a while to import.
    from dbos import run_dbos_database_migrations

    url = database.engine.url.render_as_string(hide_password=False)
    run_dbos_database_migrations(system_database_url=url)


def move_to_baseline(migration: str | None) -> None:
    """Give a database of the last development version the baseline's number; refuse one of an earlier version."""
    if migration is None or migration >= FIRST_OF_BASELINE:
        return
    if migration != LAST_BEFORE_BASELINE:
        raise click.ClickException(
            f"the database is at migration {migration} of a development version before the first release; "
            f"run `forumapp db upgrade` with the code of commit {COMMIT_BEFORE_BASELINE}, then again with this version"
        )
    with transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": LAST_OF_BASELINE})


def migrate(direction: str, **options: str) -> None:
    """Alembic's "upgrade" or "downgrade" of the application's database."""
    # Late: only migrations need it, and it takes half a second to import.
    import flask_migrate

    directory = str(ROOT / "migrations")
    flask_migrate.Migrate(current_app, database, directory=directory, render_as_batch=True)
    getattr(flask_migrate, direction)(directory=directory, **options)
