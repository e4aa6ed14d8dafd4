"""Who came: to the edition, and to each checkpoint. Never of a rehearsal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from forumapp.core.errors import NotFound
from forumapp.core.values.paging import PAGE_SIZE, Page, paged
from forumapp.domain.accounts.access import require_all
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.models import Session
from forumapp.domain.audit.services import record
from forumapp.domain.checkin.live.arrivals import arrived
from forumapp.domain.checkin.live.queries import count_let_in
from forumapp.domain.checkin.models import Admission, Checkpoint, ForcedPass, Scan
from forumapp.domain.checkin.overrides import COLUMNS, ByWord, with_overrides
from forumapp.domain.checkin.rules import CheckpointKind, PassMode
from forumapp.domain.delegations.models.delegations import Delegation, DelegationMember
from forumapp.domain.people.models import Person
from forumapp.domain.people.records.services import name_of
from forumapp.domain.registration.attendance.stays import MOVES, Pass, minutes_of, stays, until_left
from forumapp.domain.registration.attendance.who_came import OF_THE_DAY, zone_of
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.models import Registration, RegistrationType, SessionSignUp
from forumapp.domain.registration.rules import ATTENDANCE
from forumapp.domain.registration.waitlist.over_capacity import over_capacity_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.checkin.live.rules import Tally
    from forumapp.domain.people.rules import Name

SEE = Permission.CHECK_IN
HEADINGS = (
    "checkpoint", "session", "family name", "given name", "native name", "type", "delegation", "status", "first in",
    "minutes inside", "without a place", "let in by the word of", "let in because", "over capacity in the name of",
    "over capacity because",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many persons came to a checkpoint; `expected` are those who signed up for its session, and `missing` who of
    them did not come: None elsewhere.
    """

    checkpoint_id: int
    name: dict[str, str]
    kind: CheckpointKind
    session_id: int | None
    session: dict[str, str] | None
    came: int
    expected: int | None
    missing: int | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who came, when first, and where people go in and out how long they were inside. Whoever `has_place` is
    expected; `by_word` is of whom the rules had refused there.
    """

    registration_id: int
    name: Name
    type_name: dict[str, str]
    delegation: dict[str, str] | None
    status: str
    first_at: datetime
    minutes: int | None
    has_place: bool
    by_word: ByWord | None


class _Forced(NamedTuple):
    by_word: ByWord
    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read beside admissions: minutes and forced passes by checkpoint and registration, and whom one expects
    (persons).
    """

    inside: dict[tuple[int, int], int]
    forced: dict[tuple[int, int], _Forced]
    expected: set[int]


def in_sum(db: DbSession, edition_id: int, *, actor: Actor) -> Tally:
    """Of the whole edition: everyone who has come, once."""
    require_all(db, edition_id, SEE, actor=actor)
    return arrived(db, edition_id, OF_THE_DAY, within=None).total


def turnout(db: DbSession, edition_id: int, *, actor: Actor) -> list[Turnout]:
    """Of every checkpoint but coaches, whose manifests say it: doors first, then sessions in their order."""
    require_all(db, edition_id, SEE, actor=actor)
    came_by = count_let_in(db, edition_id)
    expected = _signed_up(db, edition_id)
    missing = _signed_up(db, edition_id, ~_came_to_it())
    rows = db.execute(
        select(Checkpoint, Session.title)
        .outerjoin(Session, Session.id == Checkpoint.session_id)
        .where(Checkpoint.edition_id == edition_id, Checkpoint.kind != CheckpointKind.COACH)
        .order_by(Checkpoint.session_id.is_not(None), Session.start_utc, Checkpoint.id)
    )
    return [
        Turnout(
            row.id,
            row.name,
            row.kind,
            row.session_id,
            title,
            came_by.get(row.id, 0),
            expected.get(row.session_id or 0, 0 if row.needs_sign_up else None),
            missing.get(row.session_id or 0, 0 if row.needs_sign_up or row.session_id in expected else None),
        )
        for row, title in rows
    ]


