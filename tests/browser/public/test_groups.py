"""A secretary registers a group in a real browser, and looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import reading
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.group_models import RegistrationGroup
from forumapp.domain.registration.groups.emails import link_of
from tests.browser.conftest import AXE, SIZES, press, visit

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make test installs it"),
]
WAITS = {"en-US": "On the waitlist", "zh-CN": "候补"}


@pytest.mark.parametrize(("width", "language"), SIZES)
def test_a_group_is_registered_and_looked_after(
    browser: Browser, site: str, own_app: Flask, width: int, language: str
) -> None:
    context, seen = visit(browser, site, width=width, language=language)
    page, faults = seen.page, {}
    seen.go("/forum-2023/register/guest/group")
    faults["form"] = seen.faults()
    page.fill("[id='f-contact.name']", "陈静")
    page.fill("[id='f-contact.email']", "office@example.org")
    for number, name in enumerate(("Li", "Wang", "Zeng")):
        if number:
            press(page, "#f-people button[name=add]")
        part = page.locator(f"[id='people.{number}.part']")
        part.locator(f"input[name='people.{number}.name_script'][value=han]").check()
        part.locator(f"[id='f-people.{number}.native_full']").fill("曾丽")
        part.locator(f"[id='f-people.{number}.latin_family']").fill(name)
        if number < 2:
            part.locator(f"input[name='people.{number}.answers.interest'][value=trade]").check()
    page.check("#f-consent")
    press(page, ".form-end button")
    faults["faulty"] = seen.faults()
    assert page.locator(".error-summary a").evaluate_all("all => all.map((one) => one.hash)") == [
        "#f-people.2.answers.interest"
    ]
    page.locator("input[name='people.2.answers.interest'][value=trade]").check()
    press(page, ".form-end button")
    faults["done"] = seen.faults()
    assert (page.locator("main li").count(), WAITS[language] in page.locator("main li").last.inner_text()) == (3, True)

    with own_app.app_context():
        row = reading().scalars(select(RegistrationGroup)).one()
        signed = link_of(row, reading().get_one(Edition, row.edition_id))
        own = own_app.extensions["forumapp.links"].address(signed, "", now=clock.now())
        reading().rollback()
    for where in ("", "/messages", "/person"):
        seen.go(own + where)
        faults[where or "page"] = seen.faults()
    assert {where: found for where, found in faults.items() if found} == {}
    context.close()
