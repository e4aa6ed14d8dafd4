"""A registrant's own page in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import Session
from forumapp.domain.agenda.sessions.services import update_session
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.models import Registration
from tests.browser.conftest import AXE, SIZES, press, visit
from tests.domain.registering import HOUSE, applicant, sign_up

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
WORDS = {"en-US": "Your changes are saved.", "zh-CN": "修改已保存"}


@pytest.fixture
def own(site: str, own_app: Flask) -> str:
    """The page of someone who is registered and may still change everything."""
    who = applicant(1, latin_family="Wang", latin_given="Xiaoming", native_full="王小明", answers={"interest": "trade"})
    with transaction() as db:
        edition = db.scalars(select(Edition)).one()
        until = {"changes_until": clock.now().date() + timedelta(days=2)}
        update_edition(db, edition.id, until, version=edition.version, actor=HOUSE, now=clock.now())
        opening = db.scalars(select(Session).order_by(Session.start_utc)).first()
        update_session(db, edition.id, opening.id, {"places": 3}, version=opening.version, actor=HOUSE, now=clock.now())
        sign_up(db, edition.id, who)
        row = db.scalars(select(Registration)).one()
        values = [row.id, row.link_number]
    ends = link_ends(clock.now().date())
    return f"/r/{own_app.extensions['forumapp.links'].sign('registration', values, ends=ends)}"


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_name_and_answers_are_changed_a_session_chosen_and_the_place_handed_on(
    browser: Browser, site: str, own: str, width: int, language: str
) -> None:
    context, seen = visit(browser, site, width=width, language=language)
    page = seen.page
    seen.go(own)
    assert seen.faults() == []

    press(page, f"a[href='{own}/change']")
    assert seen.faults() == []
    page.fill("#f-latin_given", "Xiaomin")
    page.check("input[name='answers.interest'][value=energy]")
    page.fill("[name='title.en']", "Head of Trade")
    press(page, "button[type=submit]")
    expect(page.locator(".alert")).to_contain_text(WORDS[language])
    expect(page.locator("h1")).to_contain_text("WANG Xiaomin" if language == "en-US" else "王小明")

    expect(page.locator(".ticket")).to_contain_text("Head of Trade")

    press(page, f"a[href='{own}/sessions']")
    assert seen.faults() == []
    page.check("input[name=session]")
    press(page, "button[type=submit]")
    expect(page.locator(".own-sessions li")).to_have_count(1)

    press(page, f"a[href='{own}/hand-over']")
    assert seen.faults() == []
    page.fill("#f-latin_family", "Li")
    page.fill("#f-email", "nobody")
    press(page, "button[type=submit]")
    expect(page.locator("#error-summary")).to_be_visible()
    assert seen.faults() == []
    page.fill("#f-email", "li@example.org")
    press(page, "button[type=submit]")
    expect(page.locator(".ticket-qr")).to_have_count(0)
    assert seen.faults() == []
    context.close()


def test_all_of_it_works_without_scripts(browser: Browser, site: str, own: str) -> None:
    context, seen = visit(browser, site, width=360, language="en-US", scripts=False)
    page = seen.page
    seen.go(f"{own}/change")
    page.fill("#f-native_full", "王晓明")
    press(page, ".spellings button")
    press(page, ".spellings button[name=spelling] >> nth=0")
    expect(page.locator("#f-latin_given")).to_have_value("Xiaoming")
    press(page, ".form-end button[type=submit]")
    expect(page.locator("h1")).to_contain_text("王晓明")
    seen.go(f"{own}/hand-over")
    page.fill("#f-latin_family", "Li")
    page.fill("#f-email", "li@example.org")
    press(page, ".form-end button[type=submit]")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".ticket-qr")).to_have_count(0)
    context.close()