def attendees_page(
    db: DbSession,
    edition_id: int,
    checkpoint_id: int,
    *,
    search: str = "",
    number: int = 1,
    size: int = PAGE_SIZE,
    actor: Actor,
) -> Page[Attendee]:
    """Who came to a checkpoint, the first of them first."""
    require_all(db, edition_id, SEE, actor=actor)
    row = _checkpoint(db, edition_id, checkpoint_id)
    query = _who_came(edition_id).where(Admission.checkpoint_id == checkpoint_id)
    if search.strip():
        query = query.where(Registration.id.in_(chosen_ids(db, edition_id, Filters(search=search))))
    page = paged(db, query.order_by(Admission.first_at, Admission.id), number=number, size=size)
    known = _known(db, edition_id, [row], [one.Registration for one in page.items])
    return page.of([_attendee(one, known) for one in page.items])


def take_out(
    db: DbSession, edition_id: int, checkpoint_id: int | None = None, *, actor: Actor, now: datetime
) -> tuple[list[str], list[list[str | int]]]:
    """Headings and rows of everyone who came to a checkpoint, or to any of them, for a spreadsheet. Who took it out is
    told to the log.
    """
    require_all(db, edition_id, SEE, actor=actor)
    require_all(db, edition_id, Permission.EXPORT, actor=actor)
    if checkpoint_id is not None:
        _checkpoint(db, edition_id, checkpoint_id)
    here = (Checkpoint.id == checkpoint_id,) if checkpoint_id is not None else ()
    points = list(db.scalars(select(Checkpoint).where(Checkpoint.edition_id == edition_id, *here)))
    titles = _pairs(db.execute(select(Session.id, Session.title).where(Session.edition_id == edition_id)))
    query = _who_came(edition_id).where(Admission.checkpoint_id.in_([one.id for one in points]))
    found = db.execute(query.order_by(Admission.checkpoint_id, Admission.first_at, Admission.id)).all()
    known, over = _known(db, edition_id, points), _over_capacity(db, [one.Registration for one in found])
    by_id = {one.id: one for one in points}
    rows = [
        [*_cells(by_id[one.Admission.checkpoint_id], titles, one, known), *over[one.Registration.id]] for one in found
    ]
    taken = {"checkpoint_id": (None, checkpoint_id), "count": (None, len(rows))}
    record(db, "took-out-attendance", "edition", edition_id, actor=actor, now=now, edition_id=edition_id, changes=taken)
    return list(HEADINGS), rows


def _signed_up(db: DbSession, edition_id: int, *which: ColumnElement[bool]) -> dict[int, int]:
    """How many who had a place signed up for a session, by session."""
    query = select(SessionSignUp.session_id, func.count()).group_by(SessionSignUp.session_id)
    query = query.join(Registration, Registration.id == SessionSignUp.registration_id)
    of_these = Registration.edition_id == edition_id, Registration.status.in_(ATTENDANCE)
    return _pairs(db.execute(query.where(*of_these, *which)))


def _came_to_it() -> ColumnElement[bool]:
    """Of somebody who signed up for a session: that they were let in there."""
    scanned = aliased(Registration)
    return exists(
        select(Admission.id)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .join(scanned, scanned.id == Admission.registration_id)
        .where(Checkpoint.session_id == SessionSignUp.session_id, scanned.person_id == Registration.person_id)
        .where(Admission.is_rehearsal.is_(False))
    )


