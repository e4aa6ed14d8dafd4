"""Who of an edition can't be where they are wanted: loaded once, then held by pure rules."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from forumapp.domain.agenda.findings.detection import needed_in_sessions
from forumapp.domain.agenda.models import Session, SessionStatus
from forumapp.domain.delegations.itineraries.places import settings_of
from forumapp.domain.delegations.models.audiences import ItemPerson
from forumapp.domain.delegations.models.coaches import Boarding, BoardingState
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.models.delegations import TRAVEL, DelegationMember, ItemKind, ItineraryItem
from forumapp.domain.delegations.models.itineraries import TravelLeg
from forumapp.domain.delegations.rules.commitments import Buffers, ClashState, Commitment, Diaries, PartyKind
from forumapp.domain.forums.models import Room, Venue
from forumapp.domain.forums.rules import travel_minutes
from forumapp.domain.forums.venues.travel_places import ItineraryPlace
from forumapp.domain.people.models import Person
from forumapp.domain.registration.models import Registration, SessionSignUp
from forumapp.domain.registration.rules import ADMITTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.itineraries.places import Settings
    from forumapp.domain.delegations.rules.commitments import Clash, Party

    Engaged = Iterator[tuple[Commitment, list[int]]]
    Theirs = Sequence[ColumnElement[bool]]  # whose registrations
    Span = tuple[datetime, datetime]
    Overrides = Mapping[tuple[int, frozenset[Party]], ClashOverride]

PLACE = (
    ItineraryPlace.id, ItineraryPlace.venue_id, ItineraryPlace.buffer_minutes, ItineraryPlace.connection_minutes,
    Venue.travel_minutes,
)  # fmt: skip
LAST = datetime.max.replace(tzinfo=UTC)


def list_clashes(db: DbSession, edition_id: int, people: Iterable[Select[Any]] = ()) -> list[Clash]:
    """In order of time, of everyone or of those whose ids all of `people` select. A constant number of queries."""
    diaries = diaries_of(db, edition_id, people)
    return sorted(diaries.clashes(), key=lambda one: (diaries.begins(one.lack.one) or LAST, one.person, one.lack))


def open_clashes(db: DbSession, edition_id: int, people: Iterable[Select[Any]] = ()) -> list[Clash]:
    """Those that nobody has allowed, or not for so many minutes."""
    allowed = overrides_of(db, edition_id)
    return [one for one in list_clashes(db, edition_id, people) if state_of(one, allowed) is ClashState.OPEN]


def overrides_of(db: DbSession, edition_id: int) -> Overrides:
    """What was allowed, by person and pair; nothing that was so in a delegation in which they are no more."""
    now = (
        select(DelegationMember.id)
        .join(Registration, Registration.id == DelegationMember.registration_id)
        .where(DelegationMember.delegation_id == ClashOverride.delegation_id, DelegationMember.left_on.is_(None))
        .where(Registration.person_id == ClashOverride.person_id)
    )
    still = or_(ClashOverride.delegation_id.is_(None), now.exists())
    rows = db.scalars(select(ClashOverride).where(ClashOverride.edition_id == edition_id, still))
    return {
        (row.person_id, frozenset({(row.one_kind, row.one_id), (row.other_kind, row.other_id)})): row for row in rows
    }


def override_of(clash: Clash, allowed: Overrides) -> ClashOverride | None:
    return allowed.get((clash.person, frozenset({clash.lack.one, clash.lack.other})))


def state_of(clash: Clash, allowed: Overrides) -> ClashState:
    """Open again as soon as more minutes are lacking than were seen when it was allowed."""
    row = override_of(clash, allowed)
    return ClashState.ALLOWED if row and clash.lack.minutes <= row.minutes else ClashState.OPEN


def diaries_of(db: DbSession, edition_id: int, people: Iterable[Select[Any]] = ()) -> Diaries:
    """What people are engaged in: itinerary items, parts in the agenda, and sessions that they signed up for."""
    only = list(people)
    query = select(Person.id).where(*(Person.id.in_(ids) for ids in only))
    wanted = set(db.scalars(query)) if only else None
    theirs = [Registration.person_id.in_(ids) for ids in only]
    placed = select(*PLACE).outerjoin(Venue, Venue.id == ItineraryPlace.venue_id)
    places = db.execute(placed.where(ItineraryPlace.edition_id == edition_id)).all()
    sites = _sites(db, edition_id, {row.venue_id: row.id for row in places if row.venue_id is not None})
    engaged = (
        *_items(db, edition_id, theirs),
        *_parts(db, edition_id, wanted, sites),
        *_sign_ups(db, edition_id, theirs, sites),
    )
    return Diaries(engaged, _buffers(settings_of(db, edition_id), places))


def _buffers(usual: Settings, places: Iterable[Any]) -> Buffers:
    travel = {
        row.id: travel_minutes(row.buffer_minutes, row.travel_minutes, usual=usual.travel_minutes) for row in places
    }
    connection = {row.id: row.connection_minutes for row in places if row.connection_minutes is not None}
    return Buffers(usual.travel_minutes, usual.connection_minutes, travel, connection)


def _sites(db: DbSession, edition_id: int, places: Mapping[int, int]) -> dict[int, int]:
    """By session, its place among those of the itineraries. How far it is to another venue nobody knows."""
    query = select(Session.id, Room.venue_id).join(Room, Room.id == Session.room_id)
    there = db.execute(query.where(Session.edition_id == edition_id, Room.venue_id.in_(places))) if places else ()
    return {session_id: places[venue_id] for session_id, venue_id in there}


def key_of(item_id: int, timed_session_id: int | None) -> Party:
    """An itinerary item that is a session of the agenda is one commitment with it, once the session has a time."""
    return (PartyKind.ITEM, item_id) if timed_session_id is None else (PartyKind.SESSION, timed_session_id)


def _items(db: DbSession, edition_id: int, theirs: Theirs) -> Engaged:
    """What itineraries ask of the people for whom their items are."""
    people, riding = _people(db, edition_id, theirs), _riding(db, edition_id, theirs)
    one, leg = ItineraryItem, TravelLeg
    times = (leg.estimated_start_utc, leg.estimated_end_utc)
    columns = (one.id, one.kind, one.place_id, one.end_place_id, one.is_frame)
    query = select(
        *columns, one.start_wall, one.end_wall, one.start_utc, one.end_utc, *times, Session.id.label("session_id")
    )
    query = query.outerjoin(leg, leg.item_id == one.id).outerjoin(Session, timed_session())
    for row in db.execute(query.where(one.edition_id == edition_id)):
        if _is_nowhere(row):
            continue
        where = (key_of(row.id, row.session_id), *_times(row), row.place_id, row.end_place_id)
        if row.id in people:
            yield Commitment(*where, frame=row.is_frame, leg=row.kind in TRAVEL), people[row.id]
        for run_id, those in riding.get(row.id, {}).items():
            yield Commitment(*where, coach=run_id), those


def timed_session() -> ColumnElement[bool]:
    """The session that an itinerary item is, if it has a time."""
    return (Session.id == ItineraryItem.session_id) & Session.start_utc.is_not(None)


def _is_nowhere(row: Any) -> bool:
    """Nobody is wanted anywhere while they are free or stay at a hotel overnight; checking in is something else."""
    overnight = row.start_wall.date() != row.end_wall.date()
    return row.kind is ItemKind.FREE or (row.kind is ItemKind.HOTEL and overnight)


def _times(row: Any) -> Span:
    """As a journey is expected by now, where that is known and possible."""
    start, end = row.estimated_start_utc or row.start_utc, row.estimated_end_utc or row.end_utc
    return (start, end) if start < end else (row.start_utc, row.end_utc)


def _people(db: DbSession, edition_id: int, theirs: Theirs) -> dict[int, list[int]]:
    """By item, as it is kept: `materialization.py` renews it with whatever it follows from."""
    query = select(ItemPerson.item_id, Registration.person_id).join(
        Registration, Registration.id == ItemPerson.registration_id
    )
    people: dict[int, list[int]] = defaultdict(list)
    for item_id, person_id in db.execute(query.where(ItemPerson.edition_id == edition_id, *theirs)):
        people[item_id].append(person_id)
    return people


def _riding(db: DbSession, edition_id: int, theirs: Theirs) -> dict[int, dict[int, list[int]]]:
    """By transfer and run, who has a seat there; of whoever was found absent nobody says where they are."""
    query = (
        select(Boarding.item_id, Boarding.run_id, Registration.person_id)
        .join(Registration, Registration.id == Boarding.registration_id)
        .where(Boarding.edition_id == edition_id, Boarding.state != BoardingState.ABSENT, *theirs)
    )
    riding: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for item_id, run_id, person_id in db.execute(query):
        riding[item_id][run_id].append(person_id)
    return riding


def _parts(db: DbSession, edition_id: int, wanted: Collection[int] | None, sites: Mapping[int, int]) -> Engaged:
    """When people are needed for their parts in the agenda."""
    for session_id, needed in needed_in_sessions(db, edition_id).items():
        people: dict[Span, list[int]] = defaultdict(list)
        for person_id, spans in needed.items():
            for span in spans if wanted is None or person_id in wanted else ():
                people[span].append(person_id)
        for span, those in people.items():
            yield Commitment((PartyKind.SESSION, session_id), *span, sites.get(session_id), part=True), those


def _sign_ups(db: DbSession, edition_id: int, theirs: Theirs, sites: Mapping[int, int]) -> Engaged:
    """Sessions that were chosen by those who are admitted."""
    query = (
        select(SessionSignUp.session_id, Session.start_utc, Session.end_utc, Registration.person_id)
        .join(Registration, Registration.id == SessionSignUp.registration_id)
        .join(Session, Session.id == SessionSignUp.session_id)
        .where(SessionSignUp.edition_id == edition_id, Registration.status.in_(ADMITTED), *theirs)
        .where(Session.status != SessionStatus.CANCELLED, Session.start_utc.is_not(None))
    )
    people: dict[tuple[int, Any, Any], list[int]] = defaultdict(list)
    for session_id, start, end, person_id in db.execute(query):
        people[session_id, start, end].append(person_id)
    for (session_id, start, end), those in people.items():
        yield Commitment((PartyKind.SESSION, session_id), start, end, sites.get(session_id)), those
