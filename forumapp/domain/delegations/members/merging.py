"""Making one of two people: where both are registered in one edition, one registration stays and the other gives way.

The one that stays takes the other's place in a delegation and its mark, and both stand in the history of the person.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forumapp.core.errors import Invalid, Stale
from forumapp.domain.accounts.access import Archived, access_to, reaches
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change
from forumapp.domain.delegations.coaches.boardings import pass_runs_on
from forumapp.domain.delegations.groups.audiences import pass_items_on
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.groups.members import pass_groups_on
from forumapp.domain.delegations.hotel.stays import pass_rooms_on
from forumapp.domain.delegations.members.services import let_go
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.delegations.notifications.recording import passing_notices
from forumapp.domain.people.duplicates import merging
from forumapp.domain.people.duplicates.permissions import refuse_missing
from forumapp.domain.people.models import Kept, Person
from forumapp.domain.registration.lifecycle.decisions import give_way
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ACTIVE, surest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.duplicates.merging import Plan
    from forumapp.domain.people.duplicates.references import Move


class Bar(enum.StrEnum):
    """Why neither registration can give way."""

    ARCHIVED = "archived"  # the edition is reopened first
    NOT_ALLOWED = "not-allowed"  # to whoever merges


@dataclass(frozen=True, slots=True)
class Twice:
    """The registrations of both people in one edition."""

    edition_id: int
    kept: Registration
    gone: Registration
    bar: Bar | None

    @property
    def both(self) -> tuple[Registration, Registration]:
        return self.kept, self.gone

    @property
    def stays(self) -> Registration:
        """The one that stays, unless a person says otherwise."""
        return min(self.both, key=lambda row: surest(row.status, row.registered_at, row.id))


def registered_twice(db: DbSession, plan: Plan, *, actor: Actor) -> list[Twice]:
    """By edition, what a merge of people as planned would make two registrations of one person."""
    editions = {one.edition_id for one in plan.barred if one.table == "registration" and one.edition_id is not None}
    if not editions:
        return []
    here = (Registration.edition_id.in_(editions), Registration.person_id.in_((plan.kept.id, plan.gone.id)))
    query = select(Registration).options(joinedload(Registration.type))
    found = {
        (row.edition_id, row.person_id): row for row in db.scalars(query.where(*here, Registration.status.in_(ACTIVE)))
    }
    pairs = {one: (found[one, plan.kept.id], found[one, plan.gone.id]) for one in sorted(editions)}
    return [Twice(one, *both, _bar(db, one, both, actor=actor)) for one, both in pairs.items()]


def still_barred(plan: Plan, twice: Collection[Twice]) -> list[Move]:
    """What someone has to clear away before: all but those registrations of which one may give way."""
    free = {one.gone.id for one in twice if one.bar is None}
    return [move for move in plan.barred if move.table != "registration" or move.row_id not in free]


def _bar(db: DbSession, edition_id: int, both: Collection[Registration], *, actor: Actor) -> Bar | None:
    access, wanted = access_to(db, edition_id, actor=actor), Permission.EDIT_REGISTRATIONS
    if access.would_allow(wanted):
        return Bar.ARCHIVED
    allowed = access.allows(wanted) and all(reaches(db, access, wanted, "registration", row.id) for row in both)
    return None if allowed else Bar.NOT_ALLOWED


def merge_people(
    db: DbSession,
    kept_id: int,
    gone_id: int,
    *,
    cancels: Mapping[int, int] | None = None,
    take: Collection[str] = (),
    version: int,
    gone_version: int,
    actor: Actor,
    now: datetime,
) -> Person:
    """Make one of two people. `cancels` has the id and the version of each registration that gives way to another one;
    where both are registered and nobody says which one gives way, they stay two (`BothThere`).
    """
    told: dict[str, Any] = {"actor": actor, "now": now}
    plan = merging.plan_merge(db, Kept.PERSON, kept_id, gone_id, actor=actor)
    refuse_missing(plan.missing)
    left = dict(cancels or {})
    for twice in registered_twice(db, plan, actor=actor):
        if twice.bar is Bar.ARCHIVED:
            raise Archived(editions=[twice.edition_id])
        goes = [row for row in twice.both if row.id in left]
        if len(goes) > 1:
            raise Invalid(fields={"cancels": "one-stays"})
        for row in goes:
            stays = twice.kept if row is twice.gone else twice.gone
            _give_way(db, row, stays, version=left.pop(row.id), **told)
    if left:  # is no longer what it was when both were looked at
        raise _stale(*min(left.items()))
    merged: Person = merging.merge(
        db, Kept.PERSON, kept_id, gone_id, take=take, version=version, gone_version=gone_version, **told
    )
    return merged


def _stale(registration_id: int, version: int) -> Stale:
    return Stale(entity="registration", row_id=registration_id, seen=version)


def _give_way(db: DbSession, row: Registration, stays: Registration, *, version: int, **told: Any) -> None:
    if row.version != version:
        raise _stale(row.id, version)
    was_vip, officer, note = row.is_vip, row.responsible_id, row.desk_note
    give_way(db, row.edition_id, row.id, stays.id, version=version, **told)
    if was_vip and not stays.is_vip:
        change(db, stays, {"is_vip": True, "responsible_id": officer}, version=stays.version, **told)
    if note and not stays.desk_note:
        change(db, stays, {"desk_note": note}, version=stays.version, **told)
    hold_people(db, (row.id, stays.id))
    current = {member.registration_id: member for member in _members(db, (row.id, stays.id))}
    member = current.get(row.id)
    if member is None:
        return
    other = current.get(stays.id)
    if other is not None and other.delegation_id != member.delegation_id:
        let_go(db, member, version=member.version, **told)
        return
    with passing_notices(db, row.edition_id, row.id, stays.id):
        if other is None:
            change(db, member, {"registration_id": stays.id}, version=member.version, action="moved", **told)
        for passes_on in (pass_groups_on, pass_rooms_on, pass_items_on, pass_runs_on):
            passes_on(db, row.id, stays.id, **told)
        if other is not None:  # with what the one that stays had a place of its own for
            let_go(db, member, version=member.version, **told)
        renew(db, row.edition_id, registration_ids=[row.id, stays.id])


def _members(db: DbSession, registrations: Collection[int]) -> list[DelegationMember]:
    here = (DelegationMember.registration_id.in_(registrations), DelegationMember.left_on.is_(None))
    return list(db.scalars(select(DelegationMember).where(*here)))
