"""Whatever happens at the doors and to people's places, all who tell who has come say the same, to the person.

What they say is held against what somebody with a pencil would note (`Pencil`).
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from forumapp.core.errors import Refusal
from forumapp.domain.accounts.permissions import whole_house
from forumapp.domain.checkin.attendance.closure import NothingToClose, close, closing
from forumapp.domain.checkin.attendance.report import in_sum, take_out, turnout
from forumapp.domain.checkin.desk.check_in import check_in
from forumapp.domain.checkin.desk.search import at_desk
from forumapp.domain.checkin.desk.undo import NothingToUndo, undo_check_in
from forumapp.domain.checkin.live.numbers import live
from forumapp.domain.checkin.live.queries import count_let_in
from forumapp.domain.checkin.rules import Direction, Result
from forumapp.domain.checkin.scanning.override import Authorizer, force_in
from forumapp.domain.delegations.members.leaving import substitute_registration
from forumapp.domain.delegations.members.merging import merge_people
from forumapp.domain.forums.editions.services import update_edition
from forumapp.domain.people.models import Person
from forumapp.domain.printing.letters.attendance import attended
from forumapp.domain.registration.capacity.statements import add_code
from forumapp.domain.registration.lifecycle import decisions
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.lifecycle.no_shows import set_attendance
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Applicant, Source
from tests.domain.checkin.test_after_checkin import set_down
from tests.domain.checkin.test_scanning import AT, MINUTE, Desk
from tests.domain.delegations.test_delegations import make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

DAYS = date(2023, 5, 22), date(2023, 5, 23)
ZONE, ONE_DAY = ZoneInfo("America/Los_Angeles"), timedelta(days=1)
STEPS = 60
PLACED = ("confirmed", "attended", "no-show")


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


class Noted(NamedTuple):
    """One scan as it was answered, in the order of receipt."""

    number: int
    at: datetime
    result: str


class Pencil:
    """Who was let in where, by the scans as they were answered; no query of the product is asked."""

    def __init__(self) -> None:
        self.scans: dict[tuple[int, int], list[Noted]] = {}
        self.number = 0

    def note(self, checkpoint_id: int, registration_id: int, at: datetime, result: Result) -> None:
        self.number += 1
        self.scans.setdefault((checkpoint_id, registration_id), []).append(Noted(self.number, at, result.value))

    def stand(self, checkpoint_id: int, registration_id: int, *, once: bool) -> list[datetime]:
        """When they were let in there, but for what was taken back."""
        noted = self.scans.get((checkpoint_id, registration_id), [])
        ins = [one for one in noted if one.result in ("passed", "already-in")]
        undone = [one for one in noted if one.result == "undone"]
        if once:
            after = max((one.number for one in undone), default=0)
            passed = [one.at for one in ins if one.number > after and one.result == "passed"]
            return [min(passed)] if passed else []
        outs = [one for one in noted if one.result == "out"]
        return [one.at for one in ins if not any(self._reaches(each, one, ins, outs) for each in undone)]

    @staticmethod
    def _reaches(undone: Noted, one: Noted, ins: list[Noted], outs: list[Noted]) -> bool:
        """Whether it takes that one back: it came before it, and they neither left since nor came in on a later day."""
        known = [each for each in (*ins, *outs) if each.number < undone.number]
        if one not in known:
            return False
        later = (each for each in known if (each.at, each.number) > (one.at, one.number))
        return not any(each in outs or day_of(each.at) > day_of(one.at) for each in later)

    def moves(self, checkpoint_id: int, registration_id: int, *, once: bool) -> tuple[list[datetime], datetime | None]:
        """When they came in from outside, and the last of these if they are inside: until they leave, or it is another
        day.
        """
        ins = self.stand(checkpoint_id, registration_id, once=once)
        noted = self.scans.get((checkpoint_id, registration_id), [])
        outs = [] if once else [(one.at, one.number, False) for one in noted if one.result == "out"]
        numbered = [
            (one.at, one.number, True) for one in noted if one.at in ins and one.result in ("passed", "already-in")
        ]
        came, since = [], None
        for at, _number, is_in in sorted([*numbered, *outs]):
            if not is_in:
                since = None
            elif since is None or (not once and day_of(since) != day_of(at)):
                came.append(at)
                since = at
        return came, since


class Days(Desk):
    """Two days at a door where people pass once, one where they come and go, a meal, the VIP room and the hand-out."""

    def __init__(self, db: DbSession, forum: Forum, seed: int) -> None:
        super().__init__(db, forum)
        self.luck, self.pencil, self.at = random.Random(seed), Pencil(), AT
        others = {"hall": ("door", "in-out"), "meal": ("meal", "once"), "vip": ("vip", "in-out")}
        points = [self.checkpoint(kind, code=code, mode=mode) for code, (kind, mode) in others.items()]
        self.points = [self.door, *points, self.checkpoint("hand-out")]
        self.devices = {one.id: self.device(one, one.code) for one in self.points}
        self.by: dict[str, Any] = {"actor": forum.by_owner["actor"]}
        self.ids = [one.id for one in self.people.values()]
        for name, status in (("Zhao", "confirmed"), ("Qian", "no-show"), ("Sun", "cancelled"), ("Zhou", "applied")):
            self.people[name] = make_registration(db, forum, name, status)
            self.ids.append(self.people[name].id)
            self.codes[name] = add_code(db, self.of, self.people[name].id)
        self.ids.append(make_registration(db, forum, "Wu", "applied").id)  # who never had a code
        db.flush()
        for row in (self.row(one) for one in self.ids if self.row(one).status in PLACED):
            db.get_one(RegistrationType, row.type_id).taken = 1
        db.flush()

    def row(self, one: int) -> Registration:
        return self.db.get_one(Registration, one, populate_existing=True)

    def happens(self) -> None:
        """Something, at another time."""
        self.at += self.luck.randint(1, 40) * MINUTE
        one, point = self.luck.choice(self.ids), self.luck.choice(self.points)
        scans, others = [self.scanned, self.told_late, self.taken_back, self.forced], [
            self.cancelled, self.replaced, self.registered_anew, self.merged, self.set_down_by_hand
        ]  # fmt: skip
        try:
            with self.db.begin_nested():
                self.luck.choice([*scans * 4, *others])(one, point)
        except Refusal:
            return  # what can't be done is not done

    def nonce(self) -> str:
        self.number += 1
        return f"s{self.number}"

    def scanned(self, one: int, point: Any) -> None:
        way = self.luck.choice([Direction.IN, Direction.IN, Direction.OUT])
        of: dict[str, Any] = {"checkpoint_id": point.id, "nonce": self.nonce(), "direction": way, "now": self.at}
        said = check_in(self.db, self.of, one, **of, **self.by)
        self.pencil.note(point.id, one, said.counts_at, said.result)

    def told_late(self, one: int, point: Any) -> None:
        made, way = self.at - self.luck.randint(0, 90) * MINUTE, self.luck.choice([Direction.IN, Direction.OUT])
        told = Result.PASSED if way is Direction.IN or point.mode == "once" else Result.OUT
        kept: dict[str, Any] = {"scanned_at": made, "sent_at": self.at, "told": told, "direction": way}
        name = next((name for name, row in self.people.items() if row.id == one), None)
        if name is not None:
            said = self.scan(name, self.at, secret=self.devices[point.id], nonce=self.nonce(), **kept)
            self.pencil.note(point.id, one, said.counts_at, said.result)

    def taken_back(self, one: int, point: Any) -> None:
        of: dict[str, Any] = {"checkpoint_id": point.id, "nonce": self.nonce(), "now": self.at}
        said = undo_check_in(self.db, self.of, one, **of, **self.by)
        self.pencil.note(point.id, one, said.counts_at, said.result)

    def forced(self, one: int, point: Any) -> None:
        of: dict[str, Any] = {"checkpoint_id": point.id, "nonce": self.nonce(), "reason": "The mayor", "now": self.at}
        said = force_in(self.db, self.of, one, Authorizer(name="Consul Guo"), **of, **self.by)
        self.pencil.note(point.id, one, said.counts_at, said.result)

    def cancelled(self, one: int, _point: Any) -> None:
        decisions.cancel(self.db, self.of, one, version=self.row(one).version, **self.by, now=self.at)

    def replaced(self, one: int, _point: Any) -> None:
        instead = Applicant(latin_family=f"Substitute{self.number}")
        said: dict[str, Any] = {"source": Source.MANUAL, "language": "en", "version": self.row(one).version}
        self.ids.append(substitute_registration(self.db, self.of, one, instead, **said, **self.by, now=self.at).id)

    def registered_anew(self, one: int, _point: Any) -> None:
        row = self.row(one)
        who = {"person_id": row.person_id}
        self.ids.append(walk_in(self.db, self.of, row.type_id, who, language="en", **self.by, now=self.at).id)

    def merged(self, one: int, _point: Any) -> None:
        """With somebody else's record, and whatever registrations of theirs."""
        kept, gone = (self.db.get_one(Person, self.row(each).person_id) for each in (one, self.luck.choice(self.ids)))
        both = select(Registration).where(Registration.person_id.in_([kept.id, gone.id]))
        active = [row for row in self.db.scalars(both) if row.status in ("applied", "confirmed", "attended")]
        said: dict[str, Any] = {"version": kept.version, "gone_version": gone.version}
        said["cancels"] = {row.id: row.version for row in active[1:]}
        merge_people(self.db, kept.id, gone.id, **said, **self.by, now=self.at)

    def set_down_by_hand(self, one: int, _point: Any) -> None:
        said = self.luck.choice(PLACED)
        set_attendance(self.db, self.of, one, said, version=self.row(one).version, **self.by, now=self.at)

    # What the pencil says.

    def let_in_at(self, point: Any) -> dict[int, list[datetime]]:
        """By registration, when."""
        found = {one: self.pencil.stand(point.id, one, once=point.mode == "once") for one in self.ids}
        return {one: times for one, times in found.items() if times}

    def came(self, day: date | None) -> set[int]:
        """The people."""
        doors = [self.let_in_at(point) for point in self.points if point.kind != "hand-out"]
        by_scan = {
            one for each in doors for one, times in each.items() if any(day in (None, day_of(at)) for at in times)
        }
        by_hand = {one for one in self.ids if day is None and self.row(one).status == "attended"}
        return {self.row(one).person_id for one in by_scan | by_hand}

    def handed(self) -> set[int]:
        (point,) = (point for point in self.points if point.kind == "hand-out")
        return {self.row(one).person_id for one in self.let_in_at(point)}

    def people_at(self, point: Any, day: date | None) -> int:
        found = self.let_in_at(point).items()
        return len({self.row(one).person_id for one, times in found if any(day in (None, day_of(at)) for at in times)})

    def came_in(self, point: Any, day: date | None, begins: datetime, ends: datetime) -> Counter[datetime]:
        """Everyone who came in from outside, by five minutes."""
        times = [at for one in self.ids for at in self.pencil.moves(point.id, one, once=point.mode == "once")[0]]
        those = [at for at in times if begins <= at < ends and day in (None, day_of(at))]
        return Counter(at - timedelta(minutes=at.minute % 5, seconds=at.second) for at in those)

    def inside(self, point: Any) -> int | None:
        if point.mode == "once":
            return None
        lasts = [(one, self.pencil.moves(point.id, one, once=False)[1]) for one in self.ids]
        return len({self.row(one).person_id for one, since in lasts if since and day_of(since) == day_of(self.at)})

    def expected(self) -> set[int]:
        return {self.row(one).person_id for one in self.ids if self.row(one).status in PLACED}


