"""How long erasing one person holds the write lock, as bench/import_locks.py measures it.

The person is a speaker of an agenda of 1,007 sessions that was published ten times, among 5,000 registrations. The
floor is the search that is done before.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from bench import places
from bench.forum import fill
from bench.import_locks import MOST, by_console, files, recorded_holds, set_up
from bench.marks import Mark, mark
from bench.searching import fill_registrations, look_through
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.agenda.sessions.services import publish
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.importing.models import ImportKind
from forumapp.domain.retention.erasure.services import erase_person, preview_erasure

VERSIONS, REGISTRATIONS, SPEAKERS = 10, 5000, 5
BY: dict[str, Any] = {"actor": Actor(None, Via.COMMAND)}


def marks() -> list[Mark]:
    return [_mark(backend) for backend in places.BACKENDS]


def _mark(backend: str) -> Mark:
    with places.database(backend) as environment, TemporaryDirectory() as folder:
        fill(environment)
        app = create_app(load_config({**os.environ, **environment}, places.ROOT))
        with app.app_context():
            name, content = files()[ImportKind.AGENDA]
            by_console(app, set_up(), ImportKind.AGENDA, Path(folder) / name, content)
            with transaction() as db:
                fill_registrations(db, 0, REGISTRATIONS)
            look_through()
            edition_id = get_edition(reading(), "bench").id
            for number in range(VERSIONS):
                with transaction() as db:
                    publish(db, edition_id, label=f"version {number}", note={}, now=clock.now(), **BY)
            speakers = select(RoleAssignment.person_id).distinct().order_by(RoleAssignment.person_id).limit(SPEAKERS)
            runs = [_erase(one) for one in list(reading().scalars(speakers))]
            database.engine.dispose()
    holds, searches = zip(*runs, strict=True)
    name = f"longest lock hold: erasing a speaker, {backend}"
    return mark(name, max(holds), "ms of CPU", max(searches), most=MOST)


def _erase(person_id: int) -> tuple[float, float]:
    """Milliseconds of a processor in the transaction, and in the search before it."""
    by = {**BY, "now": clock.now()}
    server = places.served_by(reading().connection())
    begun = places.cpu_seconds(server)
    preview = preview_erasure(reading(), person_id, **by)
    searched = (places.cpu_seconds(server) - begun) * 1000
    with recorded_holds() as (holds, _walls), transaction() as db:
        erase_person(db, person_id, preview=preview, mark=preview.mark, confirmed=True, **by)
    return max(holds), searched
