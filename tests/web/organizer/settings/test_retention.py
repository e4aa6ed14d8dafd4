"""The pages of data that goes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind
from forumapp.domain.retention.models import RetentionRule
from forumapp.domain.retention.purging import purge
from forumapp.domain.retention.rules import Kind
from tests.web.organizer.house import BY, HOME, PASSWORD, Span, wall

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

PAGE = f"{HOME}/retention"
DUE = datetime(2023, 6, 21, 3, tzinfo=UTC)


@pytest.fixture
def flight(house: House) -> None:
    with transaction() as db:
        delegation = db.get_one(Delegation, house.delegation_id)
        values = {"kind": ItemKind.FLIGHT, "title": {"en": "MU 583"}}
        add_itinerary_item(db, delegation, values, Span(wall(8), wall(9)), **BY)


def tables(browser: Browser) -> list[list[list[str]]]:
    page = html.fromstring(browser.get(PAGE).text)
    rows = [[row.xpath("td") for row in table.xpath(".//tbody/tr")] for table in page.xpath("//table")]
    return [[[" ".join(cell.text_content().split()) for cell in row] for row in table] for table in rows]


@pytest.mark.usefixtures("flight")
def test_the_page_says_when_what_goes_and_what_has_gone(house: House, owner: Browser) -> None:
    (rules,) = tables(owner)
    assert [row[1:] for row in rules] == [
        ["Wed 21 Jun 2023", "Nothing"],
        ["Wed 21 Jun 2023", "1 flight"],
        ["Wed 21 Jun 2023", "Nothing"],
        ["Wed 21 Jun 2023", "Nothing"],
        ["Wed 21 Jun 2023", "Nothing"],
        ["Tue 21 May 2024", "Nothing"],
    ]
    with transaction() as db:
        purge(db, house.edition_id, Kind.FLIGHTS, now=DUE)
    rules, reports = tables(owner)
    assert [row[2] for row in rules] == ["Nothing"] * 6
    assert [row[1:] for row in reports] == [["Flights", "1 flight"]]
    assert "deleted data at the end of its retention" in owner.get(f"{HOME}/settings").text


def test_a_day_is_set_and_a_day_that_cannot_be_is_refused(owner: Browser) -> None:
    one = f"{PAGE}/diet"
    refused = owner.send(one, {"version": "0", "purge_on": "2023-05-01"})
    assert refused.status_code == 422
    assert "Choose a date that is not before the end of the forum." in refused.text
    assert owner.send(one, {"version": "0", "purge_on": "2023-07-01"}).status_code == 302
    assert tables(owner)[0][0][1] == "Sat 1 Jul 2023"
    assert owner.get(f"{PAGE}/passports").status_code == 404


def test_passport_data_has_a_date_of_its_own(owner: Browser) -> None:
    one = f"{PAGE}/identity"
    assert "passports, visas and dates of birth" in owner.get(one).text
    assert owner.send(one, {"version": "0", "purge_on": "2023-06-01"}).status_code == 302
    assert tables(owner)[0][2][1] == "Thu 1 Jun 2023"


def test_whoever_was_slower_sees_both_days(owner: Browser) -> None:
    one = f"{PAGE}/diet"
    assert owner.send(one, {"version": "0", "purge_on": "2023-07-01"}).status_code == 302
    stale = owner.send(one, {"version": "0", "purge_on": "2023-08-01"})
    (row,) = html.fromstring(stale.text).xpath("//div[contains(@class, 'both-versions')]//tbody/tr")
    assert (stale.status_code, [cell.text_content() for cell in row]) == (
        412,
        ["Deleted on", "2023-08-01", "2023-07-01"],
    )
    with transaction() as db:
        assert [(row.purge_on, row.version) for row in db.query(RetentionRule)] == [(date(2023, 7, 1), 1)]
    assert owner.send(one, {"version": "1", "purge_on": "2023-08-01"}).status_code == 302


def test_a_viewer_sees_the_days_and_changes_none(house: House) -> None:
    with transaction() as db:
        account = create_account(db, email="viewer@forum.example", name="Vera", password=PASSWORD, **BY)
        grant_role(db, account.id, house.edition_id, Role.VIEWER, **BY)
    viewer = house.browser()
    viewer.sign_in("viewer@forum.example")
    assert viewer.get(PAGE).status_code == 200
    sent = viewer.send(PAGE, {"version": "0", "purge_on": "2023-07-01"}, to=f"{PAGE}/diet")
    assert sent.status_code == 403
