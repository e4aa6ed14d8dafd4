"""Records that are likely of one person, or of one organization, as far as someone is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, or_, select

from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import contact_scope_of
from forumapp.domain.accounts.scope import has_open_contacts
from forumapp.domain.people.duplicates.merging import KINDS, require_merging
from forumapp.domain.people.index.likely_duplicates import DOUBLES
from forumapp.domain.people.models import DistinctPair, Kept
from forumapp.domain.people.names.likeness import RANKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.names.likeness import Reason


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records with what speaks for their being one."""

    low: Any
    high: Any
    reason: Reason


def doubles_page(db: DbSession, kind: Kept, *, actor: Actor, number: int = 1, size: int = PAGE_SIZE) -> Page[Pair]:
    """All that are likely one and of which nobody has said that they are not, the surest first: of people, those whom
    the actor may merge.
    """
    require_merging(db, kind, actor=actor)
    page = paged(db, _surest_first(kind, contact_scope_of(db, actor=actor)), number=number, size=size)
    return Page(_pairs(db, kind, page.items), page.number, page.size, page.total)


def doubles_of(db: DbSession, kind: Kept, row_id: int, *, actor: Actor) -> list[Pair]:
    """Those that are likely one with this record."""
    require_merging(db, kind, actor=actor)
    table = DOUBLES[kind]
    mine = or_(table.low_id == row_id, table.high_id == row_id)
    return _pairs(db, kind, db.execute(_surest_first(kind, contact_scope_of(db, actor=actor)).where(mine)))


def open_doubles(kind: Kept, contact_scope: ContactScope | None) -> Select[Any]:
    """Those that wait for someone to decide. Of people, of whose contacts both are told: what they share tells of
    either.
    """
    table = DOUBLES[kind]
    said = (DistinctPair.entity == kind, DistinctPair.low_id == table.low_id, DistinctPair.high_id == table.high_id)
    query = select(table.low_id, table.high_id, table.reason).where(~select(DistinctPair.id).where(*said).exists())
    if kind is Kept.PERSON:
        query = query.where(
            has_open_contacts(table.low_id, contact_scope), has_open_contacts(table.high_id, contact_scope)
        )
    return query


def _surest_first(kind: Kept, contact_scope: ContactScope | None) -> Select[Any]:
    table = DOUBLES[kind]
    rank = case(RANKS, value=table.reason)
    return open_doubles(kind, contact_scope).order_by(rank, table.low_id, table.high_id)


def _pairs(db: DbSession, kind: Kept, found: Iterable[Any]) -> list[Pair]:
    found, table = list(found), KINDS[kind]
    ids = {row_id for one in found for row_id in (one.low_id, one.high_id)}
    rows = {row.id: row for row in db.scalars(select(table).where(table.id.in_(ids)))} if ids else {}
    return [Pair(rows[one.low_id], rows[one.high_id], one.reason) for one in found]
