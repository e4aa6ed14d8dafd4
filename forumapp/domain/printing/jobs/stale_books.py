"""Books of which something has changed since they were printed. The log tells when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, exists, func, or_, select

from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.forums.models import ContentPage, EditionHost
from forumapp.domain.people.archive.archived_names import photos_of_now
from forumapp.domain.people.models import Person
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

# Whatever happens to these stands in a program book.
IN_BOOKS = ("edition_host", "sponsor_level", "venue", "room")
OF_EDITION = ("name", "theme", "place", "starts_on", "ends_on", "logo_id")
# What is printed was read when the worker began.
READ_AT = func.coalesce(PrintJob.started_at, PrintJob.created_at)


def overtaken_books(edition_id: int) -> Select[Any]:
    """The last program that was printed, where its letters, hosts, venues, photos or cover have changed since."""
    last = select(func.max(PrintJob.id)).where(*_done(edition_id, Paper.PROGRAM)).scalar_subquery()
    here = AuditEvent.edition_id == edition_id
    pages = select(ContentPage.id).where(ContentPage.edition_id == edition_id, ContentPage.in_program)
    hosts = select(EditionHost.organization_id).where(EditionHost.edition_id == edition_id)
    parts = select(RoleAssignment.person_id).where(RoleAssignment.edition_id == edition_id)
    shown = photos_of_now(edition_id).where(Person.id.in_(parts))
    touched = or_(
        and_(here, AuditEvent.entity.in_(IN_BOOKS)),
        and_(here, AuditEvent.entity == "edition", AuditEvent.action == "changed", _fields(*OF_EDITION)),
        and_(
            here,
            AuditEvent.entity == "content_page",
            or_(AuditEvent.entity_id.in_(pages), and_(AuditEvent.action != "created", _fields("in_program"))),
        ),
        and_(AuditEvent.entity == "organization", AuditEvent.entity_id.in_(hosts)),
        and_(AuditEvent.entity == "person", _fields("photo_id"), AuditEvent.entity_id.in_(shown)),
    )
    return select(PrintJob.id).where(
        PrintJob.id == last, exists().correlate(PrintJob).where(AuditEvent.at > READ_AT, touched)
    )


def _done(edition_id: int, paper: Paper) -> tuple[ColumnElement[bool], ...]:
    return PrintJob.edition_id == edition_id, PrintJob.paper == paper, PrintJob.status == JobStatus.DONE


def _fields(*names: str) -> ColumnElement[bool]:
    """Whether any of these fields has changed."""
    return or_(*(cast(AuditEvent.fields, Text).contains(f'"{name}"', autoescape=True) for name in names))
