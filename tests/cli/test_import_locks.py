"""An import from the console does beforehand what takes long, and waits while another process holds the write lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event, func, select

from forumapp.cli.transfer.agendas import import_
from forumapp.core.database import write_lock
from forumapp.core.database.db import WRITING
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.database.write_lock import WriterGate
from forumapp.core.paths import ROOT
from forumapp.domain.agenda.models import Session
from forumapp.domain.people.models import Person
from forumapp.worker import waiting
from tests.seeds import seed

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session as DbSession

PATIENCE = 60.0

# In a process of its own: in that of the tests, everything is loaded.
PROGRAM = """
import gc, os, sys
from pathlib import Path
from click.testing import CliRunner
from sqlalchemy import event
from forumapp.app import create_app
from forumapp.cli.transfer.tables import import_
from forumapp.core.config import load_config
from forumapp.core.database.db import db

app = create_app(load_config(os.environ, Path.cwd()))
begun, holds, loaded, collecting = [], [], [], []

def begin(_session, _transaction, connection):
    if connection.get_execution_options().get("writer") and not begun:
        begun.append(set(sys.modules))

def end(_session, ended):
    if begun and ended.parent is None:
        holds.append(1)
        loaded.extend(set(sys.modules) - begun.pop())
        collecting.append(gc.isenabled())

with app.app_context():
    factory = db.session.session_factory
    event.listen(factory, "after_begin", begin)
    event.listen(factory, "after_transaction_end", end)
    gc.enable()
    done = CliRunner().invoke(import_, ["people", sys.argv[1]], obj=app.extensions["forumapp.config"])
print(done.output.splitlines()[-1], bool(holds), sorted(loaded), any(collecting), gc.isenabled())
"""


@pytest.mark.one_database
def test_no_module_is_loaded_and_no_garbage_collected_within_a_transaction(own_database: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "Family name,Given name,姓名,单位\nZhang,San,张三,示例贸易有限公司\nLee,Ann,,Port of Oakland\n",
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "FORUMAPP_DATABASE_URL": own_database,
        "FORUMAPP_DATA_DIR": str(tmp_path / "var"),
        "FORUMAPP_SECRET_KEY": "only for this test, and long enough to be taken",
    }
    command = [sys.executable, "-c", PROGRAM, str(file)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2 added True [] False True"


def prepare_import(kind: str, content: str, folder: Path) -> list[str]:
    """The words of the command that imports this content, an agenda into a new edition."""
    file = folder / "a.csv"
    file.write_text(content)
    with transaction() as db:
        slug = [seed(db, 1).edition.slug] if kind == "agenda" else []
    return [kind, *slug, str(file)]


def count_rows(model: type[Person | Session]) -> int:
    return reading().scalar(select(func.count(model.id))) or 0


PEOPLE = "Family name,Given name\nLee,Ann\nRay,Bob\n"
AGENDA = "Title,Start,End,Speakers\nPorts,,,Ann Lee\nRail,,,Bob Ray\n"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "content", "model", "last"),
    [("people", PEOPLE, Person, "2 added"), ("agenda", AGENDA, Session, "2 added, 0 changed")],
    ids=["people", "agenda"],
)
def test_an_import_waits_while_another_process_holds_the_lock(
    own_app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    content: str,
    model: type[Person | Session],
    last: str,
) -> None:
    """For longer than anyone waits in line. Two gates of one process are as those of two."""
    words, before = prepare_import(kind, content, tmp_path), count_rows(model)
    reading().rollback()
    monkeypatch.setattr(write_lock, "GATE_SECONDS", 0.1)
    monkeypatch.setattr(waiting, "LONGEST_PAUSE", 0.1)
    answers: list[Result] = []

    def work() -> None:
        with own_app.app_context():
            answers.append(CliRunner().invoke(import_, words))

    with WriterGate(f"{database.engine.url.database}.gate").held():
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(1)
        assert (thread.is_alive(), answers) == (True, [])
    thread.join(PATIENCE)
    assert (answers[0].exit_code, answers[0].stdout.splitlines()[-1]) == (0, last)
    waits = "the database is busy: another process is writing; the import waits and goes on by itself\n"
    assert answers[0].stderr == waits
    assert count_rows(model) == before + 2


@pytest.mark.parametrize(
    ("kind", "content", "last"),
    [("people", PEOPLE, "2 added"), ("agenda", AGENDA, "2 added, 0 changed")],
    ids=["people", "agenda"],
)
def test_what_an_outage_rolled_back_is_compared_again(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, content: str, last: str
) -> None:
    """The first commit of the import fails for want of room. People whom it had added are added anew."""
    words, before = prepare_import(kind, content, tmp_path), count_rows(Person)
    reading().rollback()
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0)
    failures = [OSError(errno.ENOSPC, "No space left on device")]

    def fail(session: DbSession) -> None:
        if failures and WRITING in session.info:
            raise failures.pop()

    factory = database.session.session_factory
    event.listen(factory, "before_commit", fail)
    answer = CliRunner().invoke(import_, words)
    event.remove(factory, "before_commit", fail)
    assert (answer.exit_code, answer.stdout.splitlines()[-1]) == (0, last)
    assert answer.stderr == "the disk is full; the import waits and goes on by itself\n"
    assert count_rows(Person) == before + 2
