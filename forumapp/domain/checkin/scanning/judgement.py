"""A code is read at a checkpoint: who it is, whether they pass, and that only the first of several passes.

Core statements compiled once, because a queue waits for each answer. Whoever passes is let in by one insert that a
UNIQUE guards, so that of any number of scans at once exactly one passes.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.errors import Refusal
from forumapp.core.tokens import hashed
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.models import Scan
from forumapp.domain.checkin.rules import (
    MAY_BE_FORCED,
    Direction,
    Result,
    clean_code,
    decide,
    is_of_before,
    judged_at,
    leaves,
    may_be_in_by_word,
    move,
    skew_seconds,
    was_turned_away,
    way,
)
from forumapp.domain.checkin.scanning.admission import LetInBy, let_in, let_in_by
from forumapp.domain.checkin.scanning.coach_boarding import board, refused_to_board
from forumapp.domain.checkin.scanning.holders import Before, Found, Holder, came_before, find, names_only
from forumapp.domain.checkin.scanning.room_capacity import is_full
from forumapp.domain.checkin.scanning.vip_alerts import tell_officer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.checkin.scanning.offline_signatures import Maker
    from forumapp.domain.checkin.setup.stations import Station


class NonceReused(Refusal):
    """What a device calls this scan it has called another one."""

    code = "nonce-reused"


class _SentTwice(Exception):
    """At once, and its twin was faster."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, as a device tells it. `nonce` is what it calls this scan, the same whenever it sends it again;
    `scanned_at` and `sent_at` are what its clock said. `told` is what it told somebody when it could ask nobody, and
    `rehearsal_id` of which rehearsal its page spoke then. `is_forced` says that somebody stands for it whatever the
    rules say (`forcing`), and `word` who, where the rules refuse; `is_open` that nobody has let anybody in by it yet,
    though it was kept, and `made_by` who has kept it, where the station only sends it.
    """

    code: str
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    told: Result | None = None
    rehearsal_id: int | None = None
    is_forced: bool = False
    word: str = ""
    is_open: bool = False
    made_by: Maker | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan; one of which nothing is kept has no id. `since` and `where` tell of somebody who is inside
    when and by which device they came, and `by_word` of whom the rules had refused who stands for it.
    """

    id: int | None
    nonce: str
    result: Result
    direction: Direction
    counts_at: datetime
    holder: Holder | None = None
    since: datetime | None = None
    where: str | None = None
    is_rehearsal: bool = False
    by_word: ByWord | None = None


_KEEP = Prepared(insert(Scan).on_conflict_do_nothing().returning(Scan.id))


def scan(db: DbSession, station: Station, read: Read, *, actor: Actor, now: datetime) -> Scanned:
    """Judge what was read and keep it, once however often and by whomever it is sent. Raises NonceReused.

    A scan that is answered while somebody waits counts from the moment at which it is received. One that a device kept
    counts from when it was made, so that the first one decides even if it comes later.
    """
    at = judged_at(read.scanned_at, read.sent_at, now) if read.told else now
    if station.rehearsal_id or read.rehearsal_id or read.told:
        of = rehearsals.which(db, station, read.rehearsal_id, at if read.told else None)
        if of and not rehearsals.holds(db, of, running_id=station.rehearsal_id):
            return Scanned(None, read.nonce, Result.REHEARSAL_OVER, read.direction, at, is_rehearsal=True)
        station = replace(station, rehearsal_id=of)
    read = replace(read, direction=way(station.asks.mode, read.direction))
    sender, station = station, replace(station, **read.made_by._asdict()) if read.made_by else station
    code = clean_code(read.code)
    found = find(db, station, code, read.nonce)
    before = found.before if found else came_before(db, station, read.nonce)
    if before:
        return _as_it_was(db, station, read, found, before)
    try:
        with db.begin_nested() if read.told else nullcontext():  # one that is late may say when somebody came
            result, inside = _judged(db, station, read, found, at, actor=actor, now=now)
            values = {**_row(station, read, now), **_sent_by(sender, station), **_whose(found, code)}
            scan_id = _kept(db, {**values, "result": result, "counts_at": at})
    except _SentTwice:
        before = came_before(db, station, read.nonce)
        if before is None:
            raise NonceReused from None
        return _as_it_was(db, station, read, found, before)
    holder = found.holder if found else None
    if holder is not None and holder.is_vip and not station.is_rehearsal:
        by: Any = {"word": read.word, "is_late": read.told is not None, "now": now}
        tell_officer(db, station, holder.registration_id, result, at, **by)
    said = Scanned(scan_id, read.nonce, result, read.direction, at, holder, is_rehearsal=station.is_rehearsal)
    return _told(db, station, said, inside)


def _kept(db: DbSession, row: dict[str, Any]) -> int:
    scan_id: int | None = _KEEP.value(db, row)
    if scan_id is None:
        raise _SentTwice
    return scan_id


