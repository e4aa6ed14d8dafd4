"""Takes away what editions must no longer keep: from the database, then from the storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.logs import logger
from forumapp.domain.printing.jobs.erasure import delete_purged_files
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.queries import list_due
from forumapp.domain.retention.registry import purge_registry
from forumapp.domain.retention.rules import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from forumapp.core.files.storage import Storage

_log = logger("worker")
# Printed in place of a slug, for people who appear in no edition. A slug has no space.
NO_EDITION = "no edition"


def purge_due(storage: Storage, *, now: datetime) -> list[tuple[str, Kind, dict[str, int]]]:
    """Purge all that is due, each kind of each edition in a transaction of its own; what went, by the edition's slug.

    Files go after the commit that gives them up. Those that a fault or a killed worker left go at the next run, which
    asks for all of them again.
    """
    db = reading()
    due = [(edition.id, edition.slug, kind) for edition, kind in list_due(db, now=now)]
    db.rollback()
    gone: list[tuple[str, Kind, dict[str, int]]] = []
    for edition_id, slug, kind in due:
        with transaction() as db:
            counts = purge(db, edition_id, kind, now=now)
        if counts:
            _log.info("purged", edition=slug, kind=kind.value, **counts)
            gone.append((slug, kind, counts))
    delete_purged_files(reading(), storage)
    return gone


def purge_house(app: Flask, *, now: datetime) -> list[tuple[str, Kind, dict[str, int]]]:
    """The same, with contact details of people in no edition, and with the pages that were looked at before printing:
    they tell what the papers do.
    """
    counts = purge_registry(reading(), now=now, dry_run=True)
    if counts:  # on most days nothing is due, and no write lock is needed
        with transaction() as db:
            counts = purge_registry(db, now=now)
        _log.info("purged", edition=None, kind=Kind.CONTACTS.value, **counts)
    gone = purge_due(app.extensions["forumapp.storage"], now=now)
    gone += [(NO_EDITION, Kind.CONTACTS, counts)] if counts else []
    app.extensions["forumapp.previews"].clear()
    return gone
