"""The places of an edition's itineraries, the minutes between them, and what is for emergencies in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Stale, refuse_faults
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require
from forumapp.domain.accounts.editing.rows import change_in, create_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.delegations.notifications.recording import noticing, noticing_rooms
from forumapp.domain.forums.models import Venue
from forumapp.domain.forums.rules import (
    CONNECTION_MINUTES,
    TRAVEL_MINUTES,
    free_code,
    name_fault,
    slug_fault,
    zone_fault,
)
from forumapp.domain.forums.venues.travel_places import ItineraryPlace, ItinerarySettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.SET_UP_DELEGATIONS


@dataclass(frozen=True, slots=True)
class Settings:
    """Of all the edition; `id` None and `version` 0 while nobody has said anything else than usual."""

    travel_minutes: int = TRAVEL_MINUTES
    connection_minutes: int = CONNECTION_MINUTES
    emergency_numbers: dict[str, str] = field(default_factory=dict)
    consulate: dict[str, str] = field(default_factory=dict)
    id: int | None = None
    version: int = 0


def create_place(
    db: DbSession, edition_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> ItineraryPlace:
    """`values` are columns of ItineraryPlace. One without a code gets it from its name."""
    require(db, edition_id, EDIT, actor=actor)
    taken = set(db.scalars(select(ItineraryPlace.code).where(ItineraryPlace.edition_id == edition_id)))
    code = values.get("code") or free_code(values["name"], taken, "place")
    refuse_faults({"code": slug_fault(code), **_faults(db, edition_id, values)})
    row = ItineraryPlace(edition_id=edition_id, **{**values, "code": code})
    create_in(db, row, EDIT, actor=actor, now=now)
    return row


def update_place(
    db: DbSession,
    edition_id: int,
    place_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> ItineraryPlace:
    """Items there keep the times and zones that they have."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, ItineraryPlace, edition_id, place_id)
    refuse_faults(_faults(db, edition_id, changes))
    there = (ItineraryItem.place_id == row.id) | (ItineraryItem.end_place_id == row.id)
    with noticing(db, *db.scalars(select(ItineraryItem).where(there))), noticing_rooms(db, edition_id):
        change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    return row


def remove_place(
    db: DbSession, edition_id: int, place_id: int, *, version: int, actor: Actor, now: datetime
) -> Removal:
    """Refused while items are there."""
    require(db, edition_id, EDIT, actor=actor)
    row = get_in(db, ItineraryPlace, edition_id, place_id)
    return remove_in(db, row, label=row.name, version=version, actor=actor, now=now)


def change_settings(
    db: DbSession, edition_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Settings:
    """`changes` are columns of ItinerarySettings. `version` is 0 where nobody had said anything before."""
    require(db, edition_id, EDIT, actor=actor)
    lock_name(db, f"itinerary-settings:{edition_id}")  # before there is a row
    row = db.scalar(_settings(edition_id).execution_options(populate_existing=True))
    if row is None and version:
        raise Stale
    if row is None:
        usual = {"travel_minutes": TRAVEL_MINUTES, "connection_minutes": CONNECTION_MINUTES}
        row = ItinerarySettings(edition_id=edition_id, **usual)
        create(db, row, actor=actor, now=now)
        version = row.version
    change(db, row, changes, version=version, actor=actor, now=now)
    return settings_of(db, edition_id)


def settings_of(db: DbSession, edition_id: int) -> Settings:
    row = db.scalar(_settings(edition_id))
    if row is None:
        return Settings()
    minutes = row.travel_minutes, row.connection_minutes
    return Settings(*minutes, row.emergency_numbers, row.consulate, row.id, row.version)


def places_page(db: DbSession, edition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[ItineraryPlace]:
    query = select(ItineraryPlace).where(ItineraryPlace.edition_id == edition_id)
    return paged(db, query.order_by(ItineraryPlace.kind, ItineraryPlace.code), number=number, size=size)


def list_places(db: DbSession, edition_id: int) -> list[ItineraryPlace]:
    query = select(ItineraryPlace).where(ItineraryPlace.edition_id == edition_id)
    return list(db.scalars(query.order_by(ItineraryPlace.kind, ItineraryPlace.code)))


def get_place(db: DbSession, edition_id: int, place_id: int) -> ItineraryPlace:
    return get_in(db, ItineraryPlace, edition_id, place_id)


def _settings(edition_id: int) -> Any:
    return select(ItinerarySettings).where(ItinerarySettings.edition_id == edition_id)


def _faults(db: DbSession, edition_id: int, values: Mapping[str, Any]) -> dict[str, str | None]:
    venue_id = values.get("venue_id")
    unknown = venue_id is not None and find_in(db, Venue, edition_id, venue_id) is None
    return {
        "name": name_fault(values["name"]) if "name" in values else None,
        "zone": zone_fault(values["zone"]) if "zone" in values else None,
        "venue_id": "unknown" if unknown else None,
    }
