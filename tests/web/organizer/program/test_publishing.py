"""Publishing the agenda: what has changed, version by version, for organizers and for everyone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.findings import detection
from forumapp.domain.agenda.models import AgendaVersion, Session, SessionStatus
from forumapp.domain.agenda.sessions.services import create_session, publish, update_session
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.people.models import Person
from forumapp.domain.publishing.models import AgendaPlan, PlanStatus, Telling
from forumapp.domain.publishing.planning import carry_out
from forumapp.domain.publishing.queries import working_compared
from tests.web.organizer.house import BY, HOME, TOKEN, browser_as, queries, row, rows, seen_on, wall

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.organizer.house import Browser, House

AGENDA = f"{HOME}/agenda"
VERSIONS = f"{AGENDA}/versions"
MOVED = "Moved from Mon 22 May 09:00–10:00 to Mon 22 May 16:00–17:00."


def changed(house: House, number: int, span: Span | None = None, **values: Any) -> None:
    session_id = house.session_ids[number]
    with transaction() as db:
        version = db.get_one(Session, session_id).version
        update_session(db, house.edition_id, session_id, values, span, version=version, **BY)


def published(house: House) -> None:
    with transaction() as db:
        publish(db, house.edition_id, label="", note={}, reason="x", **BY)


@pytest.fixture
def versions(house: House) -> House:
    """The first version, a second one with a session moved and another cancelled, and a draft with a new title."""
    published(house)
    changed(house, 0, Span(wall(16), wall(17)))
    changed(house, 1, status=SessionStatus.CANCELLED)
    published(house)
    changed(house, 0, title={"en": "Open trade", "zh-Hans": "开放贸易"})
    return house


def test_before_publishing_one_sees_what_it_would_change(versions: House, owner: Browser) -> None:
    page = owner.get(VERSIONS).text
    assert "What has changed since version 2" in page
    assert "New title: “Open trade”. It was “Trade”." in page
    assert MOVED.split(" to ")[1] not in html.fromstring(page).text_content()
    chinese = owner.get(f"{VERSIONS}/next?lang=zh-Hans").text
    assert "改为“开放贸易”。" in chinese


def test_a_version_tells_what_it_changed_and_any_two_are_compared(versions: House, owner: Browser) -> None:
    second = owner.get(f"{VERSIONS}/2").text
    assert MOVED.split(" to ")[1] in html.fromstring(second).text_content()
    assert "Cancelled. It was to be" in second
    assert "Open trade" not in second
    first = owner.get(f"{VERSIONS}/1").text
    assert "New: Mon 22 May" in first
    assert owner.get(f"{VERSIONS}/1?since=2").text.count("It takes place after all") == 1
    assert owner.get(f"{VERSIONS}/2?since=0").text.count("<li>New: ") == len(
        [key for key in versions.session_ids if row(Session, key)]
    )
    assert owner.get(f"{VERSIONS}/3").status_code == 404


def test_everyone_reads_what_changed_in_a_published_version(versions: House, client: FlaskClient) -> None:
    with transaction() as db:
        db.get_one(Edition, versions.edition_id).status = EditionStatus.OPEN
    page = client.get("/forum/agenda/changes").text
    assert "What changed in version 2" in page
    assert "Cancelled. It was to be" in page
    assert "Open trade" not in page
    assert "5月22日" in client.get("/forum/agenda/changes?lang=zh-Hans").text
    assert "This is the first version" in client.get("/forum/agenda/changes?version=1").text
    assert [client.get(f"/forum/agenda/changes?version={number}").status_code for number in ("3", "0", "x")] == [
        404,
        404,
        200,
    ]


def test_a_large_agenda_is_compared_in_as_many_queries(versions: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(VERSIONS)
    with transaction() as db:
        for number in range(30):
            values = {"code": f"more-{number}", "title": {"en": f"More {number}"}, "kind": "panel"}
            create_session(db, versions.edition_id, values, Span(wall(9), wall(10)), **BY)
    with queries() as many:
        text = owner.get(VERSIONS).text
    assert "31 sessions read differently." in text
    assert len(many) == len(few)


def test_publishing_tells_and_going_back_is_a_new_version(versions: House, owner: Browser) -> None:
    page = owner.get(VERSIONS).text
    assert "0 people are written to, each in their language" in page
    assert "1 more person has no e-mail address." in page
    with transaction() as db:
        db.get_one(Person, versions.person_id).email = "speaker@guests.example"
    page = owner.get(VERSIONS).text
    assert "1 person is written to, in their language" in page
    assert "no e-mail address" not in page
    assert 'name="tell" value="1" checked' in page
    listed = owner.get(f"{VERSIONS}/next/recipients").text
    assert f"{VERSIONS}/next/recipients/{versions.person_id}" in listed
    mail = owner.get(f"{VERSIONS}/next/recipients/{versions.person_id}").text
    assert "标题由" in mail or "New title" in mail
    said = {"reason": "x", "sure": "1", "tell": "1"}
    published = owner.send(VERSIONS, seen_on(owner) | said)
    assert (published.status_code, published.location) == (302, f"{VERSIONS}/3")
    third = owner.get(f"{VERSIONS}/3").text
    assert 'data-poll="/organizer/forum/agenda/versions/3/progress"' in third
    assert "Go back" not in third
    assert "Go back to this version" in owner.get(f"{VERSIONS}/1").text
    told = f"{VERSIONS}/next/recipients"
    first = owner.get(f"{VERSIONS}/1").text
    assert f"{told}?again=1" in first
    assert ('name="tell"' in first, 'name="tell" value="1" checked' in first) == (True, False)
    assert f"{told}/{versions.person_id}?again=1" in owner.get(f"{told}?again=1").text
    mail = owner.get(f"{told}/{versions.person_id}?again=1").text
    assert ("第4版" in mail, "标题由“Open trade”改为“Trade”" in mail or "标题由“开放贸易”改为“Trade”" in mail) == (
        True,
        True,
    )
    assert [owner.get(f"{told}?again={number}").status_code for number in (0, 9)] == [404, 404]
    back = owner.send(f"{VERSIONS}/1", {"version": "3"}, to=f"{VERSIONS}/1/again")
    assert (back.status_code, back.location) == (302, f"{VERSIONS}/4")
    twice = owner.send(f"{VERSIONS}/1", {"version": "3"}, to=f"{VERSIONS}/1/again")
    assert twice.location == f"{VERSIONS}/4"
    assert "You have published this already, as version 4." in owner.get(f"{VERSIONS}/4").text
    late = owner.send(f"{VERSIONS}/2", {"version": "3"}, to=f"{VERSIONS}/2/again")
    assert late.location == f"{VERSIONS}/2"
    assert "Another version was published in the meantime" in owner.get(f"{VERSIONS}/2").text
    assert owner.get(f"{VERSIONS}/5").status_code == 404
    assert "New title: “Trade”" in owner.get(f"{VERSIONS}/4").text
    assert "3 sessions" not in owner.get(VERSIONS).text
    assert (
        "as version 1" in owner.get(VERSIONS).text,
        "与第 1 版相同" in owner.get(f"{VERSIONS}?lang=zh-Hans").text,
    ) == (
        True,
        True,
    )
    assert rows(select(AgendaVersion.label).where(AgendaVersion.number == 4)) == [""]
    assert rows(select(Telling))[0].since == 2


def test_an_agenda_without_any_time_is_not_published_and_the_page_says_why(house: House, owner: Browser) -> None:
    with transaction() as db:
        for session in db.scalars(select(Session)).all():
            said: Any = {"unscheduled": True, "version": session.version}
            update_session(db, house.edition_id, session.id, {}, **said, **BY)
    page = owner.get(VERSIONS).text
    assert ("There is nothing to publish" in page, 'name="sure"' in page) == (True, False)
    assert "没有可发布的内容" in owner.get(f"{VERSIONS}?lang=zh-Hans").text
    with transaction() as db:
        seal = working_compared(db, house.edition_id).seal
    form = {"sure": "1", "reason": "x", "version": "0", "seen": json.dumps({"sha256": seal})}
    sent = owner.send(f"{AGENDA}/plans/new", form, to=VERSIONS)
    assert (sent.status_code, rows(select(AgendaVersion))) == (409, [])


SAID = {"sure": "1", "label": "For print", "note.zh-Hans": "新安排"}


def test_two_clicks_publish_one_version(versions: House, owner: Browser) -> None:
    seen = seen_on(owner)
    assert [owner.send(VERSIONS, seen | SAID).location for _ in range(2)] == [VERSIONS, f"{VERSIONS}/3"]
    assert "You have published this already, as version 3." in owner.get(f"{VERSIONS}/3").text
    assert owner.get(f"{VERSIONS}/4").status_code == 404
    published(versions)
    assert owner.send(VERSIONS, seen | SAID).location == f"{VERSIONS}/3"  # whatever came after it


def test_only_what_was_seen_is_published(versions: House, owner: Browser) -> None:
    seen = seen_on(owner)
    changed(versions, 1, title={"en": "Clean energy", "zh-Hans": "清洁能源"})
    refused = owner.send(VERSIONS, seen | SAID)
    page = html.fromstring(refused.text)
    alert = page.xpath("//section[@aria-labelledby='meanwhile']")[0].text_content()
    form = page.xpath("//form[.//input[@name='sure']]")[0]
    assert (refused.status_code, "Clean energy" in alert, "Open trade" in alert) == (412, True, False)
    assert {name: form.fields[name] for name in SAID} == SAID | {"sure": None}
    published(versions)
    refused = owner.send(VERSIONS, dict(form.form_values()) | SAID)
    assert (refused.status_code, f"{VERSIONS}/3" in refused.text, len(rows(select(AgendaVersion)))) == (412, True, 3)
    assert owner.send(VERSIONS, seen_on(owner) | SAID).status_code == 302
    assert owner.send(VERSIONS, SAID).status_code == 412  # which says nothing of what was seen


def test_what_was_not_confirmed_is_named_in_the_summary(versions: House, owner: Browser) -> None:
    refused = owner.send(VERSIONS, seen_on(owner) | {"reason": "x"})
    summary = html.fromstring(refused.text).xpath("//*[@id='error-summary']//li")
    said = [" ".join(one.text_content().split()) for one in summary]
    box = "Publish this version; the public sees it once the edition is live"
    assert (refused.status_code, said) == (422, [f"{box}: Tick the box to confirm."])


@pytest.mark.one_database
def test_a_request_looks_through_the_agenda_once(
    versions: House, owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    whole = detection.board_of
    monkeypatch.setattr(detection, "board_of", lambda db, one, **how: looked.append(one) or whole(db, one, **how))
    seen = seen_on(owner)
    assert len(looked) == 1
    page = owner.get(VERSIONS)
    looked.clear()
    token = TOKEN.search(page.text)
    assert token
    assert owner.post(VERSIONS, data={"csrf_token": token[1]} | seen | SAID).status_code == 302
    assert len(looked) == 1


def test_a_time_is_set_changed_and_taken_back(versions: House, owner: Browser) -> None:
    plans = f"{HOME}/agenda/plans"
    gap = owner.send(f"{plans}/new", {"at_wall": "2999-03-10T02:30"})
    assert gap.status_code == 422
    assert "The clocks go forward and skip this time on that day." in gap.text
    assert "The clocks show this time twice" in owner.send(f"{plans}/new", {"at_wall": "2999-11-03T01:30"}).text
    set_one = owner.send(f"{plans}/new", {"at_wall": "2999-05-01T09:00", "tell": "1"})
    assert (set_one.status_code, set_one.location) == (302, VERSIONS)
    assert "Wed 1 May 2999 09:00" in owner.get(VERSIONS).text
    again = owner.send(f"{plans}/new", {"at_wall": "2999-05-01T10:00"})
    assert (again.status_code, len(rows(select(AgendaPlan)))) == (302, 1)
    one = rows(select(AgendaPlan))[0].id
    changed = owner.send(f"{plans}/{one}", {"at_wall": "2999-05-01T10:00", "version": "1"})
    assert (changed.status_code, row(AgendaPlan, one).at_wall.hour, row(AgendaPlan, one).tell) == (302, 10, False)
    stale = owner.send(f"{plans}/{one}", {"at_wall": "2999-05-01T11:00", "version": "1"})
    assert (stale.status_code, "both-versions" in stale.text) == (412, True)
    back = owner.send(f"{plans}/{one}", {"version": "2"}, to=f"{plans}/{one}/take-back")
    assert (back.status_code, row(AgendaPlan, one).status) == (302, PlanStatus.TAKEN_BACK)
    assert "Taken back" in owner.get(f"{plans}/{one}").text


def test_what_stood_against_it_is_told_on_the_page(house: House, owner: Browser) -> None:
    warned = "2 findings block the agenda now. Unless they are mended by then, nothing will be published."
    new = f"{HOME}/agenda/plans/new"
    assert warned in owner.get(new).text
    owner.send(new, {"at_wall": "2999-12-01T09:00"})
    text = owner.get(VERSIONS).text  # said at once, and with the zone of that day
    assert "The time is set, but 2 findings block the agenda." in text
    assert (warned in text, "Pacific Standard Time (UTC−8)" in text) == (True, True)
    with transaction() as db:
        plan = rows(select(AgendaPlan))[0]
        carry_out(db, plan.id, now=plan.at_utc)  # the house has a clash
    for page in (VERSIONS, f"{HOME}/agenda/plans/{plan.id}"):
        assert "Something in the agenda blocked it." in owner.get(page).text
    assert "Set a time" in owner.get(VERSIONS).text


def test_publishing_a_draft_edition_says_what_is_hidden_and_offers_to_go_live(
    house: House, owner: Browser, client: FlaskClient
) -> None:
    hidden = "This edition is a draft and not public"
    page = owner.get(VERSIONS).text
    assert hidden in page
    assert "Show this version to the public now" not in page
    assert "The public agenda page answers “Page not found” until the edition is live." in page
    assert "Until then the public agenda is empty." not in page
    said = seen_on(owner) | {"reason": "x", "sure": "1"}
    after = owner.get(owner.send(VERSIONS, said).location).text
    assert "Version 1 of the agenda is published. The edition is a draft: the public cannot see it yet." in after
    assert hidden in after
    assert hidden in owner.get(f"{VERSIONS}/1").text
    assert client.get("/forum/agenda").status_code == 404

    version = row(Edition, house.edition_id).version
    live = owner.send(VERSIONS, {"version": version, "from": "versions"}, to=f"{HOME}/settings/go-live")

    assert (live.status_code, live.location) == (302, VERSIONS)
    page = owner.get(VERSIONS).text
    assert "The edition is live" in page
    assert hidden not in page
    assert "Show this version to the public now" in page
    assert client.get("/forum/agenda").status_code == 200
    again = owner.send(VERSIONS, {"version": version}, to=f"{HOME}/settings/go-live")
    assert "The edition is public already." in owner.get(again.location).text


def test_a_program_manager_is_asked_to_have_an_administrator_go_live(house: House) -> None:
    browser = browser_as(house, Role.PROGRAM_MANAGER)
    assert "Ask an owner or the secretariat to go live." in browser.get(VERSIONS).text
    answer = browser.send(VERSIONS, {"version": 1}, to=f"{HOME}/settings/go-live")
    assert answer.status_code == 403
    assert row(Edition, house.edition_id).status == EditionStatus.DRAFT
