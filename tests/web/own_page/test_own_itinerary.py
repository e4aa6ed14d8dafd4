"""A registrant's own itinerary: what is for them and for no other branch, on the page and for calendars."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from sqlalchemy import event, select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.delegations.coaches.boardings import put_into_run
from forumapp.domain.delegations.coaches.runs import create_run
from forumapp.domain.delegations.coaches.vehicles import create_vehicle
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.members import put_into_group
from forumapp.domain.delegations.groups.services import create_group, create_partition
from forumapp.domain.delegations.hotel.services import create_rooms
from forumapp.domain.delegations.hotel.stays import add_stay
from forumapp.domain.delegations.itineraries import items
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.delegations import Delegation, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.registration.lifecycle.links import end_links
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.session_signup.self_service import choose_sessions
from tests.web.conftest import BY, publish
from tests.web.own_page.test_registration import own_page, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session as DbSession

    from tests.web.conftest import Forum

HERE, HOME = "America/Los_Angeles", "Asia/Shanghai"
HOTEL = {"place": {"en": "Bay Hotel", "zh-Hans": "湾区酒店"}, "address": {"en": "1 Market St", "zh-Hans": "市场街1号"}}


def at(start: tuple[int, int], end: tuple[int, int], zones: tuple[str, str] = (HERE, HERE)) -> Span:
    return Span(*(Moment(datetime(2023, 5, *when), zone) for when, zone in zip((start, end), zones, strict=True)))


def add(db: DbSession, kind: ItemKind, title: str, span: Span, *audience: Part, **values: Any) -> ItineraryItem:
    row = db.scalars(select(Delegation)).one()
    told = {"kind": kind, "title": {"en": title, "zh-Hans": f"中{title}"}, "audience": list(audience) or None}
    return items.add_itinerary_item(db, row, {**told, **values}, span, **BY)


@pytest.fixture
def own(app: Flask, client: FlaskClient, forum: Forum, session: DbSession) -> str:
    """Wang's, who flies home over two nights, and goes to the bay while the rest of the delegation stays."""
    sign_up(client, latin_family="Zhao", email="zhao@example.org", native_full="赵小明")
    sign_up(client)
    zhao, row = session.scalars(select(Registration).order_by(Registration.id)).all()
    with transaction() as db:
        whole = create_delegation(db, forum.edition_id, {"code": "js", "name": {"en": "Jiangsu"}}, **BY)
        for one in (zhao, row):
            add_member(db, whole, one.id, **BY)
        partition = create_partition(db, whole, {"kind": "visit", "name": {"en": "Visits"}}, **BY)
        bay, stay = (create_group(db, partition, {"code": one, "name": {"en": one}}, **BY) for one in ("bay", "stay"))
        for group, one in ((bay, row), (stay, zhao)):
            put_into_group(db, forum.edition_id, group.id, {one.id: ""}, **BY)
        add(db, ItemKind.TRANSFER, "Coach from home", at((21, 8), (21, 9), (HOME, HOME)))
        add(db, ItemKind.VISIT, "Bay", at((22, 14), (22, 15)), Part(True, group_id=bay.id), **HOTEL, contact="Li 139")
        add(db, ItemKind.VISIT, "Harbour", at((22, 14), (22, 16)), Part(True, group_id=stay.id), contact="Zhao 138")
        leg = {"carrier": "Air China", "number": "CA986"}
        add(db, ItemKind.FLIGHT, "Flight home", at((23, 13), (24, 17), (HERE, HOME)), leg=leg)
    return own_page(app, session)


def events(client: FlaskClient, own: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"{own}/itinerary.ics{query}")
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.data).events}


def test_it_shows_what_is_theirs_and_nothing_of_the_other_branch(client: FlaskClient, own: str) -> None:
    page, calendar = client.get(f"{own}/itinerary").text, client.get(f"{own}/itinerary.ics").text

    assert [one for one in ("Bay Hotel", "市场街1号", "Li 139", "Jiangsu", "CA986") if one not in page] == []
    assert [one for one in ("Harbour", "Zhao 138") if one in page + calendar] == []
    assert '13:00–17:00</span> <span class="small">+1</span>' in page
    assert "takes 13 h 00" in page  # the night is shorter than the clocks say
    assert "Mon 22 May 2023" in page
    assert "Tue 23 May 2023 05:00 –" in page
    assert f'href="{own}/itinerary"' in client.get(own).text


def test_the_booklet_is_theirs_and_tells_nothing_of_the_other_branch(client: FlaskClient, own: str) -> None:
    link = re.search(rf'href="({re.escape(own)}/itinerary\.pdf)"', client.get(f"{own}/itinerary").text)
    assert link
    answer = client.get(link.group(1))
    pages = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout
    text = re.sub(r"\s+", "", pages.decode())
    assert [one for one in ("Bay", "市场街1号", "Li139", "AirChinaCA986", "elapsed13h", "bay") if one not in text] == []
    assert [one for one in ("Harbour", "Zhao", "stay") if one in text] == []
    assert answer.headers["Content-Disposition"] == 'attachment; filename="itinerary.pdf"'


