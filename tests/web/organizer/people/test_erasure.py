"""The page, the operation and the command that erase one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html
from sqlalchemy import select

from forumapp.cli.retention import erase
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.editions.services import create_edition
from forumapp.domain.forums.models import Edition
from forumapp.domain.importing.models import ImportKind, ImportRun
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import create_person, set_edition_title
from tests.domain.conftest import edition_values
from tests.web.organizer.house import BY, HOME, PASSWORD

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

NAME = {"latin_family": "Quillfeather", "latin_given": "Zenobia", "native_full": "赵羽泉", "email": "zq@harbor.example"}


def add_person() -> int:
    with transaction() as db:
        return create_person(db, NAME, **BY).id


def form_of(text: str) -> dict[str, str]:
    return {
        one.get("name"): one.get("value") for one in html.fromstring(text).xpath("//main//form//input[@name='mark']")
    }


def test_the_page_shows_a_preview_and_erases_once_it_is_confirmed(house: House, owner: Browser) -> None:
    person_id = add_person()
    page = f"{HOME}/people/{person_id}/erase"
    assert page in owner.get(f"{HOME}/people/{person_id}").text
    shown = owner.get(page)
    assert "Name, contact details, biography, posts and titles" in shown.text
    sent = form_of(shown.text)
    unconfirmed = owner.send(page, sent)
    assert (unconfirmed.status_code, "Tick the box to confirm." in unconfirmed.text) == (422, True)
    stale = owner.send(page, {"mark": "0" * 32, "confirmed": "1"})
    assert (stale.status_code, "Something has changed since" in stale.text) == (412, True)
    assert owner.send(page, {**sent, "confirmed": "1"}).status_code == 302
    with transaction() as db:
        person = db.get_one(Person, person_id)
        assert (person.latin_family, person.native_full, person.email) == ("Erased", "已删除", None)
    history = owner.get(f"{HOME}/people/{person_id}").text
    assert "erased the person&#39;s data on request" in history
    assert "Quillfeather" not in history
    assert page not in history


def test_the_preview_and_the_page_of_an_unconfirmed_import_say_that_it_ends(house: House, owner: Browser) -> None:
    person_id = add_person()
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        set_edition_title(db, edition.id, person_id, title={"en": "Poet"}, **BY)
        run = ImportRun(edition_id=edition.id, kind=ImportKind.PEOPLE, filename="list.csv", sha256="",
                        read_as="utf-8", content=b"Name\nQuillfeather", total=1)  # fmt: skip
        db.add(run)
        db.flush()
        run_id = run.id
    page = f"{HOME}/people/{person_id}/erase"
    shown = owner.get(page).text
    assert "Imports that nobody has confirmed: they end" in shown
    assert owner.send(page, {**form_of(shown), "confirmed": "1"}).status_code == 302
    ended = owner.get(f"{HOME}/imports/{run_id}").text
    assert "A person of this edition was erased at their request" in ended
    assert "in time" not in ended


def test_a_person_of_another_edition_does_not_exist_and_a_viewer_is_refused(house: House, owner: Browser) -> None:
    person_id = add_person()
    with transaction() as db:
        account = create_account(db, email="viewer@forum.example", name="Vera", password=PASSWORD, **BY)
        grant_role(db, account.id, house.edition_id, Role.VIEWER, **BY)
        series = db.get_one(Edition, house.edition_id).series
        other = create_edition(db, edition_values(series, slug="later", ordinal=9, year=2029), **BY)
        set_edition_title(db, other.id, person_id, title={"en": "Poet"}, **BY)
    viewer = house.browser()
    viewer.sign_in("viewer@forum.example")
    assert viewer.get(f"{HOME}/people/{person_id}/erase").status_code == 403
    assert owner.get(f"{HOME}/people/{person_id}/erase").status_code == 404
    assert owner.get(f"{HOME}/people/999999/erase").status_code == 404
    with transaction() as db:
        assert db.scalar(select(Person.email).where(Person.id == person_id)) == "zq@harbor.example"


def test_the_command_shows_the_preview_and_asks(house: House) -> None:
    person_id = add_person()
    runner = house.app.test_cli_runner()
    asked = runner.invoke(erase, [str(person_id)], input="n\n")
    assert "record: 1 erased" in asked.output
    assert asked.exit_code == 1
    assert runner.invoke(erase, [str(person_id), "--yes"]).output.endswith("erased\n")
    with transaction() as db:
        assert db.scalar(select(Person.email).where(Person.id == person_id)) is None
