"""What happens at one station stands on the screen on the wall and at the other stations within two seconds."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import Applicant, Source
from tests.browser.conftest import AXE, serving, visit
from tests.browser.onsite.test_station_storage import known, scan, sign_in
from tests.browser.stations import STATION, Door, open_door
from tests.domain.registering import HOUSE
from tests.seeds import seed_access
from tests.web.organizer.house import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
SCANS = 8
PATIENCE = 200  # times fifty milliseconds
MOST_MS = 2000
# When something was sent, when there was an answer to whether anything has changed, and when it was that it had.
NOTED = """
    const asked = window.fetch;
    window.answeredAt = [];
    window.toldAt = [];
    window.sentAt = [];
    window.fetch = async (...said) => {
        const at = Date.now();
        const answer = await asked(...said);
        if (/\\/(roster|board)/.test(said[0])) window.answeredAt.push(Date.now());
        if (String(said[0]).includes("/roster") && answer.status === 200) window.toldAt.push(Date.now());
        if (said[1]?.method === "POST") window.sentAt.push(at);
        return answer;
    };
"""
# When the number of those who have come was another one.
COUNTED = """() => {
    const read = () => Number(document.querySelector(".wall-number strong").textContent);
    let last = read();
    window.countedAt = [];
    new MutationObserver(() => {
        const now = read();
        if (now !== last) window.countedAt.push(Date.now());
        last = now;
    }).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture
def door(own_app: Flask) -> Door:
    assert own_app is not None
    with transaction() as db:
        return open_door(db)


def at_station(browser: Browser, site: str, door: Door, code: str = "") -> Page:
    context, seen = visit(browser, site, width=360, language="en-US")
    context.add_init_script(NOTED)
    seen.go(STATION)
    door.sign_in(seen.page, code)
    known(seen.page)
    return seen.page


def on_the_wall(browser: Browser, site: str, door: Door) -> Page:
    with transaction() as db:
        seed_access(db, door.edition_id, "ann@forum.example", Role.VIEWER, password=PASSWORD)
    context, seen = visit(browser, site, width=1280, language="en-US")
    context.add_init_script(NOTED)
    sign_in(seen, "ann")
    seen.go("/organizer/forum-2023/live/screen?day=all")
    seen.page.evaluate(COUNTED)
    return seen.page


def just_answered(page: Page) -> None:
    """A moment after it asked: what happens now it learns as late as it can be."""
    before = len(page.evaluate("window.answeredAt"))
    for _ in range(PATIENCE):
        if len(page.evaluate("window.answeredAt")) > before:
            return
        page.wait_for_timeout(20)
    raise AssertionError("it asks no more")


def until(page: Page, name: str, count: int) -> int:
    """When the one of that number was noted."""
    noted: list[int] = []
    for _ in range(PATIENCE):
        noted = page.evaluate(f"window.{name}")
        if len(noted) >= count:
            break
        page.wait_for_timeout(50)
    assert len(noted) == count, name
    return noted[-1]


def test_a_scan_stands_on_the_wall_and_at_the_other_station_and_an_old_code_is_red_there(
    browser: Browser, own_app: Flask, door: Door
) -> None:
    with serving(own_app) as site:
        first, other = at_station(browser, site, door), at_station(browser, site, door, door.another("Phone 2"))
        wall = on_the_wall(browser, site, door)
        for _ in range(2):  # the second one was asked for after whoever looks at the wall had signed in
            just_answered(other)
        began = len(other.evaluate("window.toldAt"))
        to_wall, to_other = [], []
        for number, badge in enumerate(door.badges[:SCANS], 1):
            just_answered(wall if number % 2 else other)
            before = len(first.evaluate("window.sentAt"))
            scan(first, badge.code, "passed")
            sent = until(first, "sentAt", before + 1)
            to_wall.append(until(wall, "countedAt", number) - sent)
            to_other.append(until(other, "toldAt", began + number) - sent)

        place = door.badges[SCANS]
        just_answered(other)
        with transaction() as db:
            row = db.get_one(Registration, place.registration_id)
            said = {"source": Source.MANUAL, "language": "en", "version": row.version, "actor": HOUSE}
            now = clock.now()
            substitute_registration(db, door.edition_id, row.id, Applicant(latin_family="Heir"), **said, now=now)
        to_red = until(other, "toldAt", began + SCANS + 1) - int(now.timestamp() * 1000)
        other.context.set_offline(True)
        scan(other, door.badges[0].code, "already-in")
        scan(other, place.code, "replaced")
        expect(other.locator("#result [data-said]")).to_have_attribute("data-said", "bad")

    delays = {"the wall": to_wall, "another station": to_other, "an old code": [to_red]}
    print("\n", {name: (median(found), max(found)) for name, found in delays.items()}, "ms: median, most")
    late = [one for found in delays.values() for one in found if one > MOST_MS]
    assert len(late) <= 1, delays  # while the machine does something else
