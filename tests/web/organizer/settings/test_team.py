"""The owner's pages: people with access, invitations, and two factors for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.queries import access_page, get_access
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.schemas.choices import Scope
from forumapp.web.wording.choice_words import LABELS
from forumapp.web.wording.roles import ROLES, SCOPES
from tests.web.organizer.house import BY, HOME, NOW, PASSWORD, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

ACCESS = f"{HOME}/access"
LIAISON = {"roles": ["delegation-liaison"], "delegations": ["js"]}


def add(house: House, email: str, *roles: Role, name: str = "Lin Hua", codes: tuple[str, ...] = ()) -> int:
    """Someone with a password and these roles; the account's id."""
    with transaction() as session:
        account = create_account(session, email=email, name=name, password=PASSWORD, **BY)
        for role in roles:
            grant_role(session, account.id, house.edition_id, role, delegations=codes, **BY)
        return account.id


def held(house: House, account_id: int) -> tuple[list[str], list[str]]:
    line = get_access(db.session(), house.edition_id, account_id)
    db.session.commit()
    return [role.value for role in line.roles], list(line.delegations)


def version(browser: Browser, page: str) -> str:
    return html.fromstring(browser.get(page).text).xpath("//main//form[@class='form']//input[@name='version']/@value")[
        0
    ]


def alert(answer: Any) -> str:
    return " ".join(html.fromstring(answer.text).xpath("string(//main//*[@role='alert'])").split())


def test_every_role_and_scope_says_in_a_sentence_what_it_may() -> None:
    assert list(ROLES) == list(LABELS[Role])
    assert list(SCOPES) == list(LABELS[Scope])


def test_the_owner_invites_a_liaison_who_has_access_at_once(house: House, owner: Browser) -> None:
    values = {"email": "Lin@Forum.example", "name": "Lin Hua", "language": "zh-Hans", **LIAISON}

    answer = owner.send(f"{ACCESS}/invite", values)

    assert (answer.status_code, answer.location) == (302, ACCESS)
    account = rows(select(Account).where(Account.email == "lin@forum.example"))[0]
    assert (account.name, account.language, account.password_hash) == ("Lin Hua", "zh-Hans", None)
    assert held(house, account.id) == (["delegation-liaison"], ["js"])
    assert [one.template for one in rows(select(Message))] == ["account-invitation"]
    page = html.fromstring(owner.get(ACCESS).text)
    cells = [" ".join(cell.text_content().split()) for cell in page.xpath("//tbody/tr[1]/td")]
    assert cells == [
        "Lin Hualin@forum.example",
        "Delegation liaison",
        "Jiangsu",
        "Off",
        "Invited",
    ]


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({}, ["E-mail address: This is needed.", "Full name: This is needed.", "Roles: This is needed."]),
        ({"email": "x", "name": "X", "roles": ["viewer"]}, ["E-mail address: Write an e-mail address."]),
        (
            {"email": "x@y.example", "name": "X", "roles": ["delegation-liaison"]},
            ["Delegations: Choose at least one delegation for a delegation liaison."],
        ),
        (
            {"email": "x@y.example", "name": "X", "roles": ["viewer", "king"]},
            ["Roles: Choose one of the list."],
        ),
        (
            {"email": "owner@forum.example", "name": "X", "roles": ["viewer"]},
            ["E-mail address: This person already has access to the edition."],
        ),
    ],
)
def test_an_invitation_that_cannot_be_sent_says_why_and_keeps_what_was_typed(
    house: House, owner: Browser, values: dict[str, Any], faults: list[str]
) -> None:
    answer = owner.send(f"{ACCESS}/invite", {"language": "en", **values})

    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("//*[@id='error-summary']//li/a/text()") == faults
    assert page.xpath("//input[@name='email']/@value") == [values.get("email", "")]
    assert access_page(db.session(), house.edition_id).total == 1
    assert rows(select(Message)) == []


