"""Admit a person or let them leave in one statement, and look up when and by which device they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.database.compiled_statements import Prepared
from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.days import day_begins
from forumapp.domain.checkin.models import Admission, CheckinDevice, Scan
from forumapp.domain.checkin.overrides import COLUMNS, by_word, with_overrides
from forumapp.domain.checkin.rules import LETS_THROUGH, Direction, PassMode, Presence, Result, move

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.checkin.setup.stations import Station


class LetInBy(NamedTuple):
    """When a person came in, by which device or account, and the override that admitted them, if any."""

    at: datetime
    where: str
    by_word: ByWord | None


_A = Admission
_ADMIT = Prepared(
    insert(_A)
    .on_conflict_do_nothing(index_elements=["checkpoint_id", "registration_id", "is_rehearsal"])
    .returning(_A.id)
)
_THIS = (
    _A.checkpoint_id == bindparam("here"),
    _A.registration_id == bindparam("of_one"),
    _A.is_rehearsal == bindparam("rehearsed"),
)
_OVERTAKE = update(_A).where(*_THIS, _A.first_at > bindparam("at")).returning(_A.id)
# Where people pass once, since then they are inside; where they come and go `since` is the newest of their moves.
_OVERTAKEN = {
    PassMode.ONCE: Prepared(_OVERTAKE.values(first_at=bindparam("at"), since=bindparam("at"))),
    PassMode.IN_OUT: Prepared(_OVERTAKE.values(first_at=bindparam("at"))),
}
_MOVE = update(_A).where(*_THIS, _A.since <= bindparam("at")).returning(_A.id)
_HAS_LEFT = or_(
    _A.presence == Presence.OUT, _A.since < bindparam("day_begins")
)  # includes people not scanned on leaving
_MOVES = {
    Result.PASSED: Prepared(_MOVE.where(_HAS_LEFT).values(presence=Presence.IN, since=bindparam("at"))),
    Result.OUT: Prepared(_MOVE.where(_A.presence == Presence.IN).values(presence=Presence.OUT, since=bindparam("at"))),
}
_MOVED_SINCE = Prepared(select(_A.id).where(*_THIS, _A.since > bindparam("at")))
_SINCE = select(_A.since).where(*_THIS)
# The scan that decided, which another one may have followed that was received before it.
_LET_IN_BY = (
    with_overrides(select(Scan.counts_at, CheckinDevice.name, Account.name, *COLUMNS).select_from(Scan))
    .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
    .outerjoin(Account, Account.id == Scan.account_id)
    .where(Scan.registration_id == bindparam("of_one"), Scan.checkpoint_id == bindparam("here"))
    .where(Scan.result == Result.PASSED, Scan.is_rehearsal == bindparam("rehearsed"))
    .order_by(case((Scan.counts_at == _SINCE.scalar_subquery(), 0), else_=1), Scan.counts_at.desc(), Scan.id.desc())
    .limit(1)
)


def let_in_by(db: DbSession, checkpoint_id: int, registration_id: int, *, is_rehearsal: bool) -> LetInBy | None:
    values = {"of_one": registration_id, "here": checkpoint_id, "rehearsed": is_rehearsal}
    by = db.connection().execute(_LET_IN_BY, values).first()
    return LetInBy(by[0], by[1] or by[2], by_word(by[3], by[4])) if by else None


def let_in(
    db: DbSession,
    station: Station,
    registration_id: int,
    presence: Presence | None,
    result: Result,
    *,
    direction: Direction,
    at: datetime,
    is_late: bool,
) -> Result:
    """Store the move of a registration that may pass; `result` comes from `move`.

    Where people come and go, a late scan older than the last move does not change where they are.
    """
    mode = station.asks.mode
    this = {"here": station.checkpoint_id, "of_one": registration_id, "rehearsed": station.is_rehearsal, "at": at}
    if is_late and mode is PassMode.IN_OUT and presence is not None and _MOVED_SINCE.rows(db, this):
        if direction is Direction.OUT:
            return Result.OUT
        _OVERTAKEN[mode].rows(db, this)
        return Result.PASSED
    if result in LETS_THROUGH and presence is not None:
        since = {"day_begins": day_begins(at, station.asks.zone)} if result is Result.PASSED else {}
        moved = _MOVES[result].rows(db, {**this, **since})
        return result if moved else move(Presence.OUT if result is Result.OUT else Presence.IN, mode, direction)
    if result is Result.PASSED:
        where = {"edition_id": station.edition_id, "checkpoint_id": station.checkpoint_id}
        row = {**where, "registration_id": registration_id, "is_rehearsal": station.is_rehearsal}
        if _ADMIT.rows(db, {**row, "presence": Presence.IN, "first_at": at, "since": at}):
            return result
        result = Result.ALREADY_IN  # another scan was faster
    if result is Result.ALREADY_IN and is_late and _OVERTAKEN[mode].rows(db, this):
        return Result.PASSED  # it was made before the one that was received first
    return result
