"""What two stations did to one badge without the network is shown to whoever looks after check-in, as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import Admission, Scan
from tests.browser.conftest import AXE, press, serving, visit
from tests.browser.stations import IS_KEPT, STATION, Door, open_door
from tests.seeds import seed_access
from tests.web.organizer.house import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
FAST = timedelta(minutes=7)  # as the clock of the second station is
AGO = {"Phone 1": timedelta(minutes=5), "Phone 2": timedelta(minutes=2)}  # when each of them let the badge in
WORDS = {
    "en": ("Scans to look at", "This scan", "The first one", "7 minutes ahead", "I have looked at it", "LIU Chun"),
    "zh-Hans": ("待查看的扫码记录", "本次扫码", "第一次扫码", "快 7 分钟", "我已查看", "刘春"),
}


@pytest.fixture
def door(own_app: Flask) -> Door:
    with transaction() as db:
        found = open_door(db)
        seed_access(db, found.edition_id, "ann@forum.example", Role.OWNER, password=PASSWORD)
        return found


def station(browser: Browser, site: str, door: Door, name: str, ahead: timedelta) -> Page:
    """One that knows everyone, has no network any more, and lets in a badge; by now, that was a while ago."""
    context, seen = visit(browser, site, width=360, language="en-US")
    page = seen.page
    page.clock.install(time=datetime.now(UTC) + ahead - AGO[name])
    seen.go(STATION)
    door.sign_in(page, door.pairing_code if name == "Phone 1" else door.another(name))
    expect(page.locator(".alone-known")).to_contain_text("12")
    page.wait_for_function(IS_KEPT)
    context.set_offline(True)
    page.fill("#code", door.badges[0].code)
    page.keyboard.press("Enter")
    expect(page.locator("#result [data-said]")).to_have_attribute("data-result", "passed")
    expect(page.locator(".alone-waiting")).to_contain_text("1")
    page.clock.fast_forward(int(AGO[name] / timedelta(milliseconds=1)))
    return page


def come_back(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.locator(".alone-waiting")).to_be_hidden(timeout=30_000)
    page.context.close()


def test_two_stations_that_let_in_one_badge_are_shown_in_the_order_in_which_they_did(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    """The one that comes back last was first, and a wrong clock changes nothing of that."""
    with serving(own_app) as site:
        right = station(browser, site, door, "Phone 1", timedelta())
        fast = station(browser, site, door, "Phone 2", FAST)
        come_back(fast)
        come_back(right)
        for width in (360, 1280):
            for language, words in WORDS.items():
                context, seen = visit(browser, site, width=width, language=language)
                is_shown(seen, language, words)
                context.close()
    with transaction() as db:
        second, first = db.scalars(select(Scan).order_by(Scan.id))
        assert [second.result.value, first.result.value] == ["passed", "passed"]
        assert db.scalars(select(Admission.first_at)).all() == [first.counts_at]
        assert first.counts_at < second.counts_at
        assert (abs(first.skew) < 30, abs(second.skew - FAST.total_seconds()) < 30) == (True, True)


def is_shown(seen: Visit, language: str, words: tuple[str, ...]) -> None:
    heading, this, earlier, ahead, button, name = words
    page = seen.page
    seen.go("/organizer/sign-in")
    page.fill("#f-email", "ann@forum.example")
    page.fill("#f-password", PASSWORD)
    press(page, "main button[type=submit]")
    seen.go(f"/organizer/forum-2023/scan-conflicts?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    one = page.locator("article.panel")
    expect(one).to_have_count(1)
    expect(one.get_by_role("heading")).to_contain_text(name)
    told = {key: one.locator(f"dt:text-is('{key}') + dd") for key in (this, earlier)}
    expect(told[this]).to_contain_text("Phone 2")
    expect(told[earlier]).to_contain_text("Phone 1")
    times = [datetime.fromisoformat(told[key].locator("time").get_attribute("datetime")) for key in (earlier, this)]
    assert times == sorted(times)
    expect(one).to_contain_text(ahead)
    expect(one.get_by_role("button", name=button)).to_be_visible()
    assert seen.faults() == []