def test_roles_and_delegations_are_changed(house: House, owner: Browser) -> None:
    account_id = add(house, "lin@forum.example", Role.VIEWER)
    page = f"{ACCESS}/{account_id}"
    form = next(one for one in html.fromstring(owner.get(page).text).forms if "version" in one.fields)
    assert [box.get("value") for box in form.xpath(".//input[@checked]")] == ["viewer"]

    answer = owner.send(page, {"version": version(owner, page), **LIAISON})

    assert (answer.status_code, answer.location) == (302, ACCESS)
    assert held(house, account_id) == (["delegation-liaison"], ["js"])


def test_a_stale_change_shows_both_versions_in_words_and_saves_the_second_time(house: House, owner: Browser) -> None:
    account_id = add(house, "lin@forum.example", Role.VIEWER)
    page = f"{ACCESS}/{account_id}"
    mine = {"version": version(owner, page), "roles": ["print-staff", "viewer"]}
    owner.send(page, {"version": version(owner, page), **LIAISON})

    answer = owner.send(page, mine)

    assert answer.status_code == 412
    compared = html.fromstring(answer.text).xpath("//div[contains(@class, 'both-versions')]//tbody/tr")
    assert [[(cell.text or "").strip() for cell in one] for one in compared] == [
        ["Roles", "Print staff, Viewer", "Delegation liaison"],
        ["Delegations", "—", "Jiangsu"],
    ]
    assert held(house, account_id) == (["delegation-liaison"], ["js"])
    again = html.fromstring(answer.text).xpath("//main//form[@class='form']//input[@name='version']/@value")[0]
    assert owner.send(page, {**mine, "version": again}).status_code == 302
    assert held(house, account_id) == (["print-staff", "viewer"], [])


def test_a_stale_change_to_what_stands_already_is_done(house: House, owner: Browser) -> None:
    account_id = add(house, "lin@forum.example", Role.VIEWER)
    page = f"{ACCESS}/{account_id}"
    old = version(owner, page)
    owner.send(page, {"version": old, **LIAISON})

    assert owner.send(page, {"version": old, **LIAISON}).status_code == 302


def test_the_last_owner_cannot_go(house: House, owner: Browser) -> None:
    page = f"{ACCESS}/{house.owner_id}"

    changed = owner.send(page, {"version": version(owner, page), "roles": ["viewer"]})
    gone = owner.send(page, {"version": version(owner, page)}, to=f"{page}/take-away")

    words = "An edition needs at least one owner who can sign in. Make someone else an owner first."
    assert (changed.status_code, gone.status_code) == (409, 409)
    assert words in alert(changed)
    assert words in alert(gone)
    assert held(house, house.owner_id) == (["owner"], [])


def test_an_owner_may_step_down_for_another_one(house: House, owner: Browser) -> None:
    add(house, "lin@forum.example", Role.OWNER)
    page = f"{ACCESS}/{house.owner_id}"

    answer = owner.send(page, {"version": version(owner, page), "roles": ["viewer"]})

    assert (answer.status_code, answer.location) == (302, f"{HOME}/")
    assert owner.get(ACCESS).status_code == 403


def test_access_is_taken_away_and_the_person_finds_nothing(house: House, owner: Browser) -> None:
    account_id = add(house, "lin@forum.example", Role.SECRETARIAT)
    lin = house.browser()
    lin.sign_in("lin@forum.example")
    page = f"{ACCESS}/{account_id}"
    assert lin.get(f"{HOME}/people").status_code == 200

    answer = owner.send(page, {"version": version(owner, page)}, to=f"{page}/take-away")

    assert (answer.status_code, answer.location) == (302, ACCESS)
    assert lin.get(f"{HOME}/people").status_code == 404
    assert owner.get(page).status_code == 404

    undo = re.search(r'action="([^"]+/restore)"', owner.get(ACCESS).text)
    assert undo
    assert owner.send(f"{ACCESS}/invite", to=undo[1]).location == ACCESS
    assert lin.get(f"{HOME}/people").status_code == 200
    assert held(house, account_id) == (["secretariat"], [])


