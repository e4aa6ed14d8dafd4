"""Limiting how many come to a whole edition, whichever types they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Stale, refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.lists.queries import EditionTotal, edition_places
from forumapp.domain.registration.models import EditionPlaces, RegistrationType
from forumapp.domain.registration.rules import quota_fault
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def set_edition_places(
    db: DbSession, edition_id: int, quota: int | None, *, version: int, actor: Actor, now: datetime
) -> EditionTotal:
    """Limit the places of all types together, or no longer (None); more places go to those who wait at once.

    `version` is 0 where nobody had limited them before. A quota below the places given is refused.
    """
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    lock_name(db, f"places:{edition_id}")  # before there is a row
    row = _locked(db, edition_id)
    if row is None and version:
        raise Stale
    counters.lock_all_types(db)
    total = edition_places(db, edition_id)
    refuse_faults({"quota": quota_fault(quota, total.taken)})
    if row is None:
        row = EditionPlaces(edition_id=edition_id)
        create(db, row, actor=actor, now=now)
        version = row.version
    change(db, row, {"quota": quota}, version=version, actor=actor, now=now)
    _count(db, edition_id, total, counts=quota is not None)
    for type_id in _with_a_queue(db, edition_id):
        move_up_all(db, type_id, actor=actor, now=now)
    return edition_places(db, edition_id)


def _locked(db: DbSession, edition_id: int) -> EditionPlaces | None:
    query = select(EditionPlaces).where(EditionPlaces.edition_id == edition_id).with_for_update()
    return db.scalar(query.execution_options(populate_existing=True))


def _count(db: DbSession, edition_id: int, total: EditionTotal, *, counts: bool) -> None:
    given = {"taken": total.taken, "over": total.over} if counts else {"taken": 0, "over": 0}
    db.connection().execute(update(EditionPlaces).where(EditionPlaces.edition_id == edition_id).values(given))
    of_edition = update(RegistrationType).where(RegistrationType.edition_id == edition_id)
    db.connection().execute(of_edition.values(is_limited=counts, updated_at=RegistrationType.updated_at))
    db.expire_all()


def _with_a_queue(db: DbSession, edition_id: int) -> list[int]:
    query = select(RegistrationType.id).where(RegistrationType.edition_id == edition_id, RegistrationType.waiting > 0)
    return list(db.scalars(query.order_by(RegistrationType.id)))
