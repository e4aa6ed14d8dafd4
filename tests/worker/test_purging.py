"""The daily purge in a worker: the database first, then the files; and a worker that is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text
from weasyprint import HTML

from forumapp.cli import retention
from forumapp.cli.demo.load import load
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.paths import ROOT
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.agenda.sessions.services import create_track, remove_track
from forumapp.domain.audit.models import Removal
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import update_person
from forumapp.domain.printing.jobs.services import ask_print
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob, folder_of
from forumapp.domain.registration.models import Registration
from forumapp.domain.retention.models import PurgeReport
from forumapp.domain.retention.purging import what_would_go
from forumapp.domain.retention.rules import Kind
from forumapp.worker.timers import housekeeping
from forumapp.worker.timers.purging import purge_due
from tests.seeds import NOW, seed, seed_delegation

LATER = datetime(2026, 1, 1, tzinfo=UTC)
DUE = datetime(2023, 6, 21, 7, tzinfo=UTC)  # midnight in Los Angeles
FILE = "print/1/1/itineraries.pdf"
ANSWERS = {"questions": [{"code": "food", "kind": "diet"}], "values": {"food": ["halal"]}}
# A worker that dies the moment it would tell the log, with everything taken out and nothing committed.
KILLED = """
import os, signal
from wsgi import app
from forumapp.core import clock
from forumapp.domain.retention import purging
from forumapp.worker.timers.purging import purge_due
purging.record = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
with app.app_context():
    purge_due(app.extensions["forumapp.storage"], now=clock.now())
"""


@pytest.fixture
def storage(own_app):
    """A forum that is over, with answers, a flight and a booklet that shows it."""
    with transaction() as db:
        forum = seed(db, 3)
        for row in db.scalars(select(Registration)):
            row.answers = ANSWERS
        delegation = seed_delegation(db, forum.edition, "jiangsu", forum.registration_ids)
        span = Span(
            Moment(datetime(2023, 5, 20, 9), "Asia/Shanghai"), Moment(datetime(2023, 5, 20, 18), "Asia/Shanghai")
        )
        values = {"kind": ItemKind.FLIGHT, "title": {"en": "MU 583"}}
        add_itinerary_item(db, delegation, values, span, actor=SYSTEM, now=NOW)
        db.add(
            PrintJob(
                edition_id=forum.edition.id,
                paper=Paper.ITINERARIES,
                status=JobStatus.DONE,
                file=FILE,
                options={},
                created_at=NOW,
            )
        )
    found = own_app.extensions["forumapp.storage"]
    found.put(FILE, b"%PDF MU 583")
    return found


def left():
    db = reading()
    db.expire_all()
    answers = [row.get("values", {}) for row in db.scalars(select(Registration.answers))]
    reports = sorted((row.kind.value, row.counts) for row in db.scalars(select(PurgeReport)))
    found = (answers, len(db.scalars(select(ItineraryItem)).all()), reports)
    db.rollback()
    return found


BEFORE = ([{"food": ["halal"]}] * 5, 1, [])
AFTER = ([{}] * 5, 0, [("diet", {"registration": 5}), ("flights", {"itinerary_item": 1, "print_job": 1})])


def test_nothing_goes_before_its_day(storage):
    assert purge_due(storage, now=datetime(2023, 6, 20, 23, 59, tzinfo=UTC)) == []
    assert (left(), storage.exists(FILE)) == (BEFORE, True)


def test_what_is_due_goes_with_its_files(storage):
    gone = purge_due(storage, now=DUE)
    assert gone == [
        ("ccbf-2023", Kind.DIET, {"registration": 5}),
        ("ccbf-2023", Kind.FLIGHTS, {"itinerary_item": 1, "print_job": 1}),
    ]
    assert (left(), storage.exists(FILE)) == (AFTER, False)
    assert purge_due(storage, now=DUE) == []
    assert left() == AFTER


def test_a_file_that_was_left_goes_the_next_day(storage):
    class Away:
        def delete(self, name):
            raise OSError(name)

        delete_folder = delete

    with pytest.raises(OSError, match="itineraries"):
        purge_due(Away(), now=DUE)
    assert (left(), storage.exists(FILE)) == (AFTER, True)
    assert purge_due(storage, now=DUE) == []
    assert not storage.exists(FILE)


def everything(folder):
    """All that stands in any table, the queue's own too, and in any file of the storage, by where it is."""
    found = {}
    with db.engine.connect() as connection:
        for schema in [None, "dbos"] if db.engine.dialect.name == "postgresql" else [None]:
            for table in inspect(connection).get_table_names(schema=schema):
                name = f'{schema}."{table}"' if schema else f'"{table}"'
                for number, row in enumerate(connection.execute(text(f"SELECT * FROM {name}")).all()):
                    found[f"{name} {number}"] = str(tuple(row))
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        read = ["pdftotext", file, "-"] if file.suffix == ".pdf" else ["cat", file]
        found[str(file.relative_to(folder))] = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    return found


