"""A liaison reads whose itinerary has changed, mails those who can be, and ticks whom they have rung."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.queries import get_delegation
from tests.web.organizer.house import BY, HOME, browser_as

if TYPE_CHECKING:
    from tests.web.organizer.house import Group, House

CALLS, CHANGES = f"{HOME}/call-list", f"{HOME}/delegations/js/changes"
SENT = re.compile(r'name="(registration|notice|seen)" value="([^"]+)"')


def soon(hours: int) -> Span:
    start = clock.now().replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    return Span(Moment(start, "UTC"), Moment(start + timedelta(hours=1), "UTC"))


@pytest.fixture
def moved(house: House, jiangsu: Group) -> datetime:
    """A dinner of Jiangsu's, whose people have their itineraries, is put off from 4 hours ahead to 30."""
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, jiangsu.code)
        told = {"kind": "meal", "title": {"en": "Late dinner", "zh-Hans": "晚宴"}}
        item = add_itinerary_item(db, delegation, told, soon(4), **BY).id
    assert jiangsu.liaison.send(CHANGES, {}, to=f"{CHANGES}/given-out").status_code == 302
    with transaction() as db:
        update_itinerary_item(db, house.edition_id, item, {}, soon(30), version=1, **BY)
    return soon(30).start.wall


def test_who_is_rung_is_ticked_once_and_the_tick_taken_back(jiangsu: Group, hubei: Group, moved: datetime) -> None:
    page = jiangsu.liaison.get(f"{CALLS}?hours=6").text
    assert all(words in page for words in (jiangsu.family, "Late dinner", "No phone number", f"{moved:%H:%M}"))
    assert jiangsu.family not in hubei.liaison.get(CALLS).text
    assert "No calls needed" in hubei.liaison.get(CALLS).text
    seen = dict(SENT.findall(page))

    foreign = hubei.liaison.send(CALLS, seen, to=f"{CALLS}/told")
    assert foreign.status_code == 404
    stale = jiangsu.liaison.send(CALLS, {**seen, "seen": "else"}, to=f"{CALLS}/told")
    assert "hours=" not in stale.headers["Location"]
    assert "changed once more" in jiangsu.liaison.get(CALLS).text
    ticked = jiangsu.liaison.send(CALLS, {**seen, "hours": "6"}, to=f"{CALLS}/told")
    assert ticked.headers["Location"].endswith("hours=6")
    page = jiangsu.liaison.get(CALLS).text
    undo = re.search(r'action="([^"]+/call-list/told/\d+/undo)"', page)
    assert undo
    assert SENT.search(page) is None
    jiangsu.liaison.send(CALLS, {}, to=undo[1])
    assert SENT.search(jiangsu.liaison.get(CALLS).text)
    assert jiangsu.liaison.send(CALLS, {}, to=undo[1]).status_code == 404


@pytest.mark.usefixtures("moved")
def test_nobody_is_said_to_know_what_is_over_and_was_not_told(jiangsu: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(hours=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = jiangsu.liaison.get(CHANGES).text
    assert ("Everyone knows" in page, "is over by now" in page) == (False, True)


@pytest.mark.usefixtures("moved")
def test_each_is_mailed_by_the_run_that_the_liaison_starts(house: House, jiangsu: Group, hubei: Group) -> None:
    page = jiangsu.liaison.get(CHANGES).text
    ids = re.findall(r'name="id" value="(\d+)"', page)
    assert ids
    assert "<del>" in page
    assert hubei.liaison.get(CHANGES).status_code == 404
    assert hubei.liaison.send(CALLS, {"id": ids}, to=f"{CHANGES}/tell").status_code == 404
    nobody = jiangsu.liaison.send(CHANGES, {}, to=f"{CHANGES}/tell")
    assert nobody.headers["Location"].endswith("/changes")
    started = jiangsu.liaison.send(CHANGES, {"id": ids}, to=f"{CHANGES}/tell")
    assert "/registrations/bulk/" in started.headers["Location"]
    assert "Mail what changed" in jiangsu.liaison.get(started.headers["Location"]).text
    # Who sees itineraries and changes none has no button.
    reader = browser_as(house, Role.PROGRAM_MANAGER)
    assert "/changes/tell" in jiangsu.liaison.get(CHANGES).text
    assert reader.get(CHANGES).status_code == 200
    assert "/call-list/told" not in reader.get(CALLS).text
