"""What goes on at the checkpoints: how many pass a door in five minutes, how full rooms are, and who scans where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, distinct, extract, func, or_, select

from forumapp.domain.accounts.models import Account
from forumapp.domain.agenda.models import Session
from forumapp.domain.checkin.by_word import COLUMNS, beside, by_word
from forumapp.domain.checkin.live_rules import MOST_SKEW, STEP, STEPS, Flow, flow, is_silent, step_of
from forumapp.domain.checkin.models import Admission, CheckinDevice, Checkpoint, Scan
from forumapp.domain.checkin.rules import CheckpointKind, Direction, PassMode, Presence, Result
from forumapp.domain.forums.models import Room
from forumapp.domain.forums.rules import seats_in
from forumapp.domain.registration.coming import taken_back
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.by_word import ByWord
    from forumapp.domain.registration.stays import Counted

# So many of the last scans tell of every station at which somebody scans.
LAST = 200
# What is told apart below the doors, by its kind.
ROOMS = (CheckpointKind.SESSION, CheckpointKind.VIP, CheckpointKind.MEAL)


@dataclass(frozen=True, slots=True)
class Door:
    id: int
    name: dict[str, str]
    flow: Flow


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A session, a meal or the VIP room: how many were let in and, where people come and go, are inside. `capacity` is
    that of the room as it is set up, None where nobody said.
    """

    id: int
    name: dict[str, str]
    kind: CheckpointKind
    let_in: int
    inside: int | None
    capacity: int | None
    starts_at: datetime | None

    @property
    def there(self) -> int:
        return self.let_in if self.inside is None else self.inside

    @property
    def is_full(self) -> bool:
        return bool(self.capacity) and self.there >= (self.capacity or 0)


