"""What an erasure does with each area of data. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    ERASED = "erased"
    ANONYMIZED = "anonymized"
    KEPT = "kept"


class Area(enum.StrEnum):
    RECORD = "record"  # names, contact details, biography, posts and titles
    PHOTOS = "photos"
    ANSWERS = "answers"  # all answers and files, passport and visa data among them
    INVITATIONS = "invitations"
    RANKS = "ranks"  # in delegations: the person stays on as a plain member
    TRAVEL = "travel"  # rooms, seats, itinerary items and their changes
    PROGRAM = "program"  # parts in sessions, also in published versions
    LISTS = "lists"  # orders of precedence, name checks
    MAIL = "mail"
    DRAFT_IMPORTS = "draft-imports"  # imports that nobody has confirmed: they end
    IMPORTS = "imports"  # files of other imports
    PAPERS = "papers"  # prints and their files
    LETTERS = "letters"  # formal letters: the serial stays
    REMOVED = "removed"  # removed items that could be restored
    MENTIONS = "mentions"  # names and addresses in notes, labels and other texts
    LOG = "log"  # who changed what and when stays, without the values
    REGISTRATIONS = "registrations"  # stay as numbers
    CHECKINS = "checkins"  # stay as numbers


OUTCOMES = {
    Area.RANKS: Outcome.ANONYMIZED,
    Area.PROGRAM: Outcome.ANONYMIZED,
    Area.LETTERS: Outcome.ANONYMIZED,
    Area.REMOVED: Outcome.ANONYMIZED,
    Area.MENTIONS: Outcome.ANONYMIZED,
    Area.LOG: Outcome.ANONYMIZED,
    Area.REGISTRATIONS: Outcome.ANONYMIZED,
    Area.CHECKINS: Outcome.KEPT,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One area of a preview or a report, with how many rows it concerns."""

    area: Area
    count: int

    @property
    def outcome(self) -> Outcome:
        return OUTCOMES.get(self.area, Outcome.ERASED)
