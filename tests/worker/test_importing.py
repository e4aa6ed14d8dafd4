"""An import by a real worker in a process of its own: it is killed, another goes on, and each row is taken once."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.models import Edition
from forumapp.domain.importing.models import ImportKind, ImportRun, ImportStatus
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Source
from tests import import_steps
from tests.seeds import seed, seed_access
from tests.worker.processes import Workers, wait_for

ROWS = 600


@pytest.fixture
def workers(own_app, own_database, tmp_path):
    started = Workers(own_app, own_database, tmp_path)
    yield started
    started.end_all()


def ask():
    rows = (f"Guest {n},business,{f'guest{n}@example.org' if n % 30 == 0 else ''}" for n in range(ROWS))
    content = "\n".join(["Name,Ticket type,Email", *rows]).encode()
    with transaction() as session:
        edition = seed(session, 0).edition
        today = datetime.now(UTC).date()
        session.execute(update(Edition).values(starts_on=today, ends_on=today))  # no addresses are erased yet
        account = seed_access(session, edition.id, "o@forum.example", Role.OWNER)
        by = {"actor": Actor(account.id, Via.PAGE), "now": datetime(2023, 3, 1, 12, tzinfo=UTC)}
        edition_id = edition.id
    run_id = import_steps.bring_committed(edition_id, ImportKind.REGISTRATIONS, "guests.csv", content, **by)
    import_steps.confirm_committed(edition_id, run_id, notify=True, **by)
    return run_id


def state(run_id):
    with db.engine.connect() as connection:
        columns = (ImportRun.status, ImportRun.done, ImportRun.added, ImportRun.fault)
        return tuple(connection.execute(select(*columns).where(ImportRun.id == run_id)).one())


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_an_import_is_followed_by_one_that_goes_on(workers, tmp_path):
    run_id = ask()
    first = workers.start("one")
    wait_for(lambda: state(run_id)[1] >= 200, "no progress")
    first.send_signal(signal.SIGKILL)
    first.wait()
    status, done, added, _fault = state(run_id)
    assert (status, 200 <= done < ROWS, added) == (ImportStatus.RUNNING, True, done)
    workers.start("one")
    wait_for(lambda: state(run_id)[0] is not ImportStatus.RUNNING, "not finished")
    assert state(run_id) == (ImportStatus.DONE, ROWS, ROWS, None)
    with db.engine.connect() as connection:
        guests = select(Person.latin_given, func.count()).where(Person.latin_given.startswith("Guest"))
        names = connection.execute(guests.group_by(Person.latin_given)).all()
        taken = connection.scalar(select(RegistrationType.taken).where(RegistrationType.code == "business"))
        here = connection.scalar(select(func.count(Registration.id)).where(Registration.source == Source.IMPORT))
        letters = select(Message.template, Message.about_id, func.count())
        mailed = connection.execute(letters.group_by(Message.template, Message.about_id)).all()
    assert sorted(count for _name, count in names) == [1] * ROWS
    assert (taken, here) == (ROWS, ROWS)
    # By registration: the forum is long over, so the worker erases addresses meanwhile.
    assert [(template, count) for template, _id, count in mailed] == [("registration-confirmed", 1)] * len(
        range(0, ROWS, 30)
    )
    # Workflows and steps are found by their names: two of one name would do each other's work.
    assert "Duplicate registration" not in (tmp_path / "one.log").read_text()
