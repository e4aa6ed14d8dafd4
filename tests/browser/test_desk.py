"""The registration desk by keys alone: found, opened, checked in, taken back, and the box is there for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core.transactions import transaction
from forumapp.domain.checkin.checkpoints import set_up_suggested
from forumapp.domain.checkin.models import Scan
from forumapp.domain.registration.models import TicketCode
from tests.browser.conftest import AXE, serving, visit
from tests.browser.test_organizer import HOME, sign_in
from tests.web.organizer.house import BY, add_registration, rows, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]


def test_a_line_is_worked_off_by_keys(browser: Browser, own_app: Flask) -> None:
    with transaction() as db:
        house = set_up(db, own_app)
        set_up_suggested(db, house.edition_id, **BY)
    _liu, lin = (add_registration(house, name) for name in ("Liu", "Lin"))
    with transaction() as db:
        of_lin = db.scalar(select(TicketCode.short).where(TicketCode.registration_id == lin))
    with serving(own_app) as address:
        _context, seen = visit(browser, address, width=1280, language="en")
        sign_in(seen)
        seen.go(f"{HOME}/desk")
        page, keys = seen.page, seen.page.keyboard
        box = page.locator("#f-search")
        expect(box).to_be_focused()
        keys.type("li")
        expect(page.locator("[data-counter-row]")).to_have_count(2)
        keys.press("ArrowDown")
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(page.get_by_role("button", name="Check in")).to_be_focused()
        assert seen.faults() == []
        keys.press("Enter")
        expect(page.locator("[data-counter-said=ok]")).to_contain_text("Checked in")
        expect(box).to_be_focused()
        keys.type("lin")  # over what was found, which is marked
        keys.press("Enter")
        expect(page.locator(".counter-name")).to_contain_text("Lin")
        keys.press("h")
        expect(page.locator("[data-counter-said=ok]")).to_contain_text("Badge handed out")
        keys.press("Escape")
        keys.type("liu")
        keys.press("Enter")
        expect(page.locator(".counter-name")).to_contain_text("Liu")
        # What a hand scanner types while somebody is in hand is a code, and none of its letters a key for them.
        keys.type(f"{of_lin}\n")
        expect(page.locator(".counter-name")).to_contain_text("Lin")
        keys.press("Escape")
        keys.type("nobody at all\n")
        expect(page.locator(".counter-none")).to_be_visible()
        expect(box).to_be_focused()
        keys.type("liu")
        keys.press("Enter")
        expect(page.locator(".counter-name")).to_contain_text("Liu")
        keys.press("u")
        expect(page.locator("[data-counter-said=ok]")).to_contain_text("taken back")
    assert [one.result.value for one in rows(select(Scan).order_by(Scan.id))] == ["passed", "passed", "undone"]
