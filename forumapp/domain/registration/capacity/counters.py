"""The counters of places: Core statements built once, because this is where hundreds arrive in the same minute.

Each is one atomic change, so any number of simultaneous requests share exactly the places there are; the tables'
CHECKs hold the same from below. Counters do not raise the row's version: an organizer who edits the type's name is not
made stale by someone who registers.

Locks are always taken in this order: the edition's places, then the types' by their ids, then those of a block or of a
choice, then registrations, then sessions. Where the edition has no quota of its own, its row is neither locked nor
counted in; whether it has one stands with each type, so that one statement sees it. A block's places count in the
type's from the moment they are set aside: whoever gets one of them changes the block's counter alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, or_, select, text, update

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.errors import Invalid
from forumapp.domain.registration.errors import NoPlacesLeft, RegistrationClosed
from forumapp.domain.registration.models import ChoicePlaces, EditionPlaces, PlaceBlock, Registration, RegistrationType
from forumapp.domain.registration.rules import Places, RegistrationStatus, place_for, uses_spot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession


@dataclass(frozen=True, slots=True)
class Place:
    """`counts_choices` is whether options of the form may have places of their own. `confirm_by` and `holds_spot` are
    of an email address that is not confirmed.
    """

    status: RegistrationStatus
    queue_number: int | None = None
    counts_choices: bool = True
    confirm_by: datetime | None = None
    holds_spot: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A type's places, which nobody else changes until the transaction ends. `edition_id` is None where the edition
    has no quota of its own.
    """

    type_id: int
    places: Places
    edition_id: int | None = None


class _Counters:
    """The statements on one table that counts places, for the row whose `key` is bound as `row`."""

    def __init__(self, table: Any, key: Any) -> None:
        self.has_room = or_(table.quota.is_(None), table.taken < table.quota)
        self.on = update(table).where(key == bindparam("row"))
        self.still = {"updated_at": table.updated_at}
        self.take = self.on.where(self.has_room).values(taken=table.taken + 1, **self.still).returning(table.id)
        self.free = self.on.values(taken=table.taken - 1, **self.still)


class _WithOver(_Counters):
    """Places besides those over capacity, given one by one or, to a block, many at once."""

    def __init__(self, table: Any, key: Any) -> None:
        super().__init__(table, key)
        several = table.taken + bindparam("several")
        has_room = or_(table.quota.is_(None), bindparam("several") <= 0, several <= table.quota)
        self.reserve = self.on.where(has_room).values(taken=several, **self.still).returning(table.id)
        self.take_over = self.on.values(over=table.over + 1, **self.still)
        self.free_over = self.on.values(over=table.over - 1, **self.still)


_T, _E, _B, _C = RegistrationType, EditionPlaces, PlaceBlock, ChoicePlaces
_OF_TYPE, _OF_EDITION, _OF_BLOCK = _WithOver(_T, _T.id), _WithOver(_E, _E.edition_id), _Counters(_B, _B.id)
OF_CHOICE = _Counters(_C, _C.id)
_NEXT = and_(_T.waiting == 0, _OF_TYPE.has_room, ~bindparam("edition_full", type_=_T.is_open.type))
# What place_for says, in one statement: the row's lock makes it the truth at that instant.
_TAKE_OR_QUEUE = Prepared(
    update(_T)
    .where(_T.id == bindparam("row"), or_(_T.is_open, bindparam("even_closed")), _T.is_limited == bindparam("limited"))
    .values(
        taken=_T.taken + case((_NEXT, 1), else_=0),
        waiting=_T.waiting + case((_NEXT, 0), else_=1),
        next_in_queue=_T.next_in_queue + case((_NEXT, 0), else_=1),
        updated_at=_T.updated_at,
    )
    .returning(_T.waiting, _T.next_in_queue, _T.counts_choices)
)
_ON_TYPE = update(_T).where(_T.id == bindparam("row"))
_QUEUE = _ON_TYPE.values(
    waiting=_T.waiting + 1, next_in_queue=_T.next_in_queue + 1, updated_at=_T.updated_at
).returning(_T.next_in_queue)
_UNQUEUE = _ON_TYPE.values(waiting=_T.waiting - 1, updated_at=_T.updated_at)
_LOCK = select(_T.quota, _T.taken, _T.waiting, _T.needs_approval).where(_T.id == bindparam("row")).with_for_update()
_LOCK_UNLIMITED = _LOCK.where(~_T.is_limited)
_LOCK_EDITION = select(_E.quota, _E.taken).where(_E.edition_id == bindparam("row")).with_for_update()
# Whoever waits for a row's lock still sees the other tables as they were before, and would count past a quota that is
# just being set; whoever waits for the table's sees all of it.
_LOCK_TYPES = text("LOCK TABLE registration_type IN EXCLUSIVE MODE")


