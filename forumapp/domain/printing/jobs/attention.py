"""Prints that failed or wait, and papers that no longer tell what stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from forumapp.core.database.counting import Asked, counted
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.models import AgendaVersion
from forumapp.domain.printing.cards.stale_cards import outdated_cards
from forumapp.domain.printing.delegation_papers.review import stale_papers
from forumapp.domain.printing.jobs.services import paper_within
from forumapp.domain.printing.jobs.stale_badges import outdated_badges
from forumapp.domain.printing.jobs.stale_books import overtaken_books
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access

# A worker that runs begins within seconds.
STUCK = timedelta(minutes=10)


def printing_needs(db: DbSession, edition_id: int, access: Access, *, now: datetime) -> list[Need]:
    if not access.allows(Permission.PRINT):
        return []
    within = access.within(Permission.PRINT)
    reached = limited(PrintJob.id, "print_job", edition_id, within)
    jobs = select(PrintJob.id).where(PrintJob.edition_id == edition_id, *reached)
    waiting = jobs.where(PrintJob.status == JobStatus.QUEUED, PrintJob.created_at < now - STUCK)
    asked = [
        Asked("print-failed", Severity.FAILED, _not_made_since(jobs.where(PrintJob.status == JobStatus.FAILED))),
        Asked("print-stuck", Severity.WAITING, waiting),
        Asked("program-outdated", Severity.STALE, _of_older_version(edition_id)),
        Asked("book-outdated", Severity.STALE, overtaken_books(edition_id)),
    ]
    itineraries = {Paper.ITINERARIES: paper_within(access, Paper.ITINERARIES)}
    booklets = [paper.code for paper in stale_papers(db, edition_id, itineraries)]
    badges = [one.badge.registration_id for one in outdated_badges(db, edition_id, within=within)]
    seen = access.reach(Permission.SEE_PRECEDENCE) is Reach.ALL
    cards = sum(len(one.cards) for one in outdated_cards(db, edition_id, within=within, with_plans=seen))
    return [
        *counted(db, Section.PAPER, asked),
        Need(Section.PAPER, "itinerary-outdated", len(booklets), Severity.STALE, _only(booklets)),
        Need(Section.PAPER, "badge-outdated", len(badges), Severity.STALE, _only(badges)),
        Need(Section.PAPER, "card-outdated", cards, Severity.STALE),
    ]


def _only(which: Sequence[str | int]) -> str | None:
    """Where it is, if it is one."""
    return str(which[0]) if len(which) == 1 else None


def _not_made_since(failed: Select[Any]) -> Select[Any]:
    """Without those of which a later print of the same paper, for the same delegation, goes on or came through."""
    later = aliased(PrintJob)
    same = and_(
        later.edition_id == PrintJob.edition_id,
        later.paper == PrintJob.paper,
        later.delegation_id.is_not_distinct_from(PrintJob.delegation_id),
        later.id > PrintJob.id,
        later.status != JobStatus.CANCELLED,
    )
    return failed.where(~exists(select(later.id).where(same)))


def _of_older_version(edition_id: int) -> Select[Any]:
    """The last program that was printed, where a later version of the agenda is published."""
    programs = select(func.max(PrintJob.id)).where(
        PrintJob.edition_id == edition_id, PrintJob.paper == Paper.PROGRAM, PrintJob.status == JobStatus.DONE
    )
    newest = select(func.max(AgendaVersion.number)).where(AgendaVersion.edition_id == edition_id)
    return (
        select(PrintJob.id)
        .join(AgendaVersion, AgendaVersion.id == PrintJob.agenda_version_id)
        .where(PrintJob.id.in_(programs), AgendaVersion.number < newest.scalar_subquery())
    )
