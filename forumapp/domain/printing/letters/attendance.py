"""Who was there, by the rule of `registration.coming`, and for how long, as far as the product knows. Nothing of a
rehearsal counts.

By person: of two registrations of one, scans stay with the one that gave way.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forumapp.domain.agenda.models import Session, SessionKind, SessionStatus
from forumapp.domain.registration.attendance.stays import (
    MOVES,
    Pass,
    ends_of_day,
    minutes_of,
    stays,
    union,
    until_left,
    within,
)
from forumapp.domain.registration.attendance.who_came import ADMISSION, CHECKPOINT, SCAN, admitted, has_come
from forumapp.domain.registration.models import Registration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition
    from forumapp.domain.registration.attendance.stays import Span

# What of the program is no attending.
BESIDE = (SessionKind.MEAL, SessionKind.BREAK, SessionKind.REGISTRATION)


def attended(db: DbSession, edition: Edition) -> Collection[int] | None:
    """The ids of the registrations of those who have come; None where there is nobody, since then it is not known who
    was there.
    """
    query = select(Registration.id).where(
        Registration.edition_id == edition.id, has_come(edition.id, admitted(edition.id))
    )
    return frozenset(db.scalars(query)) or None


def hours_attended(db: DbSession, edition: Edition) -> Mapping[int, str]:
    """By registration, for how many hours of the program its person was there, where that is known: from the first
    scan at a session to its end, and where people go in and out, there or at a door, from each time they came in until
    they left. Four queries.
    """
    spans = {row.id: (row.start_utc, row.end_utc) for row in db.execute(_program(edition.id))}
    found: dict[int, list[Span]] = defaultdict(list)
    for person_id, stay in (*_at_sessions(db, edition.id, spans), *_in_and_out(db, edition, spans)):
        found[person_id].append(stay)
    minutes = {person_id: minutes_of(union(each)) for person_id, each in found.items()}
    here = select(Registration.id, Registration.person_id).where(Registration.edition_id == edition.id)
    told = ((row.id, _in_words(minutes.get(row.person_id, 0))) for row in db.execute(here))
    return {one: hours for one, hours in told if hours}


def _in_words(minutes: int) -> str:
    """ "6" or "6.5": whole half hours; empty where there is none."""
    halves = minutes // 30
    return f"{halves / 2:g}" if halves else ""


def _program(edition_id: int) -> Any:
    held = Session.status != SessionStatus.CANCELLED, Session.start_utc.is_not(None), Session.kind.not_in(BESIDE)
    return select(Session.id, Session.start_utc, Session.end_utc).where(Session.edition_id == edition_id, *held)


def _at_sessions(db: DbSession, edition_id: int, spans: Mapping[int, Span]) -> Iterator[tuple[int, Span]]:
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


def _in_and_out(db: DbSession, edition: Edition, spans: Mapping[int, Span]) -> Iterator[tuple[int, Span]]:
    """At a session what lies within it, and at a door what lies within any. Whoever did not leave was there until the
    checkpoint closed or else, of what is held there, until the end of that day.
    """
    columns = Registration.person_id, SCAN.c.id, SCAN.c.checkpoint_id, CHECKPOINT.c.session_id, SCAN.c.result
    query = (
        select(*columns, SCAN.c.counts_at, CHECKPOINT.c.end_utc)
        .join(SCAN, SCAN.c.registration_id == Registration.id)
        .join(CHECKPOINT, CHECKPOINT.c.id == SCAN.c.checkpoint_id)
        .where(CHECKPOINT.c.edition_id == edition.id, CHECKPOINT.c.kind.in_(("door", "session")))
        .where(CHECKPOINT.c.mode == "in-out", SCAN.c.is_rehearsal.is_(False), SCAN.c.result.in_(MOVES))
    )
    passes: dict[tuple[int, int, int | None, datetime | None], list[Pass]] = defaultdict(list)
    for row in db.execute(query):
        of = row.person_id, row.checkpoint_id, row.session_id, row.end_utc
        passes[of].append(Pass(row.id, row.counts_at, row.result))
    whole, zone = union(spans.values()), ZoneInfo(edition.zone)
    for (person_id, _checkpoint, session_id, closes), each in passes.items():
        held = whole if session_id is None else [spans[session_id]] if session_id in spans else []
        there = [until_left(stay, closes or ends_of_day(stay.start, zone), zone) for stay in stays(each, zone)]
        yield from ((person_id, span) for span in within(there, held))
