"""Decide who passes a checkpoint: what is known of a code against what the checkpoint asks. Pure functions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from forumapp.domain.agenda.days import day_of
from forumapp.domain.registration.rules import ADMITTED, Area, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

# A pairing code is shown once and expires after this.
PAIRING_LASTS = timedelta(minutes=15)
# Prefix of device tokens, to distinguish them from account tokens.
DEVICE = "fadev"
SEEN_EVERY = timedelta(minutes=1)
MOST_SKEW = 10**9  # seconds; a clock that was never set is capped at this
SPACES = str.maketrans("", "", " -\t\r\n")


class CheckpointKind(enum.StrEnum):
    DOOR = "door"
    SESSION = "session"
    COACH = "coach"
    MEAL = "meal"
    VIP = "vip"
    HAND_OUT = "hand-out"


class PassMode(enum.StrEnum):
    ONCE = "once"
    IN_OUT = "in-out"


class Direction(enum.StrEnum):
    IN = "in"
    OUT = "out"


class Presence(enum.StrEnum):
    IN = "in"
    OUT = "out"


class Result(enum.StrEnum):
    """The result of a scan. Only the first two let a person through.

    An offline device answers `unknown` for a badge missing from its list: the badge may be newer than the list.
    `undone` is a check-in that the desk undid. `rehearsal-over` is a scan of an ended rehearsal; it is not stored.
    """

    PASSED = "passed"
    OUT = "out"
    ALREADY_IN = "already-in"
    NOT_IN = "not-in"
    WRONG_TIME = "wrong-time"
    WRONG_CHECKPOINT = "wrong-checkpoint"
    NOT_SIGNED_UP = "not-signed-up"
    NOT_CONFIRMED = "not-confirmed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    OLD_CODE = "old-code"
    FULL = "full"
    DEPARTED = "departed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    REHEARSAL_OVER = "rehearsal-over"


# A no-show may still arrive.
WELCOME = ADMITTED | {RegistrationStatus.NO_SHOW}
LETS_THROUGH = frozenset({Result.PASSED, Result.OUT})
# Results a device can show while offline.
TOLD = tuple(result for result in Result if result not in (Result.UNDONE, Result.REHEARSAL_OVER))
# Refusals that a team member may override.
MAY_BE_FORCED = frozenset(
    {
        Result.WRONG_TIME,
        Result.WRONG_CHECKPOINT,
        Result.NOT_SIGNED_UP,
        Result.NOT_CONFIRMED,
        Result.CANCELLED,
        Result.REPLACED,
        Result.OLD_CODE,
        Result.FULL,
    }
)


# A pass here notifies the officer that a VIP arrived, once a day. A refusal notifies them at once, anywhere.
COMES_AT = frozenset({CheckpointKind.DOOR, CheckpointKind.VIP, CheckpointKind.HAND_OUT})
NOT_REFUSED = frozenset(
    {Result.PASSED, Result.OUT, Result.ALREADY_IN, Result.NOT_IN, Result.UNDONE, Result.REHEARSAL_OVER}
)


def notifies_officer(kind: CheckpointKind, result: Result) -> bool:
    return kind in COMES_AT if result is Result.PASSED else result not in NOT_REFUSED


@dataclass(frozen=True, slots=True)
class Asks:
    """What a checkpoint requires, and when it is open. Empty fields require nothing. Days are in `zone`."""

    mode: PassMode = PassMode.ONCE
    opens: datetime | None = None
    closes: datetime | None = None
    area: Area | None = None
    types: frozenset[int] = frozenset()
    delegation_id: int | None = None
    vips_only: bool = False
    needs_sign_up: bool = False
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a code and its holder. `delegations` holds their delegation and its parents."""

    status: RegistrationStatus
    type_id: int
    admits: Collection[str] = ()
    is_vip: bool = False
    revoked_at: datetime | None = None
    is_replaced: bool = False
    delegations: frozenset[int] = frozenset()
    is_signed_up: bool = False


def decide(facts: Facts | None, asks: Asks, at: datetime, *, is_late: bool = False) -> Result:
    """Decide whether the holder of a code may pass at `at`, ignoring whether they are already inside.

    `is_late`: a device decided offline and reports the scan afterwards.
    """
    if facts is None:
        return Result.UNKNOWN
    return _dead(facts, at, is_late=is_late) or _closed(asks, at) or refused(facts, asks) or Result.PASSED


