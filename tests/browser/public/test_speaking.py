"""A speaker's own page in a real browser, on a phone and on a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.agenda.models import AssignmentStatus, RoleAssignment
from forumapp.domain.agenda.sessions.parts import update_role
from forumapp.domain.agenda.speakers.services import ensure_speaker
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import Edition
from tests.browser.conftest import AXE, press, visit
from tests.domain.registering import HOUSE

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]


@pytest.fixture
def own(site: str, own_app: Flask) -> str:
    with transaction() as db:
        edition = db.scalars(select(Edition)).one()
        part = db.scalars(select(RoleAssignment).order_by(RoleAssignment.id)).first()
        by = {"actor": HOUSE, "now": clock.now()}
        invited = {"status": AssignmentStatus.INVITED}
        update_role(db, edition.id, part.id, invited, version=part.version, **by)
        row = ensure_speaker(db, edition.id, part.person_id, **by)
        values = [row.id, row.link_number]
    ends = link_ends(clock.now().date())
    return f"/s/{own_app.extensions['forumapp.links'].sign('speaker', values, ends=ends)}"


@pytest.mark.parametrize(
    ("width", "language", "scripts"),
    [(360, "zh-CN", True), (1280, "en-US", True), (360, "en-US", False)],
    ids=["phone", "desk", "without-scripts"],
)
def test_a_speaker_confirms_tells_and_looks_at_the_agenda(
    browser: Browser, site: str, own: str, width: int, language: str, scripts: bool
) -> None:
    context, seen = visit(browser, site, width=width, language=language, scripts=scripts)
    page = seen.page
    seen.go(own)
    if scripts:
        assert seen.faults() == []
    press(page, ".speaking-parts button.btn-primary")
    expect(page.locator(".alert-ok")).to_be_visible()
    expect(page.locator(".speaking-parts .badge-ok")).to_have_count(1)

    press(page, f"a[href='{own}/free']")
    page.fill("#f-starts", "2023-05-22T18:00")
    page.fill("#f-ends", "2023-05-23T00:30")
    press(page, ".form-end button[type=submit]")
    expect(page.locator(".removable li")).to_have_count(1)
    if scripts:
        assert seen.faults() == []

    seen.go(f"{own}/needs")
    page.fill("#f-home_zone", "Asia/Shanghai")
    page.fill("#f-av_needs", "16:9")
    if scripts:
        assert seen.faults() == []
    press(page, ".form-end button[type=submit]")
    expect(page.locator("dl").last).to_contain_text("16:9")

    press(page, f"a[href='{own}/agenda']")
    expect(page.locator(".speaking-parts li")).not_to_have_count(0)
    if scripts:
        assert seen.faults() == []
    context.close()
