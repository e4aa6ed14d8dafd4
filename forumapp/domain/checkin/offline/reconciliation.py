"""Conflicts caused by offline stations, for a person to review.

There are four kinds:

- `twice`: two stations admitted the same badge, each on its own.
- `not-valid`: a station admitted a person who, as is known now, should not have passed.
- `replaced`: the code was valid when scanned, but the registration was substituted before the scan arrived. Two people
  may be inside on one spot.
- `taken-back`: the desk undid a check-in, and an older scan of the same person arrived afterwards. It admits them,
  because the desk did not know of it; it may be the same mistake.

Conflicts are computed from the scans. Only the review is stored.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import create, remove
from forumapp.domain.checkin.models import Admission, CheckinDevice, Checkpoint, Scan, ScanReview
from forumapp.domain.checkin.rules import LETS_THROUGH, PassMode, Result
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration, TicketCode

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.rules import Name

SEE = Permission.CHECK_IN


class Conflict(enum.StrEnum):
    TWICE = "twice"
    NOT_VALID = "not-valid"
    REPLACED = "replaced"
    TAKEN_BACK = "taken-back"


class ReviewState(enum.StrEnum):
    OPEN = "open"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class ScanConflict:
    """A scan to review. `first_at` and `first_by` are the time and the station of the scan that admitted the person."""

    scan: Scan
    kind: Conflict
    checkpoint: dict[str, str]
    by: str
    name: Name | None
    first_at: datetime | None
    first_by: str | None
    review: ScanReview | None
    reviewed_by: str | None


def conflicts_page(
    db: DbSession,
    edition_id: int,
    *,
    state: ReviewState = ReviewState.OPEN,
    number: int = 1,
    size: int = PAGE_SIZE,
    actor: Actor,
) -> Page[ScanConflict]:
    """List open or reviewed conflicts, newest first. Raises Forbidden without the check-in permission."""
    require_all(db, edition_id, SEE, actor=actor)
    page = paged(db, _conflict_query(edition_id, state).order_by(Scan.id.desc()), number=number, size=size)
    return page.of(_conflicts(db, page.items))


def count_open(db: DbSession, edition_id: int) -> int:
    """Count the conflicts without a review."""
    return db.scalar(select(func.count()).select_from(_conflict_query(edition_id, ReviewState.OPEN).subquery())) or 0


def review(
    db: DbSession, edition_id: int, scan_id: int, note: str = "", *, actor: Actor, now: datetime
) -> ScanConflict:
    """Store a review with a note. A second review changes nothing. Raises Forbidden, and NotFound for no conflict."""
    require_all(db, edition_id, SEE, actor=actor)
    row = _get_row(db, edition_id, scan_id)
    if row.ScanReview is None:
        made = ScanReview(edition_id=edition_id, scan_id=scan_id, note=note.strip(), reviewed_by=actor.account_id)
        create(db, made, actor=actor, now=now)
    return _conflicts(db, [_get_row(db, edition_id, scan_id)])[0]


def reopen(db: DbSession, edition_id: int, scan_id: int, *, actor: Actor, now: datetime) -> ScanConflict:
    """Remove the review of a conflict. Raises Forbidden, and NotFound for no conflict."""
    require_all(db, edition_id, SEE, actor=actor)
    row = _get_row(db, edition_id, scan_id)
    if row.ScanReview is not None:
        remove(db, row.ScanReview, actor=actor, now=now)
    return _conflicts(db, [_get_row(db, edition_id, scan_id)])[0]


def erase_notes(
    db: DbSession, edition_id: int, *, of: Collection[int] | None = None, now: datetime, dry_run: bool = False
) -> dict[str, int]:
    """Erase the notes of reviews, for all registrations or those in `of`. The reviews themselves stay."""
    conditions = [ScanReview.edition_id == edition_id, ScanReview.note != ""]
    if of is not None:
        conditions.append(ScanReview.scan_id.in_(select(Scan.id).where(Scan.registration_id.in_(of))))
    if dry_run:
        count = db.execute(select(func.count()).select_from(ScanReview).where(*conditions)).scalar_one()
    else:
        gone = update(ScanReview).where(*conditions).values(note="", updated_at=now)
        count = int(db.connection().execute(gone).rowcount)
    return {"scan_review": count}


def _conflict_query(edition_id: int, state: ReviewState | None) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(Scan, Checkpoint.name, CheckinDevice.name, Account.name, Person, Admission.first_at, ScanReview)
        .add_columns(_kind())
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .join(Registration, Registration.id == Scan.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .outerjoin(Admission, _same_place(Admission))
        .outerjoin(ScanReview, ScanReview.scan_id == Scan.id)
        .where(Scan.edition_id == edition_id, Scan.is_rehearsal.is_(False))
        .where(or_(_let_in_wrongly(), _was_not_first(), _was_taken_back(), _was_replaced()))
    )
    if state is None:
        return query
    return query.where(ScanReview.id.is_(None) if state is ReviewState.OPEN else ScanReview.id.is_not(None))


def _same_place(other: Any) -> ColumnElement[bool]:
    """Match rows of the same checkpoint and registration, outside rehearsals."""
    theirs = other.checkpoint_id == Scan.checkpoint_id, other.registration_id == Scan.registration_id
    return and_(*theirs, other.is_rehearsal.is_(False))


def _kind() -> ColumnElement[str]:
    return case(
        (or_(Scan.result == Result.ALREADY_IN, _was_not_first()), Conflict.TWICE.value),
        (_let_in_wrongly(), Conflict.NOT_VALID.value),
        (_was_taken_back(), Conflict.TAKEN_BACK.value),
        else_=Conflict.REPLACED.value,
    ).label("kind")


def _let_in_wrongly() -> ColumnElement[bool]:
    """Match scans that a station let through and the rules refuse."""
    return and_(Scan.told.in_(LETS_THROUGH), Scan.result.not_in(LETS_THROUGH))


def _was_not_first() -> ColumnElement[bool]:
    """Match passes superseded by an earlier scan that arrived later, unless undone since."""
    is_other = Admission.first_at != Scan.counts_at
    return and_(Checkpoint.mode == PassMode.ONCE, Scan.result == Result.PASSED, is_other, ~_undone(since=True))


def _was_taken_back() -> ColumnElement[bool]:
    """Match late passes made before the desk undid a check-in and received after, unless undone since."""
    is_late = Scan.result == Result.PASSED, Scan.told.is_not(None)
    return and_(*is_late, _undone(since=False), ~_undone(since=True))


def _undone(*, since: bool) -> ColumnElement[bool]:
    """Match scans followed by an undo: after the scan was received, or between its making and its receipt."""
    other = aliased(Scan)
    when = (other.id > Scan.id,) if since else (other.id < Scan.id, other.counts_at >= Scan.counts_at)
    return exists(select(other.id).where(_same_place(other), other.result == Result.UNDONE, *when))


def _was_replaced() -> ColumnElement[bool]:
    """Match late passes with a code that was revoked by a substitution before the scan was received."""
    ended = exists(
        select(TicketCode.id).where(
            TicketCode.registration_id == Scan.registration_id,
            TicketCode.revoked_at > Scan.counts_at,
            TicketCode.revoked_at <= Scan.received_at,
        )
    )
    is_late = Scan.result == Result.PASSED, Scan.told.is_not(None), Registration.replaced_by_id.is_not(None)
    return and_(*is_late, ended)


def _get_row(db: DbSession, edition_id: int, scan_id: int) -> Any:
    row = db.execute(_conflict_query(edition_id, None).where(Scan.id == scan_id)).first()
    if row is None:
        raise NotFound(entity="scan")
    return row


def _conflicts(db: DbSession, rows: list[Any]) -> list[ScanConflict]:
    firsts = _first_by(db, rows)
    accounts = [row.ScanReview.reviewed_by for row in rows if row.ScanReview]
    named = db.execute(select(Account.id, Account.name).where(Account.id.in_(accounts)))
    names: dict[int | None, str] = {row[0]: row[1] for row in named}
    conflicts = []
    for row in rows:
        scan, place, device, account, person, first_at, review, kind_value = row
        kind = Conflict(kind_value)
        first = first_at if kind is Conflict.TWICE else None
        conflicts.append(
            ScanConflict(
                scan,
                kind,
                place,
                device or account or "",
                name_of(person) if person else None,
                first,
                firsts.get((scan.checkpoint_id, scan.registration_id, first)) if first else None,
                review,
                names.get(review.reviewed_by) if review else None,
            )
        )
    return conflicts


def _first_by(db: DbSession, rows: list[Any]) -> dict[tuple[int, int | None, datetime], str]:
    """Return who made the deciding scans, by checkpoint, registration and time."""
    ids = [row.Scan.registration_id for row in rows]
    query = (
        select(Scan.checkpoint_id, Scan.registration_id, Scan.counts_at, CheckinDevice.name, Account.name)
        .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .where(Scan.registration_id.in_(ids), Scan.result == Result.PASSED, Scan.is_rehearsal.is_(False))
    )
    return {
        (point, registration, at): device or account or ""
        for point, registration, at, device, account in db.execute(query)
    }
