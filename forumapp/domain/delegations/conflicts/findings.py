"""Clashes of people as findings, beside those that the agenda's own rules find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from forumapp.domain.accounts.scope import limited
from forumapp.domain.agenda.findings.names import names_of
from forumapp.domain.agenda.findings.values import Finding
from forumapp.domain.agenda.models import Session, SessionStatus
from forumapp.domain.agenda.severities import Severity
from forumapp.domain.delegations.coaches.double_booking import twice_at_once
from forumapp.domain.delegations.coaches.queries import open_runs
from forumapp.domain.delegations.conflicts.detection import open_clashes
from forumapp.domain.delegations.conflicts.queries import reached
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import CoachRun, Vehicle
from forumapp.domain.delegations.models.delegations import ItineraryItem
from forumapp.domain.delegations.rules.commitments import ClashKind, PartyKind
from forumapp.domain.forums.venues.travel_places import ItineraryPlace
from forumapp.domain.registration.models import SessionSignUp

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.findings.names import Names
    from forumapp.domain.delegations.rules.commitments import Lack, Party

CODE, BESIDE, TWICE = "itinerary-clash", "itinerary-beside-session", "vehicle-twice"


def itinerary_clashes(
    db: DbSession, edition_id: int, *, within: Collection[int] | None = None, session_id: int | None = None
) -> list[Finding]:
    """Those that nobody has allowed, but for what the agenda tells by itself: two parts in it at the same time.

    With a session, those with that one alone. No edition can have them ignored, and they block no publishing: whoever
    publishes is not whoever mends an itinerary.
    """
    return _clashes(db, edition_id, within, session_id) if _may_clash(db, edition_id) else []


def _clashes(db: DbSession, edition_id: int, within: Collection[int] | None, session_id: int | None) -> list[Finding]:
    return [
        Finding(CODE, (*_sessions_first(lack), ("person", person)), Severity.WARN, {"minutes": lack.minutes})
        for person, lack in open_clashes(db, edition_id, reached(within))
        if not (lack.parts and lack.kind is ClashKind.OVERLAP)
        and (session_id is None or (PartyKind.SESSION, session_id) in lack[:2])
    ]


def beside_sessions(
    db: DbSession, edition_id: int, *, within: Collection[int] | None = None, session_id: int | None = None
) -> list[Finding]:
    """Items that are a session and not at its time any more, since it was moved: as one commitment with it they never
    clash, and yet nobody is there.
    """
    apart = (ItineraryItem.end_utc <= Session.start_utc) | (Session.end_utc <= ItineraryItem.start_utc)
    query = select(Session.id, ItineraryItem.id).join(ItineraryItem, ItineraryItem.session_id == Session.id)
    query = query.where(Session.edition_id == edition_id, Session.status != SessionStatus.CANCELLED, apart)
    if session_id is not None:
        query = query.where(Session.id == session_id)
    found = db.execute(query.where(*limited(ItineraryItem.id, "itinerary_item", edition_id, within)))
    return [
        Finding(BESIDE, ((PartyKind.SESSION.value, session), (PartyKind.ITEM.value, item)), Severity.WARN, {})
        for session, item in sorted(map(tuple, found))
    ]


def itinerary_findings(
    db: DbSession, edition_id: int, *, within: Collection[int] | None = None, session_id: int | None = None
) -> list[Finding]:
    """Both, of which neither is looked for where there are no itineraries yet."""
    if not _may_clash(db, edition_id):
        return []
    return [
        *_clashes(db, edition_id, within, session_id),
        *beside_sessions(db, edition_id, within=within, session_id=session_id),
    ]


def vehicles_twice(db: DbSession, edition_id: int, *, within: Collection[int] | None = None) -> list[Finding]:
    """Vehicles that run for two transfers at the same time, and nobody said why: each with those of its runs that are
    within reach, and their transfers.
    """
    runs = open_runs(db, edition_id, within=within)
    twice = twice_at_once(db, runs)
    found: dict[int, list[tuple[str, int]]] = {}
    for run in runs:
        if run.id in twice and not twice[run.id].is_allowed:
            parties = ((PartyKind.COACH.value, run.id), (PartyKind.ITEM.value, run.item_id))
            found.setdefault(run.vehicle_id, []).extend(parties)
    return [Finding(TWICE, tuple(parties), Severity.WARN, {}) for parties in found.values()]


def _may_clash(db: DbSession, edition_id: int) -> bool:
    """Whether there is anything but parts in the agenda: one query spares many where there are no itineraries yet."""
    tables = (ItemPerson, SessionSignUp, ItineraryPlace)
    there = [select(one.id).where(one.edition_id == edition_id).exists() for one in tables]
    return bool(db.scalar(select(or_(*there))))


def _sessions_first(lack: Lack) -> list[Party]:
    return sorted(((str(kind), one) for kind, one in lack[:2]), key=lambda one: one[0] != PartyKind.SESSION)


def with_sessions(findings: Sequence[Finding]) -> list[Finding]:
    """Those that are about the agenda: what clashes among itineraries alone is theirs."""
    return [one for one in findings if one.sessions]


def names_beside(db: DbSession, findings: Sequence[Finding]) -> Names:
    """The names of all who are concerned, itinerary items and coaches among them. At most six queries."""
    names = names_of(db, findings)
    texts: dict[tuple[str, int], dict[str, str]] = {}
    runs = select(CoachRun.id, Vehicle.name).join(Vehicle, Vehicle.id == CoachRun.vehicle_id)
    for of, query, key in (
        (PartyKind.ITEM, select(ItineraryItem.id, ItineraryItem.title), ItineraryItem.id),
        (PartyKind.COACH, runs, CoachRun.id),
    ):
        ids = {one for finding in findings for kind, one in finding.parties if kind == of}
        texts |= {(of.value, row[0]): row[1] for row in db.execute(query.where(key.in_(ids)))} if ids else {}
    return replace(names, texts={**names.texts, **texts})
