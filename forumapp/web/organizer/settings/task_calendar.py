"""The task calendar: what to do, when and by whom; complete, move, and shift tasks with the forum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import AlreadyExists, Stale
from forumapp.core.values.numbers import whole_number
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.calendar import queries, tasks
from forumapp.domain.forums.calendar.rules import Days, following, part_of, state_of
from forumapp.schemas.choices import Role, TaskState
from forumapp.web.forms.faults import fault as fault_words
from forumapp.web.forms.fields import Choice, Day, Fault, Field, Texts
from forumapp.web.forms.forms import Form, saved
from forumapp.web.frame import Offer, tell
from forumapp.web.organizer.history.log import past
from forumapp.web.organizer.kit.countdown import PART_WORDS, countdown, distance
from forumapp.web.organizer.kit.guard import access, blueprint, edition, needs
from forumapp.web.organizer.kit.identity import actor
from forumapp.web.organizer.kit.removals import removed
from forumapp.web.organizer.kit.versioned_actions import ask_again
from forumapp.web.wording import labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.forums.models import Task

SECTION = "calendar"
FILTERS = ("role", "state")
MOST = 200
OPEN = "open"
STATES: dict[str, tuple[TaskState, ...]] = {
    OPEN: (TaskState.OVERDUE, TaskState.DUE, TaskState.LATER),
    **{state.value: (state,) for state in TaskState},
}
NOTE = Field(name="note", label=_l("Note"), help=_l("What there is to say about it: whom you asked, what is missing."))
DUE_ON = Day(name="due_on", label=_l("Due on"), required=True)
FIELDS = (
    Texts(name="title", label=_l("What is to be done"), required=True),
    Choice(name="role", label=_l("Whose task it is"), kind=Role, among=tasks.DOERS, required=True),
    DUE_ON,
    NOTE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A task in the list: its distance from the forum in words, whether the reader may complete it, and its note if the
    reader may see it.
    """

    task: Task
    state: TaskState
    distance: str
    mine: bool
    note: str


@blueprint.get("/<edition>/calendar")
@needs(Permission.SEE_EDITION)
def calendar() -> str:
    db, today = reading(), queries.today_at(edition(), clock.now())
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    states = STATES.get(kept.get("state", ""), ())
    role = Role(kept["role"]) if kept.get("role") in tuple(Role) else None
    number = request.args.get("page", 1, whole_number)
    page = queries.tasks_page(db, edition().id, today=today, role=role, states=states, number=number, size=MOST)
    return render_template(
        "organizer/calendar/list.html",
        section=SECTION,
        page=page,
        parts=in_parts(page.items, today),
        counts=queries.task_counts(db, edition().id, today=today),
        countdown=countdown(tasks.days_of(edition()), today),
        kept=kept,
        roles=[option for option in labels.options(Role) if option[0] in tasks.DOERS],
        choices=[(OPEN, _("Not done yet")), *labels.options(TaskState)],
    )


def in_parts(rows: list[Task], today: date) -> list[tuple[str, list[Line]]]:
    """Group the tasks by the part of the calendar in which they are due."""
    days = tasks.days_of(edition())
    groups = groupby(rows, key=lambda row: part_of(days.offset(row.due_on)))
    return [(str(PART_WORDS[part]), [line_of(row, days, today) for row in those]) for part, those in groups]


def line_of(row: Task, days: Days, today: date) -> Line:
    state = state_of(row.due_on, done=row.done_at is not None, today=today)
    note = row.note if tasks.may_read_note(access(), row) else ""
    return Line(row, state, distance(days.offset(row.due_on)), tasks.may_do(access(), row), note)


@blueprint.post("/<edition>/calendar/lay-out")
@needs(Permission.EDIT_EDITION)
def lay_out_calendar() -> ResponseReturnValue:
    try:
        with transaction() as db:
            count = tasks.lay_out_calendar(db, edition().id, actor=actor(), now=clock.now())
    except AlreadyExists:
        flash(_("There are tasks in the calendar already."), "info")
    else:
        words = ngettext("%(num)s task stands in the calendar.", "%(num)s tasks stand in the calendar.", count)
        flash(words, "ok")
    return redirect(url_for("organizer.calendar"))


