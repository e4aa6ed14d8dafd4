"""Who was there, and for how long, as far as the product knows. Nothing of a rehearsal counts.

By person: of two registrations of one, scans stay with the one that gave way.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, String, column, func, or_, select, table

from forumapp.core.columns import UtcDateTime
from forumapp.domain.agenda.models import Session, SessionKind, SessionStatus
from forumapp.domain.printing.formal.hours import CAME, LEFT, TAKEN_BACK, Pass, in_words, minutes_of, stays, union
from forumapp.domain.registration.models import Registration
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.printing.formal.hours import Stay

# Named and not imported: check-in stands above paper.
CHECKPOINT = table(
    "checkpoint",
    column("id", BigInteger),
    column("edition_id", BigInteger),
    column("kind", String),
    column("mode", String),
    column("session_id", BigInteger),
)
ADMISSION = table(
    "admission",
    column("checkpoint_id", BigInteger),
    column("registration_id", BigInteger),
    column("is_rehearsal", Boolean),
    column("presence", String),
    column("first_at", UtcDateTime),
)
SCAN = table(
    "scan",
    column("id", BigInteger),
    column("checkpoint_id", BigInteger),
    column("registration_id", BigInteger),
    column("is_rehearsal", Boolean),
    column("result", String),
    column("counts_at", UtcDateTime),
)
# A badge is also handed to somebody else, and a coach brings people there.
CAME_AT = ("door", "session", "meal", "vip")
# What of the program is no attending.
BESIDE = (SessionKind.MEAL, SessionKind.BREAK, SessionKind.REGISTRATION)


def attended(db: DbSession, edition: Edition) -> Collection[int] | None:
    """The ids of the registrations of those who were let in where that means to be there, as closing says it, and of
    whomever somebody set down as having attended; None where there is nobody, since then it is not known who was there.
    """
    through = select(Registration.person_id).join(ADMISSION, ADMISSION.c.registration_id == Registration.id)
    through = through.join(CHECKPOINT, CHECKPOINT.c.id == ADMISSION.c.checkpoint_id)
    there = CHECKPOINT.c.edition_id == edition.id, CHECKPOINT.c.kind.in_(CAME_AT)
    people = through.where(*there, ADMISSION.c.is_rehearsal.is_(False), _stands())
    was_there = or_(Registration.person_id.in_(people), Registration.status == RegistrationStatus.ATTENDED)
    here = select(Registration.id).where(Registration.edition_id == edition.id, was_there)
    return frozenset(db.scalars(here)) or None


def _stands() -> Any:
    """Of an admission: where people come and go it outlives that the desk took it back."""

    def times(result: str) -> Any:
        theirs = (
            SCAN.c.registration_id == ADMISSION.c.registration_id,
            SCAN.c.checkpoint_id == ADMISSION.c.checkpoint_id,
        )
        query = select(func.count()).select_from(SCAN).where(*theirs, SCAN.c.is_rehearsal.is_(False))
        return query.where(SCAN.c.result == result).correlate(ADMISSION).scalar_subquery()

    return or_(ADMISSION.c.presence == "in", times(CAME[0]) > times(TAKEN_BACK))


def hours_attended(db: DbSession, edition: Edition) -> Mapping[int, str]:
    """By registration, for how many hours of the program its person was there, where that is known: from the first
    scan at a session to its end, and where people go in and out, there or at a door, from each time they came in until
    they left. Four queries.
    """
    spans = {row.id: (row.start_utc, row.end_utc) for row in db.execute(_program(edition.id))}
    found: dict[int, list[Stay]] = defaultdict(list)
    for person_id, stay in (*_at_sessions(db, edition.id, spans), *_in_and_out(db, edition, spans)):
        found[person_id].append(stay)
    minutes = {person_id: minutes_of(union(each)) for person_id, each in found.items()}
    here = select(Registration.id, Registration.person_id).where(Registration.edition_id == edition.id)
    told = ((row.id, in_words(minutes.get(row.person_id, 0))) for row in db.execute(here))
    return {one: hours for one, hours in told if hours}


def _program(edition_id: int) -> Any:
    held = Session.status != SessionStatus.CANCELLED, Session.start_utc.is_not(None), Session.kind.not_in(BESIDE)
    return select(Session.id, Session.start_utc, Session.end_utc).where(Session.edition_id == edition_id, *held)


def _at_sessions(db: DbSession, edition_id: int, spans: Mapping[int, Stay]) -> Iterator[tuple[int, Stay]]:
    """Where people are scanned once, and nobody knows when they left."""
    query = (
        select(Registration.person_id, CHECKPOINT.c.session_id, ADMISSION.c.first_at)
        .join(ADMISSION, ADMISSION.c.registration_id == Registration.id)
        .join(CHECKPOINT, CHECKPOINT.c.id == ADMISSION.c.checkpoint_id)
        .where(CHECKPOINT.c.edition_id == edition_id, CHECKPOINT.c.kind == "session", CHECKPOINT.c.mode == "once")
        .where(ADMISSION.c.is_rehearsal.is_(False))
    )
    for person_id, session_id, first_at in db.execute(query):
        if session_id in spans:
            start, end = spans[session_id]
            yield person_id, (max(start, first_at), end)


def _in_and_out(db: DbSession, edition: Edition, spans: Mapping[int, Stay]) -> Iterator[tuple[int, Stay]]:
    """At a session what lies within it, and at a door what lies within any."""
    columns = Registration.person_id, SCAN.c.checkpoint_id, CHECKPOINT.c.session_id, SCAN.c.result, SCAN.c.counts_at
    query = (
        select(*columns)
        .join(SCAN, SCAN.c.registration_id == Registration.id)
        .join(CHECKPOINT, CHECKPOINT.c.id == SCAN.c.checkpoint_id)
        .where(CHECKPOINT.c.edition_id == edition.id, CHECKPOINT.c.kind.in_(("door", "session")))
        .where(
            CHECKPOINT.c.mode == "in-out", SCAN.c.is_rehearsal.is_(False), SCAN.c.result.in_((*CAME, LEFT, TAKEN_BACK))
        )
        .order_by(SCAN.c.counts_at, SCAN.c.id)
    )
    passes: dict[tuple[int, int, int | None], list[Pass]] = defaultdict(list)
    for row in db.execute(query):
        passes[row.person_id, row.checkpoint_id, row.session_id].append(Pass(row.counts_at, row.result))
    whole, zone = union(spans.values()), ZoneInfo(edition.zone)
    for (person_id, _checkpoint, session_id), each in passes.items():
        within = whole if session_id is None else [spans[session_id]] if session_id in spans else []
        yield from ((person_id, stay) for stay in stays(each, within, zone))
