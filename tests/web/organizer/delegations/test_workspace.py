"""The liaison's workspace: a day's people by what begins and by branch, moved from there, with clashes and gaps beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.conflicts.overrides import override_clash
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.registration.models import RegistrationType
from tests.web.organizer.house import BY, HOME, Span, add_registration, browser_as, group, queries, wall

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import Delegation
    from tests.web.organizer.house import Browser, Group, House

PAGE = f"{HOME}/delegations/js/workspace"
OK, SAME, MOVED, REFUSED, NOT_FOUND = 200, 304, 302, 422, 404


def an_item(db: DbSession, of: Delegation, title: str, first: int, last: int, **more: Any) -> int:
    values = {"kind": "visit", "title": {"en": title}, **more}
    return add_itinerary_item(db, of, values, Span(wall(first), wall(last)), **BY).id


@pytest.fixture
def groups(house: House, jiangsu: Group) -> tuple[int, int]:
    """Two people, a breakfast, a port and a mill: in groups North and South from the port on, Jiangren in North."""
    with transaction() as db:
        db.get_one(RegistrationType, house.type_id).quota = 20
    other = add_registration(house, "Anna")
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        add_member(db, delegation, other, **BY)
        an_item(db, delegation, "Breakfast", 7, 8)
        split = an_item(db, delegation, "Port", 9, 11)
        an_item(db, delegation, "Mill", 13, 15)
        values = {"name": {"en": "Visits"}, "kind": "visit", "split_item_id": split}
        partition = create_partition(db, delegation, values, **BY)
        north, south = (create_group(db, partition, {"name": {"en": one}}, **BY).id for one in ("North", "South"))
        put_into_group(db, house.edition_id, north, {jiangsu.registration_id: ""}, **BY)
    return north, south


def times(text: str) -> dict[str, dict[str, list[str]]]:
    """By what begins, the branches with the names in them."""
    found = {}
    for slot in html.fromstring(text).xpath("//section[contains(@class, 'slot')]"):
        branches = {
            " ".join(one.xpath("summary")[0].text_content().split()): sorted(
                name.text_content() for name in one.xpath(".//li[@data-person]//bdi")
            )
            for one in slot.xpath(".//details")
        }
        found[slot.xpath(".//*[@class='slot-title']")[0].text_content()] = branches
    return found


def form_at(text: str, title: str) -> dict[str, Any]:
    """What the form of a time sends, with nobody ticked, and in `ticks` what each box of its would."""
    slot = next(
        one
        for one in html.fromstring(text).xpath("//section[contains(@class, 'slot')]")
        if one.xpath(".//*[@class='slot-title']")[0].text_content() == title
    )
    sent = {one.get("name"): one.get("value") for one in slot.xpath(".//form//input[@type='hidden']")}
    del sent["csrf_token"]
    boxes = {" ".join(one.xpath("..")[0].text_content().split()): one for one in slot.xpath(".//*[@type='checkbox']")}
    return {
        "to": slot.xpath(".//form/@action")[0],
        "sent": sent,
        "ticks": {name: {one.get("name"): one.get("value")} for name, one in boxes.items()},
    }


def test_people_stand_under_what_they_do_in_their_branch_and_are_moved_from_then_on_and_back(
    jiangsu: Group, groups: tuple[int, int]
) -> None:
    _north, south = groups
    text = jiangsu.liaison.get(PAGE).text
    before = {"North 1": ["Jiangren"], "South 0": [], "Without a group 1": ["Anna"]}
    assert times(text) == {"Breakfast": {"All together 2": ["Anna", "Jiangren"]}, "Port": before, "Mill": before}

    mill = form_at(text, "Mill")
    sent = {**mill["sent"], "group_id": south, **mill["ticks"]["Jiangren"]}
    moved = jiangsu.liaison.send(PAGE, sent, to=mill["to"])
    assert (moved.status_code, urlsplit(moved.headers["Location"]).path) == (MOVED, PAGE)
    text = jiangsu.liaison.get(moved.headers["Location"]).text
    assert "1 person has been moved." in text
    after = {"North 0": [], "South 1": ["Jiangren"], "Without a group 1": ["Anna"]}
    assert (times(text)["Port"], times(text)["Mill"]) == (before, after)

    undo = re.search(r'action="([^"]+/removed/\d+/restore[^"]*)"', text)
    assert undo
    address = undo[1].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query)["next"][0].startswith(PAGE)
    back = jiangsu.liaison.send(PAGE, {}, to=address)
    assert urlsplit(back.headers["Location"]).path == PAGE
    assert times(jiangsu.liaison.get(PAGE).text)["Mill"] == before


def test_a_branch_is_moved_whole_unless_others_are_in_it_by_now(
    house: House, jiangsu: Group, groups: tuple[int, int]
) -> None:
    north, south = groups
    port = form_at(jiangsu.liaison.get(PAGE).text, "Port")
    sent = {**port["sent"], "group_id": south, **port["ticks"]["All of North"]}
    with transaction() as db:
        anna = int(port["ticks"]["Anna"]["person"].partition(":")[0])
        put_into_group(db, house.edition_id, north, {anna: ""}, **BY)

    late = jiangsu.liaison.send(PAGE, sent, to=port["to"])
    assert (late.status_code, "Nobody was moved" in late.text) == (409, True)
    assert times(late.text)["Port"] == {"North 2": ["Anna", "Jiangren"], "South 0": []}

    port = form_at(late.text, "Port")
    sent = {**port["sent"], "group_id": south, **port["ticks"]["All of North"]}
    assert jiangsu.liaison.send(PAGE, sent, to=port["to"]).status_code == MOVED
    assert times(jiangsu.liaison.get(PAGE).text)["Port"] == {"North 0": [], "South 2": ["Anna", "Jiangren"]}


def test_nobody_is_moved_by_a_form_that_says_nothing_or_what_is_no_more(
    jiangsu: Group, groups: tuple[int, int]
) -> None:
    port = form_at(jiangsu.liaison.get(PAGE).text, "Port")
    whole = {**port["sent"], "group_id": groups[1], **port["ticks"]["Jiangren"]}
    for wrong in ({"person": []}, {"group_id": ""}, {"start": "2023-05-22T09:01:00+00:00"}, {"until": "0"}):
        answer = jiangsu.liaison.send(PAGE, {**whole, **wrong}, to=port["to"])
        assert (wrong, answer.status_code) == (wrong, REFUSED)
    assert jiangsu.liaison.send(PAGE, whole, to=f"{PAGE}/999999/move").status_code == NOT_FOUND
    assert times(jiangsu.liaison.get(PAGE).text)["Port"]["North 1"] == ["Jiangren"]


@pytest.mark.usefixtures("groups")
def test_what_clashes_and_what_is_missing_stands_with_the_person(house: House, jiangsu: Group) -> None:
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        theirs = [Part(True, registration_id=jiangsu.registration_id)]
        fair = an_item(db, delegation, "Fair", 10, 12, audience=theirs)

    def chip(text: str, title: str) -> str:
        slot = text[text.index(f'<span class="slot-title">{title}') :]
        one = slot[slot.index(f'data-person="{jiangsu.registration_id}"') :]
        return html.fromstring(f"<li {one[: one.index('</li>')]}").text_content()

    text = jiangsu.liaison.get(PAGE).text
    assert ("Clashes with Fair" in chip(text, "Port"), "Clashes" in chip(text, "Breakfast")) == (True, False)
    assert ("Clashes with Port" in chip(text, "Fair"), "60 minutes are lacking" in chip(text, "Fair")) == (True, True)
    assert "Latin name" not in chip(text, "Port")
    assert "Photo" in chip(text, "Port")

    only = times(jiangsu.liaison.get(f"{PAGE}?only=clash").text)
    assert only["Port"] == {"North 1": ["Jiangren"], "South 0": [], "Without a group 0 of 1": []}
    found = times(jiangsu.liaison.get(f"{PAGE}?search=anna").text)
    assert found["Breakfast"] == {"All together 1 of 2": ["Anna"]}
    with transaction() as db:
        items = [fair, int(re.findall(r"itinerary/(\d+)", jiangsu.liaison.get(f"{HOME}/clashes").text)[0])]
        pair: Any = tuple(("itinerary_item", one) for one in sorted(items))
        override_clash(db, house.edition_id, jiangsu.person_id, pair, minutes=600, reason="Known", **BY)
    assert "Clashes with" not in jiangsu.liaison.get(PAGE).text


@pytest.mark.usefixtures("groups")
def test_the_board_is_sent_again_as_soon_as_anybody_has_changed_something(house: House, jiangsu: Group) -> None:
    board = re.search(r'data-poll="([^"]+)"', jiangsu.liaison.get(PAGE).text)
    assert board
    address = board[1].replace("&amp;", "&")
    first = jiangsu.liaison.get(address)
    known = {"If-None-Match": first.headers["ETag"]}
    assert (first.status_code, jiangsu.liaison.get(address, headers=known).status_code) == (OK, SAME)
    with queries() as sent:
        jiangsu.liaison.get(address, headers=known)
    with transaction() as db:
        an_item(db, get_delegation(db, house.edition_id, "js"), "Quay", 16, 17)
    news = jiangsu.liaison.get(address, headers=known)
    assert (news.status_code, "Quay" in news.text, len(sent) < 8) == (OK, True, True)


def test_only_the_own_people_and_divisions_are_there(
    house: House, owner: Browser, jiangsu: Group, groups: tuple[int, int]
) -> None:
    hubei, own = group(house, "hb", "Hubei", "Huren"), add_registration(house, "Own")
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, "js")
        east = create_delegation(
            db, house.edition_id, {"code": "east", "name": {"en": "E"}, "parent_id": whole.id}, **BY
        )
        add_member(db, east, own, **BY)
        theirs = get_delegation(db, house.edition_id, "hb")
        foreign = create_partition(db, theirs, {"name": {"en": "Foreign"}, "kind": "coach"}, **BY).id
        east_id = east.id
    liaison = browser_as(house, Role.DELEGATION_LIAISON, delegations=(east_id,), email="east@forum.example")
    mine = PAGE.replace("/js/", "/east/")
    text = liaison.get(mine).text
    assert times(text)["Port"] == {"North 0": [], "South 0": [], "Without a group 1": ["Own"]}
    assert ("Jiangren" in text, "Anna" in text) == (False, False)
    port = form_at(text, "Port")
    ask = {**port["sent"], "group_id": groups[0]}
    assert liaison.send(mine, {**ask, **port["ticks"]["Own"]}, to=port["to"]).status_code == MOVED
    assert "Own" in times(owner.get(PAGE).text)["Port"]["North 2"]
    strange = {"person": f"{jiangsu.registration_id}:"}
    assert liaison.send(mine, {**ask, **strange}, to=port["to"]).status_code == REFUSED
    for closed in (PAGE, f"{PAGE}/board", f"{mine}?by={foreign}", PAGE.replace("/js/", "/hb/")):
        assert (closed, liaison.get(closed).status_code) == (closed, NOT_FOUND)
    assert hubei.liaison.send(PAGE.replace("/js/", "/hb/"), ask, to=port["to"]).status_code == NOT_FOUND
    viewer = browser_as(house, Role.PROGRAM_MANAGER)
    assert ("Jiangren" in viewer.get(PAGE).text, "checkbox" in viewer.get(PAGE).text) == (True, False)


def test_whoever_moves_people_between_groups_is_offered_their_seats_in_one_act(
    house: House, jiangsu: Group, groups: tuple[int, int]
) -> None:
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        quay = an_item(db, delegation, "To the quay", 16, 17, kind="transfer")
        for code, one in zip(("n", "s"), groups, strict=True):
            told = {"code": code, "kind": "coach", "name": {"en": f"Coach {code}"}, "seats": 1}
            vehicle = create_vehicle(db, house.edition_id, told, **BY).id
            create_run(db, house.edition_id, quay, {"vehicle_id": vehicle, "group_id": one}, **BY)
    assert "runs twice at this time" not in jiangsu.liaison.get(PAGE).text
    with transaction() as db:  # as an item that was moved leaves it
        elsewhere = create_delegation(db, house.edition_id, {"code": "far", "name": {"en": "Far"}}, **BY)
        pier = an_item(db, elsewhere, "To the pier", 16, 17, kind="transfer")
        db.add(CoachRun(edition_id=house.edition_id, item_id=pier, vehicle_id=vehicle))
    assert "runs twice at this time" in jiangsu.liaison.get(PAGE).text
    of_transfer, told = f"{PAGE.replace('workspace', 'coaches')}/{quay}", "do not ride where their group does"
    assert told not in jiangsu.liaison.get(PAGE).text
    mill = form_at(jiangsu.liaison.get(PAGE).text, "Mill")
    moved = jiangsu.liaison.send(
        PAGE, {**mill["sent"], "group_id": groups[1], **mill["ticks"]["Jiangren"]}, to=mill["to"]
    )
    text = jiangsu.liaison.get(moved.headers["Location"]).text
    assert ("1 of them does not ride in the coach" in text, told in text) == (True, True)
    assert "by group in Coach s" in jiangsu.liaison.get(of_transfer).text
    (act,) = {one.replace("&amp;", "&") for one in re.findall(r'action="([^"]+coaches/by-groups[^"]*)"', text)}
    back = jiangsu.liaison.send(PAGE, {}, to=act)
    assert urlsplit(back.headers["Location"]).path == PAGE
    assert told not in jiangsu.liaison.get(PAGE).text
    assert "by group in" not in jiangsu.liaison.get(of_transfer).text


def test_what_a_part_does_by_itself_stands_in_the_workspace_and_the_coaches_of_the_whole(
    house: House, jiangsu: Group, groups: tuple[int, int]
) -> None:
    own = add_registration(house, "Own")
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, "js")
        values = {"code": "east", "name": {"en": "E"}, "parent_id": whole.id}
        east = create_delegation(db, house.edition_id, values, **BY)
        add_member(db, east, own, **BY)
        an_item(db, east, "Quay", 16, 17, kind="transfer")
    text = jiangsu.liaison.get(PAGE).text
    assert sorted(times(text)["Quay"]["Without a group 2"]) == ["Anna", "Own"]
    quay = form_at(text, "Quay")
    moved = {**quay["sent"], **quay["ticks"]["Own"], "group_id": groups[0]}
    assert jiangsu.liaison.send(PAGE, moved, to=quay["to"]).status_code == MOVED
    assert "Own" in times(jiangsu.liaison.get(PAGE).text)["Quay"]["North 2"]
    coaches = PAGE.replace("workspace", "coaches")
    assert "Quay" in jiangsu.liaison.get(coaches).text
    assert "Quay" not in group(house, "hb", "Hubei", "Huren").liaison.get(coaches.replace("/js/", "/hb/")).text


def test_more_people_and_more_items_take_no_more_queries(house: House, jiangsu: Group, groups: tuple[int, int]) -> None:
    def count() -> int:
        jiangsu.liaison.get(PAGE)
        with queries() as sent:
            assert jiangsu.liaison.get(PAGE).status_code == OK
        return len(sent)

    with transaction() as db:
        an_item(db, get_delegation(db, house.edition_id, "js"), "Fair", 10, 12)  # which clashes
    few = count()
    others = [add_registration(house, name) for name in ("Berta", "Carla", "Dora")]
    with transaction() as db:
        delegation = get_delegation(db, house.edition_id, "js")
        for one in others:
            add_member(db, delegation, one, **BY)
        put_into_group(db, house.edition_id, groups[1], dict.fromkeys(others, ""), **BY)
        for hour in (16, 17, 18):
            an_item(db, delegation, f"At {hour}", hour, hour + 2)
    assert count() == few
