"""Publishing at a set time: as the agenda stands then, once, in the name of whoever set it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import Invalid, Stale
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account, set_active
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import AgendaVersion, SessionKind
from forumapp.domain.agenda.queries import latest_version, published_agenda
from forumapp.domain.agenda.sessions.services import create_session
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.venues.services import create_room, create_venue
from forumapp.domain.mail.models import Message
from forumapp.domain.publishing import planning
from forumapp.domain.publishing.models import AgendaPlan, PlanStatus
from forumapp.worker.timers.scheduled_publishing import publish_due
from tests.domain.registering import HOUSE, NOW, make_edition

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
ZONE = "America/Los_Angeles"
NINE = datetime(2023, 5, 1, 9)
DUE = datetime(2023, 5, 1, 16, tzinfo=UTC)


class Desk:
    """An edition whose program manager may set a time."""

    def __init__(self, db: DbSession) -> None:
        self.db, self.edition_id = db, make_edition(db)
        account = create_account(db, email="pm@forum.example", name="Pam", password=None, language="zh-Hans", **BY)
        grant_role(db, account.id, self.edition_id, Role.PROGRAM_MANAGER, **BY)
        self.account_id, self.actor = account.id, Actor(account.id, Via.PAGE)
        venue = create_venue(db, self.edition_id, {"code": "v", "name": {"en": "V"}, "zone": ZONE}, **BY)
        self.room_id = create_room(
            db, self.edition_id, {"code": "r", "venue_id": venue.id, "name": {"en": "R"}}, **BY
        ).id
        self.add("one")

    def add(self, code: str) -> None:
        """A session in the one room there is, at the same time as the others."""
        ends = (Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (9, 10))
        said = {
            "code": code,
            "title": {"en": code, "zh-Hans": code},
            "kind": SessionKind.PANEL,
            "room_id": self.room_id,
        }
        create_session(self.db, self.edition_id, said, Span(*ends), **BY)

    def plan(self, wall: datetime = NINE, **values: Any) -> AgendaPlan:
        said = {"at_wall": wall, "note": {}, **values}
        return planning.set_plan(self.db, self.edition_id, said, actor=self.actor, now=NOW)

    def came(self, row: AgendaPlan, now: datetime = DUE) -> PlanStatus | None:
        return planning.carry_out(self.db, row.id, now=now)

    def versions(self) -> int:
        return self.db.scalar(select(func.count(AgendaVersion.id))) or 0


@pytest.fixture
def desk(session: DbSession) -> Desk:
    return Desk(session)


def test_it_is_published_as_it_stands_then_once_and_in_the_name_of_who_set_it(desk: Desk) -> None:
    row = desk.plan(label="Print", note={"en": "New"})
    assert (row.at_utc, planning.plans_due(desk.db, now=DUE - timedelta(seconds=1))) == (DUE, [])
    assert desk.came(row, DUE - timedelta(seconds=1)) is None
    assert planning.plans_due(desk.db, now=DUE) == [row.id]
    assert [desk.came(row), desk.came(row)] == [PlanStatus.PUBLISHED, None]
    version = latest_version(desk.db, desk.edition_id)
    assert version is not None
    assert (desk.versions(), version.label, version.note, version.published_by) == (
        1,
        "Print",
        {"en": "New"},
        desk.account_id,
    )
    assert len(published_agenda(version)["sessions"]) == 1
    told = select(AuditEvent.via, AuditEvent.actor_id).where(AuditEvent.action == "published")
    assert desk.db.execute(told).all() == [(Via.WORKFLOW, desk.account_id)]
    assert row.version_id == version.id
    with pytest.raises(planning.PlanIsOver):
        planning.take_plan_back(desk.db, desk.edition_id, row.id, version=1, **BY)


def test_what_blocks_then_stops_it_and_is_told_to_who_set_it(desk: Desk) -> None:
    row = desk.plan()
    desk.add("two")
    assert [desk.came(row), desk.came(row)] == [PlanStatus.STOPPED, None]
    assert (desk.versions(), row.stopped_by, row.blocking) == (0, "agenda-blocked", 1)
    mails = desk.db.scalars(select(Message).where(Message.template == planning.TEMPLATE)).all()
    assert [(one.recipient, one.language, one.values["blocking"]) for one in mails] == [
        ("pm@forum.example", "zh-Hans", 1)
    ]
    assert planning.find_plan(desk.db, desk.edition_id) is row
    again = desk.plan()  # another time is another plan, of which is known that it would stop as well
    assert (again.status, again.blocking) == (PlanStatus.PLANNED, 1)


def test_who_has_left_publishes_nothing_and_nothing_is_published_a_day_late(desk: Desk) -> None:
    row = desk.plan()
    assert desk.came(row, DUE + timedelta(hours=25)) is PlanStatus.STOPPED
    assert row.stopped_by == "too-late"
    row = desk.plan()
    set_active(desk.db, desk.db.get_one(Account, desk.account_id), active=False, **BY)
    assert desk.came(row) is PlanStatus.STOPPED
    assert (desk.versions(), row.stopped_by in ("not-found", "forbidden")) == (0, True)


@pytest.mark.parametrize(
    ("wall", "fault"),
    [
        (datetime(2024, 3, 10, 2, 30), "time-does-not-exist"),
        (datetime(2023, 11, 5, 1, 30), "time-is-ambiguous"),
        (datetime(2023, 4, 1, 5), "already-passed"),
        (datetime(9999, 12, 31, 23), "out-of-years"),
    ],
    ids=["in a gap", "twice", "over", "beyond reckoning"],
)
def test_a_time_that_does_not_come_or_comes_twice_is_refused(desk: Desk, wall: datetime, fault: str) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.plan(wall)
    assert refusal.value.fields == {"at_wall": fault}


def test_it_is_changed_and_taken_back_and_there_is_one_at_a_time(desk: Desk) -> None:
    row = desk.plan()
    with pytest.raises(planning.AlreadyPlanned):
        desk.plan()
    later = {"at_wall": NINE + timedelta(hours=1)}
    planning.change_plan(desk.db, desk.edition_id, row.id, later, version=1, actor=desk.actor, now=NOW)
    assert row.at_utc == DUE + timedelta(hours=1)
    with pytest.raises(Stale):
        planning.change_plan(desk.db, desk.edition_id, row.id, later, version=1, actor=desk.actor, now=NOW)
    planning.take_plan_back(desk.db, desk.edition_id, row.id, version=2, actor=desk.actor, now=NOW)
    assert (desk.came(row, DUE + timedelta(hours=2)), desk.versions()) == (None, 0)
    assert desk.plan().id != row.id


def test_one_that_meets_a_fault_keeps_no_other_waiting(session: DbSession, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Desk(session)
    broken = first.plan(NINE - timedelta(hours=1)).id
    other_id = make_edition(session, slug="other")
    grant_role(session, first.account_id, other_id, Role.PROGRAM_MANAGER, **BY)
    ends = (Moment(datetime(2023, 5, 22, hour), ZONE) for hour in (9, 10))
    create_session(session, other_id, {"title": {"en": "Talk"}, "kind": SessionKind.PANEL}, Span(*ends), **BY)
    said = {"at_wall": NINE, "note": {}}
    sound = planning.set_plan(session, other_id, said, actor=first.actor, now=NOW).id
    session.commit()
    carry_out = planning.carry_out

    def fail_one(db: DbSession, plan_id: int, *, now: datetime) -> PlanStatus | None:
        came = carry_out(db, plan_id, now=now)
        if plan_id == broken:
            raise RuntimeError
        return came

    monkeypatch.setattr(planning, "carry_out", fail_one)
    assert publish_due(now=DUE) == 1
    monkeypatch.undo()
    states = select(AgendaPlan.id, AgendaPlan.status).order_by(AgendaPlan.id)
    assert session.execute(states).all() == [(broken, PlanStatus.PLANNED), (sound, PlanStatus.PUBLISHED)]
    assert publish_due(now=DUE) == 1  # the next time, in its turn
