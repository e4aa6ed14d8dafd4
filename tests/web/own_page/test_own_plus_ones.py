"""Bringing someone along, on the own page and on the organizer's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.web.forms import send
from tests.web.own_page.test_registration import FORM, GIVEN, own_page, sign_up

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


def test_they_are_named_on_the_first_form_without_scripts(
    client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(plus_ones=2, quota=2))
    edits = f"{FORM}/spelling"
    of = "plus_ones.{}.{}".format
    first = {**GIVEN, of(0, "latin_family"): "Li", of(0, "answers.diet"): ["vegan", "halal"]}

    more = send(client, FORM, {**first, "add": "plus_ones"}, to=edits)
    spelled = send(client, FORM, {**first, of(1, "native_full"): "曾丽", "propose": "plus_ones.1."}, to=edits)
    taken = send(client, FORM, {**first, of(1, "native_full"): "曾丽", of(1, "spelling"): "Zeng|Li"}, to=edits)
    fewer = send(client, FORM, {**first, of(1, "latin_family"): "Zeng", "drop": "plus_ones.0."}, to=edits)

    assert (more.status_code, 'id="plus_ones.1.part" open' in more.text) == (200, True)
    assert 'name="plus_ones.0.latin_family" value="Li"' in more.text
    assert all(f'name="plus_ones.0.answers.diet" value="{one}" checked' in more.text for one in ("vegan", "halal"))
    assert 'name="plus_ones.1.spelling" value="Zeng|Li"' in spelled.text
    assert 'name="plus_ones.1.latin_family" value="Zeng"' in taken.text
    assert ('name="plus_ones.0.latin_family" value="Zeng"' in fewer.text, 'id="plus_ones.1.part"' in fewer.text) == (
        True,
        False,
    )

    faulty = send(client, FORM, first)
    assert (faulty.status_code, '<a href="#f-plus_ones.0.answers.interest">Person 1: ' in faulty.text) == (422, True)
    assert session.scalars(select(Registration)).all() == []

    whole = {of(0, "answers.interest"): "trade", of(1, "name_order"): "given-first"}  # nobody is in the second part
    done = send(client, FORM, {**first, **whole}, follow_redirects=True)

    assert "Who comes with you" in done.text
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [(one.status.value, one.principal_id) for one in rows] == [("confirmed", None), ("confirmed", rows[0].id)]
    assert rows[1].answers["values"] == {"interest": "trade", "diet": ["vegan", "halal"]}
