"""Live numbers as organizers see them: asked for again and again, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import Checkpoint
from forumapp.domain.forums.models import Edition, EditionStatus
from tests.web.organizer.house import browser_as, group, rows
from tests.web.organizer.test_checkin import ALL, STATION, code_of, scan

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

LIVE = "/organizer/forum/live"


@pytest.fixture(autouse=True)
def _open(house: House) -> None:
    with transaction() as db:
        db.get_one(Edition, house.edition_id).status = EditionStatus.OPEN


def test_the_numbers_follow_a_scan_and_cost_nothing_in_between(
    owner: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    group(house, "js", "Jiangsu", "Zhao")
    said = {"name.en": "Main door", "kind": "door", "mode": "once", "per_five_minutes": "1"}
    assert owner.send(f"{ALL}/new", said).status_code == 302
    (door,) = rows(select(Checkpoint))
    code = code_of(house, "Wang")

    page = owner.get(LIVE).text
    assert ('data-poll="/organizer/forum/live/board"' in page, "No queue" in page, "In no delegation" in page) == (
        True, True, True
    )  # fmt: skip
    first = owner.get(f"{LIVE}/board")
    again = owner.get(f"{LIVE}/board", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    scan(owner, code, f"{STATION}?at={door.id}")
    later = owner.get(f"{LIVE}/board", headers={"If-None-Match": first.headers["ETag"]})
    assert (later.status_code, "At its limit" in later.text, "live-bar is-over" in later.text) == (200, True, True)
    assert "<strong>1</strong> / 1" in later.text
    wall = owner.get(f"{LIVE}/screen").text
    assert ("At its limit" in wall, "Zhao" in wall, "<nav" in wall) == (True, False, False)
    assert owner.get(f"{LIVE}/screen/board").status_code == 200
    assert [owner.get(f"{LIVE}?day={day}").status_code for day in ("all", "2023-05-22", "2023-05-29", "x")] == [
        200, 200, 404, 404
    ]  # fmt: skip


def test_a_liaison_sees_their_own_and_whoever_may_not_check_in_sees_no_stations(owner: Browser, house: House) -> None:
    zhao = group(house, "js", "Jiangsu", "Zhao")
    owner.send(ALL, to=f"{ALL}/suggested")
    code_of(house, "Wang")

    own = zhao.liaison.get(LIVE).text
    assert ("have come of 1<" in own, "Main door" in own, "In no delegation" in own) == (True, False, False)
    viewer = browser_as(house, Role.VIEWER).get(LIVE).text
    assert ("have come of 2<" in viewer, "Main door" in viewer, "Check-in stations" in viewer) == (True, True, False)
