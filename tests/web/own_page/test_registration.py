"""Registering through the form, and the registrant's own page."""

from __future__ import annotations

import base64
import io
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from lxml import html
from PIL import Image
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.sessions.services import assign_role, create_session, publish
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import HostRole
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import create_organization, create_person, set_edition_title
from forumapp.domain.printing.pdf.qr import svg
from forumapp.domain.registration.models import AnswerFile, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.domain.registration.uploads.services import WAITS, sweep_files
from tests.domain.registering import make_type
from tests.pictures import document
from tests.web.conftest import BY
from tests.web.forms import send, token_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.web.conftest import Forum

FORM = "/forum-2023/register/guest"
GIVEN = {
    "latin_family": "Wang",
    "latin_given": "Xiaoming",
    "name_order": "family-first",
    "native_full": "王小明",
    "email": "Wang@Example.org",
    "phone": "+86 138 0013 8000",
    "organization.zh-Hans": "湾区贸易",
    "title.en": "Buyer",
    "answers.interest": "energy",
    "answers.diet": ["halal", "no-beef"],
    "answers.first": "no",
    "answers.country": "CN",
    "consent": "1",
}


def sign_up(client: FlaskClient, **changes: Any) -> TestResponse:
    return send(client, FORM, {**GIVEN, **changes}, follow_redirects=True)


def test_one_open_type_is_shown_at_once_and_several_are_offered(client: FlaskClient, forum: Forum) -> None:
    assert client.get("/forum-2023/register").headers["Location"] == FORM


def test_a_registration_is_saved_as_it_was_written(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    answer = sign_up(client)

    person = session.scalars(select(Person).where(Person.email == "wang@example.org")).one()
    row = session.scalars(select(Registration)).one()
    assert (person.latin_family, person.latin_given, person.native_full) == ("Wang", "Xiaoming", "王小明")
    assert (person.phone, row.status, row.language) == ("+8613800138000", RegistrationStatus.CONFIRMED, "en")
    assert row.answers["values"] == {
        "interest": "energy",
        "diet": ["halal", "no-beef"],
        "first": False,
        "country": "CN",
    }
    assert "You are registered" in answer.text
    assert answer.request.path == "/forum-2023/registered"


def test_the_answer_and_the_mail_are_in_the_readers_language(
    client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    client.get("/?lang=zh-Hans")

    assert "报名成功" in sign_up(client).text
    assert session.scalars(select(Message.language)).one() == "zh-Hans"


@pytest.mark.both_databases
def test_when_the_places_are_taken_one_joins_the_waitlist(client: FlaskClient, forum: Forum) -> None:
    said = [
        re.search("<h1>(.*?)</h1>", sign_up(client, email=f"g{number}@example.org", latin_given=f"G{number}").text)[1]
        for number in range(3)
    ]

    assert said == ["You are registered", "You are registered", "You are on the waitlist"]
    assert "You join the waitlist" in client.get(FORM).text


def test_someone_who_is_registered_learns_no_more_than_a_newcomer(client: FlaskClient, forum: Forum) -> None:
    first, second = sign_up(client), sign_up(client)

    assert (
        re.search("<main.*</main>", first.text, re.DOTALL)[0] == re.search("<main.*</main>", second.text, re.DOTALL)[0]
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"latin_family": "", "latin_given": ""}, "latin_family", "Please fill this in."),
        ({"email": "nobody"}, "email", "Please enter a complete mail address."),
        ({"phone": "13800138000"}, "phone", "Please begin the number with its country code"),
        ({"answers.interest": ""}, "answers.interest", "Please fill this in."),
        ({"answers.interest": "golf"}, "answers.interest", "Please choose one of the options."),
        ({"consent": None}, "consent", "Please agree"),
    ],
)
def test_a_fault_is_told_at_its_field_and_in_the_summary_and_nothing_is_lost(
    client: FlaskClient, forum: Forum, changes: dict[str, Any], field: str, words: str
) -> None:
    given = {name: value for name, value in {**GIVEN, **changes}.items() if value is not None}

    answer = send(client, FORM, given)

    assert answer.status_code == 422
    assert f'<a href="#f-{field}">' in answer.text
    assert f'<p class="field-error" id="e-{field}">{words}' in answer.text
    assert 'value="王小明"' in answer.text
    assert re.search(r'value="halal" checked', answer.text)
    assert reading().scalars(select(Registration)).all() == []


