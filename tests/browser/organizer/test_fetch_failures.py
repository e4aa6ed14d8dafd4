"""What pages show while they load something, and when that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.database.transactions import transaction
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.printing.designs.services import create_design
from tests.browser.conftest import serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.delegations.test_workspace import an_item
from tests.web.organizer.house import BY, add_registration, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page, Route

    from tests.web.organizer.house import House

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
STALE = "This could not be refreshed. What you see may be out of date."


def is_fetch(route: Route) -> bool:
    return route.request.resource_type == "fetch"


def fail(route: Route) -> None:
    if is_fetch(route):
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


def add_groups(house: House) -> None:
    """Groups North and South, which part at a visit, with one member, who is in North."""
    registration_id = add_registration(house, "Anna")
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        add_member(db, delegation, registration_id, **BY)
        item_id = an_item(db, delegation, "Port", 9, 11)
        values = {"name": {"en": "Visits"}, "kind": "visit", "split_item_id": item_id}
        partition = create_partition(db, delegation, values, **BY)
        north, _south = (create_group(db, partition, {"name": {"en": one}}, **BY).id for one in ("North", "South"))
        put_into_group(db, house.edition_id, north, {registration_id: ""}, **BY)


def test_colors_and_designs_say_that_they_could_not_be_checked_and_a_record_opens_as_a_page(
    browser: Browser, own_app: Flask
) -> None:
    with transaction() as db:
        house = set_up(db, own_app)
        values = {"code": "cards", "name": {"en": "Cards"}, "ready": "a7-portrait-delegate"}
        create_design(db, house.edition_id, values, **BY)
    registration_id = add_registration(house, "Anna")
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=1280, language="en-US")
        page = seen.page
        sign_in(seen)
        page.route("**/*", fail)

        seen.go(f"{HOME}/registrations/types/guest")
        page.locator("[data-color]").first.fill("#aa3355")
        expect(page.locator("[data-color-told]").first).to_have_text("The color could not be checked.")
        expect(page.locator("[data-color-told][aria-busy]")).to_have_count(0)

        seen.go(f"{HOME}/paper/designs/cards")
        box, failed = page.locator("[data-stage] > button").nth(3), page.locator("[data-look-failed]")
        box.press("ArrowRight")
        expect(failed).to_be_visible()
        expect(failed).to_have_text("The preview could not be updated. It shows an earlier state.")
        expect(page.locator("[data-looked][aria-busy]")).to_have_count(0)
        page.unroute("**/*")
        box.press("ArrowRight")
        expect(failed).to_be_hidden()

        page.once("dialog", lambda dialog: dialog.accept())
        seen.go(f"{HOME}/registrations")
        page.route("**/*", fail)
        page.locator("a[data-panel]").first.click()
        page.wait_for_url(f"**/registrations/{registration_id}*")
        expect(page.locator("h1")).to_contain_text("Anna")
        context.close()


def move_anna(page: Page, group: str) -> None:
    page.locator(".person-chip input").check()
    page.locator("select[name=group_id]").select_option(label=group)
    page.locator(".workspace-move button").click()


def test_a_move_in_the_workspace_shows_that_it_waits_and_is_sent_as_a_form_when_that_fails(
    browser: Browser, own_app: Flask
) -> None:
    with transaction() as db:
        house = set_up(db, own_app)
    add_groups(house)
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=1280, language="en-US")
        page = seen.page
        held: list[Route] = []
        sign_in(seen)
        seen.go(f"{HOME}/delegations/js/workspace")
        moves = page.locator(".messages", has_text="1 person has been moved")

        page.route("**/move*", lambda route: held.append(route) if is_fetch(route) else route.continue_())
        move_anna(page, "South")
        board = page.locator("#workspace-board")
        expect(board).to_have_attribute("aria-busy", "true")
        expect(board).to_have_css("opacity", "0.6")
        with page.expect_navigation():
            held.pop().fulfill(status=500)
        expect(moves).to_be_visible()
        page.unroute("**/move*")

        page.evaluate("AbortSignal.timeout = () => AbortSignal.abort()")
        with page.expect_navigation():
            move_anna(page, "North")
        expect(moves).to_be_visible()
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
