"""Blocks of places: set aside for a host, a sponsor or a delegation, filled with names later, released when unused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forumapp.core.errors import NotFound, refuse_faults
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.editing.rows import find_in, get_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create, stale
from forumapp.domain.forums.rules import name_fault
from forumapp.domain.people.models import Organization
from forumapp.domain.people.records.services import refuse_strange, refuse_unseen_organization
from forumapp.domain.registration.capacity import counters
from forumapp.domain.registration.models import PlaceBlock, RegistrationType
from forumapp.domain.registration.rules import block_fault
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor

DECIDE = Permission.DECIDE_REGISTRATIONS


def create_block(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> PlaceBlock:
    """`values` are columns: the type, a name, how many places, and whose they are. Raises NoPlacesLeft where the type
    or the edition has not so many.
    """
    require_all(db, edition_id, DECIDE, actor=actor)
    type_id = values.get("type_id")
    known = find_in(db, RegistrationType, edition_id, type_id) if type_id else None
    refuse_faults(
        {
            "type_id": None if known else "unknown",
            "name": name_fault(values.get("name") or {}),
            "quota": block_fault(values.get("quota"), 0),
        }
    )
    _refuse_strange_holder(db, values, actor=actor)
    row = PlaceBlock(edition_id=edition_id, **values)
    counters.reserve(db, counters.hold(db, row.type_id), row.quota)
    create(db, row, actor=actor, now=now)
    return row


def update_block(
    db: DbSession,
    edition_id: int,
    block_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> PlaceBlock:
    """More places are taken from the type, fewer go back to it and to those who wait; never fewer than have a name."""
    require_all(db, edition_id, DECIDE, actor=actor)
    held, row = _held(db, edition_id, block_id, version=version)
    changes = {name: value for name, value in changes.items() if name != "type_id"}
    refuse_faults(
        {
            "name": name_fault(changes["name"]) if "name" in changes else None,
            "quota": block_fault(changes["quota"], row.taken, row.quota) if "quota" in changes else None,
        }
    )
    _refuse_strange_holder(db, changes, actor=actor)
    _resize(db, held, row, changes, actor=actor, now=now)
    return row


def release_block(
    db: DbSession, edition_id: int, block_id: int, *, version: int, actor: Actor, now: datetime
) -> PlaceBlock:
    """Give back the places that have no name: they go to those who wait."""
    require_all(db, edition_id, DECIDE, actor=actor)
    held, row = _held(db, edition_id, block_id, version=version)
    _resize(db, held, row, {"quota": row.taken}, actor=actor, now=now, action="released")
    return row


def end_block_links(
    db: DbSession, edition_id: int, block_id: int, *, version: int, actor: Actor, now: datetime
) -> PlaceBlock:
    """Make every link of its holder that is out invalid. The next one is good again."""
    require_all(db, edition_id, DECIDE, actor=actor)
    row = get_in(db, PlaceBlock, edition_id, block_id)
    changes = {"link_number": row.link_number + 1}
    change(db, row, changes, version=version, actor=actor, now=now, action="links-ended")
    return row


def blocks_page(
    db: DbSession, edition_id: int, *, search: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[PlaceBlock]:
    """With their types, in the order in which they were made. Of a forum there are some dozens."""
    query = select(PlaceBlock).where(PlaceBlock.edition_id == edition_id).order_by(PlaceBlock.id)
    query = query.options(joinedload(PlaceBlock.type))
    if not search.strip():
        return paged(db, query, number=number, size=size)
    wanted = fold(search)
    ids = [row.id for row in db.scalars(query) if any(wanted in fold(text) for text in row.name.values())]
    return paged(db, query.where(PlaceBlock.id.in_(ids)), number=number, size=size)


def get_block(db: DbSession, edition_id: int, block_id: int) -> PlaceBlock:
    row = db.scalar(select(PlaceBlock).where(PlaceBlock.id == block_id, PlaceBlock.edition_id == edition_id))
    if row is None:
        raise NotFound(entity="place_block")
    return row


def _held(db: DbSession, edition_id: int, block_id: int, *, version: int) -> tuple[counters.Held, PlaceBlock]:
    """The type's places and then the block, which nobody else changes until the transaction ends."""
    held = counters.hold(db, get_in(db, PlaceBlock, edition_id, block_id).type_id)
    query = select(PlaceBlock).where(PlaceBlock.id == block_id).with_for_update()
    row = db.scalars(query.execution_options(populate_existing=True)).one()
    if row.version != version:
        raise stale(row)
    return held, row


def _resize(
    db: DbSession,
    held: counters.Held,
    row: PlaceBlock,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    action: str = "changed",
) -> None:
    more = changes.get("quota", row.quota) - row.quota
    if more > 0:
        counters.reserve(db, held, more)
    change(db, row, changes, version=row.version, actor=actor, now=now, action=action)
    if more < 0:
        counters.reserve(db, held, more)
        move_up_all(db, row.type_id, actor=actor, now=now)


def _refuse_strange_holder(db: DbSession, values: Mapping[str, Any], *, actor: Actor) -> None:
    """A delegation of another edition is refused by the database."""
    organization_id = values.get("organization_id")
    refuse_strange(db, {"organization_id": (Organization, organization_id)})
    refuse_unseen_organization(db, organization_id, actor=actor)
