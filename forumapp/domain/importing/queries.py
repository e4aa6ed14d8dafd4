"""Reading imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import false, or_, select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission, Reach
from forumapp.domain.importing.models import ImportKind, ImportRun

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.permissions import Access
    from forumapp.domain.audit.services import Actor


def runs_page(
    db: DbSession, edition_id: int, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[ImportRun]:
    """The imports of an edition's pages that the actor may open, the latest first."""
    access, run = access_to(db, edition_id, actor=actor), ImportRun
    query = select(run).where(run.edition_id == edition_id, or_(_tables(access, actor), _rosters(access)))
    return paged(db, query.order_by(run.id.desc()), number=number, size=size)


def rosters_page(
    db: DbSession, edition_id: int, delegation_id: int, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE
) -> Page[ImportRun]:
    """The lists that were brought for a delegation, the latest first."""
    reached, run = _rosters(access_to(db, edition_id, actor=actor)), ImportRun
    query = select(run).where(run.edition_id == edition_id, run.delegation_id == delegation_id, reached)
    return paged(db, query.order_by(run.id.desc()), number=number, size=size)


def _tables(access: Access, actor: Actor) -> ColumnElement[bool]:
    """Of the whole edition, which those who are limited to delegations have not."""
    if access.reach(Permission.EDIT_PEOPLE) is not Reach.ALL:
        return false()
    whole = ImportRun.kind != ImportKind.ROSTER
    if access.reach(Permission.SEE_ANSWERS) is Reach.ALL:
        return whole
    return whole & or_(ImportRun.asked_by == actor.account_id, ImportRun.kind == ImportKind.ORGANIZATIONS)


def _rosters(access: Access) -> ColumnElement[bool]:
    within = access.within(Permission.BRING_MEMBERS)
    return ImportRun.kind == ImportKind.ROSTER if within is None else ImportRun.delegation_id.in_(within)
