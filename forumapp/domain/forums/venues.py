"""Setting up venues and rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.ordering import next_place, reorder_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.models import Layout, Room, Venue
from forumapp.domain.forums.queries import room_order, rooms_in_order
from forumapp.domain.forums.rules import free_code, link_fault, name_fault, seats_fault, slug_fault, zone_fault
from forumapp.domain.images.services import change_picture, with_picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


def create_venue(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Venue:
    """`values` are columns of Venue, and a Picture as floor_plan. One without a code gets it from its name."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    code = values.get("code") or _free_code(db, Venue, edition_id, values["name"])
    refuse_faults({"code": slug_fault(code), **_venue_faults(values)})
    values = with_picture(db, {**values, "code": code}, "floor_plan", actor=actor, now=now)
    row = Venue(edition_id=edition_id, **values)
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def update_venue(
    db: DbSession,
    edition_id: int,
    venue_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Venue:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, Venue, edition_id, venue_id)
    refuse_faults(_venue_faults(changes))
    changes = change_picture(db, row, changes, "floor_plan", label=row.name, actor=actor, now=now)
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_venue(
    db: DbSession, edition_id: int, venue_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while it has rooms."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, Venue, edition_id, venue_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def create_room(db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Room:
    """`values` are columns of Room. One without a code gets it from its name; without a position it stands last."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    code = values.get("code") or _free_code(db, Room, edition_id, values["name"])
    refuse_faults({"code": slug_fault(code), **_room_faults(db, edition_id, values)})
    position = values.get("position")
    if position is None:
        position = next_place(db, Room.position, Room.edition_id == edition_id)
    row = Room(edition_id=edition_id, **{**values, "code": code, "position": position})
    create_in(db, row, Permission.EDIT_EDITION, actor=actor, now=now)
    return row


def update_room(
    db: DbSession,
    edition_id: int,
    room_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Room:
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, Room, edition_id, room_id)
    refuse_faults(_room_faults(db, edition_id, changes))
    change_in(db, row, changes, Permission.EDIT_EDITION, version=version, actor=actor, now=now)
    return row


def remove_room(db: DbSession, edition_id: int, room_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    """Refused while sessions take place in it."""
    require(db, edition_id, Permission.EDIT_EDITION, actor=actor)
    row = get_in(db, Room, edition_id, room_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def order_rooms(
    db: DbSession, edition_id: int, ids: Sequence[int], *, version: int, actor: Actor, now: datetime
) -> Order:
    """Put all rooms in order. It counts among those of one venue, which stand together anyway."""
    reorder_in(
        db,
        edition_id,
        rooms_in_order(edition_id),
        ids,
        Permission.EDIT_EDITION,
        by=Room.position,
        apart=lambda room: room.venue_id,
        version=version,
        actor=actor,
        now=now,
    )
    return room_order(db, edition_id)


def _venue_faults(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        "name": name_fault(values["name"]) if "name" in values else None,
        "zone": zone_fault(values["zone"]) if "zone" in values else None,
        "map_url": link_fault(values.get("map_url")),
    }


def _room_faults(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> dict[str, str | None]:
    unknown = "venue_id" in values and not find_in(db, Venue, edition_id, values["venue_id"])
    return {
        "name": name_fault(values["name"]) if "name" in values else None,
        "venue_id": "unknown" if unknown else None,
        **seats_fault(values.get("capacity") or 0, values.get("layouts") or {}, list(Layout)),
    }


def _free_code(db: DbSession, kind: type[Venue | Room], edition_id: int, name: Mapping[str, str]) -> str:
    taken = set(db.scalars(select(kind.code).where(kind.edition_id == edition_id)))
    return free_code(name, taken, kind.__tablename__)
