"""A station reads badges that this product printed, as a camera sees them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.models import CheckinDevice, Scan
from tests.browser.conftest import AXE, serving, visit
from tests.browser.stations import IS_KEPT, KNOWN, OPEN, STATION, Door, film, open_door, photographed, with_camera

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser

    from tests.browser.conftest import Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
# A server that takes a scan and does not say so in time.
TOO_SLOW = """
    const real = window.fetch;
    window.fetch = (where, how) => String(where).endsWith("/scan")
        ? real(where, { ...how, signal: undefined }).then(() => { throw new DOMException("", "TimeoutError"); })
        : real(where, how);
"""
THIRTEEN_HOURS_AGO = f"""async () => {{ {OPEN}
    const [[row], [key]] = [await all("stations"), await wait(store("stations").getAllKeys())];
    await wait(store("stations").put({{ ...row, synced: Date.now() - 13 * 3600 * 1000 }}, key));
}}"""
# Whatever a station has written down, apart from its key, is encrypted.
IN_CLEAR = f"""async () => {{ {OPEN}
    const rows = [...(await all("people")), ...(await all("queue")), ...(await all("stations")).map((one) => one.head)];
    const keys = (await all("stations")).map((one) => one.key);
    return [
        ...rows.filter((one) => !(one.data instanceof ArrayBuffer) || Object.keys(one).length !== 2),
        ...keys.filter((one) => one.extractable),
    ];
}}"""
ONE_UNREADABLE = f"""async () => {{ {OPEN}
    const [station] = await wait(store("stations").getAllKeys());
    await wait(store("queue").put({{ iv: new Uint8Array(12), data: new ArrayBuffer(32) }}, [station, "a"]));
}}"""
# What a second tab has wiped the first does not write back by halves, and what it keeps then can be read by both.
WIPED_BESIDE = """async () => {
    const { openStore, wipeWhere } = await import("/static/checkin_store.js");
    const one = await openStore("/elsewhere", "1-a1");
    await one.write({ cursor: "1" }, [{ id: 1 }]);
    await wipeWhere((key) => key === "/elsewhere 1-a1");
    await one.touch();
    await one.enqueue({ nonce: "a", at: 1 });
    const both = await Promise.all([1, 2].map(() => openStore("/elsewhere", "1-a1")));
    const told = [await both[0].read(), (await both[1].queued()).length];
    await one.dequeue(["a"]);
    await one.leave();
    return told;
}"""
# What one device or account kept is sent by the next at the same checkpoint, and at another one told.
TAKEN_OVER = """async () => {
    const { openStore } = await import("/static/checkin_store.js");
    const one = await openStore("/else-where", "1-a1");
    await one.enqueue({ nonce: "a", at: 1 });
    const far = await openStore("/else-where", "11-d2");
    const near = await openStore("/else-where", "1-d2");
    const told = [far.elsewhere, near.elsewhere, await near.queued(), await one.queued()];
    await near.dequeue(["a"]);
    for (const store of [one, far, near]) await store.leave();
    return told;
}"""


@pytest.fixture
def door(own_app: Flask) -> Door:
    with transaction() as db:
        return open_door(db)


def test_a_badge_is_read_by_the_camera_and_passes_once(
    browser: Browser, own_app: Flask, door: Door, tmp_path: Path
) -> None:
    with transaction() as db:
        seen_by_it, *seen_alone = [photographed(db, one) for one in door.badges[:5]]
    shown = film(tmp_path / "badge.mjpeg", [seen_by_it])
    with serving(own_app) as site, with_camera(browser, shown) as seeing:
        context, seen = visit(seeing, site, width=360, language="zh-CN")
        page, camera = seen.page, seen.page.locator("[data-camera-toggle]")
        said = page.locator("#result")
        seen.go(STATION)
        door.sign_in(page)
        camera.click()
        expect(page.locator("[data-said=ok]")).to_contain_text("刘春")
        expect(said).to_contain_text("LIU Chun")
        page.wait_for_timeout(700)  # the badge is still there, and is not sent again
        expect(page.locator("[data-said=ok]")).to_be_visible()

        camera.click()
        camera.click()
        expect(page.locator("[data-said=warn]")).to_contain_text("Phone 1")
        assert seen.faults() == []
        camera.click()
        film(shown, seen_alone, seconds=2, nothing=60)
        goes_on_without_the_network(seen, door, len(seen_alone))
        cookies = context.cookies()
        context.close()

        context, seen = visit(browser, site, width=1280, language="en-US")  # a laptop without a camera
        context.add_cookies(cookies)
        seen.go(STATION)
        seen.page.locator("[data-camera-toggle]").click()
        expect(seen.page.locator("[data-camera-said]")).to_contain_text("No camera was found")
        assert seen.faults() == []
        with transaction() as db:
            device = db.scalars(select(CheckinDevice)).one()
            device.token_hash = device.paired_at = None
            device.revoked_at = device.updated_at
        expect(seen.page.locator(".sign-in")).to_be_visible()
        seen.page.wait_for_function(f"async () => (await ({KNOWN})()) === 0")
        context.close()


def goes_on_without_the_network(seen: Visit, door: Door, filmed: int) -> None:
    """Ten more badges, the first of them `filmed`, and one of them again; the page is opened anew, finds somebody by name, and is back."""
    page, waiting = seen.page, seen.page.locator(".alone-waiting")
    said = page.locator("#result [data-said]")
    expect(page.locator(".alone-known")).to_contain_text("12")
    assert page.evaluate(WIPED_BESIDE) == [None, 1]
    assert page.evaluate(TAKEN_OVER) == [1, 0, [{"nonce": "a", "at": 1, "isTaken": True}], []]
    page.wait_for_function(IS_KEPT)
    page.route("**/scan", lambda route: route.fulfill(status=409))
    page.fill("#code", door.badges[0].code)
    page.keyboard.press("Enter")
    expect(page.locator(".scan-alone")).to_be_visible()  # refused as from somebody signed out, it is kept all the same
    page.unroute("**/scan")
    expect(waiting).to_be_hidden()
    expect(page.locator("#alone")).not_to_have_class("alone is-away")
    page.evaluate(TOO_SLOW)
    page.fill("#code", door.badges[11].code)
    page.keyboard.press("Enter")
    expect(page.locator(".scan-alone")).to_be_visible()  # the server has it as well, under the same name
    page.click("[data-send]")
    expect(waiting).to_be_hidden()
    page.context.set_offline(True)
    page.click("[data-camera-toggle]")
    expect(waiting).to_contain_text(str(filmed), timeout=20_000)
    expect(said).to_contain_text(door.badges[filmed].latin_name)
    page.click("[data-camera-toggle]")
    for badge in door.badges[filmed + 1 : 11]:
        page.fill("#code", badge.short_code)
        page.keyboard.press("Enter")
        expect(said).to_contain_text(badge.latin_name)
        expect(said).to_have_attribute("data-said", "ok")
    silent, box = page.locator("[data-silent]"), page.locator("#code")
    silent.click()
    expect(box).to_be_focused()
    silent.focus()
    page.keyboard.type(door.badges[1].code)  # as a hand scanner does, wherever the keyboard is
    page.keyboard.press("Enter")
    expect(said).to_have_attribute("data-result", "already-in")
    expect(silent).to_have_attribute("aria-pressed", "true")
    page.evaluate(ONE_UNREADABLE)
    seen.go(STATION)
    expect(waiting).to_contain_text("11")
    expect(page.locator(".alone-notes li")).to_have_count(1)
    page.click("[data-dismiss]")
    expect(page.locator(".alone-notes")).to_be_hidden()
    page.fill("#code", "guest8 ann")
    page.keyboard.press("Enter")
    listed = page.locator(".scan-people button")
    expect(listed).to_be_visible()
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(listed).to_be_focused()
    page.keyboard.type("BBBBBBBB")  # the next badge is not the person in the list
    page.keyboard.press("Enter")
    expect(said).to_have_attribute("data-result", "unknown")
    page.fill("#code", "guest8 ann")
    page.keyboard.press("Enter")
    listed.click()
    expect(said).to_have_attribute("data-result", "already-in")
    expect(box).to_be_focused()
    assert page.evaluate(IN_CLEAR) == []
    page.evaluate(THIRTEEN_HOURS_AGO)
    seen.go(STATION)
    expect(waiting).to_contain_text("13")
    assert page.evaluate(KNOWN) == 0
    page.context.set_offline(False)
    expect(waiting).to_be_hidden()
    with transaction() as db:
        told = Counter(str(one) for one in db.scalars(select(Scan.result).where(Scan.told.is_not(None))))
        passed = list(db.scalars(select(Scan.registration_id).where(Scan.result == "passed")))
    assert told == {"passed": 10, "already-in": 3, "unknown": 1}
    assert len(passed) == len(set(passed)) == 12
