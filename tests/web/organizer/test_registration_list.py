"""The organizer's list of registrations: shared by address, taken out as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html

from forumapp.core.tables import read_table
from forumapp.domain.accounts.permissions import Role
from tests.web.organizer.house import HOME, add_registration, browser_as

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIST = f"{HOME}/registrations"


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
