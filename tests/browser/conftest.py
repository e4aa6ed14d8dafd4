"""A real server and a real browser."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from forumapp.core.database.transactions import transaction
from forumapp.core.paths import ROOT
from tests.conftest import BOTH
from tests.web.conftest import publish, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

MOST_AT_ONCE = 16
PAIRS = [(360, "zh-CN"), (1280, "en-US")]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What went well is as long as the page itself, and is not gathered.
FOUND = """(rules) => axe.run({runOnly: rules, resultTypes: ["violations"]})
    .then((found) => found.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html}`))"""
# Both sizes and both languages; each size in each language with `make test BOTH=1`.
SIZES = [(width, language) for width in (360, 1280) for language in ("zh-CN", "en-US")] if BOTH else PAIRS
# Where the second size adds only breadth: it is left to `make test-long`.
ON_ONE_SIZE = [SIZES[0], *(pytest.param(*size, marks=pytest.mark.long) for size in SIZES[1:])]
# Chromium's own, which a PDF in a frame is shown by.
PDF_VIEWER = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of a server with `app`, which answers nothing any more afterwards."""
    answering = threading.Semaphore(MOST_AT_ONCE)

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with answering:
            return app(environ, start)

    server = make_server("127.0.0.1", port, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        for _ in range(MOST_AT_ONCE):  # what a page still asks for may be on its way
            answering.acquire()
        server.server_close()


@pytest.fixture
def site(own_app: Flask) -> Iterator[str]:
    """The address of a server with a forum; everything is committed to the test's own database."""
    with transaction() as db:
        publish(db, set_up(db).edition_id)
    with serving(own_app) as address:
        yield address


def press(page: Page, selector: str) -> None:
    """Click what leads to a new page, and wait for it: a click alone returns while the old one still stands."""
    with page.expect_navigation():
        page.click(selector)


@dataclass
class Visit:
    """A page in a browser, with what went wrong in it."""

    page: Page
    site: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)

    def weight(self) -> int:
        """Bytes that the page and all it loads took on the wire."""
        entries = self.page.evaluate(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".map((entry) => entry.transferSize)"
        )
        return sum(entries)

    def faults(self) -> list[str]:
        """What axe finds, what the browser complains of, requests to other hosts, and content wider than the window."""
        # Typed in as the tester, who may; the page itself could not load it past its policy.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        rules = self.page.evaluate(FOUND, RULES)
        wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return [*rules, *self.complaints, *self.elsewhere, *(["wider than the window"] if wide else [])]

    def _note_request(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.site, "data:", PDF_VIEWER)):
            self.elsewhere.append(url)

    def _note(self, kind: str, text: str) -> None:
        # A refused form is a failed request to the browser's console.
        if kind in ("error", "warning") and "status of 422" not in text:
            self.complaints.append(text)


# A page asks its server this many times as patiently as on a morning: a machine that runs two tests at once may be busy for
# seconds, and a station that is not answered in time decides alone, by what it knew before.
PATIENT = "AbortSignal.timeout = ((timeout) => (ms) => timeout.call(AbortSignal, 20 * ms))(AbortSignal.timeout)"


def visit(
    browser: Browser, site: str, *, width: int, language: str, scripts: bool = True
) -> tuple[BrowserContext, Visit]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        java_script_enabled=scripts,
        timezone_id="Asia/Shanghai",
    )
    context.add_init_script(PATIENT)
    return context, Visit(context.new_page(), site)
