"""Codes read at checkpoints: who passes, only once, and what comes late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from forumapp.core.errors import AlreadyExists, Forbidden, InUse, Invalid, NotFound
from forumapp.domain.accounts.access import Archived
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.desk.check_in import check_in
from forumapp.domain.checkin.desk.search import get_at_desk
from forumapp.domain.checkin.desk.walk_ins import HaveCome, give_place_back_at_desk
from forumapp.domain.checkin.live.queries import count_let_in, list_coach_runs
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.offline.roster import roster
from forumapp.domain.checkin.rehearsal.services import (
    ForumHasBegun,
    NotInRehearsal,
    RehearsalOver,
    RehearsalRuns,
    end_forgotten,
    end_rehearsal,
    list_forgotten,
    refuse_in_rehearsal,
    start_rehearsal,
)
from forumapp.domain.checkin.rehearsals import first_day
from forumapp.domain.checkin.rules import PAIRING_LASTS, Direction, Presence, Result
from forumapp.domain.checkin.scanning.admission import let_in
from forumapp.domain.checkin.scanning.batches import code_of
from forumapp.domain.checkin.scanning.holders import Holder
from forumapp.domain.checkin.scanning.judgement import NonceReused, Read, scan
from forumapp.domain.checkin.scanning.photos import face_scanned
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint, remove_checkpoint, update_checkpoint
from forumapp.domain.checkin.setup.devices import CodeNotGood, add_device, pair, renew_code, revoke_device
from forumapp.domain.checkin.setup.stations import DeviceNotSignedIn, station_of_device, station_of_organizer
from forumapp.domain.delegations.coaches.runs import close_run
from forumapp.domain.delegations.members.leaving import give_place_back, substitute_registration
from forumapp.domain.delegations.models.coaches import BoardingState
from forumapp.domain.forums.models import EditionStatus
from forumapp.domain.registration.capacity.statements import add_code, revoke_code
from forumapp.domain.registration.rules import Applicant, RegistrationStatus, Source
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_coaches import Coaches
from tests.domain.delegations.test_delegations import make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.models import Checkpoint, Rehearsal
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from forumapp.domain.registration.models import Registration
    from tests.domain.conftest import Forum

DEVICE = Actor(None, Via.API)
AT = datetime(2023, 5, 22, 15, tzinfo=UTC)
EVE = AT - timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Desk:
    """A door with a device, and people with codes."""

    def __init__(self, db: DbSession, forum: Forum, **values: Any) -> None:
        self.db, self.forum, self.of = db, forum, forum.edition.id
        self.door = self.checkpoint("door", **values)
        self.secret = self.device(self.door)
        self.codes: dict[str, str] = {}
        self.people = {name: self.person(name) for name in ("Liu", "Wang")}
        self.number = 0

    def checkpoint(self, kind: str, **values: Any) -> Checkpoint:
        return create_checkpoint(self.db, self.of, {"kind": kind, "name": {"en": kind}, **values}, **BY)

    def device(self, at: Checkpoint, name: str = "Phone 1") -> str:
        _row, code = add_device(self.db, self.of, {"checkpoint_id": at.id, "name": name}, **self.forum.by_owner)
        return pair(self.db, self.of, code, actor=DEVICE, now=NOW)[1]

    def person(self, name: str) -> Registration:
        row = make_registration(self.db, self.forum, name)
        self.codes[name] = add_code(self.db, self.of, row.id)
        return row

    def scan(self, name: str, now: datetime = AT, *, secret: str = "", nonce: str = "", **said: Any) -> Scanned:
        self.number += 1
        read = Read(self.codes.get(name, name), nonce or f"n{self.number}", **said)
        station = station_of_device(self.db, secret or self.secret, now=now)
        return scan(self.db, station, read, actor=DEVICE, now=now)

    def rehearse(self) -> Rehearsal:
        return start_rehearsal(self.db, self.of, actor=self.forum.by_owner["actor"], now=EVE)

    def end(self, row: Rehearsal, now: datetime) -> int:
        by: dict[str, Any] = {"version": row.version, "actor": self.forum.by_owner["actor"], "now": now}
        return end_rehearsal(self.db, self.of, row.id, **by)[1]

    def results(self, *names: str, **said: Any) -> list[str]:
        return [self.scan(name, **said).result.value for name in names]


@pytest.fixture
def desk(session: DbSession, forum: Forum) -> Desk:
    return Desk(session, forum)


def test_the_first_one_passes_and_is_told_to_the_second(desk: Desk) -> None:
    first = desk.scan("Liu", nonce="a")
    second = desk.scan(desk.codes["Liu"].lower(), AT + MINUTE)
    again = desk.scan("Liu", AT + MINUTE, nonce="a")

    assert (first.result, first.holder and first.holder.name.latin) == (Result.PASSED, "Ann Liu")
    assert (second.result, second.since, second.where) == (Result.ALREADY_IN, AT, "Phone 1")
    assert again == first
    assert len(desk.db.scalars(select(Scan)).all()) == 2
    with pytest.raises(NonceReused):
        desk.scan("Wang", nonce="a")
    assert desk.results("NOBODY22") == ["unknown"]
    assert [desk.scan("Wang", direction=Direction.OUT).result.value for _ in range(2)] == ["passed", "already-in"]


def test_scans_of_the_day_are_neither_changed_nor_deleted(desk: Desk) -> None:
    desk.scan("Liu")
    for statement in (update(Scan).values(nonce="x"), update(Scan).values(is_rehearsal=True), delete(Scan)):
        with pytest.raises(DBAPIError), desk.db.begin_nested():
            desk.db.connection().execute(statement)


def test_a_rehearsal_is_apart_from_the_day_and_leaves_nothing(desk: Desk) -> None:
    desk.scan("Liu", EVE)
    running = desk.rehearse()
    eve: dict[str, Any] = {"now": EVE + MINUTE}

    told = [desk.scan(one, **eve, rehearsal_id=said) for one in ("Liu", "Liu", "Wang") for said in (None, running.id)]
    assert [one.result.value for one in told] == [
        "passed",
        "already-in",
        "already-in",
        "already-in",
        "passed",
        "already-in",
    ]
    assert {one.is_rehearsal for one in told} == {True}
    assert told[1].since == EVE + MINUTE
    with pytest.raises(DBAPIError), desk.db.begin_nested():
        desk.db.connection().execute(update(Scan).where(Scan.is_rehearsal).values(is_rehearsal=False))
    assert count_let_in(desk.db, desk.of) == {desk.door.id: 1}
    with pytest.raises(NotInRehearsal):
        refuse_in_rehearsal(desk.db, desk.of, now=EVE)
    with pytest.raises(RehearsalRuns):
        desk.rehearse()
    assert desk.end(running, EVE + 2 * MINUTE) == 6
    with pytest.raises(RehearsalOver):
        desk.end(running, EVE + 2 * MINUTE)
    again = desk.rehearse()
    assert desk.results("Liu", now=EVE + 3 * MINUTE) == ["passed"]  # and so it is the next time
    assert list_forgotten(desk.db, now=EVE + 3 * MINUTE) == []
    assert list_forgotten(desk.db, now=AT) == [again.id]
    assert desk.results("Wang", "Liu") == ["passed", "already-in"]  # the first day ends it by itself
    end_forgotten(desk.db, again.id, now=AT)

    assert (again.ended_by, again.ended_at) == (None, first_day(desk.db, desk.of))
    assert set(desk.db.scalars(select(Scan.is_rehearsal))) == {False}
    assert count_let_in(desk.db, desk.of) == {desk.door.id: 2}
    with pytest.raises(ForumHasBegun):
        start_rehearsal(desk.db, desk.of, actor=desk.forum.by_owner["actor"], now=AT)
    told = select(AuditEvent.action).where(AuditEvent.entity == "rehearsal").order_by(AuditEvent.id)
    assert desk.db.scalars(told).all() == ["created", "ended", "created", "ended"]


def test_what_a_device_kept_of_a_rehearsal_never_counts_for_the_day(desk: Desk) -> None:
    running = desk.rehearse()
    of_it: dict[str, Any] = {"rehearsal_id": running.id}
    kept: dict[str, Any] = {"scanned_at": EVE + MINUTE, "told": Result.PASSED}

    late = desk.scan("Liu", EVE + 5 * MINUTE, **kept, sent_at=EVE + 5 * MINUTE, **of_it)
    unsaid = desk.scan("Wang", EVE + 5 * MINUTE, **kept, sent_at=EVE + 5 * MINUTE)
    before = desk.scan("Wang", EVE + 5 * MINUTE, **{**kept, "scanned_at": EVE - MINUTE}, sent_at=EVE + 5 * MINUTE)
    assert [one.is_rehearsal for one in (late, unsaid, before)] == [True, True, False]
    desk.end(running, EVE + 9 * MINUTE)
    over = [
        desk.scan("Liu", AT, **kept, sent_at=AT, **of_it),
        desk.scan("Liu", AT, **kept, sent_at=AT),
        desk.scan("Liu", AT, **of_it),
    ]
    assert [(one.result, one.id) for one in over] == [(Result.REHEARSAL_OVER, None)] * 3
    assert desk.scan("Liu", AT, **{**kept, "scanned_at": AT - MINUTE}, sent_at=AT).result is Result.PASSED
    slept = {**of_it, "scanned_at": AT - MINUTE, "sent_at": AT}  # its tablet does not know that the forum has begun
    for one, told in (("Chen", Result.PASSED), ("Zhao", Result.ALREADY_IN)):
        desk.person(one)
        today = desk.scan(one, AT, **slept, told=told)
        assert (today.result, today.is_rehearsal) == (Result.PASSED, False)


@pytest.mark.one_database
def test_a_code_is_dead_at_once_and_was_good_before(desk: Desk) -> None:
    liu, wang = desk.people["Liu"], desk.people["Wang"]
    revoke_code(desk.db, liu.id, now=AT)
    liu.status, liu.replaced_by_id = RegistrationStatus.CANCELLED, wang.id
    desk.db.flush()
    offline: dict[str, Any] = {"scanned_at": AT - 9 * MINUTE, "sent_at": AT + 3 * MINUTE, "told": Result.PASSED}

    assert desk.results("Liu", now=AT + MINUTE) == ["replaced"]
    assert desk.results("Liu", now=AT + MINUTE, **{**offline, "scanned_at": AT + 2 * MINUTE}) == ["replaced"]
    assert desk.results("Liu", now=AT + MINUTE, **offline) == ["passed"]  # made eleven minutes before it came


@pytest.mark.parametrize("is_given_back", [False, True])
def test_a_code_is_dead_to_a_scan_that_was_received_before_it_was_revoked_and_judged_after_it(
    desk: Desk, *, is_given_back: bool
) -> None:
    """Its `now` is the time of its receipt; a change that began later was faster."""
    liu, later = desk.people["Liu"], {"actor": desk.forum.by_owner["actor"], "now": AT + timedelta(milliseconds=8)}
    said: dict[str, Any] = {"source": Source.MANUAL, "language": "en", "version": liu.version}
    instead = substitute_registration(desk.db, desk.of, liu.id, Applicant(latin_family="Zhou"), **said, **later)
    dead = "Liu"
    if is_given_back:
        dead = code_of(desk.db, desk.of, instead.id) or ""
        give_place_back(desk.db, desk.of, instead.id, version=instead.version, **later)

    assert desk.results(dead, "Wang", now=AT) == ["replaced", "passed"]
    assert desk.results(dead, now=AT, told=Result.PASSED) == ["passed"]  # said before it was received


def test_a_place_stays_with_a_substitute_who_came_and_left(desk: Desk) -> None:
    liu, by = desk.people["Liu"], {"actor": desk.forum.by_owner["actor"], "now": AT}
    door = desk.device(desk.checkpoint("door", code="hall", mode="in-out"), "Phone 2")
    said: dict[str, Any] = {"source": Source.MANUAL, "language": "en", "version": liu.version}
    instead = substitute_registration(desk.db, desk.of, liu.id, Applicant(latin_family="Zhou"), **said, **by)
    theirs = code_of(desk.db, desk.of, instead.id) or ""
    ways = [desk.scan(theirs, AT + MINUTE, secret=door, direction=way).result for way in Direction]
    assert ways == [Result.PASSED, Result.OUT]

    with pytest.raises(HaveCome):
        give_place_back_at_desk(desk.db, desk.of, instead.id, version=instead.version, **by)


def test_who_never_had_a_code_is_given_one_at_the_desk_and_stations_know_it_but_not_in_a_rehearsal(desk: Desk) -> None:
    row = make_registration(desk.db, desk.forum, "Wu", "applied")
    of: dict[str, Any] = {"checkpoint_id": desk.door.id, "actor": desk.forum.by_owner["actor"]}
    asked: dict[str, Any] = {"salt": "salt", "now": AT}
    elsewhere = desk.device(desk.checkpoint("door", code="hall"), "Phone 2")
    station = station_of_device(desk.db, elsewhere, now=AT)
    rehearsal = desk.rehearse()
    assert check_in(desk.db, desk.of, row.id, nonce="r", **of, now=EVE).result is Result.UNKNOWN
    assert code_of(desk.db, desk.of, row.id) is None
    desk.end(rehearsal, EVE)
    before = roster(desk.db, station, **asked)
    assert before is not None

    assert check_in(desk.db, desk.of, row.id, nonce="d", **of, now=AT).result is Result.NOT_CONFIRMED

    assert code_of(desk.db, desk.of, row.id)
    changed = roster(desk.db, station, since=before.cursor, **asked)
    assert changed is not None
    assert (changed.whole, [(one.id, len(one.codes)) for one in changed.people]) == (False, [(row.id, 1)])


def test_the_first_scan_decides_even_if_it_comes_later(desk: Desk) -> None:
    other = desk.device(desk.door, "Phone 2")
    live = desk.scan("Liu")
    kept: dict[str, Any] = {"sent_at": AT + 6 * MINUTE, "told": Result.PASSED, "secret": other}

    earlier = desk.scan("Liu", AT + 5 * MINUTE, scanned_at=AT - MINUTE, **kept)
    latest = desk.scan("Liu", AT + 5 * MINUTE, scanned_at=AT + 4 * MINUTE, **kept)
    away = desk.scan("Wang", AT + 5 * MINUTE, scanned_at=AT, **{**kept, "told": Result.WRONG_TIME})

    assert [one.result.value for one in (live, earlier, latest, away)] == [
        "passed", "passed", "already-in", "wrong-time",
    ]  # fmt: skip
    (row,) = desk.db.scalars(select(Admission))
    first = AT - 2 * MINUTE
    assert (row.registration_id, row.first_at, row.since) == (desk.people["Liu"].id, first, first)
    assert (latest.since, latest.where) == (first, "Phone 2")
    assert {one.skew for one in desk.db.scalars(select(Scan))} == {0, 60}


DAY = timedelta(days=1)


def test_where_people_come_and_go_they_come_anew_on_each_day(session: DbSession, forum: Forum) -> None:
    """Whoever was not scanned on leaving has left by the next one; the night before ends by the edition's clocks."""
    desk = Desk(session, forum, mode="in-out")
    assert forum.edition.zone == "America/Los_Angeles"
    midnight = datetime(2023, 5, 23, 7, tzinfo=UTC)
    first = [desk.scan("Liu", at).result.value for at in (AT, midnight - MINUTE)]
    gone = [
        desk.scan("Wang", at, direction=way).result.value for at, way in ((AT, Direction.IN), (midnight, Direction.OUT))
    ]
    assert (first, gone) == (["passed", "already-in"], ["passed", "out"])
    sheet = get_at_desk(session, desk.of, desk.people["Liu"].id, now=midnight - MINUTE)
    assert sheet.inside(desk.door.id) is not None
    assert get_at_desk(session, desk.of, desk.people["Liu"].id, now=midnight).inside(desk.door.id) is None

    second = [desk.scan("Liu", at) for at in (midnight, midnight + MINUTE)]

    assert [one.result.value for one in second] == ["passed", "already-in"]
    assert second[1].since == midnight
    row = session.scalars(select(Admission).where(Admission.registration_id == desk.people["Liu"].id)).one()
    assert (row.presence.value, row.first_at, row.since) == ("in", AT, midnight)


