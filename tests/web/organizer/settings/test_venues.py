"""Venues and rooms: the pages where they are set up, and what the site shows of them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from sqlalchemy import select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.forums.models import Room, Venue
from forumapp.domain.forums.queries import list_rooms
from forumapp.domain.forums.venues.services import create_room, create_venue, update_venue
from tests.pictures import photo
from tests.web.organizer.house import BY, HOME, ZONE, browser_as, queries, row, rows

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

VENUES = f"{HOME}/venues"
HOTEL = {
    "name.en": "Harbor Hotel",
    "name.zh-Hans": "港湾酒店",
    "address.en": "1 Harbor Way, Los Angeles",
    "address.zh-Hans": "洛杉矶港湾路1号",
    "map_url": "https://maps.example/harbor",
    "zone": ZONE,
}


def hotel(**changes: Any) -> dict[str, Any]:
    return {**HOTEL, **changes}


def test_a_venue_is_added_with_both_addresses_and_shown(owner: Browser) -> None:
    answer = owner.send(f"{VENUES}/new", hotel(code=""))

    made = rows(select(Venue).where(Venue.code == "harbor-hotel"))[0]
    page = owner.get(answer.location).text
    assert (made.address, made.map_url) == (
        {"en": "1 Harbor Way, Los Angeles", "zh-Hans": "洛杉矶港湾路1号"},
        "https://maps.example/harbor",
    )
    assert [text in page for text in ("Harbor Hotel", "港湾酒店", *made.address.values())] == [True] * 4
    assert 'href="https://maps.example/harbor"' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name.en": "", "name.zh-Hans": ""}, "This is needed."),
        ({"map_url": "http://maps.example"}, "begins with https://"),
        ({"map_url": "javascript:alert(1)"}, "begins with https://"),
        ({"zone": "Mars/Olympus"}, "There is no such time zone"),
        ({"code": "Not a code"}, "Use lower-case letters"),
        ({"code": "hall"}, "Another one has this already."),
    ],
)
def test_a_venue_that_is_refused_keeps_what_was_typed(owner: Browser, changes: dict[str, str], words: str) -> None:
    answer = owner.send(f"{VENUES}/new", hotel(**changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert "洛杉矶港湾路1号" in answer.text


def test_a_missing_address_is_marked(house: House, owner: Browser) -> None:
    with transaction() as session:
        create_venue(
            session, house.edition_id, {"name": {"en": "Dock"}, "address": {"en": "Pier 3"}, "zone": ZONE}, **BY
        )

    shown = html.fromstring(owner.get(f"{VENUES}?lang=en").text)
    panel = next(one for one in shown.find_class("panel") if "Pier 3" in one.text_content())
    assert [badge.text for badge in panel.find_class("badge-warn")] == ["Chinese missing", "missing"]


def test_a_room_has_seats_for_each_layout(house: House, owner: Browser) -> None:
    venue_id = rows(select(Venue.id))[0]
    sent = {"name.en": "Gold Room", "venue_id": str(venue_id), "capacity": "120", "layouts.theater": "120"}

    answer = owner.send(f"{VENUES}/rooms/new?venue={venue_id}", {**sent, "layouts.banquet": "80", "code": ""})

    made = rows(select(Room).where(Room.code == "gold-room"))[0]
    assert (made.capacity, made.layouts, made.position) == (120, {"theater": 120, "banquet": 80}, 2)
    assert "Theater 120 · Banquet 80" in owner.get(answer.location).text
    page = f"{VENUES}/rooms/{made.id}"
    sent = {**sent, "version": "1", "layouts.theater": "", "layouts.boardroom": "12"}
    owner.send(page, sent)
    assert row(Room, made.id).layouts == {"boardroom": 12}
    refused = owner.send(page, {**sent, "version": "2", "layouts.u-shape": "-1"})
    assert (refused.status_code, 'id="e-layouts.u-shape"' in refused.text) == (422, True)


def test_whoever_was_slower_sees_both_versions(house: House, owner: Browser) -> None:
    venue_id = rows(select(Venue.id))[0]
    with transaction() as session:
        update_venue(session, house.edition_id, venue_id, {"address": {"en": "Elsewhere"}}, version=1, **BY)

    answer = owner.send(f"{VENUES}/{venue_id}", hotel(version="1"))

    assert answer.status_code == 412
    assert "Elsewhere" in answer.text
    assert "港湾酒店" in answer.text


def test_a_viewer_sees_them_and_changes_nothing(house: House) -> None:
    viewer = browser_as(house, Role.VIEWER)
    venue_id = rows(select(Venue.id))[0]

    pages = [viewer.get(path) for path in (VENUES, f"{VENUES}/{venue_id}", f"{VENUES}/rooms/{house.room_id}")]

    assert [page.status_code for page in pages] == [200] * 3
    assert [html.fromstring(page.text).find(".//main//form") for page in pages] == [None] * 3
    assert viewer.get(f"{VENUES}/new").status_code == 403


def test_the_list_costs_the_same_for_few_and_many(house: House, owner: Browser) -> None:
    with queries() as few:
        owner.get(VENUES)
    with transaction() as session:
        for number in range(5):
            venue = create_venue(session, house.edition_id, {"name": {"en": f"Hall {number}"}, "zone": ZONE}, **BY)
            create_room(session, house.edition_id, {"name": {"en": f"R{number}"}, "venue_id": venue.id}, **BY)

    with queries() as many:
        page = owner.get(VENUES)

    assert len(few) == len(many)
    assert page.text.count("Hall 4") > 0


def test_the_site_shows_the_venue_with_both_addresses_and_its_map(house: House, owner: Browser) -> None:
    owner.send(f"{VENUES}/new", hotel(code=""))
    with transaction() as session:
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)

    page = owner.get("/forum?lang=zh-Hans").text

    assert [text in page for text in ("1 Harbor Way, Los Angeles", "洛杉矶港湾路1号")] == [True, True]
    assert 'href="https://maps.example/harbor" rel="noreferrer"' in page


def test_rooms_are_put_in_order_within_their_venue(house: House, owner: Browser) -> None:
    with transaction() as session:
        first = rows(select(Venue.id))[0]
        annex = create_venue(session, house.edition_id, {"name": {"en": "Annex"}, "zone": ZONE}, **BY)
        made = [
            create_room(session, house.edition_id, {"name": {"en": name}, "venue_id": venue_id}, **BY).id
            for name, venue_id in (("B", first), ("X", annex.id), ("Y", annex.id))
        ]
    b, x, y = made
    shown = html.fromstring(owner.get(VENUES).text)
    version = shown.get_element_by_id("order-rooms").xpath(".//input[@name='version']/@value")[0]
    assert shown.xpath("//input[@name='ids']/@value") == [str(one) for one in (house.room_id, b, x, y)]

    sent = {"version": version, "ids": [str(one) for one in (b, house.room_id, y, x)]}
    answer = owner.send(VENUES, sent, to=f"{VENUES}/rooms/order")

    assert (answer.status_code, answer.location) == (302, VENUES)
    assert [room.id for room in list_rooms(db.session(), house.edition_id)] == [b, house.room_id, y, x]
    stale = owner.send(VENUES, sent, to=f"{VENUES}/rooms/order")
    assert (stale.status_code, "Someone else changed the order" in stale.text) == (412, True)


def test_a_floor_plan_is_shown_on_the_site(house: House, owner: Browser) -> None:
    owner.send(f"{VENUES}/new", hotel(code="hotel", floor_plan=(BytesIO(photo()), "plan.png")))
    with transaction() as session:
        update_edition(session, house.edition_id, {"status": "open"}, version=1, **BY)

    picture = rows(select(Venue.floor_plan_id).where(Venue.code == "hotel"))[0]
    shown = html.fromstring(owner.get("/forum?lang=en").text).xpath("//main//img")
    assert [(one.get("src"), one.get("alt")) for one in shown] == [
        (f"/forum/images/{picture}", "Floor plan of Harbor Hotel")
    ]
    assert int(shown[0].get("width")) > 0
    assert owner.get(f"/forum/images/{picture}").mimetype in ("image/png", "image/jpeg")
    refused = owner.send(f"{VENUES}/new", hotel(code="other", floor_plan=(BytesIO(b"no picture"), "plan.png")))
    assert (refused.status_code, 'id="e-floor_plan"' in refused.text) == (422, True)
