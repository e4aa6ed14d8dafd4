"""What pages show while they load something, and when that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.transactions import transaction
from tests.browser.conftest import serving, visit
from tests.browser.test_organizer import HOME, sign_in
from tests.web.organizer.house import set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
STALE = "This could not be refreshed. What you see may be out of date."


def fail(route: Route) -> None:
    if route.request.resource_type == "fetch":
        route.fulfill(status=500)
    else:
        route.continue_()


def test_suggestions_lists_and_progress_say_that_they_could_not_be_loaded(browser: Browser, own_app: Flask) -> None:
    with transaction() as db:
        house = set_up(db, own_app)
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=1280, language="en-US")
        page = seen.page
        sign_in(seen)
        page.route("**/*", fail)

        seen.go(f"{HOME}/organizations/{house.organization_id}")
        page.locator("#f-parent_id").press_sequentially("Ch")
        expect(page.locator(".suggestions:visible")).to_have_text(
            "Suggestions could not be loaded. Keep typing to try again."
        )

        seen.go(f"{HOME}/registrations")
        page.locator(".list-filters input[type=search]").fill("Nobody")
        expect(page.get_by_text("The list could not be updated. It shows the previous search.")).to_be_visible()

        page.evaluate("""() => {
          document.querySelector("main").insertAdjacentHTML("beforeend", '<div data-poll="/organizer/progress">5 of 9</div>');
          document.dispatchEvent(new CustomEvent("found"));
        }""")
        expect(page.locator(".stale-note")).to_have_text(STALE)
        context.close()


def test_a_preview_says_that_it_is_of_what_was_typed_before(browser: Browser, own_app: Flask) -> None:
    with transaction() as db:
        set_up(db, own_app)
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=1280, language="en-US")
        page = seen.page
        sign_in(seen)
        seen.go(f"{HOME}/mail/texts/registration-confirmed")
        preview, field = page.locator("#preview-en"), page.locator("[id='f-subject.en']")

        page.route("**/preview*", lambda route: route.abort())
        field.press_sequentially("New")
        expect(preview.locator(".stale-note")).to_have_text(STALE)

        page.unroute("**/preview*")
        field.press_sequentially(" words")
        expect(preview).to_contain_text("New words")
        expect(preview.locator(".stale-note")).to_have_count(0)
        context.close()


def test_a_hall_screen_keeps_its_picture_and_says_that_it_is_old(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=1280, language="en-US")
    page = seen.page
    page.clock.install()
    seen.go("/forum-2023/agenda/screen")

    page.route("**/*", fail)
    page.clock.fast_forward(31_000)
    expect(page.locator(".screen-stale")).to_have_text(STALE)
    expect(page.locator("h1")).to_contain_text("Forum 2023")

    page.unroute("**/*")
    page.clock.fast_forward(31_000)
    expect(page.locator(".screen-stale")).to_have_count(0)
    assert [complaint for complaint in seen.faults() if "status of 500" not in complaint] == []
    context.close()


def test_a_hall_screen_reloads_its_page_after_a_release(browser: Browser, site: str) -> None:
    def answer_as_next_release(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("screen.js?v=", "screen.js?v=next"))

    context, seen = visit(browser, site, width=1280, language="en-US")
    page = seen.page
    page.clock.install()
    seen.go("/forum-2023/agenda/screen")
    page.evaluate("() => { window.isFirstLoad = true; document.getElementById('main').dataset.first = '' }")

    page.clock.fast_forward(31_000)
    expect(page.locator("main[data-first]")).to_have_count(0)
    assert page.evaluate("window.isFirstLoad")

    page.route("**/agenda/screen", answer_as_next_release)
    with page.expect_navigation():
        page.clock.fast_forward(31_000)
    assert not page.evaluate("window.isFirstLoad")
    context.close()
