"""How long whoever stands at a door waits: from the key that ends a code to the words on the screen, in a real browser.

One station that knows 20,000 people and has the network reads badges one after the other, as a hand scanner types them.
It counts from the browser's own time of the key until the frame with the answer is drawn: the page, the request, the
server with its session and its answer in words, and the page again.
"""

from __future__ import annotations

import os
import shutil
from statistics import median
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from bench import places
from bench.forum import fill
from bench.marks import Mark, mark
from bench.searching import fill_registrations, look_through
from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.db import db as database
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.models import TicketCode

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE, SCANS, WARM = 20_000, 100, 10
MOST_MS = 150
PATIENCE = 120_000  # ms, until everyone is known
WATCHED = """() => {
    window.waits = [];
    let pressed = 0;
    addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = event.timeStamp; }, true);
    const drawn = () => { // a message comes after the frame
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.waits.push(performance.now() - pressed);
        port2.postMessage(0);
    };
    const seen = new MutationObserver(() => requestAnimationFrame(drawn));
    seen.observe(document.getElementById("result"), { childList: true });
}"""


def marks() -> list[Mark]:
    return [one for backend in places.BACKENDS for one in _marks(backend)]


def _marks(backend: str) -> list[Mark]:
    with places.database(backend) as environment:
        fill(environment)
        codes, pairing = _open(environment)
        with places.server(environment) as port:
            waits = _read(f"http://127.0.0.1:{port}", codes, pairing)
    name = f"a station among {SIZE:,}, {backend}, from the key to the words"
    return [
        mark(f"{name}: p50", median(waits), "ms"),
        mark(f"{name}: p95 of {SCANS}", sorted(waits)[int(0.95 * SCANS)], "ms", most=MOST_MS),
    ]


def _open(environment: dict[str, str]) -> tuple[list[str], str]:
    """The codes of some people, and that by which the station signs in."""
    by: dict[str, Any] = {"actor": Actor(None, Via.COMMAND), "now": clock.now()}
    app = create_app(load_config({**os.environ, **environment}, places.ROOT))
    with app.app_context():
        with transaction() as db:
            fill_registrations(db, 0, SIZE)
            of = get_edition(db, "bench").id
            door = create_checkpoint(db, of, {"kind": "door", "name": {"en": "Door"}}, **by)
            _row, pairing = add_device(db, of, {"checkpoint_id": door.id, "name": "Station"}, **by)
        look_through()
        codes = list(reading().scalars(select(TicketCode.code).order_by(TicketCode.id.desc()).limit(WARM + SCANS)))
        database.session.remove()
        database.engine.dispose()
    return codes, pairing


def _read(site: str, codes: list[str], pairing: str) -> list[float]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 800}, locale="en-US")
        page.goto(f"{site}/checkin/bench")
        page.fill("input[name=code]", pairing)
        with page.expect_navigation():
            page.click(".sign-in button")
        known = "words => document.querySelector('.alone-known').textContent.includes(words)"
        page.wait_for_function(known, arg=f"Knows {SIZE} people", timeout=PATIENCE)
        page.evaluate(WATCHED)
        waits = [_waited(page, code, number) for number, code in enumerate(codes, 1)]
        browser.close()
    return waits[WARM:]


def _waited(page: Page, code: str, number: int) -> float:
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_function("count => window.waits.length >= count", arg=number)
    said = page.locator("#result [data-said]")
    if said.get_attribute("data-result") != "passed" or page.locator(".scan-alone").count():
        raise RuntimeError(f"a badge was not answered by the server: {said.inner_text()}")
    waits: list[float] = page.evaluate("window.waits")
    return waits[number - 1]
