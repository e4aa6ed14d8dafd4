"""The calendar of an edition's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery
from forumapp.api.v1.shapes import KeptSchema, RemovalSchema, With
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.calendar import queries, tasks
from forumapp.domain.forums.calendar.rules import Days, state_of
from forumapp.schemas.choices import Role, TaskState
from forumapp.schemas.fields import Bilingual, Choice, Day, Instant, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.values.paging import Page
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Edition, Task

TASKS = "/editions/<slug:edition>/tasks"
TASK = f"{TASKS}/<id:task_id>"

blueprint = ApiBlueprint("Calendar", __name__, description="Tasks of an edition, their dates and roles.")


class NewTaskSchema(Shape):
    title = Bilingual(needed=True)
    role = Choice(Role, required=True, metadata={"description": "The role responsible for it."})
    due_on = Day(required=True)
    note = Text(longest=500)


class TaskSchema(KeptSchema, NewTaskSchema):
    note = Text(
        allow_none=True,
        metadata={"description": "null for callers without the task's role who may not set up the edition."},
    )
    code = ma.fields.String(allow_none=True, metadata={"description": "null for one that people added."})
    days_from_forum = WholeNumber(
        required=True, metadata={"description": "Negative before its first day, positive after its last one."}
    )
    state = Choice(TaskState, required=True, metadata={"description": "`due` is within a week."})
    done_at = Instant(allow_none=True)
    done_by = ma.fields.String(allow_none=True)


class TaskQuery(PageQuery):
    role = Choice(Role)
    state = Choice(TaskState)


class CountSchema(Shape):
    tasks = WholeNumber(required=True)


class DaysSchema(Shape):
    """The days that the edition had before it moved."""

    starts_on = Day(required=True)
    ends_on = Day(required=True)

    @ma.validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        if "starts_on" in data and data.get("ends_on", data["starts_on"]) < data["starts_on"]:
            raise ma.ValidationError("ends-before-start", "ends_on")


def shown(call: Call, edition: Edition, row: Task) -> With:
    state = state_of(row.due_on, done=row.done_at is not None, today=queries.today_at(edition, call.now))
    note = row.note if tasks.may_read_note(access_to(call.db, edition.id, actor=call.actor), row) else None
    return With(row, state=state, days_from_forum=tasks.days_of(edition).offset(row.due_on), note=note)


@blueprint.lists(TASKS, TaskSchema, query=TaskQuery, needs=Permission.SEE_EDITION)
def list_tasks(call: Call, query: dict[str, Any], edition: str) -> Page[With]:
    """The tasks of an edition, by the days on which they are due."""
    edition_row = call.edition(edition)
    states = [query["state"]] if "state" in query else []
    page = queries.tasks_page(
        call.db,
        edition_row.id,
        today=queries.today_at(edition_row, call.now),
        role=query.get("role"),
        states=states,
        number=query["page"],
        size=query["page_size"],
    )
    return page.of([shown(call, edition_row, row) for row in page.items])


@blueprint.creates(TASKS, NewTaskSchema, TaskSchema, needs=Permission.EDIT_EDITION)
def add_task(call: Call, values: dict[str, Any], edition: str) -> With:
    """Add a task."""
    edition_row = call.edition(edition)
    return shown(call, edition_row, tasks.add_task(call.db, edition_row.id, values, actor=call.actor, now=call.now))


@blueprint.reads(TASK, TaskSchema, needs=Permission.SEE_EDITION)
def read_task(call: Call, edition: str, task_id: int) -> With:
    """One task."""
    edition_row = call.edition(edition)
    return shown(call, edition_row, queries.get_task(call.db, edition_row.id, task_id))


@blueprint.changes(TASK, NewTaskSchema, TaskSchema, needs=Permission.DO_TASKS)
def change_task(call: Call, changes: dict[str, Any], version: int, edition: str, task_id: int) -> With:
    """Change a task. Its role may write its note; all else is for those who may change the edition."""
    edition_row = call.edition(edition)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return shown(call, edition_row, tasks.update_task(call.db, edition_row.id, task_id, changes, **by))


@blueprint.acts(f"{TASK}/tick", TaskSchema, tagged=True, needs=Permission.DO_TASKS)
def tick_task(call: Call, version: int, edition: str, task_id: int) -> With:
    """Say that a task is done."""
    return ticked(call, version, edition, task_id, done=True)


@blueprint.acts(f"{TASK}/untick", TaskSchema, tagged=True, needs=Permission.DO_TASKS)
def untick_task(call: Call, version: int, edition: str, task_id: int) -> With:
    """Say that a task is not done after all."""
    return ticked(call, version, edition, task_id, done=False)


def ticked(call: Call, version: int, edition: str, task_id: int, *, done: bool) -> With:
    edition_row = call.edition(edition)
    by: dict[str, Any] = {"version": version, "actor": call.actor, "now": call.now}
    return shown(call, edition_row, tasks.tick_task(call.db, edition_row.id, task_id, done=done, **by))


@blueprint.removes(TASK, RemovalSchema, needs=Permission.EDIT_EDITION)
def remove_task(call: Call, version: int, edition: str, task_id: int) -> Removal:
    """Take a task away."""
    edition_id = call.edition(edition).id
    return tasks.remove_task(call.db, edition_id, task_id, version=version, actor=call.actor, now=call.now)


@blueprint.acts("/editions/<slug:edition>/calendar", CountSchema, needs=Permission.EDIT_EDITION)
def lay_out_calendar(call: Call, edition: str) -> dict[str, int]:
    """Make the tasks of the field's calendar for an edition that has none."""
    edition_id = call.edition(edition).id
    return {"tasks": tasks.lay_out_calendar(call.db, edition_id, actor=call.actor, now=call.now)}


@blueprint.creates(f"{TASKS}/moves", DaysSchema, CountSchema, located_by=None, needs=Permission.EDIT_EDITION)
def move_tasks(call: Call, values: dict[str, Any], edition: str) -> dict[str, int]:
    """Move the open tasks along after the edition's days have changed; how many moved. Send an `Idempotency-Key`:
    asked twice without one, they move twice.
    """
    edition_id, before = call.edition(edition).id, Days(values["starts_on"], values["ends_on"])
    return {"tasks": tasks.shift_tasks(call.db, edition_id, before, actor=call.actor, now=call.now)}
