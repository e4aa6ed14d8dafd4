"""Giving places: Core statements built once, because this is where hundreds arrive in the same minute.

Each is one atomic change of the type's counters, so any number of simultaneous requests share exactly the places
there are. The table's CHECK holds the same from below. Counters do not raise the row's version: an organizer who
edits the type's name is not made stale by someone who registers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.flushing import refusal_for
from forumapp.core.tokens import qr_code, short_code
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.people.models import Person
from forumapp.domain.registration.errors import AlreadyRegistered, NoPlacesLeft, RegistrationClosed
from forumapp.domain.registration.models import ACTIVE, Registration, RegistrationType, TicketCode
from forumapp.domain.registration.rules import PLACED, Places, RegistrationStatus, Source

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
    edition_id: int
    edition_slug: str
    edition_name: dict[str, str]
    edition_status: EditionStatus
    edition_place: dict[str, str]
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Place:
    status: RegistrationStatus
    queue_number: int | None = None


_T = RegistrationType
_OFFER = (
    select(
        _T.id,
        _T.name,
        _T.is_open,
        _T.questions,
        _T.quota,
        _T.taken,
        _T.waiting,
        _T.needs_approval,
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
_HAS_ROOM = or_(_T.quota.is_(None), _T.taken < _T.quota)
_NEXT = and_(_T.waiting == 0, _HAS_ROOM)
# What place_for says, in one statement: the row's lock makes it the truth at that instant.
_TAKE_OR_QUEUE = (
    update(_T)
    .where(_T.id == bindparam("on_type"), or_(_T.is_open, bindparam("even_closed")))
    .values(
        taken=_T.taken + case((_NEXT, 1), else_=0),
        waiting=_T.waiting + case((_NEXT, 0), else_=1),
        next_in_queue=_T.next_in_queue + case((_NEXT, 0), else_=1),
        updated_at=_T.updated_at,
    )
    .returning(_T.waiting, _T.next_in_queue)
)
_ON_TYPE = update(_T).where(_T.id == bindparam("on_type"))
_SEAT = _ON_TYPE.where(_HAS_ROOM).values(taken=_T.taken + 1, updated_at=_T.updated_at).returning(_T.id)
_QUEUE = _ON_TYPE.values(
    waiting=_T.waiting + 1, next_in_queue=_T.next_in_queue + 1, updated_at=_T.updated_at
).returning(_T.next_in_queue)
_SEAT_OVER = _ON_TYPE.values(over=_T.over + 1, updated_at=_T.updated_at)
_FREE = _ON_TYPE.values(taken=_T.taken - 1, updated_at=_T.updated_at)
_FREE_OVER = _ON_TYPE.values(over=_T.over - 1, updated_at=_T.updated_at)
_UNQUEUE = _ON_TYPE.values(waiting=_T.waiting - 1, updated_at=_T.updated_at)
_LOCK = select(_T.quota, _T.taken, _T.waiting, _T.needs_approval).where(_T.id == bindparam("on_type")).with_for_update()
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
_ADD = insert(Registration).returning(Registration.id)
_ADD_CODE = insert(TicketCode)
_REVOKE = (
    update(TicketCode)
    .where(TicketCode.registration_id == bindparam("of_registration"), TicketCode.revoked_at.is_(None))
    .values(revoked_at=bindparam("revoked"))
)


def find_offer(db: DbSession, edition_id: int, type_code: str) -> Offer | None:
    row = db.connection().execute(_OFFER, {"of_edition": edition_id, "of_code": type_code}).one_or_none()
    if row is None:
        return None
    return Offer(
        type_id=row.id,
        type_name=row.name,
        is_open=row.is_open,
        questions=row.questions,
        places=Places(row.quota, row.taken, row.waiting, row.needs_approval),
        edition_id=edition_id,
        edition_slug=row.slug,
        edition_name=row.edition_name,
        edition_status=row.status,
        edition_place=row.place,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def take_or_queue(db: DbSession, type_id: int, *, even_closed: bool) -> Place:
    """A place, or else the next number in the queue. Raises RegistrationClosed."""
    row = db.connection().execute(_TAKE_OR_QUEUE, {"on_type": type_id, "even_closed": even_closed}).one_or_none()
    if row is None:
        raise RegistrationClosed
    if row.waiting == 0:  # had it joined the queue, at least one would wait now
        return Place(RegistrationStatus.CONFIRMED)
    return Place(RegistrationStatus.WAITLISTED, row.next_in_queue - 1)


def seat(db: DbSession, type_id: int) -> None:
    """A place for someone who need not queue: an organizer says so. Raises NoPlacesLeft."""
    if db.connection().execute(_SEAT, {"on_type": type_id}).one_or_none() is None:
        raise NoPlacesLeft


def seat_over_capacity(db: DbSession, type_id: int) -> None:
    db.connection().execute(_SEAT_OVER, {"on_type": type_id})


def queue(db: DbSession, type_id: int) -> int:
    """The next number in the queue."""
    number: int = db.connection().execute(_QUEUE, {"on_type": type_id}).scalar_one()
    return number - 1


def give_back(db: DbSession, registration: Registration, status: RegistrationStatus) -> None:
    """Undo what `registration`, which was in `status`, took from its type."""
    if status == RegistrationStatus.WAITLISTED:
        db.connection().execute(_UNQUEUE, {"on_type": registration.type_id})
    elif status in PLACED:
        statement = _FREE if registration.over_capacity_by is None else _FREE_OVER
        db.connection().execute(statement, {"on_type": registration.type_id})


def move_up(db: DbSession, registration: Registration) -> None:
    """From the queue to a place that was seen free under the type's lock."""
    db.connection().execute(_UNQUEUE, {"on_type": registration.type_id})
    seat(db, registration.type_id)


def lock_places(db: DbSession, type_id: int) -> Places:
    """The type's places, which nobody else changes until the transaction ends.

    Taken before any of the type's registrations is changed, so that two transactions never wait for each other.
    """
    row = db.connection().execute(_LOCK, {"on_type": type_id}).one()
    return Places(row.quota, row.taken, row.waiting, row.needs_approval)


def find_active(db: DbSession, edition_id: int, person_id: int) -> Any:
    """The person's registration that stands in the edition: id, status, link_number."""
    return db.connection().execute(_ACTIVE_OF, {"of_edition": edition_id, "of_person": person_id}).one_or_none()


def count_for_address(db: DbSession, email: str, *, since: datetime) -> int:
    """How many people of this mail address have registered since then, in whichever edition."""
    count: int = db.connection().execute(_LATELY_FOR, {"of_email": email, "since": since}).scalar_one()
    return count


def add_registration(db: DbSession, values: dict[str, Any]) -> int:
    """Raises AlreadyRegistered: the unique index lets a person take part once."""
    try:
        registration_id: int = db.connection().execute(_ADD, values).scalar_one()
    except IntegrityError as error:
        refusal = refusal_for(error)
        raise (AlreadyRegistered() if refusal.status == AlreadyRegistered.status else refusal) from error
    return registration_id


def add_code(db: DbSession, edition_id: int, registration_id: int) -> str:
    """A live ticket code; the part that people read aloud."""
    short = short_code()
    row = {"edition_id": edition_id, "registration_id": registration_id, "code": qr_code(), "short": short}
    db.connection().execute(_ADD_CODE, row)
    return short


def revoke_code(db: DbSession, registration_id: int, *, now: datetime) -> None:
    """The live code is dead at once; it stays on record, so that a scan can say what happened."""
    db.connection().execute(_REVOKE, {"of_registration": registration_id, "revoked": now})
