"""Takes the pictures of the README: the sample forum's pages in a browser, and its papers as they print.

`python scripts/screenshots.py [FOLDER]`: a fresh sample forum is made and served for it, so nothing else is touched.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from playwright.sync_api import ViewportSize, sync_playwright
from sqlalchemy import select

from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.config import load_config
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.models import Account
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.desk.check_in import check_in
from forumapp.domain.checkin.scanning.batches import code_of
from forumapp.domain.checkin.setup.checkpoints import list_checkpoints, set_up_suggested
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.registration.models import Registration, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
EDITION = "ccbf-2023"
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
SECONDS = 180

# name, address, window, language
PUBLIC = (
    ("home-en", f"/{EDITION}", DESK, "en"),
    ("home-zh-phone", f"/{EDITION}", PHONE, "zh-Hans"),
    ("agenda-en", f"/{EDITION}/agenda", DESK, "en"),
    ("agenda-zh-phone", f"/{EDITION}/agenda", PHONE, "zh-Hans"),
    ("speakers-zh", f"/{EDITION}/speakers", DESK, "zh-Hans"),
    ("register-en", f"/{EDITION}/register/guest", DESK, "en"),
    ("register-zh-phone", f"/{EDITION}/register/guest", PHONE, "zh-Hans"),
)
ORGANIZER = (
    ("overview-en", f"/organizer/{EDITION}", DESK, "en"),
    ("overview-zh-phone", f"/organizer/{EDITION}", PHONE, "zh-Hans"),
    ("calendar-zh", f"/organizer/{EDITION}/calendar", DESK, "zh-Hans"),
    ("registrations-en", f"/organizer/{EDITION}/registrations", DESK, "en"),
    ("organizer-agenda-zh", f"/organizer/{EDITION}/agenda", DESK, "zh-Hans"),
    ("delegation-en", f"/organizer/{EDITION}/delegations/jiangsu", DESK, "en"),
    ("access-en", f"/organizer/{EDITION}/access", DESK, "en"),
    ("two-factor-zh-phone", "/organizer/account/two-factor", PHONE, "zh-Hans"),
    ("paper-en", f"/organizer/{EDITION}/paper", DESK, "en"),
    ("checkpoints-zh", f"/organizer/{EDITION}/checkpoints", DESK, "zh-Hans"),
    ("live-en", f"/organizer/{EDITION}/live?day=all", DESK, "en"),
    ("live-screen-zh", f"/organizer/{EDITION}/live/screen?day=all", DESK, "zh-Hans"),
    ("attendance-en", f"/organizer/{EDITION}/attendance", DESK, "en"),
)
LIAISON = ("liaison@forum.example", "Lin Yi", "jiangsu")
# name, words of the command, first page, last page
PAPERS = (
    ("badges", ["badges", "--type", "vip"], 1, 2),
    ("badges-4x3", ["badges", "--type", "delegate", "--stock", "us-4x3"], 1, 1),
    ("program", ["program"], 1, 4),
    ("itinerary", ["itineraries", "--delegation", "jiangsu"], 1, 3),
    ("fallback-pack", ["fallback-pack"], 1, 3),
)
# How many came in by each door, in the hour before the pictures are taken.
CAME = (("hand-out", 150), ("main-door", 160), ("lunch", 40))
APART = 21  # seconds between two who came


@dataclass(frozen=True, slots=True)
class ToCome:
    """At the door: one whom the desk checks in, and the code of another one."""

    door: int
    registration: int
    code: str


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="screenshots-"))
    environment = {**os.environ, "FORUMAPP_DATA_DIR": str(place)}
    try:
        sign_in = run(environment, "init").splitlines()[0].partition(": ")[2].split(" / ")
        to_come = let_people_in(place, sign_in[0])
        with served(environment) as address:
            take_pages(address, sign_in, folder, to_come)
        for name, words, first, last in PAPERS:
            paper = place / f"{name}.pdf"
            run(environment, "print", words[0], EDITION, "-o", str(paper), *words[1:])
            pages = ["-f", str(first), "-l", str(last), "-r", "100", "-png", str(paper), str(folder / name)]
            subprocess.run(["pdftoppm", *pages], check=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "forumapp", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def let_people_in(place: Path, email: str) -> ToCome:
    """As on the morning of the forum: the usual checkpoints, and scans at them until now. Answers the door, and who
    is still to come.
    """
    app = create_app(load_config({"FORUMAPP_DATA_DIR": str(place)}, ROOT))
    with app.app_context(), transaction() as db:
        edition = get_edition(db, EDITION)
        account = db.scalars(select(Account.id).where(Account.email == email)).one()
        actor, now = Actor(account, Via.PAGE), clock.now()
        set_up_suggested(db, edition.id, actor=actor, now=now)
        admitted = Registration.edition_id == edition.id, Registration.status == RegistrationStatus.CONFIRMED
        people = db.scalars(select(Registration.id).where(*admitted).order_by(Registration.id)).all()
        points = {one.code: one.id for one in list_checkpoints(db, edition.id)}
        for code, count in CAME:
            for number in range(count):
                of: dict[str, Any] = {"checkpoint_id": points[code], "nonce": f"{code}-{number}"}
                at = now - timedelta(seconds=APART * (count - number))
                check_in(db, edition.id, people[number * 9 % len(people)], **of, actor=actor, now=at)
        return ToCome(points["main-door"], people[1], code_of(db, edition.id, people[-1]) or "")


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "forumapp", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


def wait_for(url: str) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            urlopen(url, timeout=5).close()
        except OSError:  # not there yet, or busy starting
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def take_pages(address: str, sign_in: list[str], folder: Path, to_come: ToCome) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        take(page, address, PUBLIC, folder)
        page.goto(f"{address}/organizer/sign-in?lang=en")
        page.locator("input[type=email], input[name=email]").first.fill(sign_in[0])
        page.locator("input[type=password]").fill(sign_in[1])
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
        prepare(page, address)
        take(page, address, ORGANIZER, folder)
        take_check_in(page, address, folder, to_come)
        browser.close()


def prepare(page: Page, address: str) -> None:
    """What the sample lacks: someone invited, and a two-factor sign-in that is being set up."""
    page.goto(f"{address}/organizer/{EDITION}/access/invite")
    email, name, delegation = LIAISON
    page.fill("#f-email", email)
    page.fill("#f-name", name)
    page.check("[name=roles][value=delegation-liaison]")
    page.check(f"[name=delegations][value={delegation}]")
    page.click("main form button[type=submit]")
    page.goto(f"{address}/organizer/account/two-factor")
    page.click("form[action$='/begin'] button")


def take(page: Page, address: str, pages: tuple[tuple[str, str, ViewportSize, str], ...], folder: Path) -> None:
    for name, path, window, language in pages:
        page.set_viewport_size(window)
        answer = page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
        if answer is None or not answer.ok:
            raise RuntimeError(f"{path} answered {answer and answer.status}")
        page.screenshot(path=folder / f"{name}.png")


def take_check_in(page: Page, address: str, folder: Path, to_come: ToCome) -> None:
    """The desk with somebody in hand, and a station that has just scanned somebody."""
    page.set_viewport_size(DESK)
    page.goto(f"{address}/organizer/{EDITION}/desk?lang=en")
    page.fill("#f-search", "zhang")
    page.press("#f-search", "Enter")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "desk-search-en.png")
    page.goto(f"{address}/organizer/{EDITION}/desk/{to_come.registration}?lang=en")
    page.locator("[data-counter-act=c] button").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "desk-en.png")
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/checkin/{EDITION}?at={to_come.door}&lang=zh-Hans")
    page.fill("#code", to_come.code)
    page.press("#code", "Enter")
    page.wait_for_selector("[data-said]")
    page.screenshot(path=folder / "station-zh-phone.png")


def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise RuntimeError("Chromium is needed for screenshots")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