def test_a_session_in_a_room_of_another_zone_says_the_zone_of_its_room(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    """On the page, in the calendar and in the booklet. 18:00 in Los Angeles is 09:00 on the next day in Shanghai."""
    of = forum.edition_id
    registration_id = session.scalars(select(Registration.id).order_by(Registration.id.desc())).first()
    with transaction() as db:
        venue = create_venue(db, of, {"code": "bund", "name": {"en": "Bund"}, "address": {}, "zone": HOME}, **BY)
        room = create_room(db, of, {"code": "tower", "venue_id": venue.id, "name": {"en": "Tower"}}, **BY)
        given = {"code": "fair", "title": {"en": "Fair"}, "kind": SessionKind.BREAKOUT, "room_id": room.id, "places": 9}
        row = agenda.create_session(db, of, given, at((24, 18), (24, 19)), **BY)
        publish(db, of)
        choose_sessions(db, registration_id, 1, {row.id}, seen=set(), **BY)

    page = client.get(f"{own}/itinerary").text
    shown = page[page.index("Fair", page.index("Thu 25 May 2023")) - 200 :][:400]
    assert "09:00–10:00" in shown
    assert "China Standard Time (UTC+8)" in shown
    starts = events(client, own)["Fair"]["dtstart"].dt
    assert (starts.isoformat(), str(starts.tzinfo)) == ("2023-05-25T09:00:00+08:00", HOME)
    book = client.get(f"{own}/itinerary.pdf").data
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=book, capture_output=True, check=True).stdout
    text = re.sub(r"\s+", " ", read.decode())
    assert "所列时间均为北京时间 09:00–10:00 Fair" in text


def test_the_next_item_stands_on_top(client: FlaskClient, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at((22, 13), (22, 14)).start.utc)
    page = client.get(f"{own}/itinerary?lang=zh-Hans").text

    assert page.index("中Bay") < page.index("中Coach from home")
    assert page.count("中Bay") == 2

    monkeypatch.setattr(clock, "now", lambda: at((22, 14), (22, 15)).start.utc)
    page = client.get(f"{own}/itinerary").text
    assert (page.index("Flight home") < page.index("Coach from home"), page.count('is-on">Running now')) == (True, 1)

    with transaction() as db:
        db.scalars(select(TravelLeg)).one().estimated_start_utc = at((23, 18), (23, 19)).start.utc
    monkeypatch.setattr(clock, "now", lambda: at((23, 14), (23, 15)).start.utc)
    page = client.get(f"{own}/itinerary").text
    assert page.index("Flight home") < page.index("Coach from home")  # it waits, and so do they
    assert 'is-on">Running now' not in page


def test_calendars_read_it_and_follow_what_changes(client: FlaskClient, own: str, forum: Forum) -> None:
    found = events(client, own, "?lang=zh-Hans")
    flight = found["中Flight home"]
    assert found.keys() == {"中Coach from home", "中Bay", "中Flight home"}
    assert (flight["dtstart"].dt.isoformat(), flight["dtend"].dt.isoformat()) == (
        "2023-05-23T13:00:00-07:00",
        "2023-05-24T17:00:00+08:00",
    )
    assert "CA986" in flight["description"]
    assert (str(found["中Bay"]["location"]), "1 Market St" in found["中Bay"]["description"]) == (
        "湾区酒店, 市场街1号",
        True,
    )
    assert own not in client.get(f"{own}/itinerary.ics").text.replace("\r\n ", "")

    tag = client.get(f"{own}/itinerary.ics").headers["ETag"]
    assert client.get(f"{own}/itinerary.ics", headers={"If-None-Match": tag}).status_code == 304
    with transaction() as db:
        row = db.scalars(select(ItineraryItem).filter_by(contact="Li 139")).one()
        items.update_itinerary_item(db, forum.edition_id, row.id, {}, at((22, 15), (22, 16)), version=1, **BY)
    assert client.get(f"{own}/itinerary.ics", headers={"If-None-Match": tag}).status_code == 200
    assert (events(client, own)["Bay"]["dtstart"].dt.hour, events(client, own)["Bay"]["sequence"]) == (15, 2)


def feed_on(client: FlaskClient, own: str) -> str:
    found = re.search(r'href="(/r/[^"]+/itinerary\.ics)', client.get(f"{own}/itinerary").text)
    assert found
    return found[1]


def test_the_address_that_a_calendar_follows_opens_the_calendar_alone(client: FlaskClient, own: str) -> None:
    feed = feed_on(client, own)
    assert own not in feed
    assert client.get(feed).data == client.get(f"{own}/itinerary.ics").data

    at = feed.removesuffix("/itinerary.ics")
    pages = ("", "/itinerary", "/change", "/hand-over", "/sessions", "/calendar.ics", "/ticket.pdf", "/data.json")
    assert {client.get(f"{at}{end}").status_code for end in pages} == {410}


