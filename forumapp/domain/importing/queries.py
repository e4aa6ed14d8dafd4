"""Reading imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from forumapp.core.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.importing.models import ImportKind, ImportRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor


def runs_page(
    db: DbSession, edition_id: int, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[ImportRun]:
    """The imports of an edition's pages that the actor may open, the latest first."""
    query = select(ImportRun).where(ImportRun.edition_id == edition_id).order_by(ImportRun.id.desc())
    if access_to(db, edition_id, actor=actor).reach(Permission.SEE_ANSWERS) is not Reach.ALL:
        own = ImportRun.asked_by == actor.account_id
        query = query.where(or_(own, ImportRun.kind == ImportKind.ORGANIZATIONS))
    return paged(db, query, number=number, size=size)
