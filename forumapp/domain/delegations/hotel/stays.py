"""Who sleeps in which room on which nights: nobody in two on one night, and no more in one than it holds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from forumapp.core.errors import Invalid, Refusal
from forumapp.domain.accounts.access import require, require_row
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import change_in, find_in, get_in, remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import change, create, remove
from forumapp.domain.delegations.groups.materialization import hold_people
from forumapp.domain.delegations.groups.queries import mark_of
from forumapp.domain.delegations.hotel.queries import (
    as_stay,
    get_room,
    people_for,
    rooms_by_id,
    spans_by_person,
    spans_of,
    stays_in,
    stays_of,
)
from forumapp.domain.delegations.hotel.services import hold_room
from forumapp.domain.delegations.models.rooms import HotelRoom, RoomStay
from forumapp.domain.delegations.notifications.recording import noticing_rooms
from forumapp.domain.delegations.queries import delegation_now
from forumapp.domain.delegations.rules.rooming import Stay, most_at_once, overlaid, overlap
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.models import Removal
    from forumapp.domain.audit.services import Actor

EDIT = Permission.EDIT_DELEGATIONS


class HousedMeanwhile(Refusal):
    """Someone else has changed the rooms of these people since they were looked at; `registrations` are theirs."""

    code = "housed-meanwhile"


class InTwoRooms(Invalid):
    """Someone would be in two rooms on one night; `registrations` are theirs."""

    code = "in-two-rooms"


class RoomFull(Invalid):
    """More people than the room holds would be in it on a night."""

    code = "room-full"


def put_into_room(
    db: DbSession,
    edition_id: int,
    room_id: int,
    seen: Mapping[int, str],
    *,
    start: date | None = None,
    end: date | None = None,
    moves: bool = True,
    actor: Actor,
    now: datetime,
) -> bool:
    """Put people into a room from one day up to another, or for all its nights; all of them or none.

    `seen` has their registrations, each with the mark of the stays that were seen of it (`mark_of`). Those who are in
    other rooms then leave these for those nights, or are refused where nobody `moves` them. Liaisons put their own
    people also into rooms of a whole that their delegation is part of. False if all were there already.
    """
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    room = get_room(db, edition_id, room_id, within=within)
    hold_people(db, seen)
    hold_room(db, room.id)
    if set(seen) - people_for(db, room, within=within):
        raise Invalid(fields={"registrations": "not-in-the-delegation"})
    rows = stays_of(db, seen)
    if overtaken := sorted(one for one, mark in seen.items() if mark_of(rows[one]) != mark):
        raise HousedMeanwhile(registrations=overtaken)
    new = {one: Stay(room.id, one, start or room.check_in, end or room.check_out) for one in rows}
    for one in new.values():
        _refuse_outside(room, one)
    spans = spans_by_person(db, rows)
    twice = [one for one, theirs in spans.items() if any(overlap(stay, new[one]) for stay in theirs)]
    if twice and not moves:
        raise InTwoRooms(fields={"registration_id": "in-two-rooms"}, registrations=sorted(twice))
    wanted = {one: overlaid(theirs, new[one]) for one, theirs in spans.items()}
    here = [stay for theirs in wanted.values() for stay in theirs if stay.room == room.id]
    _refuse_full(db, room, here, without=seen)
    with noticing_rooms(db, edition_id):
        changed = [_settle(db, theirs, wanted[one], actor=actor, now=now) for one, theirs in rows.items()]
    return any(changed)


def add_stay(
    db: DbSession, room: HotelRoom, registration_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> RoomStay:
    """Put one person into a room on nights on which they are in no other one. `values` are columns of RoomStay."""
    edition_id = room.edition_id
    within = require(db, edition_id, EDIT, actor=actor).within(EDIT)
    get_room(db, edition_id, room.id, within=within)
    hold_people(db, [registration_id])
    hold_room(db, room.id)
    if registration_id not in people_for(db, room, within=within):
        raise Invalid(fields={"registration_id": "not-in-the-delegation"})
    row = RoomStay(edition_id=edition_id, room_id=room.id, registration_id=registration_id, **values)
    _refuse_unfit(db, room, as_stay(row, room))
    with noticing_rooms(db, edition_id):
        create(db, row, actor=actor, now=now)
        return row


def update_stay(
    db: DbSession,
    edition_id: int,
    stay_id: int,
    changes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> RoomStay:
    """`changes` are `from_on`, `until_on` and `agreed`."""
    require_row(db, edition_id, EDIT, "room_stay", stay_id, actor=actor)
    row = get_in(db, RoomStay, edition_id, stay_id)
    hold_people(db, [row.registration_id])
    hold_room(db, row.room_id)
    room = get_in(db, HotelRoom, edition_id, row.room_id)
    start, end = (changes.get(name, getattr(row, name)) for name in ("from_on", "until_on"))
    _refuse_unfit(db, room, Stay(room.id, row.registration_id, start or room.check_in, end or room.check_out), row.id)
    with noticing_rooms(db, edition_id):
        change_in(db, row, changes, EDIT, version=version, actor=actor, now=now)
    return row


def remove_stay(db: DbSession, edition_id: int, stay_id: int, *, version: int, actor: Actor, now: datetime) -> Removal:
    require_row(db, edition_id, EDIT, "room_stay", stay_id, actor=actor)
    row = get_in(db, RoomStay, edition_id, stay_id)
    hold_people(db, [row.registration_id])
    person = db.get_one(Person, get_in(db, Registration, edition_id, row.registration_id).person_id)
    of: dict[str, Any] = {
        "label": name_of(person).texts,
        "delegation_id": delegation_now(db, row.registration_id),
    }
    with noticing_rooms(db, edition_id):
        return remove_in(db, row, **of, version=version, actor=actor, now=now)


def bring_back_stay(db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime) -> Removal:
    removal = get_removal(db, edition_id, removal_id, actor=actor)
    values = values_of(removal)
    one = int(values["registration_id"])
    room = find_in(db, HotelRoom, edition_id, int(values["room_id"]))
    if room is not None and removal.restored_at is None:  # or else it is told why it can't be
        hold_people(db, [one])
        hold_room(db, room.id)
        if one not in people_for(db, room):
            raise Invalid(fields={"registration_id": "not-in-the-delegation"})
        require_row(db, edition_id, EDIT, "registration", one, actor=actor)  # who may be another delegation's by now
        _refuse_unfit(db, room, _kept(values, room))
    with noticing_rooms(db, edition_id):
        return bring_back_in(db, edition_id, removal_id, actor=actor, now=now)


def rooms_left(db: DbSession, registration_id: int) -> list[RoomStay]:
    """What goes along with whoever leaves the delegation."""
    return stays_of(db, [registration_id])[registration_id]


def leave_rooms(db: DbSession, registration_id: int, *, actor: Actor, now: datetime) -> None:
    rows = rooms_left(db, registration_id)
    if rows:
        with noticing_rooms(db, rows[0].edition_id):
            for row in rows:
                remove(db, row, actor=actor, now=now)


def pass_rooms_on(
    db: DbSession, registration_id: int, to_id: int, *, is_same_person: bool = True, actor: Actor, now: datetime
) -> None:
    """Another registration takes someone's place in the delegation, and with it their rooms on nights for which it has
    none. Another person has to agree to share the room anew.
    """
    new = {"registration_id": to_id} if is_same_person else {"registration_id": to_id, "agreed": False}
    rows, taken = rooms_left(db, registration_id), spans_of(db, rooms_left(db, to_id))
    free = [not any(overlap(one, other) for other in taken) for one in spans_of(db, rows)]
    for row in (row for row, is_free in zip(rows, free, strict=True) if is_free):
        change(db, row, new, version=row.version, actor=actor, now=now, action="moved")


def _kept(values: Mapping[str, Any], room: HotelRoom) -> Stay:
    start, end = (date.fromisoformat(values[name]) if values[name] else None for name in ("from_on", "until_on"))
    return Stay(room.id, int(values["registration_id"]), start or room.check_in, end or room.check_out)


def _refuse_unfit(db: DbSession, room: HotelRoom, new: Stay, row_id: int | None = None) -> None:
    """`row_id` is the stay's own, where it is there already."""
    _refuse_outside(room, new)
    theirs = [row for row in stays_of(db, [new.registration])[new.registration] if row.id != row_id]
    if any(overlap(stay, new) for stay in spans_of(db, theirs)):
        raise InTwoRooms(fields={"registration_id": "in-two-rooms"}, registrations=[new.registration])
    _refuse_full(db, room, [new], but=row_id)