def _pairs(rows: Iterable[Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in rows}


def _who_came(edition_id: int) -> Select[*tuple[Any, ...]]:
    in_one = and_(DelegationMember.registration_id == Registration.id, DelegationMember.left_on.is_(None))
    names = RegistrationType.name.label("type"), Delegation.name.label("delegation")
    return (
        select(Admission, Registration, Person, *names)
        .join(Registration, Registration.id == Admission.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(RegistrationType, RegistrationType.id == Registration.type_id)
        .outerjoin(DelegationMember, in_one)
        .outerjoin(Delegation, Delegation.id == DelegationMember.delegation_id)
        .where(Admission.edition_id == edition_id, Admission.is_rehearsal.is_(False))
    )


def _attendee(found: Any, known: _Known) -> Attendee:
    row, registration = found.Admission, found.Registration
    key = row.checkpoint_id, registration.id
    forced, has_place = known.forced.get(key), registration.person_id in known.expected
    of = (found.type, found.delegation, registration.status.value, row.first_at, known.inside.get(key))
    return Attendee(registration.id, name_of(found.Person), *of, has_place, forced.by_word if forced else None)


def _known(
    db: DbSession, edition_id: int, points: Collection[Checkpoint], rows: Collection[Registration] | None = None
) -> _Known:
    """Of everyone, or of these registrations alone."""
    ids = None if rows is None else [one.id for one in rows]
    expected = select(Registration.person_id).where(
        Registration.edition_id == edition_id,
        Registration.status.in_(ATTENDANCE),
        *((Registration.person_id.in_([one.person_id for one in rows]),) if rows is not None else ()),
    )
    forced = _forced(db, edition_id, [one.id for one in points], ids)
    return _Known(_minutes(db, edition_id, points, ids), forced, set(db.scalars(expected)))


def _forced(
    db: DbSession, edition_id: int, points: Collection[int], ids: Collection[int] | None
) -> dict[tuple[int, int], _Forced]:
    """By whose word they were let in first, and why."""
    query = with_overrides(
        select(Scan.checkpoint_id, Scan.registration_id, ForcedPass.reason, *COLUMNS).select_from(Scan)
    )
    query = query.where(
        Scan.edition_id == edition_id,
        Scan.checkpoint_id.in_(points),
        Scan.is_rehearsal.is_(False),
        ForcedPass.id.is_not(None),
        *((Scan.registration_id.in_(ids),) if ids is not None else ()),
    )
    found: dict[tuple[int, int], _Forced] = {}
    for point, one, reason, refused, who in db.execute(query.order_by(Scan.counts_at, Scan.id)):
        found.setdefault((point, one), _Forced(ByWord(refused, who or ""), reason))
    return found


def _minutes(
    db: DbSession, edition_id: int, points: Iterable[Checkpoint], ids: Collection[int] | None = None
) -> dict[tuple[int, int], int]:
    """By checkpoint and registration, where people go in and out. Whoever did not leave was there until it closed, its
    session ended, or their last scan.
    """
    open_ones = {one.id: one for one in points if one.mode == PassMode.IN_OUT}
    if not open_ones:
        return {}
    sessions = _pairs(db.execute(select(Session.id, Session.end_utc).where(Session.edition_id == edition_id)))
    ends = {one.id: one.end_utc or sessions.get(one.session_id) for one in open_ones.values()}
    query: Select[*tuple[Any, ...]] = select(
        Scan.id, Scan.checkpoint_id, Scan.registration_id, Scan.counts_at, Scan.result
    ).where(
        Scan.edition_id == edition_id,
        Scan.checkpoint_id.in_(ends),
        Scan.result.in_(MOVES),
        Scan.is_rehearsal.is_(False),
        *((Scan.registration_id.in_(ids),) if ids is not None else ()),
    )
    passes: dict[tuple[int, int], list[Pass]] = defaultdict(list)
    for row in db.execute(query):
        passes[row.checkpoint_id, row.registration_id].append(Pass(row.id, row.counts_at, row.result))
    zone = zone_of(db, edition_id)
    return {
        key: minutes_of(until_left(stay, ends[key[0]], zone) for stay in stays(found, zone))
        for key, found in passes.items()
    }


def _over_capacity(db: DbSession, found: Collection[Registration]) -> dict[int, tuple[str, str]]:
    """In whose name and why they have a place over capacity."""
    over = over_capacity_of(db, {one.id for one in found if one.over_capacity_by is not None})
    said = {one: (each.name, each.reason) for one, each in over.items()}
    return {one.id: said.get(one.id, ("", "")) for one in found}


def _cells(point: Checkpoint, titles: dict[int, dict[str, str]], found: Any, known: _Known) -> list[str | int]:
    one = _attendee(found, known)
    forced = known.forced.get((point.id, one.registration_id))

    def both(texts: dict[str, str] | None) -> str:
        return " / ".join(text for text in (texts or {}).values() if text)

    return [
        both(point.name),
        both(titles.get(point.session_id or 0)),
        found.Person.latin_family,
        found.Person.latin_given,
        found.Person.native_full,
        both(one.type_name),
        both(one.delegation),
        one.status,
        one.first_at.isoformat(timespec="seconds"),
        "" if one.minutes is None else one.minutes,
        "" if one.has_place else "yes",
        forced.by_word.who if forced else "",
        forced.reason if forced else "",
    ]


def _checkpoint(db: DbSession, edition_id: int, checkpoint_id: int) -> Checkpoint:
    row = db.scalar(select(Checkpoint).where(Checkpoint.edition_id == edition_id, Checkpoint.id == checkpoint_id))
    if row is None:
        raise NotFound(entity="checkpoint")
    return row
