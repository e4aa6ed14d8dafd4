"""The steps of an import as the product takes them, in one call each."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.importing.runs import batches, files, services
from forumapp.domain.importing.runs.files import FileCache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import pytest
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.importing.agenda import plan as agenda_plan
    from forumapp.domain.importing.models import ImportKind, ImportRun
    from forumapp.domain.importing.runs.kinds import TablePlace
    from forumapp.domain.people.imports.services import Line


@contextmanager
def reads(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the files that are read meanwhile, once for each time."""
    names: list[str] = []
    read = files.read_table_of

    def reading_file(db: DbSession, edition_id: int, kind: ImportKind, name: str, *more: Any, **place: Any) -> Any:
        names.append(name)
        return read(db, edition_id, kind, name, *more, **place)

    with patch.context() as inner:
        for module in (files, services):
            inner.setattr(module, "read_table_of", reading_file)
        yield names


def bring(
    db: DbSession,
    edition_id: int,
    kind: ImportKind,
    filename: str,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
    **where: Any,
) -> ImportRun:
    upload = services.read_upload(db, edition_id, kind, filename, content, actor=actor, **where)
    return services.bring(db, edition_id, upload, actor=actor, now=now)


def plan(db: DbSession, run: ImportRun, *, actor: Actor) -> list[Line]:
    return services.plan(db, run, services.open_file(db, run), actor=actor)


def plan_of_agenda(db: DbSession, run: ImportRun, *, actor: Actor) -> agenda_plan.Plan:
    return services.plan_of_agenda(db, run, services.open_file(db, run), actor=actor)


def choose_table(db: DbSession, edition_id: int, run_id: int, place: TablePlace, **by: Any) -> ImportRun:
    read = {name: value for name, value in by.items() if name != "now"}
    table = services.read_place(db, edition_id, run_id, place, **read)
    return services.choose_table(db, edition_id, run_id, table, **by)


def set_out(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, **said: Any) -> ImportRun:
    file = services.open_draft(db, edition_id, run_id, version=version, actor=actor)
    return services.set_out(db, edition_id, run_id, file=file, version=version, actor=actor, **said)


def confirm(db: DbSession, edition_id: int, run_id: int, *, version: int, actor: Actor, **said: Any) -> ImportRun:
    file = services.open_draft(db, edition_id, run_id, version=version, actor=actor)
    lines = services.plan(db, services.get_run(db, edition_id, run_id, actor=actor), file, actor=actor)
    return services.confirm(db, edition_id, run_id, lines=lines, version=version, actor=actor, **said)


def take_batch(db: DbSession, run_id: int, number: int, *, now: datetime) -> bool:
    """One batch, as a worker takes it that is alone. Whether there is more in the file."""
    planned = batches.plan_batch(db, run_id, number, FileCache(1))
    return batches.take_rows(db, run_id, number, planned, now=now).more


def work_batch(run_id: int, number: int = 0) -> bool:
    """The same in a transaction of its own, for tests of pages and the REST interface."""
    planned = batches.plan_batch(reading(), run_id, number, FileCache(1))
    with transaction() as db:
        return batches.take_rows(db, run_id, number, planned, now=clock.now()).more


def bring_committed(
    edition_id: int, kind: ImportKind, filename: str, content: bytes, *, actor: Actor, now: datetime
) -> int:
    """A stored file; its id."""
    upload = services.read_upload(reading(), edition_id, kind, filename, content, actor=actor)
    with transaction() as db:
        return services.bring(db, edition_id, upload, actor=actor, now=now).id


def confirm_committed(edition_id: int, run_id: int, *, actor: Actor, now: datetime, notify: bool = False) -> None:
    run = services.get_run(reading(), edition_id, run_id, actor=actor)
    version, lines = run.version, plan(reading(), run, actor=actor)
    with transaction() as db:
        services.confirm(db, edition_id, run_id, lines=lines, notify=notify, version=version, actor=actor, now=now)
