"""A delegation's itinerary on the organizers' pages: its days, its items, and whom a change touches."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition, update_partition
from forumapp.domain.delegations.itineraries import places
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.delegations.queries import get_delegation
from tests.access.asking import read_form
from tests.web.organizer.house import BY, HOME, ZONE, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, Group, House

PAGE = f"{HOME}/delegations/js/itinerary"
OUT = {
    "title.en": "To Los Angeles",
    "title.zh-Hans": "前往洛杉矶",
    "starts": "2023-05-20T13:00",
    "ends": "2023-05-20T09:30",
    "number": "XX 100",
    "carrier": "Sample Air",
}


def airport(house: House, name: str, zone: str) -> int:
    with transaction() as session:
        told = {"kind": "airport", "name": {"en": name}, "zone": zone}
        return places.create_place(session, house.edition_id, told, **BY).id


def fly(house: House, owner: Browser, jiangsu: Group, **changes: Any) -> ItineraryItem:
    ports = {"place_id": airport(house, "Pudong", "Asia/Shanghai")}
    ports["end_place_id"] = airport(house, "LAX", "America/Los_Angeles")
    answer = owner.send(
        f"{PAGE}/new?kind=flight", {**OUT, **ports, f"audience.d-{jiangsu.delegation_id}": "in", **changes}
    )
    assert answer.status_code == 302, answer.text
    return rows(select(ItineraryItem))[0]


def test_a_flight_takes_its_zones_from_its_ports_and_shows_its_true_time(
    house: House, owner: Browser, jiangsu: Group
) -> None:
    item = fly(house, owner, jiangsu)
    assert (item.start_zone, item.end_zone) == ("Asia/Shanghai", "America/Los_Angeles")
    shown = html.fromstring(owner.get(f"{PAGE}?lang=en").text)
    (line,) = shown.xpath("//section[@class='day']//tbody/tr")
    text = " ".join(line.text_content().split())
    for word in (
        "13:00–09:30",
        "takes 11 h 30",
        "XX 100",
        "Pudong → LAX",
        "1 person",
        "Sat 20 May 13:00 – Sun 21 May 00:30",
    ):
        assert word in text, text
    assert rows(select(ItemPerson.registration_id)) == [jiangsu.registration_id]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ends": "2023-05-19T09:30"}, "The end comes before the start."),
        ({"ends": "2023-03-12T02:30"}, "The clocks go forward and skip this time"),
        ({"ends": "2023-11-05T01:30"}, "The clocks show this time twice"),
        ({"starts.zone": "Mars/Olympus"}, "There is no such time zone"),
        ({"audience.": ""}, "Say for whom it is"),
    ],
)
def test_what_cannot_be_is_told_where_it_was_typed(
    owner: Browser, jiangsu: Group, changes: dict[str, str], fault: str
) -> None:
    whom = {} if "audience." in changes else {f"audience.d-{jiangsu.delegation_id}": "in"}
    zones = {"starts.zone": "Asia/Shanghai", "ends.zone": "America/Los_Angeles"}
    answer = owner.send(f"{PAGE}/new?kind=flight&lang=en", {**OUT, **zones, **whom, **changes})
    assert answer.status_code == 422
    assert fault in answer.text
    assert "前往洛杉矶" in answer.text


def test_a_change_says_whom_it_touches_before_it_is_saved(house: House, owner: Browser, jiangsu: Group) -> None:
    item = fly(house, owner, jiangsu)
    where = f"{PAGE}/{item.id}"
    form = {**read_form(owner.get(where).text), "ends": "2023-05-20T10:00", "number": "XX 200"}

    asked = owner.send(f"{where}?lang=en", form)
    assert asked.status_code == 200
    assert "1 person is touched" in asked.text
    assert rows(select(ItineraryItem.version)) == [1]
    again = owner.send(where, {**read_form(asked.text), "again": "1"})
    assert "2023-05-20T10:00" in again.text

    saved = owner.send(where, {**read_form(asked.text), "confirmed": "1"})
    assert saved.status_code == 302
    (item,) = rows(select(ItineraryItem))
    assert (f"{item.end_wall:%H:%M}", item.leg and item.leg.number) == ("10:00", "XX 200")

    stale = owner.send(f"{where}?lang=en", {**form, "ends": "2023-05-20T11:00"})
    assert (stale.status_code, "Someone else changed this in the meantime" in stale.text) == (412, True)


def test_a_liaison_sees_and_changes_the_items_of_the_own_delegation_alone(
    house: House, owner: Browser, jiangsu: Group, hubei: Group
) -> None:
    item = fly(house, owner, jiangsu)
    assert jiangsu.liaison.get(f"{PAGE}/{item.id}").status_code == 200
    for address in (PAGE, f"{PAGE}/new", f"{PAGE}/{item.id}", f"{HOME}/delegations/hb/itinerary/{item.id}"):
        assert hubei.liaison.get(address).status_code == 404, address


def test_a_day_is_copied_once_it_was_looked_at_and_taken_back(house: House, owner: Browser, jiangsu: Group) -> None:
    item = fly(house, owner, jiangsu)
    where, chosen = f"{PAGE}/copy?day=2023-05-20&lang=en", {"items": f"{item.id}.1", "to": "2023-05-21"}

    looked = owner.send(where, chosen)
    assert "Sun 21 May 13:00–09:30" in looked.text
    assert len(rows(select(ItineraryItem))) == 1
    confirmed = {**read_form(looked.text), "confirmed": "1"}
    done = owner.send(where, confirmed)
    assert len(rows(select(ItineraryItem))) == 2
    told = owner.get(done.location).text
    twice = owner.send(where, confirmed)
    assert "This has been done already." in owner.get(twice.location).text
    assert len(rows(select(ItineraryItem))) == 2
    undo = re.search(r'action="([^"]*/itinerary/undo[^"]*)"', told)
    assert undo
    copy = rows(select(ItineraryItem.id).where(ItineraryItem.id != item.id))[0]
    with transaction() as db:  # groups split at it meanwhile
        whole = get_delegation(db, house.edition_id, jiangsu.code)
        told_of = {"kind": "visit", "name": {"en": "Visits"}, "split_item_id": copy}
        partition = create_partition(db, whole, told_of, **BY).id
    refused = owner.send(PAGE, to=unescape(undo[1]))
    assert "Someone has changed some of it" in owner.get(refused.location).text
    with transaction() as db:
        update_partition(db, house.edition_id, partition, {"split_item_id": None}, version=1, **BY)
    owner.send(PAGE, to=unescape(undo[1]))
    assert [one.id for one in rows(select(ItineraryItem))] == [item.id]


def test_a_delay_is_previewed_without_a_transfer_that_groups_forbid_to_move(
    house: House, owner: Browser, jiangsu: Group
) -> None:
    flight = fly(house, owner, jiangsu)
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, jiangsu.code)

        def add(kind: str, title: str, start: tuple[int, int], end: tuple[int, int], **values: Any) -> int:
            span = Span(*(Moment(datetime(2023, 5, 20, *at), "America/Los_Angeles") for at in (start, end)))
            return add_itinerary_item(db, whole, {"kind": kind, "title": {"en": title}, **values}, span, **BY).id

        coach = add("transfer", "Coach to town", (10, 0), (10, 45), place_id=flight.end_place_id)
        lunch = add("meal", "Lunch", (11, 0), (12, 0))
        visits = {"kind": "visit", "name": {"en": "Visits"}, "split_item_id": coach, "rejoin_item_id": lunch}
        create_partition(db, whole, visits, **BY)
    late = {**read_form(owner.get(f"{PAGE}/{flight.id}").text), "ends": "2023-05-20T11:30"}

    asked = owner.send(f"{PAGE}/{flight.id}?lang=en", late)

    assert asked.status_code == 200
    assert "move_too" not in read_form(asked.text)
    assert owner.send(f"{PAGE}/{flight.id}", {**read_form(asked.text), "confirmed": "1"}).status_code == 302


def test_who_moves_where_groups_split_is_told_whom_that_brings_into_other_items(
    house: House, owner: Browser, jiangsu: Group
) -> None:
    flight, at = fly(house, owner, jiangsu), Moment(datetime(2023, 5, 20, 20), ZONE)
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, jiangsu.code)
        told_of = {"kind": "visit", "name": {"en": "Sites"}, "split_item_id": flight.id}
        group = create_group(db, create_partition(db, whole, told_of, **BY), {"name": {"en": "Bay"}}, **BY)
        put_into_group(db, house.edition_id, group.id, {jiangsu.registration_id: ""}, **BY)
        visit = {"kind": "visit", "title": {"en": "Works"}, "audience": [Part(True, group_id=group.id)]}
        span = Span(at, Moment(at.wall + timedelta(hours=1), ZONE))
        add_itinerary_item(db, whole, visit, span, **BY)
    form = read_form(owner.get(f"{PAGE}/{flight.id}").text)
    later = {"starts": "2023-05-22T13:00", "ends": "2023-05-22T09:30"}
    for where, sent in (
        (f"{PAGE}/{flight.id}?lang=en", {**form, **later}),
        (f"{PAGE}/shift?day=2023-05-20&lang=en", {"items": f"{flight.id}.1", "days": "2", "minutes": ""}),
    ):
        text = html.fromstring(owner.send(where, sent).text).xpath("string(//section[@aria-labelledby='others'])")
        assert ("Works" in text, "No longer in it (1)" in text) == (True, True), where


def test_undoing_a_move_finds_the_one_of_two_equal_times_again(house: House, owner: Browser, jiangsu: Group) -> None:
    night = Span(Moment(datetime(2026, 11, 1, 1, 30), ZONE, 1), Moment(datetime(2026, 11, 1, 3), ZONE))
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, jiangsu.code)
        item_id = add_itinerary_item(db, whole, {"kind": "transfer", "title": {"en": "Late"}}, night, **BY).id
    chosen = {"items": f"{item_id}.1", "days": "1", "minutes": "", "confirmed": "1"}
    moved = owner.send(f"{PAGE}/shift?day=2026-11-01", chosen)
    undo = re.search(r'action="([^"]*/itinerary/undo[^"]*)"', owner.get(moved.location).text)
    assert (undo is not None, rows(select(ItineraryItem))[0].span == night) == (True, False)
    owner.send(PAGE, to=unescape(undo[1] if undo else ""))
    assert rows(select(ItineraryItem))[0].span == night


def test_moving_what_someone_has_changed_is_refused(house: House, owner: Browser, jiangsu: Group) -> None:
    item = fly(house, owner, jiangsu)
    where = f"{PAGE}/shift?day=2023-05-20&lang=en"
    chosen = {"items": f"{item.id}.1", "days": "", "minutes": "-30"}
    moved = owner.send(where, {**chosen, "confirmed": "1"})
    assert moved.status_code == 302
    assert [f"{one.start_wall:%H:%M}" for one in rows(select(ItineraryItem))] == ["12:30"]
    again = owner.send(where, {**chosen, "confirmed": "1"})
    assert "Someone else has changed some of them in the meantime" in again.text


def test_moving_several_items_previews_the_conflicts_as_one_moved_item_does(
    house: House, owner: Browser, jiangsu: Group
) -> None:
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, jiangsu.code)

        def add(title: str, start: tuple[int, int], end: tuple[int, int]) -> int:
            span = Span(*(Moment(datetime(2023, 5, 20, *at), ZONE) for at in (start, end)))
            return add_itinerary_item(db, whole, {"kind": "meal", "title": {"en": title}}, span, **BY).id

        breakfast, visit = add("Breakfast", (8, 0), (9, 0)), add("Visit", (9, 30), (10, 30))
        add("Lunch", (12, 0), (13, 0))
    chosen = {"items": [f"{breakfast}.1", f"{visit}.1"], "days": "", "minutes": "120"}

    asked = owner.send(f"{PAGE}/shift?day=2023-05-20&lang=en", chosen)

    text = " ".join(html.fromstring(asked.text).text_content().split())
    assert "This change causes 1 conflict" in text
    assert "Visit 11:30–12:30, Lunch 12:00–13:00" in text
    assert rows(select(ItineraryItem.version)) == [1, 1, 1]
    later = owner.send(f"{PAGE}/shift?day=2023-05-20&lang=en", {**chosen, "minutes": "30"})
    assert "This change causes no conflicts" in later.text


def test_delaying_a_flight_previews_its_conflicts_and_offers_to_move_its_transfer(
    house: House, owner: Browser, jiangsu: Group
) -> None:
    flight = fly(house, owner, jiangsu)
    with transaction() as db:
        whole = get_delegation(db, house.edition_id, jiangsu.code)

        def add(kind: str, title: str, start: tuple[int, int], end: tuple[int, int], **values: Any) -> int:
            span = Span(*(Moment(datetime(2023, 5, 20, *at), "America/Los_Angeles") for at in (start, end)))
            return add_itinerary_item(db, whole, {"kind": kind, "title": {"en": title}, **values}, span, **BY).id

        coach = add("transfer", "Coach to town", (10, 0), (10, 45), place_id=flight.end_place_id)
        add("meal", "Lunch", (13, 0), (14, 0))
    where = f"{PAGE}/{flight.id}"
    late = {**read_form(owner.get(where).text), "ends": "2023-05-20T11:30"}

    asked = owner.send(f"{where}?lang=en", late)

    text = " ".join(html.fromstring(asked.text).text_content().split())
    assert "This change causes 1 conflict" in text
    assert "0 conflicts are left when the chosen transfers move too." in text
    assert "Coach to town 10:00–10:45: move it 120 minutes later" in text
    assert rows(select(ItineraryItem.version)) == [1, 1, 1]
    form = read_form(asked.text)
    assert form["move_too"] == [f"{coach}.1"]

    stays = owner.send(f"{where}?lang=en", {**form, "choice": "1", "move_too": []})
    text = " ".join(html.fromstring(stays.text).text_content().split())
    assert "1 conflict is left when the chosen transfers move too." in text
    assert text.count("Coach to town 10:00–10:45. ") == 2  # among those caused, and those left
    assert "move_too" not in read_form(stays.text)
    moves = owner.send(f"{where}?lang=en", {**form, "choice": "1"})
    assert "0 conflicts are left when the chosen transfers move too." in moves.text
    assert rows(select(ItineraryItem.version)) == [1, 1, 1]

    assert owner.send(where, {**form, "confirmed": "1", "move_too": ["x", f"{coach}.1"]}).status_code == 302
    spans = {row.title["en"]: f"{row.start_wall:%H:%M}–{row.end_wall:%H:%M}" for row in rows(select(ItineraryItem))}
    assert spans["Coach to town"] == "12:00–12:45"

    # Without a tick the transfer stays.
    early = {**read_form(owner.get(where).text), "ends": "2023-05-20T11:00"}
    form = read_form(owner.send(where, early).text)
    form.pop("move_too", None)
    assert owner.send(where, {**form, "confirmed": "1"}).status_code == 302
    assert rows(select(ItineraryItem.start_wall).where(ItineraryItem.id == coach)) == [datetime(2023, 5, 20, 12)]
