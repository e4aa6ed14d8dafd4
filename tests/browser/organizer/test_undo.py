"""What someone removes is brought back with the keyboard alone: at once from the message, or later from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, press, visit
from tests.browser.organizer import test_organizer
from tests.browser.organizer.test_organizer import HOME, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.organizer.house import House

pytestmark = test_organizer.pytestmark
house, desk = test_organizer.house, test_organizer.desk
MOST_STEPS = 120
ITEMS = "section[aria-labelledby=items] .order-list > li"
UNDO = "form[action$='/restore'] button"
WORDS = {"en-US": ("Undo", "Restore"), "zh-CN": ("撤销", "恢复")}


def step_to(page: Page, selector: str) -> int:
    """Press Tab until the element has the focus; how often that was."""
    for steps in range(1, MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return steps
    raise AssertionError(f"{selector} is not reached")


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_removed_undone_and_brought_back_from_the_list(
    browser: Browser, desk: str, house: House, width: int, language: str
) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    page, (undo, restore) = seen.page, WORDS[language]
    sign_in(seen)
    seen.go(f"{HOME}/agenda/sessions/{house.session_ids[0]}")
    at = page.url
    expect(page.locator(ITEMS)).to_have_count(1)

    step_to(page, "form[action*='/items/'][action$='/remove'] button")
    press_enter(page)
    expect(page.locator(ITEMS)).to_have_count(0)
    assert (step_to(page, UNDO), page.evaluate("document.activeElement.textContent.trim()")) == (1, undo)
    assert seen.faults() == []
    press_enter(page)
    assert (page.url, page.locator(ITEMS).count()) == (at, 1)

    step_to(page, "form[action*='/items/'][action$='/remove'] button")
    press_enter(page)
    step_to(page, ".messages a")
    press_enter(page)
    assert page.url.endswith(f"{HOME}/removed")
    assert seen.faults() == []
    step_to(page, UNDO)
    assert page.evaluate("document.activeElement.textContent").startswith(restore)
    press_enter(page)
    assert (page.url, page.locator(ITEMS).count()) == (at, 1)
    context.close()


def test_a_removal_of_what_has_changed_is_decided_by_keyboard(browser: Browser, desk: str, house: House) -> None:
    """Both versions are told on a phone; leaving it is one step from removing it."""
    (first, one), (second, other) = (visit(browser, desk, width=360, language="zh-CN") for _ in range(2))
    for seen in (one, other):
        sign_in(seen)
        seen.go(f"{HOME}/agenda/sessions/{house.session_ids[0]}")
    one.page.fill("[name='title.en']", "Trade and more")
    press(one.page, "main form.form button.btn-primary")

    step_to(other.page, "form[action$='/remove'] button")
    press_enter(other.page)
    told = other.page.locator(".both-versions tbody tr").all_inner_texts()
    assert len(told) == 1
    assert ("Trade" in told[0], "Trade and more" in told[0]) == (True, True)
    assert [fault for fault in other.faults() if "status of 412" not in fault] == []
    step_to(other.page, "main form button")
    assert step_to(other.page, "main a.btn") == 1
    press_enter(other.page)
    assert other.page.input_value("[name='title.en']") == "Trade and more"
    first.close()
    second.close()