@blueprint.route("/<edition>/calendar/new", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def new_task() -> ResponseReturnValue:
    if request.method == "GET":
        return task_page(Form.empty(FIELDS, role=Role.SECRETARIAT), None)
    form = Form.sent(FIELDS, request.form)

    def create(db: DbSession) -> None:
        tasks.add_task(db, edition().id, form.values, actor=actor(), now=clock.now())

    if not saved(form, create):
        return task_page(form, None), 422
    flash(_("The task has been added."), "ok")
    return redirect(url_for("organizer.calendar"))


@blueprint.route("/<edition>/calendar/<id:task_id>", methods=["GET", "POST"])
@needs(Permission.SEE_EDITION, to_change=Permission.DO_TASKS)
def task(task_id: int) -> ResponseReturnValue:
    """Edit a task. Its role may edit the note; the rest takes the permission to set up the edition."""
    row = queries.get_task(reading(), edition().id, task_id)
    fields: tuple[Field, ...] = FIELDS
    if not tasks.may_read_note(access(), row):
        fields = tuple(field for field in FIELDS if field is not NOTE)
    elif tasks.may_do(access(), row) and not access().allows(Permission.EDIT_EDITION):
        fields = (NOTE,)
    if request.method == "GET":
        return task_page(Form.of(fields, row), row)
    form = Form.sent(fields, request.form, row)

    def change(db: DbSession) -> None:
        by: Any = {"version": form.based_on, "actor": actor(), "now": clock.now()}
        tasks.update_task(db, edition().id, task_id, form.values, **by)

    def current() -> Task:
        return queries.get_task(reading(), edition().id, task_id)

    if not saved(form, change, current):
        return task_page(form, current()), form.status
    flash(_("The task has been saved."), "ok")
    return redirect(url_for("organizer.calendar", _anchor=f"task-{task_id}"))


def task_page(form: Form, row: Task | None) -> str:
    today = queries.today_at(edition(), clock.now())
    return render_template(
        "organizer/calendar/one.html",
        section=SECTION,
        form=form,
        line=line_of(row, tasks.days_of(edition()), today) if row else None,
        history=past("task", row.id) if row else [],
    )


@blueprint.post("/<edition>/calendar/<id:task_id>/tick")
@needs(Permission.DO_TASKS)
def tick_task(task_id: int) -> ResponseReturnValue:
    def tick(db: DbSession, **by: Any) -> Task:
        return tasks.tick_task(db, edition().id, task_id, done=True, **by)

    def say(row: Task) -> None:
        undo = url_for("organizer.untick_task", task_id=task_id, version=row.version)
        tell(_("Done."), "ok", do=Offer(_("Undo"), undo))

    return changed(tick, _("Tick it off"), say)


@blueprint.post("/<edition>/calendar/<id:task_id>/untick")
@needs(Permission.DO_TASKS)
def untick_task(task_id: int) -> ResponseReturnValue:
    def untick(db: DbSession, **by: Any) -> Task:
        return tasks.tick_task(db, edition().id, task_id, done=False, **by)

    return changed(untick, _("Open it again"), lambda _row: flash(_("The task is open again."), "ok"))


@blueprint.post("/<edition>/calendar/<id:task_id>/move")
@needs(Permission.EDIT_EDITION)
def move_task(task_id: int) -> ResponseReturnValue:
    try:
        day = DUE_ON.parse(DUE_ON.read(request.form))
    except Fault as fault:
        flash(fault_words(fault.code), "bad")
        return back_to(task_id)

    def move(db: DbSession, **by: Any) -> Task:
        return tasks.update_task(db, edition().id, task_id, {"due_on": day}, **by)

    return changed(move, _("Move to this date"), lambda _row: flash(_("The task has been moved."), "ok"))


@blueprint.post("/<edition>/calendar/<id:task_id>/remove")
@needs(Permission.EDIT_EDITION)
def remove_task(task_id: int) -> ResponseReturnValue:
    def remove(db: DbSession, version: int | None, now: datetime) -> Removal:
        return tasks.remove_task(db, edition().id, task_id, version=version or 0, actor=actor(), now=now)

    words, kept = _("The task has been removed."), url_for("organizer.task", task_id=task_id)
    return removed(remove, words, url_for("organizer.calendar"), kept=kept)


def changed(change: Callable[..., Task], do: str, say: Callable[[Task], None]) -> ResponseReturnValue:
    """Change the task as it was looked at. `do` is the button that does it where someone else was faster."""
    try:
        with transaction() as db:
            row = change(db, version=request.values.get("version", 0, whole_number), actor=actor(), now=clock.now())
    except Stale as refusal:
        return ask_again(refusal, do, url_for("organizer.calendar"))
    say(row)
    return back_to(row.id)


def back_to(task_id: int) -> ResponseReturnValue:
    """Return the address of the filtered list, at the current task."""
    kept: dict[str, Any] = {name: request.form[name] for name in FILTERS if request.form.get(name)}
    return redirect(url_for("organizer.calendar", **kept, _anchor=f"task-{task_id}"))


def offer_shift(before: Days) -> None:
    """After an edition has moved from these days: say that its open tasks have not, and where they can."""
    after, rows = tasks.days_of(edition()), queries.open_tasks(reading(), edition().id)
    count = sum(following(row.due_on, before, after) != row.due_on for row in rows)
    if count:
        words = ngettext(
            "The dates have changed. %(num)s open task is still due as before.",
            "The dates have changed. %(num)s open tasks are still due as before.",
            count,
        )
        tell(words, "info", see=Offer(_("Move the open tasks too"), shift_address(before)))


def shift_address(before: Days) -> str:
    return url_for("organizer.shift_tasks", first=before.first.isoformat(), last=before.last.isoformat())


@blueprint.route("/<edition>/calendar/shift", methods=["GET", "POST"])
@needs(Permission.EDIT_EDITION)
def shift_tasks() -> ResponseReturnValue:
    """`first` and `last` of the address are the days that the edition had before."""
    try:
        before = Days(*(date.fromisoformat(request.args.get(name, "")) for name in ("first", "last")))
    except ValueError:
        return redirect(url_for("organizer.calendar"))
    if request.method == "GET":
        return shift_page(before)
    seen = request.form.get("seen", "")
    try:
        with transaction() as db:
            count = tasks.shift_tasks(db, edition().id, before, seen=seen, actor=actor(), now=clock.now())
    except tasks.CalendarChanged:
        flash(_("The calendar has changed in the meantime. Look at it and decide again."), "bad")
        return redirect(shift_address(before))
    flash(ngettext("%(num)s task has been moved.", "%(num)s tasks have been moved.", count), "ok")
    return redirect(url_for("organizer.calendar"))


def shift_page(before: Days) -> str:
    rows, after = queries.open_tasks(reading(), edition().id), tasks.days_of(edition())
    moves = [(row, following(row.due_on, before, after)) for row in rows]
    return render_template(
        "organizer/calendar/shift.html",
        section=SECTION,
        before=before,
        moves=[(row, day) for row, day in moves if day != row.due_on],
        seen=tasks.mark_of(rows),
    )
