"""A liaison's day in a whole installation: from the list of their people to the slip that corrects what was printed."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AXE, press, visit
from tests.browser.installation import EDITION, installed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Visit
    from tests.browser.installation import Installation

# Each step has tests of its own in `make test`.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
HOME = f"/organizer/{EDITION}"
WHOLE = f"{HOME}/delegations/cccme"
ROSTER = "姓名\tName\t职务\tTitle\n钱多多\tQIAN Duoduo\t经理\tManager\n\t{name}\t主任\tDirector\n"
VISITS, FORUM_DAY = "2023-05-24", "2023-05-22"
MADE = 120_000  # milliseconds in which the worker has done what it was asked
FOUR = 4
PAUSE = 0.2


def test_a_liaison_s_day(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    with installed(tmp_path_factory.mktemp("day")) as (place, _office):
        context, seen = visit(browser, place.site, width=1280, language="en-US")
        sign_in(seen, *a_liaison(place))
        bring_the_list(seen)
        mend_a_clash(seen)
        moved = move_four_to_another_coach(seen)
        seat_them_there(seen, moved)
        manifest = manifest_of(words_of(printed(place, seen, "manifests")), "Coach 3")
        assert [name.split()[-1] in manifest for name in moved] == [True] * FOUR
        assert "09:30" in words_of(printed(place, seen, "arrivals"))
        delay_a_flight(seen)
        stale = state_of(seen, "arrivals")
        expect(stale).to_contain_text("Out of date")
        assert moved[0] in (stale.text_content() or "")
        slip = words_of(printed(place, seen, "errata"))
        assert [hour in slip for hour in ("09:30", "12:00")] == [True, True]
        assert seen.complaints == []
        context.close()


def a_liaison(place: Installation) -> tuple[str, str]:
    address = "liaison@forum.example"
    given = ("--role", "delegation-liaison", "--edition", EDITION, "--delegation", "cccme")
    return address, place.run("user", "add", address, *given).strip()


def sign_in(seen: Visit, email: str, password: str) -> None:
    seen.go("/organizer/sign-in")
    seen.page.fill("#f-email", email)
    seen.page.fill("#f-password", password)
    press(seen.page, "main form button[type=submit]")


def bring_the_list(seen: Visit) -> None:
    """Pasted with a row in which nobody is named, which is told; once it is filled in, both become members."""
    page = seen.page
    for name, faulty, fit in (("", "1", "Register 1 person"), ("SUN Laolao", "0", "Register 2 people")):
        seen.go(WHOLE)
        press(page, "main a:has-text('Import members')")
        page.fill("#f-rows", ROSTER.format(name=name))
        press(page, "main form button[type=submit]")
        counts = page.locator(".import-counts strong")
        assert (counts.first.inner_text(), page.inner_text(".import-start button")) == (faulty, fit)
    press(page, ".import-start button")
    expect(page.locator("#import-progress")).to_contain_text("2 records have been added", timeout=MADE)
    seen.go(f"{WHOLE}?search=Laolao")
    assert page.locator("main tbody tr", has_text="Laolao").count() == 1
    # Pasted again, nobody is doubled.
    seen.go(f"{WHOLE}/roster")
    page.fill("#f-rows", ROSTER.format(name="SUN Laolao"))
    press(page, "main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("There is nothing to add.")
    assert seen.faults() == []


def mend_a_clash(seen: Visit) -> None:
    """A meeting while all are on the visits: it is told with each of them, until it is moved to the evening."""
    page = seen.page
    seen.go(f"{WHOLE}/itinerary/new?kind=meeting&day={VISITS}")
    page.fill("[id='f-title.en']", "Press briefing")
    page.fill("[id='f-title.zh-Hans']", "新闻吹风会")
    for end, hour in (("starts", 16), ("ends", 17)):
        page.fill(f"[id='f-{end}']", f"{VISITS}T{hour}:30")
        page.fill(f"[id='f-{end}.zone']", "America/Los_Angeles")
    press(page, ".form-end button[type=submit]")

    seen.go(f"{WHOLE}/workspace?day={VISITS}&only=clash&at=every")
    expect(page.locator(".person-chip", has_text="Clashes with").first).to_be_visible()
    assert seen.faults() == []

    seen.go(f"{WHOLE}/itinerary")
    press(page, "main a:has-text('Press briefing')")
    for end, hour in (("starts", 20), ("ends", 21)):
        page.fill(f"[id='f-{end}']", f"{VISITS}T{hour}:30")
    press(page, ".form-end button[type=submit]")
    press(page, "button[name=confirmed]")
    seen.go(f"{WHOLE}/workspace?day={VISITS}")
    expect(page.locator(".workspace-sum")).to_contain_text("0 with a clash")


def move_four_to_another_coach(seen: Visit) -> list[str]:
    """Without leaving the page; their names."""
    page = seen.page
    seen.go(f"{WHOLE}/workspace?day={FORUM_DAY}")
    first, third = branch(page, "Coach 1"), branch(page, "Coach 3")
    before = count(first), count(third)
    chips = first.locator(".person-chip").all()[:FOUR]
    names = [chip.locator("bdi").inner_text() for chip in chips]
    for chip in chips:
        chip.locator("input").check()
    form = page.locator(".workspace-move").first
    form.locator("select[name=group_id]").select_option(label="Coach 3")
    form.locator("button").click()
    expect(page.locator("[data-workspace-told]")).to_contain_text("4 people have been moved")
    assert (count(first), count(third)) == (before[0] - FOUR, before[1] + FOUR)
    return names


def seat_them_there(seen: Visit, names: list[str]) -> None:
    """In the vehicle that runs for their group by now."""
    page = seen.page
    seen.go(f"{WHOLE}/coaches")
    press(page, "main a:has-text('Transfer to the forum')")
    for name in names:
        page.locator("[data-run] label", has_text=name).locator("input").check()
    press(page, "[data-run] button:has-text('Seat in Coach 3')")
    third = page.locator("[data-run]", has=page.locator("h2", has_text="Coach 3"))
    assert [name in third.inner_text() for name in names] == [True] * FOUR


def manifest_of(text: str, coach: str) -> str:
    """Its pages for the transfer to the forum."""
    return "".join(page for page in text.split("\f") if coach in page and "Transfer to the forum" in page)


def printed(place: Installation, seen: Visit, paper: str) -> Path:
    """The file of a working paper, once the worker has made it."""
    seen.go(f"{WHOLE}/papers")
    press(seen.page, f"#{paper} .job-actions a[href*='paper={paper}']:not([href*='changed'])")
    press(seen.page, "main form button[type=submit]")
    until = time.monotonic() + MADE / 1000
    while place.rows("SELECT 1 FROM print_job WHERE status NOT IN ('done', 'failed')"):
        assert time.monotonic() < until, "the paper is not made"
        time.sleep(PAUSE)
    assert "Version 1" in state_of(seen, paper).inner_text()
    with seen.page.expect_download() as fetched:
        seen.page.click(f"#{paper} a[href$='/file']")
    return fetched.value.path()


def state_of(seen: Visit, paper: str) -> Locator:
    seen.go(f"{WHOLE}/papers")
    return seen.page.locator(f"#{paper}")


def delay_a_flight(seen: Visit) -> None:
    """Jiangsu's way in is two and a half hours later."""
    page = seen.page
    seen.go(f"{HOME}/delegations/jiangsu/itinerary")
    press(page, "main a:has-text('Flight from Shanghai')")
    page.fill("#f-starts", "2023-05-20T15:30")
    page.fill("#f-ends", "2023-05-20T12:00")
    press(page, ".form-end button[type=submit]")
    press(page, "button[name=confirmed]")


def branch(page: Page, name: str) -> Locator:
    return page.locator(".branch", has=page.locator("summary", has_text=name)).first


def count(one: Locator) -> int:
    return int(one.locator("summary .branch-count").inner_text())


def words_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout
