"""Whose code it is that a checkpoint reads, and what became of the same scan if it came before.

One statement, compiled once, because a queue waits for each answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from forumapp.core.database.compiled_statements import Prepared
from forumapp.core.tokens import QR_CODE_LENGTH
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Admission, Scan
from forumapp.domain.checkin.rules import Direction, Facts, Presence, Result
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.people.models import NameOrder, Person
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp, TicketCode

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.setup.stations import Station
    from forumapp.domain.registration.rules import RegistrationStatus


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


def names_only(holder: Holder) -> Holder:
    """What a check-in volunteer is told of somebody: the name. The result of the scan says the status."""
    return Holder(holder.registration_id, holder.name, {}, "", None, is_vip=False, responsible=None)


@dataclass(frozen=True, slots=True)
class Found:
    """A code that is somebody's, and what became of this very scan if it came before."""

    facts: Facts
    presence: Presence | None
    since: datetime | None
    holder: Holder
    before: Before | None


class Before(NamedTuple):
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
    since: datetime | None
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
        _A.since,
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


def find(db: DbSession, station: Station, code: str, nonce: str = "") -> Found | None:
    """Whose code it is. In the same statement, what the station has called by this name before: a queue waits."""
    here = {"at_checkpoint": station.checkpoint_id, "rehearsed": station.is_rehearsal}
    by = _FIND[len(code) == QR_CODE_LENGTH, station.device_id is not None]
    rows = by.rows(db, {"of_edition": station.edition_id, "of_code": code, **here, **_called(station, nonce)})
    if not rows:
        return None
    row, before = _Row(*rows[0][:_OF_BEFORE]), Before(*rows[0][_OF_BEFORE:])
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
    return Found(facts, row.presence, row.since, Holder(row.id, name, *of), before if before.id else None)


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


def came_before(db: DbSession, station: Station, nonce: str) -> Before | None:
    """What became of this very scan when it came before."""
    rows = _AGAIN[station.device_id is not None].rows(db, _called(station, nonce))
    return Before(*rows[0]) if rows else None
