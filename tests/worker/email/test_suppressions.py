"""An address that does not exist, or whose owner wants no mail, is not mailed again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.letters import addresses
from forumapp.domain.mail import suppressing
from forumapp.domain.mail.models import Message, MessageState, Suppressed
from forumapp.domain.mail.rules import is_dead
from forumapp.domain.mail.services import ask
from forumapp.domain.registration.models import Registration
from forumapp.worker.mail import drain
from tests.web.organizer.house import HOME
from tests.worker.email.test_mail import NOW, VALUES, ask_for, mail_app, server, states  # noqa: F401 (fixtures)
from tests.worker.email.test_mailings import do, house, mailings, take_all, written  # noqa: F401 (fixtures)

LATER = NOW + timedelta(hours=2)


def refuse(server, address, reply):  # noqa: F811 (the fixture)
    async def handle_rcpt(_server, _session, envelope, to, _options):
        if to == address:
            return reply
        envelope.rcpt_tos.append(to)
        return "250 OK"

    server.handle_RCPT = handle_rcpt


@pytest.mark.parametrize(
    ("code", "reply", "dead"),
    [
        (550, "5.1.1 no such user", True),
        (550, "No such user here", True),
        (552, "5.2.2 mailbox full for good", True),
        (554, "5.7.1 relay access denied", False),  # or a server set up wrongly would end all mail
        (530, "5.7.0 authentication required", False),
        (450, "4.2.0 greylisted", False),
    ],
)
def test_a_refusal_says_whether_it_is_about_the_address(code, reply, dead):
    assert is_dead(code, reply) is dead


def test_an_address_that_its_server_refuses_is_not_mailed_again(mail_app, server):  # noqa: F811
    refuse(server, "a@example.org", "550 5.1.1 no such user")
    ask_for("a", "b")
    drain(mail_app, now=NOW)
    assert [(key, state) for key, state, *_ in states()] == [("a", MessageState.FAILED), ("b", MessageState.SENT)]
    with transaction() as session:
        values = {"template": "registration-cancelled", "recipient": "A@Example.org", "language": "en"}
        where = {"edition_id": 5, "about": "registration", "about_id": 41}
        ask(session, key="again", **values, **where, values=VALUES, now=NOW)
        account = {**where, "about": "account"}  # nobody is locked out of their account by it
        ask(session, key="account", **values, **account, values=VALUES, now=NOW)
    server.handle_RCPT = None
    del server.handle_RCPT
    drain(mail_app, now=NOW)
    assert {key: state for key, state, *_ in states()} == {
        "a": MessageState.FAILED,
        "b": MessageState.SENT,
        "again": MessageState.SUPPRESSED,
        "account": MessageState.SENT,
    }
    assert [mail["To"] for mail in server.mails] == ["b@example.org", "A@Example.org"]


def test_one_click_ends_mail_and_opening_the_link_does_not(house, mail_app, server):  # noqa: F811
    mailing_id = written(house)
    do(mailings.start_mailing, house, mailing_id)
    take_all(mailing_id)
    while drain(mail_app, now=clock.now()):
        pass
    mail = next(one for one in server.mails if one["To"] == "ann@guests.example")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<http://127\.0\.0\.1:8000(/u/\S+)>", mail["List-Unsubscribe"])[1]
    assert link in mail.get_body(("plain",)).get_content()
    assert "ann" not in link

    browser = house.browser()
    assert browser.get(link).status_code == 200
    assert stands() is None
    posted = browser.post(link, data={"List-Unsubscribe": "One-Click"})  # no cookie, no token
    assert posted.status_code == 303
    assert stands() is Suppressed.UNSUBSCRIBED
    assert browser.post(f"{link[:-2]}xx").status_code == 410

    with transaction() as session:
        registration_id = next(
            one.about_id for one in session.query(Message).filter_by(mailing_id=mailing_id) if "ann@" in one.recipient
        )
    owner = house.browser()
    owner.sign_in("owner@forum.example")
    page = f"{HOME}/registrations/{registration_id}"
    assert "its owner wants no mail" in owner.get(page).text
    owner.send(page, to=f"{page}/address/clear")
    assert stands() is None
    owner.send(page, {"stop_reason": "Full for weeks"}, to=f"{page}/address/stop")
    assert stands() is Suppressed.MARKED
    assert "Full for weeks" in owner.get(page).text  # in the history
    assert browser.send(link, to=f"{link}/again").status_code == 303
    assert stands() is None


def stands():
    found = suppressing.find_suppression(reading(), suppressing.key_of("Ann@guests.example"))
    why = found.why if found else None
    reading().rollback()
    return why


def test_a_mail_is_sent_once_more_unless_it_would_tell_something_untrue(house, mail_app, server):  # noqa: F811
    mailing_id = written(house)
    do(mailings.start_mailing, house, mailing_id)
    take_all(mailing_id)
    by = {"actor": Actor(house.owner_id, Via.PAGE), "now": LATER}
    with transaction() as session:
        row = session.query(Message).filter_by(mailing_id=mailing_id).first()
        row.state, message_id, to, person = MessageState.SENT, row.id, row.recipient, row.about_id
        registration = session.get_one(Registration, person)
        about = {"edition_id": house.edition_id, "about": "registration", "about_id": person}
        ask(
            session,
            key="old",
            template="registration-applied",
            recipient=to,
            language="en",
            values={},
            **about,
            now=NOW,
        )
        old = session.query(Message).filter_by(key="old").one().id
        assert registration.status == "confirmed"
    with transaction() as session:
        addresses.send_once_more(session, house.edition_id, message_id, **by)
    with pytest.raises(addresses.NoLongerTrue), transaction() as session:
        addresses.send_once_more(session, house.edition_id, old, **by)
    copies = reading().query(Message).filter(Message.recipient == to, Message.template == "mailing").count()
    assert copies == 2