def take_or_queue(db: DbSession, edition_id: int, type_id: int, *, limited: bool, even_closed: bool) -> Place:
    """A place, or else the next number in the queue. Raises RegistrationClosed.

    `limited` is whether the edition had a quota of its own when it was looked at; it may have got one since.
    """
    rest = lock_edition(db, edition_id) if limited else None
    counted = {"limited": rest is not None, "edition_full": rest == 0}
    rows = _TAKE_OR_QUEUE.rows(db, {"row": type_id, "even_closed": even_closed, **counted})
    if not rows and not limited:
        return take_or_queue(db, edition_id, type_id, limited=True, even_closed=even_closed)
    if not rows:
        raise RegistrationClosed
    ((waiting, next_in_queue, counts_choices),) = rows
    if waiting:  # had it got a place, nobody would wait
        return Place(RegistrationStatus.WAITLISTED, next_in_queue - 1, counts_choices)
    if rest is not None:
        db.connection().execute(_OF_EDITION.take, {"row": edition_id}).one()
    return Place(RegistrationStatus.CONFIRMED, counts_choices=counts_choices)


def hold_spot(db: DbSession, type_id: int, *, until: datetime, even_closed: bool, is_decided_on: bool) -> Place:
    """What a registration has until its email address is confirmed: the spot that a newcomer gets, or nothing yet.
    Whether the type is open and asks for approval is read under the lock. Raises RegistrationClosed.
    """
    held = hold(db, type_id)
    is_open, counts_choices = db.execute(select(_T.is_open, _T.counts_choices).where(_T.id == type_id)).one()
    if not (is_open or even_closed):
        raise RegistrationClosed
    places = replace(held.places, needs_approval=held.places.needs_approval and is_decided_on)
    has_spot = place_for(places) == RegistrationStatus.CONFIRMED
    if has_spot:
        seat(db, held)
    waits = RegistrationStatus.UNCONFIRMED
    return Place(waits, counts_choices=counts_choices, confirm_by=until, holds_spot=has_spot)


def hold(db: DbSession, type_id: int) -> Held:
    """Lock the type's places, taken before any of its registrations is changed, so that two transactions never wait
    for each other.
    """
    row = db.connection().execute(_LOCK_UNLIMITED, {"row": type_id}).one_or_none()
    edition_id = rest = None
    if row is None:
        edition_id = db.execute(select(_T.edition_id).where(_T.id == type_id)).scalar_one()
        rest = lock_edition(db, edition_id)
        row = db.connection().execute(_LOCK, {"row": type_id}).one()
    places = Places(row.quota, row.taken, row.waiting, row.needs_approval, rest)
    return Held(type_id, places, None if rest is None else edition_id)


def hold_all(db: DbSession, type_ids: Iterable[int]) -> dict[int, Held]:
    """The places of several types, in the order of their ids, as whoever needs several locks them."""
    return {one: hold(db, one) for one in sorted(set(type_ids))}


def hold_every(db: DbSession, edition_id: int) -> None:
    """The places of all types of an edition, for whoever does much in one transaction and cannot say yet of which."""
    hold_all(db, db.scalars(select(_T.id).where(_T.edition_id == edition_id)).all())


