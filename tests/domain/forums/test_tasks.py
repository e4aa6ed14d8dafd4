"""The calendar of tasks: laid out, ticked, moved along."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.calendar import queries as calendar_queries
from forumapp.domain.forums.calendar import tasks
from forumapp.domain.forums.calendar.rules import JOBS, Days, TaskState, state_of
from forumapp.domain.forums.editions.services import create_edition, update_edition
from forumapp.domain.forums.models import Task
from forumapp.domain.log.queries import history
from forumapp.domain.proofs.restoring import restore
from tests.domain.conftest import BY, NOW, edition_values
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from tests.domain.conftest import Forum

OWN: dict[str, Any] = {"title": {"en": "Call the mayor"}, "role": Role.PROGRAM_MANAGER, "due_on": date(2023, 3, 1)}


def all_of(session: DbSession, edition_id: int) -> list[Task]:
    return list(session.scalars(select(Task).where(Task.edition_id == edition_id).order_by(Task.due_on, Task.id)))


def by_code(session: DbSession, edition_id: int, code: str) -> Task:
    return session.scalars(select(Task).filter_by(edition_id=edition_id, code=code)).one()


def acting(session: DbSession, edition_id: int, role: Role) -> dict[str, Any]:
    account = seed_access(session, edition_id, f"the-{role}@forum.example", role)
    return {"actor": Actor(account.id, Via.PAGE), "now": NOW}


def test_a_new_edition_has_the_field_calendar(session: DbSession, forum: Forum) -> None:
    rows = all_of(session, forum.edition.id)

    assert {(row.code, row.due_on) for row in rows} == {
        (job.code, tasks.days_of(forum.edition).at(job.offset)) for job in JOBS
    }
    assert by_code(session, forum.edition.id, "print-badges").due_on == date(2023, 5, 19)
    assert history(session, forum.edition.id, "edition", forum.edition.id)[-2].action == "laid-out"


def test_one_without_tasks_gets_them_on_demand_and_only_once(session: DbSession, forum: Forum) -> None:
    values = edition_values(forum.series, slug="bare", ordinal=9)
    bare = create_edition(session, values, calendar=False, **BY)
    assert all_of(session, bare.id) == []

    assert tasks.lay_out_calendar(session, bare.id, **BY) == len(JOBS)
    with pytest.raises(AlreadyExists):
        tasks.lay_out_calendar(session, bare.id, **BY)
    with pytest.raises(NotFound):
        tasks.lay_out_calendar(session, bare.id, **forum.by_owner)


def test_a_copy_keeps_the_distance_and_leaves_ticks_and_notes(session: DbSession, forum: Forum) -> None:
    source = forum.edition
    own = tasks.add_task(session, source.id, {**OWN, "note": "in vain"}, **BY)
    tasks.tick_task(session, source.id, own.id, done=True, version=1, **BY)
    later = {"slug": "next", "ordinal": 7, "starts_on": date(2024, 6, 3), "ends_on": date(2024, 6, 5)}
    target = create_edition(session, edition_values(forum.series, **later), calendar=False, **BY)

    assert tasks.copy_calendar(session, source, target, **BY) == len(JOBS) + 1

    before, after = tasks.days_of(source), tasks.days_of(target)
    rows = all_of(session, target.id)
    assert [(row.title, row.role, after.offset(row.due_on)) for row in rows] == [
        (row.title, row.role, before.offset(row.due_on)) for row in all_of(session, source.id)
    ]
    assert {(row.done_at, row.note) for row in rows} == {(None, "")}


def test_who_has_the_role_ticks_its_tasks_and_no_others(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    by = acting(session, of, Role.PROGRAM_MANAGER)
    own, foreign = by_code(session, of, "draft-agenda"), by_code(session, of, "settle-budget")

    tasks.tick_task(session, of, own.id, done=True, version=1, **by)

    assert (own.done_at, own.done_by) == (NOW, "The-Program-Manager")
    with pytest.raises(Forbidden):
        tasks.tick_task(session, of, foreign.id, done=True, version=1, **by)
    with pytest.raises(Forbidden):
        tasks.update_task(session, of, own.id, {"due_on": date(2023, 4, 1)}, version=2, **by)
    tasks.update_task(session, of, own.id, {"note": "Two rooms are still open."}, version=2, **by)
    with pytest.raises(Forbidden):
        tasks.tick_task(session, of, own.id, done=False, version=3, **acting(session, of, Role.VIEWER))
    tasks.tick_task(session, of, own.id, done=False, version=3, **acting(session, of, Role.SECRETARIAT))
    assert (own.done_at, own.done_by, own.note) == (None, None, "Two rooms are still open.")
    assert [line.action for line in history(session, forum.edition.id, "task", own.id)] == [
        "unticked",
        "changed",
        "ticked",
    ]


def test_the_first_tick_counts(session: DbSession, forum: Forum) -> None:
    of, task = forum.edition.id, by_code(session, forum.edition.id, "draft-agenda")
    tasks.tick_task(session, of, task.id, done=True, version=1, **forum.by_owner)
    with pytest.raises(Stale):
        tasks.tick_task(session, of, task.id, done=True, version=1, **BY)

    tasks.tick_task(session, of, task.id, done=True, version=2, **BY)

    assert (task.done_by, task.version) == ("Owner", 2)


def test_a_task_of_ones_own_is_added_changed_removed_and_brought_back(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    task = tasks.add_task(session, of, OWN, **forum.by_owner)
    assert (task.code, task.note, task.version) == (None, "", 1)
    changes = {"title": {"en": "Write to the mayor"}, "role": Role.SECRETARIAT}
    tasks.update_task(session, of, task.id, changes, version=1, **forum.by_owner)

    removal = tasks.remove_task(session, of, task.id, version=2, **forum.by_owner)
    assert removal.label == {"en": "Write to the mayor"}
    restore(session, of, removal.id, **forum.by_owner)

    back = calendar_queries.get_task(session, of, removal.entity_id)
    assert (back.title, back.role) == ({"en": "Write to the mayor"}, Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"title": {}}, {"title": "required"}),
        ({"title": {"en": " "}}, {"title": "required"}),
        ({"due_on": date(1066, 10, 14)}, {"due_on": "out-of-years"}),
    ],
)
def test_a_task_has_a_title_and_a_day(
    session: DbSession, forum: Forum, values: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        tasks.add_task(session, forum.edition.id, {**OWN, **values}, **BY)

    assert refusal.value.fields == fields


def test_open_tasks_move_along_with_the_forum_when_asked(session: DbSession, forum: Forum) -> None:
    of, before = forum.edition.id, tasks.days_of(forum.edition)
    done = by_code(session, of, "fix-date")
    tasks.tick_task(session, of, done.id, done=True, version=1, **BY)
    stood = {row.id: row.due_on for row in all_of(session, of)}
    moved = {"starts_on": date(2023, 6, 5), "ends_on": date(2023, 6, 6)}
    update_edition(session, of, moved, version=forum.edition.version, **BY)
    assert {row.id: row.due_on for row in all_of(session, of)} == stood, "never by itself"
    seen = tasks.mark_of(calendar_queries.open_tasks(session, of))

    count = tasks.shift_tasks(session, of, before, seen=seen, **BY)

    assert count == len(JOBS) - 1
    distances = {(row.due_on - stood[row.id]).days for row in all_of(session, of)}
    assert (done.due_on, distances) == (stood[done.id], {0, 14, 15})
    with pytest.raises(tasks.CalendarChanged):
        tasks.shift_tasks(session, of, before, seen=seen, **BY)


def test_nothing_moves_with_a_forum_that_stays(session: DbSession, forum: Forum) -> None:
    assert tasks.shift_tasks(session, forum.edition.id, tasks.days_of(forum.edition), **BY) == 0


def test_the_database_says_the_same_of_a_task_as_the_rule(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    task = by_code(session, of, "settle-budget")
    tasks.tick_task(session, of, task.id, done=True, version=1, **BY)
    rows = all_of(session, of)
    for today in (date(2022, 11, 1), date(2023, 3, 1), date(2023, 5, 22), date(2023, 9, 1)):
        told = {row.id: state_of(row.due_on, done=row.done_at is not None, today=today) for row in rows}
        for state in TaskState:
            page = calendar_queries.tasks_page(session, of, today=today, states=[state], size=200)
            assert {row.id for row in page.items} == {one for one, found in told.items() if found is state}
        counts = calendar_queries.task_counts(session, of, today=today)
        assert counts == {state: list(told.values()).count(state) for state in TaskState}


def test_tasks_are_counted_for_some_roles(session: DbSession, forum: Forum) -> None:
    of = forum.edition.id
    desk = select(func.count()).select_from(Task).where(Task.edition_id == of, Task.role == Role.REGISTRATION_DESK)

    counts = calendar_queries.task_counts(session, of, today=date(2022, 1, 1), roles=[Role.REGISTRATION_DESK])

    assert sum(counts.values()) == counts[TaskState.LATER] == session.scalar(desk)
    page = calendar_queries.tasks_page(session, of, today=NOW.date(), role=Role.REGISTRATION_DESK, size=200)
    assert page.total == session.scalar(desk)


def test_a_task_of_another_edition_does_not_exist(session: DbSession, forum: Forum) -> None:
    foreign = by_code(session, forum.other.id, "settle-budget")

    for change in (
        lambda: tasks.tick_task(session, forum.edition.id, foreign.id, done=True, version=1, **BY),
        lambda: tasks.update_task(session, forum.edition.id, foreign.id, {"note": "x"}, version=1, **BY),
        lambda: tasks.remove_task(session, forum.edition.id, foreign.id, version=1, **BY),
        lambda: tasks.shift_tasks(session, forum.other.id, Days(NOW.date(), NOW.date()), **forum.by_owner),
    ):
        with pytest.raises(NotFound):
            change()
