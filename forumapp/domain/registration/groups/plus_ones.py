"""Plus-ones: people who come with a registrant, each with a registration, badge and answers of their own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.people.models import Person
from forumapp.domain.registration.errors import NoPlusOnesLeft
from forumapp.domain.registration.lifecycle.decisions import lock_by_link
from forumapp.domain.registration.lifecycle.register import preview_registration, register
from forumapp.domain.registration.lifecycle.self_service import refuse_unchangeable
from forumapp.domain.registration.lists.queries import lines_of
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import CHANGEABLE, Invited, Source, plus_ones_left
from forumapp.domain.registration.waitlist.cancellation import active_plus_ones

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.lists.queries import RegistrationLine
    from forumapp.domain.registration.rules import Applicant, Placed


def bring_along(
    db: DbSession,
    registration_id: int,
    link_number: int,
    guest: Applicant,
    *,
    language: str,
    actor: Actor,
    now: datetime,
) -> Placed:
    """Register a plus-one by the registrant's signed link; mail goes to the registrant.

    Raises NoPlusOnesLeft, WrongStatus, ChangesOver, and what `register` raises.
    """
    email = _lock_address(db, registration_id)
    row = lock_by_link(db, registration_id, link_number)
    refuse_unchangeable(db, row, now=now)
    values: Any = {"source": Source.FORM, "language": language, "actor": actor, "now": now}
    return _register(db, row, replace(guest, email=email), **values)


def register_with(
    db: DbSession,
    edition_id: int,
    type_code: str,
    applicant: Applicant,
    guests: Sequence[Applicant],
    *,
    source: Source,
    language: str,
    actor: Actor,
    now: datetime,
    block_id: int | None = None,
) -> list[Placed]:
    """Register someone and their plus-ones, all or nothing. For someone registered already, no plus-one is added, but
    the answer is that of a new registration.

    Raises NoPlusOnesLeft, Invalid with fields such as "plus_ones.0.latin_family", and what `register` raises.
    """
    values: Any = {"source": source, "language": language, "actor": actor, "now": now}
    placed = [register(db, edition_id, type_code, applicant, block_id=block_id, **values)]
    if not guests:
        return placed
    allowed = select(RegistrationType.plus_ones).filter_by(edition_id=edition_id, code=type_code)
    if len(guests) > (db.scalar(allowed) or 0):
        raise NoPlusOnesLeft
    invited = Invited(principal_id=placed[0].registration_id)
    for number, guest in enumerate(guests):
        with prefix_faults(f"plus_ones.{number}"):
            plus_one = replace(guest, email=applicant.email)
            if placed[0].known:
                placed.append(preview_registration(db, edition_id, type_code, plus_one, now=now))
            else:
                placed.append(register(db, edition_id, type_code, plus_one, invited=invited, **values))
    return placed


@contextmanager
def prefix_faults(part: str) -> Iterator[None]:
    """Prefix the fields of Invalid with `part`, the position of one of several people."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid(fields={f"{part}.{name}": fault for name, fault in refusal.fields.items()}) from refusal


def add_plus_one(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    guest: Applicant,
    *,
    source: Source,
    language: str,
    actor: Actor,
    now: datetime,
) -> Placed:
    """Register a plus-one, by an organizer. Raises NotFound, NoPlusOnesLeft, and what `register` raises."""
    require_all(db, edition_id, Permission.DECIDE_REGISTRATIONS, actor=actor)
    row = db.scalar(select(Registration).filter_by(id=registration_id, edition_id=edition_id))
    if row is None:
        raise NotFound(entity="registration")
    email = _lock_address(db, registration_id)
    row = lock_by_link(db, registration_id, row.link_number)
    values: Any = {"source": source, "language": language, "actor": actor, "now": now}
    return _register(db, row, replace(guest, email=email), **values)


def may_bring(db: DbSession, row: Registration) -> int:
    """How many more plus-ones a registrant may bring."""
    if row.status not in CHANGEABLE or row.principal_id is not None:
        return 0
    return plus_ones_left(db.get_one(RegistrationType, row.type_id).plus_ones, len(active_plus_ones(db, row)))


def plus_ones_of(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
) -> list[RegistrationLine]:
    """All plus-ones of a registration, the canceled ones too."""
    named = select(Registration.id).where(
        Registration.edition_id == edition_id, Registration.principal_id == registration_id
    )
    return lines_of(
        db, edition_id, list(db.scalars(named.order_by(Registration.id))), within=within, details_within=details_within
    )


def _register(db: DbSession, row: Registration, guest: Applicant, **values: Any) -> Placed:
    if not may_bring(db, row):
        raise NoPlusOnesLeft
    kind = db.get_one(RegistrationType, row.type_id)
    invited = Invited(principal_id=row.id)
    return register(db, row.edition_id, kind.code, guest, invited=invited, email_confirmed=True, **values)


def _lock_address(db: DbSession, registration_id: int) -> str | None:
    """Lock the registrant's email address and return it. As in `register`, it is locked before the capacity."""
    query = select(Person.email).join(Registration, Registration.person_id == Person.id)
    email = db.scalar(query.where(Registration.id == registration_id))
    if email:
        lock_name(db, f"email:{email}")
    return email
