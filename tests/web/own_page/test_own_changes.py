"""What registrants change on their own page, and how long."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.models import AuditEvent, Removal
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import EditionTitle, Person
from forumapp.domain.people.records.offices import office_of
from forumapp.domain.people.records.services import create_organization, set_edition_title
from forumapp.domain.printing.jobs.stale_badges import outdated_badges
from forumapp.domain.printing.print_records import snapshot
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.proofs.answering import approve
from forumapp.domain.proofs.queries import get_proof
from forumapp.domain.proofs.services import create_proof
from forumapp.domain.registration.models import AnswerFile, Registration, RegistrationType
from forumapp.domain.registration.uploads.services import file_ids
from tests.pictures import document
from tests.web.conftest import BY
from tests.web.forms import send
from tests.web.own_page.test_registration import GIVEN, own_page, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.web.conftest import Forum

STANDING = {name: value for name, value in GIVEN.items() if name not in ("consent", "email", "phone")}

NAME = {name: GIVEN[name] for name in ("latin_family", "latin_given", "name_order", "native_full")}


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    """The page of someone who registered, while changes are open."""
    sign_up(client)
    with transaction() as db:
        db.get_one(Edition, forum.edition_id).changes_until = clock.now().date() + timedelta(days=2)
    return own_page(app, session)


def save(client: FlaskClient, own: str, **changes: Any) -> TestResponse:
    """Send the form with what stands, and `changes`."""
    with transaction() as db:
        row = db.scalars(select(Registration).order_by(Registration.id)).first()
        seen = {"version": row.version, "person_version": db.get_one(Person, row.person_id).version}
        seen["title_version"] = office_of(db, row.edition_id, row.person_id).version
    given = {name: value for name, value in {**STANDING, **seen, **changes}.items() if value is not None}
    return send(client, f"{own}/change", given, to=f"{own}/change", follow_redirects=True)


def letters(session: DbSession) -> list[str]:
    return list(session.scalars(select(Message.template).order_by(Message.id)))


def test_a_name_put_right_shows_at_once_and_marks_the_badge_that_is_printed(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    with transaction() as db:
        (badge,) = badge_values(db, forum.edition_id, Options())
        db.execute(update(Registration).values(printed=snapshot(badge), printed_at=clock.now()))

    answer = save(client, own, latin_given="Xiaomin", native_full="王晓民")

    person = session.scalars(select(Person).where(Person.email == "wang@example.org")).one()
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (person.latin_family, person.latin_given, person.native_full) == ("Wang", "Xiaomin", "王晓民")
    assert "WANG Xiaomin" in answer.text
    assert [one.parts for one in outdated_badges(session, forum.edition_id)] == [("latin_name", "native_name")]
    assert (event.entity, event.via, event.actor_id, event.fields) == (
        "person",
        "page",
        None,
        ["latin_given", "native_full"],
    )
    assert letters(session) == ["registration-confirmed", "registration-changed"]


def test_an_office_put_right_is_printed_logged_and_mailed_and_flags_its_proof(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    def shown() -> tuple[Any, ...]:
        (badge,) = badge_values(session, forum.edition_id, Options())
        return badge.title, badge.organization, get_proof(session, forum.edition_id, proof_id).entries[0].state

    with transaction() as db:
        person_id = db.scalars(select(Registration.person_id)).one()
        by: Any = {**BY, "now": clock.now()}
        bay = create_organization(db, {"legal": {"en": "Bay Trade", "zh-Hans": "湾区贸易"}}, **by)
        office = {"title": {"en": "Buyer"}, "organization_id": bay.id, "organization_name": {}}
        set_edition_title(db, forum.edition_id, person_id, **office, **by)
        proof_id = create_proof(db, forum.edition_id, {"name": {"en": "Office"}}, [person_id], **by).id
        line = get_proof(db, forum.edition_id, proof_id).entries[0]
        approve(db, proof_id, 1, {line.id: line.shown.fingerprint}, by="Ms. Wu", **by)
    both = {"organization.en": "Bay Trade", "organization.zh-Hans": "湾区贸易"}

    assert 'value="Bay Trade"' in client.get(f"{own}/change").text
    save(client, own, **both, **{"title.zh-Hans": "采购经理"})
    title, organization, state = shown()
    assert (title, organization["en"], state) == ({"en": "Buyer", "zh-Hans": "采购经理"}, "Bay Trade", "changed")
    assert session.scalars(select(EditionTitle.organization_id)).one() == bay.id  # it is still the one that is meant

    save(client, own, **{**both, "organization.en": "Harbor Trade"})
    session.expire_all()
    assert shown()[:2] == ({"en": "Buyer"}, {"en": "Harbor Trade", "zh-Hans": "湾区贸易"})
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.entity, event.via, event.actor_id) == ("edition_title", "page", None)
    assert letters(session) == ["registration-confirmed", "registration-changed", "registration-changed"]

    late = save(client, own, title_version=1, **{"title.en": "Head"})
    assert (late.status_code, session.scalars(select(EditionTitle.title)).one()) == (412, {"en": "Buyer"})
    save(client, own, **dict.fromkeys(("title.en", "organization.zh-Hans")))
    assert session.scalars(select(EditionTitle)).all() == []


def test_what_is_sent_as_it_stands_changes_nothing_and_mails_nobody(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    save(client, own)

    assert session.scalars(select(Registration.version)).one() == 1
    assert letters(session) == ["registration-confirmed"]


def test_an_answer_that_stays_keeps_the_question_it_was_given_to(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    private = {"code": "seat", "kind": "short-text", "label": {"en": "Seat"}, "for_organizers": True, "required": True}
    with transaction() as db:
        kind, row = db.scalars(select(RegistrationType)).one(), db.scalars(select(Registration)).one()
        asked = {one["code"]: {**one, "label": {"en": f"New: {one['code']}"}} for one in kind.questions}
        kind.questions = [asked["interest"], asked["first"], private]
        noted = {**row.answers["values"], "seat": "Table 1"}
        row.answers = {"questions": [*row.answers["questions"], private], "values": noted}

    answer = save(client, own, **{"answers.first": "yes", "answers.seat": "The best one"})

    kept = session.scalars(select(Registration)).one().answers
    labels = {one["code"]: one["label"]["en"] for one in kept["questions"]}
    assert answer.status_code == 200
    assert kept["values"] == {
        "interest": "energy",
        "first": True,
        "seat": "Table 1",
        "diet": ["halal", "no-beef"],
        "country": "CN",
    }
    assert (labels["interest"], labels["first"], labels["diet"]) == ("Main interest", "New: first", "Food")
    assert "Table 1" not in client.get(own).text


def test_a_choice_that_is_no_longer_offered_is_shown_and_may_stay(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    with transaction() as db:
        kind = db.scalars(select(RegistrationType)).one()
        interest = next(one for one in kind.questions if one["code"] == "interest")
        left = [one for one in interest["options"] if one["code"] != "energy"]
        kind.questions = [{**interest, "required": True, "options": left}]

    page = client.get(f"{own}/change").text
    kept = save(client, own, latin_given="Xiaomin")

    chosen = re.search(r'value="energy" checked[^>]*> <span>[^\n]*no longer offered', page)
    assert chosen
    assert kept.status_code == 200
    assert session.scalars(select(Registration)).one().answers["values"]["interest"] == "energy"
    session.rollback()
    other = save(client, own, **{"latin_given": "Xiaomin", "answers.interest": left[0]["code"]})
    assert other.status_code == 200
    assert "no longer offered" not in client.get(f"{own}/change").text
    assert save(client, own, latin_given="Xiaomin").status_code == 422


def test_a_fault_is_told_and_nothing_is_lost(client: FlaskClient, own: str, session: DbSession) -> None:
    answer = save(client, own, **{"answers.interest": "golf", "latin_given": "Xiaomin"})

    assert answer.status_code == 422
    assert "Please choose one of the options." in answer.text
    assert 'value="Xiaomin"' in answer.text
    assert session.scalars(select(Registration.version)).one() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"latin_family": "Smith", "latin_given": "Jane", "native_full": ""}, "transfer your registration to them"),
        ({"latin_family": "", "latin_given": ""}, "Please fill this in."),
        ({"latin_given": "Xiao🎉"}, "letters only"),
        ({"latin_given": "小明"}, "in Latin letters, as your passport"),
    ],
)
def test_another_persons_name_or_none_is_refused(
    client: FlaskClient, own: str, session: DbSession, changes: dict[str, str], words: str
) -> None:
    answer = save(client, own, **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalars(select(Person).where(Person.native_full == "王小明")).one().latin_family == "Wang"


def test_a_place_that_is_ones_own_keeps_its_name(client: FlaskClient, own: str, session: DbSession) -> None:
    with transaction() as db:
        db.execute(update(RegistrationType).values(is_transferable=False))

    answer = save(client, own, latin_given="Xiaomin", **{"answers.first": "yes", "title.en": "Head"})

    assert answer.status_code == 200
    assert session.scalars(select(EditionTitle.title)).one() == {"en": "Buyer"}
    assert session.scalars(select(Person).where(Person.native_full == "王小明")).one().latin_given == "Xiaoming"
    assert session.scalars(select(Registration)).one().answers["values"]["first"] is True
    assert not {"latin_family", "title_version"} & set(re.findall(r'name="(\w+)"', client.get(f"{own}/change").text))


def test_whoever_was_slower_looks_again(client: FlaskClient, own: str, session: DbSession) -> None:
    answer = save(client, own, person_version=0, latin_given="Xiaomin")

    assert answer.status_code == 412
    assert "changed in the meantime" in answer.text
    assert letters(session) == ["registration-confirmed"]


@pytest.mark.parametrize("address", [None, "office@forum.example"])
def test_after_the_last_day_the_page_says_whom_to_ask(
    client: FlaskClient, own: str, session: DbSession, address: str | None
) -> None:
    with transaction() as db:
        db.execute(update(Edition).values(changes_until=date(2023, 5, 1), contact_email=address))

    answer = client.post(f"{own}/change", data={"version": 1})
    page = client.get(own).text

    assert client.get(f"{own}/change").status_code == 302
    assert answer.status_code in (303, 400)
    assert f"{own}/change" not in page
    assert (address or "Please ask the organizer.") in page
    assert session.scalars(select(Registration.version)).one() == 1


def test_a_file_stays_is_replaced_and_goes(app: Flask, client: FlaskClient, own: str, session: DbSession) -> None:
    asked = [{"code": "letter", "kind": "file", "label": {"en": "Letter"}}]
    with transaction() as db:
        db.execute(update(RegistrationType).values(questions=asked))

    shown: list[str] = []

    def send_file(number: int | None = None, **changes: Any) -> list[str]:
        file = {"answers.letter": (io.BytesIO(document()), f"{number}.pdf")} if number else {}
        shown.append(save(client, own, **{**dict.fromkeys(STANDING), **NAME, **file, **changes}).text)
        session.expire_all()
        row = session.scalars(select(Registration)).one()
        return list(session.scalars(select(AnswerFile.name).where(AnswerFile.id.in_(file_ids(row.answers)))))

    assert send_file(1) == ["1.pdf"]
    assert 'value="stands"' in client.get(f"{own}/change").text
    assert send_file(**{"answers.letter": "stands"}) == ["1.pdf"]
    assert send_file(2) == ["2.pdf"]
    assert send_file(**{"answers.letter": "stands", "answers.letter.remove": "1"}) == []

    def bring_back(page: str) -> tuple[str, list[str]]:
        """Press the button of the message, once; what the page says then, and the file that answers."""
        (action,) = re.findall(r'action="(/r/[^"]+/restore)"', page)
        text = send(client, own, {}, to=action, follow_redirects=True).text
        session.expire_all()
        answers = session.scalars(select(Registration.answers)).one()["values"]
        return text, [one["name"] for one in answers.values() if isinstance(one, dict)]

    text, standing_file = bring_back(shown[-1])
    assert ("The former file is back." in text, standing_file) == (True, ["2.pdf"])
    held = client.get(f"{own}/data.json").json["files"]
    assert [(one["name"], "taken_away_at" in one) for one in held] == [("1.pdf", True), ("2.pdf", False)]
    with transaction() as db:
        former = db.scalars(select(Removal.id).where(Removal.restored_at.is_not(None))).one()
    late = send(client, own, {}, to=f"{own}/files/{former}/restore", follow_redirects=True)
    assert "no longer there to be brought back" in late.text


def test_a_spelling_is_proposed_and_saves_nothing(client: FlaskClient, own: str, session: DbSession) -> None:
    asked = send(client, f"{own}/change", {**STANDING, "native_full": "曾丽"}, to=f"{own}/spelling")
    taken = send(client, f"{own}/change", {**STANDING, "spelling": "Zeng|Li"}, to=f"{own}/spelling")

    assert "Zeng Li" in asked.text
    assert 'value="Zeng"' in taken.text
    assert session.scalars(select(Person).where(Person.email == "wang@example.org")).one().native_full == "王小明"


def test_the_badge_is_drawn_with_what_is_typed_and_saves_nothing(
    client: FlaskClient, own: str, session: DbSession
) -> None:
    page = client.get(f"{own}/change")
    drawn = send(client, f"{own}/change", {**STANDING, "latin_given": "Xiaomin"}, to=f"{own}/badge")

    assert (f'formaction="{own}/badge"' in page.text, "frame-src" in page.headers["Content-Security-Policy"]) == (
        True,
    ) * 2
    assert ("data:image/webp" in drawn.text, "WANG Xiaomin" in drawn.text) == (True, True)
    assert session.scalars(select(Person).where(Person.native_full == "王小明")).one().latin_given == "Xiaoming"
