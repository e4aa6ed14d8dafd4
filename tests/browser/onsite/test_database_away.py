"""The database is stopped and started again: the desk and a station in a browser say so, lose nothing, and go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.app import create_app
from forumapp.core import clock
from forumapp.core.database.db import Base, db
from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.models import Checkpoint, Scan
from forumapp.domain.checkin.setup.checkpoints import set_up_suggested
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.registration.models import RegistrationType, TicketCode
from tests.browser.conftest import AXE, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.conftest import config_for, sqlalchemy_url
from tests.journeys.test_database_restarts import Line, postgresql, starting
from tests.web.organizer.house import BY, add_registration, set_up

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
SECONDS = 1000


def open_forum(app: Flask) -> tuple[dict[str, str], str]:
    """The codes of four people, and that by which a station signs in."""
    Base.metadata.create_all(db.engine)
    with transaction() as session:
        house = set_up(session, app)
        set_up_suggested(session, house.edition_id, **BY)
        session.get_one(Edition, house.edition_id).status = EditionStatus.OPEN
        session.get_one(RegistrationType, house.type_id).quota = None
        door = session.scalars(select(Checkpoint.id).order_by(Checkpoint.id)).first()
        values = {"checkpoint_id": door, "name": "Phone 1"}
        _row, pairing = add_device(session, house.edition_id, values, actor=BY["actor"], now=clock.now())
    ids = {name: add_registration(house, name) for name in ("Liu", "Lin", "Wang", "Guo")}
    with transaction() as session:
        short = {one.registration_id: one.short for one in session.scalars(select(TicketCode))}
    return {name: short[one] for name, one in ids.items()}, pairing


def test_the_desk_and_a_station_say_so_and_lose_nothing(browser: Browser, tmp_path: Path) -> None:
    with postgresql() as server:
        url = sqlalchemy_url(server.get_uri())
        app = create_app(config_for(url, tmp_path))
        with starting(url, tmp_path) as port:
            with app.app_context():
                codes, pairing = open_forum(app)
                db.session.remove()
                db.engine.dispose()
            Line(port).begin()
            site = f"http://127.0.0.1:{port}"
            _context, at_desk = visit(browser, site, width=1280, language="en")
            _context, at_door = visit(browser, site, width=360, language="en")
            desk, station = at_desk.page, at_door.page
            sign_in(at_desk)
            at_desk.go(f"{HOME}/desk?lang=en")
            desk.keyboard.type(f"{codes['Liu']}\n")
            expect(desk.locator("[data-counter-first]")).to_be_focused()
            at_door.go("/checkin/forum?lang=en")
            station.fill("input[name=code]", pairing)
            station.click(".sign-in button")
            expect(station.locator(".alone-known")).to_contain_text("4")
            network, alone = desk.locator("[data-counter-network]"), station.locator("#alone")
            expect(network).to_be_hidden()

            server.stop()
            expect(network).to_contain_text("No connection since", timeout=8 * SECONDS)
            expect(alone).to_have_class(re.compile("is-away"), timeout=8 * SECONDS)
            desk.keyboard.press("Enter")
            expect(network).to_contain_text("Waits to be sent: Liu")
            desk.fill("#f-search", "lin")
            for name in ("Lin", "Wang"):
                station.fill("#code", codes[name])
                station.keyboard.press("Enter")
                expect(station.locator("#result")).to_contain_text(name)
                expect(station.locator("#result [data-said]")).to_have_attribute("data-result", "passed")
            expect(station.locator(".alone-waiting")).to_contain_text("2")

            server.start()
            expect(network).to_contain_text("The connection is back", timeout=15 * SECONDS)
            expect(network.locator("li")).to_contain_text("Checked in")
            expect(desk.locator(".counter-who")).to_contain_text("Lin")  # whom they had begun to look for
            expect(station.locator(".alone-waiting")).to_be_hidden(timeout=20 * SECONDS)
            expect(alone).not_to_have_class(re.compile("is-away"))
            station.fill("#code", codes["Guo"])
            station.keyboard.press("Enter")
            expect(station.locator("#result")).to_contain_text("Guo")
            expect(station.locator(".alone-waiting")).to_be_hidden()
            for seen in (at_desk, at_door):
                assert [one for one in seen.faults() if "status of 503" not in one] == []
                seen.page.context.close()
        with app.app_context():
            scans = db.session.execute(select(Scan.result, Scan.told)).all()
            db.session.remove()
            db.engine.dispose()
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
    assert sorted((result.value, told.value if told else "") for result, told in scans) == [
        ("passed", ""), ("passed", "passed"), ("passed", "passed"), ("passed", "unknown"),
    ]  # fmt: skip
