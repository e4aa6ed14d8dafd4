"""The guest confirms the email address: the page after the form, the mailed link, and asking for it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.text import masked_email
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.invitations.emails import LINK_PURPOSE, link_life
from forumapp.domain.registration.invitations.services import create_invitation
from forumapp.domain.registration.lifecycle.register import cancel
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.worker.timers.offers import pass_on
from tests.domain.registering import HOUSE
from tests.web.forms import send, token_of
from tests.web.own_page.test_registration import GIVEN, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum

UNCONFIRMED, CONFIRMED = "registration-unconfirmed", "registration-confirmed"
RESEND = "/forum-2023/registered/resend"


@pytest.fixture(autouse=True)
def confirming(forum: Forum) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(needs_email_confirmation=True))


def status(db: DbSession) -> str:
    db.expire_all()
    return db.scalars(select(Registration.status)).one().value


def mails(db: DbSession) -> list[str]:
    return list(db.scalars(select(Message.template).order_by(Message.id)))


def link(app: Flask, db: DbSession) -> str:
    """As the mail has it."""
    wanted = db.scalars(select(Message.values).where(Message.template == UNCONFIRMED)).first()["link"]
    return app.extensions["forumapp.links"].address(wanted, "", now=clock.now())


def test_addresses_are_masked() -> None:
    assert masked_email("wang@example.org") == "w***@example.org"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Check your email", "We sent a link to w***@example.org", "Your spot is held until")),
        ("zh-Hans", ("请查收邮件", "我们已将链接发送至 w***@example.org", "名额为您保留至")),
    ],
)
def test_the_guest_confirms_by_a_button_behind_the_link(
    app: Flask, client: FlaskClient, session: DbSession, language: str, words: tuple[str, ...]
) -> None:
    client.set_cookie("lang", language)
    shown = sign_up(client)
    assert all(one in shown.text for one in words), shown.text
    assert (mails(session), status(session)) == ([UNCONFIRMED], "unconfirmed")
    address = link(app, session)
    opened = client.get(address)
    assert (opened.status_code, status(session)) == (200, "unconfirmed")  # mail scanners open links
    assert opened.headers["Cache-Control"] == "private, no-store"

    own = send(client, address, {}, follow_redirects=True)

    assert own.request.path.startswith("/r/")
    assert (mails(session), status(session)) == ([UNCONFIRMED, CONFIRMED], "confirmed")
    assert client.get(address).headers["Location"].startswith("/r/")


@pytest.mark.parametrize("released", [False, True])
def test_after_the_time_the_link_explains_and_leads_to_the_form(
    app: Flask, client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch, *, released: bool
) -> None:
    sign_up(client)
    address, late = link(app, session), clock.now() + timedelta(minutes=31)
    token = token_of(client, address)
    if released:
        assert pass_on(now=late) == 1
    monkeypatch.setattr(clock, "now", lambda: late)

    shown = client.post(address, data={"csrf_token": token}, follow_redirects=True)

    assert shown.status_code == 200
    assert "released it for the next person" in shown.text
    assert 'href="/forum-2023/register"' in shown.text
    assert status(session) == ("cancelled" if released else "unconfirmed")


def test_an_invited_guest_with_another_address_is_sent_a_link(
    app: Flask, client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as db:
        kind = db.scalars(select(RegistrationType)).one()
        values = {"type_id": kind.id, "latin_family": "Wang", "email": "office@example.org"}
        row = create_invitation(db, kind.edition_id, values, actor=HOUSE, now=clock.now())
        wanted = {"page": "i", "purpose": LINK_PURPOSE, "values": [row.id, row.link_number]}
        wanted |= link_life(db.get_one(Edition, kind.edition_id))
    address = app.extensions["forumapp.links"].address(wanted, "", now=clock.now())
    accepted = send(client, address, GIVEN, follow_redirects=True)
    assert "We sent you a link. Open it and confirm your registration." in accepted.text
    assert (mails(session), status(session)) == ([UNCONFIRMED], "unconfirmed")
    late = clock.now() + timedelta(minutes=31)
    assert pass_on(now=late) == 1
    monkeypatch.setattr(clock, "now", lambda: late)
    assert "open the link of your invitation once more" in client.get(link(app, session)).text


@pytest.mark.parametrize("minutes", [1, 31])
def test_a_link_of_a_canceled_registration_says_so_and_whom_to_ask(
    app: Flask, client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    sign_up(client)
    address, later = link(app, session), clock.now() + timedelta(minutes=minutes)
    with transaction() as db:
        db.execute(update(Edition).values(contact_email="office@forum.example"))
        row = db.scalars(select(Registration)).one()
        cancel(db, row.edition_id, row.id, version=row.version, actor=HOUSE, now=clock.now())
    monkeypatch.setattr(clock, "now", lambda: later)
    shown = client.get(address).text
    assert "Your registration was canceled" in shown
    assert "mailto:office@forum.example" in shown


def test_the_link_is_sent_again_five_times_an_hour_to_one_address(
    client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(client)
    start, answers = clock.now(), []
    for number in range(6):
        moment = start + timedelta(minutes=number)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        answers.append(send(client, "/forum-2023/registered", {}, to=RESEND).status_code)
    assert answers == [303] * 5 + [429]
    assert mails(session) == [UNCONFIRMED] * 6  # the first, and five more
    assert "we have sent the link again" in client.get("/forum-2023/registered").text


def test_an_address_that_is_registered_reads_the_same_as_a_new_one(client: FlaskClient, session: DbSession) -> None:
    first = sign_up(client).text
    with transaction() as db:
        db.execute(update(Registration).values(status="confirmed", offer_ends_at=None, holds_spot=False))
    again = sign_up(client).text
    assert without_time(again) == without_time(first)
    assert send(client, "/forum-2023/registered", {}, to=RESEND).status_code == 303
    assert mails(session) == [UNCONFIRMED, "registration-known"]


def without_time(page: str) -> Any:
    return page.split("<h1>")[1].split("held until", maxsplit=1)[0]


def test_nobody_who_has_not_just_registered_has_a_link_sent(client: FlaskClient, session: DbSession) -> None:
    assert send(client, "/forum-2023/register/guest", {}, to=RESEND).status_code == 303
    assert mails(session) == []


def test_a_false_link_has_ended(client: FlaskClient) -> None:
    for token in ("x", "x.y"):
        assert client.get(f"/e/{token}").status_code == 410
