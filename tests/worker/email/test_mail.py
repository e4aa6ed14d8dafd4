"""Mail from the outbox through a real SMTP server."""

from __future__ import annotations

import email
import socket
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.letters.texts import set_mail_text
from forumapp.domain.mail import outbox, sending
from forumapp.domain.mail.models import Message, MessageState
from forumapp.domain.mail.sending import NotSent, connected, outlet
from forumapp.domain.mail.services import ask, asking_for_many
from forumapp.domain.proofs import services as proofs
from forumapp.domain.registration import emails
from forumapp.domain.registration.lifecycle.decisions import cancel
from forumapp.domain.registration.models import Registration
from forumapp.worker.mail import drain
from tests.web.organizer.house import BY, add_registration, set_up

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
CONFIRMED = "registration-confirmed"
VALUES = {
    "name": "林艺",
    "edition_slug": "ccbf-2023",
    "edition_name": {"en": "The 5th Forum", "zh-Hans": "第五届论坛"},
    "type_name": {"en": "Business delegate", "zh-Hans": "企业代表"},
    "code": "K7MQ2RXD",
    "queue_number": None,
    "link": {"purpose": "registration", "values": [41, 1], "ends": "2023-06-21T00:00:00+00:00"},
}


class Recorder:
    """Takes mail, or answers as `replies` say, one for each mail."""

    def __init__(self):
        self.mails, self.replies = [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's own name)
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("2"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return reply


@pytest.fixture
def server():
    recorder = Recorder()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(recorder, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    recorder.url = f"smtp://127.0.0.1:{port}"
    try:
        yield recorder
    finally:
        controller.stop()


@pytest.fixture
def mail_app(own_app, server):
    use(own_app, server.url)
    return own_app


def use(app, url):
    app.extensions["forumapp.config"] = replace(app.extensions["forumapp.config"], mail_url=url)


def ask_for(*keys, language="en", template="registration-confirmed", due=NOW, many=False):
    with transaction() as session, asking_for_many(session) if many else nullcontext():
        for key in keys:
            ask(
                session,
                key=key,
                template=template,
                recipient=f"{key}@example.org",
                language=language,
                values=VALUES,
                edition_id=5,
                about="registration",
                about_id=41,
                now=due,
            )


def states():
    query = select(Message.key, Message.state, Message.attempts, Message.due_at, Message.sent_at, Message.fault)
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(Message.id))]


def test_a_mail_is_sent_once_in_its_readers_language(mail_app, server):
    ask_for("a", language="zh-Hans")
    assert [drain(mail_app, now=NOW), drain(mail_app, now=NOW)] == [1, 0]
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == ("a@example.org", "您已成功报名第五届论坛")
    assert states() == [("a", MessageState.SENT, 1, NOW + outbox.LEASE, NOW, None)]


def test_the_personal_link_is_signed_when_the_mail_is_sent(mail_app, server):
    ask_for("a")
    drain(mail_app, now=NOW)
    text = server.mails[0].get_body(("plain",)).get_content()
    (token,) = [line.rpartition("/r/")[2] for line in text.splitlines() if "/r/" in line]
    links = mail_app.extensions["forumapp.links"]
    assert links.read("registration", token, now=NOW) == [41, 1]
    assert links.read("registration", token, now=datetime(2023, 6, 21, 1, tzinfo=UTC)) is None


def test_the_link_of_a_forum_that_is_open_still_lives_for_some_days_from_its_signing(mail_app, server, monkeypatch):
    monkeypatch.setitem(VALUES, "link", {**VALUES["link"], "days": 30})
    ask_for("a")
    late = datetime(2026, 6, 1, tzinfo=UTC)
    drain(mail_app, now=late)
    text = server.mails[0].get_body(("plain",)).get_content()
    (token,) = [line.rpartition("/r/")[2] for line in text.splitlines() if "/r/" in line]
    links = mail_app.extensions["forumapp.links"]
    read = [links.read("registration", token, now=late + timedelta(days=days)) for days in (29, 31)]
    assert read == [[41, 1], None]


@pytest.mark.parametrize(
    ("values", "link"),
    [
        ({"link": {**VALUES["link"], "page": "organizer/invitation"}}, "http://127.0.0.1:8000/organizer/invitation/"),
        ({"link": None, "page": "organizer/sign-in"}, "http://127.0.0.1:8000/organizer/sign-in\n"),
    ],
)
def test_a_mail_says_which_page_its_link_leads_to(mail_app, server, monkeypatch, values, link):
    for key, value in values.items():
        monkeypatch.setitem(VALUES, key, value)
    ask_for("a")
    drain(mail_app, now=NOW)
    assert link in server.mails[0].get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_the_edition_words_its_mails_itself_in_the_languages_it_chose(mail_app, server):
    with transaction() as session:
        house = set_up(session, mail_app)
        where = (session, house.edition_id, "registration-confirmed")
        set_mail_text(*where, {"en": "Come, {name}"}, {"en": "{forum}\n\n{link}"}, version=0, **BY)
        for language in ("en", "zh-Hans"):
            ask(
                session,
                key=language,
                template="registration-confirmed",
                recipient=f"{language}@example.org",
                language=language,
                values=VALUES,
                edition_id=house.edition_id,
                about="registration",
                about_id=41,
                now=NOW,
            )
    drain(mail_app, now=NOW)
    english, chinese = sorted(server.mails, key=lambda mail: mail["To"])
    assert (english["Subject"], chinese["Subject"]) == ("Come, 林艺", "您已成功报名第五届论坛")
    text = english.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("The 5th Forum\n\nhttp://127.0.0.1:8000/r/")


def test_whoever_has_a_place_gets_ticket_and_days_with_the_mail(mail_app, server):
    with transaction() as session:
        house = set_up(session, mail_app)
    placed, cancelled = (add_registration(house, one, email=f"{one}@guests.example") for one in ("placed", "gone"))
    with transaction() as session:
        emails.send(session, emails.letters_about(session, [placed])[placed], CONFIRMED, occasion="x", now=NOW)
        gone = session.get_one(Registration, cancelled)
        emails.send(session, emails.letters_about(session, [gone.id])[gone.id], CONFIRMED, occasion="x", now=NOW)
        cancel(session, house.edition_id, gone.id, version=gone.version, **BY)
    drain(mail_app, now=NOW)
    found = {mail["To"]: mail for mail in server.mails if "成功报名" in mail["Subject"]}
    paper, days = found["placed@guests.example"].iter_attachments()
    assert (paper.get_filename(), paper.get_content()[:5]) == ("ticket.pdf", b"%PDF-")
    assert (days.get_filename(), days.get_content_type()) == ("forum.ics", "text/calendar")
    assert "DTSTART;VALUE=DATE:20230522" in days.get_content()
    assert list(found["gone@guests.example"].iter_attachments()) == []


def test_a_name_proof_goes_out_in_its_offices_language_with_a_link_that_opens(mail_app, server):
    with transaction() as session:
        house = set_up(session, mail_app)
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)  # links of one that is over end
        for language, office in (
            ("en", {"en": "Office", "zh-Hans": "办公室"}),
            ("zh-Hans", {"en": "Office 2", "zh-Hans": "办公室二"}),
        ):
            values = {"name": office, "email": f"{language.lower()}@js.example"}
            proof = proofs.create_proof(session, house.edition_id, {**values, "language": language}, (), **BY)
            proofs.send_proof(session, house.edition_id, proof.id, version=1, **BY)
    assert drain(mail_app, now=clock.now()) == 2
    told = {mail["To"]: (mail["Subject"], mail.get_body(("plain",)).get_content()) for mail in server.mails}
    assert told["en@js.example"][0].startswith("Please check how names will be printed")
    assert told["zh-hans@js.example"][0].startswith("请完成姓名校对")
    for _subject, text in told.values():
        (link,) = [line.strip() for line in text.splitlines() if "/proof/" in line]
        page = mail_app.test_client().get(link)
        assert (page.status_code, "Office" in page.text, "办公室" in page.text) == (200, True, True)