def lock_edition(db: DbSession, edition_id: int) -> int | None:
    """How many places the edition has left, which nobody else changes until the transaction ends; None is no limit."""
    row = db.connection().execute(_LOCK_EDITION, {"row": edition_id}).one_or_none()
    return None if row is None or row.quota is None else max(0, row.quota - row.taken)


def lock_all_types(db: DbSession) -> None:
    """After the edition's places, for whoever begins or ends to count them."""
    if db.connection().dialect.name == "postgresql":
        db.connection().execute(_LOCK_TYPES)


def seat(db: DbSession, held: Held) -> None:
    """A place for someone who need not queue: an organizer says so. Raises NoPlacesLeft."""
    if held.edition_id is not None and _take(db, _OF_EDITION, held.edition_id) is None:
        raise NoPlacesLeft(of="edition")
    if _take(db, _OF_TYPE, held.type_id) is None:
        raise NoPlacesLeft(of="type")


def seat_over_capacity(db: DbSession, held: Held) -> None:
    _count(db, held, "take_over")


def reserve(db: DbSession, held: Held, several: int) -> None:
    """Set so many places aside, or give them back where it is below zero. Raises NoPlacesLeft."""
    rows = ((_OF_EDITION, held.edition_id, "edition"), (_OF_TYPE, held.type_id, "type"))
    for counters, row, of in rows:
        asked = {"row": row, "several": several}
        if row is not None and db.connection().execute(counters.reserve, asked).one_or_none() is None:
            raise NoPlacesLeft(of=of)


def seat_in_block(db: DbSession, type_id: int, block_id: int) -> None:
    """One of the places that are set aside in a block of the type. Raises NoPlacesLeft."""
    hold(db, type_id)
    if _take(db, _OF_BLOCK, block_id) is None:
        raise NoPlacesLeft(of="block")


def refuse_other_block(db: DbSession, type_id: int, block_id: int) -> None:
    """A block's places are of one type, and so of one edition."""
    if db.scalar(select(_B.id).where(_B.id == block_id, _B.type_id == type_id)) is None:
        raise Invalid(fields={"block_id": "of-another-type"})


def refuse_full_block(db: DbSession, block_id: int) -> None:
    """For whoever needs no place of it, and is to read the same as someone who does."""
    if db.scalar(select(_B.id).where(_B.id == block_id, _B.taken >= _B.quota)) is not None:
        raise NoPlacesLeft(of="block")


def queue(db: DbSession, held: Held) -> int:
    """The next number in the queue."""
    number: int = db.connection().execute(_QUEUE, {"row": held.type_id}).scalar_one()
    return number - 1


def give_back(db: DbSession, held: Held, registration: Registration, status: RegistrationStatus) -> None:
    """Undo what `registration`, which was in `status`, took from its type, or from a block of it."""
    if status == RegistrationStatus.WAITLISTED:
        db.connection().execute(_UNQUEUE, {"row": held.type_id})
    elif not uses_spot(status, holds_spot=registration.holds_spot):
        return
    elif registration.block_id is not None:
        db.connection().execute(_OF_BLOCK.free, {"row": registration.block_id})
    else:
        _count(db, held, "free" if registration.over_capacity_by is None else "free_over")


def move_up(db: DbSession, held: Held, type_id: int) -> None:
    """From the queue of a type to a place that was seen free under the lock of what is held."""
    db.connection().execute(_UNQUEUE, {"row": type_id})
    seat(db, Held(type_id, held.places, held.edition_id))


def _take(db: DbSession, counters: _Counters, row: int) -> int | None:
    return db.connection().execute(counters.take, {"row": row}).scalar_one_or_none()


def _count(db: DbSession, held: Held, what: str) -> None:
    if held.edition_id is not None:
        db.connection().execute(getattr(_OF_EDITION, what), {"row": held.edition_id})
    db.connection().execute(getattr(_OF_TYPE, what), {"row": held.type_id})
