"""An import holds the write lock for short times, and waits when another process holds it."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database import write_lock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.database.write_lock import WriterGate
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.importing.runs import batches, services
from forumapp.domain.importing.runs.files import FileCache, ImportFile
from forumapp.domain.importing.runs.kinds import Brought
from forumapp.domain.people.records.services import create_person
from forumapp.worker import waiting
from forumapp.worker.context import bind
from forumapp.worker.workflows import imports
from tests.domain.registering import HOUSE
from tests.import_steps import reads
from tests.worker import test_importing
from tests.worker.test_importing import ask

ROWS = 24
PATIENCE = 60.0
NOTHING = Brought((), (), "utf-8")


@pytest.fixture
def run_id(own_app, monkeypatch):
    monkeypatch.setattr(test_importing, "ROWS", ROWS)
    bind(own_app)
    found = ask()
    db.session.remove()
    return found


def result(run_id):
    columns = (ImportRun.status, ImportRun.done, ImportRun.added)
    with db.engine.connect() as connection:
        return tuple(connection.execute(select(*columns).where(ImportRun.id == run_id)).one())


@pytest.mark.parametrize(
    ("rows", "seconds", "following"),
    [(2, 0.001, 4), (10, 0.06, 10), (10, 0.12, 5), (10, 5.0, 1), (80, 0.001, 100), (2, 0.0, 4)],
    ids=["quick", "as wished", "too long", "much too long", "never more than a batch", "too quick to measure"],
)
def test_how_many_rows_are_taken_next(rows, seconds, following):
    pace = batches.Pace(taken=rows)
    pace.note_lock(seconds)
    assert pace.taken == following


def test_fewer_rows_are_compared_while_plans_are_stale():
    pace, sizes = batches.Pace(), []
    for note in (*(pace.note_stale,) * 8, *(pace.note_fresh,) * 8):
        note()
        sizes.append(pace.compared)
    assert sizes == [50, 25, 12, 6, 3, 1, 1, 1, 2, 4, 8, 16, 32, 64, 100, 100]


def test_rows_are_compared_before_the_write_lock_is_taken(run_id, monkeypatch):
    sizes = []
    take = batches.take_rows

    def taking(*arguments, rows, **more):
        sizes.append(rows)
        return take(*arguments, rows=rows, **more)

    monkeypatch.setattr(batches, "take_rows", taking)
    monkeypatch.setattr(batches, "LOCK_SECONDS", 0.0)
    assert imports._take_batch(run_id, 0) is False
    assert result(run_id) == (ImportStatus.DONE, ROWS, ROWS)
    assert sizes == [batches.FEWEST] * (ROWS // batches.FEWEST)


@pytest.mark.one_database
def test_a_file_is_neither_read_nor_compared_within_a_write_transaction(run_id, own_app):
    with own_app.app_context():
        run = reading().get(ImportRun, run_id)
        edition_id, actor = run.edition_id, Actor(run.asked_by, Via.PAGE)
        file = services.open_file(reading(), run)
        by = {"actor": actor}
        for work in (
            lambda db: services.read_upload(db, edition_id, ImportKind.PEOPLE, "a.csv", b"Name\nA B\n", **by),
            lambda db: services.open_file(db, db.get(ImportRun, run_id)),
            lambda db: services.plan(db, db.get(ImportRun, run_id), file, **by),
            lambda db: batches.plan_between(db, db.get(ImportRun, run_id), file.table, 0, 2, **by),
        ):
            work(reading())
            with pytest.raises(RuntimeError, match="within a write transaction"), transaction() as db:
                work(db)


@pytest.mark.one_database
def test_a_job_reads_its_file_once(run_id, monkeypatch):
    monkeypatch.setattr(imports, "_files", FileCache(1))
    monkeypatch.setattr(batches, "BATCH", ROWS // 4)
    with reads(monkeypatch) as files:
        assert [imports.take_batch(run_id, number) for number in range(4)] == [True, True, True, False]
    assert (result(run_id), len(files)) == ((ImportStatus.DONE, ROWS, ROWS), 1)


@pytest.mark.one_database
def test_few_files_are_kept():
    cache = FileCache(2)
    runs = [SimpleNamespace(id=number, version=1, sha256="a") for number in range(3)]
    files = [ImportFile(one.id, 1, NOTHING, NOTHING) for one in runs]
    for one, file in zip(runs, files, strict=True):
        cache.keep(one, file)
    assert [cache.find(one) for one in runs] == [None, *files[1:]]
    cache.drop(2)
    assert [cache.find(one) for one in runs] == [None, files[1], None]
    assert cache.find(SimpleNamespace(id=1, version=2, sha256="a")) is None


def test_what_others_change_meanwhile_is_compared_again(run_id, monkeypatch):
    """Another person with the name of a row that is still to be taken: it is left out."""
    plan, plans = batches.plan_batch, []

    def planning(session, *arguments, most):
        planned = plan(session, *arguments, most=most)
        plans.append(most)
        if len(plans) == 1:
            with transaction() as other:
                values = {"latin_given": "Guest", "latin_family": f"{ROWS - 1}"}
                create_person(other, values, actor=HOUSE, now=clock.now())
        return planned

    monkeypatch.setattr(batches, "plan_batch", planning)
    assert imports._take_batch(run_id, 0) is False
    assert (plans, result(run_id)[:2]) == ([batches.BATCH, batches.BATCH // 2], (ImportStatus.DONE, ROWS))


@pytest.mark.one_database
def test_an_import_goes_on_however_often_its_plan_is_stale(run_id, monkeypatch):
    """Someone is added between each of the first comparisons and its transaction."""
    plan, plans = batches.plan_batch, []

    def planning(session, *arguments, most):
        planned = plan(session, *arguments, most=most)
        plans.append(most)
        if len(plans) <= 9:
            with transaction() as other:
                values = {"latin_given": "Nora", "latin_family": f"Other {len(plans)}"}
                create_person(other, values, actor=HOUSE, now=clock.now())
        return planned

    monkeypatch.setattr(batches, "plan_batch", planning)
    assert imports._take_batch(run_id, 0) is False
    assert plans[:10] == [100, 50, 25, 12, 6, 3, 1, 1, 1, 1]
    assert result(run_id) == (ImportStatus.DONE, ROWS, ROWS)


def test_an_import_goes_on_while_others_never_stop_writing(run_id, monkeypatch):
    """After each comparison outside of the lock someone is added. Without rows compared under it, none is ever taken."""
    plan, outside = batches.plan_batch, []

    def planning(session, *arguments, most, is_locked=False):
        planned = plan(session, *arguments, most=most, is_locked=is_locked)
        if not is_locked:
            outside.append(most)
            assert len(outside) < ROWS * batches.MOST_STALE, "the import starves"
            with transaction() as other:
                values = {"latin_given": "Nora", "latin_family": f"Other {len(outside)}"}
                create_person(other, values, actor=HOUSE, now=clock.now())
        return planned

    monkeypatch.setattr(batches, "PAUSE", 0)
    monkeypatch.setattr(batches, "plan_batch", planning)
    assert imports._take_batch(run_id, 0) is False
    assert result(run_id) == (ImportStatus.DONE, ROWS, ROWS)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_import_waits_while_another_process_holds_the_lock(run_id, own_app, monkeypatch):
    """For longer than anyone waits in line. Two gates of one process are as those of two."""
    monkeypatch.setattr(write_lock, "GATE_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE", 0.1)
    other = WriterGate(f"{db.engine.url.database}.gate")
    answers = []
    with other.held():
        work = threading.Thread(target=lambda: answers.append(imports.take_batch(run_id, 0)))
        work.start()
        time.sleep(1)
        assert (work.is_alive(), answers) == (True, [])
    work.join(PATIENCE)
    assert (answers, result(run_id)) == ([False], (ImportStatus.DONE, ROWS, ROWS))