def test_of_many_on_the_second_morning_one_passes(session: DbSession, forum: Forum) -> None:
    """The row that let them in is asked again by the statement that changes it."""
    desk = Desk(session, forum, mode="in-out")
    desk.scan("Liu")
    station = station_of_device(session, desk.secret, now=AT + DAY)
    by: dict[str, Any] = {"direction": Direction.IN, "at": AT + DAY, "is_late": False}
    row, seen = desk.people["Liu"].id, Presence.IN  # as each of them has read it
    assert [let_in(session, station, row, seen, Result.PASSED, **by) for _ in range(2)] == ["passed", "already-in"]


@pytest.mark.one_database
def test_whoever_is_inside_may_go_whatever_is_wrong_with_them(session: DbSession, forum: Forum) -> None:
    desk = Desk(session, forum, mode="in-out")
    desk.results("Liu", "Wang")
    desk.people["Liu"].status = RegistrationStatus.CANCELLED
    session.flush()
    assert desk.results("Liu") == ["cancelled"]
    ways = [desk.scan("Liu", AT + MINUTE, direction=Direction.OUT).result.value for _ in range(2)]
    assert ways == ["out", "cancelled"]


def test_in_and_out(session: DbSession, forum: Forum) -> None:
    desk = Desk(session, forum, mode="in-out")
    directions = (Direction.OUT, Direction.IN, Direction.IN, Direction.OUT, Direction.OUT, Direction.IN)

    live = [desk.scan("Liu", AT + n * MINUTE, direction=one).result.value for n, one in enumerate(directions)]

    assert live == ["not-in", "passed", "already-in", "out", "not-in", "passed"]
    (row,) = desk.db.scalars(select(Admission))
    assert (row.presence.value, row.first_at, row.since) == ("in", AT + MINUTE, AT + 5 * MINUTE)
    later = {"now": AT + 9 * MINUTE, "sent_at": AT + 9 * MINUTE, "secret": desk.device(desk.door, "Phone 2")}
    kept: list[tuple[Any, Any, float]] = [
        (Direction.OUT, Result.OUT, 1.2), (Direction.IN, Result.PASSED, 1.4), (Direction.IN, Result.PASSED, 0),
    ]  # fmt: skip
    told = [desk.scan("Liu", **later, direction=way, told=it, scanned_at=AT + n * MINUTE).result for way, it, n in kept]
    assert told == [Result.OUT, Result.PASSED, Result.PASSED]
    desk.db.refresh(row)
    assert (row.presence.value, row.first_at, row.since) == ("in", AT, AT + 5 * MINUTE)


