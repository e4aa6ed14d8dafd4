"""Reading when data goes, and what has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition
from forumapp.domain.forums.queries import get_edition_by_id
from forumapp.domain.retention.models import PurgeReport, RetentionRule
from forumapp.domain.retention.rules import Kind, Rule, day_that_counts, is_due

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def rules_of(db: DbSession, edition_id: int) -> list[Rule]:
    """When each kind of data goes in the edition."""
    edition = get_edition_by_id(db, edition_id)
    rows = db.scalars(select(RetentionRule).where(RetentionRule.edition_id == edition_id))
    known = {row.kind: row for row in rows}
    return [_rule(kind, known.get(kind), edition) for kind in Kind]


def get_rule(db: DbSession, edition_id: int, kind: str) -> Rule:
    found = [rule for rule in rules_of(db, edition_id) if rule.kind == kind]
    if not found:
        raise NotFound(entity="retention_rule")
    return found[0]


def list_due(db: DbSession, *, now: datetime) -> list[tuple[Edition, Kind]]:
    """What must be gone by now. The date is that of each forum, in its own zone.

    A sample edition keeps everything: its people and flights are invented, and its forum is long over.
    """
    editions = db.scalars(select(Edition).where(Edition.is_sample.is_(False)).order_by(Edition.id)).all()
    known = {(row.edition_id, row.kind): row for row in db.scalars(select(RetentionRule))}
    return [
        (edition, kind)
        for edition in editions
        for kind in Kind
        if is_due(_rule(kind, known.get((edition.id, kind)), edition).purge_on, today_at(edition, now))
    ]


def _rule(kind: Kind, row: RetentionRule | None, edition: Edition) -> Rule:
    set_on = row.purge_on if row else None
    day = day_that_counts(kind, set_on, edition.ends_on)
    return Rule(kind, day, row.version, row.id) if row else Rule(kind, day, 0)


def reports_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[PurgeReport]:
    """What has gone, the latest first."""
    query = select(PurgeReport).where(PurgeReport.edition_id == edition_id)
    return paged(db, query.order_by(PurgeReport.purged_at.desc(), PurgeReport.id.desc()), number=number, size=size)


def last_purge(db: DbSession, edition_id: int, kind: Kind) -> datetime | None:
    """When something of the kind last went in the edition."""
    latest = select(func.max(PurgeReport.purged_at))
    return db.scalar(latest.where(PurgeReport.edition_id == edition_id, PurgeReport.kind == kind))
