"""People who are wanted in two places at once: over itineraries, the agenda and what they signed up for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import AssignmentRole
from forumapp.domain.agenda.sessions.services import assign_role, create_session, update_session
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.conflicts.overrides import LacksMore, NoClash, override_clash, remove_clash_override
from forumapp.domain.delegations.conflicts.queries import (
    clashes_of_items,
    clashes_of_person,
    clashes_page,
    overrides_page,
)
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.itineraries.items import add_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.itineraries.places import create_place
from forumapp.domain.delegations.members.services import add_member, remove_member
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.log.queries import Wanted, log_page
from forumapp.domain.registration.models import SessionSignUp
from tests.domain.conftest import BY, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.models import Session
    from forumapp.domain.delegations.models.conflicts import ClashOverride

LA = "America/Los_Angeles"


def at(start: str, end: str) -> Span:
    return Span(*(Moment(datetime.fromisoformat(f"2023-05-22T{hour}"), LA) for hour in (start, end)))


def make_session(db: DbSession, forum: Forum, code: str, span: Span) -> Session:
    values = {"code": code, "title": {"en": code.title()}, "kind": "panel", "status": "confirmed"}
    return create_session(db, forum.edition.id, values, span, **BY)


class Trip:
    """Two delegations, a member of each; Adams is taken to a visit while a panel goes on in which both have a part."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.edition_id = forum.edition.id
        self.whole = make_delegation(db, forum, "whole")
        self.part = make_delegation(db, forum, "part", parent_id=self.whole.id)
        self.other = make_delegation(db, forum, "other")
        self.adams, self.baker = (make_registration(db, forum, name) for name in ("Adams", "Baker"))
        add_member(db, self.part, self.adams.id, **BY)
        add_member(db, self.other, self.baker.id, **BY)
        self.panel = make_session(db, forum, "panel", at("10:00", "11:00"))
        visit = {"kind": "visit", "title": {"en": "Visit"}}
        self.visit = add_itinerary_item(db, self.whole, visit, at("10:45", "12:00"), **BY)
        lunch = {"kind": "meal", "title": {"en": "Lunch"}}
        self.lunch = add_itinerary_item(db, self.other, lunch, at("10:30", "13:00"), **BY)
        for one in (self.adams, self.baker):
            assign_role(db, self.panel, one.person_id, AssignmentRole.PANELIST, **BY)


@pytest.fixture
def trip(session: DbSession, forum: Forum) -> Trip:
    return Trip(session, forum)


def told(lines):
    return [(one.name.latin, one.kind.value, one.minutes, one.one.title["en"], one.other.title["en"]) for one in lines]


ADAMS = ("Ann Adams", "overlap", 15, "Panel", "Visit")
BAKER = ("Ann Baker", "overlap", 30, "Panel", "Lunch")


def test_who_cannot_be_there_is_told_with_both_and_the_minutes(session: DbSession, trip: Trip) -> None:
    found = clashes_page(session, trip.edition_id)
    assert told(found.items) == [ADAMS, BAKER]
    assert [one.other.span for one in found.items] == [trip.visit.span, trip.lunch.span]
    assert told(clashes_page(session, trip.edition_id, search="baker").items) == [BAKER]
    assert told(clashes_page(session, trip.edition_id, delegation="whole").items) == [ADAMS]
    assert not clashes_page(session, trip.edition_id, kind="travel").items
    assert told(clashes_of_items(session, trip.edition_id, [trip.visit.id])) == [ADAMS]
    assert told(clashes_of_person(session, trip.edition_id, trip.baker.person_id)) == [BAKER]


def test_a_liaison_is_told_of_the_own_people_alone(session: DbSession, trip: Trip) -> None:
    own = {trip.other.id}
    assert told(clashes_page(session, trip.edition_id, within=own).items) == [BAKER]
    assert not clashes_of_person(session, trip.edition_id, trip.adams.person_id, within=own)
    assert not clashes_page(session, trip.edition_id, within=set()).items


