"""What a substitute takes over from the first person: the spot in the delegation, seats in coaches, beds in rooms.

One leaves and one comes in the same transaction, so quotas, seats and beds stay as they were. Nobody needs another
permission for it than for the substitution itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.errors import refuse_faults
from forumapp.domain.accounts.access import access_to, reaches
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create
from forumapp.domain.delegations.coaches.boardings import leave_runs, pass_open_seats_on, seats_left
from forumapp.domain.delegations.groups.audiences import pass_items_on
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.groups.members import leave_groups, pass_groups_on
from forumapp.domain.delegations.hotel.queries import rooms_of
from forumapp.domain.delegations.hotel.stays import leave_rooms, pass_rooms_on
from forumapp.domain.delegations.models.coaches import CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import TRAVEL, Delegation, DelegationMember, MemberRole
from forumapp.domain.delegations.notifications.recording import noticing_rooms, noticing_seats
from forumapp.domain.delegations.rules.delegations import TakenOver, takes_over_fault
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.columns import Texts
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.delegations.hotel.queries import OwnRoom

# A rank within the delegation is for organizers to give.
RANKS = (MemberRole.HEAD, MemberRole.DEPUTY)


@dataclass(frozen=True, slots=True)
class Possessions:
    """What a substitute can take over from someone. Names are left out for those who may not see delegations."""

    parts: tuple[TakenOver, ...] = ()
    delegation: Texts | None = None
    coaches: tuple[Texts, ...] = ()
    rooms: tuple[OwnRoom, ...] = ()


def list_possessions(db: DbSession, edition_id: int, registration_id: int, *, actor: Actor) -> Possessions:
    member = get_member(db, registration_id)
    if member is None:
        return Possessions()
    runs = [row.run_id for row in seats_left(db, registration_id)]
    rooms = rooms_of(db, edition_id, [registration_id]).get(registration_id, [])
    owned = {TakenOver.DELEGATION: True, TakenOver.COACH: bool(runs), TakenOver.ROOM: bool(rooms)}
    parts = tuple(part for part, is_owned in owned.items() if is_owned)
    access, wanted = access_to(db, edition_id, actor=actor), Permission.SEE_ITINERARIES
    if not (access.allows(wanted) and reaches(db, access, wanted, "registration", registration_id)):
        return Possessions(parts)
    vehicles = select(Vehicle.name).join(CoachRun, CoachRun.vehicle_id == Vehicle.id).where(CoachRun.id.in_(runs))
    names = {tuple(name.items()): name for name in db.scalars(vehicles.order_by(CoachRun.id))}
    delegation = db.get_one(Delegation, member.delegation_id)
    return Possessions(parts, delegation.name, tuple(names.values()), tuple(rooms))


def get_member(db: DbSession, registration_id: int) -> DelegationMember | None:
    current = DelegationMember.registration_id == registration_id, DelegationMember.left_on.is_(None)
    return db.scalar(select(DelegationMember).where(*current))


def take_over(
    db: DbSession, from_id: int, to_id: int, parts: Collection[TakenOver], *, actor: Actor, now: datetime
) -> None:
    """Coach and room need the delegation: a selection without it is refused."""
    refuse_faults({"takes_over": takes_over_fault(parts)})
    if TakenOver.DELEGATION not in parts:
        return
    hold_people(db, [from_id, to_id])
    member = get_member(db, from_id)
    if member is not None and get_member(db, to_id) is None:
        _replace_member(db, member, to_id, actor=actor, now=now)
        _pass_on(db, member, to_id, parts, actor=actor, now=now)


def give_back(db: DbSession, from_id: int, to_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo `take_over`, where the substitute is still in the delegation that the first person left."""
    hold_people(db, [from_id, to_id])
    member = get_member(db, from_id)
    if member is not None and get_member(db, to_id) is None and _get_former(db, member.delegation_id, to_id):
        _replace_member(db, member, to_id, actor=actor, now=now)
        _pass_on(db, member, to_id, tuple(TakenOver), actor=actor, now=now)


def _get_former(db: DbSession, delegation_id: int, registration_id: int) -> DelegationMember | None:
    here = DelegationMember.delegation_id == delegation_id, DelegationMember.registration_id == registration_id
    query = select(DelegationMember).where(*here, DelegationMember.left_on.is_not(None))
    return db.scalar(query.order_by(DelegationMember.id.desc()).limit(1))


def _replace_member(db: DbSession, member: DelegationMember, to_id: int, *, actor: Actor, now: datetime) -> None:
    """The count of the delegation stays: one leaves, one comes."""
    today = today_at(db.get_one(Edition, member.edition_id), now)
    change(db, member, {"left_on": today}, version=member.version, actor=actor, now=now)
    former = _get_former(db, member.delegation_id, to_id)
    if former is not None:
        change(db, former, {"left_on": None}, version=former.version, actor=actor, now=now, action="restored")
        return
    row = DelegationMember(
        edition_id=member.edition_id,
        delegation_id=member.delegation_id,
        registration_id=to_id,
        role=MemberRole.MEMBER if member.role in RANKS else member.role,
        position=member.position,
    )
    create(db, row, actor=actor, now=now)


def _pass_on(
    db: DbSession, member: DelegationMember, to_id: int, parts: Collection[TakenOver], *, actor: Actor, now: datetime
) -> None:
    """Captaincies of groups and coaches end; flights and trains stay those of the first person."""
    edition_id, from_id = member.edition_id, member.registration_id
    pass_groups_on(db, from_id, to_id, is_same_person=False, actor=actor, now=now)
    pass_items_on(db, from_id, to_id, without=TRAVEL, actor=actor, now=now)
    leave_groups(db, from_id, actor=actor, now=now)
    with noticing_rooms(db, edition_id):
        if TakenOver.ROOM in parts:
            pass_rooms_on(db, from_id, to_id, is_same_person=False, actor=actor, now=now)
    leave_rooms(db, from_id, actor=actor, now=now)
    renew(db, edition_id, registration_ids=[from_id, to_id])  # the seats depend on who the transfers are for
    if TakenOver.COACH in parts:
        items = [row.item_id for row in seats_left(db, from_id)]
        with noticing_seats(db, edition_id, items):
            pass_open_seats_on(db, from_id, to_id, actor=actor, now=now)
    leave_runs(db, from_id, actor=actor, now=now)
