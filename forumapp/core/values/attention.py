"""Things that need attention, in one shape for every domain. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Section(enum.StrEnum):
    """The section it belongs to, in display order."""

    SETUP = "setup"
    PEOPLE = "people"
    REGISTRATION = "registration"
    AGENDA = "agenda"
    DELEGATIONS = "delegations"
    PAPER = "paper"
    MAIL = "mail"
    CALENDAR = "calendar"


class Severity(enum.StrEnum):
    """What is the matter, the most pressing first."""

    CLASHING = "clashing"
    BLOCKING = "blocking"
    FAILED = "failed"
    OVERDUE = "overdue"
    MISSING = "missing"
    STALE = "stale"
    DUE = "due"
    WAITING = "waiting"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs attention: `code` names it, `count` is the number of records.

    `where` names the record in its page's address (of tasks, their role). None for several records, which a list
    shows.
    """

    section: Section
    code: str
    count: int
    severity: Severity
    where: str | None = None


def in_order(needs: Iterable[Need]) -> list[Need]:
    """By section, and within each the most pressing first; nothing is needed of nothing."""
    sections, severities = list(Section), list(Severity)
    there = [need for need in needs if need.count]
    return sorted(there, key=lambda need: (sections.index(need.section), severities.index(need.severity)))
