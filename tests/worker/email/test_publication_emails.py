"""Telling of an agenda by a real worker: it is killed, another goes on, and everyone has one mail."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import String, cast, func, insert, select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, RoleAssignment, Session, SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.publishing import services
from forumapp.domain.publishing.models import Telling, TellingStatus
from tests.seeds import seed
from tests.worker.processes import Workers, wait_for

PEOPLE = 600
BY = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}


@pytest.fixture
def workers(own_app, own_database, tmp_path):
    started = Workers(own_app, own_database, tmp_path)
    yield started
    started.end_all()


def publish():
    """All are panelists of one session, which moves."""
    with transaction() as session:
        edition = seed(session, PEOPLE).edition
        session.execute(update(Person).values(email="g" + cast(Person.id, String) + "@guests.example"))
        spans = [
            Span(*(Moment(datetime(2023, 5, 22, hour + more), edition.zone) for more in (0, 1))) for hour in (9, 14)
        ]
        values = {"title": {"en": "Panel", "zh-Hans": "对话"}, "kind": SessionKind.PANEL}
        row = agenda.create_session(session, edition.id, values, spans[0], **BY)
        panel = {
            "edition_id": edition.id,
            "session_id": row.id,
            "role": AssignmentRole.PANELIST,
            "created_at": clock.now(),
        }
        session.execute(
            insert(RoleAssignment), [{**panel, "person_id": one} for one in session.scalars(select(Person.id))]
        )
        services.publish(session, edition.id, note={}, **BY)
        version = session.get_one(Session, row.id).version
        agenda.update_session(session, edition.id, row.id, {}, spans[1], version=version, **BY)
        services.publish(session, edition.id, note={}, **BY)
        return session.scalar(select(func.count(Person.id)))


def state():
    with db.engine.connect() as connection:
        return tuple(connection.execute(select(Telling.status, Telling.total, Telling.asked)).one())


def mails():
    """How many there are, and to how many addresses."""
    with db.engine.connect() as connection:
        found = select(func.count(Message.id), func.count(Message.recipient.distinct()))
        return tuple(connection.execute(found.where(Message.telling_id.is_not(None))).one())


# An import stands for it in `make test`: all background work goes on in the same way.
@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_a_worker_killed_while_it_tells_is_followed_by_one_that_goes_on(workers):
    everyone = publish()
    today = datetime.now(UTC).date()
    with transaction() as session:  # no addresses are erased yet
        session.execute(update(Edition).values(starts_on=today, ends_on=today))
    assert (state(), mails()) == ((TellingStatus.QUEUED, None, 0), (0, 0))
    first = workers.start("one")
    wait_for(lambda: state()[2] > 0, "no progress")
    first.send_signal(signal.SIGKILL)
    first.wait()
    status, total, asked = state()
    assert (status, total, asked < everyone) == (TellingStatus.TELLING, everyone, True)
    assert mails() == (asked, asked)  # no half of a batch
    workers.start("one")
    wait_for(lambda: state()[0] is TellingStatus.TOLD, "not finished")
    assert (state(), mails()) == ((TellingStatus.TOLD, everyone, everyone), (everyone, everyone))
