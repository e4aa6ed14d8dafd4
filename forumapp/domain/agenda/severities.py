"""How pressing each finding of an agenda is. Pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(enum.StrEnum):
    """What a finding means to whoever publishes."""

    BLOCK = "block"  # publishing asks for a reason
    WARN = "warn"
    IGNORE = "ignore"  # neither shown nor counted


# Every finding that there is, the most pressing first, as it is taken where an edition says nothing else.
DEFAULTS: dict[str, Severity] = {
    "person-clash": Severity.BLOCK,
    "room-clash": Severity.BLOCK,
    "room-changeover": Severity.BLOCK,
    "clock-change": Severity.BLOCK,
    "speaker-unavailable": Severity.WARN,
    "all-rooms-clash": Severity.WARN,
    "room-too-small": Severity.WARN,
    "outside-edition": Severity.WARN,
    "too-long": Severity.WARN,
    "items-longer-than-session": Severity.WARN,
    "confirmed-without-time": Severity.WARN,
    "interpreter-missing": Severity.WARN,
    "interpreter-alone": Severity.WARN,
    "interpreter-back-to-back": Severity.WARN,
    "interpreter-without-rest": Severity.WARN,
    "panel-without-moderator": Severity.WARN,
    "speaker-unconfirmed": Severity.WARN,
    "missing-translation": Severity.WARN,
}
# A person can't be in two places, nor where they said that they can't be, whatever an edition would rather not hear.
NEVER_IGNORED = ("person-clash", "speaker-unavailable")


def may_be(code: str, severity: Severity) -> bool:
    """Whether an edition may give a finding this severity."""
    return code in DEFAULTS and not (severity is Severity.IGNORE and code in NEVER_IGNORED)


def severities_with(chosen: Mapping[str, Severity]) -> dict[str, Severity]:
    """The severity of every finding where an edition has chosen some; what may not be chosen changes nothing."""
    return DEFAULTS | {code: severity for code, severity in chosen.items() if may_be(code, severity)}
