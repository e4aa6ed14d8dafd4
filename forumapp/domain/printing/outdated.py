"""Badges that no longer say what they said when they were printed, and a program that shows an earlier agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.domain.accounts.reach import limited
from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.overtaken import READ_AT, overtaken_books
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.printing.services import snapshot
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.outdated import differing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.documents import BadgeValues


@dataclass(frozen=True, slots=True)
class Outdated:
    """A badge as it would print now, when it was printed last, and which of its parts differ since, as they were
    printed and as they are now.
    """

    badge: BadgeValues
    printed_at: datetime
    was: dict[str, Any]
    now: dict[str, Any]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.was)


@dataclass(frozen=True, slots=True)
class OutdatedProgram:
    """The program that was printed last: which version of the agenda it shows, and which one is published by now."""

    printed_at: datetime
    shows: int
    newest: int
    is_overtaken: bool  # letters, hosts, venues, photos or the cover have changed


def outdated_program(db: DbSession, edition_id: int) -> OutdatedProgram | None:
    """None where it says what stands."""
    query = (
        select(READ_AT, AgendaVersion.number, PrintJob.id)
        .join(AgendaVersion, AgendaVersion.id == PrintJob.agenda_version_id)
        .where(PrintJob.edition_id == edition_id, PrintJob.paper == Paper.PROGRAM, PrintJob.status == JobStatus.DONE)
        .order_by(PrintJob.id.desc())
        .limit(1)
    )
    last = db.execute(query).one_or_none()
    if last is None:
        return None
    newest = db.scalar(select(func.max(AgendaVersion.number)).where(AgendaVersion.edition_id == edition_id))
    found = OutdatedProgram(last[0], last.number, newest or 0, last.id in db.scalars(overtaken_books(edition_id)).all())
    return found if found.shows < found.newest or found.is_overtaken else None


def outdated_badges(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[Outdated]:
    """In the order of printing. As many queries for one badge as for a thousand."""
    reached = limited(Registration.id, "registration", edition_id, within)
    query = select(Registration.id, Registration.printed, Registration.printed_at).where(
        Registration.edition_id == edition_id, Registration.printed_at.is_not(None), *reached
    )
    before = {row.id: (row.printed, row.printed_at) for row in db.execute(query)}
    if not before:
        return []
    found = []
    for badge in badge_values(db, edition_id, Options(), within=within):
        kept, printed_at = before.get(badge.registration_id, ({}, None))
        now = snapshot(badge)
        if parts := differing(kept, now):
            was, told = ({part: said[part] for part in parts} for said in (kept, now))
            found.append(Outdated(badge, printed_at, was, told))
    return found
