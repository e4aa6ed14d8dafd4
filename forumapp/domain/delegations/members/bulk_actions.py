"""Doing one thing to many registrations: asked for at once, done row by row by a worker, each as if it were alone.

Each batch is one transaction that notes what came of its rows, so that whoever is killed leaves no half and does
nothing twice. Every row asks for permission, for the version that was seen, and writes the log, as it does on its own
page; what stands against one row is noted with it and keeps no other from being done, be it a refusal or a fault of
ours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.exc import OperationalError

from forumapp.core.errors import AlreadyExists, Forbidden, Invalid, NotFound, Refusal
from forumapp.core.logs import logger
from forumapp.domain.accounts.access import access_to, require, require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import limited
from forumapp.domain.accounts.tokens.services import find_token_by_id
from forumapp.domain.audit.services import Actor, create
from forumapp.domain.delegations.members.leaving import cancel_registration, decline_registration
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRow, BulkRun, BulkStatus
from forumapp.domain.delegations.notifications.sending import tell_by_mail
from forumapp.domain.jobs.services import enqueue
from forumapp.domain.mail.services import asking_for_many
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.lifecycle.decisions import confirm
from forumapp.domain.registration.lifecycle.no_shows import set_attendance
from forumapp.domain.registration.lifecycle.reminders import remind
from forumapp.domain.registration.lifecycle.type_change import change_language, change_type
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import ATTENDANCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.lists.filters import Filters

WORKFLOW = "change-registrations"
BATCH = 25
CHANGED, FAILED = "changed", "failed"
UNFINISHED = (BulkStatus.QUEUED, BulkStatus.RUNNING)
NEEDS = {
    BulkAction.CONFIRM: Permission.DECIDE_REGISTRATIONS,
    BulkAction.DECLINE: Permission.DECIDE_REGISTRATIONS,
    BulkAction.CANCEL: Permission.EDIT_REGISTRATIONS,
    BulkAction.TYPE: Permission.DECIDE_REGISTRATIONS,
    BulkAction.LANGUAGE: Permission.EDIT_REGISTRATIONS,
    BulkAction.REMIND: Permission.SEND_MAIL,
    BulkAction.TELL: Permission.EDIT_DELEGATIONS,
    BulkAction.ATTENDANCE: Permission.EDIT_REGISTRATIONS,
}
SETS: dict[BulkAction, Callable[..., Registration]] = {
    BulkAction.TYPE: change_type,
    BulkAction.LANGUAGE: change_language,
    BulkAction.ATTENDANCE: set_attendance,
}
UNDOABLE = frozenset(SETS)  # nobody is mailed about these, and no code dies of them
# These write to people and change nothing of their places.
WRITES = frozenset({BulkAction.REMIND, BulkAction.TELL})
MOST_NAMED = 200

_log = logger("bulk")


@dataclass(frozen=True, slots=True)
class Left:
    """A registration that was left as it was, whose name it is, and the code of what stood against it."""

    registration_id: int
    name: Name
    code: str


@dataclass(frozen=True, slots=True)
class BulkReport:
    """`refused` is how many could not be done, by the code of what stood against them; `left` the first of them whom
    the caller may see.
    """

    run: BulkRun
    refused: dict[str, int]
    left: list[Left]
    can_be_undone: bool


def actions_for(access: Access) -> list[BulkAction]:
    """What someone may do to some registrations at least."""
    return [action for action in BulkAction if access.allows(NEEDS[action])]


def ask(
    db: DbSession,
    edition_id: int,
    action: BulkAction,
    filters: Filters,
    ids: Collection[int] | None = None,
    *,
    value: str | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> BulkRun:
    """To those whom the filters choose, or to those of them with these ids, as they stand now and as far as the caller
    may do it.
    """
    chosen = _chosen(db, edition_id, action, filters, ids, actor=actor)
    if (action in UNDOABLE) != bool(value):
        raise Invalid(fields={"value": "required" if action in UNDOABLE else "unknown"})
    if action is BulkAction.TYPE:
        _refuse_unknown_type(db, edition_id, value)
    if action is BulkAction.ATTENDANCE and value not in ATTENDANCE:
        raise Invalid(fields={"value": "unknown"})
    seen: Any = (
        select(Registration.id, Registration.version, literal(value))
        .where(Registration.id.in_(chosen))
        .order_by(Registration.id)
    )
    run = BulkRun(edition_id=edition_id, action=action, value=value, reason=reason)
    return _begin(db, run, seen, actor=actor, now=now)


def ask_each(
    db: DbSession, edition_id: int, action: BulkAction, each: Select[Any], *, actor: Actor, now: datetime
) -> BulkRun:
    """To the registrations that `each` chooses, with the version that is seen and a value of its own for each. For
    whoever may do it to everyone. Raises Invalid where there are none.
    """
    require_all(db, edition_id, NEEDS[action], actor=actor)
    return _begin(db, BulkRun(edition_id=edition_id, action=action), each, actor=actor, now=now)


def count(
    db: DbSession,
    edition_id: int,
    action: BulkAction,
    filters: Filters,
    ids: Collection[int] | None = None,
    *,
    actor: Actor,
) -> int:
    """To how many it would be done."""
    chosen = _chosen(db, edition_id, action, filters, ids, actor=actor)
    return db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()


def undo(db: DbSession, edition_id: int, run_id: int, *, actor: Actor, now: datetime) -> BulkRun:
    """Take back what a run changed and nobody has changed since, of those whom the caller may change by now. Once."""
    of = get_run(db, edition_id, run_id, actor=actor)
    within = require(db, edition_id, NEEDS[of.action], actor=actor).within(NEEDS[of.action])
    if of.action not in UNDOABLE or of.status in UNFINISHED:
        raise Invalid(fields={"run": "cannot-be-undone"})
    if db.scalar(select(BulkRun.id).where(BulkRun.undoes_id == run_id)):
        raise AlreadyExists(fields={"run": "undone"})
    seen: Any = select(BulkRow.registration_id, BulkRow.left_at, BulkRow.before).order_by(BulkRow.id)
    reached = limited(BulkRow.registration_id, "registration", edition_id, within)
    seen = seen.where(BulkRow.run_id == run_id, BulkRow.outcome == CHANGED, *reached)
    run = BulkRun(edition_id=edition_id, action=of.action, undoes_id=run_id)
    return _begin(db, run, seen, actor=actor, now=now)


def get_run(db: DbSession, edition_id: int, run_id: int, *, actor: Actor) -> BulkRun:
    """For whoever asked for it, and whoever may change all whom it is of."""
    access = require(db, edition_id, Permission.EDIT_REGISTRATIONS, actor=actor)
    run = db.scalar(select(BulkRun).where(BulkRun.id == run_id, BulkRun.edition_id == edition_id))
    within = access.within(Permission.EDIT_REGISTRATIONS)
    if run is None or not (within is None or run.asked_by == actor.account_id or _reaches(db, run, within)):
        raise NotFound(entity="bulk_run")
    require(db, edition_id, NEEDS[run.action], actor=actor)
    return run


def unfinished(db: DbSession, edition_id: int, action: BulkAction) -> int | None:
    """The latest run of this that a worker has before it, or is at."""
    of = BulkRun.edition_id == edition_id, BulkRun.action == action, BulkRun.status.in_(UNFINISHED)
    return db.scalar(select(BulkRun.id).where(*of).order_by(BulkRun.id.desc()).limit(1))


def report(db: DbSession, edition_id: int, run_id: int, *, actor: Actor) -> BulkReport:
    run = get_run(db, edition_id, run_id, actor=actor)
    counted = select(BulkRow.outcome, func.count()).where(BulkRow.run_id == run_id, BulkRow.outcome != CHANGED)
    refused = Counter({code: count for code, count in db.execute(counted.group_by(BulkRow.outcome)) if code})
    undone = db.scalar(select(BulkRun.id).where(BulkRun.undoes_id == run_id))
    undoable = run.action in UNDOABLE and run.undoes_id is None and run.status not in UNFINISHED
    left = _left(db, run, actor=actor)
    return BulkReport(run, dict(refused.most_common()), left, undoable and run.changed > 0 and undone is None)


def _left(db: DbSession, run: BulkRun, *, actor: Actor) -> list[Left]:
    within = access_to(db, run.edition_id, actor=actor).within(Permission.EDIT_REGISTRATIONS)
    refused = select(Registration.id, Person, BulkRow.outcome).order_by(BulkRow.id).limit(MOST_NAMED)
    refused = refused.join(BulkRow, BulkRow.registration_id == Registration.id)
    refused = refused.join(Person, Person.id == Registration.person_id)
    refused = refused.where(BulkRow.run_id == run.id, BulkRow.outcome != CHANGED)
    reached = limited(Registration.id, "registration", run.edition_id, within)
    return [Left(one_id, name_of(person), code or "") for one_id, person, code in db.execute(refused.where(*reached))]


def take_batch(db: DbSession, run_id: int, *, now: datetime) -> bool:
    """Do the next rows that nothing has come of yet, in the name of whoever asked and with what they, and the token by
    which they asked, may do by now. Whether there is more to do.
    """
    run = db.get_one(BulkRun, run_id, populate_existing=True, with_for_update=True)
    if run.status not in UNFINISHED:
        return False
    waiting = select(BulkRow).where(BulkRow.run_id == run_id, BulkRow.outcome.is_(None)).order_by(BulkRow.id)
    rows = list(db.scalars(waiting.limit(BATCH)))
    actor = _acting(db, run, now=now)
    if run.action not in WRITES:
        counters.hold_every(db, run.edition_id)
    for row in rows:
        row.outcome = Forbidden.code if actor is None else _do(db, run, row, actor=actor, now=now)
    run.done += len(rows)
    run.changed += sum(row.outcome == CHANGED for row in rows)
    run.status = BulkStatus.RUNNING if run.done < run.total else BulkStatus.DONE
    run.finished_at = None if run.done < run.total else now
    db.flush()
    return run.done < run.total


def fail(db: DbSession, run_id: int, *, now: datetime) -> None:
    stopped = update(BulkRun).where(BulkRun.id == run_id, BulkRun.status.in_(UNFINISHED))
    db.execute(stopped.values(status=BulkStatus.FAILED, finished_at=now))


def _acting(db: DbSession, run: BulkRun, *, now: datetime) -> Actor | None:
    """None once the token by which it was asked has ended."""
    token = None if run.token_id is None else find_token_by_id(db, run.token_id, now=now)
    return None if run.token_id is not None and token is None else Actor(run.asked_by, run.via, token)


def _begin(db: DbSession, run: BulkRun, seen: Select[Any], *, actor: Actor, now: datetime) -> BulkRun:
    run.asked_by, run.via, run.total = actor.account_id, actor.via, 0
    run.token_id = actor.token.id if actor.token else None
    create(db, run, actor=actor, now=now)
    rows = seen.add_columns(literal(run.edition_id), literal(run.id), literal(now), literal(now))
    names = ["registration_id", "seen", "value", "edition_id", "run_id", "created_at", "updated_at"]
    db.connection().execute(insert(BulkRow).from_select(names, rows))
    run.total = db.scalar(select(func.count()).where(BulkRow.run_id == run.id)) or 0
    if not run.total and run.undoes_id is None:
        raise Invalid(fields={"ids": "required"})
    db.flush()
    enqueue(db, WORKFLOW, run.id, key=f"{WORKFLOW}-{run.id}")
    return run


def _do(db: DbSession, run: BulkRun, row: BulkRow, *, actor: Actor, now: datetime) -> str:
    """One registration; what came of it. With the database away, the whole batch is tried again."""
    by: dict[str, Any] = {"version": row.seen, "actor": actor, "now": now}
    try:
        with db.begin_nested(), asking_for_many(db):
            done = _done(db, run, row, by)
    except Refusal as refusal:
        return refusal.code
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 (whatever it is, the others are done all the same, and this one is told)
        _log.exception("changing one of many registrations failed", run=run.id, registration=row.registration_id)
        return FAILED
    row.left_at = done.version
    return CHANGED


def _done(db: DbSession, run: BulkRun, row: BulkRow, by: dict[str, Any]) -> Registration:
    edition_id, one_id = run.edition_id, row.registration_id
    if run.action is BulkAction.CONFIRM:
        return confirm(db, edition_id, one_id, **by)
    if run.action is BulkAction.DECLINE:
        return decline_registration(db, edition_id, one_id, **by)
    if run.action is BulkAction.CANCEL:
        return cancel_registration(db, edition_id, one_id, reason=run.reason, **by)
    if run.action in WRITES:
        write = remind if run.action is BulkAction.REMIND else tell_by_mail
        return write(db, edition_id, one_id, actor=by["actor"], now=by["now"])
    row.before = _value(db, run.action, db.get_one(Registration, one_id))
    return SETS[run.action](db, edition_id, one_id, row.value or "", **by)


def _value(db: DbSession, action: BulkAction, one: Registration) -> str | None:
    """What stands now where such a run sets a value."""
    if action is BulkAction.LANGUAGE:
        return one.language
    if action is BulkAction.ATTENDANCE:
        return one.status.value
    return db.scalar(select(RegistrationType.code).where(RegistrationType.id == one.type_id))


def _chosen(
    db: DbSession,
    edition_id: int,
    action: BulkAction,
    filters: Filters,
    ids: Collection[int] | None,
    *,
    actor: Actor,
) -> Select[Any]:
    """Their ids; of what the caller may not change, none."""
    access = require(db, edition_id, NEEDS[action], actor=actor)
    within, details_within = access.within(NEEDS[action]), access.within(Permission.SEE_ANSWERS)
    chosen = chosen_ids(db, edition_id, filters, within=within, details_within=details_within)
    return chosen if ids is None else chosen.where(Registration.id.in_(ids))


def _reaches(db: DbSession, run: BulkRun, within: Collection[int]) -> bool:
    reached = limited(BulkRow.registration_id, "registration", run.edition_id, within)
    count = select(func.count(BulkRow.id)).where(BulkRow.run_id == run.id, *reached)
    return 0 < run.total == db.execute(count).scalar_one()


def _refuse_unknown_type(db: DbSession, edition_id: int, code: str | None) -> None:
    here = (RegistrationType.edition_id == edition_id, RegistrationType.code == code)
    if db.scalar(select(RegistrationType.id).where(*here)) is None:
        raise Invalid(fields={"value": "unknown"})
