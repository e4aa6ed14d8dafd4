"""A speaker's own page: confirm, decline, say when one is free and what one needs, and one's agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import (
    AssignmentRole,
    AssignmentStatus,
    Interpretation,
    RoleAssignment,
    SessionItem,
    SessionKind,
)
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.agenda.sessions.parts import update_role
from forumapp.domain.agenda.speaker_pages.briefing import own_parts
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability
from forumapp.domain.agenda.speakers.services import end_links, ensure_speaker, update_speaker
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.people.models import Person
from forumapp.web.public.speaker_page.agenda import detail_lines
from tests.access.world import fingerprint
from tests.briefed import LIU, content
from tests.web.conftest import BY, publish, span
from tests.web.forms import send

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum


@pytest.fixture
def own(app: Flask, forum: Forum) -> str:
    """Liu's page, who is invited to speak."""
    with transaction() as db:
        liu = db.scalars(select(Person).filter_by(latin_family="Liu")).one()
        row = ensure_speaker(db, forum.edition_id, liu.id, **BY)
        asked = db.scalars(select(RoleAssignment).filter_by(person_id=liu.id)).one()
        invited = {"status": AssignmentStatus.INVITED}
        update_role(db, forum.edition_id, asked.id, invited, version=asked.version, **BY)
        values = [row.id, row.link_number]
    return f"/s/{app.extensions['forumapp.links'].sign('speaker', values, ends=link_ends(clock.now().date()))}"


def part(session: DbSession) -> RoleAssignment:
    session.expire_all()
    return session.scalars(select(RoleAssignment).filter_by(role="speaker")).one()


