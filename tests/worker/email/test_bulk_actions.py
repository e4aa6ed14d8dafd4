"""One thing done to many by a real worker: it is killed, another goes on, and each is written to once."""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime

import pytest
from sqlalchemy import String, cast, func, select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRow, BulkRun, BulkStatus
from forumapp.domain.delegations.models.notices import ItineraryTelling
from forumapp.domain.delegations.notifications.queries import open_changes
from forumapp.domain.delegations.notifications.sending import give_out
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.seeds import seed, seed_access
from tests.worker.processes import Workers, wait_for

PEOPLE = 400
PHOTO = [{"code": "photo", "kind": "photo", "label": {"en": "Photo", "zh-Hans": "照片"}}]


@pytest.fixture
def workers(own_app, own_database, tmp_path):
    started = Workers(own_app, own_database, tmp_path)
    yield started
    started.end_all()


def ask():
    """Nobody has a photo, which all forms ask for."""
    with transaction() as session:
        edition = seed(session, PEOPLE).edition
        session.execute(update(RegistrationType).values(questions=PHOTO))
        address = "g" + cast(Person.id, String) + "@guests.example"
        session.execute(update(Person).values(email=address))
        ahead = clock.now().date().replace(year=clock.now().year + 1, day=1)
        session.execute(update(Edition).values(starts_on=ahead, ends_on=ahead))
        account = seed_access(session, edition.id, "o@forum.example", Role.OWNER)
        by = {"actor": Actor(account.id, Via.PAGE), "now": clock.now()}
        return bulk_actions.ask(session, edition.id, BulkAction.REMIND, Filters(status=("confirmed",)), **by).id


def state(run_id):
    with db.engine.connect() as connection:
        columns = (BulkRun.status, BulkRun.total, BulkRun.done, BulkRun.changed)
        return tuple(connection.execute(select(*columns).where(BulkRun.id == run_id)).one())


def traces(run_id):
    """How many rows have come to something, how many mails there are, and to how many people; and the log's."""
    came = select(func.count(BulkRow.id)).where(BulkRow.run_id == run_id, BulkRow.outcome == bulk_actions.CHANGED)
    mails = select(func.count(Message.id), func.count(Message.about_id.distinct()))
    mails = mails.where(Message.template == "registration-missing")
    with db.engine.connect() as connection:
        logged = connection.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.action == "reminded"))
        return (connection.scalar(came), *connection.execute(mails).one(), logged)


# An import stands for it in `make test`: all background work goes on in the same way.
@pytest.mark.long
@pytest.mark.one_database
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_a_run_is_followed_by_one_that_goes_on(workers):
    run_id = ask()
    first = workers.start("one")
    wait_for(lambda: state(run_id)[2] >= PEOPLE // 4, "no progress")
    began, done = time.monotonic(), state(run_id)[2]
    wait_for(lambda: state(run_id)[2] > done, "no progress")
    time.sleep((time.monotonic() - began) / 2)  # amid the next batch
    first.send_signal(signal.SIGKILL)
    first.wait()
    status, total, done, changed = state(run_id)
    assert (status, total, PEOPLE // 4 <= done < PEOPLE) == (BulkStatus.RUNNING, PEOPLE, True)
    # No half of a batch: what is said to be done is all that is.
    assert traces(run_id) == (done, done, done, done)
    assert changed == done
    workers.start("one")
    wait_for(lambda: state(run_id)[0] is not BulkStatus.RUNNING, "not finished")
    assert state(run_id) == (BulkStatus.DONE, PEOPLE, PEOPLE, PEOPLE)
    assert traces(run_id) == (PEOPLE,) * 4


def ask_to_tell(people):
    """Everyone of a delegation has their itinerary, in which one item moves."""
    with transaction() as session:
        found = seed(session, people)
        of = found.edition.id
        session.execute(update(Person).values(email="g" + cast(Person.id, String) + "@guests.example"))
        by = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
        row = create_delegation(session, of, {"code": "js", "name": {"en": "Jiangsu"}}, **by)
        for one in found.registration_ids:
            add_member(session, row, one, **by)
        spans = [Span(*(Moment(datetime(2099, 5, 22, hour), "UTC") for hour in (one, one + 1))) for one in (9, 14)]
        item = add_itinerary_item(session, row, {"kind": "visit", "title": {"en": "Port"}}, spans[0], **by)
        give_out(session, row, **by)
        update_itinerary_item(session, of, item.id, {}, spans[1], version=item.version, **by)
        return bulk_actions.ask(session, of, BulkAction.TELL, Filters(), found.registration_ids, **by).id


@pytest.mark.one_database
def test_whoever_is_told_by_a_worker_that_is_killed_has_one_mail(own_app):
    """Killed when the mails of its second batch are written and not yet kept."""
    people = bulk_actions.BATCH * 2 + 3
    run_id = ask_to_tell(people)
    if not (child := os.fork()):
        try:
            db.engine.dispose(close=False)
            for killed in (False, True):
                with transaction() as session:
                    bulk_actions.take_batch(session, run_id, now=clock.now())
                    session.flush()
                    if killed:
                        os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL

    def told():
        mails = select(func.count(), func.count(Message.about_id.distinct()))
        with db.engine.connect() as connection:
            tellings = connection.scalar(select(func.count(ItineraryTelling.id)))
            found = connection.execute(mails.where(Message.template == "itinerary-changed")).one()
            return state(run_id)[2], tellings, *found

    assert told() == (bulk_actions.BATCH,) * 4
    more = True
    while more:
        with transaction() as session:
            more = bulk_actions.take_batch(session, run_id, now=clock.now())
    assert told() == (people,) * 4
    with transaction() as session:
        assert not open_changes(session, session.get_one(BulkRun, run_id).edition_id, select(Registration.id))
