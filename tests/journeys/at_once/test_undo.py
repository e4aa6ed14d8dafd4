"""Stations scan while a desk takes check-ins back, lets people in or ends a rehearsal, all from real processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from forumapp.core.database.db import db
from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.desk import undo
from forumapp.domain.checkin.models import Admission, ForcedPass, Scan
from forumapp.domain.checkin.rehearsal.services import start_rehearsal
from forumapp.domain.checkin.rules import Presence, Result
from forumapp.domain.checkin.scanning.judgement import Read, scan
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device, pair
from forumapp.domain.checkin.setup.stations import station_of_device
from forumapp.domain.registration.attendance.stays import MOVES, Pass, stays
from forumapp.domain.registration.capacity.statements import add_code
from tests.domain.conftest import BY, NOW, make_forum
from tests.domain.delegations.test_delegations import make_registration
from tests.journeys import crowd, scanners, takers
from tests.journeys.at_once.test_capacity import let_in
from tests.journeys.takers import DEVICE, Ended, Forced, Scanned, TakenBack

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.journeys.takers import Act

pytestmark = pytest.mark.slow
ZONE = ZoneInfo("America/Los_Angeles")
STATIONS, DESKS, PEOPLE, ROUNDS = 4, 4, 3, 4


@dataclass
class Door:
    forum: crowd.Forum
    id: int
    owner_id: int
    secrets: list[str]
    people: list[int]
    codes: list[str]
    rehearsal_id: int | None = None
    numbers: Counter[str] = field(default_factory=Counter)

    def scans(self, station: int, person: int) -> Scanned:
        return Scanned(self.secrets[station], self.codes[person], self.nonce("n"), self.rehearsal_id)

    def takes_back(self, person: int) -> TakenBack:
        return TakenBack(self.owner_id, self.id, self.people[person], self.nonce("u"))

    def forces(self, person: int) -> Forced:
        return Forced(self.owner_id, self.id, self.people[person], self.nonce("f"))

    def ends(self) -> Ended:
        assert self.rehearsal_id is not None
        return Ended(self.owner_id, self.rehearsal_id)

    def nonce(self, of: str) -> str:
        self.numbers[of] += 1
        return f"{of}{self.numbers[of]}"

    def at_once(self, acts: list[list[Act]]) -> Counter[str]:
        """Every second list in another process."""
        return let_in([acts[::2], acts[1::2]], takers.act_all, self.forum)  # type: ignore[arg-type]  # acts, not numbers


def open_door(app: Flask, folder: Path, status: str = "confirmed", *, rehearses: bool = False, **values: Any) -> Door:
    with app.app_context():
        with transaction() as session:
            forum = make_forum(session)
            of, by = forum.edition.id, forum.by_owner
            door = create_checkpoint(session, of, {"kind": "door", "name": {"en": "Door"}, **values}, **by)
            secrets = []
            for number in range(STATIONS):
                _row, code = add_device(session, of, {"checkpoint_id": door.id, "name": f"{number}"}, **by)
                secrets.append(pair(session, of, code, **BY)[1])
            people = [make_registration(session, forum, f"Guest{number}", status).id for number in range(PEOPLE)]
            codes = [add_code(session, of, one) for one in people]
            rehearsal = start_rehearsal(session, of, **by) if rehearses else None
            where = crowd.Forum(app.config["SQLALCHEMY_DATABASE_URI"], folder, of)
            made = Door(where, door.id, forum.owner.id, secrets, people, codes, rehearsal.id if rehearsal else None)
        db.session.remove()
    return made


@pytest.mark.parametrize("mode", ["once", "in-out"])
def test_what_is_taken_back_while_it_is_scanned_leaves_them_in_or_not_in(
    own_app: Flask, tmp_path: Path, mode: str
) -> None:
    """Each pass is taken back once at the most, and whoever passed once more is in; so say the scans as well."""
    door = open_door(own_app, tmp_path, mode=mode)
    everyone = range(PEOPLE)
    door.at_once(
        [[door.scans(0, one) for one in everyone]]
    )  # desks that are done before a station begins have somebody
    stations = [[door.scans(at, one) for _round in range(ROUNDS) for one in everyone] for at in range(STATIONS)]
    desks = [[door.takes_back(one) for _round in range(ROUNDS) for one in everyone] for _desk in range(DESKS)]

    told = door.at_once([acts for both in zip(stations, desks, strict=True) for acts in both])

    assert set(told) <= {"passed", "already-in", "undone", "nothing to undo"}
    assert told["undone"] > 0, "nothing was taken back, and nothing shown"
    with own_app.app_context():
        inside = {one.registration_id: one.presence for one in db.session.scalars(select(Admission))}
        assert set(inside.values()) <= {Presence.IN}
        for person in door.people:
            query = select(Scan.id, Scan.counts_at, Scan.result).where(Scan.registration_id == person)
            scans = [Pass(*row) for row in db.session.execute(query.where(Scan.result.in_(MOVES)))]
            counts = Counter(one.result for one in scans)
            assert counts["passed"] - counts["undone"] == (person in inside)
            assert len(stays(scans, ZONE)) == (person in inside)
        db.session.remove()


def test_without_the_guard_one_check_in_would_be_taken_back_twice(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = open_door(own_app, tmp_path)
    told = [takers.act_unguarded(own_app, door.forum, [door.scans(0, 0)])]
    both: list[Act] = [door.takes_back(0), door.takes_back(0)]
    with monkeypatch.context() as guarded:
        guarded.setattr(undo, "_taken_back", takers.take_what_was_seen)
        told.append(takers.act_unguarded(own_app, door.forum, both))
    told.append(takers.act_unguarded(own_app, door.forum, [door.scans(0, 0)]))
    told.append(takers.act_unguarded(own_app, door.forum, [door.takes_back(0), door.takes_back(0)]))

    assert told == [["passed"], ["undone", "undone"], ["passed"], ["nothing to undo", "undone"]]


def test_somebody_is_let_in_all_the_same_once_while_stations_refuse_them(own_app: Flask, tmp_path: Path) -> None:
    door = open_door(own_app, tmp_path, "applied")
    stations = [[door.scans(at, one) for one in range(PEOPLE)] for at in range(STATIONS)]
    desks = [[door.forces(one) for one in range(PEOPLE)] for _desk in range(DESKS)]

    told = door.at_once([acts for both in zip(stations, desks, strict=True) for acts in both])

    stations_said = told.pop("not-confirmed", 0) + told.pop(
        "already-in", 0
    )  # before somebody stood for them, and after
    assert stations_said == PEOPLE * STATIONS
    assert told == {"forced passed": PEOPLE, "forced already-in": PEOPLE * (DESKS - 1)}
    with own_app.app_context():
        passed = select(Scan.registration_id).join(ForcedPass, ForcedPass.scan_id == Scan.id)
        passed = passed.where(Scan.result == Result.PASSED)
        assert sorted(db.session.scalars(passed)) == sorted(db.session.scalars(select(Admission.registration_id)))
        assert db.session.scalar(select(func.count(ForcedPass.id))) == PEOPLE
        db.session.remove()


@pytest.mark.parametrize("guards", [True, False], ids=["guarded", "without the guard"])
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_guard_somebody_would_be_let_in_by_everyone_who_stands_for_it(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guards: bool
) -> None:
    door = open_door(own_app, tmp_path, "applied")
    with own_app.app_context():
        if not guards:
            scanners.leave_out_the_guard(monkeypatch)
    scanners.let_in_abreast(monkeypatch, 2)
    told = takers.act_unguarded(own_app, door.forum, [door.forces(0), door.forces(0)])
    assert told == ["forced already-in" if guards else "forced passed", "forced passed"]


def test_the_end_of_a_rehearsal_leaves_no_scan_whenever_it_was_made(own_app: Flask, tmp_path: Path) -> None:
    """Each scan was deleted with it or is told that it is over, and none is of the day."""
    door = open_door(own_app, tmp_path, rehearses=True)
    stations: list[list[Act]] = [
        [door.scans(at, one) for _round in range(ROUNDS) for one in range(PEOPLE)] for at in range(STATIONS)
    ]

    told = door.at_once([*stations, [door.ends()]])

    kept = told["passed"] + told["already-in"]
    assert told["passed"] <= PEOPLE
    assert (told[f"deleted {kept}"], kept + told["rehearsal-over"]) == (1, PEOPLE * STATIONS * ROUNDS)
    with own_app.app_context():
        assert [db.session.scalar(select(func.count(kind.id))) for kind in (Scan, Admission)] == [0, 0]
        db.session.remove()


@pytest.mark.parametrize("holds", [True, False], ids=["held", "as seen"])
def test_without_holding_a_rehearsal_what_was_on_its_way_would_outlast_it(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: bool
) -> None:
    """A station is looked at, the rehearsal ends, and only then the scan is judged."""
    door = open_door(own_app, tmp_path, rehearses=True)
    if not holds:
        monkeypatch.setattr(rehearsals, "holds", lambda _db, one, *, running_id: one == running_id)
    with own_app.app_context():
        with transaction() as session:
            station = station_of_device(session, door.secrets[0], now=NOW)
        with transaction() as session:
            door.ends().do(session, door.forum)
        with transaction() as session:
            said = scan(session, station, Read(door.codes[0], "late"), actor=DEVICE, now=NOW)
            left = session.scalars(select(Scan.is_rehearsal)).all()
        db.session.remove()
    assert (said.result.value, left) == (("rehearsal-over", []) if holds else ("passed", [True]))