def test_a_program_that_fills_in_the_hidden_field_is_refused(client: FlaskClient, forum: Forum) -> None:
    assert send(client, FORM, {**GIVEN, "website": "http://spam.example"}).status_code == 422


def test_a_closed_type_is_told_so(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    with transaction() as db:
        db.scalars(select(RegistrationType)).one().is_open = False

    answer = client.get(FORM)

    assert answer.status_code == 409
    assert "Registration is closed" in answer.text


def test_one_address_may_send_many_forms_but_not_any_number(client: FlaskClient, forum: Forum) -> None:
    empty = {"csrf_token": token_of(client, FORM)}
    office, home = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "203.0.113.8"}

    said = [client.post(FORM, data=empty, environ_base=office).status_code for _ in range(61)]

    assert said == [422] * 60 + [429]
    assert client.post(FORM, data=empty, environ_base=home).status_code == 422
    assert client.post(FORM, data=empty).status_code == 422  # this very machine, as load tests ask


def test_accepting_an_invitation_counts_as_registering(client: FlaskClient, forum: Forum) -> None:
    empty, office = {"csrf_token": token_of(client, FORM)}, {"REMOTE_ADDR": "203.0.113.7"}

    said = [client.post("/i/none", data=empty, environ_base=office).status_code for _ in range(60)]

    assert 429 not in said
    assert client.post(FORM, data=empty, environ_base=office).status_code == 429


