"""What an edition's own records and its calendar need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from forumapp.core.database.counting import Asked, counted, is_written, lacks, untranslated
from forumapp.core.values.attention import Need, Section, Severity
from forumapp.core.values.text import SCRIPTS
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.calendar.queries import task_counts
from forumapp.domain.forums.calendar.rules import TaskState
from forumapp.domain.forums.models import (
    ContentKind,
    ContentPage,
    Edition,
    EditionHost,
    EditionStatus,
    Room,
    SponsorLevel,
    Venue,
)
from forumapp.domain.people.models import Organization

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access

MISSING = Severity.MISSING


def setup_needs(db: DbSession, edition: Edition, access: Access) -> list[Need]:
    if not access.allows(Permission.EDIT_EDITION):
        return []
    of, languages = edition.id, edition.languages
    names = untranslated(languages, Edition.name, Edition.theme, Edition.place)
    asked = [
        Asked("edition-untranslated", MISSING, select(Edition.id).where(Edition.id == of, names)),
        Asked("host-without-logo", MISSING, _of(EditionHost, of).where(EditionHost.logo_id.is_(None))),
        Asked("host-untranslated", MISSING, _half_named_hosts(of, languages)),
        Asked("level-untranslated", MISSING, _of(SponsorLevel, of).where(untranslated(languages, SponsorLevel.name))),
        Asked("venue-untranslated", MISSING, _of(Venue, of).where(untranslated(languages, Venue.name, Venue.address))),
        Asked("room-untranslated", MISSING, _of(Room, of).where(untranslated(languages, Room.name))),
        Asked("page-untranslated", MISSING, _unfinished_pages(of, languages)),
        Asked("emergency-page-missing", MISSING, _without_emergency_page(of)),
    ]
    return counted(db, Section.SETUP, asked)


def _half_named_hosts(edition_id: int, languages: Collection[str]) -> Select[Any]:
    """Those without a name in a language, and those whose remark lacks one."""
    named = _of(EditionHost, edition_id).join(Organization, Organization.id == EditionHost.organization_id)
    gaps = [and_(lacks(Organization.short, one), lacks(Organization.legal, one)) for one in languages]
    return named.where(or_(*gaps, untranslated(languages, EditionHost.remark)))


def _unfinished_pages(edition_id: int, languages: Collection[str]) -> Select[Any]:
    """What is half written, and what the site or the book would show empty."""
    shown, empty = or_(ContentPage.on_site, ContentPage.in_program), ~is_written(ContentPage.body, *SCRIPTS)
    gaps = or_(
        untranslated(languages, ContentPage.title, ContentPage.body),
        and_(shown, empty, ContentPage.picture_id.is_(None)),
    )
    return select(ContentPage.code).where(ContentPage.edition_id == edition_id, gaps)


def _without_emergency_page(edition_id: int) -> Select[Any]:
    """The edition, if it is no draft any more or its book is being written, and the book does not say what to do in an
    emergency.
    """
    in_book = select(ContentPage.id).where(ContentPage.edition_id == edition_id, ContentPage.in_program)
    begun = or_(Edition.status != EditionStatus.DRAFT, in_book.exists())
    told = in_book.where(ContentPage.kind == ContentKind.EMERGENCY).exists()
    return select(Edition.id).where(Edition.id == edition_id, begun, ~told)


def calendar_needs(db: DbSession, edition: Edition, access: Access, *, today: date) -> list[Need]:
    """The tasks of one's own roles; whoever sets up the edition is told of all."""
    if not access.allows(Permission.DO_TASKS):
        return []
    roles = None if access.allows(Permission.EDIT_EDITION) else access.roles
    counts = task_counts(db, edition.id, today=today, roles=roles)
    role = str(next(iter(roles))) if roles is not None and len(roles) == 1 else None
    return [
        Need(Section.CALENDAR, "task-overdue", counts[TaskState.OVERDUE], Severity.OVERDUE, role),
        Need(Section.CALENDAR, "task-due", counts[TaskState.DUE], Severity.DUE, role),
    ]


def closing_needs(edition: Edition, access: Access, *, today: date) -> list[Need]:
    """Until an edition is archived its papers follow the registry. A draft is not archived, nobody has read it."""
    if not access.allows(Permission.ARCHIVE_EDITION):
        return []
    over = today > edition.ends_on and edition.status in (EditionStatus.OPEN, EditionStatus.CLOSED)
    return [Need(Section.SETUP, "edition-over", int(over), Severity.DUE)]


def _of(kind: Any, edition_id: int) -> Select[Any]:
    return select(kind.id).where(kind.edition_id == edition_id)
