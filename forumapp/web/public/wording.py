"""What the public pages call the codes that data holds: `{{ part.role | word("role") }}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

WORDS: Mapping[str, Mapping[str, Any]] = {
    "role": {
        "speaker": _l("Speaker"),
        "moderator": _l("Moderator"),
        "panelist": _l("Panelist"),
        "signatory": _l("Signatory"),
        "interpreter": _l("Interpreter"),
        "mc": _l("MC"),
    },
    "session-status": {
        "tentative": _l("Tentative"),
        "confirmed": _l("Confirmed"),
        "cancelled": _l("Cancelled"),
    },
    "interpretation": {
        "none": _l("No interpretation"),
        "simultaneous": _l("Simultaneous interpretation"),
        "consecutive": _l("Consecutive interpretation"),
    },
    "host-role": {
        "host": _l("Hosted by"),
        "co-host": _l("Co-hosted by"),
        "organizer": _l("Organized by"),
        "supporter": _l("Supported by"),
        "guest-of-honor": _l("Guest of honor"),
        "sponsor": _l("Sponsored by"),
        "media": _l("Media partners"),
    },
    "proof": {
        "waiting": _l("Not approved yet"),
        "approved": _l("Approved"),
        "changed": _l("Changed since the approval"),
        "correction": _l("The organizer looks at your correction"),
    },
    "registration-status": {
        "invited": _l("Invited"),
        "applied": _l("Received"),
        "waitlisted": _l("On the waitlist"),
        "offered": _l("A place is held for you"),
        "confirmed": _l("Confirmed"),
        "declined": _l("Declined"),
        "cancelled": _l("Cancelled"),
        "attended": _l("Attended"),
        "no-show": _l("Did not come"),
    },
}
# The mark that goes with a state (macros/states.html).
MARKS: Mapping[str, str] = {
    "confirmed": "ok",
    "attended": "ok",
    "waitlisted": "warn",
    "offered": "warn",
    "applied": "info",
    "invited": "info",
    "tentative": "warn",
    "declined": "quiet",
    "cancelled": "bad",
    "no-show": "quiet",
}


def set_up(app: Flask) -> None:
    app.jinja_env.filters.update(word=word, mark=mark)


def word(code: str, kind: str) -> str:
    return str(WORDS[kind][str(code)])


def mark(code: str) -> str:
    return MARKS.get(str(code), "quiet")
