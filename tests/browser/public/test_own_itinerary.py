"""A registrant's own itinerary on their phone, with the network down."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Span, moment_at
from forumapp.domain.delegations.itineraries import items, places
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.delegations import ItemKind
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.lifecycle.links import end_links
from forumapp.domain.registration.models import Registration
from tests.browser.conftest import AXE, SIZES, serving, visit
from tests.domain.registering import HOUSE, applicant, sign_up
from tests.web.conftest import publish, set_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
HERE, HOME = "America/Los_Angeles", "Asia/Shanghai"
INN = {"kind": "hotel", "name": {"en": "Bay Hotel", "zh-Hans": "湾区酒店"}, "zone": HERE, "phone": "+1 213 555 0140"}
KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('itinerary ')).length)"


@pytest.fixture
def own(own_app: Flask) -> str:
    """The address of the page of someone who has flown in, and has a hotel, a meal in an hour and a visit in three."""
    with transaction() as db:
        edition_id = set_up(db).edition_id
        publish(db, edition_id)
        now = clock.now()
        by: dict[str, Any] = {"actor": HOUSE, "now": now}
        sign_up(
            db,
            edition_id,
            applicant(
                1, latin_family="Wang", latin_given="Xiaoming", native_full="王小明", answers={"interest": "trade"}
            ),
        )
        row = db.scalars(select(Registration)).one()
        whole = create_delegation(db, edition_id, {"code": "js", "name": {"en": "Jiangsu", "zh-Hans": "江苏"}}, **by)
        add_member(db, whole, row.id, **by)
        address = {"address": {"en": "1 Market St", "zh-Hans": "市场街1号"}}
        hotel = {"place_id": places.create_place(db, edition_id, {**INN, **address}, **by).id}
        said = {"emergency_numbers": {"en": "Police: 911", "zh-Hans": "报警：911"}}
        places.change_settings(db, edition_id, said, version=0, **by)

        def add(kind: ItemKind, title: str, hours: tuple[int, int], zone: str = HERE, **values: Any) -> None:
            span = Span(*(moment_at(now + timedelta(hours=one), zone) for one in hours))
            items.add_itinerary_item(db, whole, {"kind": kind, "title": {"en": title}, **values}, span, **by)

        add(ItemKind.TRANSFER, "Coach from home", (-30, -29), HOME)
        add(ItemKind.HOTEL, "Night", (-10, 20), **hotel)
        add(ItemKind.MEAL, "Dinner", (1, 2), **hotel)
        add(ItemKind.VISIT, "Harbour", (3, 4))
        values = [row.id, row.link_number]
    return (
        f"/r/{own_app.extensions['forumapp.links'].sign('registration', values, ends=link_ends(now.date()))}/itinerary"
    )


def until(page: Page, expression: str) -> None:
    """Asked again and again from outside: the page's own policy lets nothing be evaluated in it later."""
    end = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def kept(page: Page) -> None:
    until(page, f"{KEPT}.then((count) => count === 1)")
    until(page, "navigator.serviceWorker.controller !== null")


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_it_opens_with_the_network_down_and_says_when_it_was_kept(
    browser: Browser, own_app: Flask, own: str, width: int, language: str
) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=width, language=language)
        page = seen.page
        seen.go(own)
        kept(page)
        assert seen.faults() == []
        expect(page.locator("#kept")).to_be_hidden()
    seen.complaints.clear()

    page.reload()  # nobody answers under this address any more
    expect(page.locator("#kept")).to_contain_text(str(clock.now().year))
    expect(page.locator("#next-entry")).to_contain_text("Dinner")
    assert page.evaluate("getComputedStyle(document.querySelector('.driver-address')).fontSize") == "30px"
    page.locator("#emergency .driver summary").click()
    expect(page.locator("#emergency .driver-address")).to_have_text("1 Market St")  # as it is written there
    expect(page.locator("#emergency a[href='tel:911']")).to_be_visible()
    assert seen.faults() == []

    page.clock.install()
    page.clock.fast_forward(timedelta(hours=2).total_seconds() * 1000)
    page.reload()
    expect(page.locator("#next-entry")).to_contain_text("Harbour")
    context.close()


def test_the_copy_is_renewed_and_goes_with_the_link(browser: Browser, own_app: Flask, own: str) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        seen.go(own)
        kept(page)
        with transaction() as db:
            edition = db.scalars(select(Edition)).one()
            row = db.scalars(select(Registration)).one()
            said = {"emergency_numbers": {"en": "Police: 110"}}
            places.change_settings(db, edition.id, said, version=2, actor=HOUSE, now=clock.now())
        page.reload()
        until(page, "caches.match(location.pathname).then((copy) => copy.text()).then((text) => text.includes('110'))")
        port = int(site.rpartition(":")[2])
    page.reload()
    expect(page.locator("#emergency")).to_contain_text("Police: 110")
    with transaction() as db:
        end_links(db, edition.id, row.id, version=row.version, actor=HOUSE, now=clock.now())
    with serving(own_app, port):
        assert page.goto(site + own).status == 410
        until(page, f"{KEPT}.then((count) => count === 0)")
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.reload()
    context.close()


def test_it_is_taken_off_the_device_by_a_button_and_after_a_month(browser: Browser, own_app: Flask, own: str) -> None:
    with serving(own_app) as site:
        context, seen = visit(browser, site, width=360, language="en-US")
        page = seen.page
        seen.go(own)
        kept(page)
        page.click("#keeping button")
        expect(page.locator("#keeping")).to_contain_text("The copy is gone")
        assert page.evaluate(KEPT) == 0
        page.reload()
        kept(page)
        page.clock.install(time=clock.now() + timedelta(days=29))
        page.goto(site)  # any page of the site
        assert page.evaluate(KEPT) == 1
        page.clock.fast_forward(timedelta(days=2).total_seconds() * 1000)
        page.reload()
        until(page, f"{KEPT}.then((count) => count === 0)")
    with pytest.raises(Error, match="ERR_FAILED"):
        seen.go(own)
    context.close()
