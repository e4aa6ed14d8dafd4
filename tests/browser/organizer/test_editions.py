"""Setting up an edition in a real browser: a color that tells how it reads, the next edition, and the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core.database.transactions import transaction
from tests.browser.conftest import AXE, SIZES, press, serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.house import set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
WORDS = {
    "en-US": {
        "reads": "9.6 to 1",
        "kept": "read-only",
        "made": "The new edition has been created.",
        "guest": "Guest of honor",
    },
    "zh-CN": {"reads": "9.6∶1", "kept": "只读", "made": "新一届已创建", "guest": "主宾"},
}


@pytest.fixture
def desk(own_app: Flask) -> Iterator[str]:
    with transaction() as session:
        set_up(session, own_app)
    with serving(own_app) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize(("width", "language"), SIZES)
def test_an_edition_is_colored_carried_on_and_archived(browser: Browser, desk: str, width: int, language: str) -> None:
    context, seen = visit(browser, desk, width=width, language=language)
    page, words = seen.page, WORDS[language]
    sign_in(seen)

    seen.go(f"{HOME}/settings")
    before = page.inner_text("[data-color-told]")
    page.fill("#f-accent_color", "#f2b705")
    page.wait_for_function("before => document.querySelector('[data-color-told]').innerText !== before", arg=before)
    assert words["reads"] in page.inner_text("[data-color-told]")
    assert seen.faults() == []
    page.select_option("#f-status", "closed")
    press(page, "main .form button[type=submit]")
    page.wait_for_url(f"{desk}{HOME}/settings")

    seen.go(f"{HOME}/clone")
    page.fill("#f-ordinal", "5")
    page.fill("#f-starts_on", "2024-05-20")
    press(page, "main .form button[type=submit]")
    page.wait_for_url(f"{desk}/organizer/series-2024/")
    assert words["made"] in page.inner_text(".messages")
    seen.go("/organizer/series-2024/hosts/new")
    page.select_option("#f-role", "guest-of-honor")
    page.locator("#f-organization_id").press_sequentially("Jiangsu Province")
    page.locator("[role=option]:visible").last.click()
    press(page, "main .form button[type=submit]")
    seen.go("/organizer/series-2024/hosts")
    expect(page.locator("main")).to_contain_text(words["guest"])
    expect(page.locator("main")).to_contain_text("Jiangsu Province")

    seen.go(f"{HOME}/clone")
    page.fill("#f-ordinal", "5")
    page.fill("#f-starts_on", "2025-05-20")
    press(page, "main .form button[type=submit]")
    expect(page.locator("#e-ordinal")).to_be_visible()

    seen.go(f"{HOME}/settings")
    page.click("main details.confirm > summary >> nth=-1")
    press(page, "main details.confirm[open] button[type=submit]")
    page.wait_for_url(f"{desk}{HOME}/settings")
    assert words["kept"] in page.inner_text(".archived")
    assert seen.faults() == []
    press(page, ".archived button")
    page.wait_for_selector(".archived", state="detached")
    context.close()

    assert (seen.complaints, seen.elsewhere) == ([], [])
