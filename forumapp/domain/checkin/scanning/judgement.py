"""Judge a code read at a checkpoint and store the scan.

The statements are compiled once because a queue waits for each answer. Admission is one insert guarded by a UNIQUE
constraint: of any number of simultaneous scans exactly one passes.
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
from forumapp.domain.checkin.scanning.vip_alerts import notify_officer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.checkin.scanning.offline_signatures import Maker
    from forumapp.domain.checkin.setup.stations import Station


class NonceReused(Refusal):
    """The device has already used this nonce for another scan."""

    code = "nonce-reused"


class _SentTwice(Exception):
    """The same scan arrived twice at once, and the other copy was stored first."""


@dataclass(frozen=True, slots=True)
class Read:
    """A scan as a device sends it.

    nonce: the device's name for this scan, the same on every retry.
    scanned_at, sent_at: times by the device's own clock.
    told: the result the device showed while it was offline; None for a scan that is answered live.
    rehearsal_id: the rehearsal its page showed then.
    is_forced: a team member overrides the rules (see `override`); `word` is their name.
    is_open: stored offline, but no one was admitted by it yet.
    made_by: the device or account that made the scan, where this station only forwards it.
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
    """The outcome of a scan. `id` is None where no row is stored.

    For a holder who is already inside, `since` and `where` give the time and the device of their entry, and `by_word`
    the override that admitted them, if any.
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


_INSERT = Prepared(insert(Scan).on_conflict_do_nothing().returning(Scan.id))


def scan(db: DbSession, station: Station, read: Read, *, actor: Actor, now: datetime) -> Scanned:
    """Judge a scan and store it once, however often it is sent.

    A live scan counts from the moment it is received. A scan stored offline counts from when it was made: the earliest
    scan decides even if it arrives later.

    Raises NonceReused when the nonce belongs to another scan.
    """
    at = judged_at(read.scanned_at, read.sent_at, now) if read.told else now
    if station.rehearsal_id or read.rehearsal_id or read.told:
        rehearsal_id = rehearsals.which(db, station, read.rehearsal_id, at if read.told else None)
        if rehearsal_id and not rehearsals.holds(db, rehearsal_id, running_id=station.rehearsal_id):
            return Scanned(None, read.nonce, Result.REHEARSAL_OVER, read.direction, at, is_rehearsal=True)
        station = replace(station, rehearsal_id=rehearsal_id)
    read = replace(read, direction=way(station.asks.mode, read.direction))
    sender, station = station, replace(station, **read.made_by._asdict()) if read.made_by else station
    code = clean_code(read.code)
    match = find(db, station, code, read.nonce)
    before = match.before if match else came_before(db, station, read.nonce)
    if before:
        return _previous_outcome(db, station, read, match, before)
    try:
        with db.begin_nested() if read.told else nullcontext():  # a late scan may move an entry time
            result, inside = _judged(db, station, read, match, at, actor=actor, now=now)
            values = {**_row(station, read, now), **_sent_by(sender, station), **_holder_values(match, code)}
            scan_id = _store(db, {**values, "result": result, "counts_at": at})
    except _SentTwice:
        before = came_before(db, station, read.nonce)
        if before is None:
            raise NonceReused from None
        return _previous_outcome(db, station, read, match, before)
    holder = match.holder if match else None
    if holder is not None and holder.is_vip and not station.is_rehearsal:
        by: Any = {"word": read.word, "is_late": read.told is not None, "now": now}
        notify_officer(db, station, holder.registration_id, result, at, **by)
    outcome = Scanned(scan_id, read.nonce, result, read.direction, at, holder, is_rehearsal=station.is_rehearsal)
    return _add_entry(db, station, outcome, inside)


def _store(db: DbSession, row: dict[str, Any]) -> int:
    scan_id: int | None = _INSERT.value(db, row)
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


def _holder_values(match: Found | None, code: str) -> dict[str, Any]:
    registration_id = match.holder.registration_id if match else None
    return {"registration_id": registration_id, "code_hash": None if match else hashed(code)}


def judge(db: DbSession, station: Station, code: str, *, at: datetime) -> Result:
    """Apply the rules to a code, ignoring whether its holder is already inside. Stores nothing."""
    match = find(db, station, clean_code(code))
    result = decide(match.facts if match else None, station.asks, at)
    if match and result is Result.PASSED and is_full(db, station, match.holder.registration_id):
        return Result.FULL
    return result


def _previous_outcome(db: DbSession, station: Station, read: Read, match: Found | None, before: Before) -> Scanned:
    """Repeat the answer the same scan got before. Raises NonceReused when it was another scan."""
    scan_id, result, direction, at, registration_id, code_hash, is_rehearsal, checkpoint_id = before
    is_elsewhere = station.device_id is None and checkpoint_id != station.checkpoint_id  # a device can be moved
    if is_elsewhere or result is Result.UNDONE:
        raise NonceReused
    own = hashed(clean_code(read.code))
    is_same = registration_id == match.holder.registration_id if match else code_hash == own
    if not is_same and code_hash != own:  # a code unknown then may be known by now
        raise NonceReused
    holder = match.holder if match else None
    outcome = Scanned(scan_id, read.nonce, result, direction, at, holder, is_rehearsal=is_rehearsal)
    return _add_entry(db, station, outcome)


def _judged(
    db: DbSession, station: Station, read: Read, match: Found | None, at: datetime, *, actor: Actor, now: datetime
) -> tuple[Result, LetInBy | None]:
    """Return the result, and how the holder came in if the rules refuse them but an override let them in before."""
    result = decide(match.facts if match else None, station.asks, at, is_late=read.told is not None)
    if match is None:
        return result, None
    is_inside_there = read.told is Result.ALREADY_IN and read.rehearsal_id is not None and not station.is_rehearsal
    if read.told is not None and was_turned_away(read.told) and not is_inside_there:  # in a rehearsal, and not today
        return read.told, None
    may_pass = result is Result.PASSED or leaves(match.presence, read.direction)
    if may_pass or (read.is_forced and result in MAY_BE_FORCED):
        return _enter(db, station, read, match, at, actor=actor, now=now), None
    if may_be_in_by_word(result, match.presence, is_of_before=is_of_before(match.since, at, station.asks.zone)):
        entry = let_in_by(db, station.checkpoint_id, match.holder.registration_id, is_rehearsal=station.is_rehearsal)
        if entry is not None and entry.by_word is not None:
            return Result.ALREADY_IN, entry
    return result, None


def _enter(
    db: DbSession, station: Station, read: Read, match: Found, at: datetime, *, actor: Actor, now: datetime
) -> Result:
    """Admit or board a holder whom the rules let pass, unless the coach or room is full."""
    registration_id = match.holder.registration_id
    if station.coach_run_id is not None and not station.is_rehearsal:
        return board(db, station, registration_id, actor=actor, now=now)
    if station.coach_run_id is not None and (refused := refused_to_board(db, station, registration_id)):
        return refused
    # Someone who was let in before is inside, however full the room is.
    is_settled = read.is_forced or (read.told is not None and not read.is_open)
    is_before = is_of_before(match.since, at, station.asks.zone)
    moves = move(match.presence, station.asks.mode, read.direction, is_of_before=is_before)
    if not is_settled and moves is Result.PASSED and is_full(db, station, registration_id):
        return Result.FULL
    by: Any = {"direction": read.direction, "at": at, "is_late": read.told is not None}
    return let_in(db, station, registration_id, match.presence, moves, **by)


def _add_entry(db: DbSession, station: Station, outcome: Scanned, entry: LetInBy | None = None) -> Scanned:
    """Add when and by which device a holder who is already inside came in; `entry` saves the lookup.

    A station limited to names gets only the holder's name.
    """
    if station.names_only and outcome.holder is not None:
        outcome = replace(outcome, holder=names_only(outcome.holder))
    if outcome.result is not Result.ALREADY_IN or outcome.holder is None:
        return outcome
    registration_id = outcome.holder.registration_id
    entry = entry or let_in_by(db, station.checkpoint_id, registration_id, is_rehearsal=outcome.is_rehearsal)
    if entry is None:
        return outcome
    by_word = None if station.names_only else entry.by_word
    return replace(outcome, since=entry.at, where=entry.where, by_word=by_word)
