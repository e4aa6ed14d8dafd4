"""Sessions with limited places that registrants choose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import InUse, Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.agenda.models import AssignmentRole, Session, SessionKind
from forumapp.domain.agenda.queries import latest_version
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.delegations.members.leaving import hand_over_registration
from forumapp.domain.forums.calendar.ics import calendar_file
from forumapp.domain.forums.venues.services import create_room, create_venue, update_room
from forumapp.domain.mail.models import Message
from forumapp.domain.registration.errors import SessionFull, SessionsClash, WrongStatus
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration, SessionSignUp
from forumapp.domain.registration.session_signup import by_staff
from forumapp.domain.registration.session_signup.self_service import choices_of, choose_sessions, chosen_sessions
from forumapp.worker.attachments import session_event
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
ZONE = "America/Los_Angeles"


def add_session(db: DbSession, edition_id: int, code: str, start: int, end: int, **values: Any) -> int:
    ends = [Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (start, end)]
    given = {"code": code, "title": {"en": code}, "kind": SessionKind.BREAKOUT, **values}
    return agenda.create_session(db, edition_id, given, Span(*ends), **BY).id


@pytest.fixture
def forum(session: DbSession) -> dict[str, int]:
    """Three people in two types, and sessions with two places each: by code or number, their ids."""
    edition_id = make_edition(session)
    make_type(session, edition_id, quota=9)
    make_type(session, edition_id, "vip", admits=["closed-sessions"])
    ids = {"edition": edition_id}
    for code, start, end in (("early", 9, 11), ("late", 11, 12), ("long", 10, 12)):
        ids[code] = add_session(session, edition_id, code, start, end, places=2)
    ids["free"] = add_session(session, edition_id, "free", 13, 14)
    ids["closed"] = add_session(session, edition_id, "closed", 15, 16, places=2, kind=SessionKind.CLOSED_DOOR)
    agenda.publish(session, edition_id, label="", note={}, **BY)
    ids["secret"] = add_session(session, edition_id, "secret", 17, 18, places=2)
    for number, code in enumerate(("guest", "guest", "vip")):
        ids[str(number)] = sign_up(session, edition_id, applicant(number), code).registration_id
    return ids


def choose(db: DbSession, forum: dict[str, int], who: str, *codes: str, seen: tuple[str, ...] = ()) -> None:
    chosen, before = ({forum[code] for code in some} for some in (codes, seen))
    choose_sessions(db, forum[who], 1, chosen, seen=before, actor=STRANGER, now=NOW)


def counted(db: DbSession, forum: dict[str, int], code: str) -> tuple[int, int]:
    """As the session counts, and row by row."""
    rows = db.scalars(select(SessionSignUp).where(SessionSignUp.session_id == forum[code])).all()
    return db.scalars(select(Session.signed_up).where(Session.id == forum[code])).one(), len(rows)


def offered(db: DbSession, forum: dict[str, int], who: str) -> list[str]:
    row = db.get_one(Registration, forum[who])
    return [one.code for one in choices_of(db, row, latest_version(db, forum["edition"]))]


def test_what_is_published_and_limited_is_offered_to_those_it_admits(session: DbSession, forum: dict[str, int]) -> None:
    assert offered(session, forum, "0") == ["early", "long", "late"]
    assert offered(session, forum, "2") == ["early", "long", "late", "closed"]
    for code in ("free", "closed", "secret"):
        with pytest.raises(Invalid):
            choose(session, forum, "0", code)


def test_places_are_taken_left_and_full(session: DbSession, forum: dict[str, int]) -> None:
    for who in ("0", "1"):
        choose(session, forum, who, "early", "late")
    with pytest.raises(SessionFull):
        choose(session, forum, "2", "early")
    assert (counted(session, forum, "early"), counted(session, forum, "late")) == ((2, 2), (2, 2))

    choose(session, forum, "0", "late", seen=("early", "late"))
    choose(session, forum, "1", "early", seen=("early",))  # an older page, which knew of one: the other stays
    choose(session, forum, "2", "early")

    assert (counted(session, forum, "early"), counted(session, forum, "late")) == ((2, 2), (2, 2))
    found = session.scalars(chosen_ids(session, forum["edition"], Filters(session=("early",)))).all()
    assert sorted(found) == sorted([forum["1"], forum["2"]])


def test_nobody_is_in_two_places_at_once(session: DbSession, forum: dict[str, int]) -> None:
    choose(session, forum, "0", "early", "late")  # which ends as the other begins
    with pytest.raises(SessionsClash):
        choose(session, forum, "0", "long")
    row, speaks = session.get_one(Registration, forum["1"]), session.get_one(Session, forum["late"])
    agenda.assign_role(session, speaks, row.person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)
    with pytest.raises(SessionsClash):
        choose(session, forum, "1", "long")
    choose(session, forum, "0", "long", seen=("early", "late"))

    assert [counted(session, forum, code)[0] for code in ("early", "late", "long")] == [0, 0, 1]


def test_organizers_sign_up_for_what_is_not_published_too_and_the_ticket_goes_out_anew(
    session: DbSession, forum: dict[str, int]
) -> None:
    def sign(who: str, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> bool:
        ids = ({forum[code] for code in some} for some in (added, removed))
        later = NOW + timedelta(minutes=len(removed))
        return by_staff.sign_up(session, forum["edition"], forum[who], *ids, actor=HOUSE, now=later)

    changed = select(Message.about_id).where(Message.template == "registration-changed")
    assert sign("0", ("secret", "early"))
    assert not sign("0", ("early",), ("late",))  # as it is already
    assert (counted(session, forum, "secret"), counted(session, forum, "early")) == ((1, 1), (1, 1))
    with pytest.raises(SessionsClash):
        sign("0", ("long",))
    with pytest.raises(Invalid):
        sign("0", ("free",))
    sign("1", ("secret",))
    with pytest.raises(SessionFull):
        sign("2", ("secret",))
    register.cancel(session, forum["edition"], forum["2"], version=1, **BY)
    with pytest.raises(WrongStatus):
        sign("2", ("early",))
    assert sign("0", removed=("secret",))
    assert counted(session, forum, "secret") == (1, 1)
    assert session.scalars(changed.order_by(Message.id)).all() == [forum[who] for who in "010"]


def test_who_does_not_come_leaves_the_places_to_others(session: DbSession, forum: dict[str, int]) -> None:
    choose(session, forum, "0", "early")
    choose(session, forum, "1", "early")

    register.cancel(session, forum["edition"], forum["0"], version=1, **BY)
    hand_over_registration(session, forum["1"], 1, applicant(7), language="en", actor=STRANGER, now=NOW)

    assert counted(session, forum, "early") == (0, 0)
    with pytest.raises(WrongStatus):
        choose(session, forum, "0", "early")


def test_places_are_no_fewer_than_taken_and_no_more_than_the_room_holds(
    session: DbSession, forum: dict[str, int]
) -> None:
    choose(session, forum, "0", "early")
    row = session.get_one(Session, forum["early"], populate_existing=True)
    venue = create_venue(
        session, forum["edition"], {"code": "v", "name": {"en": "V"}, "address": {}, "zone": ZONE}, **BY
    )
    values = {"code": "small", "venue_id": venue.id, "name": {"en": "Small"}, "capacity": 3}
    room = create_room(session, forum["edition"], values, **BY)

    too_small = create_room(session, forum["edition"], {**values, "code": "tiny", "capacity": 1}, **BY)
    for changes, faults in (
        ({"places": 0}, {"places": "below-taken"}),
        ({"places": 4, "room_id": room.id}, {"places": "above-room"}),
        ({"room_id": too_small.id}, {"room_id": "below-places"}),
    ):
        with pytest.raises(Invalid) as refusal:
            agenda.update_session(session, forum["edition"], row.id, changes, version=row.version, **BY)
        assert refusal.value.fields == faults
    with pytest.raises(InUse):
        agenda.remove_session(session, forum["edition"], row.id, version=row.version, **BY)
    agenda.update_session(session, forum["edition"], row.id, {"places": 3}, version=row.version, **BY)
    assert row.updated_at >= datetime(2023, 1, 1, tzinfo=UTC)


def test_places_are_held_against_the_layout_that_is_chosen_whatever_of_it_changes(
    session: DbSession, forum: dict[str, int]
) -> None:
    of = forum["edition"]
    venue = create_venue(session, of, {"name": {"en": "V"}, "zone": ZONE}, **BY)
    values = {"venue_id": venue.id, "name": {"en": "Hall"}, "layouts": {"theater": 5, "classroom": 3}}
    room = create_room(session, of, {**values, "capacity": 2}, **BY)
    row = session.get_one(Session, forum["early"])

    def change(**changes: Any) -> dict[str, str]:
        try:
            agenda.update_session(session, of, row.id, changes, version=row.version, **BY)
        except Invalid as refusal:
            return dict(refusal.fields)
        return {}

    def furnish(**changes: Any) -> dict[str, str]:
        try:
            update_room(session, of, room.id, changes, version=room.version, **BY)
        except Invalid as refusal:
            return dict(refusal.fields)
        return {}

    assert change(room_id=room.id, places=5) == {}  # no layout is chosen: as many as it holds in any
    assert change(layout="classroom") == {"layout": "below-places"}
    assert change(layout="classroom", places=4) == {"places": "above-room"}
    assert change(layout="banquet", title={"en": "It has none of its own"}) == {"layout": "below-places"}
    assert change(layout="classroom", places=3) == {}
    assert furnish(layouts={"theater": 5, "classroom": 2}) == {"layouts": "below-places"}
    assert furnish(layouts={"theater": 5}) == {"layouts": "below-places"}  # two then, as it usually is
    assert furnish(layouts={"theater": 3}, capacity=3) == {}
    assert furnish(capacity=2) == {"capacity": "below-places"}

    gone = agenda.remove_session(session, of, row.id, version=row.version, **BY)
    assert furnish(capacity=2) == {}
    agenda.bring_back(session, of, gone.id, **BY)
    assert session.scalars(select(Session.room_id).where(Session.id == forum["early"])).one() is None


def test_the_tickets_calendar_file_names_the_zone_of_the_sessions_room(
    session: DbSession, forum: dict[str, int]
) -> None:
    of = forum["edition"]
    venue = create_venue(session, of, {"name": {"en": "Bund"}, "zone": "Asia/Shanghai"}, **BY)
    room = create_room(session, of, {"venue_id": venue.id, "name": {"en": "Hall"}, "capacity": 9}, **BY)
    ids = {"away": add_session(session, of, "away", 16, 17, places=2, room_id=room.id)}
    agenda.publish(session, of, label="", note={}, **BY)
    choose(session, forum | ids, "0", "early", "away")

    chosen = chosen_sessions(session, of, forum["0"])
    assert [(one.code, one.zone) for one in chosen] == [("early", ZONE), ("away", "Asia/Shanghai")]
    events = [session_event(one, "forum", "https://forum.example/forum", "en") for one in chosen]
    content = calendar_file("Forum", events).decode()
    assert "DTSTART;TZID=America/Los_Angeles:20230522T090000" in content
    assert "DTSTART;TZID=Asia/Shanghai:20230523T070000" in content
