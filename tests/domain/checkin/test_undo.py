"""A check-in taken back at the desk, at each kind of checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.checkin.desk.check_in import check_in
from forumapp.domain.checkin.desk.undo import NothingToUndo, undo_check_in
from forumapp.domain.checkin.models import Admission
from forumapp.domain.checkin.rules import Direction
from forumapp.domain.checkin.scanning.judgement import NonceReused
from forumapp.domain.delegations.coaches.runs import RunClosed, close_run
from forumapp.domain.delegations.models.coaches import BoardingState
from forumapp.domain.registration.capacity.statements import add_code
from tests.domain.checkin.test_scanning import AT, EVE, Desk
from tests.domain.conftest import BY
from tests.domain.delegations.test_coaches import Coaches

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.models import Checkpoint
    from tests.domain.conftest import Forum


class Clerk:
    """Somebody at the registration desk, who does what they do once for each nonce."""

    def __init__(self, desk: Desk) -> None:
        account = create_account(desk.db, email="clerk@forum.example", name="Clerk", password=None, **BY)
        grant_role(desk.db, account.id, desk.of, Role.REGISTRATION_DESK, **BY)
        self.desk, self.actor = desk, Actor(account.id, Via.PAGE)

    def does(self, do: Any, nonce: str, one: int, at: Checkpoint, now: Any = AT, **said: Any) -> str:
        by: Any = {"checkpoint_id": at.id, "nonce": nonce, "actor": self.actor, "now": now}
        return str(do(self.desk.db, self.desk.of, one, **said, **by).result.value)


@pytest.fixture
def clerk(session: DbSession, forum: Forum) -> Clerk:
    return Clerk(Desk(session, forum))


def test_whoever_was_let_in_by_mistake_is_not_in_and_can_come(clerk: Clerk) -> None:
    desk = clerk.desk
    liu, wang = (desk.people[name].id for name in ("Liu", "Wang"))
    assert clerk.does(check_in, "1", liu, desk.door) == "passed"
    assert [clerk.does(undo_check_in, "2", liu, desk.door) for _ in range(2)] == ["undone", "undone"]
    assert desk.db.scalars(select(Admission)).all() == []
    for nonce, one, refusal in (("3", liu, NothingToUndo), ("2", wang, NonceReused), ("1", liu, NonceReused)):
        with pytest.raises(refusal):
            clerk.does(undo_check_in, nonce, one, desk.door)
    assert desk.results("Liu") == ["passed"]

    both = desk.checkpoint("meal", mode="in-out")
    assert [clerk.does(check_in, f"4{way}", liu, both, direction=way) for way in Direction] == ["passed", "out"]
    assert clerk.does(check_in, "5", liu, both) == "passed"
    for nonce in ("2", "1"):  # of an undo, and of another checkpoint
        with pytest.raises(NonceReused):
            clerk.does(check_in, nonce, liu, both)
    assert clerk.does(undo_check_in, "6", liu, both) == "undone"
    gone = desk.db.scalars(select(Admission.presence).where(Admission.checkpoint_id == both.id)).one()
    assert gone.value == "out"


@pytest.mark.one_database
def test_a_rehearsal_is_undone_by_itself_and_a_coach_expects_them_again(session: DbSession, forum: Forum) -> None:
    coaches = Coaches(session, forum)
    run = coaches.run(coaches.north)
    name, *_ = coaches.people
    coaches.seat(run, name)
    clerk = Clerk(Desk(session, forum))
    desk, one = clerk.desk, coaches.people[name]
    coach = desk.checkpoint("coach", coach_run_id=run.id)
    add_code(session, desk.of, one)

    assert clerk.does(check_in, "1", one, coach) == "passed"
    rehearsal = desk.rehearse()
    with pytest.raises(NothingToUndo):
        clerk.does(undo_check_in, "2", one, coach, EVE)
    rehearsal.ended_at = EVE
    session.flush()
    assert clerk.does(undo_check_in, "3", one, coach, rehearsal_id=rehearsal.id) == "rehearsal-over"  # an old page
    assert clerk.does(undo_check_in, "3", one, coach) == "undone"
    boarding = coaches.boarding(name)
    assert boarding is not None
    assert boarding.state is BoardingState.EXPECTED
    assert clerk.does(check_in, "4", one, coach) == "passed"
    close_run(session, desk.of, run.id, version=run.version, **BY)
    with pytest.raises(RunClosed):
        clerk.does(undo_check_in, "5", one, coach)
