"""Who gives up their registration, or is refused one, leaves their delegation with it: its place is free again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Refusal
from forumapp.domain.delegations.groups.materialization import hold_people, renew
from forumapp.domain.delegations.members import substitution
from forumapp.domain.delegations.members.services import come_back, let_go
from forumapp.domain.delegations.models.delegations import DelegationMember
from forumapp.domain.delegations.rules.delegations import TakenOver
from forumapp.domain.forums.calendar.queries import today_at
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.lifecycle import decisions, undo_substitution
from forumapp.domain.registration.lifecycle import substitution as lifecycle_substitution
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.personal_links import allotment_holder
from forumapp.domain.registration.rules import RegistrationStatus
from forumapp.domain.registration.waitlist import promotion

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.rules import Applicant, Source


def cancel_registration(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    reason: str = "",
    keep_plus_ones: bool = False,
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    how: Any = {"reason": reason, "keep_plus_ones": keep_plus_ones, "version": version}
    row = decisions.cancel(db, edition_id, registration_id, **how, actor=actor, now=now)
    _leave(db, row, actor=actor, now=now)
    return row


def decline_registration(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    row = decisions.decline(db, edition_id, registration_id, version=version, actor=actor, now=now)
    _leave(db, row, actor=actor, now=now)
    return row


def cancel_own_registration(
    db: DbSession, registration_id: int, link_number: int, *, actor: Actor, now: datetime
) -> Registration:
    """By the registrant: `registration_id` and `link_number` are what their signed link carries."""
    row = decisions.cancel_own(db, registration_id, link_number, actor=actor, now=now)
    _leave(db, row, actor=actor, now=now)
    return row


def substitute_registration(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    instead: Applicant,
    *,
    source: Source,
    language: str,
    reason: str = "",
    takes_over: Collection[TakenOver] = tuple(TakenOver),
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    """The substitute takes over the delegation, the coach and the room, or only those of `takes_over`."""
    said: Any = {"source": source, "language": language, "reason": reason, "version": version}
    new = lifecycle_substitution.substitute(db, edition_id, registration_id, instead, **said, actor=actor, now=now)
    substitution.take_over(db, registration_id, new.id, takes_over, actor=actor, now=now)
    _leave(db, db.get_one(Registration, registration_id), actor=actor, now=now)
    return new


def give_place_back(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Undo `substitute_registration`: the first person has again what the substitute took over. A delegation that the
    substitute did not take over has the first person again if it has room.
    """
    by: Any = {"actor": actor, "now": now}
    row = db.get_one(Registration, registration_id)
    first = undo_substitution.give_back(db, edition_id, registration_id, version=version, **by)
    substitution.give_back(db, row.id, first.id, **by)
    _leave(db, row, **by)
    if substitution.get_member(db, first.id) is not None:
        return first
    day = today_at(db.get_one(Edition, edition_id), row.registered_at)
    left = select(DelegationMember).where(DelegationMember.registration_id == first.id, DelegationMember.left_on == day)
    member = db.scalar(left.order_by(DelegationMember.id.desc()).limit(1))
    if member is not None:
        with suppress(Refusal), db.begin_nested():
            come_back(db, member, **by)
        renew(db, edition_id, registration_ids=[first.id])
    return first


def hand_over_registration(
    db: DbSession,
    registration_id: int,
    link_number: int,
    instead: Applicant,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Likewise, by the registrant's signed link: all is taken over, also by someone who is registered already and is
    in no delegation.
    """
    by: Any = {"actor": actor, "now": now}
    row = lifecycle_substitution.hand_over(db, registration_id, link_number, instead, language=language, **by)
    if row.replaced_by_id is not None:
        substitution.take_over(db, row.id, row.replaced_by_id, tuple(TakenOver), **by)
    _leave(db, row, actor=actor, now=now)
    return row


def withdraw_from_block(
    db: DbSession, block_id: int, link_number: int, invitation_id: int, *, actor: Actor, now: datetime
) -> None:
    """By the signed link of the block's holder, who had named them."""
    row = allotment_holder.withdraw_name(db, block_id, link_number, invitation_id, actor=actor, now=now)
    if row is not None:
        _leave(db, row, actor=actor, now=now)


def end_offers(db: DbSession, type_id: int, *, actor: Actor, now: datetime) -> list[Registration]:
    """Pass on the places of a type whose offers have ended."""
    rows = promotion.end_offers(db, type_id, actor=actor, now=now)
    _leave(db, *rows, actor=actor, now=now)
    return rows


def _leave(db: DbSession, *rows: Registration, actor: Actor, now: datetime) -> None:
    """Whoever may take the registration back may do this; no role of an organizer is asked for again. It follows from
    what becomes of the registration, and of those that end with it, whatever the membership was when that was looked
    at.
    """
    if not rows:
        return
    ids = [row.id for row in rows]
    ended = select(Registration.id).where(
        Registration.principal_id.in_(ids), Registration.status == RegistrationStatus.CANCELLED
    )
    hold_people(db, ids := [*ids, *db.scalars(ended)])
    current = select(DelegationMember).where(
        DelegationMember.registration_id.in_(ids), DelegationMember.left_on.is_(None)
    )
    for member in db.scalars(current.order_by(DelegationMember.registration_id)):
        let_go(db, member, version=member.version, actor=actor, now=now)
