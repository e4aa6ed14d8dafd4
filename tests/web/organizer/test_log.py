"""The log in words: every page of it, of one record, and what stands in it for whom."""

from __future__ import annotations

from tests.web.organizer.house import HOME, Browser, House


def test_it_works(house: House, owner: Browser) -> None:
    page = owner.get(f"{HOME}/log")
    assert page.status_code == 200
    assert "Room A" in page.text
