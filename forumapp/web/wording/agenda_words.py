"""What the closed sets of words are called that sessions are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.schemas.choices import (
    AssignmentRole,
    AssignmentStatus,
    Department,
    FindingCode,
    Interpretation,
    Layout,
    Press,
    SessionItemKind,
    SessionKind,
    SessionStatus,
    Severity,
    SpeakerLack,
)

if TYPE_CHECKING:
    from enum import StrEnum

AGENDA: dict[type[StrEnum], dict[str, Any]] = {
    SessionKind: {
        "opening": _l("Opening"),
        "keynote": _l("Keynote"),
        "panel": _l("Panel"),
        "breakout": _l("Breakout"),
        "signing": _l("Signing"),
        "matchmaking": _l("Matchmaking"),
        "meal": _l("Meal"),
        "break": _l("Break"),
        "registration": _l("Check-in"),
        "visit": _l("Visit"),
        "closed-door": _l("Closed-door meeting"),
    },
    SpeakerLack: {
        "photo": _l("No photo"),
        "biography": _l("No biography"),
        "proof": _l("Name not approved"),
        "invitation": _l("Not invited yet"),
        "answer": _l("No answer yet"),
    },
    SessionStatus: {
        "tentative": _l("Tentative"),
        "confirmed": _l("Confirmed"),
        "cancelled": _l("Cancelled"),
    },
    SessionItemKind: {
        "speech": _l("Speech"),
        "panel": _l("Panel"),
        "questions": _l("Questions"),
        "signing": _l("Signing"),
        "other": _l("Other"),
    },
    Interpretation: {
        "none": _l("None"),
        "simultaneous": _l("Simultaneous"),
        "consecutive": _l("Consecutive"),
    },
    Press: {"open": _l("Open to the press"), "invited": _l("Invited press"), "closed": _l("Closed to the press")},
    Department: {
        "stage": _l("Stage"),
        "sound": _l("Sound"),
        "light": _l("Light"),
        "video": _l("Video"),
        "interpretation": _l("Interpretation"),
        "mc": _l("MC"),
        "protocol": _l("Protocol"),
        "press": _l("Press"),
        "catering": _l("Catering"),
        "security": _l("Security"),
        "other": _l("Other"),
    },
    AssignmentRole: {
        "speaker": _l("Speaker"),
        "keynote": _l("Keynote speaker"),
        "chair": _l("Chair"),
        "moderator": _l("Moderator"),
        "panelist": _l("Panelist"),
        "signatory": _l("Signatory"),
        "interpreter": _l("Interpreter"),
        "mc": _l("MC"),
    },
    AssignmentStatus: {
        "invited": _l("Invited"),
        "confirmed": _l("Confirmed"),
        "declined": _l("Declined"),
    },
    Layout: {
        "theater": _l("Theater"),
        "classroom": _l("Classroom"),
        "banquet": _l("Banquet"),
        "boardroom": _l("Boardroom"),
        "u-shape": _l("U-shape"),
        "reception": _l("Reception"),
    },
    Severity: {"block": _l("Blocks publishing"), "warn": _l("Warns"), "ignore": _l("Ignored")},
    FindingCode: {
        "person-clash": _l("A person in two sessions at the same time"),
        "room-clash": _l("Two sessions in one room at the same time"),
        "room-changeover": _l("Too little time between two sessions to clear and set up their room"),
        "clock-change": _l("A time that the clocks do not show, or show twice"),
        "speaker-travel": _l("A speaker with too little time to get from one venue to another"),
        "speaker-unavailable": _l("A person who is not free at that time"),
        "all-rooms-clash": _l("A session beside one that is in all rooms"),
        "room-too-small": _l("More people than the room holds as it is set up"),
        "outside-edition": _l("A session outside the forum's dates"),
        "too-long": _l("A session longer than a day can be"),
        "items-longer-than-session": _l("Items that take longer than their session"),
        "confirmed-without-time": _l("A confirmed session without a time"),
        "interpreter-missing": _l("Interpretation without an interpreter"),
        "interpreter-alone": _l("An interpreter alone for more than 40 minutes"),
        "interpreter-back-to-back": _l("An interpreter with less than ten minutes between two sessions"),
        "interpreter-without-rest": _l("An interpreter for more than two hours without a break"),
        "panel-without-moderator": _l("A panel without a moderator"),
        "speaker-declined": _l("A part that was declined"),
        "speeches-out-of-order": _l("Speeches that do not follow the order approved for them"),
        "speaker-unconfirmed": _l("A part that is not confirmed yet"),
        "missing-translation": _l("A title or abstract missing in a language"),
    },
}