def way(mode: PassMode, direction: Direction) -> Direction:
    """Return the direction that counts: where people pass once, every scan is an entry."""
    return direction if mode is PassMode.IN_OUT else Direction.IN


def move(presence: Presence | None, mode: PassMode, direction: Direction, *, is_of_before: bool = False) -> Result:
    """Return the result for a holder who may pass and is inside, outside again, or was never there (None).

    `is_of_before`: they are inside since an earlier day. Where people come and go, they left without a scan.
    """
    if direction is Direction.OUT:
        return Result.OUT if leaves(presence, direction) else Result.NOT_IN
    if presence is None or (mode is PassMode.IN_OUT and (presence is Presence.OUT or is_of_before)):
        return Result.PASSED
    return Result.ALREADY_IN


def leaves(presence: Presence | None, direction: Direction) -> bool:
    """Check for an exit, which is always allowed to a person who is inside."""
    return direction is Direction.OUT and presence is Presence.IN


def may_be_in_by_word(result: Result, presence: Presence | None, *, is_of_before: bool) -> bool:
    """Check whether a refused holder may already be inside by an override of today."""
    return result in MAY_BE_FORCED and presence is Presence.IN and not is_of_before


def is_of_before(since: datetime | None, at: datetime, zone: str) -> bool:
    """Check whether `since` was on an earlier day than `at`."""
    return since is not None and day_of(since, zone) < day_of(at, zone)


def was_turned_away(told: Result | None) -> bool:
    """Check whether an offline device turned the holder away: that scan admits no one, whatever is known by now.

    A badge unknown to the device is judged by what is known now.
    """
    return told is not None and told not in LETS_THROUGH and told is not Result.UNKNOWN


def judged_at(scanned: datetime | None, sent: datetime | None, received: datetime) -> datetime:
    """Return when a scan stored offline was made, never later than `received`.

    Only the difference of the device's own times counts, so a wrong clock does no harm.
    """
    if scanned is None or sent is None or sent <= scanned:
        return received
    return received - (sent - scanned)


def skew_seconds(sent: datetime | None, received: datetime) -> int:
    """Return how many seconds the device's clock is ahead."""
    ahead = round((sent - received).total_seconds()) if sent else 0
    return max(-MOST_SKEW, min(ahead, MOST_SKEW))


def clean_code(read: str) -> str:
    """Normalize a code, which people may type in small letters and in groups."""
    return read.translate(SPACES).upper()


def _dead(facts: Facts, at: datetime, *, is_late: bool) -> Result | None:
    """Return what is wrong with the code or the registration itself.

    In a late scan, a code revoked after the scan was still valid, and so was its holder's registration. In a live scan
    a revoked code is always invalid, even if revoked after the scan was received: the database decides the order.
    """
    if facts.revoked_at is None:
        return unwelcome(facts.status)
    if is_late and facts.revoked_at > at:
        return None
    if facts.is_replaced:
        return Result.REPLACED
    return unwelcome(facts.status) or Result.OLD_CODE


def unwelcome(status: RegistrationStatus) -> Result | None:
    """Return the refusal for a registration that is not admitted."""
    if status in WELCOME:
        return None
    return Result.CANCELLED if status is RegistrationStatus.CANCELLED else Result.NOT_CONFIRMED


def _closed(asks: Asks, at: datetime) -> Result | None:
    early = asks.opens is not None and at < asks.opens
    late = asks.closes is not None and at >= asks.closes
    return Result.WRONG_TIME if early or late else None


def refused(facts: Facts, asks: Asks) -> Result | None:
    """Return the refusal that holds at any time of day."""
    welcome = (
        (not asks.types or facts.type_id in asks.types)
        and (asks.area is None or asks.area in facts.admits)
        and (asks.delegation_id is None or asks.delegation_id in facts.delegations)
        and (not asks.vips_only or facts.is_vip)
    )
    if not welcome:
        return Result.WRONG_CHECKPOINT
    return Result.NOT_SIGNED_UP if asks.needs_sign_up and not facts.is_signed_up else None
