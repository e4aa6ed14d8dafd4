"""Check-in is closed: of those who are expected, whoever came is set down as attended, and whoever did not as a
no-show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, distinct, func, or_, select

from forumapp.core.errors import Refusal
from forumapp.core.values.times import start_of_day
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.checkin import rehearsals
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.models.delegations import BulkAction, BulkRun
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.attendance.who_came import admitted, came_without_place, is_expected, was_let_in
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_REGISTRATIONS
ATTENDED, NO_SHOW = RegistrationStatus.ATTENDED, RegistrationStatus.NO_SHOW


class CannotClose(Refusal):
    """Not yet: nobody was scanned, so that all would be no-shows (`nobody-scanned`); the last day has not begun
    (`not-over`); or a rehearsal runs (`rehearsal`).
    """

    code = "cannot-close"


class NothingToClose(Refusal):
    """Everyone who had a place is set down already."""

    code = "nothing-to-close"


@dataclass(frozen=True, slots=True)
class Closing:
    """How many would be set down as attended and as no-shows, how many are so already, and what stands against it. That
    is everyone who is expected. `others` have come without a place, and nothing is set down of them. `run_id` is the
    closing at which a worker is.
    """

    to_attend: int
    to_miss: int
    attended: int
    missed: int
    others: int
    why_not: str | None
    run_id: int | None


def closing(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> Closing:
    """What closing would do by now."""
    require_all(db, edition_id, EDIT, actor=actor)
    entered = admitted(edition_id)
    is_here = was_let_in(edition_id, entered)
    counted = select(Registration.status, is_here, func.count()).group_by(Registration.status, is_here)
    rows = db.execute(counted.where(Registration.edition_id == edition_id, is_expected()))
    found = {(status, bool(here)): count for status, here, count in rows}
    others = select(func.count(distinct(Registration.person_id))).where(came_without_place(edition_id, entered))
    return Closing(
        found.get((RegistrationStatus.CONFIRMED, True), 0) + found.get((NO_SHOW, True), 0),
        found.get((RegistrationStatus.CONFIRMED, False), 0),
        found.get((ATTENDED, True), 0) + found.get((ATTENDED, False), 0),
        found.get((NO_SHOW, False), 0),
        db.execute(others).scalar_one(),
        _why_not(db, edition_id, now=now),
        bulk_actions.unfinished(db, edition_id, BulkAction.ATTENDANCE),
    )


def close(db: DbSession, edition_id: int, *, actor: Actor, now: datetime) -> BulkRun:
    """A worker sets down everyone who is confirmed, one by one, as attended or as a no-show, and as attended whoever
    was a no-show and was scanned after all. Whom somebody set down as attended stays so. It can be done again, when
    late scans came in, and undone. Raises CannotClose and NothingToClose.
    """
    require_all(db, edition_id, EDIT, actor=actor)
    why_not = _why_not(db, edition_id, now=now)
    if why_not is not None:
        raise CannotClose(why=why_not)
    is_here = was_let_in(edition_id, admitted(edition_id))
    each: Any = (
        select(Registration.id, Registration.version, case((is_here, ATTENDED.value), else_=NO_SHOW.value))
        .where(Registration.edition_id == edition_id, is_expected(), _is_open(is_here))
        .order_by(Registration.id)
    )
    if db.scalar(select(each.exists())) is not True:
        raise NothingToClose
    return bulk_actions.ask_each(db, edition_id, BulkAction.ATTENDANCE, each, actor=actor, now=now)


def _is_open(is_here: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(Registration.status == RegistrationStatus.CONFIRMED, and_(Registration.status == NO_SHOW, is_here))


def _why_not(db: DbSession, edition_id: int, *, now: datetime) -> str | None:
    edition = db.get_one(Edition, edition_id)
    if rehearsals.running(db, edition_id, now=now) is not None:
        return "rehearsal"
    if now < start_of_day(edition.ends_on, edition.zone):
        return "not-over"
    return None if db.scalar(admitted(edition_id).limit(1)) is not None else "nobody-scanned"
