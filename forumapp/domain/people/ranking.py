"""Lists of precedence: people put others in order for a purpose, say why, and approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.removed import bring_back_in, get_removal
from forumapp.domain.audit.removals import values_of
from forumapp.domain.people.models import Person, PrecedenceEntry, PrecedenceList
from forumapp.domain.people.precedence import key_between
from forumapp.domain.people.services import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def create_precedence_list(
    db: DbSession,
    edition_id: int,
    scope: str,
    *,
    name: Mapping[str, str],
    approved_by: str | None = None,
    approved_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> PrecedenceList:
    """An order for one purpose. It counts on paper only once someone has approved it."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    held = select(PrecedenceList.id).where(PrecedenceList.edition_id == edition_id, PrecedenceList.scope == scope)
    if db.scalar(held):
        raise AlreadyExists(fields={"scope": "taken"})
    row = PrecedenceList(
        edition_id=edition_id, scope=scope, name=dict(name), approved_by=approved_by, approved_at=approved_at
    )
    create_in(db, row, Permission.EDIT_PRECEDENCE, actor=actor, now=now)
    return row


def rename_precedence_list(
    db: DbSession, row: PrecedenceList, name: Mapping[str, str], *, version: int, actor: Actor, now: datetime
) -> PrecedenceList:
    change_in(db, row, {"name": dict(name)}, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now)
    return row


def approve_precedence_list(
    db: DbSession, row: PrecedenceList, by: str | None, *, version: int, actor: Actor, now: datetime
) -> PrecedenceList:
    """Note who approved the order, as they are named on paper; None takes the approval back. Both are told to the log.

    The same name again changes nothing, so that the day of the approval stays.
    """
    same = by == row.approved_by
    changes = {} if same else {"approved_by": by, "approved_at": now if by else None}
    action = "approved" if by else "unapproved"
    change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now, action=action)
    return row


def add_precedence_entry(
    db: DbSession,
    precedence: PrecedenceList,
    person_id: int,
    *,
    capacity: Mapping[str, str],
    reason: str = "",
    before: int | None = None,
    after: int | None = None,
    actor: Actor,
    now: datetime,
) -> PrecedenceEntry:
    """Put a person before or after another entry, named by its id, or last. No other entry changes."""
    require(db, precedence.edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    _lock(db, precedence.id)
    _refuse_person(db, precedence.id, person_id)
    row = PrecedenceEntry(
        edition_id=precedence.edition_id,
        list_id=precedence.id,
        person_id=person_id,
        capacity=dict(capacity),
        reason=reason,
        sort_key=key_between(*_neighbors(db, precedence.id, before, after)),
    )
    create_in(db, row, Permission.EDIT_PRECEDENCE, actor=actor, now=now)
    return row


def update_precedence_entry(
    db: DbSession,
    edition_id: int,
    entry_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> PrecedenceEntry:
    """Change in which capacity a person stands there, and why."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    row = get_in(db, PrecedenceEntry, edition_id, entry_id)
    change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now)
    return row


def move_precedence_entry(
    db: DbSession,
    edition_id: int,
    entry_id: int,
    *,
    reason: str,
    before: int | None = None,
    after: int | None = None,
    version: int,
    actor: Actor,
    now: datetime,
) -> PrecedenceEntry:
    """Put a person before or after another entry, named by its id, or last, and say why. No other entry changes.

    Where the person stands there already, only the reason is taken.
    """
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    row = get_in(db, PrecedenceEntry, edition_id, entry_id)
    if not reason:
        raise Invalid(fields={"reason": "required"})
    _lock(db, row.list_id)
    low, high = _neighbors(db, row.list_id, before, after, moved=row.id)
    stays = (low is None or low < row.sort_key) and (high is None or row.sort_key < high)
    changes = {"reason": reason, "sort_key": row.sort_key if stays else key_between(low, high)}
    change_in(
        db,
        row,
        changes,
        Permission.EDIT_PRECEDENCE,
        version=version,
        actor=actor,
        now=now,
        action="changed" if stays else "moved",
        reason=reason,
    )
    return row


def remove_precedence_entry(
    db: DbSession, edition_id: int, entry_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take a person out of a list; the order of the others stays."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    row = get_in(db, PrecedenceEntry, edition_id, entry_id)
    name = name_of(db.get_one(Person, row.person_id)).texts
    return remove_in(db, row, label=name, version=version, actor=actor, now=now)


def bring_back_precedence_entry(
    db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime
) -> Removal:
    """To where the person was; behind whoever was put exactly there meanwhile."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    _lock(db, held["list_id"])
    key, in_list = PrecedenceEntry.sort_key, PrecedenceEntry.list_id == held["list_id"]
    instead = {}
    if db.scalar(select(PrecedenceEntry.id).where(in_list, key == held["sort_key"])):
        after = db.scalar(select(func.min(key)).where(in_list, key > held["sort_key"]))
        instead = {"sort_key": key_between(held["sort_key"], after)}
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def _lock(db: DbSession, list_id: int) -> None:
    """Whoever puts someone at the same place in this moment waits here, and then finds another key."""
    db.scalar(select(PrecedenceList.id).where(PrecedenceList.id == list_id).with_for_update())


def _refuse_person(db: DbSession, list_id: int, person_id: int) -> None:
    if db.get(Person, person_id) is None:
        raise Invalid(fields={"person_id": "unknown"})
    held = select(PrecedenceEntry.id).where(PrecedenceEntry.list_id == list_id, PrecedenceEntry.person_id == person_id)
    if db.scalar(held):
        raise AlreadyExists(fields={"person_id": "taken"})


def _neighbors(
    db: DbSession, list_id: int, before: int | None, after: int | None, *, moved: int | None = None
) -> tuple[str | None, str | None]:
    """The keys between which an entry goes, a new one or the one to be `moved`; None is an open end."""
    if before is not None and after is not None:
        raise Invalid(fields={"after": "not-with-before"})
    key = PrecedenceEntry.sort_key
    others = [PrecedenceEntry.list_id == list_id, PrecedenceEntry.id != (moved or 0)]
    if before is not None:
        high = _key_of(db, "before", before, others)
        return db.scalar(select(func.max(key)).where(*others, key < high)), high
    if after is not None:
        low = _key_of(db, "after", after, others)
        return low, db.scalar(select(func.min(key)).where(*others, key > low))
    return db.scalar(select(func.max(key)).where(*others)), None


def _key_of(db: DbSession, field: str, entry_id: int, others: list[ColumnElement[bool]]) -> str:
    key = db.scalar(select(PrecedenceEntry.sort_key).where(*others, PrecedenceEntry.id == entry_id))
    if key is None:
        raise Invalid(fields={field: "unknown"})
    return key
