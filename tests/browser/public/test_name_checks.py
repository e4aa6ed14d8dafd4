"""An office answers a name check on a phone, in Chinese, and the organizer takes its correction over; a photo is cropped
before it is sent.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.people.models import Person
from forumapp.domain.proofs import services
from forumapp.domain.registration.models import Registration
from tests.browser.conftest import press, visit
from tests.browser.organizer import test_organizer
from tests.browser.organizer.test_organizer import HOME, sign_in
from tests.pictures import BLUE, RED
from tests.web.organizer.house import BY, row
from tests.web.own_page.test_name_checks import address

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.organizer.house import House

pytestmark = test_organizer.pytestmark
house, desk = test_organizer.house, test_organizer.desk
STATES = ".proof-state .badge"


def make_proof(house: House) -> int:
    with transaction() as db:
        ids = list(db.scalars(select(Registration.person_id).order_by(Registration.id).limit(2)))
        values = {"name": {"en": "Office of Jiangsu", "zh-Hans": "江苏办公室"}, "email": "office@js.example"}
        return services.create_proof(db, house.edition_id, values, ids, **BY).id


def test_a_name_proof_is_corrected_and_approved_on_a_phone_and_the_correction_taken_over(
    browser: Browser, desk: str, house: House
) -> None:
    proof_id = make_proof(house)
    context, seen = visit(browser, desk, width=360, language="zh-CN")
    page = seen.page
    seen.go(address(house.app, proof_id))
    assert page.get_attribute("html", "lang") == "zh-Hans"
    expect(page.locator(STATES)).to_have_text(["尚未确认", "尚未确认"])
    assert seen.faults() == []

    press(page, ".proof-person:first-child .proof-acts a")
    page.fill("[name='title.zh-Hans']", "总经理")
    page.fill("[name='by']", "吴女士")
    assert seen.faults() == []
    press(page, "main button[type=submit]")
    expect(page.locator(".proof-answer")).to_contain_text("总经理")
    page.goto(seen.site + address(house.app, proof_id))
    page.fill("[name='by']", "吴女士")
    press(page, ".proof-person:last-child button[name=approve]")
    expect(page.locator("main")).to_contain_text("谢谢，已确认 1 人。")

    sign_in(seen)
    seen.go(f"{HOME}/name-proofs/{proof_id}")
    press(page, "a[href*='/corrections/']")
    expect(page.locator("main")).to_contain_text("总经理")
    assert seen.faults() == []
    press(page, "form[action$='/accept'] button[type=submit]")
    expect(page.locator(".messages")).to_be_visible()
    expect(page.locator("main")).to_contain_text("总经理")
    assert seen.faults() == []
    context.close()


def test_the_part_of_a_photo_that_is_chosen_is_the_one_that_is_kept(browser: Browser, desk: str, house: House) -> None:
    """Half red, half blue, twice as wide as high: moved to the right end, nothing red is left."""
    wide = Image.new("RGB", (800, 400), RED)
    wide.paste(BLUE, (400, 0, 800, 400))
    file = BytesIO()
    wide.save(file, "PNG")
    context, seen = visit(browser, desk, width=360, language="en-US")
    page = seen.page
    sign_in(seen)
    seen.go(f"{HOME}/people/{house.person_id}")
    page.set_input_files("input[type=file]", {"name": "a.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator("[data-picture-crop] canvas")).to_be_visible()
    page.focus("[data-picture-slider=across]")
    page.keyboard.press("End")
    assert seen.faults() == []
    press(page, "main form.form button.btn-primary")
    expect(page.locator("[data-picture-plain] img, fieldset img").first).to_be_visible()

    shown = page.locator("[data-picture-plain] img, fieldset img").first.get_attribute("src")
    kept = Image.open(BytesIO(page.request.get(f"{desk}{shown}").body())).convert("RGB")
    assert kept.width == kept.height
    corners = [kept.getpixel(at) for at in ((2, 2), (kept.width - 3, kept.height - 3))]
    assert all(blue > 150 > red for red, _green, blue in corners), corners
    assert row(Person, house.person_id).photo_id is not None
    context.close()
