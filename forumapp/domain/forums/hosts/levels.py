"""The levels of sponsors: gold, silver, in-kind. In their order sponsors are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import AlreadyExists, Invalid
from forumapp.core.values.text import fold
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.forums.models import SponsorLevel
from forumapp.domain.forums.queries import level_order, levels_in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def create_level(
    db: DbSession, edition_id: int, name: Mapping[str, str], *, actor: Actor, now: datetime
) -> SponsorLevel:
    """The last one so far."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    _refuse_name(db, edition_id, name)
    row = SponsorLevel(edition_id=edition_id, name=dict(name), position=_next_position(db, edition_id))
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def rename_level(
    db: DbSession, edition_id: int, level_id: int, name: Mapping[str, str], *, version: int, actor: Actor, now: datetime
) -> SponsorLevel:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, SponsorLevel, edition_id, level_id)
    _refuse_name(db, edition_id, name, level_id=level_id)
    change_in(db, row, {"name": dict(name)}, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_level(
    db: DbSession, edition_id: int, level_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while it has sponsors."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, SponsorLevel, edition_id, level_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def bring_back_level(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    """To where it was, or last where another one has taken its place. One that was added again meanwhile stays away."""
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    held = values_of(removal)
    place = held["position"]
    if removal.restored_at is None:  # else it is there by itself
        _refuse_name(db, edition_id, held["name"])
    taken = select(SponsorLevel.id).where(SponsorLevel.edition_id == edition_id, SponsorLevel.position == place)
    instead = {"position": _next_position(db, edition_id)} if db.scalar(taken) else {}
    return bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)


def order_levels(
    db: DbSession, edition_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    reorder_in(
        db,
        edition_id,
        levels_in_order(edition_id),
        ids,
        Permission.EDIT_EDITION,
        by=SponsorLevel.position,
        version=version,
        actor=actor,
        now=now,
    )
    return level_order(db, edition_id)


def _next_position(db: DbSession, edition_id: int) -> int:
    return next_place(db, SponsorLevel.position, SponsorLevel.edition_id == edition_id)


def _refuse_name(db: DbSession, edition_id: int, name: Mapping[str, str], *, level_id: int | None = None) -> None:
    """It needs one, by which it can be told from the others in each language."""
    if not any(name.values()):
        raise Invalid(fields={"name": "required"})
    others = select(SponsorLevel.name).where(SponsorLevel.edition_id == edition_id, SponsorLevel.id != (level_id or 0))
    for other in db.scalars(others):
        if any(text and fold(text) == fold(other.get(language, "")) for language, text in name.items()):
            raise AlreadyExists(fields={"name": "taken"})
