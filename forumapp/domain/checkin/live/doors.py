"""Activity at the checkpoints: how many people pass a door in five minutes, and which station scans where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, extract, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from forumapp.core.database.columns import UtcDateTime
from forumapp.core.values.times import start_of_day
from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.days import day_of, every_day
from forumapp.domain.checkin.live.queries import count_let_in
from forumapp.domain.checkin.live.rules import MOST_SKEW, STEP, STEPS, Flow, flow, is_silent, step_of
from forumapp.domain.checkin.models import Admission, CheckinDevice, Checkpoint, Scan
from forumapp.domain.checkin.overrides import COLUMNS, by_word, with_overrides
from forumapp.domain.checkin.rules import CheckpointKind, PassMode, Result
from forumapp.domain.registration.attendance.who_came import last_before

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.attendance.stays import Counted

# This many of the last scans cover every active station.
LAST = 200
DOORS = (CheckpointKind.DOOR,)

_Within = tuple["datetime | None", "datetime"]  # from when on, and before when


@dataclass(frozen=True, slots=True)
class Door:
    """A door; `let_in` counts the people who came in by it on that day or in all, each once."""

    id: int
    name: dict[str, str]
    let_in: int
    flow: Flow


@dataclass(frozen=True, slots=True)
class StationLine:
    """A device, or an account that scanned without one (`device_id` None), with its last scan and override.

    `heard_at` is its last sign of life; `skew` is how many seconds its clock is ahead.
    """

    name: str
    device_id: int | None
    checkpoint: dict[str, str]
    heard_at: datetime | None
    result: Result | None
    counts_at: datetime | None
    skew: int
    by_word: ByWord | None
    is_waiting: bool  # for its code to be typed
    is_silent: bool

    @property
    def is_astray(self) -> bool:
        """Whether its clock should be set."""
        return abs(self.skew) >= MOST_SKEW


def list_doors(db: DbSession, edition: Edition, counted: Counted, *, now: datetime) -> tuple[Door, ...]:
    """List the doors with their flow until now.

    The flow ends at the last arrival where the day is over or no one has come for as long as the chart shows.
    """
    query = select(Checkpoint.id, Checkpoint.name, Checkpoint.per_five_minutes)
    query = query.where(Checkpoint.edition_id == edition.id, Checkpoint.kind == CheckpointKind.DOOR)
    rows = db.execute(query.order_by(Checkpoint.code)).all()
    if not rows:
        return ()
    people = count_let_in(db, edition.id, counted, DOORS)
    begins, ends = counted.span or (None, None)
    until = min(max(now, begins or now), ends - STEP if ends else now)
    step = step_of(until)
    picture = max(step - STEP * (STEPS - 1), begins or step - STEP * STEPS), step + STEP
    is_over = ends is not None and ends <= now
    counts = {} if is_over else _by_steps(db, edition, counted, picture)
    if not counts:
        counts = _by_steps(db, edition, counted, (begins, step + STEP))
        until = max((at for _, at in counts), default=until)
    is_now = until == now

    def of(door: int) -> dict[datetime, int]:
        return {at: count for (where, at), count in counts.items() if where == door}

    return tuple(
        Door(one, name, people.get(one, 0), flow(of(one), until, capacity, is_now=is_now))
        for one, name, capacity in rows
    )


def _by_steps(db: DbSession, edition: Edition, counted: Counted, within: _Within) -> dict[tuple[int, datetime], int]:
    """Count arrivals by door and five-minute step."""
    came, seconds = _came_in(edition, counted, within), int(STEP.total_seconds())
    number = func.floor(extract("epoch", came.c.at) / seconds)
    rows = db.execute(select(came.c.checkpoint_id, number, func.count()).group_by(came.c.checkpoint_id, number))
    return {(where, datetime.fromtimestamp(int(at) * seconds, UTC)): count for where, at, count in rows}


def _came_in(edition: Edition, counted: Counted, within: _Within) -> Subquery:
    """Select the door and time of each arrival, without check-ins that the desk undid.

    Where people pass once, a person admitted by two offline stations came in by the first scan, as the admission says.
    """
    doors = select(Checkpoint.id).where(Checkpoint.edition_id == edition.id, Checkpoint.kind == CheckpointKind.DOOR)
    once = select(Admission.checkpoint_id, Admission.first_at.label("at")).where(
        Admission.checkpoint_id.in_(doors.where(Checkpoint.mode == PassMode.ONCE)),
        Admission.is_rehearsal == counted.is_rehearsal,
        *_lies(Admission.first_at, within),
    )
    points = doors.where(Checkpoint.mode == PassMode.IN_OUT)
    anew = select(Scan.checkpoint_id, Scan.counts_at).where(
        Scan.checkpoint_id.in_(points),
        Scan.is_rehearsal == counted.is_rehearsal,
        *_lies(Scan.counts_at, within),
        _came_anew(edition, counted, points, within),
    )
    if within[0] is not None:
        anew = anew.where(Scan.id > last_before(within[0]))
    return union_all(once, anew).subquery()


def _lies(at: Any, within: _Within) -> tuple[ColumnElement[bool], ...]:
    begins, ends = within
    return (at < ends, at >= begins) if begins else (at < ends,)


def _came_anew(edition: Edition, counted: Counted, points: Select[int], within: _Within) -> ColumnElement[bool]:
    """Match arrivals where people come and go.

    Usually these are the passes. A late scan may show that a person was inside already or had left, so the scans of
    people with late scans are compared with each other.
    """
    with_late_scans = select(Scan.registration_id).where(Scan.told.is_not(None), Scan.checkpoint_id.in_(points))
    through = Scan.result.in_((Result.PASSED, Result.ALREADY_IN))
    came = and_(through, _was_outside(edition, counted, within))
    anew = case((Scan.registration_id.in_(with_late_scans), came), else_=Scan.result == Result.PASSED)
    return and_(anew, Scan.id.not_in(counted.taken_back))


def _was_outside(edition: Edition, counted: Counted, within: _Within) -> ColumnElement[bool]:
    """Match scans of a person who had not come in that day or had left again, by the rules of `stays.stays`."""
    first, last = day_of(within[0] or within[1], edition.zone), day_of(within[1], edition.zone)
    if within[0] is None:
        first, last = edition.starts_on, max(edition.starts_on, min(last, edition.ends_on))
    starts = [literal(start_of_day(day, edition.zone), UtcDateTime) for day in every_day(first, last)]
    day = case(*((Scan.counts_at >= start, start) for start in reversed(starts)), else_=starts[0])
    other = aliased(Scan)
    earlier = or_(other.counts_at < Scan.counts_at, and_(other.counts_at == Scan.counts_at, other.id < Scan.id))
    before = (
        select(other.result)
        .where(other.registration_id == Scan.registration_id, other.checkpoint_id == Scan.checkpoint_id)
        .where(other.is_rehearsal == Scan.is_rehearsal, other.id.not_in(counted.taken_back))
        .where(other.counts_at >= day, earlier)
        .where(other.result.in_((Result.PASSED, Result.ALREADY_IN, Result.OUT)))
        .order_by(other.counts_at.desc(), other.id.desc())
        .limit(1)
    ).scalar_subquery()
    return func.coalesce(before, Result.OUT.value) == Result.OUT.value


def list_stations(db: DbSession, edition_id: int, counted: Counted, *, now: datetime) -> tuple[StationLine, ...]:
    """List the devices that are not revoked and the accounts that scanned recently, in at most four queries."""
    devices = select(CheckinDevice).where(CheckinDevice.edition_id == edition_id, CheckinDevice.revoked_at.is_(None))
    rows = db.scalars(devices.order_by(CheckinDevice.name, CheckinDevice.id)).all()
    places = select(Checkpoint.id, Checkpoint.name).where(Checkpoint.edition_id == edition_id)
    names = {row[0]: row[1] for row in db.execute(places)}
    latest = _latest(db, edition_id, counted)
    unheard = [row.id for row in rows if row.paired_at and (row.id, None) not in latest]
    latest |= _latest_of(db, unheard, counted)
    lines = [_device(row, names, latest.get((row.id, None)), now) for row in rows]
    return (*lines, *_accounts(db, names, [one for (device, _), one in latest.items() if device is None], now))


class _Last(NamedTuple):
    """The last scan of a station."""

    scan: Scan
    by_word: ByWord | None


def _latest(db: DbSession, edition_id: int, counted: Counted) -> dict[tuple[int | None, int | None], _Last]:
    """Return the last scan of each device and account among the last LAST scans."""
    of = Scan.edition_id == edition_id, Scan.is_rehearsal == counted.is_rehearsal
    latest: dict[tuple[int | None, int | None], _Last] = {}
    for scan, refused, who in db.execute(
        with_overrides(select(Scan, *COLUMNS)).where(*of).order_by(Scan.id.desc()).limit(LAST)
    ):
        latest.setdefault((scan.device_id, scan.account_id), _Last(scan, by_word(refused, who)))
    return latest


def _latest_of(db: DbSession, devices: Collection[int], counted: Counted) -> dict[tuple[int | None, int | None], _Last]:
    of = Scan.device_id.in_(devices), Scan.is_rehearsal == counted.is_rehearsal
    last = select(func.max(Scan.id)).where(*of).group_by(Scan.device_id)
    rows = db.execute(with_overrides(select(Scan, *COLUMNS)).where(Scan.id.in_(last))) if devices else ()
    return {(scan.device_id, None): _Last(scan, by_word(refused, who)) for scan, refused, who in rows}


def _device(row: CheckinDevice, names: Mapping[int, dict[str, str]], last: _Last | None, now: datetime) -> StationLine:
    received = last.scan.received_at if last else None
    heard = max((at for at in (row.paired_at, row.seen_at, received) if at), default=None)
    return StationLine(
        row.name,
        row.id,
        names[row.checkpoint_id],
        heard,
        *_last_scan(last),
        row.paired_at is None,
        is_silent(heard, now),
    )


def _accounts(
    db: DbSession, names: Mapping[int, dict[str, str]], lasts: Collection[_Last], now: datetime
) -> list[StationLine]:
    query = select(Account.id, Account.name).where(Account.id.in_([last.scan.account_id for last in lasts]))
    account_names = {row[0]: row[1] for row in db.execute(query)} if lasts else {}
    lines = []
    for last in lasts:
        heard = last.scan.received_at
        who, where = account_names[last.scan.account_id or 0], names[last.scan.checkpoint_id]
        lines.append(StationLine(who, None, where, heard, *_last_scan(last), False, is_silent(heard, now)))
    return sorted(lines, key=lambda line: line.name)


def _last_scan(last: _Last | None) -> tuple[Result | None, datetime | None, int, ByWord | None]:
    if last is None:
        return None, None, 0, None
    return last.scan.result, last.scan.counts_at, last.scan.skew, last.by_word
