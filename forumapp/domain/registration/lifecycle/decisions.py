"""Decisions on a registration: confirm, decline, cancel, mark as VIP, change answers.

Every decision first locks the capacity of the type and then reads the registration, so that it decides on the current
state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.errors import Forbidden, Invalid, NotFound
from forumapp.core.values.text import is_visible
from forumapp.domain.accounts.access import require_row
from forumapp.domain.accounts.editing.rows import refuse_strangers
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import Actor, change, stale
from forumapp.domain.forums.editions.archiving import refuse_archived
from forumapp.domain.people.models import Person
from forumapp.domain.registration.capacity import counters, options, statements
from forumapp.domain.registration.capacity.sessions import leave_sessions
from forumapp.domain.registration.emails import tell
from forumapp.domain.registration.errors import OfferEnded, WrongStatus
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import ACTIVE, MAY_BECOME, RegistrationStatus, uses_spot
from forumapp.domain.registration.uploads.replaced_files import keep_former_files
from forumapp.domain.registration.uploads.validation import new_answers
from forumapp.domain.registration.waitlist import unconfirmed
from forumapp.domain.registration.waitlist.cancellation import (
    active_plus_ones,
    end,
    end_plus_ones,
    lock_with_plus_ones,
    types_with_plus_ones,
)
from forumapp.domain.registration.waitlist.promotion import move_up_all

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


def cancel(
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
    """Cancel a registration and revoke its code. Its spot goes to the waitlist. Plus-ones are canceled too unless
    `keep_plus_ones`. Raises NotFound, Stale and WrongStatus.
    """
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version, with_plus_ones=True)
    _leave(db, row, RegistrationStatus.CANCELLED, reason=reason, alone=keep_plus_ones, actor=actor, now=now)
    return row


def cancel_own(db: DbSession, registration_id: int, link_number: int, *, actor: Actor, now: datetime) -> Registration:
    """`cancel` by the registrant, with the values of their signed link. Raises NotFound and WrongStatus."""
    row = lock_by_link(db, registration_id, link_number, with_plus_ones=True)
    refuse_archived(db, row.edition_id)
    _leave(db, row, RegistrationStatus.CANCELLED, actor=actor, now=now)
    return row


def decline(
    db: DbSession, edition_id: int, registration_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Decline a registration that has no spot yet. Raises NotFound, Stale and WrongStatus."""
    require_row(db, edition_id, Permission.DECIDE_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version, with_plus_ones=True)
    _leave(db, row, RegistrationStatus.DECLINED, actor=actor, now=now)
    return row


