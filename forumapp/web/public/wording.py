"""What the public pages call the codes that data holds: `{{ part.role | word("role") }}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from forumapp.web.wording.language import language
from forumapp.web.wording.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask

    from forumapp.web.public.agenda.program import Speaker

WORDS: Mapping[str, Mapping[str, Any]] = {
    "role": {
        "speaker": _l("Speaker"),
        "keynote": _l("Keynote speaker"),
        "chair": _l("Chair"),
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
    "session-kind": {
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
    "press": {
        "open": _l("Open to the press"),
        "invited": _l("Invited press"),
        "closed": _l("Closed to the press"),
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
        "unconfirmed": _l("Confirm your email"),
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
    "unconfirmed": "warn",
    "invited": "info",
    "tentative": "warn",
    "declined": "quiet",
    "cancelled": "bad",
    "no-show": "quiet",
}


def set_up(app: Flask) -> None:
    app.jinja_env.filters.update(word=word, mark=mark, names=names)


def names(people: Iterable[Speaker]) -> str:
    """Several people in one line, each as the reader's language shows the name."""
    if language().startswith("zh"):
        return listed(person.name.native_full or person.name.latin_in_print for person in people)
    return listed(person.name.latin_in_print or person.name.native_full for person in people)


def word(code: str, kind: str) -> str:
    return str(WORDS[kind][str(code)])


def mark(code: str) -> str:
    return MARKS.get(str(code), "quiet")
