"""Bringing someone along, on the own page and on the organizer's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.web.forms import send
from tests.web.test_registration import own_page, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum

GUEST = {"latin_family": "Li", "latin_given": "Na", "native_full": "李娜", "name_order": "family-first"}


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    sign_up(client)
    with transaction() as db:
        db.get_one(Edition, forum.edition_id).changes_until = clock.now().date() + timedelta(days=2)
        db.execute(update(RegistrationType).values(plus_ones=1))
    return own_page(app, session)


def test_a_registrant_brings_someone_and_cancels_for_both(client: FlaskClient, own: str, session: DbSession) -> None:
    page = f"{own}/plus-one"
    faulty = send(client, page, {"native_full": "李娜"}, to=page)
    spelled = send(client, page, {**GUEST, "native_full": "曾丽"}, to=f"{page}/spelling")

    answer = send(
        client, page, {**GUEST, "answers.interest": "trade", "answers.diet": ["vegan"]}, to=page, follow_redirects=True
    )

    assert (faulty.status_code, 'value="李娜"' in faulty.text) == (422, True)
    assert "Zeng Li" in spelled.text
    assert "The person is registered to come with you." in answer.text
    assert "李娜" in answer.text
    assert page not in client.get(own).text  # one is all they may bring
    theirs = next(link for link in answer.text.split('"') if link.startswith("/r/") and own not in link)
    assert "You come with" in client.get(theirs).text
    assert "whoever comes with you is cancelled as well" in answer.text

    send(client, own, {}, to=f"{own}/cancel")

    session.expire_all()
    assert [one.value for one in session.scalars(select(Registration.status))] == ["cancelled", "cancelled"]
