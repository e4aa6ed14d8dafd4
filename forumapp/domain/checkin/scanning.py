"""A code is read at a checkpoint: who it is, whether they pass, and that only the first of several passes.

Core statements compiled once, because a queue waits for each answer. Whoever passes is let in by one insert that a
UNIQUE guards, so that of any number of scans at once exactly one passes.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT reads the same on both databases

from forumapp.core.errors import Refusal
from forumapp.core.prepared import Prepared
from forumapp.core.tokens import QR_CODE_LENGTH, hashed
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin import rehearsals
from forumapp.domain.checkin.alerts import tell_officer
from forumapp.domain.checkin.boarding import board, refused_to_board
from forumapp.domain.checkin.filling import is_full
from forumapp.domain.checkin.let_in import let_in, let_in_by
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.rules import (
    MAY_BE_FORCED,
    Direction,
    Facts,
    PassMode,
    Presence,
    Result,
    clean_code,
    decide,
    judged_at,
    move,
    skew_seconds,
    was_turned_away,
)
from forumapp.domain.delegations.models import Delegation, DelegationMember
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules import with_wholes
from forumapp.domain.people.models import NameOrder, Person
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp, TicketCode

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.by_word import ByWord
    from forumapp.domain.checkin.makers import Maker
    from forumapp.domain.checkin.stations import Station
    from forumapp.domain.registration.rules import RegistrationStatus


class NonceReused(Refusal):
    """What a device calls this scan it has called another one."""

    code = "nonce-reused"


class _SentTwice(Exception):
    """At once, and its twin was faster."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, as a device tells it. `nonce` is what it calls this scan, the same whenever it sends it again;
    `scanned_at` and `sent_at` are what its clock said. `told` is what it told somebody when it could ask nobody, and
    `rehearsal_id` of which rehearsal its page spoke then. `is_forced` says that somebody stands for it whatever the
    rules say (`forcing`), and `made_by` who has kept it, where the station only sends it.
    """

    code: str
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    told: Result | None = None
    rehearsal_id: int | None = None
    is_forced: bool = False
    made_by: Maker | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose code it is, as the desk needs to know them."""

    registration_id: int
    name: Name
    type_name: dict[str, str]
    type_color: str
    delegation: dict[str, str] | None
    is_vip: bool
    responsible: str | None
    note: str = ""
    has_photo: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan; one of which nothing is kept has no id. `since` and `where` tell of somebody who is inside
    when and by which device they came, and `by_word` of whom the rules had refused who stands for it.
    """

    id: int | None
    nonce: str
    result: Result
    direction: Direction
    counts_at: datetime
    holder: Holder | None = None
    since: datetime | None = None
    where: str | None = None
    is_rehearsal: bool = False
    by_word: ByWord | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A code that is somebody's, and what became of this very scan if it came before."""

    facts: Facts
    presence: Presence | None
    holder: Holder
    before: _Before | None


class _Before(NamedTuple):
    """What `_BEFORE` says."""

    id: int
    result: Result
    direction: Direction
    counts_at: datetime
    registration_id: int | None
    code_hash: str | None
    is_rehearsal: bool
    checkpoint_id: int


class _Row(NamedTuple):
    """What `_SOMEBODY` says, before what `_BEFORE` does."""

    id: int
    status: RegistrationStatus
    type_id: int
    is_vip: bool
    replaced_by_id: int | None
    revoked_at: datetime | None
    admits: list[str]
    type_name: dict[str, str]
    type_color: str
    latin_family: str
    latin_given: str
    name_order: NameOrder
    native_full: str
    native_language: str
    delegation_id: int | None
    delegation: dict[str, str] | None
    presence: Presence | None
    responsible: str | None
    note: str
    photo_id: int | None


