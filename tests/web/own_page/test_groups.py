"""A secretary's group: the form with several people, and the page behind the contact's link."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from pikepdf import Pdf
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.printing import ticket_facts
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups.emails import link_of
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import MOST_IN_GROUP, RegistrationStatus
from forumapp.domain.registration.session_signup.self_service import ChosenSession
from tests.web.forms import send
from tests.web.own_page.test_registration import FORM

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum

GROUP = f"{FORM}/group"
CONTACT = {
    "contact.name": "陈静",
    "contact.email": "office@example.org",
    "contact.phone": "+86 138 0013 8000",
    "language": "zh-Hans",
    "consent": "1",
    "form_key": "k1",
}
pytestmark = pytest.mark.one_database


def people(*names: str, **more: Any) -> dict[str, Any]:
    each = {"latin_family": "{}", "name_order": "family-first", "answers.interest": "trade"}
    named = [
        (f"people.{number}.{field}", text.format(name))
        for number, name in enumerate(names)
        for field, text in each.items()
        if name or field == "name_order"  # which stands in each part from the beginning
    ]
    return {**CONTACT, **dict(named), **more}


def standing(db: DbSession) -> list[tuple[str, str]]:
    db.expire_all()
    query = select(Person.latin_family, Registration.status).join(Registration, Registration.person_id == Person.id)
    return [(name, status.value) for name, status in db.execute(query.order_by(Registration.id))]


def test_the_form_says_how_many_wait_before_and_after(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    page = client.get(GROUP).text
    more = send(client, GROUP, people("Ada", add="people", free="2"), to=f"{GROUP}/people")
    faulty = send(
        client, GROUP, people("Ada", "Bea", "", free="2") | {"people.1.answers.interest": "", "contact.name": ""}
    )

    assert "2 places are free at the moment" in page
    assert ('id="people.1.part" open' in more.text, 'value="Ada"' in more.text) == (True, True)
    assert (faulty.status_code, 'value="陈静"' in faulty.text) == (422, False)
    assert re.findall('<a href="#f-([^"]+)">', faulty.text)[:2] == ["contact.name", "people.1.answers.interest"]
    assert "people.2." not in re.sub("formaction=.*", "", faulty.text)  # of whom nothing was typed
    assert standing(session) == []

    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=1))
    fewer = send(client, GROUP, people("Ada", "Bea", free="2"))  # the form was opened while there were two
    assert (fewer.status_code, "Fewer places are free" in fewer.text, 'name="free" value="1"' in fewer.text) == (
        409,
        True,
        True,
    )
    assert 'name="people.1.latin_family" value="Bea"' in fewer.text
    done = [send(client, GROUP, people("Ada", "Bea", free="1"), follow_redirects=True) for _ in range(2)]

    assert standing(session) == [("Ada", "confirmed"), ("Bea", "waitlisted")]  # once
    assert all("We have your group" in one.text and "On the waitlist" in one.text for one in done)
    assert session.scalars(select(Message.template)).all() == ["registration-group"]


def test_a_full_group_from_a_fresh_network_is_registered(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=500))
    names = [f"Ada{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(MOST_IN_GROUP)]
    office = {"REMOTE_ADDR": "203.0.113.7"}
    assert send(client, GROUP, people(*names, free="30"), environ_base=office).status_code == 303
    assert standing(session) == [(name, "confirmed") for name in names]

    faulty = people(*names) | {"contact.name": ""}
    answers = [send(client, GROUP, faulty, environ_base=office) for _ in range(2)]
    assert [one.status_code for one in answers] == [422, 429]  # each person counts
    assert "Wait a minute, then send it again" in answers[1].text


def test_what_a_large_group_is_told_has_room_in_a_cookie(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=500))
    rng = Random(7)
    han = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(150)) for _ in range(MOST_IN_GROUP)]
    names = [f"Ada{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(MOST_IN_GROUP)]
    native = {f"people.{number}.native_full": name for number, name in enumerate(han)}
    client.get(f"{GROUP}?lang=zh-Hans")
    answer = send(client, GROUP, people(*names, free="30") | native)
    assert answer.status_code == 303
    assert max(len(cookie) for cookie in answer.headers.getlist("Set-Cookie")) < 4_000
    page = client.get(answer.location).text
    assert (page.count("people-placed"), page.count("<li><span translate")) == (1, MOST_IN_GROUP)


def test_going_back_and_naming_somebody_else_registers_them(
    client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=500))
    assert 'name="free" value="30"' in client.get(GROUP).text  # as many as can be named at once, of 500

    send(client, GROUP, people("Ada", "Bea", free="30"))
    done = send(client, GROUP, people("Ada", "Dora", free="30"), follow_redirects=True)

    assert standing(session) == [("Ada", "confirmed"), ("Bea", "confirmed"), ("Dora", "confirmed")]
    assert "Dora" in done.text


def test_tickets_of_a_group_name_the_sessions_that_were_chosen(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    tea = ChosenSession("tea", {"en": "Tea"}, {}, at, at + timedelta(hours=1), False, 1, at)
    monkeypatch.setattr(ticket_facts, "chosen_sessions", lambda *_of: [tea])
    send(client, GROUP, people("Ada"))

    paper = client.get(f"{group_page(app, session)}/tickets.pdf").data

    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True).stdout
    assert "Tea" in told.decode()


def group_page(app: Flask, session: DbSession) -> str:
    row = session.scalars(select(RegistrationGroup)).one()
    edition = session.get_one(Edition, row.edition_id)
    address: str = app.extensions["forumapp.links"].address(link_of(row, edition), "", now=clock.now())
    return address


def test_the_contact_looks_after_them(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(quota=3))
    send(client, GROUP, people("Ada", "Bea", "Cleo", free="3") | {"people.2.email": "cleo@example.org"})
    page = group_page(app, session)

    shown = client.get(page)
    assert (">Ada<" in shown.text, "Cleo" in shown.text, "has an address of their own" in shown.text) == (
        True,
        False,
        True,
    )
    theirs = next(link for link in shown.text.split('"') if "/r/" in link)
    assert client.get(theirs[theirs.index("/r/") :]).status_code == 200
    tickets = client.get(f"{page}/tickets.pdf")
    assert len(Pdf.open(io.BytesIO(tickets.data)).pages) == 2
    handed = client.get(f"{page}/messages").text
    assert (handed.count("/r/"), handed.count("data:image/svg+xml")) == (2 * 2 + 2 * 2, 2)  # in both languages

    held = client.get(f"{page}/data.json")
    assert "Cleo" not in held.text
    assert "attachment" in held.headers["Content-Disposition"]
    assert [one["name"]["en"] for one in held.json["people_in_your_care"]] == ["Ada", "Bea"]
    assert [held.json["contact"]["email"], *{one["recipient"] for one in held.json["mails"]}] == [
        "office@example.org"
    ] * 2

    faulty = send(client, f"{page}/person", {"people.0.latin_family": "Dora"})
    spelled = send(client, f"{page}/person", {"people.0.native_full": "曾丽", "propose": "people.0."})
    added = send(client, f"{page}/person", {"people.0.latin_family": "Dora", "people.0.answers.interest": "trade"})
    assert (faulty.status_code, "Zeng" in spelled.text, added.status_code) == (422, True, 303)
    assert standing(session)[-1] == ("Dora", "waitlisted")
    first, _second, apart = session.scalars(select(Registration.id).order_by(Registration.id)).all()[:3]
    assert send(client, page, {"registration": apart}, to=f"{page}/cancel").status_code == 404
    send(client, page, {"registration": first}, to=f"{page}/cancel")
    assert session.get_one(Registration, first, populate_existing=True).status == RegistrationStatus.CANCELLED
    assert standing(session)[-1] == ("Dora", "confirmed")
