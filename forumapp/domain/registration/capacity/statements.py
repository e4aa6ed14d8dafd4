"""Core statements for registering, built once, because this is where hundreds arrive in the same minute.

The counters are in counters.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.database.flushing import refusal_for
from forumapp.core.tokens import qr_code, short_code
from forumapp.core.values.text import email_key
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.people.models import Person
from forumapp.domain.registration.errors import AlreadyRegistered, TooManyForAddress
from forumapp.domain.registration.models import ACTIVE, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import ADDRESS_WINDOW, MOST_FOR_ADDRESS, Places, Source

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session as DbSession


@dataclass(frozen=True, slots=True)
class Offer:
    """A type as someone who registers meets it, and the edition it belongs to."""

    type_id: int
    type_name: dict[str, str]
    is_open: bool
    questions: list[dict[str, Any]]
    places: Places
    is_limited: bool
    is_media: bool
    needs_email_confirmation: bool
    hold_minutes: int
    edition_id: int
    edition_slug: str
    edition_name: dict[str, str]
    edition_status: EditionStatus
    edition_place: dict[str, str]
    starts_on: date
    ends_on: date


_T = RegistrationType
_OFFER = Prepared(
    select(
        _T.id,
        _T.name,
        _T.is_open,
        _T.questions,
        _T.quota,
        _T.taken,
        _T.waiting,
        _T.needs_approval,
        _T.is_limited,
        _T.is_media,
        _T.needs_email_confirmation,
        _T.hold_minutes,
        Edition.slug,
        Edition.name.label("edition_name"),
        Edition.status,
        Edition.place,
        Edition.starts_on,
        Edition.ends_on,
    )
    .join(Edition, Edition.id == _T.edition_id)
    .where(_T.edition_id == bindparam("of_edition"), _T.code == bindparam("of_code"))
)
_ACTIVE_OF = select(Registration.id, Registration.status, Registration.link_number).where(
    Registration.edition_id == bindparam("of_edition"),
    Registration.person_id == bindparam("of_person"),
    Registration.status.in_(ACTIVE),
)
_LATELY_FOR = (
    select(func.count())
    .select_from(Registration)
    .join(Person, Person.id == Registration.person_id)
    .where(
        Person.email == bindparam("of_email"),
        Registration.registered_at > bindparam("since"),
        Registration.source.in_((Source.FORM, Source.API)),
    )
)
_ADD = Prepared(insert(Registration).returning(Registration.id))
_ADD_CODE = Prepared(insert(TicketCode).inline())
_REVOKE = (
    update(TicketCode)
    .where(TicketCode.registration_id == bindparam("of_registration"), TicketCode.revoked_at.is_(None))
    .values(revoked_at=bindparam("revoked"))
)


def find_offer(db: DbSession, edition_id: int, type_code: str) -> Offer | None:
    rows = _OFFER.rows(db, {"of_edition": edition_id, "of_code": type_code})
    if not rows:
        return None
    type_id, name, is_open, questions, quota, taken, waiting, needs_approval, *rest = rows[0]
    is_limited, is_media, confirms, minutes, *edition = rest
    places = Places(quota, taken, waiting, needs_approval)
    return Offer(
        type_id, name, is_open, questions, places, is_limited, is_media, confirms, minutes, edition_id, *edition
    )


def find_active(db: DbSession, edition_id: int, person_id: int) -> Any:
    """The person's registration that stands in the edition: id, status, link_number."""
    return db.connection().execute(_ACTIVE_OF, {"of_edition": edition_id, "of_person": person_id}).one_or_none()


def count_for_address(db: DbSession, email: str, *, since: datetime) -> int:
    """How many people of this mail address have registered since then, in whichever edition."""
    count: int = db.connection().execute(_LATELY_FOR, {"of_email": email, "since": since}).scalar_one()
    return count


def refuse_too_many(db: DbSession, email: str | None, *, now: datetime) -> None:
    if email and count_for_address(db, email_key(email), since=now - ADDRESS_WINDOW) >= MOST_FOR_ADDRESS:
        raise TooManyForAddress(retry_after=int(ADDRESS_WINDOW.total_seconds()))


def add_registration(db: DbSession, values: dict[str, Any]) -> int:
    """Raises AlreadyRegistered: the unique index lets a person take part once."""
    try:
        registration_id: int = _ADD.value(db, values)
    except IntegrityError as error:
        refusal = refusal_for(error)
        raise (AlreadyRegistered() if refusal.status == AlreadyRegistered.status else refusal) from error
    return registration_id


def add_code(db: DbSession, edition_id: int, registration_id: int) -> str:
    """A live ticket code; the part that people read aloud."""
    short = short_code()
    row = {"edition_id": edition_id, "registration_id": registration_id, "code": qr_code(), "short": short}
    _ADD_CODE.rows(db, row)
    return short


def find_short_code(db: DbSession, registration_id: int) -> str | None:
    """The part of the live ticket code that people read aloud."""
    live = (TicketCode.registration_id == registration_id, TicketCode.revoked_at.is_(None))
    return db.scalar(select(TicketCode.short).where(*live))


def revoke_code(db: DbSession, registration_id: int, *, now: datetime) -> None:
    """The live code is dead at once; it stays on record, so that a scan can say what happened."""
    db.connection().execute(_REVOKE, {"of_registration": registration_id, "revoked": now})
