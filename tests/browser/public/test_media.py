"""Media in a real browser: the form that asks for outlet and role, and the desk that sees an ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.database.transactions import transaction
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.registration.lifecycle.register import create_type
from tests.browser.conftest import AXE, SIZES, press, visit
from tests.browser.organizer.test_organizer import HOME, desk, sign_in
from tests.web.organizer.house import BY, House, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

__all__ = ["desk"]  # a fixture
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]


@pytest.fixture
def house(own_app: Flask) -> House:
    with transaction() as db:
        house = set_up(db, own_app)
        opened = {"status": EditionStatus.OPEN}
        update_edition(db, house.edition_id, opened, version=db.get_one(Edition, house.edition_id).version, **BY)
        name = {"en": "Press", "zh-Hans": "媒体"}
        create_type(db, house.edition_id, {"code": "crew", "name": name, "is_media": True, "is_open": True}, **BY)
    return house


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_media_register_and_the_desk_sees_their_id(
    browser: Browser, desk: str, house: House, width: int, language: str
) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    page, faults = seen.page, {}
    seen.go("/forum/register/crew")
    expect(page.locator("#f-media_role_other")).to_be_hidden()
    page.select_option("#f-media_role", "other")
    page.fill("#f-latin_family", "Wang")
    page.fill("#f-email", "wang@example.org")
    page.check("#f-consent")
    press(page, "button[type=submit]")
    expect(page.locator("#e-organization")).to_be_visible()
    expect(page.locator("#e-media_role_other")).to_be_visible()
    faults["form"] = seen.faults()
    page.fill("[id='f-organization.en']", "Bay Wire")
    page.fill("#f-media_role_other", "Drone pilot")
    press(page, "button[type=submit]")
    context.close()

    context, seen = visit(browser, desk, width=width, language=language)
    page = seen.page
    sign_in(seen)
    seen.go(f"{HOME}/registrations?missing=id-check")
    page.click("a[data-panel]")
    expect(page.locator("#media")).to_be_visible()
    faults["panel"] = seen.faults()
    press(page, "form[action*='see-id'] button")
    expect(page.locator("form[action*='take-back-id-seen']")).to_have_count(1)
    faults["seen"] = seen.faults()
    seen.go(f"{HOME}/registrations/walk-in")
    expect(page.locator("#f-media_role")).to_be_hidden()
    page.select_option("#f-type_id", label={"en-US": "Press", "zh-CN": "媒体"}[language])
    expect(page.locator("#f-media_role")).to_be_visible()
    faults["walk-in"] = seen.faults()
    context.close()

    assert {where: found for where, found in faults.items() if found} == {}
