"""Choosing sessions on the own page."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.columns import span_columns
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session, SessionStatus
from forumapp.domain.agenda.sessions.services import update_session
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.mail.outbox import Due
from forumapp.worker.attachments import attached_to
from tests.web.conftest import BY, publish
from tests.web.forms import send
from tests.web.own_page.test_registration import own_page, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.web.conftest import Forum


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    """The page of someone who may choose the opening and the tea, one place each."""
    sign_up(client)
    with transaction() as db:
        db.get_one(Edition, forum.edition_id).changes_until = clock.now().date() + timedelta(days=2)
        db.execute(update(Session).values(places=1))
    return own_page(app, session)


def choose(client: FlaskClient, own: str, *ids: int, seen: tuple[int, ...] = ()) -> TestResponse:
    page = f"{own}/sessions"
    values: dict[str, Any] = {"session": list(ids), "seen": list(seen)}
    return send(client, page, values, to=page, follow_redirects=True)


def test_what_is_chosen_stands_on_the_ticket_in_the_calendars_and_in_ones_data(
    app: Flask, client: FlaskClient, own: str, session: DbSession
) -> None:
    opening, tea = session.scalars(select(Session.id).order_by(Session.start_utc))

    offered = client.get(f"{own}/sessions").text
    answer = choose(client, own, opening, tea)
    events = Calendar.from_ical(client.get(f"{own}/calendar.ics").data).events
    with transaction() as db:
        letters = db.scalars(select(Message).where(Message.template == "registration-confirmed")).one()
        due = Due(**{one.name: getattr(letters, one.name, None) for one in fields(Due)})
    with app.app_context():
        papers = [one.content for one in attached_to(due, "http://127.0.0.1:8000", now=clock.now())]

    assert offered.count("1 spot left") == 2
    assert ("Your sessions are saved." in answer.text, "Mon 22 May 2023 09:00" in answer.text) == (True, True)
    assert [str(one["uid"]) for one in events] == [
        "forum-2023@127.0.0.1",
        "opening@forum-2023.127.0.0.1",
        "tea@forum-2023.127.0.0.1",
    ]
    assert events[1]["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert [(one["uid"], one["dtstart"]) for one in Calendar.from_ical(papers[1]).events] == [
        (one["uid"], one["dtstart"]) for one in events
    ]
    for paper in (client.get(f"{own}/ticket.pdf").data, papers[0]):
        told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True).stdout
        assert ("您选择的环节" in told.decode(), "09:00–10:00" in told.decode(), "Tea" in told.decode()) == (True,) * 3
    assert [one["title"]["en"] for one in client.get(f"{own}/data.json").json["sessions"]] == ["Opening", "Tea"]


def test_what_is_tentative_or_cancelled_by_now_is_marked_on_page_and_ticket(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    opening, tea = session.scalars(select(Session.id).order_by(Session.start_utc))
    choose(client, own, opening, tea)
    with transaction() as db:
        for one, status in ((opening, SessionStatus.TENTATIVE), (tea, SessionStatus.CANCELLED)):
            row = db.get_one(Session, one)
            update_session(db, row.edition_id, one, {"status": status}, version=row.version, **BY)
        publish(db, forum.edition_id)

    def marked(text: str) -> list[str]:
        return re.findall("Tentative|Cancelled|暂定|已取消", text)

    assert marked(client.get(own).text) == marked(client.get(f"{own}/sessions").text) == ["Tentative", "Cancelled"]
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=client.get(f"{own}/ticket.pdf").data, capture_output=True, check=True
    ).stdout.decode()
    assert marked(told) == ["Tentative", "暂定", "Cancelled", "已取消"]


@pytest.mark.both_databases
def test_full_and_at_the_same_time_are_told_with_the_names(client: FlaskClient, own: str, session: DbSession) -> None:
    opening, tea = session.scalars(select(Session).order_by(Session.start_utc))
    with transaction() as db:
        db.execute(update(Session).where(Session.id == tea.id).values(signed_up=1))

    full, page = choose(client, own, tea.id), client.get(f"{own}/sessions").text
    with transaction() as db:
        db.execute(update(Session).values(signed_up=0, **span_columns(opening.span)))
    clash, strange = choose(client, own, opening.id, tea.id), choose(client, own, 999)

    assert (full.status_code, "All places in “Tea” are taken" in full.text) == (422, True)
    assert page.count("disabled") == 1
    assert (clash.status_code, "“Opening” and “Tea” are at the same time." in clash.text) == (422, True)
    assert (strange.status_code, "cannot be chosen any more" in strange.text) == (422, True)
    assert session.scalars(select(Session.signed_up)).all() == [0, 0]


def test_who_may_change_nothing_chooses_nothing(client: FlaskClient, own: str) -> None:
    with transaction() as db:
        db.execute(update(Edition).values(changes_until=None))

    assert client.get(f"{own}/sessions").status_code == 302
    assert f"{own}/sessions" not in client.get(own).text
