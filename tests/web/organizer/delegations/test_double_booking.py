"""Conflicts as liaisons read them, allow them for a reason, and take that back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import AssignmentRole, Session
from forumapp.domain.agenda.sessions.services import assign_role
from forumapp.domain.delegations.conflicts.overrides import override_clash
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.queries import get_delegation
from tests.web.organizer.house import BY, HOME, Span, browser_as, wall

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

PAGE = f"{HOME}/clashes"
ALLOW = re.compile(r'name="(person_id|one|other|minutes)" value="([^"]+)"')


@pytest.fixture
def twice(house: House, jiangsu: Group) -> None:
    """Jiangsu's people are at a tea until half past two, and on a tour from two."""
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, jiangsu.code)
        for title, span in (("Tea", Span(wall(13), wall(14, 30))), ("Tour", Span(wall(14), wall(16)))):
            add_itinerary_item(db, delegation, {"kind": "visit", "title": {"en": title}}, span, **BY)


@pytest.mark.usefixtures("twice")
def test_a_liaison_allows_a_clash_for_a_reason_and_takes_it_back(jiangsu: Group, hubei: Group) -> None:
    page = jiangsu.liaison.get(PAGE).text
    assert all(words in page for words in (jiangsu.family, "Tea", "Tour", "30 minutes are lacking"))
    assert jiangsu.family not in hubei.liaison.get(PAGE).text
    item = re.search(r'href="([^"]+/itinerary/\d+)"', page)
    assert item
    assert "30 minutes are lacking" in jiangsu.liaison.get(item[1]).text

    seen = dict(ALLOW.findall(page))
    refused = jiangsu.liaison.send(PAGE, {**seen, "reason": " "}, to=f"{PAGE}/overrides")
    assert (refused.status_code, "why the clash is allowed" in refused.text) == (422, True)
    foreign = hubei.liaison.send(PAGE, {**seen, "reason": "Mine"}, to=f"{PAGE}/overrides")
    assert foreign.status_code == 404

    allowed = jiangsu.liaison.send(PAGE, {**seen, "reason": "The coach waits"}, to=f"{PAGE}/overrides")
    assert allowed.status_code == 302
    assert "The coach waits" in jiangsu.liaison.get(f"{PAGE}?state=allowed").text
    assert "The coach waits" not in jiangsu.liaison.get(f"{PAGE}?state=open").text

    back = re.search(r'action="([^"]+/clashes/overrides/\d+/remove)"', jiangsu.liaison.get(PAGE).text)
    assert back
    jiangsu.liaison.send(PAGE, {"version": 1}, to=back[1])
    page = jiangsu.liaison.get(PAGE).text
    assert "The coach waits" not in page
    assert "Undo" in page


def test_what_keeps_people_from_a_session_is_told_where_the_agenda_is_worked_on(
    house: House, jiangsu: Group, hubei: Group, owner: Browser
) -> None:
    with transaction() as db:
        session = db.get_one(Session, house.session_ids[0])
        assign_role(db, session, jiangsu.person_id, AssignmentRole.SPEAKER, **BY)
        delegation = get_delegation(db, house.edition_id, jiangsu.code)
        tea = {"kind": "meal", "title": {"en": "Tea", "zh-Hans": "茶歇"}}
        item = add_itinerary_item(db, delegation, tea, session.span or Span(wall(13), wall(14)), **BY)
        pair: Any = (("itinerary_item", item.id), ("session", session.id))
    desk = browser_as(house, Role.REGISTRATION_DESK)
    agenda = f"{HOME}/agenda"
    pages = (agenda, f"{agenda}/sessions/{house.session_ids[0]}", f"{agenda}/timetable/findings.json")

    def told(browser: Browser) -> list[bool]:
        return ["Tea" in browser.get(page).get_data(as_text=True) for page in pages]

    assert (told(owner), told(jiangsu.liaison)) == ([True] * 3, [True] * 3)
    assert (told(hubei.liaison), told(desk)) == ([False] * 3, [False] * 3)  # whose people or business it is not
    with transaction() as db:
        override_clash(db, house.edition_id, jiangsu.person_id, pair, minutes=600, reason="Known", **BY)
    assert told(owner) == [False] * 3

    # A session is moved away from what an itinerary says of it.
    with transaction() as db:
        later = Span(wall(18), wall(19))
        update_itinerary_item(db, house.edition_id, item.id, {"session_id": session.id}, later, version=1, **BY)
    assert (told(owner), told(jiangsu.liaison)) == ([True] * 3, [True] * 3)
    assert told(hubei.liaison) == [False] * 3