def _refuse_outside(room: HotelRoom, new: Stay) -> None:
    if new.end <= new.start:
        raise Invalid(fields={"until_on": "ends-before-start"})
    if new.start < room.check_in or new.end > room.check_out:
        raise Invalid(fields={"from_on" if new.start < room.check_in else "until_on": "outside-the-room"})


def _refuse_full(
    db: DbSession, room: HotelRoom, new: Iterable[Stay], *, without: Iterable[int] = (), but: int | None = None
) -> None:
    """With `new` in it, besides those who are there, but for those `without` and the row `but`."""
    away = set(without)
    others = [row for row in stays_in(db, [room.id]) if row.registration_id not in away and row.id != but]
    if most_at_once([*(as_stay(row, room) for row in others), *new]) > room.capacity:
        raise RoomFull(fields={"room_id": "room-full"})


def _settle(db: DbSession, rows: Iterable[RoomStay], wanted: Iterable[Stay], *, actor: Actor, now: datetime) -> bool:
    """Make one person's stays those that are wanted: what goes and what shortens first. Whether anything differs."""
    left, wanted, new = list(rows), list(wanted), []
    kept: list[tuple[RoomStay, Stay, Stay]] = []
    rooms = rooms_by_id(db, {*(row.room_id for row in left), *(stay.room for stay in wanted)})
    for stay in wanted:
        spans = ((row, as_stay(row, rooms[row.room_id])) for row in left)
        row, held = next(
            ((row, one) for row, one in spans if one.room == stay.room and overlap(one, stay)), (None, stay)
        )
        if row is None:
            new.append(stay)
        else:
            left.remove(row)
            kept.append((row, held, stay))
    for row in left:
        remove(db, row, actor=actor, now=now)
    differing = [one for one in kept if one[1] != one[2]]
    for row, _held, stay in sorted(differing, key=lambda one: one[2].start < one[1].start or one[2].end > one[1].end):
        change(db, row, _nights(stay, rooms[stay.room]), version=row.version, actor=actor, now=now)
    for stay in new:
        who: dict[str, Any] = {"room_id": stay.room, "registration_id": stay.registration}
        row = RoomStay(edition_id=rooms[stay.room].edition_id, **who, **_nights(stay, rooms[stay.room]))
        create(db, row, actor=actor, now=now)
    return bool(left or differing or new)


def _nights(stay: Stay, room: HotelRoom) -> dict[str, date | None]:
    """As columns: an end that is the room's is empty, so that it goes on being so."""
    return {
        "from_on": None if stay.start == room.check_in else stay.start,
        "until_on": None if stay.end == room.check_out else stay.end,
    }
