"""Handing one's place on, on the own page and by an organizer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.web.forms import send
from tests.web.own_page.test_registration import own_page, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.web.conftest import Forum

OTHER = {
    "latin_family": "Li",
    "latin_given": "Na",
    "native_full": "李娜",
    "name_order": "family-first",
    "email": "Li@Example.org",
    "language": "zh-Hans",
    "organization.zh-Hans": "湾区贸易",
}


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    sign_up(client)
    with transaction() as db:
        db.get_one(Edition, forum.edition_id).changes_until = clock.now().date() + timedelta(days=2)
    return own_page(app, session)


def hand_over(client: FlaskClient, own: str, **changes: Any) -> TestResponse:
    page = f"{own}/hand-over"
    return send(client, page, {**OTHER, **changes}, to=page, follow_redirects=True)


def test_the_place_is_handed_on_and_both_pages_say_so(
    app: Flask, client: FlaskClient, own: str, session: DbSession
) -> None:
    answer = hand_over(client, own)
    theirs = client.get(own_page(app, session))

    assert "The place has passed to another registration." in answer.text
    assert "李娜" not in answer.text
    assert client.get(f"{own}/ticket.svg").status_code == 404
    assert ("LI Na" in theirs.text, "You have a place." in theirs.text) == (True, True)
    assert "Something the organizer asks is not answered yet." in theirs.text
    mails = session.execute(select(Message.template, Message.recipient, Message.language).order_by(Message.id)).all()
    assert mails[1:] == [
        ("registration-replaced", "wang@example.org", "en"),
        ("registration-substitute", "li@example.org", "zh-Hans"),
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"latin_family": "", "latin_given": ""}, "Please fill this in."),
        (
            {"latin_family": "Wang", "latin_given": "Xiaoming", "native_full": "王小明", "email": "wang@example.org"},
            "registered already",
        ),
    ],
)
def test_a_fault_is_told_at_its_field(
    client: FlaskClient, own: str, session: DbSession, changes: dict[str, str], words: str
) -> None:
    answer = hand_over(client, own, **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="湾区贸易"' in answer.text
    assert session.scalars(select(Registration.version)).one() == 1


def test_a_place_of_ones_own_offers_no_handing_on(client: FlaskClient, own: str, session: DbSession) -> None:
    answer = client.get(own).text
    with transaction() as db:
        db.execute(update(RegistrationType).values(is_transferable=False))

    assert f"{own}/hand-over" in answer
    assert f"{own}/hand-over" not in client.get(own).text
    assert client.get(f"{own}/hand-over").status_code == 302
    assert client.post(f"{own}/hand-over", data=OTHER).status_code in (303, 400)
    assert session.scalars(select(Person).where(Person.native_full == "李娜")).all() == []


def test_a_spelling_is_proposed_and_saves_nothing(client: FlaskClient, own: str, session: DbSession) -> None:
    asked = send(client, f"{own}/hand-over", {**OTHER, "native_full": "曾丽"}, to=f"{own}/hand-over/spelling")

    assert "Zeng Li" in asked.text
    assert session.scalars(select(Registration)).one().version == 1