def test_what_was_chosen_counts_for_those_who_are_admitted(session: DbSession, forum: Forum, trip: Trip) -> None:
    talk = make_session(session, forum, "talk", at("11:30", "12:30"))
    waiting = make_registration(session, forum, "Chen", "applied")
    add_member(session, trip.other, waiting.id, **BY)
    for one in (trip.adams, waiting):
        session.add(SessionSignUp(edition_id=trip.edition_id, session_id=talk.id, registration_id=one.id))
    session.flush()
    assert told(clashes_page(session, trip.edition_id).items) == [
        ADAMS, BAKER, ("Ann Adams", "overlap", 30, "Visit", "Talk")
    ]  # fmt: skip


def test_an_item_that_is_a_session_is_one_commitment_with_it_and_free_time_is_none(
    session: DbSession, trip: Trip
) -> None:
    panel = {"kind": "session", "title": {"en": "Our panel"}, "session_id": trip.panel.id}
    add_itinerary_item(session, trip.other, panel, at("09:45", "11:00"), **BY)
    add_itinerary_item(session, trip.other, {"kind": "free", "title": {"en": "Free"}}, at("09:00", "11:00"), **BY)
    hotel = {"kind": "hotel", "title": {"en": "Hotel"}}
    night = Span(at("08:00", "09:00").start, Moment(datetime(2023, 5, 23, 11), LA))
    add_itinerary_item(session, trip.other, hotel, night, **BY)
    assert told(clashes_page(session, trip.edition_id).items) == [ADAMS, BAKER]


@pytest.mark.one_database
def test_an_item_that_is_a_session_without_a_time_yet_clashes_by_itself(
    session: DbSession, forum: Forum, trip: Trip
) -> None:
    values = {"code": "open", "title": {"en": "Open"}, "kind": "panel", "status": "confirmed"}
    later = create_session(session, trip.edition_id, values, None, **BY)
    told_of = {"kind": "session", "title": {"en": "Our part"}, "session_id": later.id}
    item = add_itinerary_item(session, trip.other, told_of, at("12:30", "13:30"), **BY)
    assert told(clashes_of_items(session, trip.edition_id, [item.id])) == [
        ("Ann Baker", "overlap", 30, "Lunch", "Our part")
    ]
    assert len(clashes_page(session, trip.edition_id).items) == 3


@pytest.mark.one_database
def test_the_queries_do_not_grow_with_the_people(
    session: DbSession, forum: Forum, trip: Trip, statements: list[str]
) -> None:
    def asked() -> tuple[int, int]:
        session.expire_all()
        statements.clear()
        found = clashes_page(session, trip.edition_id).items
        return len(found), len(statements)

    few, before = asked()
    for name in ("Chen", "Diaz", "Evans"):
        one = make_registration(session, forum, name)
        add_member(session, trip.other, one.id, **BY)
        assign_role(session, trip.panel, one.person_id, AssignmentRole.PANELIST, **BY)
    session.flush()
    assert (few, *asked()) == (2, 5, before)


def test_minutes_to_travel_and_to_change_come_from_places(session: DbSession, forum: Forum, trip: Trip) -> None:
    """The panel is in the hall; from there the coach takes ten minutes to an airport that asks for an hour."""
    update_session(session, trip.edition_id, trip.panel.id, {"room_id": forum.room.id}, version=1, **BY)

    def place(name: str, **values: Any) -> int:
        called = {"name": {"en": name}, "kind": "airport", "zone": LA}
        return create_place(session, trip.edition_id, {**called, **values}, **BY).id

    place("Hall", kind="venue", venue_id=forum.venue.id)
    airport, port = place("Airport", buffer_minutes=60), place("Port", connection_minutes=50)
    for item, span, way in (
        ("flight", at("11:40", "13:00"), {"kind": "flight", "place_id": airport, "end_place_id": port}),
        ("connection", at("13:45", "15:00"), {"kind": "flight", "place_id": port}),
    ):
        add_itinerary_item(session, trip.part, {"title": {"en": item}, **way}, span, **BY)
    update_itinerary_item(
        session, trip.edition_id, trip.visit.id, {"is_frame": True}, at("10:00", "12:00"), version=1, **BY
    )
    assert told(clashes_page(session, trip.edition_id, search="adams").items) == [
        ("Ann Adams", "overlap", 20, "Visit", "flight"),
        ("Ann Adams", "travel", 20, "Panel", "flight"),
        ("Ann Adams", "connection", 5, "flight", "connection"),
    ]


