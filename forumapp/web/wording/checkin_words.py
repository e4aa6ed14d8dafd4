"""What a reader calls the words of checkpoints, and of what becomes of a scan there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import (
    Area,
    CheckpointKind,
    Direction,
    DoorLoad,
    PassMode,
    Presence,
    ScanConflictKind,
    ScanResult,
)

if TYPE_CHECKING:
    from enum import StrEnum

# In both languages on every page, whatever the page's is.
REHEARSAL = {"en": "REHEARSAL", "zh-Hans": "彩排"}
CHECK_IN: dict[type[StrEnum], dict[str, Any]] = {
    Area: {
        "closed-sessions": _l("Closed sessions"),
        "meals": _l("Meals"),
        "dinner": _l("Dinner"),
        "vip-room": _l("VIP room"),
        "press-room": _l("Press room"),
        "backstage": _l("Backstage"),
    },
    CheckpointKind: {
        "door": _l("Door"),
        "session": _l("Session"),
        "coach": _l("Coach"),
        "meal": _l("Meal"),
        "vip": _l("VIP room"),
        "hand-out": _l("Badge hand-out"),
    },
    ScanConflictKind: {
        "twice": _l("Let in twice"),
        "not-valid": _l("Should not have been let in"),
        "taken-back": _l("Let in before a check-in was taken back"),
        "replaced": _l("Let in, then transferred"),
    },
    PassMode: {
        "once": _l("Once"),
        "in-out": _l("In and out again"),
    },
    Direction: {
        "in": _l("In"),
        "out": _l("Out"),
    },
    Presence: {
        "in": _l("Inside"),
        "out": _l("Gone out"),
    },
    DoorLoad: {
        "unknown": _l("What it can take is not set"),
        "calm": _l("No queue"),
        "near": _l("A queue forms"),
        "full": _l("At its limit"),
    },
    ScanResult: {
        "passed": _l("Come in"),
        "out": _l("Gone out"),
        "already-in": _l("Already in"),
        "not-in": _l("Was not in"),
        "wrong-time": _l("Not at this time"),
        "wrong-checkpoint": _l("Not at this door"),
        "not-signed-up": _l("Not signed up for this session"),
        "not-confirmed": _l("Not confirmed"),
        "cancelled": _l("Cancelled"),
        "replaced": _l("Transferred to another person"),
        "old-code": _l("An old badge: there is a newer one"),
        "full": _l("No seat left"),
        "departed": _l("The coach is closed for departure"),
        "unknown": _l("Unknown code"),
        "undone": _l("Check-in taken back"),
        "rehearsal-over": _l("The rehearsal is over: scan again"),
    },
}
