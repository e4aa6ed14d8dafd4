"""Who has come and who is missing, right to the person, and what goes on at the checkpoints."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from forumapp.core.errors import Invalid
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Access, Role, whole_house
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.audit.services import create
from forumapp.domain.checkin.desk.undo import undo_check_in
from forumapp.domain.checkin.live.numbers import Live, day_of, live, mark_of, today_of
from forumapp.domain.checkin.live.rules import STEPS, DoorLoad, Tally
from forumapp.domain.checkin.models import Admission, Rehearsal
from forumapp.domain.checkin.rules import Direction, PassMode, Result
from forumapp.domain.checkin.setup.checkpoints import list_checkpoints, set_up_suggested
from forumapp.domain.delegations.members.services import add_member, create_delegation
from forumapp.domain.delegations.models.coaches import BoardingState
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.registration.rules import RegistrationStatus
from tests.domain.checkin.test_scanning import AT, MINUTE, Desk
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_coaches import Coaches

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration
    from tests.domain.conftest import Forum


FIRST, SECOND = date(2023, 5, 22), date(2023, 5, 23)
DAY = timedelta(days=1)


@pytest.fixture
def desk(session: DbSession, forum: Forum) -> Desk:
    return Desk(session, forum, per_five_minutes=4)


def numbers(desk: Desk, *, at: datetime = AT, access: Access | None = None, day: date | None = None) -> Live:
    return live(desk.db, desk.forum.edition, access or whole_house(desk.of), day=day, now=at)


def admit(desk: Desk, row: Registration, *, at: datetime = AT, checkpoint: int = 0, **said: Any) -> None:
    """As a scan would."""
    here = {"edition_id": desk.of, "checkpoint_id": checkpoint or desk.door.id, "registration_id": row.id}
    desk.db.add(Admission(**here, first_at=at, since=at, **said))
    desk.db.flush()


def test_everyone_is_counted_once_whatever_became_of_their_place(desk: Desk, session: DbSession) -> None:
    liu, wang = desk.people["Liu"], desk.people["Wang"]
    gone, heir, old, kept, forced, idle = (
        desk.person(name) for name in ("Gone", "Heir", "Old", "Kept", "Forced", "Idle")
    )
    gone.replaced_by_id, old.replaced_by_id = heir.id, kept.id
    gone.status = old.status = forced.status = idle.status = RegistrationStatus.CANCELLED
    session.flush()
    old.person_id = kept.person_id  # two that became one
    session.flush()
    for row in (liu, gone, heir, old, forced):
        admit(desk, row)
    admit(desk, wang, is_rehearsal=True)
    back = desk.checkpoint("door", name={"en": "Back"}, code="back")
    admit(desk, liu, checkpoint=back.id)  # by two doors
    hand_out = desk.checkpoint("hand-out")
    admit(desk, wang, checkpoint=hand_out.id)

    found = numbers(desk).people

    assert found.total == Tally(expected=4, arrived=3, others=2, handed=1)
    assert found.total.missing == 1
    by_type = {line.id: line.tally for line in found.by_type}
    assert by_type[kept.type_id] == Tally(expected=1, arrived=1)
    assert by_type[forced.type_id] == by_type[gone.type_id] == Tally(others=1)
    assert by_type[wang.type_id] == Tally(expected=1, handed=1)


def test_a_delegation_counts_with_its_parts_and_a_liaison_sees_their_own(desk: Desk, session: DbSession) -> None:
    whole = create_delegation(session, desk.of, {"code": "cn", "name": {"en": "China"}}, **BY)
    part = create_delegation(session, desk.of, {"code": "js", "name": {"en": "Jiangsu"}, "parent_id": whole.id}, **BY)
    add_member(session, whole, desk.people["Liu"].id, **BY)
    add_member(session, part, desk.people["Wang"].id, **BY)
    desk.person("Zhao")
    desk.scan("Wang")

    everyone = numbers(desk)
    liaison = Access(desk.of, frozenset({Role.DELEGATION_LIAISON}), frozenset({part.id}))
    own = numbers(desk, access=liaison)

    told = [(line.id, line.depth, line.tally.arrived, line.tally.expected) for line in everyone.people.by_delegation]
    assert told == [(whole.id, 0, 1, 2), (part.id, 1, 1, 1), (None, 0, 0, 1)]
    assert [(line.id, line.tally) for line in own.people.by_delegation] == [(part.id, Tally(1, 1))]
    assert (own.people.total, own.doors, own.rooms, own.stations) == (Tally(1, 1), (), (), ())
    viewer = numbers(desk, access=Access(desk.of, frozenset({Role.VIEWER})))
    assert (viewer.people.total, len(viewer.doors), viewer.stations) == (Tally(3, 1), 1, ())


def test_of_several_days_each_counts_who_came_on_it(session: DbSession, forum: Forum) -> None:
    """Where people come and go, they come anew on each day; what was taken back does not count."""
    update_edition(session, forum.edition.id, {"ends_on": SECOND}, version=forum.edition.version, **BY)
    desk = Desk(session, forum, mode="in-out")
    days, later = (FIRST, SECOND), DAY
    oops = desk.person("Oops")
    for name in ("Liu", "Wang", "Oops"):
        desk.scan(name)
    desk.scan("Liu", AT + MINUTE, direction=Direction.OUT)
    took_back: Any = {"checkpoint_id": desk.door.id, "nonce": "oops", "actor": forum.by_owner["actor"]}
    undo_check_in(session, desk.of, oops.id, **took_back, now=AT + MINUTE)
    assert desk.results("Liu", "Wang", now=AT + later) == ["passed", "passed"]  # one was not scanned on leaving

    came = [numbers(desk, day=day).people.total.arrived for day in (*days, None)]
    assert came == [2, 2, 2]
    (door,) = numbers(desk, at=AT + 2 * MINUTE, day=days[0]).doors
    assert sum(door.flow.counts) == 2  # nobody came in by what was taken back
    assert (today_of(forum.edition, now=AT + later), today_of(forum.edition, now=NOW)) == (days[1], None)
    assert day_of(forum.edition, days[0]) == days[0]
    with pytest.raises(Invalid):
        day_of(forum.edition, date(2023, 5, 24))


@pytest.fixture
def second_day(session: DbSession, forum: Forum) -> Desk:
    """Four people at a door where they come and go, a lunch for each day, one without a time, the VIP room, the
    hand-out, and a session on the second day with two checkpoints. Nobody is scanned on leaving but Liu at the door.
    """
    update_edition(session, forum.edition.id, {"ends_on": SECOND}, version=forum.edition.version, **BY)
    desk = Desk(session, forum, mode="in-out", per_five_minutes=2)
    for name in ("Chen", "Zhou"):
        desk.person(name)
    zone = forum.edition.zone

    def span(day: date, *hours: int) -> Span:
        return Span(*(Moment(datetime.combine(day, time(hour)), zone) for hour in hours))

    said: Any = {"actor": forum.by_owner["actor"], "now": NOW}
    talk = {"code": "talk", "title": {"en": "Talk"}, "kind": SessionKind.PANEL, "room_id": forum.room.id}
    held = create_session(session, desk.of, talk, span=span(SECOND, 10, 11), **said)
    points = {
        "lunch-1": desk.checkpoint("meal", code="lunch-1", span=span(FIRST, 12, 14)),
        "lunch-2": desk.checkpoint("meal", code="lunch-2", span=span(SECOND, 12, 14)),
        "snacks": desk.checkpoint("meal", code="snacks", mode=PassMode.IN_OUT),
        "vip": desk.checkpoint("vip", code="vip", mode=PassMode.IN_OUT),
        "left": desk.checkpoint("session", code="left", session_id=held.id),
        "right": desk.checkpoint("session", code="right", session_id=held.id),
        "hand-out": desk.checkpoint("hand-out", code="hand-out"),
    }
    at = {code: desk.device(row, code) for code, row in points.items()}
    for name in ("Liu", "Wang", "Chen"):
        desk.scan(name)
        desk.scan(name, secret=at["hand-out"])
    for name in ("Wang", "Chen"):
        desk.scan(name, secret=at["vip"])
        desk.scan(name, secret=at["snacks"])
        desk.scan(name, AT + 5 * timedelta(hours=1), secret=at["lunch-1"])
    desk.scan("Liu", AT + MINUTE, direction=Direction.OUT)
    for minute, name in enumerate(("Liu", "Wang", "Zhou")):
        desk.scan(name, AT + DAY + minute * MINUTE)
    desk.scan("Wang", AT + DAY + 30 * MINUTE)  # who is in already
    desk.scan("Zhou", AT + DAY, secret=at["hand-out"])
    desk.scan("Wang", AT + DAY, secret=at["vip"])
    desk.scan("Liu", AT + DAY, secret=at["vip"])
    desk.scan("Liu", AT + DAY + MINUTE, secret=at["vip"], direction=Direction.OUT)
    for name, code in (("Liu", "left"), ("Wang", "right"), ("Zhou", "right")):
        desk.scan(name, AT + DAY + 120 * MINUTE, secret=at[code])
    return desk


LATER = AT + DAY + 130 * MINUTE


@pytest.mark.parametrize(
    ("day", "at", "people", "door", "rooms"),
    [
        (SECOND, AT + DAY + 31 * MINUTE, (4, 3, 4), (3, {"15:00": 3}, True), {
            "lunch-2": (0, None, None), "snacks": (0, 0, None), "vip": (2, 1, None),
            "left": (1, None, 3), "right": (2, None, 3),
        }),
        (SECOND, LATER, (4, 3, 4), (3, {"15:00": 3}, False), {
            "lunch-2": (0, None, None), "snacks": (0, 0, None), "vip": (2, 1, None),
            "left": (1, None, 3), "right": (2, None, 3),
        }),
        (FIRST, LATER, (4, 3, 4), (3, {"15:00": 3}, False), {
            "lunch-1": (2, None, None), "snacks": (2, None, None), "vip": (2, None, None),
        }),
        (None, LATER, (4, 4, 4), (4, {"15:00": 3}, False), {
            "lunch-1": (2, None, None), "lunch-2": (0, None, None), "snacks": (2, 0, None), "vip": (3, 1, None),
            "left": (1, None, 3), "right": (2, None, 3),
        }),
    ],
    ids=["second day", "two hours on", "looked back", "all days"],
)  # fmt: skip
def test_each_number_is_of_its_day(
    second_day: Desk,
    day: date | None,
    at: datetime,
    people: tuple[int, ...],
    door: tuple[int, dict[str, int], bool],
    rooms: dict[str, tuple[int | None, ...]],
) -> None:
    """Badges are of all days; a meal is of the day on which it is open; nobody is inside from another day; and the
    places of a room are taken through all checkpoints of its session.
    """
    found = numbers(second_day, at=at, day=day)
    codes = {row.id: row.code for row in list_checkpoints(second_day.db, second_day.of)}
    total, (one,) = found.people.total, found.doors
    steps = zip(one.flow.starts, one.flow.counts, strict=True)
    assert (total.expected, total.arrived, total.handed) == people
    assert (one.let_in, {f"{start:%H:%M}": count for start, count in steps if count}, one.flow.is_now) == door
    assert {codes[room.id]: (room.let_in, room.inside, room.taken) for room in found.rooms} == rooms


@pytest.mark.one_database
def test_the_usual_checkpoints_of_several_days_count_on_each_of_them(session: DbSession, forum: Forum) -> None:
    """People come anew to doors and meals."""
    update_edition(session, forum.edition.id, {"ends_on": SECOND}, version=forum.edition.version, **BY)
    of = forum.edition.id
    assert [set_up_suggested(session, of, **forum.by_owner) for _ in range(2)] == [5, 0]
    session.expire_all()
    points = {one.code: one.mode for one in list_checkpoints(session, of)}
    anew = dict.fromkeys(("main-door", "lunch", "dinner", "vip-room"), PassMode.IN_OUT)
    assert points == {**anew, "hand-out": PassMode.ONCE}


def test_the_second_morning_begins_without_the_evening_before(second_day: Desk) -> None:
    early = numbers(second_day, at=AT + timedelta(hours=17), day=SECOND).doors[0].flow
    assert (early.counts, early.load) == ((0,) * STEPS, DoorLoad.CALM)


@pytest.mark.parametrize("days", [0, 1], ids=["one day", "two days"])
@pytest.mark.parametrize("after", [timedelta(hours=7), 2 * DAY, 3 * DAY, 40 * DAY])
def test_a_door_that_was_full_is_shown_so_whenever_it_is_looked_at(
    session: DbSession, forum: Forum, days: int, after: timedelta
) -> None:
    """Who was in already did not come again, be it told by a station that was offline; nor does it lead the picture."""
    update_edition(session, forum.edition.id, {"ends_on": FIRST + days * DAY}, version=forum.edition.version, **BY)
    desk = Desk(session, forum, mode="in-out", per_five_minutes=2)
    desk.person("Chen")
    assert desk.results("Liu", "Wang") == ["passed", "passed"]
    evening = AT + timedelta(hours=6)
    assert desk.results("Liu", now=evening) == ["already-in"]
    late: dict[str, Any] = {"told": Result.PASSED, "scanned_at": AT - MINUTE, "sent_at": evening}
    # Wang came a minute earlier by a station that tells it now; Chen did, and left, and came again.
    assert desk.results("Wang", "Chen", now=evening, **late) == ["passed", "passed"]
    late["scanned_at"], late["told"] = AT + MINUTE, Result.OUT
    assert desk.results("Chen", now=evening, direction=Direction.OUT, **late) == ["out"]
    assert desk.results("Chen", now=AT + 7 * MINUTE) == ["passed"]
    for day in (FIRST, None) if days else (None,):
        (door,) = numbers(desk, at=AT + after, day=day).doors
        steps = zip(door.flow.starts, door.flow.counts, strict=True)
        assert {f"{start:%H:%M}": count for start, count in steps if count} == {"14:55": 2, "15:00": 1, "15:05": 1}
        assert (f"{door.flow.ends:%H:%M}", door.let_in, door.flow.is_now) == ("15:10", 3, False)


def test_what_a_station_tells_hours_later_leaves_the_picture_where_it_is(desk: Desk) -> None:
    desk.scan("Liu")
    kept = {"told": Result.PASSED, "scanned_at": AT - timedelta(hours=5), "sent_at": AT}
    desk.scan("Wang", AT, **kept)
    (door,) = numbers(desk, at=AT + MINUTE).doors
    assert (door.flow.is_now, door.flow.last, door.let_in) == (True, 1, 2)


def test_a_door_by_five_minutes_and_who_scans_where(desk: Desk) -> None:
    second = desk.device(desk.door, "Phone 2")
    at = datetime(2023, 5, 22, 15, 4, 59, 700000, tzinfo=UTC)
    for number, name in enumerate(("A", "B", "C", "D")):
        desk.person(name)
        desk.scan(name, at - MINUTE * number)
    kept = {"told": Result.PASSED, "scanned_at": at - 6 * MINUTE, "sent_at": at + 90 * MINUTE}
    desk.scan("Liu", at + MINUTE, secret=second, **kept)  # ninety-six minutes before it came
    again = {"told": Result.PASSED, "scanned_at": at + 87 * MINUTE, "sent_at": at + 90 * MINUTE}
    desk.scan("A", at + MINUTE, secret=second, **again)  # who came in twice, and is counted once
    desk.scan("NOBODY22", at + MINUTE)
    desk.scan("Wang", at + 5 * MINUTE)

    found = numbers(desk, at=at + 5 * MINUTE)
    (door,) = found.doors
    assert [(f"{one:%H:%M}", n) for one, n in zip(door.flow.starts, door.flow.counts, strict=True) if n] == [
        ("13:25", 1), ("15:00", 4), ("15:05", 1)
    ]  # fmt: skip
    assert (door.flow.load, door.flow.last, door.flow.capacity) == (DoorLoad.FULL, 4, 4)
    told = {one.name: (one.result, one.is_silent, one.is_astray) for one in found.stations}
    assert told == {"Phone 1": (Result.PASSED, False, False), "Phone 2": (Result.PASSED, True, True)}
    hours = numbers(desk, at=at + timedelta(hours=9)).doors[0].flow
    # The last ones stay in the picture; no queue stands.
    assert (hours.counts, hours.is_now, hours.last, hours.load) == (door.flow.counts, False, 0, DoorLoad.CALM)


@pytest.mark.one_database
def test_a_rehearsal_is_told_alone(desk: Desk, session: DbSession) -> None:
    before = NOW + timedelta(days=1)
    admit(desk, desk.people["Liu"])
    admit(desk, desk.people["Wang"], is_rehearsal=True)
    assert [numbers(desk, at=before).people.total.arrived for _ in range(2)] == [1, 1]
    create(session, Rehearsal(edition_id=desk.of, started_at=NOW), **BY)
    admit(desk, desk.people["Wang"], is_rehearsal=True, checkpoint=desk.checkpoint("hand-out").id)

    found = numbers(desk, at=before)
    assert (found.is_rehearsal, found.people.total) == (True, Tally(2, 1, 0, 1))
    assert numbers(desk).is_rehearsal is False  # on the day it is over


@pytest.mark.one_database
def test_the_headcount_of_a_coach_names_who_is_missing_once_boarding_has_begun(
    session: DbSession, forum: Forum
) -> None:
    party = Coaches(session, forum)
    run = party.run(party.north)
    first, second = list(party.people)[:2]
    party.seat(run, first, second)
    sees = whole_house(party.of)

    (before,) = live(session, forum.edition, sees, day=None, now=AT).coaches
    party.mark(first, BoardingState.BOARDED)
    (begun,) = live(session, forum.edition, sees, day=None, now=AT).coaches

    assert (before.counts.boarded, before.counts.expected, before.missing) == (0, 2, ())
    assert (begun.counts.boarded, begun.is_boarding, len(begun.missing)) == (1, True, 1)
    assert live(session, forum.edition, Access(party.of, frozenset({Role.VIEWER})), day=None, now=AT).coaches == ()


@pytest.mark.one_database
def test_the_mark_is_another_one_after_each_scan_and_for_another_reach(desk: Desk) -> None:
    sees = whole_house(desk.of)
    first = mark_of(desk.db, desk.of, sees, now=AT)
    assert mark_of(desk.db, desk.of, sees, now=AT) == first
    assert mark_of(desk.db, desk.of, replace(sees, roles=frozenset({Role.VIEWER})), now=AT) != first
    desk.scan("Liu")
    assert mark_of(desk.db, desk.of, sees, now=AT) != first