def confirm(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    over_capacity: bool = False,
    reason: str = "",
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Give a spot to a registration that has none yet. `over_capacity` does so beyond the quota, in the actor's name
    and for a `reason`.

    Raises NoPlacesLeft, WrongStatus, Stale, Forbidden, and Invalid without a reason or a Latin name.
    """
    require_row(db, edition_id, Permission.DECIDE_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version)
    before = _refuse_unless(row, RegistrationStatus.CONFIRMED)
    if over_capacity:
        require_authorizer(actor, reason)
    _refuse_without_latin_name(db, row)
    changes: dict[str, Any] = {"status": RegistrationStatus.CONFIRMED, "offer_ends_at": None, "holds_spot": False}
    if not uses_spot(before, holds_spot=row.holds_spot):
        _give_place(db, row, before, over_capacity=over_capacity)
    elif over_capacity:
        raise WrongStatus(status=before.value)  # a spot within capacity is held for them
    if over_capacity:
        changes["over_capacity_by"] = actor.account_id
    _change(db, row, changes, reason=reason, actor=actor, now=now)
    tell(db, row, now=now)
    if before == RegistrationStatus.UNCONFIRMED:
        unconfirmed.continue_plus_ones(db, row, actor=actor, now=now)
    return row


def _give_place(db: DbSession, row: Registration, before: RegistrationStatus, *, over_capacity: bool) -> None:
    held = counters.hold(db, row.type_id)
    if over_capacity:
        counters.seat_over_capacity(db, held)
    else:
        counters.seat(db, held)
    counters.give_back(db, held, row, before)


def accept_offer(db: DbSession, registration_id: int, link_number: int, *, actor: Actor, now: datetime) -> Registration:
    """Accept an offered spot by the registrant's signed link. Idempotent. Raises NotFound, and OfferEnded once the time
    is over, even if the spot has not been passed on yet.
    """
    row = lock_by_link(db, registration_id, link_number)
    refuse_archived(db, row.edition_id)
    if row.status == RegistrationStatus.CONFIRMED:
        return row  # asked twice
    if row.status != RegistrationStatus.OFFERED or row.offer_ends_at is None or row.offer_ends_at <= now:
        raise OfferEnded
    _refuse_without_latin_name(db, row)
    _change(db, row, {"status": RegistrationStatus.CONFIRMED, "offer_ends_at": None}, actor=actor, now=now)
    tell(db, row, now=now)
    return row


def require_authorizer(actor: Actor, reason: str, *, trusted: bool = True) -> None:
    """Raise Forbidden unless an account authorizes the spot over capacity, and Invalid without a reason."""
    if not trusted or actor.account_id is None:
        raise Forbidden(needs="authorizer")
    if not is_visible(reason):
        raise Invalid(fields={"reason": "required"})


def give_way(
    db: DbSession, edition_id: int, registration_id: int, stays_id: int, *, version: int, actor: Actor, now: datetime
) -> Registration:
    """Cancel one of two registrations of the same person, in favor of `stays_id`; also after they have attended. Sends
    no mail. Raises NotFound and Stale.
    """
    ids = (registration_id, stays_id)
    for row_id in ids:
        require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", row_id, actor=actor)
    here = (Registration.id.in_(ids), Registration.edition_id == edition_id)
    counters.hold_all(db, db.scalars(select(Registration.type_id).where(*here)))
    row, stays = lock_version(db, edition_id, registration_id, version), _locked(db, edition_id, stays_id)
    for registration in (row, stays):
        if registration.status not in ACTIVE:
            raise stale(registration)
    before = row.status
    changes = {"status": RegistrationStatus.CANCELLED, "replaced_by_id": stays_id}
    change(db, row, changes, version=row.version, actor=actor, now=now, action="replaced")
    statements.revoke_code(db, row.id, now=now)
    leave_sessions(db, row, actor=actor, now=now)
    for guest in active_plus_ones(db, row):
        principal = {"principal_id": None if guest.id == stays_id else stays_id}
        change(db, guest, principal, version=guest.version, actor=actor, now=now)
    counters.give_back(db, counters.hold(db, row.type_id), row, before)
    options.give_back(db, row)
    move_up_all(db, row.type_id, actor=actor, now=now)
    return row


def mark_vip(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    responsible_id: int | None,
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Mark a registrant as a VIP who is looked after by the account `responsible_id`; None removes the mark."""
    require_row(db, edition_id, Permission.DECIDE_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version)
    if responsible_id != row.responsible_id:
        refuse_strangers(db, edition_id, {"responsible_id": responsible_id}, actor=actor)
    changes = {"is_vip": responsible_id is not None, "responsible_id": responsible_id}
    _change(db, row, changes, actor=actor, now=now)
    return row


def change_answers(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    given: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Registration:
    """Replace the answers to the current questions of the type. An unchanged answer keeps its question as it was asked.
    Raises Invalid by field, and Stale.
    """
    require_row(db, edition_id, Permission.EDIT_REGISTRATIONS, "registration", registration_id, actor=actor)
    row = lock_version(db, edition_id, registration_id, version)
    stored = db.scalars(select(RegistrationType.questions).where(RegistrationType.id == row.type_id)).one()
    replace_answers(db, row, stored, given, actor=actor, now=now)
    return row


def replace_answers(
    db: DbSession,
    row: Registration,
    stored: list[dict[str, Any]],
    given: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Replace the answers to the questions `stored` of a locked registration. Answers to other questions stay. The
    caller checks permissions.
    """
    before = row.answers
    kept = new_answers(db, row.edition_id, stored, before, given, at=now)
    options.move(db, row, kept)
    _change(db, row, {"answers": kept}, actor=actor, now=now)
    keep_former_files(db, row, before, actor=actor, now=now)


def lock_version(
    db: DbSession, edition_id: int, registration_id: int, version: int, *, with_plus_ones: bool = False
) -> Registration:
    """Lock a registration that the caller has read as `version`. `with_plus_ones` locks what ends with its plus-ones,
    too. Raises NotFound and Stale.
    """
    row = _locked(db, edition_id, registration_id, with_plus_ones=with_plus_ones)
    if row.version != version:
        raise stale(row)
    return row


def _locked(db: DbSession, edition_id: int, registration_id: int, *, with_plus_ones: bool = False) -> Registration:
    here = (Registration.id == registration_id, Registration.edition_id == edition_id)
    type_id = db.scalar(select(Registration.type_id).where(*here))
    if type_id is None:
        raise NotFound(entity="registration")
    held = (
        lock_with_plus_ones(db, edition_id, [registration_id])
        if with_plus_ones
        else set(counters.hold_all(db, [type_id]))
    )
    query = select(Registration).where(Registration.id == registration_id)
    row = db.scalars(query.execution_options(populate_existing=True)).one()
    if not (types_with_plus_ones(db, row) if with_plus_ones else {row.type_id}) <= held:
        raise stale(row)  # its type, or that of a plus-one, changed just before
    return row


def lock_by_link(
    db: DbSession, registration_id: int, link_number: int, *, with_plus_ones: bool = False
) -> Registration:
    """Lock the registration of a signed link. Raises NotFound if there is none or the link was revoked.

    A link carries no version, so callers check the state under the lock.
    """
    edition_id = db.scalar(select(Registration.edition_id).where(Registration.id == registration_id))
    if edition_id is None:
        raise NotFound(entity="registration")
    row = _locked(db, edition_id, registration_id, with_plus_ones=with_plus_ones)
    if row.link_number != link_number:
        raise NotFound(entity="registration")
    return row


def _refuse_unless(row: Registration, target: RegistrationStatus) -> RegistrationStatus:
    """The current status of `row`. Raises WrongStatus if it cannot become `target`."""
    if row.status not in MAY_BECOME[target]:
        raise WrongStatus(status=row.status.value)
    return row.status


def _refuse_without_latin_name(db: DbSession, row: Registration) -> None:
    person = db.get(Person, row.person_id)
    if person is None or not (person.latin_family or person.latin_given):
        raise Invalid(fields={"latin_family": "required"})


def _leave(
    db: DbSession,
    row: Registration,
    target: RegistrationStatus,
    *,
    reason: str = "",
    alone: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    _refuse_unless(row, target)
    # Before anyone moves up: a plus-one could be next in line.
    freed = set() if alone else end_plus_ones(db, row, actor=actor, now=now)
    end(db, row, target, reason=reason, actor=actor, now=now)
    for type_id in sorted({row.type_id, *freed}):
        move_up_all(db, type_id, actor=actor, now=now)


def _change(
    db: DbSession, row: Registration, changes: Mapping[str, Any], *, reason: str = "", actor: Actor, now: datetime
) -> None:
    """Change a locked row."""
    change(db, row, changes, version=row.version, actor=actor, now=now, reason=reason.strip() or None)