@pytest.mark.one_database
def test_whom_a_checkpoint_lets_pass(desk: Desk) -> None:
    asks = {"types": [desk.people["Wang"].type_id]}
    update_checkpoint(desk.db, desk.of, desk.door.id, asks, version=desk.door.version, **BY)
    assert desk.results("Liu", "Wang") == ["wrong-checkpoint", "passed"]
    update_checkpoint(desk.db, desk.of, desk.door.id, {"types": []}, version=desk.door.version, **BY)
    assert desk.results("Liu") == ["passed"]
    for fault in ({"kind": "session"}, {"mode": "in-out", "kind": "hand-out"}, {"types": [0]}, {"session_id": 1}):
        with pytest.raises(Invalid):
            desk.checkpoint(**{"kind": "door", **fault})
    with pytest.raises(InUse):
        remove_checkpoint(desk.db, desk.of, desk.door.id, version=desk.door.version, **BY)


@pytest.mark.one_database
def test_a_device_signs_in_once_and_is_revoked_at_once(desk: Desk) -> None:
    by = desk.forum.by_owner
    row, code = add_device(desk.db, desk.of, {"checkpoint_id": desk.door.id, "name": "Laptop"}, **by)
    with pytest.raises(CodeNotGood):
        pair(desk.db, desk.of, code, actor=DEVICE, now=NOW + PAIRING_LASTS)
    with pytest.raises(CodeNotGood):
        pair(desk.db, desk.forum.other.id, code, actor=DEVICE, now=NOW)
    first = pair(desk.db, desk.of, f"{code[:4]}-{code[4:]}".lower(), actor=DEVICE, now=NOW)[1]
    with pytest.raises(CodeNotGood):
        pair(desk.db, desk.of, code, actor=DEVICE, now=NOW)
    _row, code = renew_code(desk.db, desk.of, row.id, version=row.version, **by)
    secret = pair(desk.db, desk.of, code, actor=DEVICE, now=NOW)[1]
    assert desk.results("Liu", secret=secret) == ["passed"]
    with pytest.raises(AlreadyExists):
        add_device(desk.db, desk.of, {"checkpoint_id": desk.door.id, "name": "laptop "}, **by)
    revoke_device(desk.db, desk.of, row.id, version=row.version, **by)
    assert add_device(desk.db, desk.of, {"checkpoint_id": desk.door.id, "name": "Laptop"}, **by)
    for gone in (first, secret):
        with pytest.raises(DeviceNotSignedIn):
            desk.scan("Wang", secret=gone)
    actions = select(AuditEvent.action).where(AuditEvent.entity == "checkin_device", AuditEvent.entity_id == row.id)
    assert set(desk.db.scalars(actions)) == {"created", "signed-in", "code-renewed", "revoked"}
    desk.forum.edition.status = EditionStatus.ARCHIVED
    desk.db.flush()
    with pytest.raises(Archived):
        desk.scan("Wang")


