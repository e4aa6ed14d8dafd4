"""An edition's own stocks on pages: drawn, refused at the field, and offered where badges are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.domain.printing.models import BadgeStock, Printer, PrintJob
from tests.web.organizer.house import HOME, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser

pytestmark = pytest.mark.one_database
STOCKS = f"{HOME}/paper/stocks"
CARDS: dict[str, Any] = {
    "name.en": "Cards", "page_width": "210", "page_height": "297", "width": "90", "height": "55", "columns": "2",
    "rows": "5", "radius": "2,5",
}  # fmt: skip


def test_a_stock_is_drawn_refused_at_the_field_and_offered(owner: Browser) -> None:
    key = html.fromstring(owner.get(f"{STOCKS}/new").text).xpath("//input[@name='form_key']/@value")[0]
    refused = owner.send(f"{STOCKS}/new", {**CARDS, "columns": "3", "form_key": key})
    assert refused.status_code == 422
    (fault,) = html.fromstring(refused.text).xpath("//*[@id='e-pitch_x']")
    assert "beyond the page" in fault.text_content()

    made, again = (owner.send(f"{STOCKS}/new", {**CARDS, "form_key": key}) for _ in range(2))
    assert (again.location, len(rows(select(BadgeStock)))) == (STOCKS, 1)
    page = html.fromstring(owner.get(made.location).text)
    assert [one.text for one in page.xpath("//*[local-name()='svg']/*[local-name()='text']")] == [
        *map(str, range(1, 11))
    ]
    new = f"{HOME}/paper/printers/new"
    key = html.fromstring(owner.get(new).text).xpath("//input[@name='form_key']/@value")[0]
    for _ in range(2):
        owner.send(new, {"name.en": "Desk 2", "offset_x": "1.5", "form_key": key})
    assert len(rows(select(Printer))) == 1
    listed = owner.get(STOCKS).text
    assert "Cards" in listed
    assert "Desk 2" in listed

    form = html.fromstring(owner.get(f"{HOME}/paper").text)
    offered = [one.get("value") for one in form.xpath("//select[@name='stock' or @name='printer']/option")]
    assert {"cards", "desk-2"} <= set(offered)
    calibration = owner.get(f"{HOME}/paper/calibration?stock=cards&printer=desk-2")
    assert (calibration.status_code, calibration.data[:5]) == (200, b"%PDF-")
    asked = owner.get(f"{HOME}/paper/check?paper=badges&stock=cards&printer=desk-2&first_label=11")
    assert "first_label=11" in asked.location  # there are ten
    for typed, kept in (("", 1.5), ("0", None), ("2", 2.0)):
        said = {"paper": "badges", "stock": "cards", "printer": "desk-2", "offset_x": typed, "anyway": "As it is"}
        assert owner.send(f"{HOME}/paper", said, to=f"{HOME}/paper/jobs").status_code == 302
        assert rows(select(PrintJob).order_by(PrintJob.id.desc()))[0].options.get("offset_x") == kept
