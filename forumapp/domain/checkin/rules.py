"""Who passes a checkpoint: pure. What is known of whoever stands there, against what the checkpoint asks."""

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

# What a device is told to type is shown once, and ends after this.
PAIRING_LASTS = timedelta(minutes=15)
# What a device is given begins like this, so that it is told from an account's token.
DEVICE = "fadev"
SEEN_EVERY = timedelta(minutes=1)
MOST_SKEW = 10**9  # of a clock that was never set; more is not kept
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
    """What becomes of a scan. The first two let someone through. A device that can ask nobody says `unknown` of a badge
    that its list does not have: it may be younger than the list. `undone` is a check-in that the desk took back, and
    `rehearsal-over` a scan of a rehearsal that has ended: nothing is kept of that one.
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


# Whoever was set down as absent comes after all.
WELCOME = ADMITTED | {RegistrationStatus.NO_SHOW}
LETS_THROUGH = frozenset({Result.PASSED, Result.OUT})
# What a device can have told somebody by itself.
TOLD = tuple(one for one in Result if one not in (Result.UNDONE, Result.REHEARSAL_OVER))
# What somebody of the team may overrule with their name.
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


# Where a pass says that a VIP has come, of which their officer is told once a day; of a refusal anywhere at once.
COMES_AT = frozenset({CheckpointKind.DOOR, CheckpointKind.VIP, CheckpointKind.HAND_OUT})
NOT_REFUSED = frozenset(
    {Result.PASSED, Result.OUT, Result.ALREADY_IN, Result.NOT_IN, Result.UNDONE, Result.REHEARSAL_OVER}
)


def is_told_of_vip(kind: CheckpointKind, result: Result) -> bool:
    return kind in COMES_AT if result is Result.PASSED else result not in NOT_REFUSED


@dataclass(frozen=True, slots=True)
class Asks:
    """Whom a checkpoint lets pass, and when. What is empty asks nothing. Its days are those of `zone`."""

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
    """What is known of a code and of whose it is. `delegations` are theirs and the whole of which that is a part."""

    status: RegistrationStatus
    type_id: int
    admits: Collection[str] = ()
    is_vip: bool = False
    revoked_at: datetime | None = None
    is_replaced: bool = False
    delegations: frozenset[int] = frozenset()
    is_signed_up: bool = False


def decide(facts: Facts | None, asks: Asks, at: datetime, *, is_late: bool = False) -> Result:
    """Whether whoever has this code may pass at `at`, but for who is inside already. `is_late` says that a device had
    to decide alone, and tells it afterwards.
    """
    if facts is None:
        return Result.UNKNOWN
    return _dead(facts, at, is_late=is_late) or _closed(asks, at) or refused(facts, asks) or Result.PASSED


def way(mode: PassMode, direction: Direction) -> Direction:
    """Where people pass once there is no way out, whatever a scan says of its direction: each is one in."""
    return direction if mode is PassMode.IN_OUT else Direction.IN


def move(presence: Presence | None, mode: PassMode, direction: Direction, *, is_of_before: bool = False) -> Result:
    """What somebody does who may pass, and is inside already, outside again, or was never there (None). `is_of_before`
    says that they are inside since an earlier day: where people come and go, they have left without being scanned.
    """
    if direction is Direction.OUT:
        return Result.OUT if leaves(presence, direction) else Result.NOT_IN
    if presence is None or (mode is PassMode.IN_OUT and (presence is Presence.OUT or is_of_before)):
        return Result.PASSED
    return Result.ALREADY_IN


def leaves(presence: Presence | None, direction: Direction) -> bool:
    """Whoever is inside may go, whatever is wrong with them or the hour."""
    return direction is Direction.OUT and presence is Presence.IN


def may_be_in_by_word(result: Result, presence: Presence | None, *, is_of_before: bool) -> bool:
    """Whether whoever the rules refuse may be inside because somebody of the team stood for them: who is there by such
    a word is in already.
    """
    return result in MAY_BE_FORCED and presence is Presence.IN and not is_of_before


def is_of_before(since: datetime | None, at: datetime, zone: str) -> bool:
    """Whether that was on an earlier day than `at`."""
    return since is not None and day_of(since, zone) < day_of(at, zone)


def was_turned_away(told: Result | None) -> bool:
    """Whether a device that had to decide alone left somebody outside: nobody was let in by that scan then, whatever is
    known by now. Whom it did not know is judged by what is known.
    """
    return told is not None and told not in LETS_THROUGH and told is not Result.UNKNOWN


def judged_at(scanned: datetime | None, sent: datetime | None, received: datetime) -> datetime:
    """When a scan was made that a device had to keep: as long before it was received as its own clock says it was kept,
    however wrong that clock is. Never later than it came.
    """
    if scanned is None or sent is None or sent <= scanned:
        return received
    return received - (sent - scanned)


def skew_seconds(sent: datetime | None, received: datetime) -> int:
    """How many seconds a device's clock is ahead."""
    ahead = round((sent - received).total_seconds()) if sent else 0
    return max(-MOST_SKEW, min(ahead, MOST_SKEW))


def clean_code(read: str) -> str:
    """A code as it is kept: people type it in small letters and in groups."""
    return read.translate(SPACES).upper()


def _dead(facts: Facts, at: datetime, *, is_late: bool) -> Result | None:
    """What is wrong with the code or the registration itself. Of what a device tells late, a code that was revoked
    after it was good then, and so was the place of whoever had it. While somebody waits one that is revoked is dead,
    even if by the clock that was after the scan was received: of two at once the database says which was first.
    """
    if facts.revoked_at is None:
        return unwelcome(facts.status)
    if is_late and facts.revoked_at > at:
        return None
    if facts.is_replaced:
        return Result.REPLACED
    return unwelcome(facts.status) or Result.OLD_CODE


def unwelcome(status: RegistrationStatus) -> Result | None:
    """What is wrong with a registration that has no place."""
    if status in WELCOME:
        return None
    return Result.CANCELLED if status is RegistrationStatus.CANCELLED else Result.NOT_CONFIRMED


def _closed(asks: Asks, at: datetime) -> Result | None:
    early = asks.opens is not None and at < asks.opens
    late = asks.closes is not None and at >= asks.closes
    return Result.WRONG_TIME if early or late else None


def refused(facts: Facts, asks: Asks) -> Result | None:
    """Whom the checkpoint does not let pass at any time."""
    welcome = (
        (not asks.types or facts.type_id in asks.types)
        and (asks.area is None or asks.area in facts.admits)
        and (asks.delegation_id is None or asks.delegation_id in facts.delegations)
        and (not asks.vips_only or facts.is_vip)
    )
    if not welcome:
        return Result.WRONG_CHECKPOINT
    return Result.NOT_SIGNED_UP if asks.needs_sign_up and not facts.is_signed_up else None
