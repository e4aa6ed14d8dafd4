"""Inviting people from the organizer's pages, and answering by the link."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.models import Invitation, Registration, RegistrationType
from forumapp.domain.registration.rules import InvitationState
from tests.web.organizer.house import HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LINK = re.compile(r"https?://[^/\s]+(/i/[\w.-]+)")
ANSWER = {
    "latin_family": "Liu",
    "latin_given": "Chun",
    "name_order": "family-first",
    "native_full": "刘春",
    "email": "liu@guests.example",
    "consent": "yes",
}


@pytest.fixture
def open_forum(house: House) -> House:
    with transaction() as session:
        session.execute(update(Edition).where(Edition.id == house.edition_id).values(status="open"))
        kind = RegistrationType.id == house.type_id
        session.execute(update(RegistrationType).where(kind).values(is_open=False, by_invitation=True, questions=[]))
    return house


def number_of(kind: Any) -> int:
    return db.session.execute(select(func.count()).select_from(kind)).scalar_one()


def invited(house: House, browser: Browser, **values: str) -> tuple[str, str]:
    """The organizer's page of a new invitation, and its link."""
    said = {"type_id": house.type_id, "latin_family": "Liu", "native_full": "刘春", "language": "zh-Hans", **values}
    page = browser.send(f"{HOME}/invitations/new", said).location
    found = LINK.search(html.unescape(browser.get(page).text))
    assert found
    return page, found[1]


def test_a_link_is_looked_at_by_anyone_and_answered_once(open_forum: House, owner: Browser) -> None:
    page, link = invited(open_forum, owner, greeting="Very welcome")
    guest, before = open_forum.browser(), number_of(Registration)

    for _scanner in range(3):
        shown, head = guest.get(link), guest.head(link)
    assert (shown.status_code, head.status_code, number_of(Registration)) == (200, 200, before)
    assert 'value="刘春"' in shown.text
    assert "Very welcome" in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    faulty = guest.send(link, {**ANSWER, "latin_family": "", "latin_given": ""})
    assert (faulty.status_code, "/i/" in faulty.text, number_of(Registration)) == (422, True, before)

    assert guest.send(link, ANSWER).status_code == 303
    assert "You are registered" in guest.get(link).text
    assert "You have accepted the invitation" in open_forum.browser().get(link).text
    again = guest.send("/organizer/sign-in", ANSWER, to=link)

    assert (again.status_code, number_of(Registration)) == (200, before + 1)
    assert "Has accepted" in owner.get(page).text


def test_one_that_is_revoked_opens_no_form_until_that_is_undone(open_forum: House, owner: Browser) -> None:
    page, link = invited(open_forum, owner)
    guest = open_forum.browser()

    told = owner.send(page, {"version": "1", "seen": "{}"}, to=f"{page}/revoke")
    assert "Undo" in owner.get(told.location).text
    assert "This invitation is no longer valid" in guest.get(link).text
    owner.send(page, to=f"{page}/restore")

    assert "Accept and register" in guest.get(link).text
    guest.send(link, to=f"{link}/decline")
    assert "You have declined the invitation" in guest.get(link).text


def test_many_are_pasted_and_faults_are_told_by_row(open_forum: House, owner: Browser) -> None:
    page = f"{HOME}/invitations/several/new"
    said = {"type_id": open_forum.type_id, "language": "en"}

    bad = owner.send(page, {**said, "people": "Lee\tAnn\ta@x.example\nLee\tBo\tnothing like it"})
    assert (bad.status_code, number_of(Invitation)) == (422, 0)
    assert "Row 2" in bad.text
    for _twice in range(2):
        owner.send(page, {**said, "people": "Lee\tAnn\ta@x.example\nLee\tBo\tb@x.example"})
    assert number_of(Invitation) == 2
    assert "Mail 2 invitations" in owner.get(f"{HOME}/invitations").text
    owner.send(f"{HOME}/invitations", to=f"{HOME}/invitations/send")
    listed = owner.get(f"{HOME}/invitations?search=ann&state=sent").text

    assert ("a@x.example" in listed, "b@x.example" in listed) == (True, False)


def test_the_public_reads_that_a_type_is_by_invitation(open_forum: House) -> None:
    guest = open_forum.browser()

    assert "Registration is by invitation" in guest.get("/forum/register").text
    assert guest.get("/forum/register/guest").status_code == 409


def test_the_page_and_the_overview_count_the_same_people_with_the_status_invited(house: House, owner: Browser) -> None:
    assert "Nobody has been invited yet" in owner.get(f"{HOME}/invitations").text
    for number in range(2):
        add_registration(house, f"Guest{number}", email=f"guest{number}@guests.example", status="invited")

    overview, page = owner.get(f"{HOME}/").text, owner.get(f"{HOME}/invitations").text

    assert "2 registered people are invited and have not replied yet." in overview
    assert "2 registered people have the status “Invited” and have not replied yet." in page
    assert "Nobody has been invited yet" not in page
    assert f"{HOME}/registrations?status=invited" in page


def test_the_overview_and_the_page_show_the_same_number_of_unanswered_invitations(house: House, owner: Browser) -> None:
    """The overview's sentence leads to the page with its filter set; the rows there are the invitations it counts."""
    now = clock.now()
    with transaction() as session:
        today = today_at(session.get_one(Edition, house.edition_id), now)
        answered = {"answered_at": now}
        for name, state, values in (
            ("Never sent", InvitationState.MADE, {}),
            ("Never sent, too late", InvitationState.MADE, {"answer_by": today - timedelta(days=1)}),
            ("Sent without a last day", InvitationState.SENT, {}),
            ("Sent without an address", InvitationState.SENT, {"email": None}),
            ("Last day is today", InvitationState.SENT, {"answer_by": today}),
            ("Sent days ago", InvitationState.SENT, {"sent_at": now - timedelta(days=3)}),
            ("Last day is over", InvitationState.SENT, {"answer_by": today - timedelta(days=1)}),
            ("Accepted", InvitationState.ACCEPTED, answered),
            ("Declined", InvitationState.DECLINED, answered),
            ("Revoked", InvitationState.REVOKED, {}),
        ):
            sent_at = None if state == InvitationState.MADE else now
            columns = {"email": "guest@guests.example", "sent_at": sent_at, **values}
            session.add(
                Invitation(
                    edition_id=house.edition_id, type_id=house.type_id, latin_family=name, state=state, **columns
                )
            )

    overview = owner.get(f"{HOME}/").text
    sentence = re.search(r"(\d+) invitations were sent and are not answered yet", overview)
    assert sentence
    link = re.search(rf'href="({HOME}/invitations\?[^"]*state=sent[^"]*)"', overview)
    assert link
    rows = owner.get(html.unescape(link[1])).text
    listed = re.findall(r"/invitations/\d+\"><bdi>([^<]+)</bdi>", rows)

    assert sorted(listed) == [
        "Last day is today",
        "Sent days ago",
        "Sent without a last day",
        "Sent without an address",
    ]
    assert int(sentence[1]) == len(listed)
    page = owner.get(f"{HOME}/invitations").text
    assert "1 invitation was sent more than twelve hours ago and is not answered." in page
    assert "Nobody has been invited yet" not in page
