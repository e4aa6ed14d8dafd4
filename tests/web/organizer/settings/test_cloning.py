"""A new edition from this one: the page that tells what comes along, and the fifth edition of a forum from the fourth."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.editions.services import create_edition, update_edition
from forumapp.domain.forums.hosts.services import add_host
from forumapp.domain.forums.models import Edition, EditionHost
from forumapp.domain.people.records.services import create_organization
from tests.web.organizer.house import BY, add_registration, edition_values, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

PAGE = "/organizer/forum/clone"


@pytest.fixture
def fourth(house: House) -> int:
    """The fourth edition, of 2019, whose first three stand beside it, with three hosts and a guest of honor."""
    with transaction() as db:
        edition = db.get_one(Edition, house.edition_id)
        values = {
            "ordinal": 4, "year": 2019, "starts_on": date(2019, 6, 5), "ends_on": date(2019, 6, 5),
            "name": {"en": "2019 China-California Business Forum", "zh-Hans": "2019年中国-加州经贸论坛"},
        }  # fmt: skip
        other = db.scalars(select(Edition).filter_by(slug="other")).one()
        update_edition(db, edition.id, values, version=edition.version, **BY)
        update_edition(db, other.id, {"ordinal": 1, "year": 2016, "status": "closed"}, version=other.version, **BY)
        for ordinal, year in ((2, 2017), (3, 2018)):
            given = {**edition_values(edition.series_id, f"cc-{year}", ordinal), "year": year, "status": "closed"}
            create_edition(db, given, **BY)
        for name, role in (("Bay Area Council", "host"), ("CCCME", "host"), ("Jiangsu", "guest-of-honor")):
            office = create_organization(db, {"legal": {"en": name}}, **BY)
            add_host(db, edition.id, {"organization_id": office.id, "role": role}, **BY)
        return edition.id


def said(**changes: Any) -> dict[str, Any]:
    return {
        "ordinal": "5", "starts_on": "2023-05-22", "zone": "America/Los_Angeles", "place.en": "Los Angeles",
        "place.zh-Hans": "洛杉矶", "along": ["hosts", "content-pages"], **changes,
    }  # fmt: skip


def shown(text: str) -> Any:
    return html.fromstring(text)


def test_the_fifth_edition_from_the_fourth(house: House, fourth: int, owner: Browser) -> None:
    answer = owner.send(PAGE, said())

    assert answer.location == "/organizer/series-2023/"
    fifth = rows(select(Edition).filter_by(slug="series-2023"))[0]
    assert (fifth.ordinal, fifth.year, str(fifth.starts_on), fifth.status.value) == (5, 2023, "2023-05-22", "draft")
    assert fifth.name == {"en": "2023 China-California Business Forum", "zh-Hans": "2023年中国-加州经贸论坛"}
    query = select(EditionHost.organization_id).order_by(EditionHost.role, EditionHost.print_order)
    hosts = [rows(query.where(EditionHost.edition_id == one)) for one in (fourth, fifth.id)]
    assert hosts[0] == hosts[1]
    assert len(hosts[0]) == 4
    again = owner.send(PAGE, said(slug="another"))
    assert (again.status_code, "Another one has this already." in again.text) == (422, True)
    with transaction() as db:
        update_edition(db, fifth.id, {"status": "open"}, version=fifth.version, **BY)
    home = shown(house.browser().get("/series-2023").text)
    assert [one.text_content() for one in home.find_class("nth")] == ["5th / 第五届"]


def test_the_page_tells_which_editions_there_are_what_comes_and_what_stays(
    house: House, fourth: int, owner: Browser
) -> None:
    add_registration(house, "Anna")

    page = shown(owner.get(PAGE).text)

    assert fourth == house.edition_id
    assert "1st (2016), 2nd (2017), 3rd (2018), 4th (2019)" in page.get_element_by_id("h-ordinal").text
    lists = [
        {one.find("span").text.strip(): one.findall("span")[-1].text for one in panel.findall(".//li")}
        for panel in page.find_class("panel")
    ]
    assert lists[0]["Registration types with their questions, closed"] == "1"
    assert "4" in page.get_element_by_id("comes").getparent().text_content()
    assert lists[1]["Registrations and their codes"] == "1"
    assert lists[1]["Sessions and their speakers"] == "2"
    assert page.xpath("//input[@name='ordinal']/@value") == [""]  # a number is never counted on
    assert page.xpath("//input[@name='place.zh-Hans']/@value") == ["洛杉矶"]
    assert len(page.xpath("//input[@name='along'][@checked]")) == 4


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(fourth: int, owner: Browser) -> None:
    answer = owner.send(PAGE, said(ordinal="", starts_on="", zone="Mars", **{"theme.en": "Trade"}))

    page = shown(answer.text)
    assert answer.status_code == 422
    assert {one.get("id")[2:] for one in page.find_class("field-error")} == {"ordinal", "starts_on", "zone"}
    assert page.xpath("//input[@name='theme.en']/@value") == ["Trade"]
    assert row(Edition, fourth).ordinal == 4


def test_hosts_that_are_not_ticked_stay_and_a_theme_that_is_taken_out_is_gone(
    house: House, fourth: int, owner: Browser
) -> None:
    with transaction() as db:
        edition = db.get_one(Edition, fourth)
        update_edition(db, fourth, {"theme": {"en": "Old theme"}}, version=edition.version, **BY)

    owner.send(PAGE, said(along=[], slug="fifth"))

    fifth = rows(select(Edition).filter_by(slug="fifth"))[0]
    assert (fifth.theme, rows(select(EditionHost).filter_by(edition_id=fifth.id))) == ({}, [])
    assert house.edition_id == fourth


def test_the_page_costs_the_same_however_much_there_is(house: House, owner: Browser) -> None:
    def counted() -> int:
        with queries() as sent:
            assert owner.get(PAGE).status_code == 200
        return len(sent)

    counted()
    before = counted()
    for number in range(3):
        add_registration(house, f"Name{number}", "applied")

    assert counted() == before
