"""What a station has to know to go on scanning without the network: of everyone who has or had a code who they are and
whether they may pass this one checkpoint, and no more.

Codes are told as hashes, so that what a device keeps opens no door: those of QRs, which nobody finds by trying, and of
short codes, which are soon tried out, only so much that each of them could be one of 65,536. All of it is told in pages
once, and then what has changed, as the log and the scans of the checkpoint tell.
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
from forumapp.domain.checkin.offline.roster_changes import MOST_CHANGES, Cursor, changed, events_since, stands
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

PAGE = 2000  # a tenth of a second of one process, so that no scan waits for a station that begins
HASH_BYTES = 12
SHORT_BYTES = 3


class CodeLine(NamedTuple):
    """A code as it is told: the hash of what the QR holds, and the beginning of that of a short code, which a few share
    of tens of thousands.
    """

    qr: str
    short: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as a station knows them. `bar` is what is wrong with their place, `refused` why this checkpoint does not
    let them pass; `read` is how their native name is read, where their Latin name does not say so. `is_by_word` says
    that they are inside since somebody of the team stood for them, but not who.
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
    """`cursor` is what the station says when it asks again; `next_id` after whom the next page begins, None on the last
    one. `whole` is told where it is to begin anew; otherwise `people` are those who changed, and `gone` those who are
    no more. With `first_day` a rehearsal is over.
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
    """What changed since a cursor, or a page of all of it; None where nothing has changed. One statement says so."""
    stands_now, then = stands(db, station, salt, now), Cursor.read(since)
    if then is not None and stands_now.stands_as(then):
        return None
    events = events_since(db, station, then or stands_now)
    whose, for_all = changed(db, station, then or stands_now, events)
    told = unchanged(station, str(stands_now._replace(for_all=for_all)), salt)
    # Another checkpoint, a rehearsal that began or ended, another salt, and what concerns all or nearly all.
    is_whole = then is None or then[:3] != stands_now[:3] or for_all > then.for_all
    if is_whole or max(len(events), len(whose)) > MOST_CHANGES:
        people = _people(db, station, salt, None, after=after, most=most)
        next_id = people[-1].id if len(people) == most else None
        names = _names(db, station.edition_id) if not (after or station.names_only) else {}
        return replace(told, whole=True, people=people, next_id=next_id, **names)
    people = _people(db, station, salt, whose)
    return replace(told, people=people, gone=sorted(whose.difference(one.id for one in people)))


def unchanged(station: Station, cursor: str, salt: str) -> Roster:
    """Of which nobody has changed."""
    return Roster(cursor, salt, station.asks, station.first_day, station.rehearsal_id)


def salt_of(seals: Seals, edition_id: int) -> str:
    """Nobody without the application's key knows it but whoever is told a roster of the edition. It is one for all of
    its stations: of two that differ, whoever had both would learn twice as much of each short code.
    """
    return seals.fingerprint("roster", str(edition_id))


def hash_of(salt: str, code: str) -> str:
    """What is told of a code. Short: it is compared with nothing but what the same station reads."""
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
    return [_names_and_status(one) for one in people] if station.names_only else people


def _names_and_status(one: Known) -> Known:
    return replace(one, type_id=None, delegation_id=None, is_vip=False, responsible=None, is_by_word=False)


def _somebody(station: Station) -> Select[Any, *tuple[Any, ...]]:
    """Whoever has or had a code; nobody else can stand at a checkpoint with one."""
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
    found: dict[int, list[CodeLine]] = defaultdict(list)
    if not ids:
        return found
    code = TicketCode
    query = select(code.registration_id, code.code, code.short, code.revoked_at).where(code.registration_id.in_(ids))
    for registration_id, qr, short, revoked_at in db.execute(query.order_by(code.id)):
        found[registration_id].append(CodeLine(hash_of(salt, qr), hash_of(salt, short), revoked_at))
    return found


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
    """Chinese alone is read, and the likeliest way will do: who types another finds them by the Latin name."""
    ways = ["".join(way) for way in name_readings(name.native_full)]
    latin = {fold(name.latin_family + name.latin_given), fold(name.latin_given + name.latin_family)}
    return ways[0] if ways and latin.isdisjoint(ways) else ""