def test_someone_is_invited_again_until_they_have_joined(house: House, owner: Browser) -> None:
    owner.send(f"{ACCESS}/invite", {"email": "lin@forum.example", "name": "Lin", "language": "en", "roles": ["viewer"]})
    account = rows(select(Account).where(Account.email == "lin@forum.example"))[0]
    page = f"{ACCESS}/{account.id}"
    assert "Resend invitation" in owner.get(page).text

    assert owner.send(page, to=f"{page}/invite-again").location == page
    assert row(Account, account.id).link_number == 2
    with transaction() as session:
        session.get_one(Account, account.id).password_hash = "a hash"
    assert "Resend invitation" not in owner.get(page).text
    assert owner.send(page, to=f"{page}/invite-again").location == page  # from a page that was open meanwhile
    assert row(Account, account.id).link_number == 2
    assert [one.template for one in rows(select(Message))] == ["account-invitation"] * 2


def test_two_factors_are_asked_of_all_by_an_owner_who_has_them(house: House, owner: Browser) -> None:
    ask = {"requires_two_factor": "1"}

    refused = owner.send(ACCESS, {**ask, "version": version(owner, ACCESS)}, to=f"{ACCESS}/two-factor")

    assert refused.status_code == 409
    assert "Turn on two-factor sign-in for yourself first" in alert(refused)
    assert row(Edition, house.edition_id).requires_two_factor is False
    stands = version(owner, ACCESS)
    with transaction() as session:
        session.get_one(Account, house.owner_id).totp_since = NOW
    assert owner.send(ACCESS, {**ask, "version": stands}, to=f"{ACCESS}/two-factor").status_code == 302
    assert row(Edition, house.edition_id).requires_two_factor is True


def test_a_stale_setting_shows_both_and_changes_nothing(house: House, owner: Browser) -> None:
    stands = version(owner, ACCESS)
    with transaction() as session:
        edition = session.get_one(Edition, house.edition_id)
        edition.requires_two_factor = True
    with transaction() as session:
        session.get_one(Account, house.owner_id).totp_since = NOW
        session.get_one(Edition, house.edition_id).requires_two_factor = False

    answer = owner.send(ACCESS, {"requires_two_factor": "1", "version": stands}, to=f"{ACCESS}/two-factor")

    assert answer.status_code == 412
    compared = html.fromstring(answer.text).xpath("//div[contains(@class, 'both-versions')]//tbody/tr/*/text()")
    assert compared == ["Require two-factor sign-in for everyone", "Yes", "No"]
    assert row(Edition, house.edition_id).requires_two_factor is False


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_see_these_pages_and_the_way_to_them(house: House, owner: Browser, role: Role) -> None:
    account_id = add(house, "lin@forum.example", role, codes=("js",) if role is Role.DELEGATION_LIAISON else ())
    browser = house.browser()
    browser.sign_in("lin@forum.example")

    pages = ("", "/invite", f"/{account_id}", "/tokens", "/tokens/new")
    assert {page: browser.get(ACCESS + page).status_code for page in pages} == dict.fromkeys(pages, 403)
    assert f'href="{ACCESS}"' not in browser.get(f"{HOME}/settings").text
    assert f'href="{ACCESS}"' in owner.get(f"{HOME}/settings").text


def test_the_list_costs_the_same_for_few_and_many(house: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(ACCESS)
    for number in range(6):
        add(house, f"p{number}@forum.example", Role.DELEGATION_LIAISON, name=f"P {number}", codes=("js",))

    with queries() as many:
        page = owner.get(ACCESS)

    assert len(few) == len(many)
    assert page.text.count("P 5") == 1


@pytest.mark.both_databases
def test_people_are_searched(house: House, owner: Browser) -> None:
    add(house, "lin@forum.example", Role.VIEWER)

    assert "Lin Hua" in owner.get(f"{ACCESS}?search=LIN%40").text
    assert "Nobody is found" in owner.get(f"{ACCESS}?search=nobody").text
    assert "past the end" in owner.get(f"{ACCESS}?page=9").text
