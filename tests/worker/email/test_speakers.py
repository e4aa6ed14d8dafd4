"""Writing to many speakers by a real worker: it is killed, another goes on, and each is written to once."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import func, insert, select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment, SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.agenda.speakers import mailing as writing
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerWriting, WritingStatus
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from tests.seeds import seed, seed_access
from tests.worker.processes import Workers, wait_for

PEOPLE = 300


def ask() -> int:
    now = clock.now()
    with transaction() as session:
        edition = seed(session, PEOPLE).edition
        session.execute(update(Person).values(email="speaker@guests.example"))
        ahead = now.date().replace(year=now.year + 1, day=1)
        session.execute(update(Edition).values(starts_on=ahead, ends_on=ahead))
        account = seed_access(session, edition.id, "o@forum.example", Role.OWNER)
        by = {"actor": Actor(account.id, Via.PAGE), "now": now}
        values = {"title": {"en": "Everyone"}, "kind": SessionKind.PANEL}
        meeting = create_session(session, edition.id, values, None, **by)
        ids = list(session.scalars(select(Person.id).order_by(Person.id).limit(PEOPLE)))
        part = {"edition_id": edition.id, "session_id": meeting.id, "role": "panelist", "version": 1, "position": 0}
        rows = [{**part, "person_id": one, "status": AssignmentStatus.INVITED} for one in ids]
        session.execute(insert(RoleAssignment), rows)
        return writing.write_to_all(session, edition.id, ids, again=False, **by).id


def state(run_id):
    with db.engine.connect() as connection:
        columns = (SpeakerWriting.status, SpeakerWriting.total, SpeakerWriting.reached, SpeakerWriting.sent)
        return tuple(connection.execute(select(*columns).where(SpeakerWriting.id == run_id)).one())


def traces():
    """How many mails there are, to how many speakers, and how many of these are said to be invited."""
    mails = select(func.count(Message.id), func.count(Message.about_id.distinct())).where(Message.about == "speaker")
    invited = select(func.count(Speaker.id)).where(Speaker.invited_at.is_not(None))
    with db.engine.connect() as connection:
        return (*connection.execute(mails).one(), connection.scalar(invited))


# An import stands for it in `make test`: all background work goes on in the same way.
@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_a_run_is_followed_by_one_that_goes_on(own_app, own_database, tmp_path):
    workers = Workers(own_app, own_database, tmp_path)
    run_id = ask()
    try:
        first = workers.start("one")
        wait_for(lambda: state(run_id)[2] >= PEOPLE // 4, "no progress")
        first.send_signal(signal.SIGKILL)
        first.wait()
        status, total, reached, sent = state(run_id)
        assert (status, total, PEOPLE // 4 <= reached < PEOPLE) == (WritingStatus.WRITING, PEOPLE, True)
        # No half of a batch: what is said to be done is all that is.
        assert traces() == (sent,) * 3 == (reached,) * 3
        workers.start("one")
        wait_for(lambda: state(run_id)[0] is not WritingStatus.WRITING, "not finished")
    finally:
        workers.end_all()
    assert state(run_id) == (WritingStatus.DONE, PEOPLE, PEOPLE, PEOPLE)
    assert traces() == (PEOPLE,) * 3