def test_people_who_come_along_count_as_well(client: FlaskClient, forum: Forum) -> None:
    family = {f"plus_ones.{number}.latin_family": "Li" for number in range(19)}
    sent = {"csrf_token": token_of(client, FORM), **family}

    statuses = [client.post(FORM, data=sent, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code for _ in range(4)]

    assert statuses == [422] * 3 + [429]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_is_local_by_saying_so(client: FlaskClient, forum: Forum, header: str) -> None:
    empty = {"csrf_token": token_of(client, FORM)}

    said = [client.post(FORM, data=empty, headers={header: "127.0.0.1"}).status_code for _ in range(61)]

    assert said == [422] * 60 + [429]


def test_behind_a_proxy_each_visitor_is_counted_alone(client: FlaskClient, forum: Forum) -> None:
    empty = {"csrf_token": token_of(client, FORM)}

    said = [
        client.post(FORM, data=empty, headers={"X-Forwarded-For": f"{number}.8.8.8, 203.0.113.7"}).status_code
        for number in range(61)
    ]

    assert said == [422] * 60 + [429]


def own_page(app: Flask, session: DbSession, **changes: Any) -> str:
    row = session.scalars(select(Registration).order_by(Registration.id.desc())).first()
    ends = link_ends(row.registered_at.date()) if not changes else changes["ends"]
    return f"/r/{app.extensions['forumapp.links'].sign('registration', [row.id, row.link_number], ends=ends)}"


def test_the_own_page_shows_status_code_and_ticket(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    address = own_page(app, session)
    code = session.scalars(select(TicketCode)).one()

    page, ticket = client.get(address), client.get(f"{address}/ticket.svg")

    assert code.short in page.text
    assert "WANG Xiaoming" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert (ticket.mimetype, ticket.text) == ("image/svg+xml", svg(code.code))


def test_cancelling_asks_first_and_ends_the_code(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    address = own_page(app, session)

    answer = send(client, address, {}, to=f"{address}/cancel", follow_redirects=True)

    assert "This registration has been cancelled." in answer.text
    assert session.scalars(select(Registration.status)).one() == RegistrationStatus.CANCELLED
    assert client.get(f"{address}/ticket.svg").status_code == 404


@pytest.mark.parametrize("address", ["/r/nonsense", "/r/nonsense/ticket.svg"])
def test_a_link_that_is_not_ours_has_ended(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 410


def test_a_link_ends_with_time_and_when_it_is_made_invalid(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    old, good = own_page(app, session, ends=clock.now()), own_page(app, session, ends=link_ends(clock.now().date()))
    assert (client.get(old).status_code, client.get(good).status_code) == (410, 200)

    with transaction() as db:
        db.scalars(select(Registration)).one().link_number += 1

    assert client.get(good).status_code == 410


def test_the_picture_of_a_code_is_read_as_that_code() -> None:
    from PIL import Image, ImageDraw

    picture = svg("ABCDEFGH23456789ABCD")
    side = int(re.search(r'viewBox="0 0 (\d+)', picture)[1])
    image = Image.new("L", (side * 8, side * 8), 255)
    draw = ImageDraw.Draw(image)
    for x, y, width in (map(int, found) for found in re.findall(r"M(\d+) (\d+)h(\d+)v1h", picture)):
        draw.rectangle((x * 8, y * 8, (x + width) * 8 - 1, y * 8 + 7), fill=0)

    assert [code.text for code in zxingcpp.read_barcodes(image)] == ["ABCDEFGH23456789ABCD"]


COACH = [
    {"code": "way", "kind": "section", "label": {"en": "Your way"}},
    {"code": "coach", "kind": "yes-no", "label": {"en": "Coach?"}},
    {
        "code": "stop",
        "kind": "short-text",
        "label": {"en": "Where do you get on?"},
        "required": True,
        "when": [{"question": "coach", "is": ["yes"]}],
    },
    {"code": "flights", "kind": "travel", "label": {"en": "Flights"}},
    {"code": "nights", "kind": "number", "label": {"en": "Nights"}, "least": 1, "most": 9},
    {"code": "table", "kind": "short-text", "label": {"en": "Table for us"}, "for_organizers": True, "required": True},
]


def test_the_server_decides_what_is_asked_of_whom(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(questions=COACH))
    given = {name: value for name, value in GIVEN.items() if not name.startswith("answers.")}
    given |= {"answers.flights.arrival.at": "2023-05-20T09:30", "answers.flights.arrival.flight": "MU 583"}

    page = client.get(FORM).text
    missing = send(client, FORM, {**given, "answers.coach": "yes", "answers.nights": "3"})
    hidden = send(client, FORM, {**given, "answers.coach": "no", "answers.stop": "Airport", "answers.nights": "3"})

    assert "Table for us" not in page
    assert "Only if “Coach?” is answered “Yes”." in page
    assert [missing.status_code, hidden.status_code] == [422, 303]
    assert '<a href="#f-answers.stop">' in missing.text
    assert session.scalars(select(Registration)).one().answers["values"] == {
        "coach": False,
        "flights": {"zone": "America/Los_Angeles", "arrival": {"at": "2023-05-20T09:30", "flight": "MU 583"}},
        "nights": 3,
    }


def test_names_of_organizations_are_suggested_and_nothing_else_of_them(client: FlaskClient, forum: Forum) -> None:
    with transaction() as db:
        values = {"legal": {"en": "Bay Trade Limited"}, "short": {"en": "Bay Trade"}, "country_region": "US"}
        host = create_organization(db, values, **BY)
        create_organization(db, {"legal": {"en": "Bay Secrets"}}, **BY)
        add_host(db, forum.edition_id, {"organization_id": host.id, "role": HostRole.SPONSOR}, **BY)

    found = [client.get(f"{FORM}/organizations?q={typed}").json["items"] for typed in ("bay", "b")]

    assert found == [[{"label": "Bay Trade", "texts": {"en": "Bay Trade"}}], []]


def test_an_organization_is_suggested_once_a_speaker_of_it_is_published(client: FlaskClient, forum: Forum) -> None:
    def suggested() -> list[str]:
        return [one["label"] for one in client.get(f"{FORM}/organizations?q=quiet").json["items"]]

    start, end = (Moment(datetime(2023, 5, 22, hour), "America/Los_Angeles") for hour in (15, 16))
    with transaction() as db:
        quiet = create_organization(db, {"legal": {"en": "Quiet Harbor"}}, **BY)
        speaker = create_person(db, {"latin_family": "Gu"}, **BY)
        set_edition_title(db, forum.edition_id, speaker.id, title={"en": "Head"}, organization_id=quiet.id, **BY)
        values = {"code": "quiet", "title": {"en": "Quiet"}, "kind": SessionKind.PANEL}
        opening = create_session(db, forum.edition_id, values, Span(start, end), **BY)
        assign_role(db, opening, speaker.id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    before = suggested()
    with transaction() as db:
        publish(db, forum.edition_id, label="First", note={}, **(BY | {"now": clock.now()}))

    assert (before, suggested()) == ([], ["Quiet Harbor"])


@pytest.mark.parametrize(
    ("native", "proposed"),
    [
        ("单立文", ["Shan Liwen", "Dan Liwen"]),
        ("欧阳静", ["Ouyang Jing"]),
        ("曾丽", ["Zeng Li", "Ceng Li"]),
        ("吕 女", ["Lyu Nyu"]),
        ("Liu", []),
    ],
)
def test_a_spelling_is_proposed_and_taken_over_by_pressing_it_alone(
    client: FlaskClient, forum: Forum, native: str, proposed: list[str]
) -> None:
    given = {**GIVEN, "native_full": native, "latin_family": "", "latin_given": ""}

    asked = send(client, FORM, given, to=f"{FORM}/spelling")
    page = html.fromstring(asked.text)

    assert page.xpath("//button[@name='spelling']/text()") == proposed
    assert page.xpath("//input[@name='latin_family']/@value") == [""]
    if proposed:
        pressed = {**given, "spelling": proposed[0].replace(" ", "|")}
        taken = html.fromstring(send(client, FORM, pressed, to=f"{FORM}/spelling").text)
        names = [taken.xpath(f"//input[@name='{name}']/@value")[0] for name in ("latin_family", "latin_given")]
        assert names == proposed[0].split()
        assert taken.xpath("//input[@name='name_order'][@checked]/@value") == ["family-first"]


@pytest.mark.parametrize(("native", "order"), [("王小明", "family-first"), ("", "given-first")])
def test_whoever_says_no_order_is_read_as_their_name_is_written(
    client: FlaskClient, forum: Forum, session: DbSession, native: str, order: str
) -> None:
    page = html.fromstring(client.get(FORM).text)
    assert page.xpath("//input[@name='name_order'][@checked]/@value") == [""]

    sign_up(client, name_order="", native_full=native)

    (found,) = session.scalars(select(Person.name_order).where(Person.email == "wang@example.org"))
    assert found == order


def test_a_name_in_other_letters_is_no_latin_one(client: FlaskClient, forum: Forum, session: DbSession) -> None:
    answer = sign_up(client, latin_family="王", latin_given="محمد")

    assert answer.status_code == 422
    for part in ("latin_family", "latin_given"):
        assert "Latin letters" in html.fromstring(answer.text).xpath(f"string(//*[@id='e-{part}'])")
    assert session.scalars(select(Registration)).all() == []


def test_the_badge_is_drawn_as_it_prints_and_nothing_is_kept(
    client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    shown = send(client, FORM, GIVEN, to=f"{FORM}/badge")

    drawn = Image.open(io.BytesIO(base64.b64decode(re.search('base64,([^"]+)', shown.text)[1])))
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert (drawn.format, drawn.size, len(drawn.getcolors(10**6) or ()) > 10) == ("WEBP", (710, 1000), True)
    assert 'alt="Badge of WANG Xiaoming 王小明"' in shown.text
    assert "Write your name first." in send(client, FORM, {"latin_family": " "}, to=f"{FORM}/badge").text
    assert session.scalars(select(Person).where(Person.native_full == "王小明")).all() == []


CV = [{"code": "cv", "kind": "file", "label": {"en": "CV"}, "required": True}]


def test_a_file_outlives_a_form_that_is_refused_and_is_swept_when_forgotten(
    client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(questions=CV))
    given = {name: value for name, value in GIVEN.items() if not name.startswith("answers.")}

    def sent(file: tuple[io.BytesIO, str] | None, **changes: str) -> TestResponse:
        return send(client, FORM, {**given, **changes, **({"answers.cv": file} if file else {})})

    refused = sent((io.BytesIO(document()), "wang.pdf"), email="nobody")
    key = html.fromstring(refused.text).xpath("//input[@name='answers.cv'][@type='hidden']/@value")[0]
    done = sent(None, **{"answers.cv": key})
    again = sent(None, **{"answers.cv": key, "email": "other@example.org"})
    wrong = sent((io.BytesIO(b"nothing"), "x.pdf"), email="third@example.org")
    sent((io.BytesIO(document()), "forgotten.pdf"), email="nobody")

    assert ("Here already: wang.pdf" in refused.text, done.status_code) == (True, 303)
    assert ("This file is not here any more." in again.text, "Please choose a PDF" in wrong.text) == (True, True)
    answer = session.scalars(select(Registration)).one().answers["values"]["cv"]
    assert (answer["name"], answer["media_type"]) == ("wang.pdf", "application/pdf")
    with transaction() as db:
        swept = sweep_files(db, now=clock.now() + WAITS + WAITS)
    assert swept == 1
    assert session.scalars(select(AnswerFile.id)).all() == [answer["file"]]


def offer(**left: int) -> None:
    """The place of the first one is held for them for so long still."""
    values = {"status": RegistrationStatus.OFFERED, "offer_ends_at": clock.now() + timedelta(**left)}
    with transaction() as db:
        db.execute(update(Registration).values(values))


def test_an_offer_is_taken_by_pressing_and_not_by_opening(
    client: FlaskClient, app: Flask, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    offer(hours=2)
    address = own_page(app, session)

    shown = client.get(address)
    before = session.scalars(select(Registration.status)).one()
    taken = send(client, address, {}, to=f"{address}/accept", follow_redirects=True)

    assert "Take the place" in shown.text
    assert before == RegistrationStatus.OFFERED
    assert "You have a place." in taken.text
    assert session.scalars(select(Registration.status)).one() == RegistrationStatus.CONFIRMED


def test_an_offer_that_has_ended_is_not_taken(
    client: FlaskClient, app: Flask, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    offer(hours=2)
    address = own_page(app, session)
    client.get(address)
    offer(seconds=-1)

    refused = send(client, address, {}, to=f"{address}/accept", follow_redirects=True)

    assert "The offer of a place has ended" in refused.text
    assert "Take the place" not in refused.text
    assert session.scalars(select(Registration.status)).one() == RegistrationStatus.OFFERED


def test_media_say_for_which_outlet_and_in_which_role_they_come(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        make_type(db, forum.edition_id, "press", is_media=True)
    page = "/forum-2023/register/press"
    given = {name: GIVEN[name] for name in ("latin_family", "latin_given", "email", "consent")}

    silent = send(client, page, given)
    unnamed = send(client, page, {**given, "organization.en": "Xinhua", "media_role": "other"})
    send(client, page, {**given, "organization.en": "Xinhua", "media_role": "photographer"})

    faults = [f'id="e-{name}"' for name in ("organization", "media_role")]
    assert (silent.status_code, [one for one in faults if one not in silent.text]) == (422, [])
    assert (unnamed.status_code, 'id="e-media_role_other"' in unnamed.text) == (422, True)
    row = session.scalars(select(Registration)).one()
    assert (row.outlet, row.media_role) == ({"en": "Xinhua"}, "photographer")
    mine = client.get(own_page(app, session)).text
    assert [word for word in ("Xinhua", "Photographer", "Bring an identity document") if word not in mine] == []
    assert "Transfer my registration" not in mine
