"""Whoever is found at the registration desk, and where they have been let in: on the day, or in the rehearsal that runs
(`is_rehearsal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, false, func, or_, select, true

from forumapp.core.database.aliases import alias_named
from forumapp.core.errors import NotFound
from forumapp.core.tokens import QR_CODE_LENGTH, SHORT_CODE_LENGTH
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.days import day_begins
from forumapp.domain.checkin.models import Admission, CheckinDevice, Checkpoint, Scan
from forumapp.domain.checkin.overrides import COLUMNS, by_word, with_overrides
from forumapp.domain.checkin.rules import WELCOME, CheckpointKind, PassMode, Presence, clean_code
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState
from forumapp.domain.delegations.queries import delegations_by_registration
from forumapp.domain.forums.models import Edition
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.attendance.stays import Counted
from forumapp.domain.registration.attendance.who_came import ADMISSION, admitted, has_come
from forumapp.domain.registration.lifecycle.undo_substitution import find_predecessor
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.exact_matches import first_matches
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import lines_of
from forumapp.domain.registration.lists.search_words import newest_matches, search_words
from forumapp.domain.registration.models import Registration, TicketCode
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.checkin.overrides import ByWord
    from forumapp.domain.people.rules import Name
    from forumapp.domain.registration.attendance.who_came import LetIn
    from forumapp.domain.registration.lists.queries import RegistrationLine

MOST = 20
_LENGTHS = (SHORT_CODE_LENGTH, QR_CODE_LENGTH)


@dataclass(frozen=True, slots=True)
class Place:
    """A checkpoint at which somebody is inside; of a hand-out, that they have their badge."""

    checkpoint_id: int
    name: dict[str, str]
    kind: CheckpointKind
    since: datetime


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody as the desk needs to know them at a glance."""

    line: RegistrationLine
    delegation: dict[str, str] | None
    photo_id: int | None
    printed_at: datetime | None
    has_come: bool
    places: tuple[Place, ...]

    def inside(self, checkpoint_id: int | None) -> Place | None:
        return next((one for one in self.places if one.checkpoint_id == checkpoint_id), None)

    @property
    def handed_out(self) -> Place | None:
        return next((one for one in self.places if one.kind is CheckpointKind.HAND_OUT), None)


@dataclass(frozen=True, slots=True)
class Happened:
    """A scan of somebody's code, by which device or person it was made, and by whose word it passed, where the rules
    would not have let it.
    """

    row: Scan
    checkpoint: dict[str, str]
    kind: CheckpointKind
    by: str
    by_word: ByWord | None


@dataclass(frozen=True, slots=True)
class More:
    """What only the one in hand shows: whom to call, what was written for the desk, who has the place instead, and who
    had it before and can have it back.
    """

    responsible: str | None
    note: str
    replaced_by: tuple[int, Name] | None
    instead_of: tuple[int, Name] | None


def find_at_desk(
    db: DbSession,
    edition_id: int,
    search: str,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
    is_rehearsal: bool = False,
    now: datetime,
) -> tuple[list[AtDesk], bool]:
    """Those who match these words: first those whose name, code or address is exactly this, then those whose name
    begins so, the welcome ones before the others, then by name; and whether there are more. Where very many match,
    exact matches and some names that begin so, and the newest of the rest. A few queries for any number.
    """
    everyone = chosen_ids(db, edition_id, Filters(), within=within)
    words = search_words(edition_id, search, details_within=details_within)
    welcome = case((Registration.status.in_(WELCOME), 0), else_=1)
    # Negated: by a plain condition, SQLite reads all registrations by the index of their states.
    is_welcome, size = Registration.status.not_in(set(RegistrationStatus) - WELCOME), MOST + 1
    first = first_matches(
        db, edition_id, everyone, search, words, preferred=is_welcome, contacts_of=details_within, size=size
    )
    matches = newest_matches(db, everyone, words, preferred=is_welcome, size=size, also=first.ids)
    rank = case(
        (Registration.id.in_(first.exact), 0),
        (or_(Registration.id.in_(first.ids), _named_so(search)), 1),
        else_=2,
    )
    by_name = (Person.latin_family, Person.latin_given, Person.native_full, Registration.id)
    query = matches.join(Person, Person.id == Registration.person_id)
    ids = list(db.scalars(query.order_by(rank, welcome, *by_name).limit(size)))
    here = at_desk(
        db, edition_id, ids[:MOST], within=within, details_within=details_within, is_rehearsal=is_rehearsal, now=now
    )
    return here, len(ids) > MOST


def find_by_badge(
    db: DbSession, edition_id: int, typed: str, *, within: Collection[int] | None = None
) -> tuple[int, bool] | None:
    """The registration to which a scanned or typed code belongs, and whether it is still good; None if it is none."""
    code = clean_code(typed)
    if len(code) not in _LENGTHS:
        return None
    column = TicketCode.code if len(code) == QR_CODE_LENGTH else TicketCode.short
    reached = limited(TicketCode.registration_id, "registration", edition_id, within)
    query = select(TicketCode.registration_id, TicketCode.revoked_at).where(TicketCode.edition_id == edition_id)
    row = db.execute(query.where(column == code, *reached)).first()
    return (row.registration_id, row.revoked_at is None) if row else None


def get_at_desk(
    db: DbSession,
    edition_id: int,
    registration_id: int,
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
    is_rehearsal: bool = False,
    now: datetime,
) -> AtDesk:
    lines = at_desk(
        db,
        edition_id,
        [registration_id],
        within=within,
        details_within=details_within,
        is_rehearsal=is_rehearsal,
        now=now,
    )
    if not lines:
        raise NotFound(entity="registration")
    return lines[0]


