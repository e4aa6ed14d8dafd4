"""What combobox.js does: suggestions by typing, by keys and by touch, on a phone and on a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.database.transactions import transaction
from forumapp.domain.people.models import Organization
from forumapp.domain.people.records.services import create_organization
from tests.browser.conftest import AXE, SIZES, press, serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.house import BY, House, row, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Locator

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
NAMES = ("China Chamber", "China Council", "Bay Area Council")


@pytest.fixture
def house(own_app: Flask) -> House:
    with transaction() as session:
        house = set_up(session, own_app)
        for name in NAMES:
            create_organization(session, {"legal": {"en": name}, "abbreviation": {"en": name[0] + "X"}}, **BY)
    return house


@pytest.fixture
def desk(house: House) -> Iterator[str]:
    with serving(house.app) as address:
        yield address


def box(seen: Visit, house: House) -> Locator:
    sign_in(seen)
    seen.go(f"{HOME}/organizations/{house.organization_id}")
    return seen.page.locator("#f-parent_id")


def options(seen: Visit) -> list[str]:
    expect(seen.page.locator("[role=option]:visible").first).to_be_visible()  # the list says first that it searches
    return seen.page.locator("[role=option]:visible").all_inner_texts()


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_by_keys(browser: Browser, desk: str, house: House, width: int, language: str) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    field = box(seen, house)
    field.press_sequentially("china")
    assert [text.split("\n")[0] for text in options(seen)] == ["China Chamber", "China Council"]
    assert (field.get_attribute("role"), field.get_attribute("aria-expanded")) == ("combobox", "true")
    assert seen.faults() == []
    field.press("ArrowDown")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert seen.page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    field.press("Enter")
    assert (field.input_value(), field.get_attribute("aria-expanded")) == ("China Council", "false")
    with seen.page.expect_navigation():
        seen.page.locator("main .form-end button").click()
    seen.page.wait_for_load_state()
    assert row(Organization, house.organization_id).parent_id == chosen("China Council")
    context.close()


def test_by_touch_and_by_typing_to_the_end(browser: Browser, desk: str, house: House) -> None:
    context, seen = visit(browser, desk, width=360, language="en-US")
    field = box(seen, house)
    field.press_sequentially("bx")
    seen.page.locator("[role=option]", has_text="Bay Area Council").click()
    assert field.input_value() == "Bay Area Council"
    assert seen.page.locator("input[name=parent_id]").input_value() == str(chosen("Bay Area Council"))
    field.fill("")
    field.press_sequentially("China Chamber")
    options(seen)
    field.press("Tab")
    assert seen.page.locator("input[name=parent_id]").input_value() == str(chosen("China Chamber"))
    context.close()


def test_what_is_added_is_what_is_typed_by_then(browser: Browser, desk: str, house: House) -> None:
    """The server's answer to the first letters is there, and the one to the whole name is not yet."""
    context, seen = visit(browser, desk, width=1280, language="en-US")
    sign_in(seen)
    seen.go(f"{HOME}/hosts/new")
    field = seen.page.locator("#f-organization_id")
    field.press_sequentially("Consulate")
    expect(seen.page.locator("[role=option]:visible").last).to_contain_text("Consulate")
    seen.page.route("**/*q=Consulate%20General*", lambda route: None)
    field.press_sequentially(" General")
    seen.page.locator("[role=option]:visible").last.click()
    assert field.input_value() == "Consulate General"
    context.close()


def test_escape_closes_and_what_is_typed_stays(browser: Browser, desk: str, house: House) -> None:
    context, seen = visit(browser, desk, width=1280, language="en-US")
    field = box(seen, house)
    field.press_sequentially("zzz")
    expect(seen.page.locator(".combobox [role=status]").first).to_have_text("Nothing is found")
    field.fill("")
    field.press_sequentially("china")
    options(seen)
    field.press("Escape")
    expect(seen.page.locator("[role=option]:visible")).to_have_count(0)
    assert (field.input_value(), seen.page.locator("input[name=parent_id]").input_value()) == ("china", "")
    context.close()


def test_without_scripts_the_server_asks_which_one(browser: Browser, desk: str, house: House) -> None:
    context, seen = visit(browser, desk, width=360, language="en-US", scripts=False)
    seen.go("/organizer/sign-in")
    seen.page.fill("#f-email", "owner@forum.example")
    seen.page.fill("#f-password", "a password of some length")
    press(seen.page, "main button[type=submit]")
    seen.go(f"{HOME}/organizations/{house.organization_id}")
    seen.page.fill("#f-parent_id", "china")
    press(seen.page, "main .form-end button")
    seen.page.get_by_label("China Chamber").check()
    press(seen.page, "main .form-end button")
    assert row(Organization, house.organization_id).parent_id == chosen("China Chamber")
    context.close()


def test_another_language_of_the_page_keeps_what_is_typed(browser: Browser, desk: str, house: House) -> None:
    context, seen = visit(browser, desk, width=1280, language="en-US")
    sign_in(seen)
    seen.go(f"{HOME}/people/new")
    seen.page.fill("#f-latin_family", "O’Neill")
    seen.page.check("input[name=languages][value=zh-Hans]")
    press(seen.page, ".language-switch a[lang=zh-Hans]")
    expect(seen.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(seen.page.locator("#f-latin_family")).to_have_value("O’Neill")
    expect(seen.page.locator("input[name=languages][value=zh-Hans]")).to_be_checked()
    seen.page.reload()
    expect(seen.page.locator("#f-latin_family")).to_have_value("")
    seen.page.fill("#f-latin_family", "刘")
    seen.page.fill("#f-phone", "abc")
    press(seen.page, "main .form-end button")
    press(seen.page, ".language-switch a[lang=en]")
    expect(seen.page.locator("#f-latin_family")).to_have_value("刘")
    context.close()


def chosen(name: str) -> int:
    with transaction() as session:
        return next(one.id for one in session.query(Organization) if one.legal.get("en") == name)
