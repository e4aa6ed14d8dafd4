"""Lists of organizers: their pages, and what stands in them in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.web.organizer.house import HOME, add_registration

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House


@pytest.mark.parametrize(
    ("address", "last"),
    [
        ("registrations?status=confirmed&", "registrations?status=confirmed&page=1"),
        ("people?", "people?search=&page=1"),
        ("organizations?search=oak&", "organizations?search=oak&page=1"),
        ("mail?", "mail?state=&page=1"),
        ("agenda/versions?", "agenda/versions?page=1"),
        ("paper?", "paper?page=1"),
        ("delegations/js?", "delegations/js?search=&page=1"),
    ],
)
def test_a_page_past_the_end_says_so_and_leads_to_the_last(
    house: House, owner: Browser, address: str, last: str
) -> None:
    add_registration(house, "Anna")

    empty = html.fromstring(owner.get(f"{HOME}/{address}page=9999999").text).find_class("empty")

    told = [
        (one.find_class("empty-title")[0].text, one.findall(".//a")[0].get("href"))
        for one in empty
        if one.findall(".//a")
    ]
    assert told == [("This page is past the end of the list", f"{HOME}/{last}")]


def test_a_tab_of_the_browser_carries_no_markup(house: House, owner: Browser) -> None:
    page = html.fromstring(owner.get(f"{HOME}/people/{house.person_id}?lang=zh-Hans").text)

    assert page.findtext(".//title") == "刘春 Liu Chun · 论坛1"
