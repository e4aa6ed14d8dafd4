"""The published agenda and the speakers, as pages, JSON and calendar."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.content.diff import changed_sessions
from forumapp.domain.agenda.formats.reader import read
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.publishing.draft import working_agenda
from forumapp.domain.agenda.queries import (
    latest_version,
    published_agenda,
    roles_of,
    sessions_page,
    with_people_of_now,
)
from forumapp.domain.agenda.sessions.services import assign_role, remove_role, update_session
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.images.checking import check_picture
from forumapp.domain.people.duplicates.merging import merge
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.people.records.services import create_person, update_person
from forumapp.web.public.agenda import page_cache
from tests.domain.registering import make_edition
from tests.pictures import photo
from tests.web.conftest import BY, Forum, person, publish, set_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

AGENDA = "/forum-2023/agenda"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["Pacific Daylight Time (UTC−7)", "Mon 22 May 2023", "Ballroom", "Simultaneous interpretation", "LIU Chun"],
        ),
        ("zh-Hans", ["北美太平洋夏令时间（UTC−7）", "2023年5月22日 周一", "大宴会厅", "同声传译", "刘春"]),
    ],
)
def test_the_agenda_shows_times_rooms_and_people_as_the_language_writes_them(
    client: FlaskClient, forum: Forum, language: str, expected: list[str]
) -> None:
    page = client.get(AGENDA, query_string={"lang": language}).text

    assert [text for text in expected if text not in page] == []


def test_titles_stand_in_both_languages_marked_as_such(client: FlaskClient, forum: Forum) -> None:
    page = client.get(f"{AGENDA}?lang=en").text

    assert 'Opening <span class="title-other"><span lang="zh-Hans">开幕式</span></span>' in page


def test_the_time_of_an_item_follows_from_those_before_it(client: FlaskClient, forum: Forum) -> None:
    page = client.get(AGENDA).text

    assert page.index('datetime="2023-05-22T09:10:00-07:00">09:10') < page.index("Welcome") < page.index("LIU Chun")


def test_an_agenda_that_was_not_published_is_told_so(client: FlaskClient, app: Flask) -> None:
    with transaction() as db:
        set_up(db)

    assert "The agenda has not been published yet" in client.get(AGENDA).text
    assert client.get(f"{AGENDA}.json").status_code == 404
    assert client.get(f"{AGENDA}.ics").status_code == 404


@pytest.mark.parametrize(
    "address", ["/draft", "/draft/agenda", "/draft/speakers", "/draft/register", "/nothing/agenda"]
)
def test_the_public_sees_no_draft(client: FlaskClient, app: Flask, address: str) -> None:
    with transaction() as db:
        make_edition(db, "draft", EditionStatus.DRAFT)

    assert client.get(address).status_code == 404


def test_a_page_that_stands_is_made_once_and_answered_304(
    client: FlaskClient, forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(AGENDA)
    monkeypatch.setattr(page_cache, "pack", lambda *_: pytest.fail("made again"))

    again = client.get(AGENDA, headers={"If-None-Match": first.headers["ETag"]})
    packed = client.get(AGENDA, headers={"Accept-Encoding": "gzip"})

    assert (again.status_code, again.data) == (304, b"")
    assert gzip.decompress(packed.data) == first.data


def test_each_language_has_its_own_page(client: FlaskClient, forum: Forum) -> None:
    english = client.get(f"{AGENDA}?lang=en")
    chinese = client.get(f"{AGENDA}?lang=zh-Hans", headers={"If-None-Match": english.headers["ETag"]})

    assert chinese.status_code == 200
    assert '<html lang="zh-Hans">' in chinese.text


def test_a_new_version_is_seen_at_once(client: FlaskClient, forum: Forum) -> None:
    before = client.get(AGENDA)
    with transaction() as db:
        publish(db, forum.edition_id)

    after = client.get(AGENDA, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert "Version 2, published" in after.text


def test_json_holds_what_was_published(client: FlaskClient, forum: Forum) -> None:
    answer = client.get(f"{AGENDA}.json")
    body = json.loads(answer.text)

    assert answer.mimetype == "application/json"
    assert (body["edition"], body["zone"], body["version"]) == ("forum-2023", "America/Los_Angeles", 1)
    assert [session["code"] for session in body["sessions"]] == ["opening", "tea"]


def test_json_names_nobody_who_is_not_announced(client: FlaskClient, forum: Forum) -> None:
    with transaction() as db:
        session = sessions_page(db, forum.edition_id).items[0]
        helper = person(db, latin_family="Helper", latin_given="Hal")
        assign_role(db, session, helper, AssignmentRole.INTERPRETER, status="confirmed", **BY)
        publish(db, forum.edition_id)

    body = json.loads(client.get(f"{AGENDA}.json").text)

    assert (body["version"], sorted(one["latin_family"] for one in body["people"].values())) == (2, ["Liu", "Smith"])


def test_nothing_of_what_is_said_behind_closed_doors_is_public(client: FlaskClient, forum: Forum) -> None:
    with transaction() as db:
        session = sessions_page(db, forum.edition_id).items[0]
        closed = {"kind": SessionKind.CLOSED_DOOR, "abstract": {"en": "Surprise"}, "title": {"en": "Talks"}}
        update_session(db, forum.edition_id, session.id, closed, version=session.version, **BY)
        publish(db, forum.edition_id)
    for path in ("", "/sessions/opening", ".json", ".xml", ".ics", "/changes?version=2"):
        said = client.get(f"{AGENDA}{path}").text
        assert "Talks" in said, path
        assert [word for word in ("Film", "Welcome", "致辞", "Chun", "Surprise") if word in said] == [], path
    for words, found in (("Talks", ["opening"]), ("Welcome", []), ("Surprise", [])):
        page = html.fromstring(client.get(f"{AGENDA}?q={words}").text)
        assert page.xpath("//article[contains(@class, 'session')]/@id") == found


def test_the_calendar_has_every_session_with_its_zone(client: FlaskClient, forum: Forum) -> None:
    answer = client.get(f"{AGENDA}.ics?lang=zh-Hans")
    calendar = Calendar.from_ical(answer.data)
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    opening = events["opening@forum-2023.127.0.0.1"]

    assert answer.mimetype == "text/calendar"
    assert len(events) == 2
    assert str(opening["summary"]) == "开幕式"
    assert opening["dtstart"].dt.isoformat() == "2023-05-22T09:00:00-07:00"
    assert opening["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Los_Angeles"]


def test_speakers_stand_with_their_sessions(client: FlaskClient, forum: Forum) -> None:
    page = client.get("/forum-2023/speakers").text

    assert page.index("LIU Chun") < page.index("Mary Smith")  # no list of protocol: as the agenda comes to them
    assert 'href="/forum-2023/agenda/sessions/opening"' in page


def test_the_first_page_leads_to_registration_while_it_is_open(client: FlaskClient, forum: Forum) -> None:
    page = client.get("/forum-2023").text

    assert "2023年论坛" in page
    assert 'class="btn btn-primary" href="/forum-2023/register"' in page
    assert 'href="/forum-2023"' in client.get("/").text


def test_speakers_are_seen_and_follow_when_records_become_one(client: FlaskClient, forum: Forum) -> None:
    """The published text stays; what it says of a person leads to the record, and the photo, of today."""
    with transaction() as db:
        gone = db.scalars(select(Person).where(Person.native_full == "刘春")).one()
        said = {"latin_family": "Liu", "latin_given": "Chun", "native_full": "刘春", "name_order": "family-first"}
        kept = create_person(db, {**said, "photo": check_picture(photo())}, **BY)
        ids = {"version": kept.version, "gone_version": gone.version}
        merge(db, Kept.PERSON, kept.id, gone.id, **ids, **BY)
        shown, kept_id, gone_id = f"/forum-2023/images/{kept.photo_id}", kept.id, gone.id
    page = html.fromstring(client.get("/forum-2023/speakers").text)
    assert page.xpath("//*[contains(@class, 'speaker-photo')]/@src") == [shown]
    assert page.xpath("//span[@class='speaker-photo']/text()") == ["MS"]
    assert client.get(shown).status_code == 200
    with transaction() as db:
        content = published_agenda(latest_version(db, forum.edition_id))
        assert [person for person in content["speakers"] if person in (kept_id, gone_id)] == [gone_id]
        assert changed_sessions(content, working_agenda(db, forum.edition_id)) != set()
        followed = with_people_of_now(db, content)
        assert changed_sessions(followed, working_agenda(db, forum.edition_id)) == set()
        update_person(db, kept_id, {"photo": None}, version=1, **BY)
    assert shown not in client.get("/forum-2023/speakers").text


def test_a_photo_is_the_one_of_now_also_of_who_has_no_part_any_more(client: FlaskClient, forum: Forum) -> None:
    """What was published stands, whatever the agenda has become since."""
    with transaction() as db:
        mary = db.scalars(select(Person).where(Person.latin_family == "Smith")).one()
        update_person(db, mary.id, {"photo": check_picture(photo())}, version=mary.version, **BY)
        session = sessions_page(db, forum.edition_id).items[0]
        part = next(one for one in roles_of(db, [session.id])[session.id] if one.person_id == mary.id)
        remove_role(db, forum.edition_id, part.id, version=part.version, **BY)
        shown, version = f"/forum-2023/images/{mary.photo_id}", mary.version
    pages = ["/forum-2023/speakers", f"/forum-2023/speakers/{mary.id}"]
    assert [shown in client.get(page).text for page in pages] == [True, True]
    with transaction() as db:
        update_person(db, mary.id, {"photo": None}, version=version, **BY)
    assert [shown in client.get(page).text for page in pages] == [False, False]


def test_programs_on_phones_read_the_agenda_as_frab_writes_it(client: FlaskClient, forum: Forum) -> None:
    answer = client.get(f"{AGENDA}.xml?lang=zh-Hans")
    schedule, content = read({"x": answer.data}, "UTC"), client.get(f"{AGENDA}.json").json
    assert content is not None
    assert (answer.content_type, schedule.read_as) == ("application/xml", "frab-xml")
    assert [one.start.utc.isoformat() for one in schedule.sessions if one.start] == [
        one["start"]["utc"] for one in content["sessions"]
    ]
    assert [one.title for one in schedule.sessions] == [one["title"] for one in content["sessions"]]
    assert {one.native for one in schedule.speakers.values()} == {
        one["native_full"] for one in content["people"].values()
    }
    again = client.get(f"{AGENDA}.xml?lang=zh-Hans", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/nowhere/agenda.xml").status_code == 404
