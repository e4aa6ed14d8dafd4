"""What stations keep without the network is lost by nobody, whoever comes to them next, and is told as it is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import CheckinDevice, Scan
from forumapp.domain.checkin.rehearsal.services import start_rehearsal
from forumapp.domain.checkin.setup.devices import revoke_device
from tests.browser.conftest import AXE, press, serving, visit
from tests.browser.stations import IS_KEPT, KNOWN, STATION, Door, open_door
from tests.domain.registering import HOUSE
from tests.seeds import seed_access
from tests.web.organizer.house import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page, Route

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
# In the evening before the first day, where the forum is.
EVE = datetime(2023, 5, 22, 4, tzinfo=UTC)


@pytest.fixture
def door(own_app: Flask) -> Door:
    with transaction() as db:
        return open_door(db)


def known(page: Page) -> None:
    expect(page.locator(".alone-known")).to_contain_text("12")
    page.wait_for_function(IS_KEPT)


def scan(page: Page, code: str, told: str) -> None:
    """Until its own answer stands there: the one before it may say the same."""
    page.locator("#result").evaluate("result => result.replaceChildren()")
    type_in(page, code)
    expect(page.locator("#result [data-said]")).to_have_attribute("data-result", told)


def scanned() -> list[tuple[int | None, int | None, int | None, str, str | None]]:
    """Who made each scan, which device sent it for them, and what became of it."""
    with transaction() as db:
        rows = db.scalars(select(Scan).order_by(Scan.counts_at, Scan.id)).all()
        return [(one.device_id, one.account_id, one.sent_by_device_id, one.result.value, one.told) for one in rows]


def test_two_tabs_of_a_station_let_nobody_in_twice_without_the_network(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        seen.go(STATION)
        door.sign_in(seen.page)
        known(seen.page)
        other = context.new_page()
        other.goto(seen.page.url)
        known(other)
        context.set_offline(True)

        scan(seen.page, door.badges[0].code, "passed")
        scan(other, door.badges[0].code, "already-in")
        scan(other, door.badges[1].code, "passed")
        scan(seen.page, door.badges[1].code, "already-in")
        context.close()


def revoke(door: Door, name: str) -> int:
    with transaction() as db:
        row = db.scalars(select(CheckinDevice).where(CheckinDevice.name == name)).one()
        revoke_device(db, door.edition_id, row.id, version=row.version, actor=HOUSE, now=clock.now())
        return row.id


def test_what_a_revoked_device_has_kept_the_next_one_in_its_browser_sends(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    """Also a scan that the server had taken when its answer was lost."""
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page, waiting = seen.page, seen.page.locator(".alone-waiting")
        seen.go(STATION)
        door.sign_in(page)
        known(page)
        page.route("**/scans", lambda route: route.abort())
        lose_the_answer(page, door.badges[0].code)
        context.set_offline(True)
        for badge in door.badges[1:4]:
            scan(page, badge.code, "passed")
        scan(page, door.badges[0].code, "already-in")
        expect(waiting).to_contain_text("5")
        first = revoke(door, "Phone 1")
        page.unroute("**/scans")

        context.set_offline(False)
        expect(page.locator("[data-left]")).to_contain_text("in this browser to be sent: 5.")
        seen.complaints.clear()  # of the requests that got no answer
        assert seen.faults() == []
        door.sign_in(page, door.another("Phone 2"))
        sent = page.locator(".alone-sent")
        expect(sent).to_contain_text(": 5, of them by another device or account at this checkpoint: 5")
        expect(waiting).to_be_hidden()
        expect(page.locator(".alone-notes")).to_be_hidden()  # nobody is judged otherwise than they were told
        assert seen.faults() == []
        scan(page, door.badges[2].code, "already-in")
        expect(page.locator("#result")).to_contain_text("Phone 1")
        seen.go(STATION)
        known(page)
        expect(sent).to_be_hidden()
        context.close()
    with transaction() as db:
        second = db.scalars(select(CheckinDevice.id).where(CheckinDevice.name == "Phone 2")).one()
    assert scanned() == [
        (first, None, None, "passed", None),
        *[(first, None, second, "passed", "passed")] * 3,
        (first, None, second, "already-in", "already-in"),
        (second, None, None, "already-in", None),
    ]


def test_another_qr_is_an_unknown_code_and_no_name_and_makes_no_page_wider(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page, said = seen.page, seen.page.locator("#result [data-said]")
        seen.go(STATION)
        door.sign_in(page)
        known(page)
        scan(page, "https://u.wechat.com/EKpQ2kD8aVg1Fsd2x" + "aB3" * 14, "unknown")
        expect(said).to_contain_text("Unknown code")
        page.fill("#code", "Wolfeschlegelsteinhausenbergerdorff")
        page.keyboard.press("Enter")
        expect(said).to_contain_text("Nobody with a badge is found by")
        assert seen.faults() == []
        context.close()


def test_a_name_that_is_typed_before_the_people_are_loaded_is_no_unknown_code(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page, said = seen.page, seen.page.locator("#result")
        page.route("**/roster*", lambda _route: None)
        seen.go(STATION)
        door.sign_in(page)
        type_in(page, "wang xiao")
        expect(said).to_contain_text("The people are still being loaded. “wang xiao” is looked for")
        scan(page, "GUESTAAA", "unknown")  # which could be a code
        expect(said).to_contain_text("If this is a name: the people are still being loaded")
        type_in(page, "王小")
        expect(said).to_contain_text("“王小” is looked for")
        assert (seen.faults(), [result for *_, result, _told in scanned()]) == ([], ["unknown"])

        page.unroute("**/roster*")  # which lets those through that were held
        expect(said.locator("li")).to_contain_text("WANG Xiaoming")
        said.get_by_role("button", name="WANG Xiaoming").click()
        expect(said.locator("[data-said]")).to_have_attribute("data-result", "passed")
        context.close()


def test_a_name_that_could_be_a_code_is_looked_for_when_people_are_loaded_while_the_server_is_asked(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        told: list[Route] = []
        asked: list[Route] = []
        page.route("**/roster*", lambda route: told.append(route))  # noqa: PLW0108 (which Playwright marks)
        page.route("**/scan", lambda route: asked.append(route))  # noqa: PLW0108
        seen.go(STATION)
        with page.expect_request("**/roster*"):
            door.sign_in(page)
        with page.expect_request("**/scan"):
            type_in(page, "guest3an")
        page.unroute("**/roster*")
        told[0].continue_()
        known(page)
        asked[0].continue_()
        expect(page.locator("#result li")).to_contain_text("Ann Guest3")
        context.close()


def test_a_page_that_is_opened_anew_tells_since_when_there_is_no_network(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    """And not since when it was opened; once the network was back, the next time it is lost is another one."""
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page, state = seen.page, seen.page.locator("[data-state]")
        page.clock.install()
        seen.go(STATION)
        door.sign_in(page)
        known(page)
        context.set_offline(True)
        expect(state).to_contain_text("No network since")
        told = state.inner_text()
        page.clock.fast_forward("40:00")
        seen.go(STATION)
        expect(state).to_have_text(told)
        context.set_offline(False)
        expect(state).not_to_contain_text("No network", timeout=30_000)
        context.set_offline(True)
        expect(state).to_contain_text("No network since")
        assert state.inner_text() != told
        context.close()


def test_a_name_is_no_scan_of_a_station_that_knows_nobody_and_has_no_network(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        page.route("**/roster*", lambda route: route.abort())
        seen.go(STATION)
        door.sign_in(page)
        expect(page.locator("[data-state]")).to_contain_text("No network since")
        context.set_offline(True)
        type_in(page, "wang xiao")
        expect(page.locator("#result")).to_contain_text("knows nobody yet and finds no names")
        expect(page.locator(".alone-waiting")).to_be_hidden()
        context.close()


def type_in(page: Page, words: str) -> None:
    page.fill("#code", words)
    page.keyboard.press("Enter")


def lose_the_answer(page: Page, code: str) -> None:
    """The server takes the scan, and the station never learns of it."""

    def answer_nobody(route) -> None:  # type: ignore[no-untyped-def]
        route.fetch()
        route.abort()

    page.route("**/scan", answer_nobody)
    scan(page, code, "passed")
    expect(page.locator(".scan-alone")).to_be_visible()
    page.unroute("**/scan")


def test_what_an_account_has_kept_the_next_one_sends(browser: Browser, own_app: Flask, door: Door) -> None:
    with transaction() as db:
        ids = [
            seed_access(db, door.edition_id, f"{name}@forum.example", Role.REGISTRATION_DESK, password=PASSWORD).id
            for name in ("ann", "bo")
        ]
    here = f"{STATION}?at={door.checkpoint_id}"
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=1280, language="en-US")
        page = seen.page
        sign_in(seen, "ann")
        seen.go(here)
        expect(page.locator(".alone-known")).to_contain_text("12")
        page.wait_for_function(IS_KEPT.replace("forum-2023", f"forum-2023?at={door.checkpoint_id}"))
        context.set_offline(True)
        for badge in door.badges[:3]:
            scan(page, badge.code, "passed")
        page.route("**/scans?at=*", lambda route: route.abort())  # back, and signed out before anything is sent
        context.set_offline(False)
        seen.go("/organizer/forum-2023")
        with page.expect_navigation():
            page.locator("form[action$='sign-out']").evaluate("form => form.requestSubmit()")
        expect(page.locator("[data-left]")).to_contain_text("in this browser to be sent: 3.")
        sign_in(seen, "bo")
        page.unroute("**/scans?at=*")
        seen.go(here)
        expect(page.locator(".alone-sent")).to_contain_text(
            ": 3, of them by another device or account at this checkpoint: 3"
        )
        context.close()
    with transaction() as db:
        rows = db.execute(select(Scan.account_id, Scan.sent_by_account_id, Scan.result)).all()
    assert Counter(rows) == {(ids[0], ids[1], "passed"): 3}


def sign_in(seen: Visit, name: str) -> None:
    seen.go("/organizer/sign-in?lang=en")
    seen.page.fill("#f-email", f"{name}@forum.example")
    seen.page.fill("#f-password", PASSWORD)
    press(seen.page, "main button[type=submit]")


def test_a_device_that_is_signed_out_without_the_network_says_what_becomes_of_what_it_keeps(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    asked: list[str] = []
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
        seen.go(STATION)
        door.sign_in(page)
        known(page)
        context.set_offline(True)
        scan(page, door.badges[0].code, "passed")
        scan(page, "AAAAAAAA", "unknown")
        page.click("[data-sign-out] button")
        expect(page.locator("[data-state]")).to_contain_text("Signed out here")
        assert ("no network" in asked[0], "not sent yet: 2." in asked[0]) == (True, True)
        expect(page.locator(".station")).to_be_hidden()
        assert page.evaluate(KNOWN) == 0
        seen.go(STATION)  # the page is there, and neither scans nor knows anybody
        expect(page.locator("[data-state]")).to_contain_text("Signed out here")
        expect(page.locator("#code")).to_be_hidden()
        assert scanned() == []

        context.set_offline(False)
        expect(page.locator(".sign-in")).to_be_visible()
        expect(page.locator("[data-left]")).to_be_hidden()
        with transaction() as db:
            (device,) = db.scalars(select(CheckinDevice))
            assert device.token_hash is None
        assert [told for *_, told in scanned()] == ["passed", "unknown"]

        door.sign_in(page, door.another("Phone 2"))
        known(page)
        for of in ("**/scans", "**/scan"):
            page.route(of, lambda route: route.abort())  # a server that takes nothing
        scan(page, door.badges[1].code, "passed")
        page.click("[data-sign-out] button")
        expect(page.locator("[data-state]")).to_contain_text("Signed out here")
        assert (len(asked), "not sent yet: 1." in asked[1], len(scanned())) == (2, True, 2)
        for of in ("**/scans", "**/scan"):
            page.unroute(of)
        expect(page.locator(".sign-in")).to_be_visible(timeout=30_000)
        context.close()
    assert len(scanned()) == 3


def test_on_the_first_day_a_page_that_slept_through_the_end_of_a_rehearsal_speaks_of_none(
    browser: Browser, own_app: Flask, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the network, and who was let in for practice has not come."""
    ahead = EVE - datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + ahead)
    with transaction() as db:
        start_rehearsal(db, door.edition_id, actor=HOUSE, now=clock.now())
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page, banner = seen.page, seen.page.locator("[data-rehearsal-banner]")
        page.clock.install(time=EVE + timedelta(minutes=5))  # which is fast
        seen.go(STATION)
        door.sign_in(page, door.another("Tablet"))
        known(page)
        expect(banner).to_be_visible()
        scan(page, door.badges[0].code, "passed")
        context.set_offline(True)
        scan(page, door.badges[1].code, "passed")
        expect(page.locator("[data-said] .rehearsal-word")).to_be_visible()

        page.clock.fast_forward("04:00:00")
        ahead += timedelta(hours=4)
        expect(page.locator("#result > *")).to_have_count(0, timeout=15_000)  # nobody looks at who came in for practice
        for badge in door.badges[:2]:
            scan(page, badge.code, "passed")
        expect(page.locator("[data-said] .rehearsal-word")).to_have_count(0)
        expect(banner).to_be_hidden()
        seen.go(STATION)
        expect(banner).to_be_hidden()
        scan(page, door.badges[0].code, "already-in")
        context.set_offline(False)
        expect(page.locator(".alone-waiting")).to_be_hidden(timeout=60_000)
        context.close()
    with transaction() as db:
        of_day = db.scalars(select(Scan.result).where(Scan.is_rehearsal.is_(False))).all()
    assert sorted(one.value for one in of_day) == ["already-in", "passed", "passed"]
