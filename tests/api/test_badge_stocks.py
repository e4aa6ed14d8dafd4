"""Stocks by the interface, with the page by which a printer is set right, and what a print says of its sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.printing.stocks import STOCKS

if TYPE_CHECKING:
    from conftest import Api


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
    assert (refused.status_code, refused.json["errors"]) == (422, {"first_label": ["no-such-label"]})
    asked = api.post("/editions/mine/print-jobs", {"paper": "badges", "options": options | {"first_label": 8}})
    assert (asked.status_code, asked.json["options"]["offset_x"]) == (201, 0.5)
