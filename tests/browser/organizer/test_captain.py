"""The roll-call of a captain on a phone whose network comes and goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.times import Span, moment_at
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.delegations.coaches import captain
from forumapp.domain.delegations.coaches.boardings import put_into_run
from forumapp.domain.delegations.coaches.runs import create_run, update_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.registration.models import Registration
from tests.browser.conftest import AXE, serving, visit
from tests.browser.public.test_own_itinerary import HERE, kept
from tests.domain.registering import HOUSE, applicant, sign_up
from tests.web.conftest import publish, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]


@pytest.fixture
def roll_call(own_app: Flask) -> str:
    """The address of the roll-call of a car with two riders, the captain among them."""
    with transaction() as db:
        edition_id = set_up(db).edition_id
        publish(db, edition_id)
        now = clock.now()
        for number, family in enumerate(("Wang", "Zhao"), 1):
            sign_up(db, edition_id, applicant(number, latin_family=family, answers={"interest": "trade"}))
        riders = list(db.scalars(select(Registration.id).order_by(Registration.id)))
        values = {"code": "js", "name": {"en": "Jiangsu", "zh-Hans": "江苏"}}
        delegation = create_delegation(db, edition_id, values, actor=HOUSE, now=now)
        for rider in riders:
            add_member(db, delegation, rider, actor=HOUSE, now=now)
        span = Span(*(moment_at(now + timedelta(hours=hours), HERE) for hours in (1, 2)))
        transfer = {"kind": "transfer", "title": {"en": "To the forum"}}
        items.add_itinerary_item(db, delegation, transfer, span, actor=HOUSE, now=now)
        item = db.scalars(select(ItineraryItem)).one()
        car = {"name": {"en": "Car 1"}, "kind": "car", "seats": 4, "driver_mobile": "+12135550100"}
        vehicle = create_vehicle(db, edition_id, car, actor=HOUSE, now=now)
        run = create_run(db, edition_id, item.id, {"vehicle_id": vehicle.id}, actor=HOUSE, now=now)
        put_into_run(db, edition_id, run.id, dict.fromkeys(riders, ""), actor=HOUSE, now=now)
        update_run(db, edition_id, run.id, {"captain_id": riders[0]}, version=run.version, actor=HOUSE, now=now)
        values = [run.id, riders[0], run.link_number]
    links = own_app.extensions["forumapp.links"]
    return f"/c/{links.sign(captain.LINK_PURPOSE, values, ends=link_ends(now.date()))}"


def states(app: Flask) -> list[BoardingState]:
    with app.app_context():
        return list(reading().scalars(select(Boarding.state).order_by(Boarding.id)))


def marks_in_log(app: Flask) -> int:
    with app.app_context():
        return len(list(reading().scalars(select(AuditEvent.id).where(AuditEvent.action == "marked-by-captain"))))


def test_marks_wait_for_the_network_and_are_sent_once(browser: Browser, own_app: Flask, roll_call: str) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        seen.go(roll_call)
        kept(page)
        assert page.get_attribute("a[href^='tel:']", "href") == "tel:+12135550100"
        assert seen.faults() == []
        port = int(site.rpartition(":")[2])

    page.reload()  # the server is away
    riders = page.locator(".roll-one")
    riders.nth(0).get_by_role("button", name="Boarded").click()
    riders.nth(1).get_by_role("button", name="Boarded").click()
    riders.nth(1).get_by_role("button", name="Absent").click()
    expect(page.locator(".roll-unsent")).to_have_count(2)
    expect(page.locator("#roll-status")).to_contain_text("not sent yet: 2")
    expect(page.locator(".roll-close button")).to_be_disabled()
    page.reload()
    expect(page.locator(".roll-unsent")).to_have_count(2)
    expect(page.locator(".roll-counts dd").first).to_have_text("0")
    assert states(own_app) == [BoardingState.EXPECTED] * 2
    seen.complaints.clear()

    with serving(own_app, port):
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator(".roll-unsent")).to_have_count(0, timeout=30_000)
        expect(page.locator(".roll-close button")).to_be_enabled()
        assert states(own_app) == [BoardingState.BOARDED, BoardingState.ABSENT]
        assert marks_in_log(own_app) == len(states(own_app))
        page.reload()
        expect(page.locator(".roll-counts dd").nth(1)).to_have_text("1")
        assert seen.faults() == []
        context.close()
