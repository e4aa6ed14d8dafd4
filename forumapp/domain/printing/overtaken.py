"""Books and booklets of which something has changed since they were printed. The log tells when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from forumapp.domain.accounts.reach import limited
from forumapp.domain.agenda.models import RoleAssignment
from forumapp.domain.audit.models import AuditEvent, Removal
from forumapp.domain.delegations.audience_models import ItemAudience
from forumapp.domain.delegations.itinerary_models import TravelLeg
from forumapp.domain.delegations.models import Delegation, ItineraryItem
from forumapp.domain.forums.models import ContentPage, EditionHost
from forumapp.domain.people.frozen import photos_of_now
from forumapp.domain.people.models import Person
from forumapp.domain.printing.models import JobStatus, Paper, PrintJob

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

# Whatever happens to these stands in a program book.
IN_BOOKS = ("edition_host", "sponsor_level", "venue", "room")
OF_EDITION = ("name", "theme", "place", "starts_on", "ends_on", "logo_id")
ITEM = ItineraryItem.__tablename__
PARTS = (TravelLeg, ItemAudience)
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


def overtaken_itineraries(edition_id: int, within: Collection[int] | None) -> Select[Any]:
    """The codes of delegations whose itinerary has changed since it was printed, for them or for all."""
    printed = (
        select(func.max(READ_AT))
        .where(*_done(edition_id, Paper.ITINERARIES), PrintJob.purged_at.is_(None))
        .where(or_(PrintJob.delegation_id == Delegation.id, PrintJob.delegation_id.is_(None)))
        .correlate(Delegation)
        .scalar_subquery()
    )
    changed = (
        exists()
        .correlate(Delegation)
        .where(
            or_(and_(AuditEvent.entity == ITEM, AuditEvent.entity_id == ItineraryItem.id), *map(_of_part, PARTS)),
            AuditEvent.at > printed,
            _in_booklet(ItineraryItem.delegation_id),
        )
    )
    removed = (
        exists()
        .correlate(Delegation)
        .where(
            Removal.entity == ITEM,
            Removal.removed_at > printed,
            Removal.restored_at.is_(None),
            _in_booklet(Removal.delegation_id),
        )
    )
    reached = limited(Delegation.id, "delegation", edition_id, within)
    return select(Delegation.code).where(Delegation.edition_id == edition_id, or_(changed, removed), *reached)


def _done(edition_id: int, paper: Paper) -> tuple[ColumnElement[bool], ...]:
    return PrintJob.edition_id == edition_id, PrintJob.paper == paper, PrintJob.status == JobStatus.DONE


def _of_part(part: Any) -> ColumnElement[bool]:
    """Whether something was said of what stands in rows of its own and goes with an item."""
    rows = select(part.id).where(part.item_id == ItineraryItem.id).correlate(ItineraryItem)
    return and_(AuditEvent.entity == part.__tablename__, AuditEvent.entity_id.in_(rows))


def _in_booklet(delegation_id: Any) -> ColumnElement[bool]:
    """A booklet tells what the delegation does, what those do that it is part of, and what its parts do."""
    part = aliased(Delegation)
    of_parts = select(part.id).where(part.parent_id == Delegation.id).correlate(Delegation)
    return or_(delegation_id == Delegation.id, delegation_id == Delegation.parent_id, delegation_id.in_(of_parts))


def _fields(*names: str) -> ColumnElement[bool]:
    """Whether any of these fields has changed."""
    return or_(*(cast(AuditEvent.fields, Text).contains(f'"{name}"', autoescape=True) for name in names))