def test_an_unexpected_fault_counts_as_a_try_and_holds_up_no_other(mail_app, server, monkeypatch):
    def burst(self, mail):
        if mail["To"] == "a@example.org":
            raise RuntimeError("lin@example.org")
        return sent(self, mail)

    sent = sending.Smtp.send
    monkeypatch.setattr(sending.Smtp, "send", burst)
    ask_for("a", "b")
    drain(mail_app, now=NOW)
    assert states() == [
        ("a", MessageState.QUEUED, 1, NOW + timedelta(minutes=1), None, "RuntimeError"),
        ("b", MessageState.SENT, 1, NOW + outbox.LEASE, NOW, None),
    ]


def test_a_server_that_defers_gets_it_again_later(mail_app, server):
    server.replies = ["451 4.7.1 Greylisted, come back"]
    ask_for("a")
    drain(mail_app, now=NOW)
    after = NOW + timedelta(minutes=1)
    assert states() == [("a", MessageState.QUEUED, 1, after, None, "451 4.7.1 Greylisted, come back")]
    assert [drain(mail_app, now=after - timedelta(seconds=1)), drain(mail_app, now=after)] == [0, 1]
    assert len(server.mails) == 1
    assert states() == [("a", MessageState.SENT, 2, after + outbox.LEASE, after, None)]


