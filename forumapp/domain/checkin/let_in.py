"""When and by which device or person somebody was let in who is inside already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, select

from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Admission, CheckinDevice, Scan
from forumapp.domain.checkin.rules import Result

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

_SINCE = select(Admission.since).where(
    Admission.checkpoint_id == bindparam("here"),
    Admission.registration_id == bindparam("of_one"),
    Admission.is_rehearsal == bindparam("rehearsed"),
)
# The scan that decided, which another one may have followed that was received before it.
_LET_IN_BY = (
    select(Scan.counts_at, CheckinDevice.name, Account.name)
    .select_from(Scan)
    .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
    .outerjoin(Account, Account.id == Scan.account_id)
    .where(Scan.registration_id == bindparam("of_one"), Scan.checkpoint_id == bindparam("here"))
    .where(Scan.result == Result.PASSED, Scan.is_rehearsal == bindparam("rehearsed"))
    .order_by(case((Scan.counts_at == _SINCE.scalar_subquery(), 0), else_=1), Scan.counts_at.desc(), Scan.id.desc())
    .limit(1)
)


def let_in_by(
    db: DbSession, checkpoint_id: int, registration_id: int, *, is_rehearsal: bool
) -> tuple[datetime, str] | None:
    asked = {"of_one": registration_id, "here": checkpoint_id, "rehearsed": is_rehearsal}
    by = db.connection().execute(_LET_IN_BY, asked).first()
    return (by[0], by[1] or by[2]) if by else None
