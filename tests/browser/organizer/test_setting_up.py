"""On the first day: from signing in on an empty machine to a published forum and a printed badge, by few steps."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from forumapp.core import clock
from tests.browser.conftest import AXE, ON_ONE_SIZE, visit
from tests.browser.installation import installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Visit
    from tests.browser.installation import Installation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
FEWER_THAN = 40
HOSTS = ("Consulate General in Los Angeles", "Bay Area Council")
NEXT_YEAR = clock.now().year + 1
NAME = {"en": f"{NEXT_YEAR} China-California Business Forum", "zh-Hans": f"{NEXT_YEAR}年中国-加州经贸论坛"}
PRINTED = 90.0


@dataclass
class Hand:
    """Fills fields and clicks, and counts both."""

    seen: Visit
    steps: int = 0

    @property
    def page(self) -> Page:
        return self.seen.page

    def fill(self, name: str, value: str) -> None:
        self.steps += 1
        self.field(name).fill(value)

    def choose(self, name: str, value: str) -> None:
        self.steps += 1
        self.field(name).select_option(value)

    def tick(self, name: str) -> None:
        self.steps += 1
        self.field(name).check()

    def find(self, name: str, text: str) -> None:
        """Type into a box of suggestions, and take what it offers last: to add what was typed."""
        self.steps += 2
        self.field(name).press_sequentially(text)
        offered = self.page.locator("[role=option]:visible", has_text=text).last
        offered.wait_for()
        offered.click()

    def click(self, what: Locator) -> None:
        self.steps += 1
        what.click()
        self.page.wait_for_load_state()

    def follow(self, end: str) -> None:
        """A link within the page's work."""
        self.click(self.page.locator(f"main a[href$='{end}']").first)

    def save(self, to: str = "") -> None:
        form = f"form[action$='{to}']" if to else "form"
        self.click(self.page.locator(f"main {form} button[type=submit].btn-primary").first)

    def field(self, name: str) -> Locator:
        return self.page.locator(f"main [id='f-{name}']")

    def look(self) -> None:
        assert self.seen.faults() == [], self.page.url


@pytest.mark.parametrize(("width", "language"), ON_ONE_SIZE)
def test_from_an_empty_machine_to_a_forum_and_a_badge(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, width: int, language: str
) -> None:
    with installed(tmp_path_factory.mktemp("empty"), "--empty") as (place, (address, password)):
        context, seen = visit(browser, place.site, width=width, language=language)
        hand = Hand(seen)
        sign_in(hand, address, password)
        edition = begin_edition(hand)
        name_hosts(hand)
        open_a_type(hand)
        plan_a_session(hand)
        open_the_forum(hand)
        register_a_guest(hand)
        print_the_badge(hand)
        assert hand.steps < FEWER_THAN
        look_at_the_site(hand, place, edition, language)
        context.close()


def sign_in(hand: Hand, address: str, password: str) -> None:
    hand.seen.go("/organizer/")
    hand.fill("email", address)
    hand.fill("password", password)
    hand.save()


def begin_edition(hand: Hand) -> str:
    hand.look()
    for code, text in NAME.items():
        hand.fill(f"name.{code}", text)
    hand.fill("ordinal", "5")
    hand.fill("starts_on", f"{NEXT_YEAR}-05-22")
    hand.fill("zone", "America/Los_Angeles")
    hand.save()
    found = re.search(r"/organizer/([a-z0-9-]+)/$", hand.page.url)
    assert found, hand.page.url
    hand.look()
    return found[1]


def name_hosts(hand: Hand) -> None:
    hand.follow("/hosts/new")
    for number, name in enumerate(HOSTS):
        if number:
            hand.follow("/hosts/new")
        hand.find("organization_id", name)
        hand.save()
    hand.look()


def open_a_type(hand: Hand) -> None:
    hand.follow("/registrations/types/new")
    hand.fill("name.en", "Guest")
    hand.fill("name.zh-Hans", "嘉宾")
    hand.tick("is_open")
    hand.save()


def plan_a_session(hand: Hand) -> None:
    hand.follow("/agenda/sessions/new")
    hand.fill("title.en", "Opening")
    hand.fill("title.zh-Hans", "开幕式")
    hand.save()
    hand.follow("/agenda/versions")
    hand.tick("sure")
    hand.save()


def open_the_forum(hand: Hand) -> None:
    hand.follow("/settings")
    hand.choose("status", "open")
    hand.save()


def register_a_guest(hand: Hand) -> None:
    hand.follow("/registrations/new")
    hand.fill("latin_family", "Liu")
    hand.fill("latin_given", "Chun")
    hand.save()


def print_the_badge(hand: Hand) -> None:
    hand.click(hand.page.locator("main form[action$='/badge'] button"))
    until = time.monotonic() + PRINTED
    while not hand.page.locator("main a[href$='/file']").count():
        assert time.monotonic() < until, "the badge is not printed"
        hand.page.wait_for_timeout(500)
    hand.look()


def look_at_the_site(hand: Hand, place: Installation, edition: str, language: str) -> None:
    hand.seen.go(f"/{edition}")
    text = hand.page.locator("body").inner_text()
    shown, ordinal = (NAME["zh-Hans"], "第五届") if language == "zh-CN" else (NAME["en"], "5th")
    assert shown in text
    assert ordinal in text
    assert text.index(HOSTS[0]) < text.index(HOSTS[1])
    hand.look()
    hand.seen.go(f"/{edition}/agenda")
    assert ("开幕式" if language == "zh-CN" else "Opening") in hand.page.locator("main").inner_text()
    assert place.rows("SELECT status FROM print_job") == [("done",)]
