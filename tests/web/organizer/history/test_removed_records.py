"""Removing things by the pages' buttons: undone at once, or later from the list, by those who may."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape
from sqlalchemy import select

from forumapp.core.database.transactions import transaction
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import RoleAssignment, Session, Track
from forumapp.domain.agenda.sessions.services import create_track
from forumapp.domain.audit.models import Removal
from forumapp.domain.delegations.itineraries.items import add_itinerary_item
from forumapp.domain.delegations.members.services import create_delegation
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember, ItineraryItem
from forumapp.domain.delegations.queries import get_delegation
from forumapp.domain.forums.hosts.levels import create_level
from forumapp.domain.forums.models import EditionHost, Room, SponsorLevel, Venue
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.people.records.services import create_organization, create_person
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.types.services import create_type
from forumapp.schemas.choices import ItineraryKind
from tests.web.organizer.house import BY, HOME, ZONE, browser_as, group, row, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session as DbSession
    from werkzeug.test import TestResponse

    from tests.web.organizer.house import Browser, House

UNDO = re.compile(r'action="([^"]+/removed/\d+/restore)"')


def press(browser: Browser, page: str, end: str) -> TestResponse:
    """Press the button of `page` whose form goes to an address with this end, with what the form holds."""
    text = browser.get(page).text
    found = re.search(rf'<form class="act" method="post" action="([^"]*{end})">(.*?)</form>', text, re.DOTALL)
    assert found, f"{page} has no button to {end}"
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', found[2]))
    return browser.post(found[1], data=fields)


def one_track(db: DbSession, house: House) -> tuple[str, str]:
    one = create_track(db, house.edition_id, {"code": "green", "name": {"en": "Green <trade>"}}, **BY)
    return f"{HOME}/agenda", f"/tracks/{one.id}/remove"


def one_room(db: DbSession, house: House) -> tuple[str, str]:
    venue_id = db.scalars(select(Venue.id)).first()
    one = create_room(db, house.edition_id, {"code": "b", "venue_id": venue_id, "name": {"en": "Room B"}}, **BY)
    return f"{HOME}/venues", f"/rooms/{one.id}/remove"


def one_venue(db: DbSession, house: House) -> tuple[str, str]:
    one = create_venue(db, house.edition_id, {"code": "annex", "name": {"en": "Annex"}, "zone": ZONE}, **BY)
    return f"{HOME}/venues", f"/venues/{one.id}/remove"


def one_host(db: DbSession, _house: House) -> tuple[str, str]:
    return f"{HOME}/hosts", f"/hosts/{db.scalars(select(EditionHost.id)).one()}/remove"


def one_level(db: DbSession, house: House) -> tuple[str, str]:
    return f"{HOME}/hosts", f"/levels/{create_level(db, house.edition_id, {'en': 'Gold'}, **BY).id}/remove"


def one_session(_db: DbSession, house: House) -> tuple[str, str]:
    return f"{HOME}/agenda/sessions/{house.session_ids[0]}", f"/sessions/{house.session_ids[0]}/remove"


def one_part(db: DbSession, house: House) -> tuple[str, str]:
    session_id = house.session_ids[0]
    role_id = db.scalars(select(RoleAssignment.id).where(RoleAssignment.session_id == session_id)).one()
    return f"{HOME}/agenda/sessions/{session_id}", f"/roles/{role_id}/remove"


def one_type(db: DbSession, house: House) -> tuple[str, str]:
    create_type(db, house.edition_id, {"code": "press", "name": {"en": "Press"}}, **BY)
    return f"{HOME}/registrations/types/press", "/types/press/remove"


def one_delegation(db: DbSession, house: House) -> tuple[str, str]:
    create_delegation(db, house.edition_id, {"code": "hb", "name": {"en": "Hubei"}}, **BY)
    return f"{HOME}/delegations/hb", "/delegations/hb/remove"


def an_itinerary_item(db: DbSession, house: House) -> tuple[str, str]:
    times = Span(*(Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (9, 10)))
    values = {"kind": ItineraryKind.MEAL, "title": {"en": "Lunch"}}
    one = add_itinerary_item(db, get_delegation(db, house.edition_id, "js"), values, times, **BY)
    return f"{HOME}/delegations/js/itinerary", f"/itinerary/{one.id}/remove"


def one_person(db: DbSession, _house: House) -> tuple[str, str]:
    one = create_person(db, {"latin_family": "Liu", "native_full": "刘春"}, **BY)
    return f"{HOME}/people/{one.id}", f"/people/{one.id}/remove"


def one_organization(db: DbSession, _house: House) -> tuple[str, str]:
    one = create_organization(db, {"short": {"en": "Office <of> trade"}}, **BY)
    return f"{HOME}/organizations/{one.id}", f"/organizations/{one.id}/remove"


@pytest.mark.parametrize(
    ("made", "kind", "ends"),
    [
        (one_track, Track, "/agenda"),
        (one_room, Room, "/venues"),
        (one_venue, Venue, "/venues"),
        (one_host, EditionHost, "/hosts"),
        (one_level, SponsorLevel, "/hosts"),
        (one_session, Session, "/agenda"),
        (one_part, RoleAssignment, ""),
        (one_type, RegistrationType, "/registrations/types"),
        (one_delegation, Delegation, "/delegations"),
        (an_itinerary_item, ItineraryItem, ""),
        (one_person, Person, "/people"),
        (one_organization, Organization, "/organizations"),
    ],
)
def test_what_is_removed_is_undone_at_once(
    house: House, owner: Browser, made: Callable[..., tuple[str, str]], kind: type, ends: str
) -> None:
    with transaction() as db:
        page, button = made(db, house)
    before = {one.id for one in rows(select(kind))}

    gone = press(owner, page, button)

    assert (gone.status_code, gone.location) == (302, f"{HOME}{ends}" if ends else page)
    assert len(rows(select(kind))) == len(before) - 1
    told = owner.get(gone.location).text
    assert f'href="{HOME}/removed"' in told.split('class="messages"')[1].split("</div></div>")[0]
    label = next(iter(rows(select(Removal))[0].label.values()))
    assert escape(label) in owner.get(f"{HOME}/removed").text

    undo = UNDO.search(told)
    assert undo
    back = owner.send(page if ends == "" else f"{HOME}/settings", to=undo[1])

    assert back.status_code == 302
    assert {one.id for one in rows(select(kind))} == before
    assert f"“{escape(label)}” has been restored." in owner.get(back.location).text
    assert "Nothing has been removed" in owner.get(f"{HOME}/removed").text
    assert owner.send(f"{HOME}/settings", to=undo[1]).location == f"{HOME}/removed"
    assert "It has already been restored." in owner.get(f"{HOME}/removed").text


@pytest.mark.parametrize(
    ("page", "button", "words"),
    [
        ("/venues", "/venues/{venue}/remove", "It was not removed because it is in use: 1 room."),
        ("/venues", "/rooms/{room}/remove", "It was not removed because it is in use: 2 sessions."),
        (
            "/registrations/types/guest",
            "/types/guest/remove",
            "It was not removed because it is in use: 1 registration.",
        ),
        ("/delegations/js", "/delegations/js/remove", "1 person limited to it and 1 membership."),
    ],
)
def test_what_is_used_stays_and_says_by_what(house: House, owner: Browser, page: str, button: str, words: str) -> None:
    group(house, "js", "Jiangsu", "Adams")
    end = button.format(venue=rows(select(Venue))[0].id, room=house.room_id)
    kept = press(owner, f"{HOME}{page}", end)
    assert kept.location == f"{HOME}{page}"
    assert words in owner.get(kept.location).text
    assert rows(select(Removal)) == []


def test_a_person_or_an_organization_in_use_stays_and_leads_to_what_needs_it(house: House, owner: Browser) -> None:
    adams = group(house, "js", "Jiangsu", "Adams").person_id
    kept = press(owner, f"{HOME}/people/{adams}", f"/people/{adams}/remove")
    assert kept.status_code == 409
    assert "It was not removed because it is in use." in kept.text
    (search,) = re.findall(rf'href="({HOME}/registrations[^"]*search=[^"]+)">Registration</a>', kept.text)
    assert "Adams" in owner.get(search).text

    one = house.organization_id
    kept = press(owner, f"{HOME}/organizations/{one}", f"/organizations/{one}/remove")
    assert (kept.status_code, f'<a href="{HOME}/hosts">Host</a>' in kept.text) == (409, True)
    assert rows(select(Removal)) == []


def test_who_is_not_told_how_to_reach_a_person_is_not_told_by_a_stale_removal(house: House) -> None:
    contacts = {"email": "liu@secret.example", "phone": "+86 1380000", "wechat": "wx-liu"}
    with transaction() as db:
        one = create_person(db, {"latin_family": "Liu", **contacts}, **BY).id
    manager, page = browser_as(house, Role.PROGRAM_MANAGER), f"{HOME}/people/{one}"
    again = manager.send(page, {"version": "7", "seen": "{}"}, to=f"{page}/remove")
    assert (again.status_code, 'name="seen"' in again.text) == (412, True)
    assert [text for text in contacts.values() if text in manager.get(page).text + again.text] == []


def test_a_liaison_lets_a_member_go_and_takes_them_back(house: House, owner: Browser) -> None:
    jiangsu, hubei = group(house, "js", "Jiangsu", "Adams"), group(house, "hb", "Hubei", "Baker")
    page, liaison = f"{HOME}/delegations/js", jiangsu.liaison
    members = {one.registration_id: one for one in rows(select(DelegationMember))}
    own = members[jiangsu.registration_id]

    gone = press(liaison, page, f"/members/{own.id}/remove")
    told = liaison.get(gone.location).text
    assert (gone.location, row(Delegation, jiangsu.delegation_id).members) == (page, 0)
    assert "The member has left the delegation." in told
    assert "Adams" in liaison.get(f"{HOME}/removed").text
    undo = UNDO.search(told)
    assert undo

    # The other liaison neither sees nor undoes it.
    assert "Nothing has been removed" in hubei.liaison.get(f"{HOME}/removed").text
    assert hubei.liaison.send(f"{HOME}/settings", to=undo[1]).status_code == 404
    assert hubei.liaison.send(f"{HOME}/settings", to=f"{page}/members/{own.id}/remove").status_code == 404

    back = liaison.send(page, to=undo[1])
    assert (back.location, row(Delegation, jiangsu.delegation_id).members) == (page, 1)
    assert row(DelegationMember, own.id).left_on is None


def test_who_may_not_remove_has_no_button_sees_nothing_and_undoes_nothing(house: House, owner: Browser) -> None:
    with transaction() as db:
        page, button = one_track(db, house)
        one_room(db, house)
    viewer = browser_as(house, Role.VIEWER)
    assert 'class="act"' not in viewer.get(page).text
    assert 'class="act"' not in viewer.get(f"{HOME}/venues").text
    told = owner.get(press(owner, page, button).location).text
    undo = UNDO.search(told)
    assert undo
    assert "Green" not in viewer.get(f"{HOME}/removed").text
    assert viewer.send(f"{HOME}/removed", to=undo[1]).status_code == 403
    assert rows(select(Track)) == []


def test_what_someone_removed_meanwhile_is_offered_back_with_what_was_typed(house: House, owner: Browser) -> None:
    with transaction() as db:
        person_id = create_person(db, {"latin_family": "Wang", "native_full": "王芳"}, **BY).id
    removed, page = f"{HOME}/people/{person_id}/remove", f"{HOME}/people/{person_id}"
    sent = {"latin_family": "Wang", "biography.en": "Of Nanjing", "version": "1"}
    viewer = browser_as(house, Role.VIEWER)
    owner.send(page, {"version": "1"}, to=removed)

    answer = owner.send(f"{HOME}/settings", sent, to=page)

    assert answer.status_code == 404
    assert "Removed by" in answer.text
    assert "Of Nanjing" in answer.text
    assert (UNDO.search(answer.text) is None, "王芳" in viewer.get(page).text) == (False, False)


def test_what_cannot_come_back_says_why(house: House, owner: Browser) -> None:
    with transaction() as db:
        page, button = one_track(db, house)
    undo = UNDO.search(owner.get(press(owner, page, button).location).text)
    assert undo
    with transaction() as db:
        one_track(db, house)
    assert owner.send(f"{HOME}/settings", to=undo[1]).location == f"{HOME}/removed"
    text = owner.get(f"{HOME}/removed").text
    assert "Something else has taken its place in the meantime." in text
    assert "Green &lt;trade&gt;" in text


@pytest.mark.both_databases
def test_the_list_is_searched_and_paged(house: House, owner: Browser) -> None:
    with transaction() as db:
        made = [one_track(db, house), one_room(db, house)]
    for page, button in made:
        press(owner, page, button)
    found = owner.get(f"{HOME}/removed?search=room").text
    assert ("Room B" in found, "Green" in found) == (True, False)
    assert "Nothing found" in owner.get(f"{HOME}/removed?search=nowhere").text
    assert "past the end" in owner.get(f"{HOME}/removed?page=9").text
    assert f'href="{HOME}/removed"' in owner.get(f"{HOME}/settings").text
