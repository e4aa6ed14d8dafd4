"""Organizations that everyone reads of, while someone types theirs into an open form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from forumapp.domain.agenda.content.snapshots import ANNOUNCED
from forumapp.domain.agenda.models import (
    AgendaVersion,
    AssignmentStatus,
    RoleAssignment,
    Session,
    SessionKind,
    SessionStatus,
)
from forumapp.domain.forums.models import Edition, EditionHost, EditionStatus
from forumapp.domain.people.models import EditionTitle
from forumapp.domain.people.search.suggestions import MOST, suggest_organization_names

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session as DbSession


def suggest_public_names(db: DbSession, search: str, *, most: int = MOST) -> list[dict[str, str]]:
    """What organizations are called that stand on a public page anyway. The registry knows more: who is of a delegation
    that comes, or was written down and never published, is told to nobody who only types.
    """
    return suggest_organization_names(db, search, among=_public(), most=most)


def _public() -> CompoundSelect[int]:
    """The ids of the hosts of editions that the public sees, and of the organizations of those announced there, as far
    as they stood so when the agenda was published.
    """
    hosts = select(EditionHost.organization_id).join(Edition).where(Edition.status != EditionStatus.DRAFT)
    part = and_(
        RoleAssignment.person_id == EditionTitle.person_id, RoleAssignment.edition_id == EditionTitle.edition_id
    )
    published = (
        select(AgendaVersion.id)
        .where(
            AgendaVersion.edition_id == Edition.id,
            *(AgendaVersion.published_at >= one.updated_at for one in (EditionTitle, RoleAssignment, Session)),
        )
        .exists()
    )
    announced = (
        select(EditionTitle.organization_id)
        .join(RoleAssignment, part)
        .join(Session, Session.id == RoleAssignment.session_id)
        .join(Edition, Edition.id == EditionTitle.edition_id)
        .where(
            EditionTitle.organization_id.is_not(None),
            RoleAssignment.role.in_(ANNOUNCED),
            RoleAssignment.status == AssignmentStatus.CONFIRMED,
            Session.status == SessionStatus.CONFIRMED,
            Session.kind != SessionKind.CLOSED_DOOR,
            Edition.status != EditionStatus.DRAFT,
            published,
        )
    )
    return hosts.union(announced)