_R, _T, _P, _A = Registration, RegistrationType, Person, Admission
_OF_BEFORE = len(_Row._fields)
_BEFORE = (
    Scan.id,
    Scan.result,
    Scan.direction,
    Scan.counts_at,
    Scan.registration_id,
    Scan.code_hash,
    Scan.is_rehearsal,
    Scan.checkpoint_id,
)
_BY_DEVICE = and_(Scan.device_id == bindparam("by_whom"), Scan.nonce == bindparam("called"))
_BY_ACCOUNT = and_(Scan.account_id == bindparam("by_whom"), Scan.nonce == bindparam("called"))
_SOMEBODY = (
    select(
        _R.id,
        _R.status,
        _R.type_id,
        _R.is_vip,
        _R.replaced_by_id,
        TicketCode.revoked_at,
        _T.admits,
        _T.name,
        _T.color,
        _P.latin_family,
        _P.latin_given,
        _P.name_order,
        _P.native_full,
        _P.native_language,
        Delegation.id,
        Delegation.name.label("delegation_name"),
        _A.presence,
        Account.name.label("responsible"),
        _R.desk_note,
        _P.photo_id,
        *_BEFORE,
    )
    .select_from(TicketCode)
    .join(_R, _R.id == TicketCode.registration_id)
    .join(_T, _T.id == _R.type_id)
    .join(_P, _P.id == _R.person_id)
    .outerjoin(DelegationMember, and_(DelegationMember.registration_id == _R.id, DelegationMember.left_on.is_(None)))
    .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
    .outerjoin(
        _A,
        and_(
            _A.registration_id == _R.id,
            _A.checkpoint_id == bindparam("at_checkpoint"),
            _A.is_rehearsal == bindparam("rehearsed"),
        ),
    )
    .outerjoin(Account, Account.id == _R.responsible_id)
    .where(TicketCode.edition_id == bindparam("of_edition"))
)
# By whether it is a QR code, and whether a device scans it: with what that called by this name before. The code is
# held, so that a place which goes back does so either before somebody is let in by it, or not at all.
_FIND = {
    (is_long, is_device): Prepared(
        _SOMEBODY.outerjoin(Scan, _BY_DEVICE if is_device else _BY_ACCOUNT)
        .where((TicketCode.code if is_long else TicketCode.short) == bindparam("of_code"))
        .with_for_update(read=True, key_share=True, of=TicketCode)
    )
    for is_long in (True, False)
    for is_device in (True, False)
}
_AGAIN = {
    is_device: Prepared(select(*_BEFORE).where(_BY_DEVICE if is_device else _BY_ACCOUNT)) for is_device in (True, False)
}
_SIGNED_UP = Prepared(
    select(SessionSignUp.id).where(
        SessionSignUp.session_id == bindparam("of_session"), SessionSignUp.registration_id == bindparam("of_one")
    )
)
_KEEP = Prepared(insert(Scan).on_conflict_do_nothing().returning(Scan.id))


def scan(db: DbSession, station: Station, read: Read, *, actor: Actor, now: datetime) -> Scanned:
    """Judge what was read and keep it, once however often and by whomever it is sent. Raises NonceReused.

    A scan that is answered while somebody waits counts from the moment at which it is received. One that a device kept
    counts from when it was made, so that the first one decides even if it comes later.
    """
    at = judged_at(read.scanned_at, read.sent_at, now) if read.told else now
    if station.rehearsal_id or read.rehearsal_id or read.told:
        of = rehearsals.which(db, station, read.rehearsal_id, at if read.told else None)
        if of and not rehearsals.holds(db, of, running_id=station.rehearsal_id):
            return Scanned(None, read.nonce, Result.REHEARSAL_OVER, read.direction, at, is_rehearsal=True)
        station = replace(station, rehearsal_id=of)
    if station.asks.mode is PassMode.ONCE:
        read = replace(read, direction=Direction.IN)  # nobody goes out by it, whatever a program says
    sender, station = station, replace(station, **read.made_by._asdict()) if read.made_by else station
    code = clean_code(read.code)
    found = _find(db, station, code, read.nonce)
    before = found.before if found else _again(db, station, read)
    if before:
        return _as_it_was(db, station, read, found, before)
    try:
        with db.begin_nested() if read.told else nullcontext():  # one that is late may say when somebody came
            result = _judged(db, station, read, found, at, actor=actor, now=now)
            values = {**_row(station, read, now), **_sent_by(sender, station), **_whose(found, code)}
            scan_id = _kept(db, {**values, "result": result, "counts_at": at})
    except _SentTwice:
        before = _again(db, station, read)
        if before is None:
            raise NonceReused from None
        return _as_it_was(db, station, read, found, before)
    holder = found.holder if found else None
    if holder is not None and holder.is_vip and not station.is_rehearsal:
        tell_officer(db, station, holder.registration_id, result, at, is_late=read.told is not None, now=now)
    said = Scanned(scan_id, read.nonce, result, read.direction, at, holder, is_rehearsal=station.is_rehearsal)
    return _told(db, station, said)


