"""`forumapp db ...`"""

from __future__ import annotations

import click
import flask_migrate
from dbos import run_dbos_database_migrations
from flask import current_app

from forumapp.core.db import db as database


@click.group()
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables to what this version of the product needs."""
    upgrade_all()


def upgrade_all() -> None:
    """Our own tables and those of the background work, which share one database."""
    flask_migrate.upgrade(directory=str(current_app.extensions["migrate"].directory))
    url = database.engine.url.render_as_string(hide_password=False)
    run_dbos_database_migrations(system_database_url=url)