def test_nothing_of_what_is_due_is_left_in_any_table_or_file(own_app, storage, tmp_path):
    """Not even in what became of prints that ended before they had a file."""
    shown = HTML(string="<p>MU 583</p>").write_pdf()
    program = HTML(string="<p>Program for all</p>").write_pdf()
    with transaction() as session:
        edition_id = session.scalars(select(Edition.id)).one()
        row = session.scalars(select(Registration)).first()
        officer = create_account(session, email="o@forum.example", name="O", password=None, actor=SYSTEM, now=NOW)
        row.is_vip, row.responsible_id = True, officer.id
        person = session.get_one(Person, row.person_id)
        contacts = {"email": "vip@office.example", "phone": "+115550100", "wechat": "wx-vip"}
        update_person(session, person.id, contacts, version=person.version, actor=SYSTEM, now=NOW)
        asked = {"edition_id": edition_id, "options": {}, "created_at": NOW}
        named = [{"code": "untranslated", "name": "MU 583"}]
        jobs = [
            PrintJob(**asked, paper=Paper.ITINERARIES, status=JobStatus.FAILED, findings=named),
            PrintJob(**asked, paper=Paper.ITINERARIES, status=JobStatus.CANCELLED),
        ]
        made = "print/program.pdf"
        session.add_all([*jobs, PrintJob(**asked, paper=Paper.PROGRAM, status=JobStatus.DONE, file=made)])
        session.flush()
        failed, cancelled = (folder_of(edition_id, job.id) for job in jobs)
        ask_print(session, edition_id, Paper.ITINERARIES, {}, actor=SYSTEM, now=NOW)
    for name in (FILE, f"{failed}/part-0000.pdf", f"{cancelled}/itineraries.pdf"):
        storage.put(name, shown)
    storage.put(f"{cancelled}/.part-0001.pdf.0f0f0f0f", b"MU 583, half of it")
    storage.put(made, program)
    words = ("MU 583", "halal", "vip@office.example", "5550100", "wx-vip")

    def left():
        return {
            (where, word) for where, held in everything(tmp_path / "files").items() for word in words if word in held
        }

    assert {word for _, word in left()} == set(words)
    assert len([where for where, _ in left() if where.startswith("print/")]) == 4

    purge_due(storage, now=DUE)

    assert left() == set()
    assert "Program for all" in everything(tmp_path / "files")[made]


def test_what_was_removed_is_forgotten_after_its_time(own_app):
    with transaction() as db:
        edition_id = seed(db, 0).edition.id
        values = {"code": "trade", "name": {"en": "Trade"}}
        track = create_track(db, edition_id, values, actor=SYSTEM, now=NOW)
        remove_track(db, edition_id, track.id, version=1, actor=SYSTEM, now=NOW)

    def kept():
        found = reading().scalars(select(Removal.entity)).all()
        reading().rollback()
        return found

    housekeeping.purge(now=NOW + timedelta(days=90))
    assert kept() == ["track"]
    housekeeping.purge(now=NOW + timedelta(days=90, seconds=1))
    assert kept() == []


def test_a_killed_worker_leaves_nothing_half_done(own_app, own_database, tmp_path, storage):
    config = own_app.extensions["forumapp.config"]
    environ = os.environ | {
        "FORUMAPP_DATABASE_URL": own_database,
        "FORUMAPP_DATA_DIR": str(tmp_path),
        "FORUMAPP_STORAGE_URL": config.storage_url,
        "FORUMAPP_MAIL_URL": config.mail_url,
        "FORUMAPP_SECRET_KEY": config.secret_key,
    }
    died = subprocess.run([sys.executable, "-c", KILLED], env=environ, cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (left(), storage.exists(FILE)) == (BEFORE, True)
    purge_due(storage, now=DUE)
    assert (left(), storage.exists(FILE)) == (AFTER, False)


def purge(app, *arguments):
    """The output of `forumapp purge`."""
    result = CliRunner().invoke(retention.purge, arguments, obj=app.extensions["forumapp.config"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_says_what_goes_before_it_goes(own_app, storage):
    due = "ccbf-2023 diet: 5 registration\nccbf-2023 flights: 1 itinerary_item, 1 print_job\n"
    # A booklet tells flights and shows photos: it goes with what goes first.
    assert purge(own_app, "--dry-run") == f"{due}ccbf-2023 files: 1 print_job\n"
    assert (left(), storage.exists(FILE)) == (BEFORE, True)
    assert purge(own_app) == due
    assert (left(), storage.exists(FILE)) == (AFTER, False)
    assert purge(own_app) == purge(own_app, "--dry-run") == "nothing is due\n"


def test_contact_details_of_people_in_no_edition_go_a_year_after_their_last_change(own_app, storage):
    with transaction() as db:
        old = Person(latin_family="Old", latin_given="Ann", email="old@firm.example", updated_at=NOW)
        recent = Person(latin_family="Recent", latin_given="Ann", email="recent@firm.example")
        db.add_all([old, recent])
        db.flush()
        ids = [person.id for person in (old, recent)]

    def emails():
        rows = reading().scalars(select(Person.email).where(Person.id.in_(ids)).order_by(Person.id)).all()
        reading().rollback()
        return rows

    due = "no edition contacts: 1 person\n"
    assert purge(own_app, "--dry-run").endswith(due)
    assert emails() == ["old@firm.example", "recent@firm.example"]
    assert due in purge(own_app)
    assert emails() == [None, "recent@firm.example"]
    assert purge(own_app) == purge(own_app, "--dry-run") == "nothing is due\n"


@pytest.mark.one_database
def test_the_sample_forum_keeps_its_data(own_app):
    """Its forum was in 2023, so all of it would go at the worker's first start."""

    def contacts():
        rows = reading().execute(select(Person.id, Person.email, Person.phone).order_by(Person.id)).all()
        reading().rollback()
        return rows

    with transaction() as db:
        load(db, owner_id=None, now=NOW)
        edition_id = db.scalars(select(Edition.id)).one()
        assert what_would_go(db, edition_id, Kind.OFFICIALS, now=LATER)["person"]
    before = contacts()
    assert purge_due(own_app.extensions["forumapp.storage"], now=LATER) == []
    assert contacts() == before
