"""Lists of precedence: people put others in order for a purpose, say why, and approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from forumapp.core.database.db import Base
from forumapp.core.database.flushing import flush
from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import change
from forumapp.domain.people.models import ApprovedPlace, Person, PrecedenceEntry, PrecedenceList, PrecedencePurpose
from forumapp.domain.people.precedence.keys import key_between
from forumapp.domain.people.records.services import name_of

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
    purpose: PrecedencePurpose | None = None,
    session_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> PrecedenceList:
    """An order for one purpose, of the edition or of one session. It counts on paper only once someone has approved it.

    The purpose is what the scope says, where that is the word of one.
    """
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    held = select(PrecedenceList.id).where(PrecedenceList.edition_id == edition_id, PrecedenceList.scope == scope)
    if db.scalar(held):
        raise AlreadyExists(fields={"scope": "taken"})
    said = purpose or next((one for one in PrecedencePurpose if one == scope), PrecedencePurpose.OTHER)
    row = PrecedenceList(edition_id=edition_id, scope=scope, name=dict(name), purpose=said, session_id=session_id)
    _refuse_strange_session(db, edition_id, session_id)
    create_in(db, row, Permission.EDIT_PRECEDENCE, actor=actor, now=now)
    return row


def update_precedence_list(
    db: DbSession, row: PrecedenceList, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> PrecedenceList:
    """Change what an order is called, for what it is, and of which session."""
    _refuse_strange_session(db, row.edition_id, changes.get("session_id"))
    change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now)
    return row


def approve_precedence_list(
    db: DbSession, row: PrecedenceList, by: str | None, *, version: int, actor: Actor, now: datetime
) -> PrecedenceList:
    """Note who approved the order, as they are named on paper; None takes the approval back. Both are told to the log.

    The same name again changes nothing, so that the day of the approval stays. Whoever approves has seen the order:
    each change of it raises the list's version. As it stands now it is kept for papers, in place of what was kept.
    """
    changes: dict[str, Any] = {}
    if by != row.approved_by:
        changes = {"approved_by": by, "approved_at": now if by else None}
        changes |= {"was_approved_by": None, "was_approved_at": None}
    action = "approved" if by else "unapproved"
    change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now, action=action)
    if changes:
        _keep_places(db, row)
    return row


def _keep_places(db: DbSession, row: PrecedenceList) -> None:
    """As the order stands, if it is approved now."""
    db.execute(delete(ApprovedPlace).where(ApprovedPlace.list_id == row.id))
    if row.approved_at is not None:
        for one in db.scalars(select(PrecedenceEntry).where(PrecedenceEntry.list_id == row.id)).all():
            said: dict[str, Any] = {"person_id": one.person_id, "capacity": dict(one.capacity)}
            db.add(ApprovedPlace(edition_id=row.edition_id, list_id=row.id, sort_key=one.sort_key, **said))
        flush(db)


def end_approval(db: DbSession, row: PrecedenceList, *, actor: Actor, now: datetime) -> None:
    """What stands there is a draft until someone approves it anew; papers go on with what was approved."""
    if row.approved_at is None:
        flag_modified(row, "updated_at")  # whoever has the list before them has not seen this
        flush(db)
        return
    ended = {"was_approved_by": row.approved_by, "was_approved_at": row.approved_at}
    changes = {"approved_by": None, "approved_at": None, **ended}
    change(db, row, changes, version=row.version, actor=actor, now=now, action="unapproved")


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
    held = hold_list(db, precedence.id)
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
    end_approval(db, held, actor=actor, now=now)
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
    """Change in which office and capacity a person is ranked, which ends the approval, and why."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    row = get_in(db, PrecedenceEntry, edition_id, entry_id)
    held, was = hold_list(db, row.list_id), row.capacity
    change_in(db, row, changes, Permission.EDIT_PRECEDENCE, version=version, actor=actor, now=now)
    if row.capacity != was:
        end_approval(db, held, actor=actor, now=now)
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
    held = hold_list(db, row.list_id)
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
    if not stays:
        end_approval(db, held, actor=actor, now=now)
    return row


def remove_precedence_entry(
    db: DbSession, edition_id: int, entry_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Take a person out of a list; the order of the others stays."""
    require(db, edition_id, Permission.EDIT_PRECEDENCE, actor=actor)
    row = get_in(db, PrecedenceEntry, edition_id, entry_id)
    name, held = name_of(db.get_one(Person, row.person_id)).texts, hold_list(db, row.list_id)
    removal = remove_in(db, row, label=name, version=version, actor=actor, now=now)
    end_approval(db, held, actor=actor, now=now)
    return removal


def bring_back_precedence_entry(
    db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime
) -> Removal:
    """To where the person was; behind whoever was put exactly there meanwhile."""
    was = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    held = hold_list(db, was["list_id"])
    key, in_list = PrecedenceEntry.sort_key, PrecedenceEntry.list_id == held.id
    instead = {}
    if db.scalar(select(PrecedenceEntry.id).where(in_list, key == was["sort_key"])):
        after = db.scalar(select(func.min(key)).where(in_list, key > was["sort_key"]))
        instead = {"sort_key": key_between(was["sort_key"], after)}
    removal = bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)
    end_approval(db, held, actor=actor, now=now)
    return removal


def hold_list(db: DbSession, list_id: int) -> PrecedenceList:
    """Whoever changes the same order in this moment waits here, and then finds it as it was left."""
    query = select(PrecedenceList).where(PrecedenceList.id == list_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _refuse_strange_session(db: DbSession, edition_id: int, session_id: int | None) -> None:
    """Sessions belong to a domain above this one."""
    sessions = Base.metadata.tables["session"]
    here = select(sessions.c.id).where(sessions.c.edition_id == edition_id, sessions.c.id == session_id)
    if session_id is not None and db.scalar(here) is None:
        raise Invalid(fields={"session_id": "unknown"})


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