@pytest.mark.parametrize("seed", range(4))
def test_everyone_who_was_let_in_is_counted_once_by_all_who_count(session: DbSession, forum: Forum, seed: int) -> None:
    update_edition(session, forum.edition.id, {"ends_on": DAYS[1]}, version=forum.edition.version, **forum.by_owner)
    desk = Days(session, forum, seed)
    for number in range(STEPS):
        if number == STEPS // 2:
            desk.at = AT + ONE_DAY
        desk.happens()
    now, who = AT + 30 * ONE_DAY, desk.by
    expected, came = desk.expected(), desk.came(None)
    assert len(came) > 2, "a history in which hardly anybody came shows nothing"

    for day in (None, *DAYS):
        found = live(session, forum.edition, whole_house(desk.of), day=day, now=desk.at).people
        on_it = desk.came(day)
        told = (found.total.expected, found.total.arrived, found.total.others, found.total.missing)
        assert told == (len(expected), len(on_it & expected), len(on_it - expected), len(expected - on_it))
        for lines in (found.by_type, [one for one in found.by_delegation if one.depth == 0]):
            assert sum(one.tally.arrived + one.tally.others for one in lines) == len(on_it)
    for day, at in ((None, desk.at), (DAYS[1], desk.at), (DAYS[0], desk.at), (DAYS[0], AT + 4 * 60 * MINUTE)):
        told_of(desk, day, at)
    total = in_sum(session, desk.of, **who)
    assert (total.arrived, total.others) == (len(came & expected), len(came - expected))

    of_points = {point.id: desk.let_in_at(point) for point in desk.points}
    people = {point: {desk.row(one).person_id for one in ins} for point, ins in of_points.items()}
    assert count_let_in(session, desk.of) == {point: len(those) for point, those in people.items() if those}
    assert {one.checkpoint_id: one.came for one in turnout(session, desk.of, **who)} == {
        point: len(those) for point, those in people.items()
    }
    assert len(take_out(session, desk.of, **who, now=now)[1]) == sum(map(len, of_points.values()))
    persons = {one: desk.row(one).person_id for one in desk.ids}
    assert {persons[one] for one in attended(session, forum.edition) or ()} == came
    on_place = {row.line.id for row in at_desk(session, desk.of, desk.ids, now=now) if row.has_come}
    assert {persons[one] for one in on_place} == came

    seen = closing(session, desk.of, **who, now=now)
    assert (seen.to_attend + seen.attended, seen.to_miss + seen.missed, seen.others) == (
        len(came & expected), len(expected - came), len(came - expected),
    )  # fmt: skip
    try:
        set_down(desk, close(session, desk.of, **who, now=now).id)
    except NothingToClose:
        assert seen.to_attend + seen.to_miss == 0
    session.expire_all()
    # Whoever did not come and applied anew stays so, until that is decided.
    apply = {persons[one] for one in desk.ids if desk.row(one).status == "applied"}
    assert {persons[one] for one in desk.ids if desk.row(one).status == "attended"} == came & expected - apply
    after = closing(session, desk.of, **who, now=now)
    assert (after.attended + after.to_attend, after.missed) == (len(came & expected), len(expected - came))
    assert (after.to_attend, after.to_miss) == (len(came & expected & apply), 0)