@pytest.mark.parametrize("end", ["", "/needs", "/free", "/agenda", "/agenda.ics"])
def test_looking_changes_nothing_and_is_kept_by_nobody(
    client: FlaskClient, session: DbSession, own: str, end: str
) -> None:
    before = fingerprint()
    answer = client.get(f"{own}{end}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert fingerprint() == before


def test_a_part_is_confirmed_and_declined_as_it_was_seen(client: FlaskClient, session: DbSession, own: str) -> None:
    row = part(session)
    seen, to = {"status": "confirmed", "version": row.version}, f"{own}/parts/{row.id}"
    assert "You have confirmed" in send(client, own, seen, to=to, follow_redirects=True).text
    assert part(session).status is AssignmentStatus.CONFIRMED
    stale = send(client, own, {**seen, "status": "declined"}, to=to, follow_redirects=True)
    assert ("has changed this since" in stale.text, part(session).status) == (True, AssignmentStatus.CONFIRMED)
    send(client, own, {"status": "declined", "version": part(session).version}, to=to)
    assert part(session).status is AssignmentStatus.DECLINED
    assert send(client, own, {"status": "invited", "version": 1}, to=to).status_code == 404


def test_a_part_in_an_item_is_asked_for_at_the_time_of_the_item(client: FlaskClient, own: str) -> None:
    """After a film of ten minutes that is interpreted after each passage."""
    with transaction() as db:
        film = db.scalars(select(SessionItem).order_by(SessionItem.position)).first()
        assert film is not None
        film.mode = Interpretation.CONSECUTIVE
    page = client.get(own).text
    assert "09:20</time>–09:30" in page
    assert "09:00" not in page


def test_one_says_until_half_past_midnight_when_one_is_free(client: FlaskClient, session: DbSession, own: str) -> None:
    late = {"starts": "2023-05-22T18:00", "ends": "2023-05-23T00:30", "zone": "America/Los_Angeles"}
    assert send(client, f"{own}/free", late).status_code == 303
    assert send(client, f"{own}/free", {**late, "ends": "2023-05-22T17:00"}).status_code == 422
    window = session.scalars(select(SpeakerAvailability)).one()
    assert (window.end_utc - window.start_utc).total_seconds() == 6.5 * 3600
    gone = send(client, f"{own}/free", {"version": window.version}, to=f"{own}/free/{window.id}/remove")
    assert (gone.status_code, session.scalars(select(SpeakerAvailability.id)).all()) == (303, [])


def test_needs_are_told_and_what_is_wrong_is_said(client: FlaskClient, session: DbSession, own: str) -> None:
    version = session.scalars(select(Speaker.version)).one()
    said = {"language": "zh-Hans", "speaks": "zh-Hans", "home_zone": "Asia/Shanghai", "av_needs": "Video", "arrival": "",
            "notes": "", "version": version}  # fmt: skip
    assert send(client, f"{own}/needs", {**said, "home_zone": "Mars"}).status_code == 422
    page = send(client, f"{own}/needs", said, follow_redirects=True)
    assert ("It is noted" in page.text, "Video" in page.text) == (True, True)
    row = session.scalars(select(Speaker)).one()
    assert (row.language, row.home_zone, row.answered_at is not None) == ("zh-Hans", "Asia/Shanghai", True)


def test_the_agenda_is_the_published_one_in_both_zones_and_read_back_by_another_library(
    client: FlaskClient, session: DbSession, own: str
) -> None:
    with transaction() as db:
        row = db.scalars(select(Speaker)).one()
        said = {"home_zone": "Asia/Shanghai", "contact": "Ms. Wang"}
        update_speaker(db, row.edition_id, row.person_id, said, version=row.version, **BY)
    page = client.get(f"{own}/agenda").text
    for words in ("version 1", "09:10", "Tue 23 May 2023 00:10", "Ballroom", "Mary", "Welcome"):
        assert words in page, words
    (event,) = Calendar.from_ical(client.get(f"{own}/agenda.ics").data).walk("VEVENT")
    assert event["DTSTART"].dt.isoformat() == "2023-05-22T09:10:00-07:00"
    assert "Welcome" in event["SUMMARY"]
    assert "Ms. Wang" in event["DESCRIPTION"]


def test_an_event_keeps_its_id_when_an_earlier_part_is_added(client: FlaskClient, session: DbSession, own: str) -> None:
    """Or calendars that were filled before would hold it twice."""

    def events() -> dict[str, str]:
        found = Calendar.from_ical(client.get(f"{own}/agenda.ics").data).walk("VEVENT")
        return {str(one["SUMMARY"]): str(one["UID"]) for one in found}

    (before,) = events().items()
    with transaction() as db:
        row = db.scalars(select(Speaker)).one()
        early = {"code": "early", "title": {"en": "Early"}, "kind": SessionKind.PANEL, "in_all_rooms": True}
        meeting = agenda.create_session(db, row.edition_id, early, span((8, 0), (8, 30)), **BY)
        for role in (AssignmentRole.CHAIR, AssignmentRole.SPEAKER):
            agenda.assign_role(db, meeting, row.person_id, role, status="confirmed", **BY)
        publish(db, row.edition_id)
    after = events()
    assert (len(after), len(set(after.values())), before in after.items()) == (3, 3, True)
    assert client.get(f"{own}/agenda").text.count("All rooms") == 2
    assert client.get(f"{own}/agenda.ics").text.count("LOCATION:All rooms") == 2


def test_a_calendar_tells_what_the_page_tells(app: Flask) -> None:
    row = Speaker(home_zone="Asia/Shanghai", contact="Ms. Wang", av_needs="Video")
    speech, panel = own_parts(content(), LIU)[:2]
    with app.test_request_context("/"):
        assert detail_lines(speech, row) == [
            ("Session", "Opening 09:00–10:30"),
            ("At home", "Sun 1 Nov 2026 00:10 China Standard Time (UTC+8)"),
            ("Room", "Grand Ballroom"),
            ("Your role", "Keynote speaker"),
            (
                "Your time",
                "20 minutes, 10 minutes of it for your own words, since they are interpreted passage by passage",
            ),
            ("With you", "Elizabeth Moore, Director, Council; Chen Xiaoming, Vice Governor, Jiangsu"),
            ("Languages", "English, Chinese"),
            ("Interpretation", "Consecutive interpretation"),
            ("Your contact on site", "Ms. Wang"),
            ("Technical needs", "Video"),
        ]
        lines = dict(detail_lines(panel, row))
    assert lines["A/V needs"] == "Two screens"
    assert lines["Moderated by"] == "Elizabeth Moore, Director, Council"
    assert lines["Interpretation"] == "Simultaneous interpretation; Channel 1: English; Channel 2: Chinese"


def test_there_is_no_paper_for_who_has_no_part_in_what_is_published(client: FlaskClient, own: str) -> None:
    assert client.get(f"{own}/agenda.pdf").status_code == 200
    with transaction() as db:
        row = db.scalars(select(Speaker)).one()
        theirs = db.scalars(select(RoleAssignment).filter_by(person_id=row.person_id)).one()
        agenda.remove_role(db, row.edition_id, theirs.id, version=theirs.version, **BY)
        publish(db, row.edition_id)
    assert "You have no part" in client.get(f"{own}/agenda").text
    assert client.get(f"{own}/agenda.pdf").status_code == 404


def test_a_link_that_was_ended_is_gone(client: FlaskClient, own: str) -> None:
    with transaction() as db:
        row = db.scalars(select(Speaker)).one()
        end_links(db, row.edition_id, row.person_id, version=row.version, **BY)
    assert {client.get(f"{own}{end}").status_code for end in ("", "/needs", "/free", "/agenda", "/agenda.ics")} == {410}
