"""Rehearsals of check-in, on real data: nothing of them is left when they end.

Started and ended by whoever sets up the checkpoints, since one is for every station of the edition at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from forumapp.core.errors import Refusal
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import SYSTEM, change, create
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.models import Admission, Checkpoint, Rehearsal, Scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_EDITION


class NotInRehearsal(Refusal):
    """What would stay after a rehearsal is not done in one. `result` in its details is what would have come of a scan
    that was tried with it.
    """

    code = "not-in-rehearsal"


class RehearsalRuns(Refusal):
    code = "rehearsal-runs"


class RehearsalOver(Refusal):
    code = "rehearsal-over"


class ForumHasBegun(Refusal):
    """From the first day on every scan counts."""

    code = "forum-has-begun"


def refuse_in_rehearsal(db: DbSession, edition_id: int, *, now: datetime, **tried: Any) -> None:
    """For whatever the desk changes of registrations, places, boardings, pieces or letters. Raises NotInRehearsal, with
    what came of what was tried.
    """
    if rehearsals.running(db, edition_id, now=now) is not None:
        raise NotInRehearsal(**tried)


def start_rehearsal(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> Rehearsal:
    """From now on all scans are of it. Raises ForumHasBegun or RehearsalRuns."""
    require(db, edition_id, EDIT, actor=actor)
    if now >= rehearsals.first_day(db, edition_id):
        raise ForumHasBegun
    if rehearsals.running(db, edition_id, now=now) is not None:
        raise RehearsalRuns
    row = Rehearsal(edition_id=edition_id, started_at=now, started_by=actor.account_id)
    create(db, row, actor=actor, now=now)
    return row


def end_rehearsal(
    db: DbSession, edition_id: int, rehearsal_id: int, *, version: int, actor: Actor, now: datetime
) -> tuple[Rehearsal, int]:
    """With all that was scanned in it; how many scans that were. Raises RehearsalOver or Stale."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_rehearsal(db, edition_id, rehearsal_id)
    if row.ended_at is not None:
        raise RehearsalOver
    return row, _end(db, row, {"ended_at": now, "ended_by": actor.account_id}, version=version, actor=actor, now=now)


def list_forgotten(db: DbSession, *, now: datetime) -> list[int]:
    """Those of editions whose first day has begun, of which no scan has been since."""
    open_ones = db.scalars(select(Rehearsal).where(Rehearsal.ended_at.is_(None)).order_by(Rehearsal.id))
    return [row.id for row in open_ones.all() if now >= rehearsals.first_day(db, row.edition_id)]


def end_forgotten(db: DbSession, rehearsal_id: int, *, now: datetime) -> None:
    """With the first day of its edition. One that was ended meanwhile is left."""
    row = db.get_one(Rehearsal, rehearsal_id)
    if row.ended_at is None:
        ended = {"ended_at": max(rehearsals.first_day(db, row.edition_id), row.started_at)}
        _end(db, row, ended, version=row.version, actor=SYSTEM, now=now)


def get_rehearsal(db: DbSession, edition_id: int, rehearsal_id: int) -> Rehearsal:
    return get_in(db, Rehearsal, edition_id, rehearsal_id)


def rehearsals_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Rehearsal]:
    """The latest first."""
    query = select(Rehearsal).where(Rehearsal.edition_id == edition_id)
    return paged(db, query.order_by(Rehearsal.id.desc()), number=number, size=size)


def count_scans(db: DbSession, edition_id: int) -> int:
    """In the rehearsal that runs."""
    of = Scan.checkpoint_id.in_(_checkpoints(edition_id)), Scan.is_rehearsal.is_(True)
    return db.scalar(select(func.count()).select_from(Scan).where(*of)) or 0


def _end(db: DbSession, row: Rehearsal, ended: Mapping[str, Any], *, version: int, actor: Actor, now: datetime) -> int:
    """Its row is changed first: that waits for every scan of it that is under way, and later ones find it ended."""
    change(db, row, ended, version=version, actor=actor, now=now, action="ended")
    count = count_scans(db, row.edition_id)
    for kind in (Scan, Admission):
        of = kind.checkpoint_id.in_(_checkpoints(row.edition_id)), kind.is_rehearsal.is_(True)
        db.execute(delete(kind).where(*of).execution_options(synchronize_session=False))
    return count


def _checkpoints(edition_id: int) -> Any:
    return select(Checkpoint.id).where(Checkpoint.edition_id == edition_id)
