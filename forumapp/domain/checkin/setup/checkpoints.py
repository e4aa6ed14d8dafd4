"""The checkpoints of an edition: where codes are scanned, and whom they let pass."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.database.columns import span_columns
from forumapp.core.database.flushing import flush
from forumapp.core.errors import refuse_faults
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.days import day_of
from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.services import change, create, remove
from forumapp.domain.checkin.models import CheckinDevice, Checkpoint, CheckpointType
from forumapp.domain.checkin.rules import CheckpointKind, PassMode
from forumapp.domain.delegations.models.coaches import CoachRun
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.rules import free_code, name_fault, slug_fault
from forumapp.domain.registration.models import RegistrationType
from forumapp.domain.registration.rules import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_EDITION
TABLES = {"session_id": Session, "coach_run_id": CoachRun, "delegation_id": Delegation}
OF_KIND = {"session_id": CheckpointKind.SESSION, "coach_run_id": CheckpointKind.COACH}
SUGGESTED: tuple[dict[str, Any], ...] = (
    {"code": "main-door", "name": {"en": "Main door", "zh-Hans": "主入口"}, "kind": CheckpointKind.DOOR},
    {"code": "hand-out", "name": {"en": "Badge hand-out", "zh-Hans": "胸卡领取"}, "kind": CheckpointKind.HAND_OUT},
    {"code": "lunch", "name": {"en": "Lunch", "zh-Hans": "午餐"}, "kind": CheckpointKind.MEAL, "area": Area.MEALS},
    {"code": "dinner", "name": {"en": "Dinner", "zh-Hans": "晚宴"}, "kind": CheckpointKind.MEAL, "area": Area.DINNER},
    {
        "code": "vip-room",
        "name": {"en": "VIP room", "zh-Hans": "贵宾室"},
        "kind": CheckpointKind.VIP,
        "mode": PassMode.IN_OUT,
        "area": Area.VIP_ROOM,
    },
)
# Where a forum has several days, people come there anew on each of them.
ANEW = (CheckpointKind.DOOR, CheckpointKind.MEAL)
ONCE = (CheckpointKind.COACH, CheckpointKind.HAND_OUT)


def create_checkpoint(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Checkpoint:
    """`values` are columns of Checkpoint, `span` and the ids of `types`. One without a code gets it from its name."""
    require(db, edition_id, EDIT, actor=actor)
    taken = set(db.scalars(select(Checkpoint.code).where(Checkpoint.edition_id == edition_id)))
    code = values.get("code") or free_code(values["name"], taken, "checkpoint")
    columns, types = _parted({**values, "code": code})
    row = Checkpoint(edition_id=edition_id, **columns)
    refuse_faults({"code": slug_fault(code), **_faults(db, row, values)})
    create_in(db, row, EDIT, actor=actor, now=now)
    _let_types(db, row, types or (), actor=actor, now=now)
    return row


def set_up_suggested(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> int:
    """What most forums need, and one for each session with places; how many of them were not there yet. Where a forum
    has several days, people come and go at doors and meals, and so come anew on each of them.
    """
    require(db, edition_id, EDIT, actor=actor)
    taken = set(db.scalars(select(Checkpoint.code).where(Checkpoint.edition_id == edition_id)))
    kept = select(Checkpoint.session_id).where(Checkpoint.edition_id == edition_id, Checkpoint.session_id.is_not(None))
    limited = select(Session).where(Session.edition_id == edition_id, Session.places.is_not(None))
    sessions: list[dict[str, Any]] = [
        {"name": one.title, "kind": CheckpointKind.SESSION, "session_id": one.id, "needs_sign_up": True}
        for one in db.scalars(limited.where(Session.id.not_in(kept)).order_by(Session.start_utc, Session.id))
    ]
    wanted = [one for one in _suggested(db.get_one(Edition, edition_id)) if one["code"] not in taken]
    for values in wanted + sessions:
        create_checkpoint(db, edition_id, values, actor=actor, now=now)
    return len(wanted) + len(sessions)


def _suggested(edition: Edition) -> list[dict[str, Any]]:
    if edition.starts_on == edition.ends_on:
        return list(SUGGESTED)
    return [{**one, "mode": PassMode.IN_OUT} if one["kind"] in ANEW else one for one in SUGGESTED]


def passes_once_in_all(edition: Edition, row: Checkpoint) -> bool:
    """Whether somebody who has passed there is refused on each later day, as at a door or a meal of a forum of several
    days hardly anybody means it: one that is open on more than one of them, and at which people pass once.
    """
    if row.kind not in ANEW or row.mode != PassMode.ONCE or edition.starts_on == edition.ends_on:
        return False
    if row.start_utc is None or row.end_utc is None:
        return True
    last = row.end_utc - datetime.resolution
    return day_of(row.start_utc, edition.zone) != day_of(last, edition.zone)


def update_checkpoint(
    db: DbSession,
    edition_id: int,
    checkpoint_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Checkpoint:
    """What was scanned there stays as it was judged."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, Checkpoint, edition_id, checkpoint_id)
    columns, types = _parted(changes)
    now_is = {column: columns.get(column, getattr(row, column)) for column in ("kind", "mode", *CHECKED)}
    refuse_faults(_faults(db, Checkpoint(edition_id=edition_id, **now_is), changes))
    change(db, row, columns, version=version, actor=actor, now=now)
    if types is not None:
        _let_types(db, row, types, actor=actor, now=now)
    return row


