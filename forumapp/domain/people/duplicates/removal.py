"""Removing from the registry what nothing hangs on, and bringing it back.

A person's posts go along; everything else that refers to a record keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, null, select

from forumapp.core.errors import InUse
from forumapp.domain.accounts.access import require_anywhere
from forumapp.domain.accounts.editing.removals import bring_back_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit import removals
from forumapp.domain.audit.services import stale
from forumapp.domain.people.duplicates.merging import find_anew
from forumapp.domain.people.duplicates.references import links_to
from forumapp.domain.people.models import Affiliation, Kept, Merge, Organization
from forumapp.domain.people.queries import get_organization, get_person
from forumapp.domain.people.records.services import name_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.models import Person

READ: dict[Kept, Callable[[DbSession, int], Any]] = {Kept.PERSON: get_person, Kept.ORGANIZATION: get_organization}


@dataclass(frozen=True, slots=True)
class Use:
    """How many rows of a table refer to a record, in an edition or across all."""

    table: str
    edition_id: int | None
    count: int


def remove_kept(db: DbSession, kind: Kept, row_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Raises InUse with what hangs on it, counted by table."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    row = READ[kind](db, row_id)
    if row.version != version:
        raise stale(row)
    if used := uses_of(db, kind, row_id):
        by: dict[str, int] = {}
        for one in used:
            by[one.table] = by.get(one.table, 0) + one.count
        raise InUse(entity=kind.value, by=by)
    posts = db.scalars(select(Affiliation).where(Affiliation.person_id == row_id).order_by(Affiliation.position)).all()
    along = posts if kind is Kept.PERSON else ()
    return removals.remove(db, row, along=along, label=_label(row), version=version, actor=actor, now=now)


def uses_of(db: DbSession, kind: Kept, row_id: int) -> list[Use]:
    """What keeps a record from being removed: what refers to it, and the records that became one with it."""
    found = []
    for column in links_to(kind.value):
        if column is Affiliation.__table__.c.person_id:
            continue
        table = column.table
        edition_id = table.c.get("edition_id", null())
        counted = select(edition_id, func.count()).select_from(table).where(column == row_id)
        if "edition_id" in table.c:
            counted = counted.group_by(edition_id).order_by(edition_id)
        found += [Use(str(table.name), edition, count) for edition, count in db.execute(counted) if count]
    merged = select(func.count()).where(Merge.entity == kind, Merge.kept_id == row_id)
    if count := db.scalar(merged):
        found.append(Use(Merge.__tablename__, None, count))
    return found


def bring_back_kept(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """It is found by its names again."""
    removal = bring_back_in(db, edition_id, removal_id, actor=actor, now=now)
    kind = Kept(removal.entity)
    find_anew(db, kind, READ[kind](db, removal.entity_id))
    return removal


def _label(row: Person | Organization) -> dict[str, str]:
    if isinstance(row, Organization):
        return {**row.legal, **row.short}
    return name_of(row).texts
