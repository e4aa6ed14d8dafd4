"""The public pages in a real browser: in both languages, on a phone and on a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import AXE, ON_ONE_SIZE, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
PAGES = (
    "/",
    "/forum-2023",
    "/forum-2023/agenda",
    "/forum-2023/speakers",
    "/forum-2023/register/guest",
    "/nothing",
)
# In bytes on the wire, over a cold cache.
HEAVIEST = {"/forum-2023": 120_000, "/forum-2023/register/guest": 150_000, "/forum-2023/agenda": 150_000}


@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_pages_have_no_faults_and_little_weight(browser: Browser, site: str, width: int, language: str) -> None:
    faults, heavy = {}, {}
    for path in PAGES:
        context, seen = visit(browser, site, width=width, language=language)
        seen.go(path)
        found = [fault for fault in seen.faults() if "status of 404" not in fault]
        if found:
            faults[path] = found
        if seen.weight() > HEAVIEST.get(path, 120_000):
            heavy[path] = seen.weight()
        context.close()

    assert (faults, heavy) == ({}, {})


def test_a_reader_in_another_zone_sees_their_own_time_beside_the_forums(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=360, language="en-US")
    seen.go("/forum-2023/agenda")

    assert seen.page.locator(".own-time").all_inner_texts() == ["May 23 00:00–01:00", "May 23 01:00–01:15"]
    assert "China Standard Time" in seen.page.locator(".own-note").inner_text()
    context.close()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=1280, language="en-US")
    seen.go("/forum-2023/agenda")
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")

    assert seen.page.evaluate("document.activeElement.id") == "main"
    context.close()