def _kept(db: DbSession, row: dict[str, Any]) -> int:
    scan_id: int | None = _KEEP.value(db, row)
    if scan_id is None:
        raise _SentTwice
    return scan_id


def _row(station: Station, read: Read, now: datetime) -> dict[str, Any]:
    return {
        "edition_id": station.edition_id,
        "checkpoint_id": station.checkpoint_id,
        "is_rehearsal": station.is_rehearsal,
        "device_id": station.device_id,
        "account_id": station.account_id,
        "direction": read.direction,
        "told": read.told,
        "scanned_at": read.scanned_at,
        "received_at": now,
        "skew": skew_seconds(read.sent_at, now),
        "nonce": read.nonce,
    }


def _sent_by(sender: Station, maker: Station) -> dict[str, int | None]:
    is_own = (sender.device_id, sender.account_id) == (maker.device_id, maker.account_id)
    return {
        "sent_by_device_id": None if is_own else sender.device_id,
        "sent_by_account_id": None if is_own else sender.account_id,
    }


def _whose(found: _Found | None, code: str) -> dict[str, Any]:
    one = found.holder.registration_id if found else None
    return {"registration_id": one, "code_hash": None if found else hashed(code)}


def judge(db: DbSession, station: Station, code: str, *, at: datetime) -> Result:
    """What the rules say of a code, but for who is inside already. Nothing is kept."""
    found = _find(db, station, clean_code(code))
    result = decide(found.facts if found else None, station.asks, at)
    if found and result is Result.PASSED and is_full(db, station, found.holder.registration_id):
        return Result.FULL
    return result


def _find(db: DbSession, station: Station, code: str, nonce: str = "") -> _Found | None:
    """Whose code it is. In the same statement, what the station has called by this name before: a queue waits."""
    here = {"at_checkpoint": station.checkpoint_id, "rehearsed": station.is_rehearsal}
    by = _FIND[len(code) == QR_CODE_LENGTH, station.device_id is not None]
    rows = by.rows(db, {"of_edition": station.edition_id, "of_code": code, **here, **_called(station, nonce)})
    if not rows:
        return None
    row, before = _Row(*rows[0][:_OF_BEFORE]), _Before(*rows[0][_OF_BEFORE:])
    is_family_first = row.name_order == NameOrder.FAMILY_FIRST
    name = Name(row.latin_family, row.latin_given, is_family_first, row.native_full, row.native_language)
    responsible = row.responsible if row.is_vip else None
    of = (row.type_name, row.type_color, row.delegation, row.is_vip, responsible, row.note, row.photo_id is not None)
    facts = Facts(
        row.status,
        row.type_id,
        admits=row.admits,
        is_vip=row.is_vip,
        revoked_at=row.revoked_at,
        is_replaced=row.replaced_by_id is not None,
        delegations=_delegations(db, station, row.delegation_id),
        is_signed_up=_is_signed_up(db, station, row.id),
    )
    return _Found(facts, row.presence, Holder(row.id, name, *of), before if before.id else None)


