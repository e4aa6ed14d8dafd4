"""Stocks by the interface, with the page by which a printer is set right, and what a print says of its sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.paper.stocks import STOCKS

if TYPE_CHECKING:
    from conftest import Api


def test_an_own_stock_is_printed_on_and_kept_by_the_print(api: Api) -> None:
    labels = {"page_width": 210, "page_height": 297, "width": 90, "height": 55, "columns": 2, "rows": 5}
    made = api.post("/editions/mine/badge-stocks", {"code": "cards", "name": {"en": "Cards"}, **labels})
    api.post("/editions/mine/badge-printers", {"code": "desk", "name": {"en": "Desk"}, "offset_y": -1})
    assert (made.status_code, made.json["left"], made.json["pitch_x"]) == (201, 15, 90)
    page = api.get(f"/editions/mine/badge-stocks/{made.json['id']}/calibration.pdf")
    assert (page.content_type, page.data[:5]) == ("application/pdf", b"%PDF-")

    options = {"stock": "cards", "printer": "desk"}
    told = api.post("/editions/mine/print-jobs", {"paper": "badges", "options": options}).json["options"]
    assert (told["geometry"]["sheet"]["top"], told["offset_y"]) == (11, -1)
    assert api.get("/editions/mine/print-preflight?paper=badges&stock=cards").status_code == 200
    for wrong in ({"stock": "other"}, {"stock": "cards", "geometry": told["geometry"]}, {"printer": "other"}):
        refused = api.post("/editions/mine/print-jobs", {"paper": "badges", "options": wrong})
        assert refused.status_code == 422, wrong


def test_stocks_are_listed_with_their_sheets_and_a_print_begins_at_a_label(api: Api) -> None:
    told = api.get("/badge-stocks?page_size=200").json
    of = {one["name"]: one for one in told["items"]}
    assert set(of) == set(STOCKS)
    assert (of["a6"]["sheet"], of["herma-9012"]["sheet"]["pitch_x"]) == (None, 100)
    page = api.get("/badge-stocks/herma-9012/calibration.pdf")
    assert (page.content_type, page.data[:5]) == ("application/pdf", b"%PDF-")
    assert api.get("/badge-stocks/a6/calibration.pdf").status_code == 404

    options = {"stock": "herma-9012", "first_label": 9, "offset_x": 0.5}
    refused = api.post("/editions/mine/print-jobs", {"paper": "badges", "options": options})
    assert (refused.status_code, refused.json["errors"]) == (422, {"options.first_label": ["no-such-label"]})
    asked = api.post("/editions/mine/print-jobs", {"paper": "badges", "options": options | {"first_label": 8}})
    assert (asked.status_code, asked.json["options"]["offset_x"]) == (201, 0.5)
