"""Flights that a list names for a person, joined to the same flights of the delegation's itinerary."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.delegations.groups.audiences import MOST, Part, audience_of, people_of
from forumapp.domain.delegations.itineraries.items import update_itinerary_item
from forumapp.domain.delegations.models.delegations import ItemKind, ItineraryItem
from forumapp.domain.delegations.queries import parents_of
from forumapp.domain.delegations.rules.delegations import with_wholes
from forumapp.domain.registration.forms.questions import Kind
from forumapp.domain.registration.spreadsheets.travel_cells import flight_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.audit.services import Actor
    from forumapp.domain.registration.spreadsheets.rows import Entry


class Flight(NamedTuple):
    """`is_arrival` says that `day` is that of the landing, at the place where the flight ends."""

    number: str
    day: date
    is_arrival: bool


def flights_in(entry: Entry) -> list[Flight]:
    """The flights of a row by which the person arrives and departs."""
    asked = entry.form.asked if entry.form else ()
    answers = [entry.answers[one.code] for one in asked if one.kind is Kind.TRAVEL and one.code in entry.answers]
    return [
        Flight(flight_number(answer[end]["flight"]), datetime.fromisoformat(answer[end]["at"]).date(), end == "arrival")
        for answer in answers
        for end in ("arrival", "departure")
        if answer.get(end, {}).get("flight")
    ]


def times_of_flights(
    db: DbSession, edition_id: int, zone: ZoneInfo, delegations: Collection[int] | None
) -> dict[tuple[str, str], str]:
    """By "arrival" or "departure" and number, the day and time of each flight of these delegations, or of all, in
    `zone`. A number that flies at several times is left out.
    """
    query = select(ItineraryItem).where(ItineraryItem.edition_id == edition_id, ItineraryItem.kind == ItemKind.FLIGHT)
    if delegations is not None:
        query = query.where(ItineraryItem.delegation_id.in_(delegations))
    found: dict[tuple[str, str], set[str]] = {}
    for item in db.scalars(query):
        for end, moment in (("arrival", item.end_utc), ("departure", item.start_utc)):
            at = moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            for number in _numbers(item):
                found.setdefault((end, number), set()).add(at)
    return {flight: next(iter(times)) for flight, times in found.items() if len(times) == 1}


def join_flights(
    db: DbSession, edition_id: int, registration_id: int, entry: Entry, *, actor: Actor, now: datetime
) -> None:
    """Put a new member on the flights of their delegation, or of a whole of it, that have the number and the day of
    theirs. Only flights that the actor may change, and of which the itinerary has one alone.
    """
    wanted = flights_in(entry)
    if not wanted or entry.delegation_id is None:
        return
    within = access_to(db, edition_id, actor=actor).within(Permission.EDIT_DELEGATIONS)
    wholes = with_wholes(entry.delegation_id, parents_of(db, edition_id))
    reached = [one for one in wholes if within is None or one in within]
    query = select(ItineraryItem).where(ItineraryItem.delegation_id.in_(reached), ItineraryItem.kind == ItemKind.FLIGHT)
    items = list(db.scalars(query.order_by(ItineraryItem.id)))
    for flight in wanted:
        same = [one for one in items if is_flight(one, flight)]
        if len(same) == 1 and registration_id not in people_of(db, [same[0].id])[same[0].id]:
            _add(db, same[0], registration_id, actor=actor, now=now)


def is_flight(item: ItineraryItem, flight: Flight) -> bool:
    wall = item.end_wall if flight.is_arrival else item.start_wall
    return wall.date() == flight.day and flight.number in _numbers(item)


def _add(db: DbSession, item: ItineraryItem, registration_id: int, *, actor: Actor, now: datetime) -> None:
    parts = audience_of(db, [item.id])[item.id]
    if len(parts) < MOST:
        audience = [*parts, Part(includes=True, registration_id=registration_id)]
        update_itinerary_item(
            db, item.edition_id, item.id, {"audience": audience}, version=item.version, actor=actor, now=now
        )


def _numbers(item: ItineraryItem) -> set[str]:
    if item.leg is None:
        return set()
    sold, flown = (item.leg.carrier, item.leg.number), (item.leg.operating_carrier, item.leg.operating_number)
    return set(_spellings((sold, flown)))


def _spellings(named: Iterable[tuple[str, str]]) -> Iterable[str]:
    """A number with its carrier's code in it, "CA 985", and one to which that belongs: "CA" and "985"."""
    return (flight_number(text) for carrier, number in named if number for text in (number, carrier + number))
