"""Setting up venues and rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Integer, String, column, func, select, table

from forumapp.core.errors import refuse_faults
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.ordering import next_place, reorder_in
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.forums.models import Layout, Room, Venue
from forumapp.domain.forums.queries import room_order, rooms_in_order
from forumapp.domain.forums.rules import (
    free_code,
    link_fault,
    name_fault,
    seats_fault,
    seats_in,
    slug_fault,
    zone_fault,
)
from forumapp.domain.images.services import change_picture, with_picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.values.ordering import Order
    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor


# Named and not imported: the agenda stands above venues. A test holds the names against the model.
SESSION = table("session", column("room_id", BigInteger), column("layout", String), column("places", Integer))
SEATS = ("capacity", "layouts")


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
    if changes.keys() & SEATS:
        refuse_faults(_seats_faults(db, row, changes))
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


def _seats_faults(db: DbSession, row: Room, changes: Mapping[str, Any]) -> dict[str, str | None]:
    """A room goes on seating as many as the sessions in it have places. Locked first, so that none gets more of them
    meanwhile.
    """
    db.execute(select(Room.id).where(Room.id == row.id).with_for_update())
    now = {name: changes.get(name, getattr(row, name)) for name in SEATS}
    changed = [name for name in SEATS if now[name] != getattr(row, name)]
    held = select(SESSION.c.layout, func.max(SESSION.c.places)).where(SESSION.c.room_id == row.id)
    for layout, places in db.execute(held.group_by(SESSION.c.layout)) if changed else ():
        if 0 < seats_in(now["capacity"], now["layouts"], layout) < (places or 0):
            return {changed[-1]: "below-places"}
    return {}


def _free_code(db: DbSession, kind: type[Venue | Room], edition_id: int, name: Mapping[str, str]) -> str:
    taken = set(db.scalars(select(kind.code).where(kind.edition_id == edition_id)))
    return free_code(name, taken, kind.__tablename__)
