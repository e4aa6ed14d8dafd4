"""A mail to many, from the filters to the letterboxes: nobody gets it twice, whoever dies meanwhile."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.models import Edition
from forumapp.domain.letters import addresses, mailings
from forumapp.domain.letters.models import Mailing, MailingStatus
from forumapp.domain.letters.queries import get_mailing, recipients_after
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.people.models import Person
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types.services import update_type
from forumapp.worker.mail import drain
from tests.domain.registering import applicant, make_edition, make_type, sign_up
from tests.seeds import seed, seed_access
from tests.web.organizer.house import BY, add_registration, set_up
from tests.worker.email.test_mail import NOW, mail_app, server  # noqa: F401 (fixtures)
from tests.worker.processes import Workers, wait_for

WORDS = {
    "subject": {"en": "Buses for {name}", "zh-Hans": "{name}：班车安排"},
    "text": {"en": "{greeting}\n\nBus at nine.", "zh-Hans": "{greeting}\n\n九点发车。\n{link}"},
    "filters": {"status": ["confirmed"]},
}
LATER = datetime(2023, 3, 1, 13, tzinfo=UTC)


@pytest.fixture
def house(mail_app):  # noqa: F811 (the fixture)
    with transaction() as session:
        house = set_up(session, mail_app)
        version = session.get_one(RegistrationType, house.type_id).version
        update_type(session, house.edition_id, house.type_id, {"quota": 50}, version=version, **BY)
    for name in ("Ann", "Bo", "Cy"):
        add_registration(house, name, email=f"{name}@guests.example".lower())
    add_registration(house, "Mute")
    add_registration(house, "Waiting", "applied", email="waiting@guests.example")
    return house


def written(house, **words):
    with transaction() as session:
        owner = Actor(house.owner_id, Via.PAGE)
        row = mailings.create_mailing(session, house.edition_id, {**WORDS, **words}, actor=owner, now=NOW)
        return row.id


def do(service, house, mailing_id):
    with transaction() as session:
        version = session.get_one(Mailing, mailing_id).version
        service(
            session, house.edition_id, mailing_id, version=version, actor=Actor(house.owner_id, Via.PAGE), now=LATER
        )


def take_all(mailing_id):
    more = True
    while more:
        with transaction() as session:
            more = mailings.take_batch(session, mailing_id, now=LATER)


def send_all(app):
    while drain(app, now=LATER + timedelta(hours=1)):
        pass


def test_everyone_whom_the_filters_choose_gets_one_in_their_language(house, mail_app, server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(mailings, "BATCH", 2)
    mailing_id = written(house)
    do(mailings.start_mailing, house, mailing_id)
    take_all(mailing_id)
    with transaction() as session:  # a step whose record was lost runs again
        session.get_one(Mailing, mailing_id).reached_id = 0
        session.get_one(Mailing, mailing_id).status = MailingStatus.SENDING
    take_all(mailing_id)
    send_all(mail_app)
    found = {mail["To"]: mail for mail in server.mails}
    assert {"ann@guests.example", "bo@guests.example", "cy@guests.example"} <= set(found)
    assert len(found) == len(server.mails)
    assert "waiting@guests.example" not in found
    before = NOW - timedelta(seconds=1)  # who registers later than it is started is not written to
    assert recipients_after(reading(), house.edition_id, Filters(), 0, until=before, limit=9) == []
    assert found["ann@guests.example"]["Subject"] == "Ann：班车安排"
    assert "/r/" in found["ann@guests.example"].get_body(("plain",)).get_content()
    line = get_mailing(reading(), house.edition_id, mailing_id)
    assert (line.row.status, line.states) == (MailingStatus.SENT, {MessageState.SENT: line.row.total})


def test_what_is_stopped_sends_no_more_and_goes_on_where_it_was(house, mail_app, server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(mailings, "BATCH", 2)
    mailing_id = written(house)
    do(mailings.start_mailing, house, mailing_id)
    with transaction() as session:
        mailings.take_batch(session, mailing_id, now=LATER)
    do(mailings.stop_mailing, house, mailing_id)
    take_all(mailing_id)
    send_all(mail_app)
    assert server.mails == []
    version = reading().get_one(Mailing, mailing_id).version
    reading().rollback()
    with pytest.raises(mailings.MailingIsOn), transaction() as session:
        mailings.update_mailing(session, house.edition_id, mailing_id, {"subject": {}}, version=version, **BY)
    do(mailings.start_mailing, house, mailing_id)
    take_all(mailing_id)
    send_all(mail_app)
    to = [mail["To"] for mail in server.mails]
    assert len(to) == len(set(to)) == get_mailing(reading(), house.edition_id, mailing_id).row.total


def test_a_test_goes_to_whoever_asks_and_counts_for_nobody(house, mail_app, server):  # noqa: F811
    mailing_id = written(house)
    with transaction() as session:
        by = {"actor": Actor(house.owner_id, Via.PAGE), "now": NOW}
        mailings.try_mailing(session, house.edition_id, mailing_id, registration_id=None, **by)
    send_all(mail_app)
    assert sorted((mail["To"], mail["Subject"]) for mail in server.mails) == [
        ("owner@forum.example", "[Test] Buses for guest"),
        ("owner@forum.example", "［测试］嘉宾：班车安排"),
    ]
    assert "/r/" not in server.mails[0].as_string()
    assert get_mailing(reading(), house.edition_id, mailing_id).states == {}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"text": {"en": "{code} {nmae}"}}, {"text.en": "unknown-placeholder:{nmae}"}),
        ({"filters": {"status": ["confirmd"]}}, {"filters": "unknown"}),  # or it would go to everyone
        ({"filters": {"sttus": ["confirmed"]}}, {"filters": "unknown"}),
    ],
)
def test_what_would_not_be_meant_is_refused(house, words, fault):
    with pytest.raises(Invalid) as refusal:
        written(house, **words)
    assert refusal.value.fields == fault


def test_nothing_is_sent_that_lacks_a_language(house):
    mailing_id = written(house, text={"en": "Bus at nine."})
    with pytest.raises(Invalid) as refusal:
        do(mailings.start_mailing, house, mailing_id)
    assert refusal.value.fields == {"text": "both-languages-needed"}


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_worker_killed_amid_a_mailing_is_followed_by_one_that_goes_on(own_app, own_database, tmp_path):
    workers = Workers(own_app, own_database, tmp_path)
    with transaction() as session:
        edition = seed(session, 400).edition
        account = seed_access(session, edition.id, "o@forum.example", Role.OWNER)
        by = {"actor": Actor(account.id, Via.PAGE), "now": datetime.now(UTC)}
        session.execute(update(Person).values(email="guest@guests.example"))
        # Of a forum that is long over the worker erases addresses.
        session.execute(update(Edition).values(starts_on=by["now"].date(), ends_on=by["now"].date()))
        row = mailings.create_mailing(session, edition.id, {**WORDS, "filters": {}}, **by)
        mailings.start_mailing(session, edition.id, row.id, version=row.version, **by)
        mailing_id, total = row.id, row.total

    def counted(*states):
        with db.engine.connect() as connection:
            query = select(func.count()).select_from(Message).where(Message.mailing_id == mailing_id)
            return connection.scalar(query.where(Message.state.in_(states)) if states else query)

    try:
        first = workers.start("one")
        wait_for(lambda: counted(MessageState.SENT) >= 1, "no progress")
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert counted() > 0
        workers.start("two")
        workers.start("one")
        wait_for(lambda: counted() == total, "not all asked")
    finally:
        workers.end_all()
    with db.engine.connect() as connection:
        keys = connection.scalar(select(func.count(Message.key.distinct())).where(Message.mailing_id == mailing_id))
    assert (total > 100, keys) == (True, total)


def test_a_mailing_is_tried_with_registrants_of_its_edition_and_sent_again_as_what_it_was(house, mail_app, server):  # noqa: F811
    mailing_id = written(house)
    by = {"actor": Actor(house.owner_id, Via.PAGE), "now": LATER}
    with transaction() as session:
        elsewhere = make_edition(session, "elsewhere-2023")
        make_type(session, elsewhere)
        stranger = sign_up(session, elsewhere, applicant()).registration_id
        with pytest.raises(NotFound):
            mailings.try_mailing(session, house.edition_id, mailing_id, registration_id=stranger, **by)
    do(mailings.start_mailing, house, mailing_id)
    take_all(mailing_id)
    send_all(mail_app)
    with transaction() as session:
        sent = session.scalars(select(Message).where(Message.recipient == "ann@guests.example")).one()
        addresses.send_once_more(session, house.edition_id, sent.id, **by)
    send_all(mail_app)
    first, second = [mail for mail in server.mails if mail["To"] == "ann@guests.example"]
    assert second["Subject"] == first["Subject"] == "Ann：班车安排"
    assert second["List-Unsubscribe"]