def told_of(desk: Days, day: date | None, at: datetime) -> None:
    """What live numbers say at that time of doors, rooms and badges."""
    desk.db.expire_all()
    found = live(desk.db, desk.forum.edition, whole_house(desk.of), day=day, now=at)
    points = {point.id: point for point in desk.points}
    assert found.people.total.handed == len(desk.handed() & desk.expected())
    for door in found.doors:
        here, (begins, ends) = points[door.id], (door.flow.starts[0], door.flow.ends)
        came = {start: count for start, count in zip(door.flow.starts, door.flow.counts, strict=True) if count}
        assert came == desk.came_in(here, day, begins, ends)
        assert door.let_in == desk.people_at(here, day)
    assert {line.id for line in found.rooms} == {point.id for point in desk.points if point.kind in ("meal", "vip")}
    for line in found.rooms:
        here = points[line.id]
        assert line.let_in == desk.people_at(here, day)
        if at == desk.at:
            assert line.inside == (desk.inside(here) if day in (None, day_of(at)) else None)


def test_what_is_taken_back_where_people_come_and_go_leaves_them_where_they_were(
    session: DbSession, forum: Forum
) -> None:
    desk = Desk(session, forum, mode="in-out")
    liu, who = desk.people["Liu"].id, forum.by_owner["actor"]

    def undo(minute: int) -> Result:
        of: dict[str, Any] = {"checkpoint_id": desk.door.id, "nonce": f"u{minute}", "actor": who}
        return undo_check_in(session, desk.of, liu, **of, now=AT + minute * MINUTE).result

    assert desk.results("Liu") == ["passed"]
    assert undo(1) is Result.UNDONE
    with pytest.raises(NothingToUndo):
        undo(2)
    assert count_let_in(session, desk.of) == {}
    assert desk.results("Liu", now=AT + 3 * MINUTE) == ["passed"]
    assert desk.results("Liu", now=AT + 5 * MINUTE, direction=Direction.OUT) == ["out"]
    assert desk.results("Liu", now=AT + 7 * MINUTE) == ["passed"]
    assert undo(8) is Result.UNDONE
    assert count_let_in(session, desk.of) == {desk.door.id: 1}
    # A station tells only now that they left at once, and came again before what was taken back.
    kept = {"told": Result.PASSED, "scanned_at": AT + 6 * MINUTE, "sent_at": AT + 9 * MINUTE}
    assert desk.results("Liu", now=AT + 9 * MINUTE, **kept) == ["passed"]
    assert desk.results("Liu", now=AT + 10 * MINUTE) == ["already-in"]
