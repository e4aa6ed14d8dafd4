"""The public agenda in a real browser: as a list and as a grid, session by session, with picks that stay in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Span
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from tests.browser.conftest import AXE, ON_ONE_SIZE, press, serving, visit
from tests.web.changing import spring, wall
from tests.web.conftest import BY, publish

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


@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
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


# The first day is the 8th, with a dinner until 00:30 on the 9th; the other days are the 9th and the 11th, from 10 to 11
# in the morning. The browser's own clocks are those of Shanghai, where it is 15 hours later.
OPENS_ON = [
    ("a day before the forum", wall(7, 12), "d-2026-03-08"),
    ("the first evening, when it is the next day in Shanghai", wall(8, 20), "d-2026-03-08"),
    ("after midnight, while the dinner of the first day lasts", wall(9, 0, 15), "d-2026-03-08"),
    ("after midnight, when the dinner is over", wall(9, 0, 45), "d-2026-03-09"),
    ("the second evening, when its sessions are over", wall(9, 20), "d-2026-03-09"),
    ("a day without sessions", wall(10, 12), "d-2026-03-11"),
    ("the last evening", wall(11, 23), "d-2026-03-11"),
    ("the day after the forum", wall(12, 1), "d-2026-03-08"),
]
# The clock of Playwright would also replace `performance`, which says whether the page was opened or loaded again.
TIME = """{
    const Real = Date, now = %d;
    globalThis.Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [now])); }
        static now() { return now; }
    };
}"""


def test_the_agenda_opens_on_today_by_the_forums_clocks_or_on_the_first_day(browser: Browser, own_app: Flask) -> None:
    with transaction() as db:
        edition_id = spring(db)
        for day in (9, 11):
            given = {"code": f"day-{day}", "title": {"en": "Talk", "zh-Hans": "演讲"}, "kind": SessionKind.PANEL}
            create_session(db, edition_id, given, Span(wall(day, 10), wall(day, 11)), **BY)
        publish(db, edition_id)
    opened = []
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=360, language="en-US")
        seen.page.set_viewport_size({"width": 360, "height": 200})  # so that each day can be at the top
        for reason, now, _day in OPENS_ON:
            seen.page.goto("about:blank")  # the same address twice would count as loaded again
            seen.page.add_init_script(TIME % (now.utc.timestamp() * 1000))
            seen.go(AGENDA)
            shown = seen.page.evaluate(
                """() => [...document.querySelectorAll("section.day")]
                .findLast((day, at) => at === 0 || day.getBoundingClientRect().top < 100).getAttribute("aria-labelledby")"""
            )
            opened.append((reason, shown))
        context.close()
    assert opened == [(reason, day) for reason, _, day in OPENS_ON]
