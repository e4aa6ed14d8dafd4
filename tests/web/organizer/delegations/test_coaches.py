"""The pages of coaches: who rides in which, and the roll-call at the door."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.coaches.boardings import put_into_run
from forumapp.domain.delegations.coaches.runs import create_run, reopen_run, update_run
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.editions.services import update_edition
from tests.access.asking import read_form
from tests.web.organizer.house import BY, add_registration, browser_as

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

COACHES = "/organizer/forum/delegations/js/coaches"
ZONE = "America/Los_Angeles"
LINK = re.compile(r"https?://[^/\s]+(/c/[\w.-]+)")


@pytest.fixture
def transfer(house: House, jiangsu: Group) -> str:
    """The page of one for two people, for which two cars of one seat each run."""
    other = add_registration(house, "Wang")
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        add_member(db, delegation, other, **BY)
        span = Span(*(Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (8, 9)))
        item = add_itinerary_item(db, delegation, {"kind": "transfer", "title": {"en": "To the forum"}}, span, **BY)
        return f"{COACHES}/{item.id}"


def ticks(text: str) -> list[str]:
    return re.findall(r'name="person" value="([^"]+)"', text)


def runs(owner: Browser, transfer: str, *seats: int) -> list[str]:
    """The ids of new runs, each of a vehicle of so many seats."""
    for number, one in enumerate(seats):
        said = {"name.en": f"Car {number}", "kind": "car", "seats": str(one), "plate": "8ABC", "driver": "Sam"}
        said["driver_mobile"] = f"+1213555010{number}"
        assert owner.send("/organizer/forum/vehicles/new", said).status_code == 302
    rows = re.findall(r"/vehicles/(\d+)\"", owner.get("/organizer/forum/vehicles").text)
    for row in dict.fromkeys(rows):
        assert owner.send(f"{transfer}/new", {"vehicle_id": row}).status_code == 302
    return re.findall(r'data-run="(\d+)"', owner.get(transfer).text)


def test_people_without_a_seat_come_first_and_are_seated_by_the_button_of_a_coach(
    owner: Browser, transfer: str
) -> None:
    assert "No coach yet" in owner.get(COACHES).text
    first, second = runs(owner, transfer, 1, 1)
    text = owner.get(transfer).text
    assert text.index("No seat yet") < text.index("data-run")
    both = ticks(text)
    assert len(both) == 2

    full = owner.send(transfer, {"person": both, "coach_run_id": first}, to=f"{transfer}/seats")
    assert (full.status_code, "So many seats are not left in it." in full.text) == (422, True)
    assert full.text.count(" checked") == 2
    assert owner.send(transfer, {"coach_run_id": first}, to=f"{transfer}/seats").status_code == 422

    for run, one in zip((first, second), both, strict=True):
        seated = owner.send(transfer, {"person": one, "coach_run_id": run}, to=f"{transfer}/seats")
        assert seated.status_code == 302
    text = owner.get(transfer).text
    assert ("No seat yet" in text, text.count("1 of 1 seats")) == (False, 2)
    assert "Everyone has a seat" in owner.get(COACHES).text

    late = owner.send(transfer, {"person": both[:1], "coach_run_id": second}, to=f"{transfer}/seats")
    assert (late.status_code, "Someone else has seated or marked" in late.text) == (409, True)


def test_those_who_are_moved_by_groups_are_not_said_to_get_a_first_seat(
    owner: Browser, house: House, jiangsu: Group, transfer: str
) -> None:
    first, second = map(int, runs(owner, transfer, 2, 2))
    one = jiangsu.registration_id
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        partition = create_partition(db, delegation, {"kind": "coach", "name": {"en": "Coaches"}}, **BY)
        group = create_group(db, partition, {"name": {"en": "A"}}, **BY)
        put_into_group(db, house.edition_id, group.id, {one: ""}, **BY)
        put_into_run(db, house.edition_id, first, {one: ""}, **BY)
        run = db.get_one(CoachRun, second)
        update_run(db, house.edition_id, second, {"group_id": group.id}, version=run.version, **BY)
    assert owner.send(transfer, {}, to=f"{transfer}/by-groups").status_code == 302
    assert "1 person has a seat with their group now." in owner.get(transfer).text


def test_the_captain_s_close_waits_for_everyone_and_names_who_is_expected(owner: Browser, transfer: str) -> None:
    (run,) = runs(owner, transfer, 5)
    owner.send(transfer, {"person": ticks(owner.get(transfer).text), "coach_run_id": run}, to=f"{transfer}/seats")
    page = f"/organizer/forum/coach-runs/{run}"
    text = owner.get(page).text
    marks = re.findall(rf'action="({page}/boardings/\d+)"', text)
    first, second = dict.fromkeys(marks)
    assert counts(text) == [2, 0, 0, 2]

    for _twice in range(2):
        assert owner.send(page, {"version": "1", "state": "boarded"}, to=first).status_code == 302
    stays = owner.send(page, {"version": "1"}, to=f"{page}/close")
    assert (stays.status_code, stays.text.count('roll-expected"><li>')) == (409, 1)
    assert "It does not depart: 1 person is still expected." in stays.text

    owner.send(page, {"version": "1", "state": "absent"}, to=first)  # had not seen that they are here
    text = owner.get(page).text
    assert ("Someone else has marked" in text, counts(text)) == (True, [1, 1, 0, 2])
    owner.send(page, {"version": "1", "state": "absent"}, to=second)
    assert counts(owner.get(f"{page}?state=absent").text) == [0, 1, 1, 2]
    assert "Nobody is found" in owner.get(f"{page}?search=nobody").text

    assert owner.send(page, {"version": "1"}, to=f"{page}/close").status_code == 302
    text = owner.get(page).text
    assert ("Departed at" in text, f"{page}/boardings" in text) == (True, False)
    assert owner.send(page, {"version": "2"}, to=f"{page}/reopen").status_code == 422
    assert owner.send(page, {"version": "2", "reason": "Forgot one"}, to=f"{page}/reopen").status_code == 302
    assert "Forgot one" in owner.get(page).text


def test_a_captain_calls_the_roll_by_a_link_of_this_coach_alone(
    owner: Browser, house: House, jiangsu: Group, transfer: str
) -> None:
    run, other = runs(owner, transfer, 5, 5)
    one, two = (int(said.split(":")[0]) for said in ticks(owner.get(transfer).text))
    with transaction() as db:
        update_edition(db, house.edition_id, {"status": "open"}, version=1, **BY)
        for run_id, who in ((run, one), (other, two)):
            put_into_run(db, house.edition_id, int(run_id), {who: ""}, **BY)
        update_run(db, house.edition_id, int(run), {"captain_id": one}, version=1, **BY)
    page = f"/organizer/forum/coach-runs/{run}"
    link = LINK.search(owner.get(page).text)
    assert link
    captain, address = house.browser(), link[1]
    assert owner.get(f"{page}/captain.svg").mimetype == "image/svg+xml"
    text = captain.get(address).text
    (mark,) = set(re.findall(rf'action="({address}/boardings/[0-9]+)"', text))
    assert (counts(text), "Wang" in text, "Sam" in text) == ([1, 0, 0, 1], False, False)
    assert re.findall(r'href="tel:([^"]+)"', text) == ["+12135550100"]  # the driver of this coach alone

    assert captain.send(address, {"version": "2"}, to=f"{address}/close").status_code == 409
    assert captain.send(address, {"version": "1", "state": "boarded"}, to=mark).status_code == 303
    assert captain.send(address, {"version": "2"}, to=f"{address}/close").status_code == 303

    text = captain.get(address).text
    assert ("Departed at" in text, counts(text)) == (True, [0, 1, 0, 1])
    log = owner.get("/organizer/forum/log").text
    assert log.count("The captain of the coach") == 2
    with transaction() as db:
        row = db.get_one(CoachRun, int(run))
        reopen_run(db, house.edition_id, row.id, reason="Too early", version=row.version, **BY)
    assert owner.send(page, {"version": "4"}, to=f"{page}/end-links").status_code == 302
    assert captain.get(address).status_code == 410
    anew = LINK.search(owner.get(page).text)
    assert anew
    assert captain.get(anew[1]).status_code == 200
    with transaction() as db:
        row = db.get_one(CoachRun, int(run))
        db.refresh(row)
        update_run(db, house.edition_id, row.id, {"captain_id": two}, version=row.version, **BY)
    assert captain.get(anew[1]).status_code == 410  # of somebody who is captain no more


def counts(text: str) -> list[int]:
    told = text[text.index("roll-counts") :]
    return [int(number) for number in re.findall(r"<dd>(\d+)</dd>", told[: told.index("</dl>")])]


def test_a_liaison_of_another_province_sees_neither_run_nor_people(
    owner: Browser, transfer: str, jiangsu: Group, house: House
) -> None:
    (run,) = runs(owner, transfer, 5)
    owner.send(transfer, {"person": ticks(owner.get(transfer).text), "coach_run_id": run}, to=f"{transfer}/seats")
    with transaction() as db:
        other = create_delegation(db, house.edition_id, {"code": "hb", "name": {"en": "Hubei"}}, **BY).id
    liaison = browser_as(house, Role.DELEGATION_LIAISON, delegations=(other,), email="hb@forum.example")
    for address in (COACHES, transfer, f"/organizer/forum/coach-runs/{run}"):
        assert liaison.get(address).status_code == 404
    assert "Car 0" in liaison.get("/organizer/forum/vehicles").text
    assert counts(jiangsu.liaison.get(f"/organizer/forum/coach-runs/{run}").text) == [2, 0, 0, 2]


@pytest.mark.one_database
def test_who_moves_a_transfer_or_brings_a_run_back_is_told_that_a_vehicle_runs_twice(
    owner: Browser, house: House, transfer: str
) -> None:
    """Wherever it is not refused."""
    (first,) = runs(owner, transfer, 5)
    with transaction() as db:
        vehicle = db.get_one(CoachRun, int(first)).vehicle_id
        item_id = db.get_one(CoachRun, int(first)).item_id
        span = Span(*(Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (10, 11)))
        told = {"kind": "transfer", "title": {"en": "And back"}}
        back = add_itinerary_item(db, get_delegation(db, house.edition_id, "js"), told, span, **BY)
        create_run(db, house.edition_id, back.id, {"vehicle_id": vehicle}, **BY)

    at = "/organizer/forum/delegations/js/itinerary/shift?day=2023-05-22"
    looked = owner.send(at, {"items": f"{item_id}.1", "days": "", "minutes": "120"})
    moved = owner.send(at, {**read_form(looked.text), "confirmed": "1"})
    told_of_it = owner.get(moved.location).text
    twice, link = "1 vehicle runs elsewhere at the same time now.", f'href="{COACHES}"'
    assert (twice in told_of_it, link in told_of_it) == (True, True)
    owner.send(transfer, {"version": "1"}, to=f"/organizer/forum/coach-runs/{first}/remove")
    shown = owner.get(transfer).text
    assert twice not in shown
    undo = re.search(r'action="([^"]*/removed/\d+/restore[^"]*)"', shown)
    assert undo
    restored = owner.send(transfer, to=unescape(undo[1]))
    assert twice in owner.get(restored.location).text
