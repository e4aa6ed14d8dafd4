"""The organizer's list of registrations: shared by address, taken out as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from forumapp.core.database.transactions import transaction
from forumapp.core.files.spreadsheets import read_table
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, HOME, NOW, add_registration, browser_as, group, row

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIST = f"{HOME}/registrations"


@pytest.mark.both_databases
def test_filters_combine_stand_in_the_address_and_go_one_by_one(house: House, owner: Browser) -> None:
    add_registration(house, "Anna", email="anna@example.org")
    add_registration(house, "Berta")
    address = f"{LIST}?search=port&status=confirmed&status=waitlisted&missing=email"

    page = html.fromstring(owner.get(address).text)

    assert [row.text_content().split()[0] for row in page.xpath("//tbody/tr")] == ["Berta"]
    ticked = page.xpath("//form[@role='search']//input[@type='checkbox'][@checked]/@value")
    assert sorted(ticked) == ["confirmed", "email", "waitlisted"]
    away = {" ".join(one.text_content().split()): one.get("href") for one in page.xpath("//a[@class='chip']")}
    (without,) = [to for words, to in away.items() if words.startswith("Missing:")]
    assert without == f"{LIST}?search=port&status=confirmed&status=waitlisted"
    assert "Anna" in owner.get(without).text


@pytest.mark.both_databases
def test_the_list_is_taken_out_as_it_is_filtered_and_as_one_is_told(house: House, owner: Browser) -> None:
    add_registration(house, "Anna", email="anna@example.org")
    add_registration(house, "Berta", "waitlisted")
    page = html.fromstring(owner.get(f"{LIST}/export?status=confirmed").text)
    (form,) = [one for one in page.forms if "export.xlsx" in one.action]
    query = "&".join(f"{name}={value}" for name, value in form.form_values())

    table = read_table(owner.get(f"{form.action}?{query}").data)
    manager = browser_as(house, Role.PROGRAM_MANAGER)
    untold = read_table(manager.get(f"{LIST}/export.csv?column=email&column=latin_given").data)

    assert [(row.cells["given name"], row.cells["attendee email"]) for row in table.rows] == [
        ("Anna", "anna@example.org")
    ]
    assert untold.headings == ("given name",)
    assert owner.get(f"{LIST}/export.pdf").status_code == 404


def test_several_are_changed_after_a_question_watched_and_taken_back(house: House, owner: Browser) -> None:
    ids = [add_registration(house, name, "applied") for name in ("Anna", "Berta", "Chloe")]
    page = html.fromstring(owner.get(LIST).text)
    assert page.xpath("//input[@form='bulk']/@value") == [str(one) for one in reversed(ids)]
    shown_for = {
        part.xpath("string(.//select/@name)"): json.loads(part.get("data-shown-if"))[0]["is"]
        for part in page.xpath("//form[@id='bulk']//*[@data-shown-if]")
    }
    assert shown_for == {"into": ["type"], "write_in": ["language"], "came": ["attendance"]}
    assert page.xpath("//script[contains(@src, 'shown.js')]")

    def languages() -> list[str]:
        return [row(Registration, one).language for one in ids]

    def run(address: str) -> int:
        run_id = int(address.rsplit("/", 1)[1])
        with transaction() as db:
            assert bulk_actions.take_batch(db, run_id, now=NOW) is False
        return run_id

    ticked = f"do=language&write_in=en&whom=ticked&id={ids[0]}&id={ids[2]}"
    asked = html.fromstring(owner.get(f"{LIST}/bulk?{ticked}").text)
    assert "2 registrations" in asked.text_content()
    assert languages() == ["zh-Hans"] * 3
    (form,) = [one for one in asked.forms if one.action == f"{LIST}/bulk"]
    sent = owner.post(form.action, data=MultiDict(form.form_values()))
    first = run(sent.location)
    assert languages() == ["en", "zh-Hans", "en"]
    shown = owner.get(f"{sent.location}/progress").text
    assert "2 registrations have been changed." in shown
    assert "data-poll" not in shown
    back = owner.send(sent.location, {}, to=f"{LIST}/bulk/{first}/undo")
    run(back.location)
    assert languages() == ["zh-Hans"] * 3
    assert owner.get(f"{LIST}/bulk?do=type&whom=all").status_code == 302


def test_a_liaison_who_sees_all_changes_the_members_of_their_own_delegations_alone(house: House) -> None:
    theirs, other = group(house, "js", "Jiangsu", "Qian"), group(house, "hb", "Hubei", "Sun")
    with transaction() as db:
        account = db.scalars(select(Account).filter_by(email="liaison-js@forum.example")).one()
        grant_role(db, account.id, house.edition_id, Role.VIEWER, **BY)

    page = html.fromstring(theirs.liaison.get(LIST).text)
    asked = theirs.liaison.get(f"{LIST}/bulk?do=language&write_in=en&whom=all").text
    nobody = theirs.liaison.get(f"{LIST}/bulk?do=language&write_in=en&whom=ticked&id={other.registration_id}")

    assert len(page.xpath("//tbody/tr")) == 2
    assert page.xpath("//input[@form='bulk']/@value") == [str(theirs.registration_id)]
    assert page.xpath("//select[@name='do']/option/@value") == ["cancel", "language", "tell", "attendance"]
    assert "All in the list that you may change (1)" in page.text_content()
    assert "1 registration" in html.fromstring(asked).text_content()
    assert nobody.status_code == 302


def test_types_over_time_are_shown_of_one_delegation_and_delegations_of_one_type(house: House) -> None:
    owner, member = browser_as(house, Role.OWNER), group(house, "js", "Jiangsu", "Qian")
    add_registration(house, "Anna")

    def legend(query: str) -> list[str]:
        page = html.fromstring(owner.get(f"{LIST}/figures{query}").text)
        return [one.text_content() for one in page.xpath("//ul[@class='chart-legend']/li/strong")]

    assert (legend(""), legend("?delegation=js"), legend("?delegation=-")) == (["2"], ["1"], ["1"])
    assert legend("?by=delegation&type=guest") == ["1", "1"]
    assert legend("?delegation=nothing") == ["2"]
    assert member.registration_id


def test_everyone_keeps_columns_and_their_order_for_themselves(house: House, owner: Browser) -> None:
    add_registration(house, "Anna", email="anna@example.org")
    colleague = browser_as(house, Role.SECRETARIAT)

    def heads(browser: Browser) -> list[str]:
        return [one.text_content() for one in html.fromstring(browser.get(LIST).text).xpath("//thead//th")]

    usual = heads(owner)
    sent = {"column": ["email", "status"], "place.email": "2", "place.status": "1", "type": "guest"}
    answer = owner.send(f"{LIST}/columns", sent, to=f"{LIST}/columns")

    assert answer.location == f"{LIST}?type=guest"
    assert heads(owner) == ["Select", "Full name", "Status", "E-mail address"]
    assert "anna@example.org" in owner.get(LIST).text
    assert heads(colleague) == usual == ["Select", "Full name", "Title and organization", "Type", "Status", "Code"]
