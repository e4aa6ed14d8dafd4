"""Live numbers as organizers see them: asked for again and again, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.checkin.models import Checkpoint, VipAlert
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.models import Registration, TicketCode
from tests.web.organizer.house import BY, browser_as, group, rows
from tests.web.organizer.onsite.test_checkpoints import ALL, STATION, code_of, scan

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


def test_an_officer_is_shown_their_vip_until_they_have_seen_it(owner: Browser, house: House) -> None:
    owner.send(ALL, to=f"{ALL}/suggested")
    door = next(one.id for one in rows(select(Checkpoint)) if one.code == "main-door")
    code = code_of(house, "Wang")
    (row,) = rows(select(Registration).join(TicketCode).where(TicketCode.code == code))
    with transaction() as db:
        mark_vip(db, house.edition_id, row.id, responsible_id=house.owner_id, version=row.version, **BY)
    scan(owner, code, f"{STATION}?at={door}")

    for page in ("/organizer/forum/", LIVE, f"{LIVE}/board", "/organizer/forum/vip-alerts"):
        assert "Main door" in owner.get(page).text, page
    fresh = "/organizer/forum/vip-alerts/open"
    overview = html.fromstring(owner.get("/organizer/forum/").text)
    assert overview.xpath("//*[@id='vip-alerts-now']/@data-poll") == [fresh]
    assert "Main door" in owner.get(fresh).text
    assert "I have seen it" not in browser_as(house, Role.SECRETARIAT).get("/organizer/forum/").text
    (alert,) = rows(select(VipAlert))
    to = f"/organizer/forum/vip-alerts/{alert.id}/seen"
    assert browser_as(house, Role.VIEWER).send(LIVE, to=to).status_code == 403
    owner.send("/organizer/forum/", {"told": "undone"}, to=to)  # as it was shown before
    shown = html.fromstring(owner.get("/organizer/forum/").text)
    assert shown.xpath(f"//form[@action='{to}']/input[@name='told']/@value") == ["passed"]
    assert owner.send("/organizer/forum/", {"told": "passed"}, to=to).status_code == 303
    assert "I have seen it" not in owner.get(LIVE).text
    assert "I have seen it" not in owner.get("/organizer/forum/vip-alerts").text


def test_a_liaison_sees_their_own_and_whoever_may_not_check_in_sees_no_stations(owner: Browser, house: House) -> None:
    zhao = group(house, "js", "Jiangsu", "Zhao")
    owner.send(ALL, to=f"{ALL}/suggested")
    code_of(house, "Wang")

    own = zhao.liaison.get(LIVE).text
    assert ("have come of 1<" in own, "Main door" in own, "In no delegation" in own) == (True, False, False)
    viewer = browser_as(house, Role.VIEWER).get(LIVE).text
    assert ("have come of 2<" in viewer, "Main door" in viewer, "Check-in stations" in viewer) == (True, True, False)
