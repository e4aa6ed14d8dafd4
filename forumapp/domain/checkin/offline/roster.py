"""The roster: what a station needs to keep scanning offline, and no more.

It names everyone who has or had a code and says whether they may pass this one checkpoint. Codes are hashed, so that
the data on a device opens no door: QR codes cannot be guessed, and the hash of a short code is cut so that each one
could be any of 65,536. The whole roster is sent once in pages, then only the changes.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, null, select

from forumapp.core.tokens import QR_CODE_LENGTH
from forumapp.core.values.text import fold
from forumapp.domain.accounts.models import Account
from forumapp.domain.checkin.models import Admission
from forumapp.domain.checkin.offline.roster_changes import MOST_CHANGES, Cursor, changed, current_cursor, events_since
from forumapp.domain.checkin.overrides import list_inside_by_word
from forumapp.domain.checkin.rules import Facts, Presence, Result, refused, unwelcome
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.people.models import NameOrder, Person
from forumapp.domain.people.names.spellings import name_readings
from forumapp.domain.people.rules import Name
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp, TicketCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.sealed_fields import Seals
    from forumapp.domain.checkin.rules import Asks
    from forumapp.domain.checkin.setup.stations import Station

PAGE = 2000  # takes a tenth of a second, so that scans do not wait for a starting station
HASH_BYTES = 12
SHORT_BYTES = 3


class CodeLine(NamedTuple):
    """A hashed code: the hash of the QR code, and the shortened, ambiguous hash of the short code."""

    qr: str
    short: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """A person on the roster.

    bar: what is wrong with the registration itself.
    refused: why this checkpoint does not let them pass.
    read: the reading of their native name, where the Latin name does not give it.
    is_by_word: they are inside by an override; the authorizer is not sent.
    """

    id: int
    latin: str
    native: str
    language: str
    read: str
    type_id: int | None
    delegation_id: int | None
    is_vip: bool
    responsible: str | None
    bar: Result | None
    refused: Result | None
    is_replaced: bool
    presence: Presence | None
    since: datetime | None
    is_by_word: bool
    codes: list[CodeLine]


class Named(NamedTuple):
    """A registration type, or a delegation, which has no color."""

    id: int
    name: dict[str, str]
    color: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """A page of the roster, or its changes.

    cursor: what the station sends with its next request.
    next_id: the id after which the next page begins, None on the last page.
    whole: the station discards its roster; otherwise `people` changed and `gone` (ids) are removed.
    first_day: when a rehearsal ends at the latest.
    """

    cursor: str
    salt: str
    asks: Asks
    first_day: datetime
    rehearsal_id: int | None = None
    whole: bool = False
    next_id: int | None = None
    people: list[Known] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    types: list[Named] = field(default_factory=list)
    delegations: list[Named] = field(default_factory=list)


def roster(
    db: DbSession, station: Station, *, salt: str, since: str = "", after: int = 0, most: int = PAGE, now: datetime
) -> Roster | None:
    """Return the changes since a cursor or a page of the whole roster; None (by one statement) when nothing changed."""
    current, previous = current_cursor(db, station, salt, now), Cursor.read(since)
    if previous is not None and current.matches(previous):
        return None
    events = events_since(db, station, previous or current)
    ids, for_all = changed(db, station, previous or current, events)
    answer = unchanged(station, str(current._replace(for_all=for_all)), salt)
    # Send all after a change of checkpoint, rehearsal or salt, or after one that concerns all or nearly all people.
    is_whole = previous is None or previous[:3] != current[:3] or for_all > previous.for_all
    if is_whole or max(len(events), len(ids)) > MOST_CHANGES:
        people = _people(db, station, salt, None, after=after, most=most)
        next_id = people[-1].id if len(people) == most else None
        names = _names(db, station.edition_id) if not (after or station.names_only) else {}
        return replace(answer, whole=True, people=people, next_id=next_id, **names)
    people = _people(db, station, salt, ids)
    return replace(answer, people=people, gone=sorted(ids.difference(person.id for person in people)))


def unchanged(station: Station, cursor: str, salt: str) -> Roster:
    """Return a roster answer without changed people."""
    return Roster(cursor, salt, station.asks, station.first_day, station.rehearsal_id)


def salt_of(seals: Seals, edition_id: int) -> str:
    """Return the salt of an edition's code hashes, derived from the application's key.

    All stations of an edition share it: two rosters with different salts would reveal twice as much of short codes.
    """
    return seals.fingerprint("roster", str(edition_id))


def hash_of(salt: str, code: str) -> str:
    """Hash a code for the roster, cut short because it is compared only with codes read at the same station."""
    most = HASH_BYTES if len(code) == QR_CODE_LENGTH else SHORT_BYTES
    return urlsafe_b64encode(hashlib.sha256(f"{salt}{code}".encode()).digest()[:most]).decode()


def _names(db: DbSession, edition_id: int) -> dict[str, Any]:
    types = select(RegistrationType.id, RegistrationType.name, RegistrationType.color)
    delegations = select(Delegation.id, Delegation.name)
    return {
        "types": [Named(*row) for row in db.execute(types.where(RegistrationType.edition_id == edition_id))],
        "delegations": [Named(*row) for row in db.execute(delegations.where(Delegation.edition_id == edition_id))],
    }


def _people(
    db: DbSession, station: Station, salt: str, ids: Collection[int] | None, *, after: int = 0, most: int = MOST_CHANGES
) -> list[Known]:
    if ids is not None and not ids:
        return []
    query = _somebody(station)
    if ids is not None:
        query = query.where(Registration.id.in_(ids))
    rows = db.execute(query.where(Registration.id > after).order_by(Registration.id).limit(most)).all()
    codes = _codes(db, salt, [row.id for row in rows])
    parents = parents_of(db, station.edition_id) if station.asks.delegation_id is not None else {}
    here: dict[str, Any] = {"is_rehearsal": station.is_rehearsal, "among": ids}
    by_word = list_inside_by_word(db, station.checkpoint_id, **here)
    people = [_known(row, station, parents, codes[row.id], is_by_word=row.id in by_word) for row in rows]
    return [_names_and_status(person) for person in people] if station.names_only else people


def _names_and_status(person: Known) -> Known:
    return replace(person, type_id=None, delegation_id=None, is_vip=False, responsible=None, is_by_word=False)


def _somebody(station: Station) -> Select[Any, *tuple[Any, ...]]:
    """Select everyone who has or had a code, with what decides whether they pass this checkpoint."""
    reg, kind, person, here = Registration, RegistrationType, Person, Admission
    at_coach = station.coach_run_id is not None
    query = (
        select(
            reg.id,
            reg.status,
            reg.type_id,
            reg.is_vip,
            reg.replaced_by_id,
            kind.admits,
            person.latin_family,
            person.latin_given,
            person.name_order,
            person.native_full,
            person.native_language,
            DelegationMember.delegation_id,
            Account.name.label("responsible"),
            here.presence,
            here.since,
            (Boarding.state if at_coach else null()).label("boarding"),
            (Boarding.marked_at if at_coach else null()).label("marked_at"),
            (SessionSignUp.id if station.asks.needs_sign_up else null()).label("sign_up"),
        )
        .join(kind, kind.id == reg.type_id)
        .join(person, person.id == reg.person_id)
        .outerjoin(
            DelegationMember, and_(DelegationMember.registration_id == reg.id, DelegationMember.left_on.is_(None))
        )
        .outerjoin(Account, Account.id == reg.responsible_id)
        .outerjoin(
            here,
            and_(
                here.registration_id == reg.id,
                here.checkpoint_id == station.checkpoint_id,
                here.is_rehearsal == station.is_rehearsal,
            ),
        )
        .where(reg.edition_id == station.edition_id)
        .where(select(TicketCode.id).where(TicketCode.registration_id == reg.id).exists())
    )
    if at_coach:
        theirs = and_(Boarding.registration_id == reg.id, Boarding.run_id == station.coach_run_id)
        query = query.outerjoin(Boarding, theirs)
    if station.asks.needs_sign_up:
        theirs = and_(SessionSignUp.registration_id == reg.id, SessionSignUp.session_id == station.session_id)
        query = query.outerjoin(SessionSignUp, theirs)
    return query


def _codes(db: DbSession, salt: str, ids: Sequence[int]) -> dict[int, list[CodeLine]]:
    codes: dict[int, list[CodeLine]] = defaultdict(list)
    if not ids:
        return codes
    code = TicketCode
    query = select(code.registration_id, code.code, code.short, code.revoked_at).where(code.registration_id.in_(ids))
    for registration_id, qr, short, revoked_at in db.execute(query.order_by(code.id)):
        codes[registration_id].append(CodeLine(hash_of(salt, qr), hash_of(salt, short), revoked_at))
    return codes


def _known(
    row: Any, station: Station, parents: Mapping[int, int | None], codes: list[CodeLine], *, is_by_word: bool
) -> Known:
    own = row.delegation_id
    facts = Facts(
        row.status,
        row.type_id,
        admits=row.admits,
        is_vip=row.is_vip,
        delegations=frozenset(with_wholes(own, parents)) if own is not None and parents else frozenset(),
        is_signed_up=row.sign_up is not None,
    )
    is_elsewhere = station.coach_run_id is not None and row.boarding is None  # on no list of this coach
    is_family_first = row.name_order == NameOrder.FAMILY_FIRST
    name = Name(row.latin_family, row.latin_given, is_family_first, row.native_full, row.native_language)
    return Known(
        row.id,
        name.latin_in_print,
        name.native_full,
        name.native_language,
        _read(name),
        row.type_id,
        own,
        row.is_vip,
        row.responsible if row.is_vip else None,
        unwelcome(row.status),
        refused(facts, station.asks) or (Result.WRONG_CHECKPOINT if is_elsewhere else None),
        row.replaced_by_id is not None,
        *_inside(row, station),
        is_by_word,
        codes,
    )


def _inside(row: Any, station: Station) -> tuple[Presence | None, datetime | None]:
    if station.coach_run_id is None or station.is_rehearsal:
        return row.presence, row.since
    return (Presence.IN, row.marked_at) if row.boarding is BoardingState.BOARDED else (None, None)


def _read(name: Name) -> str:
    """Return the likeliest reading of a Chinese name, or nothing where the Latin name already is one."""
    ways = ["".join(way) for way in name_readings(name.native_full)]
    latin = {fold(name.latin_family + name.latin_given), fold(name.latin_given + name.latin_family)}
    return ways[0] if ways and latin.isdisjoint(ways) else ""
