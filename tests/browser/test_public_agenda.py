"""The public agenda in a real browser: as a list and as a grid, session by session, with picks that stay in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forumapp.core.transactions import transaction
from tests.browser.conftest import AXE, SIZES, press, serving, visit
from tests.web.changing import spring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
AGENDA = "/forum-2023/agenda"
PAGES = (
    AGENDA,
    f"{AGENDA}?view=full&languages=one",
    f"{AGENDA}?q=mary",
    f"{AGENDA}/rooms/a",
    f"{AGENDA}/tracks/trade",
    f"{AGENDA}/sessions/right",
    f"{AGENDA}/v/1/sessions/dinner",
    f"{AGENDA}/now",
    f"{AGENDA}/picks?session=left",
    f"{AGENDA}/subscribe",
    "/forum-2023/speakers/1",
)
HEAVIEST = 150_000  # bytes on the wire, over a cold cache


@pytest.fixture
def site(own_app: Flask) -> Iterator[str]:
    with transaction() as db:
        spring(db)
    with serving(own_app) as address:
        yield address


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_pages_have_no_faults_and_little_weight(browser: Browser, site: str, width: int, language: str) -> None:
    faults = {}
    for path in PAGES:
        context, seen = visit(browser, site, width=width, language=language)
        seen.go(path)
        found = [*seen.faults(), *([f"weighs {seen.weight()}"] if seen.weight() > HEAVIEST else [])]
        if found:
            faults[path] = found
        context.close()

    assert faults == {}


def test_rooms_stand_side_by_side_on_a_desk_and_below_each_other_on_a_phone(browser: Browser, site: str) -> None:
    places = {}
    for width in (360, 1280):
        context, seen = visit(browser, site, width=width, language="en-US")
        seen.go(AGENDA)
        left, right, plenary = (seen.page.locator(f"#{code}").bounding_box() for code in ("left", "right", "plenary"))
        assert left
        assert right
        assert plenary
        places[width] = (left["y"] == right["y"], left["x"] < right["x"], plenary["width"] > 2 * left["width"])
        context.close()

    assert places == {360: (False, False, False), 1280: (True, True, True)}


def test_a_session_is_picked_by_mouse_and_by_keyboard_and_stays_picked(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=1280, language="en-US")
    page = seen.page
    seen.go(AGENDA)
    page.get_by_role("button", name="Pick: Left").click()
    page.get_by_role("button", name="Pick: Right").focus()
    page.keyboard.press("Space")
    assert page.locator("[data-pick-count]").inner_text() == "2"
    seen.go(f"{AGENDA}/sessions/left")
    assert page.get_by_role("button", name="Pick: Left").get_attribute("aria-pressed") == "true"
    seen.go(f"{AGENDA}/picks")
    assert page.locator("article.session").evaluate_all("found => found.map((one) => one.id)") == ["left", "right"]
    press(page, "#left form button")
    assert page.locator("article.session").evaluate_all("found => found.map((one) => one.id)") == ["right"]
    context.close()


def test_without_scripts_a_star_asks_on_a_page(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=360, language="en-US", scripts=False)
    page = seen.page
    seen.go(AGENDA)
    page.get_by_role("link", name="Pick: Dinner").click()
    press(page, ".pick-asked form button")
    assert page.locator("article.session h3").inner_text().startswith("Dinner")
    context.close()


def test_what_runs_now_is_told_on_the_day(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=360, language="en-US")
    seen.page.clock.set_fixed_time(datetime(2026, 3, 8, 11, 30, tzinfo=UTC))  # 04:30 there
    seen.go(AGENDA)
    shown = seen.page.locator("[data-now] .now-list")

    assert [" ".join(one.split()) for one in shown.all_inner_texts()] == [
        "04:00–05:00 Left Room a 04:00–05:00 Right Room b",
        "05:00–05:15 Pause All rooms",
    ]
    context.close()


def test_the_agenda_jumps_to_what_runs_now(browser: Browser, site: str) -> None:
    context, seen = visit(browser, site, width=360, language="en-US")
    seen.page.clock.set_fixed_time(datetime(2026, 3, 8, 11, 30, tzinfo=UTC))  # 04:30 there
    seen.go(AGENDA)
    seen.page.get_by_role("link", name="Jump to now").click()
    assert seen.page.evaluate("document.activeElement.closest('article')?.id") in ("left", "right")
    assert "/now" not in seen.page.url
    context.close()


@pytest.mark.parametrize(
    ("now", "is_shown"),
    [
        (datetime(2026, 3, 7, 11, tzinfo=UTC), False),
        (datetime(2026, 3, 8, 11, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 12, tzinfo=UTC), False),
    ],
    ids=["before the forum", "during the forum", "after the forum"],
)
def test_jump_to_now_is_shown_while_the_forum_is_on(
    browser: Browser, site: str, now: datetime, *, is_shown: bool
) -> None:
    context, seen = visit(browser, site, width=360, language="en-US")
    seen.page.clock.set_fixed_time(now)
    seen.go(AGENDA)
    assert seen.page.locator("[data-jump-now]").is_visible() is is_shown
    context.close()
