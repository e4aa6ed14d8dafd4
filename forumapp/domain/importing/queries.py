"""Reading imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.paging import PAGE_SIZE, Page, paged
from forumapp.domain.importing.models import ImportRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def runs_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[ImportRun]:
    """The imports of an edition's pages, the latest first."""
    query = select(ImportRun).where(ImportRun.edition_id == edition_id).order_by(ImportRun.id.desc())
    return paged(db, query, number=number, size=size)
