"""People whom somebody of the team lets in although the rules refuse them, and codes that were good a moment ago."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as DbSession

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Forbidden, Invalid
from forumapp.core.files.storage import Folder
from forumapp.core.serving.render_pool import Workshop
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import SessionKind
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.checkin.attendance.report import attendees_page, take_out
from forumapp.domain.checkin.desk.check_in import Kept, check_in
from forumapp.domain.checkin.desk.undo import undo_check_in
from forumapp.domain.checkin.live.queries import latest_scans, scans_page
from forumapp.domain.checkin.models import Admission, ForcedPass
from forumapp.domain.checkin.rehearsal.badge_on_demand import CodeEnded, keep_badge, make_badge
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.scanning.override import (
    Authorizer,
    NotAtACoach,
    erase_forced,
    force_in,
    forced_page,
    let_pass,
)
from forumapp.domain.checkin.setup.stations import station_of_device, station_of_organizer
from forumapp.domain.delegations.members.leaving import give_place_back, substitute_registration
from forumapp.domain.forums.venues.services import update_room
from forumapp.domain.printing.models import PrintLine
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.queries import badge_at_desk, badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.capacity.statements import revoke_code
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.models import Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import Applicant, RegistrationStatus, Source
from forumapp.domain.registration.types.services import update_type
from forumapp.domain.registration.waitlist.over_capacity import OverCapacity, over_capacity_of
from tests.domain.checkin.test_scanning import AT, DEVICE, MINUTE, Desk
from tests.domain.conftest import BY, NOW, make_forum
from tests.domain.delegations.test_delegations import make_registration

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import TextClause

    from forumapp.domain.checkin.models import Checkpoint
    from forumapp.domain.checkin.scanning.judgement import Scanned
    from tests.domain.conftest import Forum

WHY = "The mayor asked for her"
HIM = Authorizer(name="Consul Guo")


@pytest.fixture
def desk(session: DbSession, forum: Forum) -> Desk:
    return Desk(session, forum)


def force(desk: Desk, name: str, by: Authorizer = HIM, *, nonce: str = "f", **said: Any) -> Scanned:
    actor = desk.forum.by_owner["actor"]
    at = said.pop("at", desk.door).id
    station = said.pop("station", None) or station_of_organizer(desk.db, desk.of, at, actor=actor, now=AT)
    read = Read(desk.codes.get(name, name), nonce)
    return let_pass(desk.db, station, read, by, **{"reason": WHY, "actor": actor, "now": AT, **said})


def refused(desk: Desk, name: str = "Liu") -> Registration:
    row = desk.people[name]
    row.status = RegistrationStatus.APPLIED
    desk.db.flush()
    return row


def test_somebody_stands_for_whom_the_rules_refuse_once(desk: Desk) -> None:
    liu = refused(desk)
    assert desk.results("Liu") == ["not-confirmed"]

    first, again, late = force(desk, "Liu"), force(desk, "Liu"), force(desk, "Liu", nonce="g")

    assert [one.result.value for one in (first, late)] == ["passed", "already-in"]
    assert again.id == first.id
    ((row, scan),) = forced_page(desk.db, desk.of).items
    assert (row.refused, row.authorized_name, row.authorized_by, row.reason) == (
        Result.NOT_CONFIRMED, "Consul Guo", None, WHY,
    )  # fmt: skip
    assert (scan.registration_id, scan.account_id) == (liu.id, desk.forum.owner.id)
    assert desk.db.scalars(select(Admission.registration_id)).all() == [liu.id]
    logged = select(AuditValue.after).join(AuditEvent, AuditEvent.id == AuditValue.event_id)
    logged = logged.where(AuditEvent.entity == "registration", AuditEvent.action == "let-pass")
    assert set(desk.db.scalars(logged)) == {"Consul Guo", WHY}

    by = desk.forum.by_owner
    (came,) = attendees_page(desk.db, desk.of, desk.door.id, actor=by["actor"]).items
    assert (came.has_place, came.by_word) == (False, (Result.NOT_CONFIRMED, "Consul Guo"))
    assert take_out(desk.db, desk.of, **by)[1][0][-5:] == ["yes", "Consul Guo", WHY, "", ""]
    erased = erase_forced(desk.db, desk.of, now=NOW)
    desk.db.expire_all()
    assert take_out(desk.db, desk.of, **by)[1][0][-5:] == ["yes", "", "", "", ""]
    assert erased == {"forced_pass": 1, "audit_value": 2}
    assert (row.reason, row.authorized_name, set(desk.db.scalars(logged))) == ("", "", {None})


@pytest.mark.one_database
def test_who_may_stand_for_it_and_where(desk: Desk) -> None:
    refused(desk)
    account = create_account(desk.db, email="viewer@forum.example", name="Viewer", password=None, **BY)
    grant_role(desk.db, account.id, desk.of, Role.VIEWER, **BY)
    for by, said, fault in (
        (HIM, {"reason": " "}, "reason"),
        (Authorizer(), {}, "authorized_by"),
        (Authorizer(account.id), {}, "authorized_by"),
    ):
        with pytest.raises(Invalid) as refusal:
            force(desk, "Liu", by, **said)
        assert set(refusal.value.fields) == {fault}
    with pytest.raises(Forbidden):
        force(desk, "Liu", actor=Actor(account.id, Via.PAGE))
    with pytest.raises(Forbidden):
        force(desk, "Liu", station=station_of_device(desk.db, desk.secret, now=AT))
    coach = replace(
        station_of_organizer(desk.db, desk.of, desk.door.id, actor=desk.forum.by_owner["actor"], now=AT), coach_run_id=1
    )
    with pytest.raises(NotAtACoach):
        force(desk, "Liu", station=coach)
    assert desk.db.scalars(select(Admission)).all() == []
    assert force(desk, "NOBODY22", nonce="n").result is Result.UNKNOWN
    assert force(desk, "Wang", nonce="w").result is Result.PASSED  # whom nobody refuses
    assert desk.db.scalars(select(ForcedPass)).all() == []
    force(desk, "Liu", Authorizer(desk.forum.owner.id))
    assert desk.db.scalars(select(ForcedPass.authorized_by)).all() == [desk.forum.owner.id]


@pytest.mark.one_database
def test_a_vip_comes_in_over_capacity_in_the_name_of_whoever_decides(desk: Desk) -> None:
    kind = desk.db.get_one(RegistrationType, desk.people["Liu"].type_id)
    update_type(desk.db, desk.of, kind.id, {"quota": kind.taken}, version=kind.version, **BY)
    clerk = create_account(desk.db, email="desk@forum.example", name="Desk", password=None, **BY)
    grant_role(desk.db, clerk.id, desk.of, Role.REGISTRATION_DESK, **BY)
    who: Any = (desk.db, desk.of, kind.id, {"latin_family": "Kounalakis"})
    by: Any = {"language": "en", "actor": Actor(clerk.id, Via.PAGE), "now": NOW}
    with pytest.raises(NoPlacesLeft):
        walk_in(*who, **by)
    over = {"over_capacity": True, "reason": WHY, **by}
    with pytest.raises(Invalid):
        walk_in(*who, authorized_by=999, **over)

    row = walk_in(*who, authorized_by=desk.forum.owner.id, **over)

    desk.db.refresh(kind)
    assert (row.over_capacity_by, row.status.value, kind.over) == (desk.forum.owner.id, "confirmed", 1)
    owner = desk.forum.owner
    assert over_capacity_of(desk.db, [row.id]) == {row.id: OverCapacity(owner.id, owner.name, WHY)}
    logged = select(AuditEvent.reason, AuditValue.after).join(AuditValue, AuditValue.event_id == AuditEvent.id)
    about = AuditEvent.entity == "registration", AuditEvent.entity_id == row.id, AuditValue.field == "over_capacity_by"
    assert desk.db.execute(logged.where(*about)).all() == [(WHY, owner.id)]
    # Whoever comes in her place has it for the same reason.
    given: Any = {"source": Source.MANUAL, "language": "en", "reason": "She is ill", "version": row.version}
    by_owner = desk.forum.by_owner
    new = substitute_registration(desk.db, desk.of, row.id, Applicant(latin_family="Whitmore"), **given, **by_owner)
    assert over_capacity_of(desk.db, [new.id]) == {new.id: OverCapacity(owner.id, owner.name, WHY)}
    back: Any = {"version": new.version, **by_owner}
    assert give_place_back(desk.db, desk.of, new.id, **back) is row
    assert over_capacity_of(desk.db, [row.id]) == {row.id: OverCapacity(owner.id, owner.name, WHY)}
    given |= {"version": row.version}
    new = substitute_registration(desk.db, desk.of, row.id, Applicant(latin_family="Marsh"), **given, **by_owner)
    assert over_capacity_of(desk.db, [new.id]) == {new.id: OverCapacity(owner.id, owner.name, WHY)}
    desk.codes["Whitmore"] = desk.db.scalars(select(TicketCode.code).where(TicketCode.registration_id == new.id)).one()
    desk.scan("Whitmore")
    (taken,) = take_out(desk.db, desk.of, **by_owner)[1]
    assert taken[-5:] == ["", "", "", owner.name, WHY]
    actions = select(AuditEvent.action).where(AuditEvent.entity == "registration", AuditEvent.entity_id == row.id)
    told = desk.db.scalars(actions.order_by(AuditEvent.id)).all()
    assert told == ["created", "handed-on", "given-back", "handed-on"]


def session_door(desk: Desk, seats: int) -> Checkpoint:
    room, by = desk.forum.room, desk.forum.by_owner
    update_room(desk.db, desk.of, room.id, {"capacity": seats}, version=room.version, **by)
    said = {"code": "talk", "title": {"en": "Talk"}, "kind": SessionKind.PANEL, "room_id": room.id}
    talk = create_session(desk.db, desk.of, said, span=None, **by)
    return desk.checkpoint("session", session_id=talk.id, mode="in-out")


def test_a_room_that_is_full_lets_nobody_in_but_in_somebodys_name(desk: Desk) -> None:
    door = session_door(desk, 1)
    secret = desk.device(door, "Phone 2")
    chen = desk.person("Chen")
    assert desk.results("Liu", "Liu", "Wang", secret=secret) == ["passed", "already-in", "full"]
    assert desk.results("Liu", secret=secret, direction=Direction.OUT) == ["out"]
    assert desk.results("Wang", "Liu", secret=secret) == ["passed", "full"]
    late = {"told": Result.PASSED, "scanned_at": AT, "sent_at": AT}
    assert desk.results("Chen", secret=secret, **late) == ["passed"]  # is inside, whatever the room holds

    forced = force(desk, "Liu", at=door)

    assert forced.result is Result.PASSED
    assert desk.db.scalars(select(ForcedPass.refused)).all() == [Result.FULL]
    assert {one.registration_id for one in desk.db.scalars(select(Admission))} == {
        one.id for one in (*desk.people.values(), chen)
    }


def test_what_a_desk_kept_lets_nobody_into_a_room_that_is_full(desk: Desk) -> None:
    """It said that it waits. A station that did not know a badge had somebody decide at its door."""
    door = session_door(desk, 1)
    secret = desk.device(door, "Phone 2")
    chen = desk.person("Chen")
    said: Any = {"checkpoint_id": door.id, "kept": Kept(AT - MINUTE, AT), **desk.forum.by_owner | {"now": AT}}

    def kept(row: Registration) -> str:
        return check_in(desk.db, desk.of, row.id, nonce=f"kept {row.id}", **said).result.value

    assert [kept(desk.people[name]) for name in ("Liu", "Wang")] == ["passed", "full"]
    late: Any = {"told": Result.UNKNOWN, "scanned_at": AT - MINUTE, "sent_at": AT}
    assert desk.results("Wang", secret=secret, **late) == ["passed"]
    assert kept(chen) == "full"


def test_what_a_desk_says_it_kept_for_longer_than_half_a_day_counts_from_its_receipt(desk: Desk) -> None:
    said: Any = {"checkpoint_id": desk.door.id, **desk.forum.by_owner | {"now": AT}}

    def counts(name: str, kept_for: timedelta) -> datetime:
        kept = Kept(AT - kept_for, AT)
        return check_in(desk.db, desk.of, desk.people[name].id, nonce=name, kept=kept, **said).counts_at

    assert counts("Liu", timedelta(hours=12)) == AT - timedelta(hours=12)
    assert counts("Wang", timedelta(days=400)) == AT


def test_a_badge_whose_code_ended_while_it_was_drawn_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    liu, by = desk.people["Liu"], desk.forum.by_owner

    class GivingAway(Workshop):
        def run(self, work: Any, *arguments: Any) -> Any:
            revoke_code(desk.db, liu.id, now=AT)
            return super().run(work, *arguments)

    drawn_by: Any = {"reason": None, "workshop": GivingAway(None), "folder": font_folder()}
    made = make_badge(desk.db, desk.forum.edition, liu.id, {}, {}, **drawn_by, **by)
    with pytest.raises(CodeEnded):
        keep_badge(desk.db, desk.of, made, reason=None, device="", storage=Folder(tmp_path), **by)
    assert desk.db.scalars(select(PrintLine)).all() == []


def test_who_comes_to_the_last_seat_waits_for_whoever_is_let_in(own_app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        desk = Desk(session, make_forum(session))
        secret = desk.device(session_door(desk, 1), "Phone 2")
    with DbSession(db.engine) as other:

        def come(session: DbSession, name: str) -> str:
            station = station_of_device(session, secret, now=AT)
            return scan(session, station, Read(desk.codes[name], name), actor=DEVICE, now=AT).result.value

        with transaction() as session:
            assert come(session, "Liu") == "passed"
            other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                come(other, "Wang")
        other.rollback()
        assert come(other, "Wang") == "full"
        other.rollback()


def test_what_a_device_sends_again_while_its_first_try_is_under_way_says_nothing_else(
    own_app: Flask, backend: str
) -> None:
    """It is kept with its time by then, and the other one waits for it: who came when stays as the first one says."""
    if backend == "sqlite":
        pytest.skip("SQLite has a single writer")
    with transaction() as session:
        desk = Desk(session, make_forum(session))
        code, secret = desk.codes["Liu"], desk.secret
    told = {"told": Result.PASSED, "scanned_at": AT - MINUTE, "sent_at": AT}

    def come(session: DbSession, **said: Any) -> Scanned:
        return scan(session, station_of_device(session, secret, now=AT), Read(code, "a", **said), actor=DEVICE, now=AT)

    with DbSession(db.engine) as slow, ThreadPoolExecutor(1) as patient:
        first = come(slow)

        def send_again() -> Scanned:
            with own_app.app_context(), transaction() as session:
                return come(session, **told)

        again = patient.submit(send_again)
        waits = text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while not _now(waits):
            assert not again.done()
        slow.commit()
        assert again.result().id == first.id
    with transaction() as session:
        assert [(one.first_at, one.since) for one in session.scalars(select(Admission))] == [(AT, AT)]


def _now(question: TextClause) -> int:
    """In a transaction of its own: within one, the server answers about its activity what it did at first."""
    with db.engine.connect() as connection:
        return connection.scalar(question) or 0


def test_whoever_reads_their_badge_next_is_told_by_whose_word_they_are_in(desk: Desk) -> None:
    refused(desk)
    forced = force(desk, "Liu")
    assert forced.by_word == ("not-confirmed", HIM.name)
    again = desk.scan("Liu")
    assert (again.result, again.by_word) == (Result.ALREADY_IN, forced.by_word)
    desk.results("Wang", "Wang")
    assert desk.scan("Wang").by_word is None
    told = [one.by_word for one in latest_scans(desk.db, desk.of, 9)]
    assert told == [None] * 4 + [forced.by_word]
    assert [word for _scan, word in scans_page(desk.db, desk.of).items] == told
    erase_forced(desk.db, desk.of, now=NOW)
    assert desk.scan("Liu").by_word == ("not-confirmed", "")


@pytest.mark.one_database
def test_how_whoever_is_in_by_somebodys_word_came_is_asked_once(desk: Desk, statements: list[str]) -> None:
    refused(desk)
    force(desk, "Liu")
    statements.clear()
    assert desk.scan("Liu").result is Result.ALREADY_IN
    assert sum("forced_pass" in one for one in statements) == 1


def test_whoever_is_let_in_without_a_place_has_a_badge_made_and_who_never_had_a_code_gets_one(desk: Desk) -> None:
    """With the code that they had last, which opens no other door; and who is set down as absent and comes after all."""
    by, here = desk.forum.by_owner["actor"], {"checkpoint_id": desk.door.id, "reason": WHY}
    gone, never, absent = (
        desk.people["Liu"],
        make_registration(desk.db, desk.forum, "Zhao", "applied"),
        desk.people["Wang"],
    )
    gone.status, absent.status = RegistrationStatus.CANCELLED, RegistrationStatus.NO_SHOW
    revoke_code(desk.db, gone.id, now=NOW)
    desk.db.flush()

    def code(row: Registration) -> str | None:
        badge = badge_at_desk(desk.db, desk.of, row.id)
        return badge.short_code if badge else None

    def short_of(row: Registration) -> str:
        return desk.db.scalars(select(TicketCode.short).where(TicketCode.registration_id == row.id)).one()

    assert (code(gone), code(never), code(absent)) == (None, None, desk.codes["Wang"])
    refused = check_in(desk.db, desk.of, never.id, checkpoint_id=desk.door.id, nonce="w", actor=by, now=AT)
    assert refused.result is Result.NOT_CONFIRMED
    for number, row in enumerate((gone, never)):
        said = force_in(desk.db, desk.of, row.id, HIM, nonce=f"f{number}", **here, actor=by, now=AT)
        assert said.result is Result.PASSED
    assert (code(gone), code(never)) == (desk.codes["Liu"], short_of(never))
    room = desk.device(desk.checkpoint("vip"), "VIP room")
    assert desk.results("Liu", code(never) or "", secret=room) == ["cancelled", "not-confirmed"]
    assert [one.latin_name for one in badge_values(desk.db, desk.of, Options())] == []  # in no print of many

    undo_check_in(desk.db, desk.of, gone.id, checkpoint_id=desk.door.id, nonce="u", actor=by, now=AT)
    assert code(gone) is None