def at_desk(
    db: DbSession,
    edition_id: int,
    ids: Sequence[int],
    *,
    within: Collection[int] | None = None,
    details_within: Collection[int] | None = None,
    is_rehearsal: bool = False,
    now: datetime,
) -> list[AtDesk]:
    """In the order of the ids. Six queries, and none for none."""
    if not ids:
        return []
    delegations = delegations_by_registration(db, edition_id, ids)
    entered, people = _let_in(edition_id, ids, is_rehearsal=is_rehearsal), _people_of(ids)
    come = has_come(edition_id, entered, Counted(is_rehearsal=is_rehearsal), people=people).label("has_come")
    more = select(Registration.id, Registration.printed_at, Person.photo_id, come)
    more = more.join(Person, Person.id == Registration.person_id).where(Registration.id.in_(ids))
    facts = {row.id: row for row in db.execute(more)}
    today = day_begins(now, db.get_one(Edition, edition_id).zone)
    places = _places(db, ids, today=today, is_rehearsal=is_rehearsal)
    return [
        AtDesk(
            line,
            delegations.get(line.id),
            facts[line.id].photo_id,
            facts[line.id].printed_at,
            bool(facts[line.id].has_come),
            tuple(places.get(line.id, ())),
        )
        for line in lines_of(db, edition_id, ids, within=within, details_within=details_within)
    ]


def more_of(db: DbSession, edition_id: int, registration_id: int) -> More:
    """Of somebody whom the caller may see."""
    row = Registration.id == registration_id, Registration.edition_id == edition_id
    query = select(Registration.replaced_by_id, Registration.desk_note, Account.name).outerjoin(
        Account, Account.id == Registration.responsible_id
    )
    instead, note, responsible = db.execute(query.where(*row)).one()
    before = find_predecessor(db, registration_id)
    names = _names(db, [one for one in (instead, before.id if before else None) if one])
    return More(
        responsible,
        note,
        (instead, names[instead]) if instead else None,
        (before.id, names[before.id]) if before else None,
    )


def _names(db: DbSession, ids: Collection[int]) -> dict[int, Name]:
    if not ids:
        return {}
    query = select(Registration.id, Person).join(Person, Registration.person_id == Person.id)
    return {one: name_of(person) for one, person in db.execute(query.where(Registration.id.in_(ids)))}


def list_happened(
    db: DbSession, edition_id: int, registration_id: int, *, is_rehearsal: bool = False
) -> list[Happened]:
    """Every scan of somebody's codes, the latest first."""
    query = (
        with_overrides(select(Scan, Checkpoint.name, Checkpoint.kind, CheckinDevice.name, Account.name, *COLUMNS))
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .outerjoin(CheckinDevice, CheckinDevice.id == Scan.device_id)
        .outerjoin(Account, Account.id == Scan.account_id)
        .where(
            Scan.edition_id == edition_id, Scan.registration_id == registration_id, Scan.is_rehearsal == is_rehearsal
        )
        .order_by(Scan.id.desc())
    )
    return [
        Happened(row, at, kind, device or account or "", by_word(refused, who))
        for row, at, kind, device, account, refused, who in db.execute(query)
    ]


def _named_so(search: str) -> ColumnElement[bool]:
    """Those in whose name each word begins a part, as it is written. A search whose words all have digits is for a
    code or a phone number.
    """
    if all(any(character.isdigit() for character in word) for word in search.split()):
        return false()
    parts = (func.lower(Person.latin_family), func.lower(Person.latin_given), Person.native_full)
    words = [or_(*(part.startswith(word, autoescape=True) for part in parts)) for word in search.lower().split()]
    return and_(true(), *words)


def _let_in(edition_id: int, ids: Sequence[int], *, is_rehearsal: bool) -> LetIn:
    """By any registration of these people."""
    other = alias_named("desk_of_same_person", Registration)
    theirs = select(other.id).where(other.person_id.in_(_people_of(ids)), other.edition_id == edition_id)
    return admitted(edition_id, is_rehearsal=is_rehearsal).where(ADMISSION.c.registration_id.in_(theirs))


def _people_of(ids: Sequence[int]) -> Select[int]:
    own = alias_named("desk_own", Registration)
    return select(own.person_id).where(own.id.in_(ids))


def _places(db: DbSession, ids: Sequence[int], *, today: datetime, is_rehearsal: bool) -> dict[int, list[Place]]:
    """By registration, the first one first: where people come and go, of those who came today. A rehearsal marks no
    boarding.
    """
    of = (Checkpoint.id, Checkpoint.name, Checkpoint.kind)
    admitted = (
        select(Admission.registration_id, Admission.since, *of)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Admission.registration_id.in_(ids), Admission.presence == Presence.IN)
        .where(Admission.is_rehearsal == is_rehearsal)
        .where(or_(Checkpoint.mode == PassMode.ONCE, Admission.since >= today))
    )
    boarded = (
        select(Boarding.registration_id, Boarding.marked_at, *of)
        .join(Checkpoint, Checkpoint.coach_run_id == Boarding.run_id)
        .where(Boarding.registration_id.in_(ids), Boarding.state == BoardingState.BOARDED)
    )
    found: dict[int, list[Place]] = {}
    rows = [*db.execute(admitted), *(() if is_rehearsal else db.execute(boarded))]
    for one, since, at, name, kind in sorted(rows, key=lambda row: (row[1], row[2])):
        found.setdefault(one, []).append(Place(at, name, kind, since))
    return found
