"""A station reads badges that this product printed, as a camera sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.transactions import transaction
from tests.browser.conftest import AXE, serving, visit
from tests.browser.stations import Door, film, open_door, photographed, with_camera

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
STATION = "/checkin/forum-2023"
QUICK = 150  # ms
# How long it took from the moment when a code was read until its result stood on the page.
TIMED = """
    const form = document.querySelector("[data-scan]");
    const send = form.requestSubmit.bind(form);
    window.took = [];
    let read;
    form.requestSubmit = () => { read = performance.now(); send(); };
    new MutationObserver(() => requestAnimationFrame(() => window.took.push(performance.now() - read)))
        .observe(document.getElementById("result"), { childList: true });
"""


@pytest.fixture
def door(own_app: Flask) -> Door:
    with transaction() as db:
        return open_door(db)


def test_a_badge_is_read_by_the_camera_and_passes_once(
    browser: Browser, own_app: Flask, door: Door, tmp_path: Path
) -> None:
    with transaction() as db:
        seen_by_it = photographed(db, door.badges[0])
    shown = film(tmp_path / "badge.mjpeg", [seen_by_it])
    with serving(own_app) as site, with_camera(browser, shown) as seeing:
        context, seen = visit(seeing, site, width=360, language="zh-CN")
        page, camera = seen.page, seen.page.locator("[data-camera-toggle]")
        said = page.locator("#result")
        seen.go(STATION)
        door.sign_in(page)
        page.evaluate(TIMED)
        camera.click()
        expect(page.locator("[data-said=ok]")).to_contain_text("刘春")
        expect(said).to_contain_text("LIU Chun")
        page.wait_for_timeout(700)  # the badge is still there, and is not sent again
        expect(page.locator("[data-said=ok]")).to_be_visible()

        camera.click()
        camera.click()
        expect(page.locator("[data-said=warn]")).to_contain_text("Phone 1")
        assert min(page.evaluate("took")) < QUICK
        assert seen.faults() == []
        cookies = context.cookies()
        context.close()

        context, seen = visit(browser, site, width=1280, language="en-US")  # a laptop without a camera
        context.add_cookies(cookies)
        seen.go(STATION)
        seen.page.locator("[data-camera-toggle]").click()
        expect(seen.page.locator("[data-camera-said]")).to_contain_text("No camera was found")
        assert seen.faults() == []
        context.close()