def allow(db: DbSession, trip: Trip, minutes: int = 15, *, reason: str = "Leaves early", **by: Any) -> ClashOverride:
    pair: Any = (("itinerary_item", trip.visit.id), ("session", trip.panel.id))
    return override_clash(db, trip.edition_id, trip.adams.person_id, pair, minutes=minutes, reason=reason, **BY | by)


def test_what_is_allowed_stays_listed_with_its_reason(session: DbSession, trip: Trip) -> None:
    row = allow(session, trip)

    def states(**filters: Any) -> list[Any]:
        found = clashes_page(session, trip.edition_id, **filters).items
        return [(one.name.latin, one.state.value, one.override and one.override.reason) for one in found]

    assert states() == [("Ann Adams", "allowed", "Leaves early"), ("Ann Baker", "open", None)]
    assert states(state="open") == [("Ann Baker", "open", None)]
    remove_clash_override(session, trip.edition_id, row.id, version=1, **BY)
    assert states(search="adams") == [("Ann Adams", "open", None)]


def test_with_more_minutes_lacking_it_stands_open_again_until_that_is_allowed_too(
    session: DbSession, trip: Trip
) -> None:
    row = allow(session, trip, 2**31)
    assert row.minutes == 15
    update_itinerary_item(session, trip.edition_id, trip.visit.id, {}, at("10:40", "12:00"), version=1, **BY)
    assert [one.state.value for one in clashes_of_items(session, trip.edition_id, [trip.visit.id])] == ["open"]
    with pytest.raises(LacksMore):  # was seen before that
        allow(session, trip)
    assert allow(session, trip, 20, reason="Leaves earlier") is row
    assert [one.state.value for one in clashes_of_items(session, trip.edition_id, [trip.visit.id])] == ["allowed"]


def test_whoever_looks_after_someone_now_goes_by_nothing_that_was_allowed_elsewhere(
    session: DbSession, forum: Forum, trip: Trip
) -> None:
    row = allow(session, trip, reason="Told in confidence")
    member = session.scalar(select(DelegationMember).where(DelegationMember.registration_id == trip.adams.id))
    assert member is not None
    assert row.delegation_id == member.delegation_id
    remove_member(session, trip.edition_id, member.id, version=member.version, **BY)
    now = make_delegation(session, forum, "later", parent_id=trip.whole.id)
    add_member(session, now, trip.adams.id, **BY)
    own: Any = {"within": {now.id}}
    assert overrides_page(session, trip.edition_id, **own).items == []
    (line,) = clashes_page(session, trip.edition_id, **own).items
    assert (line.state.value, line.override) == ("open", None)
    allow(session, trip, reason="Anew")
    assert [one.reason for one in overrides_page(session, trip.edition_id, **own).items] == ["Anew"]
    assert "confidence" not in str(log_page(session, trip.edition_id, Wanted(), zone="UTC", size=500, **own).items)


def test_what_cannot_be_allowed(session: DbSession, forum: Forum, trip: Trip) -> None:
    liaison = create_account(session, email="li@forum.example", name="Li", password=None, **BY)
    grant_role(session, liaison.id, trip.edition_id, Role.DELEGATION_LIAISON, delegations=["other"], **BY)
    with pytest.raises(NotFound):  # the other's person
        allow(session, trip, actor=Actor(liaison.id, Via.PAGE))
    with pytest.raises(Invalid) as refusal:
        allow(session, trip, reason=" ")
    assert refusal.value.fields == {"reason": "required"}
    update_itinerary_item(session, trip.edition_id, trip.visit.id, {}, at("11:00", "12:00"), version=1, **BY)
    with pytest.raises(NoClash):
        allow(session, trip)


def test_whoever_is_left_out_of_an_item_is_free_meanwhile(session: DbSession, trip: Trip) -> None:
    audience = [Part(True, delegation_id=trip.whole.id), Part(False, registration_id=trip.adams.id)]
    update_itinerary_item(session, trip.edition_id, trip.visit.id, {"audience": audience}, version=1, **BY)
    assert told(clashes_page(session, trip.edition_id).items) == [BAKER]