@pytest.mark.one_database
def test_organizers_scan_where_they_may_check_in_everyone(desk: Desk) -> None:
    account = create_account(desk.db, email="desk@forum.example", name="Desk", password=None, **BY)
    actor = Actor(account.id, Via.PAGE)
    with pytest.raises(NotFound):
        station_of_organizer(desk.db, desk.of, desk.door.id, actor=actor, now=AT)
    grant_role(desk.db, account.id, desk.of, Role.VIEWER, **BY)
    with pytest.raises(Forbidden):
        station_of_organizer(desk.db, desk.of, desk.door.id, actor=actor, now=AT)
    grant_role(desk.db, account.id, desk.of, Role.REGISTRATION_DESK, **BY)
    station = station_of_organizer(desk.db, desk.of, desk.door.id, actor=actor, now=AT)
    said = scan(desk.db, station, Read(desk.codes["Liu"], "n"), actor=actor, now=AT)
    assert said.result is Result.PASSED
    assert desk.scan("Liu", AT + MINUTE).where == "Desk"


@pytest.mark.one_database
def test_a_check_in_volunteer_sees_names_and_status_only(desk: Desk) -> None:
    account = create_account(desk.db, email="helper@forum.example", name="Helper", password=None, **BY)
    grant_role(desk.db, account.id, desk.of, Role.CHECK_IN_VOLUNTEER, **BY)
    liu = desk.people["Liu"]
    liu.is_vip, liu.responsible_id, liu.desk_note = True, account.id, "Travels with a guide dog."
    desk.db.flush()
    station = station_of_organizer(desk.db, desk.of, desk.door.id, actor=Actor(account.id, Via.PAGE), now=AT)

    said = scan(desk.db, station, Read(desk.codes["Liu"], "n"), actor=Actor(account.id, Via.PAGE), now=AT)
    known = roster(desk.db, station, salt="x", now=AT)

    assert (said.result, said.holder) == (
        Result.PASSED,
        Holder(liu.id, said.holder.name, {}, "", None, is_vip=False, responsible=None),
    )
    assert (known.types, known.delegations) == ([], [])
    hidden = {(one.type_id, one.delegation_id, one.is_vip, one.responsible) for one in known.people}
    assert hidden == {(None, None, False, None)}
    assert [one.latin for one in known.people if one.id == liu.id] == [said.holder.name.latin_in_print]
    with pytest.raises(NotFound):
        face_scanned(desk.db, station, said.id, now=AT)
    with pytest.raises(Forbidden):
        check_in(
            desk.db, desk.of, liu.id, checkpoint_id=desk.door.id, nonce="m", actor=Actor(account.id, Via.PAGE), now=AT
        )