def _row(station: Station, read: Read, now: datetime) -> dict[str, Any]:
    return {
        "edition_id": station.edition_id,
        "checkpoint_id": station.checkpoint_id,
        "is_rehearsal": station.is_rehearsal,
        "device_id": station.device_id,
        "account_id": station.account_id,
        "direction": read.direction,
        "told": read.told,
        "scanned_at": read.scanned_at,
        "received_at": now,
        "skew": skew_seconds(read.sent_at, now),
        "nonce": read.nonce,
    }


def _sent_by(sender: Station, maker: Station) -> dict[str, int | None]:
    is_own = (sender.device_id, sender.account_id) == (maker.device_id, maker.account_id)
    return {
        "sent_by_device_id": None if is_own else sender.device_id,
        "sent_by_account_id": None if is_own else sender.account_id,
    }


def _whose(found: Found | None, code: str) -> dict[str, Any]:
    one = found.holder.registration_id if found else None
    return {"registration_id": one, "code_hash": None if found else hashed(code)}


def judge(db: DbSession, station: Station, code: str, *, at: datetime) -> Result:
    """What the rules say of a code, but for who is inside already. Nothing is kept."""
    found = find(db, station, clean_code(code))
    result = decide(found.facts if found else None, station.asks, at)
    if found and result is Result.PASSED and is_full(db, station, found.holder.registration_id):
        return Result.FULL
    return result


def _as_it_was(db: DbSession, station: Station, read: Read, found: Found | None, before: Before) -> Scanned:
    """What was answered then."""
    scan_id, result, direction, at, registration_id, code_hash, is_rehearsal, checkpoint_id = before
    is_elsewhere = station.device_id is None and checkpoint_id != station.checkpoint_id  # a device can be moved
    if is_elsewhere or result is Result.UNDONE:
        raise NonceReused
    own = hashed(clean_code(read.code))
    is_same = registration_id == found.holder.registration_id if found else code_hash == own
    if not is_same and code_hash != own:  # what was unknown then may be known by now
        raise NonceReused
    holder = found.holder if found else None
    said = Scanned(scan_id, read.nonce, result, direction, at, holder, is_rehearsal=is_rehearsal)
    return _told(db, station, said)


def _judged(
    db: DbSession, station: Station, read: Read, found: Found | None, at: datetime, *, actor: Actor, now: datetime
) -> tuple[Result, LetInBy | None]:
    """What comes of it; and of whom the rules refuse and who is inside by somebody's word, how they came in."""
    result = decide(found.facts if found else None, station.asks, at, is_late=read.told is not None)
    if found is None:
        return result, None
    is_inside_there = read.told is Result.ALREADY_IN and read.rehearsal_id is not None and not station.is_rehearsal
    if read.told is not None and was_turned_away(read.told) and not is_inside_there:  # in a rehearsal, and not today
        return read.told, None
    may_pass = result is Result.PASSED or leaves(found.presence, read.direction)
    if may_pass or (read.is_forced and result in MAY_BE_FORCED):
        return _entered(db, station, read, found, at, actor=actor, now=now), None
    if may_be_in_by_word(result, found.presence, is_of_before=is_of_before(found.since, at, station.asks.zone)):
        by = let_in_by(db, station.checkpoint_id, found.holder.registration_id, is_rehearsal=station.is_rehearsal)
        if by is not None and by.by_word is not None:
            return Result.ALREADY_IN, by
    return result, None


def _entered(
    db: DbSession, station: Station, read: Read, found: Found, at: datetime, *, actor: Actor, now: datetime
) -> Result:
    """Of whoever may pass, as far as a coach or a room still holds them."""
    one = found.holder.registration_id
    if station.coach_run_id is not None and not station.is_rehearsal:
        return board(db, station, one, actor=actor, now=now)
    if station.coach_run_id is not None and (refused := refused_to_board(db, station, one)):
        return refused
    is_settled = read.is_forced or (read.told is not None and not read.is_open)  # in whatever the room holds
    is_before = is_of_before(found.since, at, station.asks.zone)
    moves = move(found.presence, station.asks.mode, read.direction, is_of_before=is_before)
    if not is_settled and moves is Result.PASSED and is_full(db, station, one):
        return Result.FULL
    by: Any = {"direction": read.direction, "at": at, "is_late": read.told is not None}
    return let_in(db, station, one, found.presence, moves, **by)


def _told(db: DbSession, station: Station, said: Scanned, inside: LetInBy | None = None) -> Scanned:
    """With when and by which device somebody came in who is inside already; `inside` is that, where it is known. A
    station that is limited to names is told nothing else of the holder.
    """
    if station.names_only and said.holder is not None:
        said = replace(said, holder=names_only(said.holder))
    if said.result is not Result.ALREADY_IN or said.holder is None:
        return said
    one = said.holder.registration_id
    by = inside or let_in_by(db, station.checkpoint_id, one, is_rehearsal=said.is_rehearsal)
    if by is None:
        return said
    return replace(said, since=by.at, where=by.where, by_word=None if station.names_only else by.by_word)
