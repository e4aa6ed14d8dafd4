"""The tasks of an edition's calendar: laid out, ticked, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.flushing import flush
from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound, Refusal
from forumapp.core.values.text import is_visible
from forumapp.core.values.times import is_reckonable
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission, roles_that
from forumapp.domain.audit.services import record
from forumapp.domain.forums.calendar.queries import open_tasks
from forumapp.domain.forums.calendar.rules import JOBS, Days, following
from forumapp.domain.forums.models import Edition, Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


DOERS = roles_that(Permission.DO_TASKS)
PLANNERS = roles_that(Permission.EDIT_EDITION)


class CalendarChanged(Refusal):
    """The open tasks are no longer those that were looked at."""

    code = "calendar-changed"


def days_of(edition: Edition) -> Days:
    return Days(edition.starts_on, edition.ends_on)


def lay_out_calendar(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> int:
    """Make the field's tasks for an edition that has none; how many there are."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    if db.scalar(select(Task.id).where(Task.edition_id == edition_id).limit(1)):
        raise AlreadyExists
    return write_calendar(db, _edition(db, edition_id), actor=actor, now=now)


def write_calendar(db: DbSession, edition: Edition, *, actor: Actor, now: datetime) -> int:
    """The same, for whoever was let to make the edition. The log tells it of the edition, and not of each task."""
    days = days_of(edition)
    tasks = [Task(code=job.code, title=job.title, role=job.role, due_on=days.at(job.offset)) for job in JOBS]
    return _write(db, edition, tasks, actor=actor, now=now)


def copy_calendar(db: DbSession, source: Edition, target: Edition, *, actor: Actor, now: datetime) -> int:
    """Give a new edition the tasks of an earlier one, all of them open, as far from its own days as they were there.

    For whoever was let to make the new edition from that one, before it has tasks; notes stay behind.
    """
    before, after = days_of(source), days_of(target)
    rows = db.scalars(select(Task).where(Task.edition_id == source.id).order_by(Task.due_on, Task.id))
    tasks = [
        Task(code=row.code, title=row.title, role=row.role, due_on=after.at(before.offset(row.due_on))) for row in rows
    ]
    return _write(db, target, tasks, actor=actor, now=now)


def _write(db: DbSession, edition: Edition, tasks: Sequence[Task], *, actor: Actor, now: datetime) -> int:
    for task in tasks:
        task.edition_id = edition.id
    db.add_all(tasks)
    flush(db)
    told = {"tasks": (None, len(tasks))}
    record(db, "laid-out", "edition", edition.id, actor=actor, now=now, edition_id=edition.id, changes=told)
    return len(tasks)


def add_task(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Task:
    """`values`: title, role, due_on, note."""
    _refuse_faults(values)
    row = Task(edition_id=edition_id, **values)
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def update_task(
    db: DbSession,
    edition_id: int,
    task_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Task:
    """Whoever has its role may write its note; all else is for those who set up the edition."""
    row = _own_task(db, edition_id, task_id, actor=actor)
    permission = Permission.DO_TASKS if set(changes) <= {"note"} else Permission.EDIT_EDITION
    _refuse_faults(changes)
    change_in(db, row, changes, permission, version=version, actor=actor, now=now)
    return row


def tick_task(
    db: DbSession, edition_id: int, task_id: int, *, done: bool, version: int, actor: Actor, now: datetime
) -> Task:
    """Say that a task is done, and by whom; or, with `done` False, that it is open again."""
    row = _own_task(db, edition_id, task_id, actor=actor)
    values = {"done_at": now if done else None, "done_by": _name_of(db, actor) if done else None}
    if done and row.done_at is not None:
        values = {}  # whoever was first has done it
    action = "ticked" if done else "unticked"
    change_in(db, row, values, Permission.DO_TASKS, version=version, actor=actor, now=now, action=action)
    return row


def remove_task(db: DbSession, edition_id: int, task_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, Task, edition_id, task_id)
    return remove_in(db, row, label=row.title, version=version, actor=actor, now=now)


def shift_tasks(
    db: DbSession, edition_id: int, before: Days, *, seen: str | None = None, actor: Actor, now: datetime
) -> int:
    """Move the open tasks along with the edition, whose days were `before`; how many moved.

    `seen` is the `mark_of` the tasks that were looked at: asked twice, it moves them once.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    after = days_of(_edition(db, edition_id))
    rows = open_tasks(db, edition_id)
    if seen is not None and seen != mark_of(rows):
        raise CalendarChanged
    moved = 0
    for row in rows:
        day = following(row.due_on, before, after)
        if day != row.due_on:
            moved += 1
            by: Any = {"version": row.version, "actor": actor, "now": now}
            change_in(db, row, {"due_on": day}, Permission.EDIT_EDITION, **by)
    return moved


def mark_of(rows: Sequence[Task]) -> str:
    """Differs once any of these tasks has changed, or others are open."""
    return f"{len(rows)}-{sum(row.id * row.version for row in rows)}"


def _own_task(db: DbSession, edition_id: int, task_id: int, *, actor: Actor) -> Task:
    """A task that is for a role of the actor's, or any task for those who set up the edition."""
    access = require(db, edition_id, Permission.DO_TASKS, actor=actor)
    row = get_in(db, Task, edition_id, task_id)
    if not may_do(access, row):
        raise Forbidden(needs=Permission.EDIT_EDITION.value)
    return row


def may_do(access: Access, task: Task) -> bool:
    own = access.allows(Permission.DO_TASKS) and task.role in access.roles
    return own or access.allows(Permission.EDIT_EDITION)


def may_read_note(access: Access, task: Task) -> bool:
    """By role alone: with a token that only reads, and in an archived edition, notes are still there to be read."""
    return not access.roles.isdisjoint({task.role, *PLANNERS})


def _edition(db: DbSession, edition_id: int) -> Edition:
    edition = db.get(Edition, edition_id)
    if edition is None:
        raise NotFound(entity="edition")
    return edition


def _name_of(db: DbSession, actor: Actor) -> str:
    account = db.get(Account, actor.account_id) if actor.account_id is not None else None
    return account.name if account else ""


def _refuse_faults(values: Mapping[str, Any]) -> None:
    faults = {}
    if "title" in values and not any(map(is_visible, values["title"].values())):
        faults["title"] = "required"
    if "due_on" in values and not is_reckonable(values["due_on"]):
        faults["due_on"] = "out-of-years"
    if "role" in values and values["role"] not in DOERS:
        faults["role"] = "does-no-tasks"
    if faults:
        raise Invalid(fields=faults)