@pytest.mark.one_database
def test_at_a_coach_the_same_boardings_are_marked_as_at_the_roll_call(session: DbSession, forum: Forum) -> None:
    coaches = Coaches(session, forum)
    run = coaches.run(coaches.north)
    (line,) = list_coach_runs(session, coaches.of)
    assert (line.id, line.sign, line.starts) == (
        run.id,
        "north",
        coaches.transfer.start_utc,
    )  # what tells it from others
    coaches.north.plate = "CA-1"
    session.flush()
    assert [one.sign for one in list_coach_runs(session, coaches.of)] == ["CA-1"]
    name, other, *_ = coaches.people
    coaches.seat(run, name)
    desk = Desk(session, forum)
    rehearsal = desk.rehearse()
    door = desk.device(desk.checkpoint("coach", coach_run_id=run.id), "Coach")
    desk.codes |= {one: add_code(session, desk.of, coaches.people[one]) for one in (name, other)}

    assert desk.results(name, name, other, secret=door, now=EVE) == ["passed", "already-in", "wrong-checkpoint"]
    boarding = coaches.boarding(name)
    assert boarding is None or boarding.state is not BoardingState.BOARDED
    desk.end(rehearsal, EVE)
    assert desk.results(name, name, other, secret=door) == ["passed", "already-in", "wrong-checkpoint"]
    boarding = coaches.boarding(name)
    assert boarding is not None
    assert boarding.state is BoardingState.BOARDED
    close_run(session, desk.of, run.id, version=run.version, **BY)
    assert desk.results(name, other, secret=door) == ["already-in", "wrong-checkpoint"]
