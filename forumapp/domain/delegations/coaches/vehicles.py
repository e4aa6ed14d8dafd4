"""The vehicles of an edition, with their drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.errors import refuse_faults
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState, CoachRun, Vehicle
from forumapp.domain.delegations.notifications.recording import noticing_seats
from forumapp.domain.forums.rules import free_code, name_fault, slug_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.SET_UP_DELEGATIONS


def create_vehicle(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Vehicle:
    """`values` are columns of Vehicle. One without a code gets it from its name."""
    require(db, edition_id, EDIT, actor=actor)
    taken = set(db.scalars(select(Vehicle.code).where(Vehicle.edition_id == edition_id)))
    code = values.get("code") or free_code(values["name"], taken, "vehicle")
    refuse_faults({"code": slug_fault(code), **_faults(values)})
    row = Vehicle(edition_id=edition_id, **{**values, "code": code})
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_vehicle(
    db: DbSession,
    edition_id: int,
    vehicle_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Vehicle:
    """It keeps as many seats as people have in any of its runs; two at once are held apart by the database."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, Vehicle, edition_id, vehicle_id)
    fewer = "seats" in changes and changes["seats"] < most_riding(db, row.id)
    refuse_faults({**_faults(changes), **({"seats": "too-few-seats"} if fewer else {})})
    rides = select(CoachRun.item_id).where(CoachRun.vehicle_id == row.id)
    with noticing_seats(db, edition_id, set(db.scalars(rides))):
        change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    return row


def remove_vehicle(
    db: DbSession, edition_id: int, vehicle_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while it makes runs."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, Vehicle, edition_id, vehicle_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def most_riding(db: DbSession, vehicle_id: int) -> int:
    """How many have a seat in the fullest of its runs."""
    riding = (
        select(func.count().label("riding"))
        .select_from(Boarding)
        .join(CoachRun, CoachRun.id == Boarding.run_id)
        .where(CoachRun.vehicle_id == vehicle_id, Boarding.state != BoardingState.ABSENT)
        .group_by(Boarding.run_id)
        .subquery()
    )
    return db.scalar(select(func.max(riding.c.riding))) or 0


def vehicles_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Vehicle]:
    return paged(db, _in_order(edition_id), number=number, size=size)


def list_vehicles(db: DbSession, edition_id: int) -> list[Vehicle]:
    return list(db.scalars(_in_order(edition_id)))


def get_vehicle(db: DbSession, edition_id: int, vehicle_id: int) -> Vehicle:
    return get_in(db, Vehicle, edition_id, vehicle_id)


def _in_order(edition_id: int) -> Any:
    return select(Vehicle).where(Vehicle.edition_id == edition_id).order_by(Vehicle.kind, Vehicle.code)


def _faults(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {"name": name_fault(values["name"]) if "name" in values else None}
