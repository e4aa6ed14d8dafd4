"""The page of a delegation's hotel rooms: many made at once, people put, moved and taken out, and their nights."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.services import add_member, create_delegation, update_delegation
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.registration.forms.list_questions import kept_answers, list_questions
from forumapp.domain.registration.models import Registration
from tests.web.organizer.house import BY, add_registration, browser_as
from tests.web.organizer.itineraries.test_groups import ticks

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

pytestmark = pytest.mark.one_database
ROOMS = "/organizer/forum/delegations/js/rooms"
TWINS = {"kind": "twin", "count": "2", "check_in": "2023-05-20", "check_out": "2023-05-26", "meal_plan": "breakfast"}


@pytest.fixture
def hotel(house: House, jiangsu: Group) -> str:
    wang = add_registration(house, "Wang")
    with transaction() as db:
        of = get_delegation(db, house.edition_id, "js")
        add_member(db, of, wang, **BY)
        days = {"arrives_on": date(2023, 5, 20), "departs_on": date(2023, 5, 26)}
        update_delegation(db, house.edition_id, of.id, days, version=of.version, **BY)
        place = {"kind": "hotel", "name": {"en": "Inn", "zh-Hans": "客栈"}, "zone": "UTC"}
        return str(create_place(db, house.edition_id, place, **BY).id)


def cards(text: str) -> dict[str, str]:
    """What stands on each room, by its id."""
    parts = re.split(r'<li class="panel room-card" id="room-(\d+)"', text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def told(answer: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer))


def test_many_rooms_are_made_at_once_and_people_are_put_moved_and_taken_out(owner: Browser, hotel: str) -> None:
    assert owner.send(f"{ROOMS}/new", {**TWINS, "place_id": hotel}).status_code == 302
    text = owner.get(ROOMS).text
    first, second = cards(text)
    assert ("2 rooms have been added." in text, text.index('id="without"') < text.index('id="rooms"')) == (True, True)
    assert "2 hotel rooms · 4 beds · 0 people have a room" in told(text)

    both = ticks(text)
    assert owner.send(ROOMS, {"person": both, "room_id": first, "leaves": "1"}, to=f"{ROOMS}/put").status_code == 302
    text = owner.get(ROOMS).text
    assert ("Everyone has a room" in text, "not agreed yet" in cards(text)[first]) == (True, True)

    moved = {"person": ticks(text)[:1], "here": second, "from_on": "2023-05-24", "leaves": "1"}
    assert owner.send(ROOMS, moved, to=f"{ROOMS}/put").status_code == 302
    text = owner.get(ROOMS).text
    assert [len(ticks(one)) for one in cards(text).values()] == [2, 1]

    kept = {"person": ticks(cards(text)[second]), "room_id": first}
    refused = owner.send(ROOMS, kept, to=f"{ROOMS}/put")
    assert (refused.status_code, "Already in another room" in refused.text) == (422, True)
    stale = owner.send(ROOMS, {"person": both[:1], "room_id": second, "leaves": "1"}, to=f"{ROOMS}/put")
    assert (stale.status_code, "Someone else has given this person a room" in stale.text) == (409, True)
    nobody = owner.send(ROOMS, {"room_id": second}, to=f"{ROOMS}/put")
    assert (nobody.status_code, "Tick the people who get a room." in nobody.text) == (422, True)

    [stay] = re.findall(rf'href="({ROOMS}/{second}/stays/\d+)"', text)
    assert owner.send(stay, {"from_on": "2023-05-25", "agreed": "1", "version": "1"}).status_code == 302
    text = owner.get(ROOMS).text
    assert "agreed to share" in cards(text)[second]
    assert "Nights without a room" in text
    wrong = owner.send(stay, {"from_on": "2023-05-23", "version": "2"})
    assert (wrong.status_code, "Already in another room" in wrong.text) == (422, True)
    assert owner.send(stay, {"version": "2", "seen": "{}"}, to=f"{stay}/remove").status_code == 302
    assert [len(ticks(one)) for one in cards(owner.get(ROOMS).text).values()] == [2, 0]


@pytest.mark.both_databases
def test_rooms_are_searched_by_number_and_name_and_one_agrees_by_a_button(owner: Browser, hotel: str) -> None:
    owner.send(f"{ROOMS}/new", {**TWINS, "place_id": hotel})
    first, second = cards(owner.get(ROOMS).text)
    page = f"{ROOMS}/{second}"
    told_by_hotel = {
        **TWINS,
        "place_id": hotel,
        "number": "1107",
        "capacity": "2",
        "version": "1",
        "requests.en": "Away from the lift",
    }
    assert owner.send(page, told_by_hotel).status_code == 302
    taken = owner.send(f"{ROOMS}/{first}", told_by_hotel)
    assert (taken.status_code, "This room is there already" in taken.text) == (422, True)
    assert list(cards(owner.get(f"{ROOMS}?search=1107").text)) == [second]
    both = ticks(owner.get(ROOMS).text)
    owner.send(ROOMS, {"person": both, "here": second}, to=f"{ROOMS}/put")
    assert list(cards(owner.get(f"{ROOMS}?search=wang").text)) == [second]
    text = owner.get(ROOMS).text
    [agreed, _other] = re.findall(rf'action="({page}/stays/\d+/agreed)"', text)
    assert owner.send(ROOMS, {"agreed": "1", "version": "9", "seen": "{}"}, to=agreed).status_code == 412
    assert owner.send(ROOMS, {"agreed": "1", "version": "1", "seen": "{}"}, to=agreed).status_code == 302
    text = owner.get(ROOMS).text
    assert (text.count("agreed to share"), text.count("not agreed yet")) == (1, 1)


def test_hotel_wishes_stand_with_each_person_for_readers_of_answers(owner: Browser, house: House, hotel: str) -> None:
    note = {"code": "hotel-wishes-note", "kind": "long-text", "label": {"en": "Hotel wishes (note from the list)"}}
    kept = kept_answers([], list_questions([]), {"hotel-wishes": "King; Share with: Ann <Lee>"}, [])
    kept["questions"].append(note)
    kept["values"]["hotel-wishes-note"] = "quiet"
    with transaction() as db:
        for row in db.scalars(select(Registration)):
            row.answers = kept
    assert "King; Share with: Ann &lt;Lee&gt; · quiet" in owner.get(ROOMS).text
    owner.send(f"{ROOMS}/new", {**TWINS, "place_id": hotel})
    text = owner.get(ROOMS).text
    owner.send(ROOMS, {"person": ticks(text), "here": next(iter(cards(text)))}, to=f"{ROOMS}/put")
    assert "Hotel wishes: King; Share with: Ann" in told(next(iter(cards(owner.get(ROOMS).text).values())))
    manager = browser_as(house, Role.PROGRAM_MANAGER)
    assert "King" not in manager.get(ROOMS).text


def test_a_liaison_of_another_part_sees_none_of_it(owner: Browser, house: House, hotel: str) -> None:
    owner.send(f"{ROOMS}/new", {**TWINS, "place_id": hotel})
    [room, _other] = cards(owner.get(ROOMS).text)
    with transaction() as db:
        hubei = create_delegation(db, house.edition_id, {"code": "hb", "name": {"en": "Hubei"}}, **BY).id
    other = browser_as(house, Role.DELEGATION_LIAISON, delegations=[hubei])
    assert cards(other.get("/organizer/forum/delegations/hb/rooms").text) == {}
    for path in (ROOMS, f"{ROOMS}/{room}", f"/organizer/forum/delegations/hb/rooms/{room}"):
        assert other.get(path).status_code == 404