def _delegations(db: DbSession, station: Station, own: int | None) -> frozenset[int]:
    """Asked for only where the checkpoint is a delegation's."""
    if own is None or station.asks.delegation_id is None:
        return frozenset()
    return frozenset(with_wholes(own, parents_of(db, station.edition_id)))


def _is_signed_up(db: DbSession, station: Station, registration_id: int) -> bool:
    if not station.asks.needs_sign_up:
        return False
    return bool(_SIGNED_UP.rows(db, {"of_session": station.session_id, "of_one": registration_id}))


def _called(station: Station, nonce: str) -> dict[str, Any]:
    return {"by_whom": station.device_id or station.account_id, "called": nonce}


def _again(db: DbSession, station: Station, read: Read) -> _Before | None:
    """What became of this very scan when it came before."""
    rows = _AGAIN[station.device_id is not None].rows(db, _called(station, read.nonce))
    return _Before(*rows[0]) if rows else None


def _as_it_was(db: DbSession, station: Station, read: Read, found: _Found | None, before: _Before) -> Scanned:
    """What was answered then."""
    scan_id, result, direction, at, registration_id, code_hash, is_rehearsal, checkpoint_id = before
    is_elsewhere = station.device_id is None and checkpoint_id != station.checkpoint_id  # a device can be moved
    if is_elsewhere or result is Result.UNDONE:
        raise NonceReused
    own = hashed(clean_code(read.code))
    is_same = registration_id == found.holder.registration_id if found else code_hash == own
    if not is_same and code_hash != own:  # what was unknown then may be known by now
        raise NonceReused
    holder = found.holder if found else None
    said = Scanned(scan_id, read.nonce, result, direction, at, holder, is_rehearsal=is_rehearsal)
    return _told(db, station, said)


def _judged(
    db: DbSession, station: Station, read: Read, found: _Found | None, at: datetime, *, actor: Actor, now: datetime
) -> Result:
    result = decide(found.facts if found else None, station.asks, at, is_late=read.told is not None)
    if found is None:
        return result
    is_inside_there = read.told is Result.ALREADY_IN and read.rehearsal_id is not None and not station.is_rehearsal
    if read.told is not None and was_turned_away(read.told) and not is_inside_there:  # in a rehearsal, and not today
        return read.told
    if result is not Result.PASSED and not (read.is_forced and result in MAY_BE_FORCED):
        return result
    return _entered(db, station, read, found, at, actor=actor, now=now)


def _entered(
    db: DbSession, station: Station, read: Read, found: _Found, at: datetime, *, actor: Actor, now: datetime
) -> Result:
    """Of whoever may pass, as far as a coach or a room still holds them."""
    one = found.holder.registration_id
    if station.coach_run_id is not None and not station.is_rehearsal:
        return board(db, station, one, actor=actor, now=now)
    if station.coach_run_id is not None and (refused := refused_to_board(db, station, one)):
        return refused
    is_settled = read.is_forced or read.told is not None  # in whatever the room holds
    if not is_settled and _comes_in(found, station, read) and is_full(db, station, one):
        return Result.FULL
    return let_in(db, station, one, found.presence, direction=read.direction, at=at, is_late=read.told is not None)


def _comes_in(found: _Found, station: Station, read: Read) -> bool:
    return move(found.presence, station.asks.mode, read.direction) is Result.PASSED


def _told(db: DbSession, station: Station, said: Scanned) -> Scanned:
    """With when and by which device somebody came in who is inside already."""
    if said.result is not Result.ALREADY_IN or said.holder is None:
        return said
    by = let_in_by(db, station.checkpoint_id, said.holder.registration_id, is_rehearsal=said.is_rehearsal)
    return replace(said, since=by[0], where=by[1], by_word=by[2]) if by else said