def remove_checkpoint(
    db: DbSession, edition_id: int, checkpoint_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """With its devices, which are signed in no more until it is brought back. Refused once a code was scanned there."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, Checkpoint, edition_id, checkpoint_id)
    devices = db.scalars(select(CheckinDevice).where(CheckinDevice.checkpoint_id == row.id).order_by(CheckinDevice.id))
    along = [*_types_of(db, row), *devices]
    return remove_in(db, row, label=row.name, along=along, version=version, actor=actor, now=now)


def checkpoints_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Checkpoint]:
    return paged(db, _in_order(edition_id), number=number, size=size)


def list_checkpoints(db: DbSession, edition_id: int) -> list[Checkpoint]:
    return list(db.scalars(_in_order(edition_id)))


def count_checkpoints(db: DbSession, edition_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Checkpoint).where(Checkpoint.edition_id == edition_id)) or 0


def get_checkpoint(db: DbSession, edition_id: int, checkpoint_id: int) -> Checkpoint:
    return get_in(db, Checkpoint, edition_id, checkpoint_id)


def _in_order(edition_id: int) -> Any:
    return select(Checkpoint).where(Checkpoint.edition_id == edition_id).order_by(Checkpoint.kind, Checkpoint.code)


CHECKED = ("session_id", "coach_run_id", "delegation_id", "needs_sign_up")


def _parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], Collection[int] | None]:
    """The columns, and the types where they are said."""
    columns = {name: value for name, value in values.items() if name not in ("span", "types")}
    return {**columns, **(span_columns(values["span"]) if "span" in values else {})}, values.get("types")


def _faults(db: DbSession, row: Checkpoint, said: Mapping[str, Any]) -> dict[str, str | None]:
    """What is wrong with a checkpoint as it is to be."""
    faults: dict[str, str | None] = {"name": name_fault(said["name"]) if "name" in said else None}
    for field, table in TABLES.items():
        one, kind = getattr(row, field), OF_KIND.get(field)
        if kind is not None and (one is None) is (row.kind == kind):
            faults[field] = "required" if one is None else "not-of-this-kind"
        elif one is not None and find_in(db, table, row.edition_id, one) is None:
            faults[field] = "unknown"
    if row.mode == PassMode.IN_OUT and row.kind in ONCE:
        faults["mode"] = "once-only"
    if row.needs_sign_up and row.kind != CheckpointKind.SESSION:
        faults["needs_sign_up"] = "not-of-this-kind"
    known = select(RegistrationType.id).where(RegistrationType.edition_id == row.edition_id)
    if set(said.get("types") or ()) - set(db.scalars(known)):
        faults["types"] = "unknown"
    return faults


def _types_of(db: DbSession, row: Checkpoint) -> list[CheckpointType]:
    of = select(CheckpointType).where(CheckpointType.checkpoint_id == row.id)
    return list(db.scalars(of.order_by(CheckpointType.type_id)))


def _let_types(db: DbSession, row: Checkpoint, types: Collection[int], *, actor: Actor, now: datetime) -> None:
    there = {one.type_id: one for one in _types_of(db, row)}
    for type_id in sorted(there.keys() - set(types)):
        remove(db, there[type_id], actor=actor, now=now)
    for type_id in sorted(set(types) - there.keys()):
        made = CheckpointType(edition_id=row.edition_id, checkpoint_id=row.id, type_id=type_id)
        create(db, made, actor=actor, now=now)
    flush(db)
    db.expire(row, ["types"])
