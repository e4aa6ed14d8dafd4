"""The lists of the day as a phone shows them: checkpoints, live numbers, who came, and alerts about VIPs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.checkin.models import Checkpoint
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.setup.checkpoints import set_up_suggested
from forumapp.domain.checkin.setup.devices import add_device, pair
from forumapp.domain.checkin.setup.stations import station_of_device
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.models import Registration, TicketCode
from tests.browser.conftest import AXE, serving, visit
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.web.organizer.house import BY, House, add_registration, group, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
PHONE: dict[str, Any] = {"actor": Actor(None, Via.API), "now": BY["now"]}
# The lists that are wider than their frame, and the cells that bear another name than their column.
WRONG = """() => [...document.querySelectorAll(".table-wrap")].flatMap((frame) => {
    const heads = [...frame.querySelectorAll("thead th")].map((head) => head.textContent);
    const odd = [...frame.querySelectorAll("td[data-label]")].filter((cell) => cell.dataset.label !== heads[cell.cellIndex]);
    const name = frame.getAttribute("aria-label");
    return [...(frame.scrollWidth > frame.clientWidth ? [name] : []), ...odd.map((cell) => `${name}: ${cell.dataset.label}`)];
})"""
LISTS = {"checkpoints": 3, "live?day=all": 5, "attendance": 1, "attendance/1": 1, "vip-alerts": 1}


@pytest.fixture
def house(own_app: Flask) -> House:
    """A VIP and a guest who were scanned at a door, of which one is in a delegation, and devices in each state."""
    with transaction() as db:
        house = set_up(db, own_app)
        set_up_suggested(db, house.edition_id, **BY)
    group(house, "js", "Jiangsu Provincial Delegation of Entrepreneurs", "Zhao")
    vip = add_registration(house, "Wang")
    with transaction() as db:
        of, row = house.edition_id, db.get_one(Registration, vip)
        mark_vip(db, of, vip, responsible_id=house.owner_id, version=row.version, **BY)
        codes = db.scalars(select(TicketCode.code)).all()
        for number, checkpoint in enumerate(db.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()):
            name = {"checkpoint_id": checkpoint.id, "name": f"Phone {number} of the volunteers at the doors"}
            _row, code = add_device(db, of, name, **BY)
            if number < 2:
                station = station_of_device(db, pair(db, of, code, **PHONE)[1], now=BY["now"])
                for one in codes:
                    scan(db, station, Read(one, f"{number} {one}"), **PHONE)
    return house


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_the_lists_of_the_day_are_read_whole_on_a_phone(
    browser: Browser, own_app: Flask, house: House, language: str
) -> None:
    assert house.edition_id
    with serving(own_app) as address:
        context, seen = visit(browser, address, width=360, language=language)
        sign_in(seen)
        for path, lists in LISTS.items():
            seen.go(f"{HOME}/{path}")
            assert seen.page.locator(".table-wrap").count() >= lists, path
            assert (path, seen.page.evaluate(WRONG), seen.faults()) == (path, [], [])
        seen.page.set_viewport_size({"width": 1280, "height": 800})
        seen.go(f"{HOME}/live?day=all")
        assert (seen.page.evaluate(WRONG), seen.faults()) == ([], [])
        context.close()
