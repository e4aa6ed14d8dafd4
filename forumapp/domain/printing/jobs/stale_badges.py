"""Badges that no longer say what they said when they were printed, and a program that shows an earlier agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.printing.jobs.stale_books import READ_AT, overtaken_books
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob
from forumapp.domain.printing.print_records import snapshot
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.lists.stale_badges import differing
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import BadgeValues


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
class OfOlderAgenda:
    """A paper that was printed last of an agenda: the version that it shows, and the one that is published by now."""

    paper: Paper
    printed_at: datetime
    shows: int
    newest: int
    is_overtaken: bool  # of a program, its letters, hosts, venues, photos or cover have changed


def of_older_agenda(db: DbSession, edition_id: int, papers: Collection[Paper]) -> list[OfOlderAgenda]:
    """Those of the program and the speakers' agendas that say something else than what stands, printed for everyone."""
    done = PrintJob.edition_id == edition_id, PrintJob.status == JobStatus.DONE, PrintJob.delegation_id.is_(None)
    last = select(func.max(PrintJob.id)).where(*done, PrintJob.paper.in_(papers)).group_by(PrintJob.paper)
    query = select(PrintJob.id, PrintJob.paper, READ_AT, AgendaVersion.number)
    query = query.join(AgendaVersion, AgendaVersion.id == PrintJob.agenda_version_id).where(PrintJob.id.in_(last))
    newest = db.scalar(select(func.max(AgendaVersion.number)).where(AgendaVersion.edition_id == edition_id)) or 0
    overtaken = set(db.scalars(overtaken_books(edition_id)))
    found = [
        OfOlderAgenda(paper, at, number, newest, job_id in overtaken)
        for job_id, paper, at, number in db.execute(query.order_by(PrintJob.paper))
    ]
    return [one for one in found if one.shows < newest or one.is_overtaken]


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
