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
        ("agenda?kind=panel&", "agenda?kind=panel&page=1"),
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


def test_letters_and_the_log_stand_in_words(house: House, owner: Browser) -> None:
    one = add_registration(house, "Anna", status="applied", email="anna@example.org")
    page = f"{HOME}/registrations/{one}"
    owner.send(page, {"version": "1"}, to=f"{page}/confirm")

    shown = html.fromstring(owner.get(f"{page}?lang=zh-Hans").text).text_content()
    mail = html.fromstring(owner.get(f"{HOME}/mail?lang=en").text).text_content()

    told = "状态 更改前：待审核 → 更改后：已确认" in " ".join(shown.split())
    assert (told, "报名已确认" in shown, "registration-confirmed" in shown) == (
        True,
        True,
        False,
    )
    assert ("Registration confirmed" in mail, "registration-confirmed" in mail) == (True, False)


def test_a_gap_names_the_language_as_the_reader_does(house: House, owner: Browser) -> None:
    page = f"{HOME}/delegations/js"

    assert "缺中文" in owner.get(f"{page}?lang=zh-Hans").text
    assert "Chinese missing" in owner.get(f"{page}?lang=en").text
