"""An import holds the write lock for short times, and waits when another process holds it."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from forumapp.core import clock, gate
from forumapp.core.db import WRITING, db
from forumapp.core.gate import WriterGate
from forumapp.core.transactions import transaction
from forumapp.domain.importing import services
from forumapp.domain.importing.models import ImportRun, ImportStatus
from forumapp.domain.people.services import create_person
from forumapp.worker import importing, waiting
from forumapp.worker.context import bind
from tests.domain.registering import HOUSE
from tests.worker import test_importing
from tests.worker.test_importing import ask

ROWS = 24
PATIENCE = 60.0


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
    [(2, 0.001, 4), (10, 0.06, 10), (10, 0.12, 5), (10, 5.0, 2), (80, 0.001, 100), (2, 0.0, 4)],
    ids=["quick", "as wished", "too long", "much too long", "never more than a batch", "too quick to measure"],
)
def test_how_many_rows_are_taken_next(rows, seconds, following):
    assert importing.rows_for_next(rows, seconds) == following


def test_rows_are_read_and_compared_before_the_write_lock_is_taken(run_id, monkeypatch):
    inside, sizes = [], []
    read, take = services.table_of_run, services.take_rows

    def reading_table(session, run):
        inside.append(WRITING in session.info)
        return read(session, run)

    def taking(*arguments, rows, **more):
        sizes.append(rows)
        return take(*arguments, rows=rows, **more)

    monkeypatch.setattr(services, "table_of_run", reading_table)
    monkeypatch.setattr(services, "take_rows", taking)
    monkeypatch.setattr(importing, "LOCK_SECONDS", 0.0)
    assert importing._take_batch(run_id, 0) is False
    assert result(run_id) == (ImportStatus.DONE, ROWS, ROWS)
    assert (inside, sizes) == ([False], [importing.FEWEST] * (ROWS // importing.FEWEST))


def test_what_others_change_meanwhile_is_compared_again(run_id, monkeypatch):
    """Another person with the name of a row that is still to be taken: it is left out."""
    plan, plans = services.plan_batch, []

    def planning(session, *arguments):
        planned = plan(session, *arguments)
        plans.append(planned)
        if len(plans) == 1:
            with transaction() as other:
                values = {"latin_given": "Guest", "latin_family": f"{ROWS - 1}"}
                create_person(other, values, actor=HOUSE, now=clock.now())
        return planned

    monkeypatch.setattr(services, "plan_batch", planning)
    assert importing._take_batch(run_id, 0) is False
    assert (len(plans), result(run_id)[:2]) == (2, (ImportStatus.DONE, ROWS))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_import_waits_while_another_process_holds_the_lock(run_id, own_app, monkeypatch):
    """For longer than anyone waits in line. Two gates of one process are as those of two."""
    monkeypatch.setattr(gate, "GATE_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE", 0.1)
    other = WriterGate(f"{db.engine.url.database}.gate")
    answers = []
    with other.held():
        work = threading.Thread(target=lambda: answers.append(importing.take_batch(run_id, 0)))
        work.start()
        time.sleep(1)
        assert (work.is_alive(), answers) == (True, [])
    work.join(PATIENCE)
    assert (answers, result(run_id)) == ([False], (ImportStatus.DONE, ROWS, ROWS))
