"""Who has come: the one rule, for live numbers, the desk, attendance, closing, certificates and what is taken out.

It is said in docs/checkin.md. Where scans are kept stands above, so that its tables are named here and not imported.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, String, and_, case, column, false, func, literal, or_, select, table
from sqlalchemy.orm import aliased

from forumapp.core.database.aliases import alias_named
from forumapp.core.database.columns import UtcDateTime
from forumapp.domain.forums.models import Edition
from forumapp.domain.registration.attendance.stays import (
    CAME_AT,
    MOVES,
    PASSED,
    STILL_IN,
    TAKEN_BACK,
    Counted,
    Pass,
    not_there,
)
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import ADMITTED, ATTENDANCE, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.attendance.stays import Span

    LetIn = Select[Any] | CompoundSelect[Any]

CHECKPOINT = table(
    "checkpoint",
    column("id", BigInteger),
    column("edition_id", BigInteger),
    column("kind", String),
    column("mode", String),
    column("session_id", BigInteger),
    column("end_utc", UtcDateTime),
)
ADMISSION = table(
    "admission",
    column("checkpoint_id", BigInteger),
    column("registration_id", BigInteger),
    column("is_rehearsal", Boolean),
    column("first_at", UtcDateTime),
)
SCAN = table(
    "scan",
    column("id", BigInteger),
    column("checkpoint_id", BigInteger),
    column("registration_id", BigInteger),
    column("is_rehearsal", Boolean),
    column("result", String),
    column("received_at", UtcDateTime),
    column("counts_at", UtcDateTime),
)
OF_THE_DAY = Counted()
WELL = timedelta(hours=1)
WHO, WHERE = ("registration_id",), ("checkpoint_id", "registration_id")


def admitted(
    edition_id: int, *, is_rehearsal: bool = False, kinds: Collection[str] = CAME_AT, columns: Sequence[str] = WHO
) -> Select[*tuple[Any, ...]]:
    """The registrations of everyone who was let in at any checkpoint of these kinds, to be looked into by `IN`, for
    which SQLite makes an index of its own, and none for a join. An admission stands as long as it is there: what the
    desk takes back is gone.
    """
    query = select(*(ADMISSION.c[name] for name in columns))
    query = query.join(CHECKPOINT, CHECKPOINT.c.id == ADMISSION.c.checkpoint_id)
    here = CHECKPOINT.c.edition_id == edition_id, CHECKPOINT.c.kind.in_(kinds)
    return query.where(*here, ADMISSION.c.is_rehearsal == is_rehearsal)


def counted_on(db: DbSession, edition_id: int, span: Span | None, *, is_rehearsal: bool = False) -> Counted:
    """What is counted of a day, or of all, with what of it the desk took back: looked up once for all that count."""
    return Counted(span, is_rehearsal, taken_back(db, edition_id, is_rehearsal=is_rehearsal))


def let_in(
    edition_id: int, counted: Counted, kinds: Collection[str] = CAME_AT, *, columns: Sequence[str] = WHO
) -> LetIn:
    """Like `admitted`, as attendance counts it. On a day, it counts people who passed on it, and where people come and
    go, people who came in on it. With the columns `WHERE`, a person may appear once for each checkpoint.
    """
    query = admitted(edition_id, is_rehearsal=counted.is_rehearsal, kinds=kinds, columns=columns)
    if counted.span is None:
        return query
    begins, ends = counted.span
    once = query.where(CHECKPOINT.c.mode == "once", ADMISSION.c.first_at >= begins, ADMISSION.c.first_at < ends)
    points = select(CHECKPOINT.c.id).where(CHECKPOINT.c.edition_id == edition_id, CHECKPOINT.c.kind.in_(kinds))
    again = select(*(SCAN.c[name] for name in columns)).where(SCAN.c.checkpoint_id.in_(points.where(_COMES_AND_GOES)))
    again = again.where(SCAN.c.result.in_((PASSED, STILL_IN)), SCAN.c.id.not_in(counted.taken_back))
    again = again.where(SCAN.c.is_rehearsal == counted.is_rehearsal, SCAN.c.id > last_before(begins))
    return once.union_all(again.where(SCAN.c.counts_at >= begins, SCAN.c.counts_at < ends))


def last_before(at: datetime) -> ColumnElement[int]:
    """The last scan that was received well before. None counts from after its receipt, so that of those that count from
    then on only the ones after it have to be read, in whatever order those of one moment were committed.
    """
    last = select(SCAN.c.id).where(SCAN.c.received_at < at - WELL).order_by(SCAN.c.id.desc()).limit(1)
    return func.coalesce(last.scalar_subquery(), 0)


_COMES_AND_GOES = CHECKPOINT.c.mode == "in-out"


def taken_back(db: DbSession, edition_id: int, *, is_rehearsal: bool) -> frozenset[int]:
    """The scans that let somebody in where people come and go, and were taken back at the desk. Whoever was scanned as
    `already-in` on a day was let in by it, too, unless it is among these.
    """
    here = SCAN.c.checkpoint_id == CHECKPOINT.c.id
    undone = select(SCAN.c.checkpoint_id, SCAN.c.registration_id).distinct().select_from(CHECKPOINT.join(SCAN, here))
    undone = undone.where(CHECKPOINT.c.edition_id == edition_id, _COMES_AND_GOES, SCAN.c.is_rehearsal == is_rehearsal)
    # Said in words, so that both databases see that the index of these scans holds them.
    theirs = undone.where(SCAN.c.result == literal(TAKEN_BACK, literal_execute=True)).subquery()
    same = SCAN.c.checkpoint_id == theirs.c.checkpoint_id, SCAN.c.registration_id == theirs.c.registration_id
    query = select(SCAN).join(theirs, and_(*same)).where(SCAN.c.result.in_(MOVES), SCAN.c.is_rehearsal == is_rehearsal)
    passes: defaultdict[tuple[int, int], list[Pass]] = defaultdict(list)
    for row in db.execute(query):
        passes[row.checkpoint_id, row.registration_id].append(Pass(row.id, row.counts_at, row.result))
    if not passes:
        return frozenset()
    zone = zone_of(db, edition_id)
    return frozenset(number for each in passes.values() for number in not_there(each, zone))


def is_expected() -> ColumnElement[bool]:
    """Of a registration: that it is the one by which its person is expected, one for each. Whoever did not come and was
    registered anew is expected by the newer one.
    """
    other = aliased(Registration)
    newer = or_(
        other.status.in_(ADMITTED), and_(other.status == RegistrationStatus.NO_SHOW, other.id > Registration.id)
    )
    theirs = other.edition_id == Registration.edition_id, other.person_id == Registration.person_id
    instead = select(other.id).where(*theirs, newer).correlate(Registration).exists()
    absent = and_(Registration.status == RegistrationStatus.NO_SHOW, ~instead)
    return or_(Registration.status.in_(ADMITTED), absent)


def has_come(
    edition_id: int, entered: LetIn, counted: Counted = OF_THE_DAY, *, people: Select[int] | None = None
) -> ColumnElement[bool]:
    """Of a registration: that its person was let in, or that somebody marked them as attended, at any time. `people`
    selects the ids of the only people in question, so that other registrations are not read.
    """
    is_told = counted.span is None and not counted.is_rehearsal
    by_hand = Registration.status == RegistrationStatus.ATTENDED if is_told else false()
    return or_(was_let_in(edition_id, entered, people=people), by_hand)


def was_let_in(edition_id: int, entered: LetIn, *, people: Select[int] | None = None) -> ColumnElement[bool]:
    """Of a registration: that its person was, by it or by another one of theirs. Of two that became one, scans stay
    with the one that gave way.
    """
    other = alias_named("of_same_person", Registration)
    by_another = select(other.person_id).where(other.edition_id == edition_id)
    if people is not None:
        by_another = by_another.where(other.person_id.in_(people))
    without = other.status.not_in(ADMITTED)  # of those there is one for each person
    by_another = by_another.where(_only_of(without, other.id.in_(entered)))
    return or_(Registration.id.in_(entered), Registration.person_id.in_(by_another))


def came_without_place(edition_id: int, entered: LetIn) -> ColumnElement[bool]:
    """Of a registration: that its person has come by it and is expected by none. A person may have several such."""
    other = aliased(Registration)
    placed = select(other.id).where(other.edition_id == edition_id, other.person_id == Registration.person_id)
    placed = placed.where(other.status.in_(ATTENDANCE)).correlate(Registration)
    unplaced = _only_of(Registration.status.not_in(ATTENDANCE), Registration.id.in_(entered))
    return and_(Registration.edition_id == edition_id, unplaced, ~placed.exists())


def _only_of(few: ColumnElement[bool], asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Both, but the second is asked only of those few: where there are none, nobody looks for all who came."""
    return case((few, asked), else_=false())


def zone_of(db: DbSession, edition_id: int) -> ZoneInfo:
    return ZoneInfo(db.get_one(Edition, edition_id).zone)
