"""How pressing each finding of an agenda is. Pure."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(enum.StrEnum):
    """What a finding means to whoever publishes."""

    BLOCK = "block"  # publishing asks for a reason
    WARN = "warn"
    IGNORE = "ignore"  # neither shown nor counted


class FindingCode(enum.StrEnum):
    """Every finding that there is, the most pressing first."""

    PERSON_CLASH = "person-clash"
    ROOM_CLASH = "room-clash"
    ROOM_CHANGEOVER = "room-changeover"
    CLOCK_CHANGE = "clock-change"
    SPEAKER_TRAVEL = "speaker-travel"
    SPEAKER_UNAVAILABLE = "speaker-unavailable"
    SPEAKER_DECLINED = "speaker-declined"
    ALL_ROOMS_CLASH = "all-rooms-clash"
    ROOM_TOO_SMALL = "room-too-small"
    OUTSIDE_EDITION = "outside-edition"
    TOO_LONG = "too-long"
    ITEMS_LONGER_THAN_SESSION = "items-longer-than-session"
    CONFIRMED_WITHOUT_TIME = "confirmed-without-time"
    INTERPRETER_MISSING = "interpreter-missing"
    INTERPRETER_ALONE = "interpreter-alone"
    INTERPRETER_BACK_TO_BACK = "interpreter-back-to-back"
    INTERPRETER_WITHOUT_REST = "interpreter-without-rest"
    PANEL_WITHOUT_MODERATOR = "panel-without-moderator"
    SPEECHES_OUT_OF_ORDER = "speeches-out-of-order"
    SPEAKER_UNCONFIRMED = "speaker-unconfirmed"
    MISSING_TRANSLATION = "missing-translation"


# As they are taken where an edition says nothing else.
DEFAULTS: dict[str, Severity] = dict.fromkeys(FindingCode, Severity.WARN) | dict.fromkeys(
    ("person-clash", "room-clash", "room-changeover", "clock-change"), Severity.BLOCK
)
# A person can't be in two places, nor where they said that they can't be, whatever an edition would rather not hear.
NEVER_IGNORED = (FindingCode.PERSON_CLASH, FindingCode.SPEAKER_UNAVAILABLE)


def may_be(code: str, severity: Severity) -> bool:
    """Whether an edition may give a finding this severity."""
    return code in DEFAULTS and not (severity is Severity.IGNORE and code in NEVER_IGNORED)


@dataclass(frozen=True, slots=True)
class Severities:
    """How pressing an edition takes each finding to be. No row holds it as a whole, so its `version` is a digest."""

    of: Mapping[str, Severity] = field(default_factory=lambda: DEFAULTS)

    @classmethod
    def chosen(cls, chosen: Mapping[str, Severity]) -> Severities:
        """The usual ones where nothing is chosen; what may not be chosen changes nothing."""
        return cls(DEFAULTS | {code: severity for code, severity in chosen.items() if may_be(code, severity)})

    @property
    def version(self) -> int:
        told = " ".join(f"{code}={severity}" for code, severity in sorted(self.of.items()))
        return int(hashlib.sha256(told.encode()).hexdigest()[:7], 16)
