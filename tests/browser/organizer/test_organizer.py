"""The organizer's pages in a real browser: in both languages, on a phone and on a desk, with a real worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Span
from forumapp.domain.agenda.queries import get_session
from forumapp.domain.agenda.sessions.services import add_item
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import add_member
from forumapp.domain.delegations.models.delegations import Delegation
from tests.browser.conftest import AXE, ON_ONE_SIZE, press, serving, visit
from tests.web.organizer.house import BY, PASSWORD, House, add_registration, set_up, wall
from tests.worker.printing.test_printing import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
HEAVIEST = 300_000  # bytes on the wire, over a cold cache
HOME = "/organizer/forum"
WORDS = {
    "en-US": {"print": "Print 2 badges", "stale": "Yours", "clash": "at the same time"},
    "zh-CN": {"print": "打印 2 张胸卡", "stale": "您的", "clash": "同时"},
}


@pytest.fixture
def house(own_app: Flask) -> House:
    with transaction() as session:
        house = set_up(session, own_app)
    first = add_registration(house, "Anna", email="anna@example.org")
    add_registration(house, "Berta")
    add_registration(house, "Chloe", "waitlisted")
    add_registration(house, "Dora", "applied")
    with transaction() as session:
        delegation = session.get_one(Delegation, house.delegation_id)
        add_member(session, delegation, first, **BY)
        flight = {"kind": "visit", "title": {"en": "Port visit", "zh-Hans": "参观港口"}, "place": {"en": "Oakland"}}
        trade = get_session(session, house.edition_id, house.session_ids[0])
        add_item(session, trade, {"title": {"en": "Remarks", "zh-Hans": "致辞"}, "minutes": 10}, **BY)
        add_itinerary_item(session, delegation, flight, Span(wall(9), wall(10)), **BY)
    return house


@pytest.fixture
def desk(house: House) -> Iterator[str]:
    """The address of a server with a forum to organize."""
    with serving(house.app) as address:
        yield address


def sign_in(seen: Visit) -> None:
    """In the browser's language; one that chose none would get the account's."""
    seen.go("/organizer/sign-in")
    seen.go(f"{HOME}/?lang={seen.page.evaluate('navigator.language')}")
    seen.page.fill("#f-email", "owner@forum.example")
    seen.page.fill("#f-password", PASSWORD)
    press(seen.page, "main button[type=submit]")


def pages(house: House) -> list[str]:
    session = f"agenda/sessions/{house.session_ids[0]}"
    inner = ("", "people", "people/new", f"people/{house.person_id}", "organizations", "organizations/new",
        f"organizations/{house.organization_id}", "registrations", "registrations/1", "registrations/3", "registrations/4",
        "registrations/1/sessions", "registrations/1/answers", "registrations/1/message", "mailings/new",
        "registrations/figures", "registrations/export", "registrations/bulk?do=language&write_in=en&whom=all",
        "registrations/types", "registrations/types/guest", "registrations/types/new", "registrations?search=nobody",
        "mail", "agenda", session, "agenda/sessions/new", "agenda/versions", f"{session}/items/new",
        f"{session}/items/1", f"{session}/roles/new", f"{session}/roles/new?search=liu",
        "delegations", "delegations/js", "paper", "paper?paper=itineraries", "paper/check?paper=badges", "paper/outdated",
        "paper/log",
        "settings", "clone", "calendar", "calendar?state=done", "calendar/new", "calendar/1", "calendar/shift?first=2023-05-15&last=2023-05-15",
        "removed", "retention", "retention/diet")  # fmt: skip
    outer = ("", "editions", "editions/new", "series/new", "series/series")
    return [*(f"/organizer/{path}" for path in outer), *(f"{HOME}/{path}" for path in inner)]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_pages_have_no_faults_and_little_weight(
    browser: Browser, desk: str, house: House, width: int, language: str
) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    seen.go("/organizer/sign-in")
    faults = {"/organizer/sign-in": seen.faults()}
    sign_in(seen)
    for path in pages(house):
        seen.go(path)
        faults[path] = seen.faults()
        seen.complaints.clear()
    context.close()

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("path", ["", "people", "registrations"])
def test_a_cold_page_is_light(browser: Browser, desk: str, path: str) -> None:
    context, seen = visit(browser, desk, width=1280, language="en-US")
    sign_in(seen)
    cookies = context.cookies()
    context.close()
    context, seen = visit(browser, desk, width=1280, language="en-US")
    context.add_cookies(cookies)  # type: ignore[arg-type]  # what a context gives, a context takes

    seen.go(f"{HOME}/{path}")

    assert seen.page.url == f"{desk}{HOME}/{path}"
    assert seen.weight() < HEAVIEST
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_a_print_is_started_followed_and_fetched(
    browser: Browser, desk: str, house: House, own_database: str, tmp_path: Path, width: int, language: str
) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    page = seen.page
    sign_in(seen)
    assert WORDS[language]["clash"] in page.inner_text("section:has(> #needs)")

    seen.go(f"{HOME}/paper/check?paper=itineraries")
    groups = page.locator(".panel > details > summary").evaluate_all("all => all.map(one => one.clientHeight)")
    assert min(groups) >= 40  # findings by kind stand apart, and a thumb hits one
    seen.go(f"{HOME}/paper")
    press(page, "main .form button[type=submit]")
    with page.expect_navigation():
        page.get_by_role("button", name=WORDS[language]["print"]).click()
    expect(page.locator(".job")).to_have_count(1)
    assert seen.faults() == []

    seen.go(f"{HOME}/")
    workers = Workers(house.app, own_database, tmp_path)
    workers.start("browser-test")
    try:
        with page.expect_download(timeout=90_000) as fetched:
            page.locator(".job a[href$='/file']").click(timeout=90_000)
    finally:
        workers.end_all()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF-")
    expect(page.locator("[data-poll]")).to_have_count(1)  # of the alerts alone
    assert seen.faults() == []
    context.close()


def test_a_stale_save_shows_both_and_the_error_summary_is_in_focus(browser: Browser, desk: str, house: House) -> None:
    first, one = visit(browser, desk, width=360, language="en-US")
    second, other = visit(browser, desk, width=1280, language="en-US")
    for seen in (one, other):
        sign_in(seen)
        seen.go(f"{HOME}/people/{house.person_id}")
        seen.page.fill("#f-call_name", f"Name {seen.page.viewport_size}")
    press(one.page, ".form button[type=submit]")
    press(other.page, ".form button[type=submit]")

    assert WORDS["en-US"]["stale"] in other.page.inner_text(".both-versions")
    assert [fault for fault in other.faults() if "status of 412" not in fault] == []

    other.page.fill("#f-latin_family", "")
    other.page.fill("#f-latin_given", "")
    other.page.fill("#f-native_full", "")
    press(other.page, ".form button[type=submit]")
    assert other.page.evaluate("document.activeElement.id") == "error-summary"
    first.close()
    second.close()


def test_a_row_opens_beside_the_list_and_the_keys_lead_on(browser: Browser, desk: str) -> None:
    context, seen = visit(browser, desk, width=1400, language="en-US")
    page = seen.page
    sign_in(seen)
    seen.go(f"{HOME}/registrations?status=confirmed")
    panel, links = page.locator(".desk-aside"), page.locator("a[data-panel]")
    first, second = links.nth(0), links.nth(1)

    first.click()
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("entry in the log")
    expect(first).to_have_attribute("aria-current", "true")
    assert seen.faults() == []
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-current", "true")
    expect(second).to_be_focused()
    expect(panel).to_have_count(1)
    assert page.url.startswith(second.evaluate("link => link.href"))
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(second).to_be_focused()
    expect(page).to_have_url(f"{desk}{HOME}/registrations?status=confirmed")
    context.close()


def test_the_list_follows_what_is_typed_and_its_address_says_the_same(browser: Browser, desk: str) -> None:
    context, seen = visit(browser, desk, width=1400, language="en-US")
    page = seen.page
    sign_in(seen)
    seen.go(f"{HOME}/registrations?status=confirmed")
    rows, told = page.locator("tbody tr"), page.locator("[data-found-told]")
    expect(rows).to_have_count(2)
    page.locator("#f-search").press_sequentially("port be")
    expect(rows).to_have_count(1)
    expect(told).to_have_text("1 entry")
    expect(page.locator("#f-search")).to_be_focused()
    address = f"{desk}{HOME}/registrations?search=port+be&status=confirmed"
    expect(page).to_have_url(address)
    assert "search=port+be" in (page.locator("a[href*='/export']").get_attribute("href") or "")
    assert seen.faults() == []

    # What was found opens beside it, and Escape leads back to it; the record goes with its row.
    page.locator("a[data-panel]").click()
    expect(page.locator(".desk-aside")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page).to_have_url(address)
    page.locator("a[data-panel]").click()
    expect(page.locator(".desk-aside")).to_be_focused()
    page.fill("#f-search", "anna")
    expect(page.locator("a[data-panel]")).to_contain_text("Anna")
    expect(page.locator(".desk-aside")).to_have_count(0)
    context.close()
