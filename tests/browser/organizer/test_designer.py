"""What designer.js does: a box is dragged, moved by keys, taken back, removed and saved, and the badge shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.audit.services import SYSTEM
from forumapp.domain.printing.designs.services import create_design
from forumapp.domain.printing.models import BadgeDesignVersion
from tests.browser.conftest import press, visit
from tests.browser.organizer import test_organizer
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.pictures import photo
from tests.seeds import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.organizer.house import House

pytestmark = test_organizer.pytestmark
house, desk = test_organizer.house, test_organizer.desk
SHOWN = "[data-looked] img"


def test_boxes_are_moved_taken_back_removed_and_saved_and_the_badge_shows_it(
    browser: Browser, desk: str, house: House
) -> None:
    values = {"code": "cards", "name": {"en": "Cards"}, "ready": "a7-portrait-delegate"}
    with transaction() as db:
        create_design(db, house.edition_id, values, actor=SYSTEM, now=NOW)
    context, seen = visit(browser, desk, width=1280, language="en-US")
    page = seen.page
    sign_in(seen)
    seen.go(f"{HOME}/paper/designs/cards")

    def look() -> str:
        return page.locator(SHOWN).first.get_attribute("src") or ""

    def place(box: int) -> tuple[float, float]:
        x, y = (page.input_value(f"[name='boxes.{box}.{side}']") for side in "xy")
        return float(x), float(y)

    names = page.locator("[data-stage] > button").nth(3)
    expect(page.locator(SHOWN).first).to_be_visible()
    before, (x, y) = look(), place(3)
    at = names.bounding_box()
    width = page.locator("[data-stage]").bounding_box()["width"]
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2 + width / 74 * 2, steps=3)
    page.mouse.up()
    assert abs(place(3)[1] - y - 2) <= 0.2
    expect(page.locator(SHOWN).first).not_to_have_attribute("src", before)

    names.press("ArrowUp")
    names.press("Alt+ArrowRight")
    moved = place(3)
    assert moved[0] in (x, round(x + 0.1, 1))  # as far as there is room
    page.click("[data-undo]")
    page.click("[data-undo]")
    page.click("[data-undo]")
    assert place(3) == (x, y)
    page.click("[data-redo]")
    after = place(3)
    assert after[1] != y

    page.locator("[data-stage] > button").nth(4).press("Delete")
    expect(page.locator("[data-stage] > button").nth(4)).to_be_hidden()
    unlogoed = look()
    page.set_input_files("#f-logo-file", {"name": "logo.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(page.locator("[data-looked] [data-kept]")).to_have_count(1)
    expect(page.locator(SHOWN).first).not_to_have_attribute("src", unlogoed)
    press(page, ".form-end button[type=submit] >> nth=0")

    version = reading().scalars(select(BadgeDesignVersion).order_by(BadgeDesignVersion.number.desc())).first()
    assert version is not None
    assert version.number == 2
    assert (version.layout["boxes"][3]["x"], version.layout["boxes"][3]["y"]) == after
    assert "qr" not in [one["kind"] for one in version.layout["boxes"]]
    assert version.logo_id is not None
    assert seen.complaints == []
    context.close()