def test_a_link_that_is_ended_opens_neither(client: FlaskClient, own: str, forum: Forum) -> None:
    feed = feed_on(client, own)
    with transaction() as db:
        row = db.scalars(select(Registration).order_by(Registration.id.desc())).first()
        end_links(db, forum.edition_id, row.id, version=row.version, **BY)

    pages = ("itinerary", "itinerary.ics", "itinerary.pdf", "itinerary-worker.js")
    ended = (*(f"{own}/{one}" for one in pages), feed)
    assert [client.get(one).status_code for one in ended] == [410] * 5


def test_a_device_may_keep_it_for_a_month_and_no_longer_than_its_link_lives(
    app: Flask, client: FlaskClient, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(f"{own}/itinerary").headers["Keep-Seconds"] == str(30 * 24 * 3600)
    worker = client.get(f"{own}/itinerary-worker.js")
    assert (worker.status_code, worker.mimetype) == (200, "application/javascript")

    ends = app.extensions["forumapp.links"].end_of("registration", own.removeprefix("/r/"))
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(hours=1))
    assert client.get(f"{own}/itinerary").headers["Keep-Seconds"] == "3600"


def test_whoever_is_in_no_delegation_is_told_that_nothing_is_planned(
    app: Flask, client: FlaskClient, forum: Forum, session: DbSession
) -> None:
    sign_up(client)
    own = own_page(app, session)

    assert "Nothing is planned for you yet" in client.get(f"{own}/itinerary").text
    assert "/itinerary" not in client.get(own).text
    assert events(client, own) == {}


@contextmanager
def counted(session: DbSession) -> Iterator[list[str]]:
    seen: list[str] = []
    connection = session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def test_it_asks_as_often_for_a_dozen_items_as_for_three(client: FlaskClient, own: str, session: DbSession) -> None:
    def asked(end: str) -> int:
        session.expire_all()
        with counted(session) as seen:
            assert client.get(f"{own}/itinerary{end}").status_code == 200
        return len(seen)

    few = asked(""), asked(".ics")
    with transaction() as db:
        for hour in range(8, 18):
            add(db, ItemKind.MEAL, f"Tea {hour}", at((25, hour), (25, hour + 1)), **HOTEL)
    assert (asked(""), asked(".ics")) == few
    assert min(few) > 0


def test_ones_room_is_told_with_who_shares_it_and_not_what_was_asked_for(
    client: FlaskClient, own: str, forum: Forum, session: DbSession
) -> None:
    assert "Your room" not in client.get(f"{own}/itinerary").text
    with transaction() as db:
        of = forum.edition_id
        place = create_place(db, of, {"kind": "hotel", "name": {"en": "Bay Hotel"}, "zone": HERE}, **BY)
        nights = {"check_in": date(2023, 5, 20), "check_out": date(2023, 5, 23), "requests": {"en": "Grab rails"}}
        told = {"place_id": place.id, "kind": "twin", "number": "1107", **nights}
        [room] = create_rooms(db, db.scalars(select(Delegation)).one(), told, **BY)
        for one in db.scalars(select(Registration)).all():
            add_stay(db, room, one.id, {}, **BY)
    page = client.get(f"{own}/itinerary").text
    mine = page[page.index('id="own-rooms"') :]
    mine = mine[: mine.index("</section>")]
    assert [one for one in ("Bay Hotel", "Room 1107", "Twin room", "3 nights", "Zhao") if one not in mine] == []
    assert "Wang" not in mine
    assert "Grab rails" not in page


def test_ones_coach_is_told_where_the_transfer_stands(client: FlaskClient, own: str, session: DbSession) -> None:
    with transaction() as db:
        drive = add(db, ItemKind.TRANSFER, "To the port", at((24, 8), (24, 9)), **HOTEL)
        told = {
            "kind": "coach",
            "name": {"en": "Coach 7"},
            "seats": 9,
            "plate": "8ABC123",
            "driver_mobile": "+1 213 555 0100",
        }
        vehicle = create_vehicle(db, drive.edition_id, told, **BY)
        run = create_run(db, drive.edition_id, drive.id, {"vehicle_id": vehicle.id}, **BY)
        theirs = db.scalars(select(ItemPerson.registration_id).where(ItemPerson.item_id == drive.id)).all()
        put_into_run(db, drive.edition_id, run.id, dict.fromkeys(theirs, ""), **BY)
    page = client.get(f"{own}/itinerary").text
    assert [one for one in ("Your coach", "Coach 7", "8ABC123", "tel:") if one not in page] == []
    told = str(events(client, own)["To the port"]["description"])
    assert "Your coach: Coach 7, 8ABC123\nDriver: +1 213 555 0100\nYour groups: bay" in told


def test_ones_groups_are_told_and_no_others(client: FlaskClient, own: str) -> None:
    page = client.get(f"{own}/itinerary").text
    mine = page[page.index('id="own-groups"') :]
    mine = mine[: mine.index("</section>")]
    assert ("Visits" in mine, "bay" in mine, "stay" in mine) == (True, True, False)