def test_a_refusal_for_good_shows_and_can_be_sent_again(mail_app, server):
    server.replies = ["550 5.1.1 No such mailbox"]
    ask_for("a", "b")
    drain(mail_app, now=NOW)
    assert [(key, state, fault) for key, state, _, _, _, fault in states()] == [
        ("a", MessageState.FAILED, "550 5.1.1 No such mailbox"),
        ("b", MessageState.SENT, None),
    ]
    (failed,) = outbox.messages_page(reading(), 5, state=MessageState.FAILED).items
    with transaction() as session:
        outbox.send_again(session, 5, failed.id, actor=SYSTEM, now=NOW)
    drain(mail_app, now=NOW)
    assert {state for _, state, *_ in states()} == {MessageState.SENT}


def test_a_server_that_always_defers_fails_in_the_end(mail_app, server):
    server.replies = ["451 Later"] * 20
    ask_for("a")
    now, tries = NOW, 0
    while states()[0][1] == MessageState.QUEUED:
        tries += drain(mail_app, now=now)
        now = max(now, states()[0][3])
    assert tries == 7
    assert states()[0][1:3] == (MessageState.FAILED, 7)
    assert timedelta(hours=17) < now - NOW < timedelta(hours=18)


def test_no_server_puts_all_of_it_off(mail_app, server):
    use(mail_app, "smtp://127.0.0.1:9")
    ask_for("a", "b")
    assert drain(mail_app, now=NOW) == 2
    assert [(key, state, attempts, due) for key, state, attempts, due, *_ in states()] == [
        (key, MessageState.QUEUED, 1, NOW + timedelta(minutes=1)) for key in "ab"
    ]
    assert "refused" in states()[0][5]


def test_a_mail_that_cannot_be_written_fails_without_stopping_the_others(mail_app, server):
    ask_for("a", template="no-such-mail")
    ask_for("b")
    drain(mail_app, now=NOW)
    assert [(key, state) for key, state, *_ in states()] == [("a", MessageState.FAILED), ("b", MessageState.SENT)]


def test_a_worker_that_stops_gives_back_what_it_did_not_send(mail_app, server):
    ask_for("a", "b", "c")
    drain(mail_app, now=NOW, stopping=lambda: len(server.mails) == 1)
    assert [(state, attempts, due <= NOW) for _, state, attempts, due, *_ in states()] == [
        (MessageState.SENT, 1, False),
        (MessageState.QUEUED, 0, True),
        (MessageState.QUEUED, 0, True),
    ]


def test_what_one_sender_took_no_other_gets_before_the_lease_ends(mail_app):
    ask_for("a", "b", "c")
    with transaction() as session:
        assert [message.key for message in outbox.claim(session, limit=2, now=NOW)] == ["a", "b"]
    with transaction() as session:
        assert [message.key for message in outbox.claim(session, limit=2, now=NOW)] == ["c"]
    with transaction() as session:
        again = outbox.claim(session, limit=9, now=NOW + outbox.LEASE)
    assert [(message.key, message.attempts) for message in again] == [("a", 2), ("b", 2), ("c", 2)]


def test_what_was_asked_for_many_leaves_after_what_one_person_waits_for(mail_app):
    """An import, for one; a mailing says so itself."""
    ask_for("many-1", "many-2", many=True)
    ask_for("one")
    with transaction() as session:
        assert [message.key for message in outbox.claim(session, limit=2, now=NOW)] == ["one", "many-1"]


def test_the_default_outlet_writes_files_that_other_programs_read(mail_app, tmp_path):
    use(mail_app, f"file:{tmp_path / 'outbox'}")
    ask_for("a", language="zh-Hans")
    drain(mail_app, now=NOW)
    (path,) = Path(tmp_path / "outbox").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("a@example.org", "您已成功报名第五届论坛")


def test_a_password_never_goes_over_an_open_line_to_another_machine(server, monkeypatch):
    monkeypatch.setattr("forumapp.domain.mail.sending.LOOPBACK", ())  # so that this machine counts as another
    url = server.url.replace("smtp://", "smtp://user:secret@")
    with pytest.raises(NotSent, match="no encryption for the password"), outlet(url):
        pass


def test_a_line_that_opened_is_closed(server):
    with connected(server.url) as line:
        assert line.noop()[0] == 250
    with outlet(server.url) as line:
        pass
    assert line._server.sock is None
