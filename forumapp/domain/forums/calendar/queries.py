"""Reading the calendar's tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.times import zone_named
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.forums.calendar.rules import SOON, TaskState
from forumapp.domain.forums.models import Task

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Role
    from forumapp.domain.forums.models import Edition


def today_at(edition: Edition, now: datetime) -> date:
    """The date that it is where the forum takes place."""
    return now.astimezone(zone_named(edition.zone)).date()


def get_task(db: DbSession, edition_id: int, task_id: int) -> Task:
    return get_in(db, Task, edition_id, task_id)


def tasks_page(
    db: DbSession,
    edition_id: int,
    *,
    today: date,
    role: Role | None = None,
    states: Collection[TaskState] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Task]:
    """The tasks by their days; of a role, and in one of some states, if any are said."""
    query = select(Task).where(Task.edition_id == edition_id)
    if role is not None:
        query = query.where(Task.role == role)
    if states:
        query = query.where(_state(today).in_(states))
    return paged(db, query.order_by(Task.due_on, Task.id), number=number, size=size)


def task_counts(
    db: DbSession, edition_id: int, *, today: date, roles: Collection[Role] | None = None
) -> dict[TaskState, int]:
    """How many are in each state, of these roles; None is all. One query."""
    state = _state(today).label("state")
    query = select(state, func.count()).where(Task.edition_id == edition_id)
    if roles is not None:
        query = query.where(Task.role.in_(roles))
    found = {TaskState(word): number for word, number in db.execute(query.group_by(state))}
    return {one: found.get(one, 0) for one in TaskState}


def open_tasks(db: DbSession, edition_id: int) -> list[Task]:
    """Those not done."""
    query = select(Task).where(Task.edition_id == edition_id, Task.done_at.is_(None))
    return list(db.scalars(query.order_by(Task.due_on, Task.id)))


def _state(today: date) -> ColumnElement[str]:
    """`calendar.state_of` as the database says it; a test holds the two together."""
    return case(
        (Task.done_at.is_not(None), TaskState.DONE.value),
        (Task.due_on < today, TaskState.OVERDUE.value),
        (Task.due_on < today + timedelta(days=SOON), TaskState.DUE.value),
        else_=TaskState.LATER.value,
    )
