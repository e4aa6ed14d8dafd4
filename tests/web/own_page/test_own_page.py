"""A registrant's own page: what they take along, and that looking changes nothing."""

from __future__ import annotations

import io
import json
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.lifecycle.links import end_links
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from tests.domain.registering import HOUSE, NOW, everything
from tests.web.own_page.test_registration import own_page, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum

TAKEN = ("ticket.svg", "ticket.pdf", "calendar.ics", "itinerary.ics", "data.json")


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    sign_up(client)
    return own_page(app, session)


def test_the_ticket_on_paper_says_the_name_in_both_scripts_and_holds_the_code(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    answer = client.get(f"{own}/ticket.pdf")

    text, picture = (
        subprocess.run(command, input=answer.data, capture_output=True, check=True).stdout
        for command in (["pdftotext", "-", "-"], ["pdftoppm", "-r", "150", "-png", "-"])
    )
    code = session.scalars(select(TicketCode)).one()
    told = text.decode()
    assert [words for words in ("WANG Xiaoming", "王小明", "Guest", "嘉宾", "Forum 2023") if words not in told] == []
    # Set with room between its signs, some of which are read as spaces.
    assert code.short in told.replace(" ", "")
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))] == [code.code]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ticket.pdf"'
    assert len(answer.data) < 100_000


def test_the_calendar_has_the_days_of_the_forum_under_an_id_that_stays(client: FlaskClient, own: str) -> None:
    (event,) = Calendar.from_ical(client.get(f"{own}/calendar.ics").data).events
    (same,) = Calendar.from_ical(client.get(f"{own}/calendar.ics?lang=zh-Hans").data).events

    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2023, 5, 22), date(2023, 5, 23))
    assert event["uid"] == same["uid"] == "forum-2023@127.0.0.1"
    assert (event["summary"], same["summary"]) == ("Forum 2023", "2023年论坛")


def test_ones_data_are_all_there_and_nothing_of_the_house(client: FlaskClient, own: str, session: DbSession) -> None:
    answer = client.get(f"{own}/data.json")
    told = json.loads(answer.data)

    assert (told["person"]["native_full"], told["person"]["phone"]) == ("王小明", "+8613800138000")
    assert {one["question"]["en"]: one["answer"] for one in told["answers"]}["Food"] == ["halal", "no-beef"]
    assert told["titles_at_this_forum"] == [{"title": {"en": "Buyer"}, "organization": {"zh-Hans": "湾区贸易"}}]
    assert [one["recipient"] for one in told["mails"]] == ["wang@example.org"]
    assert [one["short"] for one in told["codes"]] == [session.scalars(select(TicketCode.short)).one()]
    assert [(one["entity"], one["action"]) for one in told["what_happened"]] == [
        ("person", "created"),
        ("registration", "registered"),
    ]
    assert {"search_text", "link_number", "responsible_id"}.isdisjoint({*told["person"], *told["registration"]})
    assert "王小明" in answer.text  # to be read, and not in escapes


def test_opening_the_link_or_anything_behind_it_changes_nothing(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    def rows() -> list[list[str]]:
        return [everything(session, kind) for kind in (Registration, TicketCode)]

    with transaction() as db:
        db.execute(update(Edition).values(changes_until=clock.now().date()))
    before = rows()
    answers = [
        ask(f"{own}{one}")
        for one in ("", "/change", "/hand-over", "/itinerary", "/sessions", *(f"/{name}" for name in TAKEN))
        for ask in (client.get, client.head)
    ]

    assert {one.status_code for one in answers} == {200}
    assert {one.headers["Cache-Control"] for one in answers} == {"private, no-store"}
    assert {one.headers["Referrer-Policy"] for one in answers} == {"same-origin"}
    assert rows() == before


def test_whoever_has_no_place_has_no_ticket_and_still_their_data(client: FlaskClient, own: str) -> None:
    with transaction() as db:
        db.scalars(select(Registration)).one().status = RegistrationStatus.CANCELLED

    assert [client.get(f"{own}/{name}").status_code for name in TAKEN] == [404, 404, 404, 404, 200]


def test_links_that_are_ended_open_nothing_and_a_new_one_is_mailed(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        row = db.scalars(select(Registration)).one()
        end_links(db, forum.edition_id, row.id, version=row.version, actor=HOUSE, now=NOW)

    letter = session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert [
        client.get(f"{own}{part}").status_code
        for part in ("", "/ticket.pdf", "/itinerary", "/itinerary.ics", "/data.json")
    ] == [410] * 5
    assert letter.values["link"]["values"] == [row.id, 2]