@dataclass(frozen=True, slots=True)
class StationLine:
    """A device, or an account that scanned by itself (`device_id` None), with its last scan, and by whose word that
    passed, where the rules would not have let it. `heard_at` is when it was last heard of; `skew` how many seconds its
    clock is ahead.
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


def list_doors(db: DbSession, edition_id: int, counted: Counted, *, now: datetime) -> tuple[Door, ...]:
    """Each with the time until now, or until the last one came where nobody has for as long as a picture shows."""
    query = select(Checkpoint.id, Checkpoint.name, Checkpoint.per_five_minutes)
    query = query.where(Checkpoint.edition_id == edition_id, Checkpoint.kind == CheckpointKind.DOOR)
    rows = db.execute(query.order_by(Checkpoint.code)).all()
    ids = [row.id for row in rows]
    until = _until(db, ids, counted, now)
    counts = _passed(db, edition_id, ids, counted, until)

    def of(door: int) -> dict[datetime, int]:
        return {at: count for (where, at), count in counts.items() if where == door}

    return tuple(Door(one, name, flow(of(one), until, capacity)) for one, name, capacity in rows)


def _let_through(ids: Collection[int], counted: Counted) -> Any:
    passed = Scan.result == Result.PASSED, Scan.direction == Direction.IN
    return (Scan.checkpoint_id.in_(ids), *passed, Scan.is_rehearsal == counted.is_rehearsal)


def _until(db: DbSession, ids: Collection[int], counted: Counted, now: datetime) -> datetime:
    end = min(max(now, counted.span[0]), counted.span[1] - STEP) if counted.span else now
    query = select(Scan.counts_at).where(*_let_through(ids, counted), Scan.counts_at <= end)
    last = db.scalar(query.order_by(Scan.id.desc()).limit(1)) if ids else None
    return end if last is None or end - last < STEP * STEPS else last


def _passed(
    db: DbSession, edition_id: int, ids: Collection[int], counted: Counted, until: datetime
) -> dict[tuple[int, datetime], int]:
    """By door and five minutes. Nothing is received before it counts, so that of the scans only the last are read.

    Where people pass once, whom two stations let in without the network came in by the first of their scans. Nobody
    came in by what the desk took back.
    """
    if not ids:
        return {}
    gone = taken_back(db, edition_id, ids, is_rehearsal=counted.is_rehearsal)
    begins = step_of(until) - STEP * (STEPS - 1)
    seconds = int(STEP.total_seconds())
    number = func.floor(extract("epoch", Scan.counts_at) / seconds)
    query = select(Scan.checkpoint_id, number, func.count())
    query = query.join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
    query = query.where(*_let_through(ids, counted), or_(Checkpoint.mode == PassMode.IN_OUT, _CAME_IN_BY_IT))
    query = query.where(
        Scan.counts_at >= begins, Scan.counts_at < step_of(until) + STEP, Scan.id > _last_before(begins)
    )
    rows = db.execute(query.where(Scan.id.not_in(gone)).group_by(Scan.checkpoint_id, number))
    return {(where, datetime.fromtimestamp(int(at) * seconds, UTC)): count for where, at, count in rows}


_CAME_IN_BY_IT = (
    select(Admission.id)
    .where(Admission.checkpoint_id == Scan.checkpoint_id, Admission.registration_id == Scan.registration_id)
    .where(Admission.is_rehearsal == Scan.is_rehearsal, Admission.first_at == Scan.counts_at)
    .exists()
)


def _last_before(at: datetime) -> Any:
    last = select(Scan.id).where(Scan.received_at < at).order_by(Scan.id.desc()).limit(1)
    return func.coalesce(last.scalar_subquery(), 0)


def list_rooms(db: DbSession, edition_id: int, counted: Counted) -> tuple[RoomLine, ...]:
    """Of sessions those of that day; meals and the VIP room always."""
    query = (
        select(Checkpoint, Session.start_utc, Session.layout, Room.capacity, Room.layouts)
        .outerjoin(Session, Session.id == Checkpoint.session_id)
        .outerjoin(Room, Room.id == Session.room_id)
        .where(Checkpoint.edition_id == edition_id, Checkpoint.kind.in_(ROOMS))
        .order_by(Session.start_utc, Checkpoint.code)
    )
    span = counted.span
    rows = [row for row in db.execute(query) if span is None or row[1] is None or span[0] <= row[1] < span[1]]
    counts = _let_in(db, [row[0].id for row in rows], counted)
    return tuple(
        RoomLine(
            one.id,
            one.name,
            one.kind,
            counts.get(one.id, (0, 0))[0],
            counts.get(one.id, (0, 0))[1] if one.mode is PassMode.IN_OUT else None,
            (seats_in(capacity, layouts, layout) or None) if capacity is not None else None,
            start,
        )
        for one, start, layout, capacity, layouts in rows
    )


def _let_in(db: DbSession, ids: Collection[int], counted: Counted) -> dict[int, tuple[int, int]]:
    """By checkpoint, how many people were let in and how many of them are inside now."""
    person = Registration.person_id
    inside = func.count(distinct(case((Admission.presence == Presence.IN, person))))
    query = select(Admission.checkpoint_id, func.count(distinct(person)), inside).group_by(Admission.checkpoint_id)
    query = query.join(Registration, Registration.id == Admission.registration_id)
    query = query.where(Admission.checkpoint_id.in_(ids), Admission.is_rehearsal == counted.is_rehearsal)
    return {row[0]: (row[1], row[2]) for row in db.execute(query)} if ids else {}


def list_stations(db: DbSession, edition_id: int, counted: Counted, *, now: datetime) -> tuple[StationLine, ...]:
    """Every device that was not revoked, and the accounts that scanned of late. Four queries at the most."""
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
    """The last scan of each device and account that made any of the last ones of all."""
    of = Scan.edition_id == edition_id, Scan.is_rehearsal == counted.is_rehearsal
    found: dict[tuple[int | None, int | None], _Last] = {}
    for scan, refused, who in db.execute(
        beside(select(Scan, *COLUMNS)).where(*of).order_by(Scan.id.desc()).limit(LAST)
    ):
        found.setdefault((scan.device_id, scan.account_id), _Last(scan, by_word(refused, who)))
    return found


def _latest_of(db: DbSession, devices: Collection[int], counted: Counted) -> dict[tuple[int | None, int | None], _Last]:
    of = Scan.device_id.in_(devices), Scan.is_rehearsal == counted.is_rehearsal
    last = select(func.max(Scan.id)).where(*of).group_by(Scan.device_id)
    rows = db.execute(beside(select(Scan, *COLUMNS)).where(Scan.id.in_(last))) if devices else ()
    return {(scan.device_id, None): _Last(scan, by_word(refused, who)) for scan, refused, who in rows}


def _device(row: CheckinDevice, names: Mapping[int, dict[str, str]], last: _Last | None, now: datetime) -> StationLine:
    received = last.scan.received_at if last else None
    heard = max((at for at in (row.paired_at, row.seen_at, received) if at), default=None)
    return StationLine(
        row.name, row.id, names[row.checkpoint_id], heard, *_said(last), row.paired_at is None, is_silent(heard, now)
    )


def _accounts(
    db: DbSession, names: Mapping[int, dict[str, str]], lasts: Collection[_Last], now: datetime
) -> list[StationLine]:
    query = select(Account.id, Account.name).where(Account.id.in_([one.scan.account_id for one in lasts]))
    called = {row[0]: row[1] for row in db.execute(query)} if lasts else {}
    found = []
    for one in lasts:
        heard = one.scan.received_at
        who, where = called[one.scan.account_id or 0], names[one.scan.checkpoint_id]
        found.append(StationLine(who, None, where, heard, *_said(one), False, is_silent(heard, now)))
    return sorted(found, key=lambda line: line.name)


def _said(last: _Last | None) -> tuple[Result | None, datetime | None, int, ByWord | None]:
    if last is None:
        return None, None, 0, None
    return last.scan.result, last.scan.counts_at, last.scan.skew, last.by_word
